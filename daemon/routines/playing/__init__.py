"""Plays routines on a twin of the house with a clock of its own: nothing in the house hears of it.

`house` is what is known of a home, `stage` the home as it is played, `effects` what a call makes of it, `play` the
player, `rehearsing` what a person is shown of it.
"""
