"""How each kind of field stands in a file: one reader and one writer for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Protocol

from daemon.routines.notation import (
    clock_of,
    data_of,
    flag,
    is_entity,
    items_of,
    length_of,
    mapping_of,
    meant_no,
    number,
    raw_data,
    raw_length,
    raw_number,
    raw_span,
    scalar_of,
    span_of,
    template,
    text_of,
    worded,
)
from daemon.routines.triggers import AtEntity, Moment
from daemon.routines.values import Raw, Secret

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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


def _entities(nested: Nested, raw: Raw) -> tuple[str, ...]:
    names = [name.strip() for item in items_of(raw) for name in text_of(item, "entity").split(",")]
    if not names:
        raise meant_no("entity", raw)
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
    if not set(days) <= set(_WEEKDAYS):
        raise meant_no("weekday (mon to sun)", raw)
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
            raise meant_no(f"one of {', '.join(words)}", raw)
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
