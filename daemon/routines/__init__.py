"""Routines: what sets them off, what they do, and a pure machine that carries them out, on any clock.

==============  ==================================================================================================
what it is      `model`, `triggers`, `conditions`, `actions`; `expressions` and `values` inside of them
in a file       `reading`, `writing`, `importing`; below them `shapes`, `codecs`, `forms`, `blueprints`, `loading`
what is so      `world` (what has to be given), `evaluating`, `computing`, `templates`, `functions`
what sets off   `watching`, `occurring`, `happening`; `interests` and `mentioning` say what has to be told to whom
what is done    `machine`, with `run`, `steps`, `modes`; below it `going`, `doing`, `waiting`, `looping`
looking inside  `walking`
rehearsed       `playing`: the house as a stage, the routines of it on a clock turned by hand, and what that tells
faults          `linting`: what is wrong with routines, by looking at them and by playing them
==============  ==================================================================================================

Nothing in here does anything: no task, no clock, no bridge, no database.
"""
