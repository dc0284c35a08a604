"""What becomes of an entity by a service that goes by what it was: toggled, counted up, the next of its options."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from daemon.routines.playing.effects import TOGGLED
from daemon.routines.values import Value, number_of, spoken

_USUAL_TIMER: Final = timedelta(minutes=5)
"""How long a timer runs that does not say."""
_STEPS: Final[Mapping[str, float]] = {"increment": 1, "decrement": -1, "add_item": 1, "remove_item": -1}


def guessed(before: str, service: str, data: Mapping[str, Value], now: datetime, options: Value) -> str | None:
    """Return what becomes of an entity by a service that goes by what it was; none where nobody can say."""
    if service in _STEPS:
        return f"{(number_of(before) or 0.0) + _STEPS[service]:g}"
    if service == "reset":
        return "0"
    if service in ("volume_up", "volume_down"):
        return None
    if service == "press":
        return _later_than(before, now)
    if service == "set_datetime":
        return next((spoken(data[key]) for key in ("datetime", "time", "date") if key in data), None)
    if service in ("select_next", "select_previous"):
        return _neighbour(before, options, -1 if service == "select_previous" else 1)
    if service in ("set_value", "select_option", "set_hvac_mode"):
        return None
    return TOGGLED.get(before, "on")


def _later_than(before: str, now: datetime) -> str:
    """Return the moment of a button's press, another one for each press."""
    try:
        last = datetime.fromisoformat(before)
    except ValueError:
        return now.isoformat()
    return (now if last.tzinfo is None or last < now else last + timedelta(microseconds=1)).isoformat()


def _neighbour(before: str, options: Value, step: int) -> str | None:
    """Return the option beside one, round and round; none where nobody says what there is."""
    words = [spoken(option) for option in options] if isinstance(options, tuple) else []
    return words[(words.index(before) + step) % len(words)] if before in words else None


def timer_length(value: Value) -> timedelta:
    """Return how long a timer runs, from a mapping of units, seconds, or ``0:05:00``."""
    if isinstance(value, Mapping):
        parts = {key: number_of(item) or 0.0 for key, item in value.items() if key in _UNITS}
        return timedelta(**parts)
    number = number_of(value)
    if number is not None:
        return timedelta(seconds=number)
    parts_of_clock = [number_of(part) for part in spoken(value).split(":")] if isinstance(value, str) else []
    known = [part for part in parts_of_clock if part is not None]
    if len(known) == 3:
        return timedelta(hours=known[0], minutes=known[1], seconds=known[2])
    return _USUAL_TIMER


_UNITS: Final = ("days", "hours", "minutes", "seconds")
