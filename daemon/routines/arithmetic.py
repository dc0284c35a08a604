"""Calculates and compares values: what makes no sense, or grows out of all bounds, is unknown."""

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from daemon.routines.expressions import Arithmetic, Comparison
from daemon.routines.functions.texts import percent_format
from daemon.routines.values import MOST_CHARACTERS, MOST_ITEMS, UNKNOWN, Unknown, Value, spoken, value_of

_MISTAKES = (TypeError, ValueError, LookupError, ArithmeticError, OverflowError, RecursionError)


def compared(sign: Comparison, left: Value, right: Value) -> Value:
    """Return how two things compare; `UNKNOWN` where one is, or they cannot be put in an order."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return UNKNOWN
    try:
        return _COMPARISONS[sign](left, right)
    except TypeError:
        return UNKNOWN


def calculated(sign: Arithmetic, left: Value, right: Value) -> Value:
    """Return what a calculation comes to; `UNKNOWN` for what makes no sense or grows out of all bounds."""
    if sign == "~":
        return (spoken(left) + spoken(right))[:MOST_CHARACTERS]
    if isinstance(left, Unknown) or isinstance(right, Unknown) or _grows(sign, left, right):
        return UNKNOWN
    if sign == "%" and isinstance(left, str):
        return percent_format(left, *(right if isinstance(right, tuple) else (right,)))
    if sign == "-" and isinstance(left, datetime) and isinstance(right, datetime):
        if (left.tzinfo is None) != (right.tzinfo is None):
            return UNKNOWN
        # By the points in time: Python subtracts two of one zone by the wall, an hour wrong over a clock change.
        return timedelta(seconds=left.timestamp() - right.timestamp())
    try:
        result = _SIGNS[sign](left, right)
    except _MISTAKES:
        return UNKNOWN
    return UNKNOWN if isinstance(result, int | float) and abs(result) >= _GREATEST else value_of(result)


def _grows(sign: str, left: Value, right: Value) -> bool:
    """Say whether a calculation could take more memory or time than any house needs."""
    if sign == "*" and (isinstance(left, str | tuple) or isinstance(right, str | tuple)):
        return True
    if sign == "**":
        return not (isinstance(left, int | float) and isinstance(right, int | float) and abs(right) <= 64)
    if sign == "+" and isinstance(left, str | tuple) and isinstance(right, str | tuple):
        return len(left) + len(right) > (MOST_CHARACTERS if isinstance(left, str) else MOST_ITEMS)
    return False


def _is_in(one: Any, many: Any) -> bool:
    return one in many


def _is_not_in(one: Any, many: Any) -> bool:
    return one not in many


_GREATEST = 1e30
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": _is_in,
    "not in": _is_not_in,
}
_SIGNS: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
