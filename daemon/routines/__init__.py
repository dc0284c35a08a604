"""Routines: what sets them off, what they do, and a pure machine that carries them out, on any clock."""
