"""The closed table of what expressions may use: functions, filters, tests and methods, none with any side effect.

Filters and functions share their names, a test is ``is name``, a method ``.name``. Home Assistant's, by its template
functions of 2026.11.
"""

import re
from random import Random
from typing import Final

from daemon.routines.functions.house import SEEING
from daemon.routines.functions.lists import LISTS, PASSING_ON, chosen
from daemon.routines.functions.numbers import NUMBERS, TOLERANT
from daemon.routines.functions.texts import TEXTS
from daemon.routines.functions.times import SEEING_TIMES, TIMES
from daemon.routines.values import UNKNOWN, Unknown, Value
from daemon.routines.world import World

_BLIND: Final = {**TEXTS, **NUMBERS, **LISTS, **TIMES}
_SEEING: Final = {**SEEING, **SEEING_TIMES}
_NAMES: Final = frozenset({"random", *_BLIND, *_SEEING, *TOLERANT, *PASSING_ON})
FUNCTIONS: Final = frozenset(name for name in _NAMES if not name.startswith((".", "is ")))
METHODS: Final = frozenset(name[1:] for name in _NAMES if name.startswith("."))
_MISTAKES: Final = (
    TypeError,
    ValueError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    re.error,
    OSError,
)
"""What comes of asking a function what it has no answer to; each is `UNKNOWN`."""


def is_known(name: str) -> bool:
    """Say whether there is such a filter, function, test (``is x``) or method (``.x``)."""
    return name in _NAMES


def called(world: World, dice: Random, name: str, given: tuple[Value, ...], named: dict[str, Value]) -> Value:
    """Return what a function says; `UNKNOWN` where it has no answer, or was asked about what is not known."""

    def inner(other: str, things: tuple[Value, ...]) -> Value:
        return called(world, dice, other, things, {})

    try:
        if name in TOLERANT:
            return TOLERANT[name](*given, **named)
        if any(isinstance(thing, Unknown) for thing in given):
            return UNKNOWN
        if name == "random":
            return chosen(dice, *given)
        if name in PASSING_ON:
            return PASSING_ON[name](inner, *given, **named)
        if name in _SEEING:
            return _SEEING[name](world, *given, **named)
        return _BLIND[name](*given, **named)
    except _MISTAKES:
        return UNKNOWN
