"""Why something is as it is, and why something did not happen: purely, over a timeline of what is on record.

=============  =====================================================================================================
what is known  `timeline`: the things, what happened, the routines in force; `effects`: what a command makes of a thing
the past       `past`: the house at a moment, and what every routine's triggers and conditions said then
the question   `question`: what is asked about, which way, since when
the answer     `because` (why it is so), `withheld` (why it did not happen), `finding` (what they find), `telling`
=============  =====================================================================================================

What is not on record is said to be unknown; nothing is guessed from what happened at the same time.
"""
