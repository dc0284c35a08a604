"""Satellites of our own that dial the house: paired once by a code, from then on known by their certificates."""
