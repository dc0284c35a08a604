"""How plain values stand in a file: texts, numbers, times, lengths of time, templates and data; read and written."""

import re
from collections.abc import Mapping
from datetime import time, timedelta

from daemon.routines.expressions import Data, Template
from daemon.routines.templates import TemplateError, is_template, template_of
from daemon.routines.triggers import Span
from daemon.routines.values import Raw, Scalar, Tagged

_ENTITY = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_LENGTH = re.compile(r"([+-]?)(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?")
_UNITS = ("days", "hours", "minutes", "seconds", "milliseconds")


class MisreadError(ValueError):
    """A part that has no meaning here; the message says why, in words for whoever wrote it."""


def items_of(raw: Raw) -> tuple[Raw, ...]:
    """Return a list's items; one thing as a list of one; nothing as none."""
    return raw if isinstance(raw, tuple) else () if raw is None else (raw,)


def meant_no(kind: str, raw: Raw) -> MisreadError:
    """Return the error for what should have been something else."""
    shown = f"!{raw.tag}" if isinstance(raw, Tagged) else repr(raw)
    return MisreadError(f"{shown[:80]} is no {kind}")


def text_of(raw: Raw, kind: str = "text") -> str:
    """Return a text, for a number too."""
    if isinstance(raw, bool):
        return "on" if raw else "off"
    if not isinstance(raw, str | int | float) or (isinstance(raw, str) and is_template(raw)):
        raise meant_no(kind, raw)
    return str(raw)


def template(raw: Raw) -> Template:
    """Read a template; a text without any is one that says just that."""
    try:
        return template_of(text_or_word(raw))
    except TemplateError as error:
        raise MisreadError(str(error)) from error


def text_or_word(raw: Raw) -> str:
    """Return what stands for a template: ``true`` may be one."""
    if not isinstance(raw, str | int | float):
        raise meant_no("template", raw)
    return str(raw)


def worded(raw: Raw) -> str | Template:
    """Read a text that may be a template."""
    return template(raw) if isinstance(raw, str) and is_template(raw) else text_of(raw)


def data_of(raw: Raw) -> Data:
    """Read data with templates in it."""
    match raw:
        case str() if is_template(raw):
            return template(raw)
        case Tagged():
            raise meant_no("value we could look up (write it out in its place)", raw)
        case tuple():
            return tuple(data_of(item) for item in raw)
        case Mapping():
            return {key: data_of(item) for key, item in raw.items()}
        case _:
            return raw


def mapping_of(raw: Raw) -> Mapping[str, Data]:
    """Read a mapping with templates in it; nothing is an empty one."""
    read = data_of(raw)
    if not isinstance(read, Mapping | None):
        raise meant_no("mapping", raw)
    return read or {}


def raw_data(data: Data) -> Raw:
    """Return data as it stands in a file."""
    match data:
        case Template():
            return data.source
        case tuple():
            return tuple(raw_data(item) for item in data)
        case Mapping():
            return {key: raw_data(item) for key, item in data.items()}
        case _:
            return data


def length_of(raw: Raw) -> timedelta:
    """Read a length of time: seconds, ``HH:MM``, ``HH:MM:SS``, or a mapping of units."""
    if isinstance(raw, Mapping) and raw.keys() <= set(_UNITS):
        return timedelta(**{unit: number(value) for unit, value in raw.items() if value is not None})
    if isinstance(raw, str) and (found := _LENGTH.fullmatch(raw.strip())):
        sign, hours, minutes, seconds = found.groups()
        read = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds or 0))
        return -read if sign == "-" else read
    try:
        return timedelta(seconds=number(raw))
    except MisreadError:
        raise meant_no("length of time", raw) from None


def span_of(raw: Raw) -> Span:
    """Read a length of time that may have to be computed."""
    if isinstance(raw, str) and is_template(raw):
        return template(raw)
    if isinstance(raw, Mapping) and raw.keys() <= set(_UNITS):
        read = mapping_of(raw)
        if any(isinstance(value, Template) for value in read.values()):
            return read
    return length_of(raw)


def raw_length(length: timedelta) -> Raw:
    """Return a length of time as it stands in a file."""
    if length.microseconds:
        return {"seconds": length.total_seconds()}
    seconds = abs(int(length.total_seconds()))
    sign = "-" if length < timedelta() else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def raw_span(span: Span) -> Raw:
    """Return a length of time as it stands in a file."""
    return raw_length(span) if isinstance(span, timedelta) else raw_data(span)


def number(raw: Raw) -> float:
    """Read a number, from text too."""
    try:
        if isinstance(raw, int | float | str) and not isinstance(raw, bool):
            return float(raw)
    except ValueError:
        pass
    raise meant_no("number", raw)


def raw_number(value: float) -> Raw:
    """Return a number as a person would write it."""
    return int(value) if value == int(value) else value


def flag(raw: Raw) -> bool:
    """Read yes or no."""
    found = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}.get(str(raw).lower())
    if found is None:
        raise meant_no("yes or no", raw)
    return found


def clock_of(raw: Raw) -> time:
    """Read a time of day."""
    found = _CLOCK.fullmatch(raw.strip()) if isinstance(raw, str) else None
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        pass
    raise meant_no("time of day (HH:MM:SS)", raw)


def is_entity(raw: Raw) -> bool:
    """Say whether a text is an entity's id."""
    return isinstance(raw, str) and _ENTITY.fullmatch(raw.strip().lower()) is not None


def scalar_of(raw: Raw) -> Scalar:
    """Read a state."""
    if not isinstance(raw, bool | int | float | str | None) or (isinstance(raw, str) and is_template(raw)):
        raise meant_no("state", raw)
    return raw
