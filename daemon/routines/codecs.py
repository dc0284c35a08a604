"""How each kind of value of a routine stands in a file: one reader and one writer for each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Protocol

from daemon.routines.expressions import Data, Template
from daemon.routines.templates import TemplateError, is_template, template_of
from daemon.routines.triggers import AtEntity, Moment, Span
from daemon.routines.values import Raw, Scalar, Secret, Tagged

_ENTITY = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")
_LENGTH = re.compile(r"([+-]?)(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d+)?))?")
_UNITS = ("days", "hours", "minutes", "seconds", "milliseconds")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class MisreadError(ValueError):
    """A part that has no meaning here; the message says why, in words for whoever wrote it."""


class Nested(Protocol):
    """Reads what is itself made of triggers, conditions or actions."""

    def triggers(self, raw: Raw, where: str) -> Any:
        """Read a list of triggers."""
        ...

    def conditions(self, raw: Raw, where: str) -> Any:
        """Read a list of conditions."""
        ...

    def actions(self, raw: Raw, where: str) -> Any:
        """Read a list of actions."""
        ...

    def entity(self, name: str) -> str:
        """Return an entity's id, for one of a registry too."""
        ...


@dataclass(frozen=True, slots=True)
class Codec:
    """One kind of value: how it is read, and how it is written."""

    read: Callable[[Nested, Raw, str], Any]
    write: Callable[[Any], Raw]


def items_of(raw: Raw) -> tuple[Raw, ...]:
    """Return a list's items; one thing as a list of one; nothing as none."""
    return raw if isinstance(raw, tuple) else () if raw is None else (raw,)


def _mean(kind: str, raw: Raw) -> MisreadError:
    shown = f"!{raw.tag}" if isinstance(raw, Tagged) else repr(raw)
    return MisreadError(f"{shown[:80]} is no {kind}")


def text_of(raw: Raw, kind: str = "text") -> str:
    """Return a text, for a number too."""
    if isinstance(raw, bool):
        return "on" if raw else "off"
    if not isinstance(raw, str | int | float) or (isinstance(raw, str) and is_template(raw)):
        raise _mean(kind, raw)
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
        raise _mean("template", raw)
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
            raise _mean("value we could look up (write it out in its place)", raw)
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
        raise _mean("mapping", raw)
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
        raise _mean("length of time", raw) from None


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
    raise _mean("number", raw)


def raw_number(value: float) -> Raw:
    """Return a number as a person would write it."""
    return int(value) if value == int(value) else value


def flag(raw: Raw) -> bool:
    """Read yes or no."""
    found = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}.get(str(raw).lower())
    if found is None:
        raise _mean("yes or no", raw)
    return found


def clock_of(raw: Raw) -> time:
    """Read a time of day."""
    found = _CLOCK.fullmatch(raw.strip()) if isinstance(raw, str) else None
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        pass
    raise _mean("time of day (HH:MM:SS)", raw)


def is_entity(raw: Raw) -> bool:
    """Say whether a text is an entity's id."""
    return isinstance(raw, str) and _ENTITY.fullmatch(raw.strip().lower()) is not None


def scalar_of(raw: Raw) -> Scalar:
    """Read a state."""
    if not isinstance(raw, bool | int | float | str | None) or (isinstance(raw, str) and is_template(raw)):
        raise _mean("state", raw)
    return raw


def _entities(nested: Nested, raw: Raw) -> tuple[str, ...]:
    names = [name.strip() for item in items_of(raw) for name in text_of(item, "entity").split(",")]
    if not names:
        raise _mean("entity", raw)
    return tuple(nested.entity(name) for name in names)


def _moment(nested: Nested, raw: Raw) -> Moment:
    if isinstance(raw, Mapping) and "entity_id" in raw and raw.keys() <= {"entity_id", "offset"}:
        offset = length_of(raw["offset"]) if "offset" in raw else timedelta()
        return AtEntity(nested.entity(text_of(raw["entity_id"])), offset)
    return AtEntity(nested.entity(raw)) if isinstance(raw, str) and is_entity(raw) else clock_of(raw)


def _raw_moment(moment: Moment) -> Raw:
    if isinstance(moment, time):
        return moment.isoformat()
    return {"entity_id": moment.entity_id, "offset": raw_length(moment.offset)} if moment.offset else moment.entity_id


def one_or_list(items: tuple[Raw, ...]) -> Raw:
    """Return one thing by itself, more as a list."""
    return items[0] if len(items) == 1 and not isinstance(items[0], tuple) and items[0] is not None else items


def _level(nested: Nested, raw: Raw) -> float | str:
    return nested.entity(raw) if isinstance(raw, str) and is_entity(raw) and not _is_number(raw) else number(raw)


def _is_number(raw: str) -> bool:
    return raw.replace(".", "", 1).isdigit()


def _clock_or_entity(nested: Nested, raw: Raw) -> time | str:
    return nested.entity(raw) if isinstance(raw, str) and is_entity(raw) else clock_of(raw)


def _days(raw: Raw) -> tuple[str, ...]:
    days = tuple(text_of(item).lower() for item in items_of(raw))
    if not set(days) <= set(WEEKDAYS):
        raise _mean("weekday (mon to sun)", raw)
    return days


def _any_text(raw: Raw) -> str | Secret:
    return raw if isinstance(raw, Secret) else text_of(raw)


def _same(value: Any) -> Raw:
    raw: Raw = value
    return raw


def choice(*words: str) -> Codec:
    """Return the codec of one of some words."""

    def read(raw: Raw) -> str:
        if raw not in words:
            raise _mean(f"one of {', '.join(words)}", raw)
        return str(raw)

    return Codec(lambda _nested, raw, _where: read(raw), _same)


def _codec(read: Callable[[Raw], Any], write: Callable[[Any], Raw] = _same) -> Codec:
    return Codec(lambda _nested, raw, _where: read(raw), write)


def _words(raw: Raw) -> tuple[str, ...]:
    return tuple(text_of(item) for item in items_of(raw))


TEXT = _codec(text_of)
TEXT_OR_SECRET = _codec(_any_text)
WORDED = _codec(worded, raw_data)
WORDED_OR_NOTHING = _codec(lambda raw: None if raw is None else worded(raw), raw_data)
WORDS = _codec(_words, one_or_list)
SCALARS = _codec(lambda raw: tuple(scalar_of(item) for item in items_of(raw)), one_or_list)
STATES = _codec(
    lambda raw: () if raw is None else tuple(scalar_of(item) for item in items_of(raw)),
    lambda states: one_or_list(states) if states else None,
)
"""Nothing stands for "any state": an empty tuple."""
SPAN = _codec(span_of, raw_span)
LENGTH = _codec(length_of, raw_length)
NUMBER = _codec(number, raw_number)
FLAG = _codec(flag)
CLOCK = _codec(clock_of, time.isoformat)
DAYS = _codec(_days, one_or_list)
TEMPLATE = _codec(template, raw_data)
DATA = _codec(data_of, raw_data)
MAPPING = _codec(mapping_of, raw_data)
MAPPING_OR_TEMPLATE = _codec(lambda raw: template(raw) if isinstance(raw, str) else mapping_of(raw), raw_data)
ENTITIES = Codec(lambda nested, raw, _where: _entities(nested, raw), one_or_list)
ENTITY = Codec(lambda nested, raw, _where: nested.entity(text_of(raw, "entity")), _same)
LEVEL = Codec(
    lambda nested, raw, _where: _level(nested, raw),
    lambda level: level if isinstance(level, str) else raw_number(level),
)
MOMENTS = Codec(
    lambda nested, raw, _where: tuple(_moment(nested, item) for item in items_of(raw)),
    lambda moments: one_or_list(tuple(_raw_moment(moment) for moment in moments)),
)
CLOCK_OR_ENTITY = Codec(
    lambda nested, raw, _where: _clock_or_entity(nested, raw), lambda at: at if isinstance(at, str) else at.isoformat()
)
