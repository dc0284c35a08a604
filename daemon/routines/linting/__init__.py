"""Finds what is wrong with routines before they are switched on, by looking at them and by playing them.

`linting` puts the findings together; `facts`, `moments`, `words` and `assuming` tell what can be so at once, `asking`
reads templates for that, `starting` says what is so when a trigger fires, `paths` every way a routine can go. The kinds
are in `dead`, `reach`, `contradictions`, `loops`, `physics`, `races`, `floods`.
"""
