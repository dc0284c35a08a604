"""What a template may call, each function bounded: no input makes one slow, or its result big.

The names and results are Home Assistant's (2026.8, ``homeassistant/helpers/template``) where templates of publishers
use them. Not there on purpose: the time now, other entities' states, loops, random numbers.
"""

import json
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from devices.dialects import json_payload
from devices.model import PayloadError

MAX_TEXT: Final = 64 * 1024
"""Characters of one result; a state has at most 255, attributes a few thousand."""
_MAX_BITS: Final = 256
_MAX_RANGE: Final = 1_000
_MAX_PATTERN: Final = 200
_MAX_SUBJECT: Final = 128

# Foreign values of any type come in and go out: inside of an expression nothing can be typed more closely.
Value = Any


class Skip(Exception):  # noqa: N818 - no error: the template says that this message is none of its business
    """The template asked for no change: ``is_defined`` on something missing."""


class TooMuch(ValueError):  # noqa: N818 - reads as a sentence where it is raised
    """The template wants more time or space than a state is worth."""


class Unset:
    """What a missing variable, key or index yields: false, empty, and an error where a value is needed."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return ""

    def __contains__(self, _item: object) -> bool:
        return False


UNSET: Final = Unset()
_REQUIRED: Final = object()


def bounded(text: str) -> str:
    """Return the text if it is short enough, else raise `TooMuch`."""
    if len(text) > MAX_TEXT:
        raise TooMuch(f"a text of {len(text)} characters")
    return text


def _size(value: Value) -> int:
    return len(value) if hasattr(value, "__len__") else 0


def binary(symbol: str, left: Value, right: Value) -> Value:
    """Apply an arithmetic operator whose result stays small."""
    if symbol == "%" and isinstance(left, str):
        return printf(left, *(right if isinstance(right, tuple) else (right,)))
    if symbol in ("*", "**"):
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise TypeError(f"{symbol} needs numbers")
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * abs(right) if symbol == "**" else left.bit_length() + right.bit_length()
            if bits > _MAX_BITS:
                raise TooMuch("a number of that size")
    elif _size(left) + _size(right) > MAX_TEXT:
        raise TooMuch("a text or list of that size")
    return OPERATORS[symbol](left, right)


def _operator(name: str) -> Callable[[Value, Value], Value]:
    function: Callable[[Value, Value], Value] = getattr(operator, name)
    return function


OPERATORS: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    "+": _operator("add"),
    "-": _operator("sub"),
    "*": _operator("mul"),
    "/": _operator("truediv"),
    "//": _operator("floordiv"),
    "%": _operator("mod"),
    "**": _operator("pow"),
}


def _number(value: Value, convert: Callable[[Value], Value], default: Value) -> Value:
    try:
        if isinstance(value, Unset):
            raise TypeError("a value is missing")
        return convert(value)
    except (ValueError, TypeError, OverflowError):
        if default is _REQUIRED:
            raise
        return default


def to_float(value: Value, default: Value = _REQUIRED) -> Value:
    """Return the value as a float, or ``default`` where one is given and it is none."""
    return _number(value, float, default)


def to_int(value: Value, default: Value = _REQUIRED, base: int = 10) -> Value:
    """Return the value as a whole number, cut, or ``default`` where one is given and it is none."""

    def convert(given: Value) -> int:
        try:
            return int(given, base) if isinstance(given, str) else int(given)
        except ValueError:
            return int(float(given))

    return _number(value, convert, default)


def to_round(value: Value, precision: int = 0, method: str = "common", default: Value = _REQUIRED) -> Value:
    """Return the number rounded: to ``precision`` places, ``common``, ``ceil``, ``floor`` or ``half``."""

    def convert(given: Value) -> Value:
        number = float(given)
        scale = 10.0**precision
        match method:
            case "ceil":
                number = math.ceil(number * scale) / scale
            case "floor":
                number = math.floor(number * scale) / scale
            case "half":
                number = round(number * 2) / 2
            case _:
                number = round(number, precision)
        return int(number) if precision == 0 and method != "half" else number

    return _number(value, convert, default)


def default(value: Value, otherwise: Value = "", boolean: bool = False) -> Value:
    """Return ``otherwise`` where the value is missing (or, with ``boolean``, false)."""
    return otherwise if isinstance(value, Unset) or (boolean and not value) else value


def is_defined(value: Value) -> Value:
    """Return the value; where it is missing, ask for no change."""
    if isinstance(value, Unset):
        raise Skip
    return value


def iif(value: Value, if_true: Value = True, if_false: Value = False, if_none: Value = _REQUIRED) -> Value:
    """Return one of two values, or of three."""
    if value is None and if_none is not _REQUIRED:
        return if_none
    return if_true if value else if_false


def replace(text: Value, old: Value, new: Value, count: int = -1) -> str:
    """Return the text with ``old`` replaced, if that does not blow it up."""
    given, found, put = str(text), str(old), str(new)
    if len(given) + (given.count(found) + 1) * len(put) > MAX_TEXT:
        raise TooMuch("a replacement of that size")
    return given.replace(found, put, count)


def join(parts: Value, separator: str = "", attribute: None = None) -> str:  # noqa: ARG001 - Jinja's signature
    """Return the parts as one text."""
    texts = [str(part) for part in parts]
    if sum(map(len, texts)) + len(separator) * len(texts) > MAX_TEXT:
        raise TooMuch("a text of that size")
    return separator.join(texts)


def concat(*parts: Value) -> str:
    """Return the parts as one text: the ``~`` operator."""
    return join(parts)


_PRINTF = re.compile(r"%(?:[-+ 0#]{0,3}\d{0,2}(?:\.\d{1,2})?[dsfFgeExXio]|%)")


def printf(form: Value, *values: Value) -> str:
    """Return ``form % values`` for the plain conversions, widths up to 99."""
    form = str(form)
    if "%" in _PRINTF.sub("", form):
        raise ValueError("a conversion that is not allowed")
    return bounded(form % values)


def limited_range(*bounds: int) -> range:
    """Return ``range(...)`` if it is short."""
    steps = range(*bounds)
    if len(steps) > _MAX_RANGE:
        raise TooMuch("a range of that size")
    return steps


def _pattern(find: str) -> re.Pattern[str]:
    """Compile a pattern that Python's engine, which backtracks, cannot take long over.

    Raises:
        TooMuch: it repeats groups, or leaves too many choices open: each doubles the time, or multiplies it by the
            length of the text.
    """
    plain = re.sub(r"\\.|\[\^?\]?[^\]]*\]", "c", find)
    plain = re.sub(r"\(\?(?::|P<\w+>|[ims]+\))", "(", re.sub(r"(?<=[*+?}])\?", "", plain))
    if len(find) > _MAX_PATTERN or len(re.findall(r"[*+{?|]", plain)) > 3 or re.search(r"\)[*+{]|\(\?", plain):
        raise TooMuch("a pattern of that kind")
    return re.compile(find)


def _subject(value: Value) -> str:
    text = str(value)
    if len(text) > _MAX_SUBJECT:
        raise TooMuch("a text of that size")
    return text


def regex_match(value: Value, find: str = "", _ignorecase: Value = None) -> bool:
    """Say whether the text begins with what the pattern describes."""
    return _pattern(find).match(_subject(value)) is not None


def regex_search(value: Value, find: str = "", _ignorecase: Value = None) -> bool:
    """Say whether the pattern is found in the text."""
    return _pattern(find).search(_subject(value)) is not None


def regex_replace(value: Value, find: str = "", replacement: str = "", _ignorecase: Value = None) -> str:
    """Return the text with what the pattern describes replaced."""
    return bounded(_pattern(find).sub(replacement[:_MAX_PATTERN], _subject(value)))


def regex_findall(value: Value, find: str = "", _ignorecase: Value = None) -> Sequence[Value]:
    """Return all that the pattern describes."""
    return _pattern(find).findall(_subject(value))


def regex_findall_index(value: Value, find: str = "", index: int = 0, _ignorecase: Value = None) -> Value:
    """Return one of what the pattern describes."""
    return regex_findall(value, find)[index]


def from_json(text: Value, default: Value = _REQUIRED) -> Value:
    """Return the JSON value of a text."""
    try:
        return json_payload.parse(str(text).encode())
    except PayloadError:
        if default is _REQUIRED:
            raise
        return default


def to_json(value: Value, **_options: Value) -> str:
    """Return the value as JSON."""
    return bounded(json.dumps(value, ensure_ascii=False, allow_nan=False))


def as_datetime(value: Value, default: Value = _REQUIRED) -> Value:
    """Return the moment that seconds since 1970 or an ISO 8601 text name, in UTC if it does not say."""

    def convert(given: Value) -> datetime:
        try:
            return datetime.fromtimestamp(float(given), UTC)
        except ValueError:
            moment = datetime.fromisoformat(str(given))
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    return _number(value, convert, default)


def as_timestamp(value: Value, default: Value = _REQUIRED) -> Value:
    """Return seconds since 1970."""
    return _number(value, lambda given: as_datetime(given).timestamp(), default)


def timestamp_custom(
    value: Value, form: str = "%Y-%m-%d %H:%M:%S", _local: Value = True, default: Value = _REQUIRED
) -> Value:
    """Return seconds since 1970 as text, in UTC: a state does not depend on where it is read."""
    if not re.fullmatch(r"(?:[^%]|%-?[a-zA-Z%]){1,64}", form):
        raise ValueError("a time format that is not allowed")
    return _number(value, lambda given: datetime.fromtimestamp(float(given), UTC).strftime(form), default)


def is_number(value: Value) -> bool:
    """Say whether the value is, or says, a finite number."""
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        return False


def _text(method: Callable[[str], str]) -> Callable[[Value], str]:
    def apply(value: Value) -> str:
        return bounded(method(str(value)))

    return apply


def _truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).casefold()
    if word in ("true", "yes", "on", "enable", "1"):
        return True
    if word in ("false", "no", "off", "disable", "0"):
        return False
    raise ValueError("neither true nor false")


def _bool(value: Value, default: Value = _REQUIRED) -> Value:
    return _number(value, _truth, default)


def _add(value: Value, amount: Value, default: Value = _REQUIRED) -> Value:
    return _number(value, lambda given: float(given) + amount, default)


def _multiply(value: Value, amount: Value, default: Value = _REQUIRED) -> Value:
    return _number(value, lambda given: float(given) * amount, default)


def _bitwise(operation: Callable[[int, int], int]) -> Callable[[Value, Value], int]:
    def apply(one: Value, other: Value) -> int:
        return operation(int(one), int(other))

    return apply


def _timestamp(value: Value, default: Value = _REQUIRED) -> Value:
    return timestamp_custom(value, "%Y-%m-%dT%H:%M:%S+00:00", default=default)


def _first(value: Value) -> Value:
    return next(iter(value), UNSET)


def _last(value: Value) -> Value:
    return value[-1] if value else UNSET


FILTERS: Final[Mapping[str, Callable[..., Value]]] = {
    "abs": abs,
    "add": _add,
    "as_datetime": as_datetime,
    "as_timestamp": as_timestamp,
    "bitwise_and": _bitwise(_operator("and_")),
    "bitwise_or": _bitwise(_operator("or_")),
    "bitwise_xor": _bitwise(_operator("xor")),
    "bool": _bool,
    "capitalize": _text(str.capitalize),
    "concat": concat,
    "count": len,
    "d": default,
    "default": default,
    "first": _first,
    "float": to_float,
    "format": printf,
    "from_json": from_json,
    "iif": iif,
    "int": to_int,
    "is_defined": is_defined,
    "is_number": is_number,
    "join": join,
    "last": _last,
    "length": len,
    "list": list,
    "lower": _text(str.lower),
    "max": max,
    "min": min,
    "multiply": _multiply,
    "regex_findall": regex_findall,
    "regex_findall_index": regex_findall_index,
    "regex_match": regex_match,
    "regex_replace": regex_replace,
    "regex_search": regex_search,
    "replace": replace,
    "round": to_round,
    "string": _text(str),
    "sum": sum,
    "timestamp_custom": timestamp_custom,
    "timestamp_local": _timestamp,
    "timestamp_utc": _timestamp,
    "title": _text(str.title),
    "to_json": to_json,
    "tojson": to_json,
    "trim": _text(str.strip),
    "upper": _text(str.upper),
}

_SHARED = ("as_datetime", "as_timestamp", "bitwise_and", "bitwise_or", "bool", "float", "iif", "int", "is_number",
           "max", "min", "round", "timestamp_custom")  # fmt: skip

GLOBALS: Final[Mapping[str, Callable[..., Value]]] = {
    "range": limited_range,
    **{name: FILTERS[name] for name in _SHARED},
}
