"""The memory of one person, sealed: encrypted in the file, open in memory only while they want it to be.

What it protects against is a stolen disk or backup, and everybody else who may read the files, the owner of the house
among them. Not against who controls the running process while it is open, nor against who knows the passphrase.
Nothing here is imported in a house in which nobody has anything sealed: `sealed_there` looks first.
"""
