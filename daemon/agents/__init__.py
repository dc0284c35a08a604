"""The specialists that plans give work to: each reads and writes texts within a budget, and changes nothing.

==============  ==================================================================================================
`house`         what stands where, and how it is
`calendar`      what is on
`lists`         what is on lists
`research`      what the household told and what was said
`lookup`        what tools of others say, where any are approved
`writing`       texts, by a model where there is one, else by forms of ours
==============  ==================================================================================================

`daemon.plans.coordinator` gives the work out.
"""
