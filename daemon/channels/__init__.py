"""The ways on which people are reached: each speaks to one kind of server, and all keep the same promises.

What they have in common: a message is plain text on every one of them, whatever stands in it; a deadline of ten
seconds; errors that say whether trying again can help, and hold no secret; and buttons that carry a token, so that a
stranger who can write where answers come back can answer nothing. Heavy clients are imported when first used.
"""
