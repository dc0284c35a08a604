"""Tells people what they should know, and keeps at it until one of them has taken note."""
