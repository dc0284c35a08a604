"""The public door: everything a skill author imports."""
