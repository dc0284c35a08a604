"""What expressions can do with numbers, and the tests of what a thing is."""

import math
import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from daemon.routines.values import UNKNOWN, Unknown, Value, number_of, truth, tupled

_WORDS = {"true", "false", "yes", "no", "on", "off", "1", "0", "enable", "disable"}


def as_float(thing: Value, default: Value = UNKNOWN) -> Value:
    """Return the number a thing is or says."""
    number = number_of(thing)
    return default if number is None or math.isnan(number) else number


def as_int(thing: Value, default: Value = UNKNOWN, base: Value = 10) -> Value:
    """Return the whole number a thing is or says, cut towards nought."""
    if isinstance(thing, str) and isinstance(base, int) and base != 10:
        try:
            return int(thing, base)
        except ValueError:
            return default
    number = number_of(thing)
    return default if number is None or not math.isfinite(number) else int(number)


def as_bool(thing: Value, default: Value = UNKNOWN) -> Value:
    """Return whether a thing says yes or no; ``maybe`` says neither."""
    if isinstance(thing, bool):
        return thing
    if isinstance(thing, int | float):
        return thing != 0
    return truth(thing) if isinstance(thing, str) and thing.strip().lower() in _WORDS else default


def rounded(thing: Value, precision: Value = 0, method: Value = "common", default: Value = UNKNOWN) -> Value:
    """Return a number with so many digits behind the point; a whole one where none are wanted (Home Assistant's)."""
    number = number_of(thing)
    if number is None or not isinstance(precision, int) or not math.isfinite(number):
        return default
    scale = 10.0 ** max(-15, min(15, precision))
    work: dict[object, Callable[[float], float]] = {
        "ceil": lambda it: math.ceil(it * scale) / scale,
        "floor": lambda it: math.floor(it * scale) / scale,
        "half": lambda it: round(it * 2) / 2,
    }
    done = work[method](number) if method in work else round(number, precision)
    return int(done) if precision == 0 and method != "half" else done


def _things(given: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return what a function was given: one list, or several things."""
    match given:
        case (only,):
            return tupled(only)
        case _:
            return given


def _extreme(pick: Callable[[list[float]], float]) -> Callable[..., Value]:
    def found(*given: Value, attribute: Value = None, default: Value = UNKNOWN) -> Value:
        things = _things(given)
        if isinstance(attribute, str):
            things = tuple(item.get(attribute, UNKNOWN) for item in things if isinstance(item, Mapping))
        if not things or any(isinstance(item, Unknown) for item in things):
            return default
        return cast(Value, pick(cast(list[float], list(things))))

    return found


def total(items: Value, attribute: Value = None, start: Value = 0) -> Value:
    """Return the sum of a list's numbers."""
    things = tupled(items)
    if isinstance(attribute, str):
        things = tuple(item.get(attribute, UNKNOWN) if isinstance(item, Mapping) else UNKNOWN for item in things)
    numbers = [item for item in (*things, start) if isinstance(item, int | float)]
    return sum(numbers) if len(numbers) == len(things) + 1 else UNKNOWN


def average(*given: Value, default: Value = UNKNOWN) -> Value:
    """Return the mean of numbers."""
    numbers = [number_of(item) for item in _things(given)]
    known = [number for number in numbers if number is not None]
    return sum(known) / len(known) if known and len(known) == len(numbers) else default


def _of(work: Callable[[float], float]) -> Callable[..., Value]:
    def done(thing: Value, default: Value = UNKNOWN) -> Value:
        number = number_of(thing)
        return default if number is None else work(number)

    return done


def default_for(thing: Value, instead: Value = "", empty_too: Value = False) -> Value:
    """Return a thing, or another where it is not known (where it is empty or none as well, on demand)."""
    return instead if isinstance(thing, Unknown) or (empty_too is True and not thing) else thing


def iif(test: Value, yes: Value = True, no: Value = False, neither: Value = UNKNOWN) -> Value:
    """Return one of two by a test; a third where there is nothing to test."""
    if test is None and not isinstance(neither, Unknown):
        return neither
    return yes if test else no


def _logarithm(number: Value, base: Value = math.e) -> Value:
    of, by = number_of(number), number_of(base)
    return UNKNOWN if of is None or by is None else math.log(of, by)


def _leaves(rest: int) -> Callable[[Value], Value]:
    return lambda number: isinstance(number, int) and number % 2 == rest


def _divides(number: Value, by: Value) -> Value:
    return isinstance(number, int) and isinstance(by, int) and number % by == 0


def _is_in(one: Value, others: Value) -> Value:
    return operator.contains(others, one) if isinstance(others, tuple | Mapping | str) else UNKNOWN


def _is_a(*kinds: type) -> Callable[[Value], Value]:
    return lambda thing: isinstance(thing, kinds)


def _is(value: bool) -> Callable[[Value], Value]:
    return lambda thing: thing is value


def _is_integer(thing: Value) -> Value:
    return isinstance(thing, int) and not isinstance(thing, bool)


def _is_number(thing: Value) -> Value:
    return number_of(thing) is not None


def _is_defined(thing: Value) -> Value:
    return not isinstance(thing, Unknown)


NUMBERS: dict[str, Callable[..., Value]] = {
    "abs": _of(abs),
    "sqrt": _of(math.sqrt),
    "log": _logarithm,
    "sin": _of(math.sin),
    "cos": _of(math.cos),
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": total,
    "average": average,
    "round": rounded,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "is even": _leaves(0),
    "is odd": _leaves(1),
    "is divisibleby": _divides,
    "is eq": operator.eq,
    "is ==": operator.eq,
    "is equalto": operator.eq,
    "is ne": operator.ne,
    "is !=": operator.ne,
    "is lt": operator.lt,
    "is <": operator.lt,
    "is le": operator.le,
    "is gt": operator.gt,
    "is >": operator.gt,
    "is ge": operator.ge,
    "is in": _is_in,
    "is contains": operator.contains,
    "is sameas": operator.is_,
    "is none": _is_a(type(None)),
    "is true": _is(True),
    "is false": _is(False),
    "is boolean": _is_a(bool),
    "is number": _is_a(int, float),
    "is integer": _is_integer,
    "is float": _is_a(float),
    "is string": _is_a(str),
    "is mapping": _is_a(Mapping),
    "is list": _is_a(tuple),
    "is sequence": _is_a(tuple, str, Mapping),
    "is iterable": _is_a(tuple, str, Mapping),
    "is datetime": _is_a(datetime),
}
"""None of them is asked about `UNKNOWN`: what comes of that is unknown."""

TOLERANT: dict[str, Callable[..., Value]] = {
    "float": as_float,
    "int": as_int,
    "bool": as_bool,
    "default": default_for,
    "d": default_for,
    "iif": iif,
    "is_number": _is_number,
    "is defined": _is_defined,
    "is undefined": _is_a(Unknown),
    "is is_number": _is_number,
}
"""They are asked about `UNKNOWN` too."""
