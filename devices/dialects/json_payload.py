"""JSON and text from outside, read without believing any of it."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeGuard

from devices.model import NOTHING, PayloadError

SIZE_LIMIT = 256 * 1024
"""Bytes of one ordinary message; the biggest state seen in captures has 3 kB."""
CATALOGUE_LIMIT = 16 * 1024 * 1024
"""Bytes of a message that lists a whole house: Zigbee2MQTT describes one device in 5 to 25 kB."""

LARGEST = 1e18
"""The greatest number that is taken for one; scaled by any factor in use it stays far within a float."""
NAME_LIMIT = 128
"""Characters of a name or a word that are kept."""


def text(payload: bytes, *, limit: int = SIZE_LIMIT) -> str:
    """Return the payload as text.

    Raises:
        PayloadError: it is longer than ``limit`` bytes or is no UTF-8.
    """
    if len(payload) > limit:
        raise PayloadError(f"payload of {len(payload)} bytes, at most {limit} are read")
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise PayloadError(f"payload is not UTF-8 at byte {error.start}") from None


def parse(payload: bytes, *, limit: int = SIZE_LIMIT) -> object:
    """Return what the JSON says: dicts, lists, strings, finite numbers, booleans, ``None``.

    Raises:
        PayloadError: too long, no UTF-8, no JSON, nested too deep, or holding what no receiver can use: ``NaN``, an
            infinite number, an integer of thousands of digits, half of a surrogate pair.
    """
    words = text(payload, limit=limit)
    try:
        value: object = _DECODER.decode(words)
        if "\\ud" in words or "\\uD" in words:
            # A lone surrogate would raise far away, where the name is printed or published.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise PayloadError(f"payload is no usable JSON ({_short(str(error))}): {_short(words)!r}") from None
    return value


def parse_object(payload: bytes, *, limit: int = SIZE_LIMIT) -> Mapping[str, object]:
    """Return the JSON object.

    Raises:
        PayloadError: as `parse`, or it is JSON but no object.
    """
    value = parse(payload, limit=limit)
    if not is_object(value):
        raise PayloadError(f"payload is no JSON object: {_short(repr(value))}")
    return value


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Say whether the value, which must come from `parse`, is an object: its keys are then text."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[Sequence[object]]:
    """Say whether the value, which must come from `parse`, is an array."""
    return isinstance(value, list)


def as_object(value: object) -> Mapping[str, object]:
    """Return the value if it is an object, else an empty one."""
    return value if is_object(value) else NOTHING


def as_array(value: object) -> Sequence[object]:
    """Return the value if it is an array, else an empty one."""
    return value if is_array(value) else ()


def as_text(value: object) -> str | None:
    """Return the value if it is text and not empty, else ``None``."""
    return value if isinstance(value, str) and value else None


def as_name(value: object) -> str | None:
    """Return the value if it is text, fit to be shown: cut at 128 characters, every control or formatting character a
    blank, so that it can neither drive a terminal nor run backwards; ``None`` if nothing is left.
    """
    if not isinstance(value, str):
        return None
    words = value[:NAME_LIMIT]
    if not words.isprintable():
        words = "".join(c if c.isprintable() else " " for c in words)
    return words.strip() or None


def as_number(value: object) -> float | None:
    """Return the value if it is a number that something could measure, else ``None``: text that looks like one,
    ``true`` and what lies beyond `LARGEST` are none, so that a receiver may scale and round without a care.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -LARGEST <= value <= LARGEST else None


def as_integer(value: object) -> int | None:
    """Return the value rounded if it is a finite number, else ``None``."""
    number = as_number(value)
    return None if number is None else round(number)


def spoken_number(value: object) -> str | None:
    """Return a number as a sensor's state has it, ``21.5`` and ``7`` and never ``7.0``; ``None`` if it is none."""
    number = as_number(value)
    if number is None:
        return None
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def encode(value: object) -> bytes:
    """Return the value as compact JSON in UTF-8; the value must be of what `parse` returns, tuples too."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{_short(digits)} is out of range")
    return number


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:57] + "..."


# One decoder for all: json.loads with hooks builds a new one for every call.
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
