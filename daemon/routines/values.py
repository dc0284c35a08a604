"""What a routine computes with: plain values, times, secrets by name, and the one value for "nobody knows"."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import islice
from typing import Final, TypeAlias, cast

MOST_CHARACTERS = 100_000
MOST_ITEMS = 10_000
_DEEPEST = 32
_NUMBER = re.compile(r"[+-]?(?!0\d)\d*(?:\.\d*)?")
"""What Home Assistant takes for a number in a template's text (its ``_IS_NUMERIC``, 2026.11): no leading zero."""


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    VALUE = "unknown"

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown.VALUE
"""What comes of a calculation that has no answer: an undefined name, text that is no number. It goes through every
operator, fills ``default``, meets no condition, and is never sent to a device."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is kept elsewhere (``!secret name``); whoever makes the call fills it in, no trace ever holds it."""

    name: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A YAML tag of somebody's own and what stands behind it (``!include x.yaml``), kept as it was written."""

    tag: str
    text: str


Scalar: TypeAlias = bool | int | float | str | None
Value: TypeAlias = "Scalar | datetime | timedelta | Secret | Unknown | tuple[Value, ...] | Mapping[str, Value]"

Raw: TypeAlias = "Scalar | Secret | Tagged | tuple[Raw, ...] | Mapping[str, Raw]"
"""What a file holds, before anybody says what it means."""


def value_of(thing: object, depth: int = 0) -> Value:
    """Return anything from outside (attributes, payloads, answers) as a value; what fits nowhere is its text."""
    match thing:
        case None | bool() | int() | float() | str() | datetime() | timedelta() | Secret() | Unknown():
            return thing
        case date() | time():
            return thing.isoformat()
        case _ if depth >= _DEEPEST:
            return UNKNOWN
        case Mapping():
            pairs = islice(cast(Mapping[object, object], thing).items(), MOST_ITEMS)
            return {str(key): value_of(item, depth + 1) for key, item in pairs}
        case list() | tuple() | set() | frozenset():
            items = islice(cast(Iterable[object], thing), MOST_ITEMS)
            return tuple(value_of(item, depth + 1) for item in items)
        case _:
            return str(thing)


def native(text: str) -> Value:
    """Return what a template's text means as Home Assistant reads it: ``21.5`` a number, ``[1, 2]`` a list.

    Text that means nothing else stays text; nothing is ever executed.
    """
    bare = text.strip()
    if not bare or len(bare) > MOST_CHARACTERS:
        return bare
    if bare in ("True", "False", "None"):
        return {"True": True, "False": False, "None": None}[bare]
    if _NUMBER.fullmatch(bare) and any(letter.isdigit() for letter in bare):
        return float(bare) if "." in bare else int(bare)
    if bare[0] + bare[-1] in ("[]", "{}", "()"):
        try:
            return value_of(ast.literal_eval(bare))
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return bare
    return bare


def spoken(value: Value) -> str:
    """Return the text a template would print for a value."""
    match value:
        case Unknown():
            return "unknown"
        case Secret():
            return ""
        case tuple():
            return "[" + ", ".join(repr(_bare(item)) for item in value) + "]"
        case Mapping():
            return repr(_bare(value))
        case _:
            return str(value)


def truth(value: Value) -> bool:
    """Say whether a template's result counts as yes: ``on``, ``yes``, ``true``, ``enable``, a number that is not 0."""
    match value:
        case bool():
            return value
        case int() | float():
            return value != 0
        case str():
            return value.strip().lower() in ("1", "yes", "true", "on", "enable")
        case _:
            return False


def number_of(value: Value) -> float | None:
    """Return a finite number, from text too; none where there is none."""
    if not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e300 else None


def tupled(value: Value) -> tuple[Value, ...]:
    """Return a list's items; one thing as a list of one; nothing and the unknown as none."""
    if isinstance(value, tuple):
        return value
    return () if value is None or isinstance(value, Unknown) else (value,)


def _bare(value: Value) -> object:
    if isinstance(value, tuple):
        return [_bare(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    return spoken(value) if isinstance(value, Unknown | Secret | datetime | timedelta) else value


def encoded(value: Value) -> object:
    """Return a value as JSON can hold it; `decoded` gives the same value back."""
    match value:
        case datetime():
            return {"~time": value.isoformat()}
        case timedelta():
            return {"~span": value.total_seconds()}
        case Secret():
            return {"~secret": value.name}
        case Unknown():
            return {"~unknown": True}
        case tuple():
            return [encoded(item) for item in value]
        case Mapping():
            return {("~" + key if key.startswith("~") else key): encoded(item) for key, item in value.items()}
        case _:
            return value


def decoded(thing: object) -> Value:
    """Return the value that `encoded` made this of."""
    if isinstance(thing, Mapping):
        pairs: list[tuple[str, object]] = [
            (str(key), item) for key, item in cast(Mapping[object, object], thing).items()
        ]
        match pairs:
            case [("~time", str() as text)]:
                return datetime.fromisoformat(text)
            case [("~span", int() | float() as span_s)]:
                return timedelta(seconds=span_s)
            case [("~secret", str() as name)]:
                return Secret(name)
            case [("~unknown", _)]:
                return UNKNOWN
            case _:
                return {key.removeprefix("~"): decoded(item) for key, item in pairs}
    if isinstance(thing, Sequence) and not isinstance(thing, str):
        return tuple(decoded(item) for item in cast(Sequence[object], thing))
    return value_of(thing)
