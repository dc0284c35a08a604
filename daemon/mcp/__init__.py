"""Tools of others, over MCP: asked in a process of their own, approved one by one, and told as what others say.

==============  ==================================================================================================
`model`         a tool, and what pins it
`approvals`     which tools the owner has approved
`helper`        the process that speaks with one server, through the official SDK
`pipe`          its wire to a server that it starts, line by line
`peer`          that process, as the daemon has it: started when asked, with deadlines, killed when in doubt
`servers`       all of them: which tools there are, what they answer
`wiring`        from the configuration to the wires, secrets included
`filling`       from a person's words to what a tool takes, by a model that is told nothing else
`asking`        how people ask: by which sentences, and the effect behind them
==============  ==================================================================================================
"""
