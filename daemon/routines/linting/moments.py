"""Sets of moments: the minutes of one week in each season, as the bits of a number.

Four weeks stand for the year, those of the solstices and equinoxes, so that "after sunset and before five" is possible
in winter only where it is.
"""

from collections.abc import Iterable
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Final

from daemon.routines.playing.house import House
from daemon.routines.playing.stage import sun_of
from daemon.routines.triggers import SunEvent

DAY: Final = 1440
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAYS: Final = (date(2026, 3, 16), date(2026, 6, 22), date(2026, 9, 21), date(2026, 12, 21))
DAYS: Final = tuple(monday + timedelta(days=days) for monday in _MONDAYS for days in range(7))
ALWAYS: Final = (1 << DAY * len(DAYS)) - 1


@lru_cache(maxsize=1024)
def daily(first: int, end: int, weekdays: tuple[str, ...] = ()) -> int:
    """Return the minutes of each day from one on and up to, but not at, another; over midnight where that is earlier.

    Only on some weekdays, where they are given; one that goes over midnight counts on both days of the clock.
    """
    if first > end:
        return daily(first, DAY, weekdays) | daily(0, end, weekdays)
    minutes = ((1 << (end - first)) - 1) << first
    return sum(minutes << DAY * place for place, day in enumerate(DAYS) if _counts(day, weekdays))


def at_minutes(minutes: Iterable[int], weekdays: tuple[str, ...] = ()) -> int:
    """Return single minutes of each day."""
    return _at_minutes(frozenset(minutes), weekdays)


@lru_cache(maxsize=1024)
def _at_minutes(minutes: frozenset[int], weekdays: tuple[str, ...]) -> int:
    bits = sum(1 << minute for minute in minutes)
    return sum(bits << DAY * place for place, day in enumerate(DAYS) if _counts(day, weekdays))


def minute_of(clock: time) -> int:
    """Return a time's minute of the day."""
    return clock.hour * 60 + clock.minute


@lru_cache(maxsize=256)
def at_sun(event: SunEvent, offset: timedelta, place: tuple[float, float], zone: str) -> int:
    """Return the minute of the sun's event on each day, so much later; moved into the day where it leaves it."""
    found = 0
    for number, day in enumerate(DAYS):
        at = sun_of(event, day, place, zone)
        if at is not None:
            minute = minute_of(at.time()) + round(offset.total_seconds() / 60)
            found |= 1 << (DAY * number + minute) % (DAY * len(DAYS))
    return found


@lru_cache(maxsize=256)
def since_sun(event: SunEvent, offset: timedelta, place: tuple[float, float], zone: str) -> int:
    """Return the minutes of each day from the sun's event on, until midnight; the whole day where there is none."""
    found = 0
    for number, day in enumerate(DAYS):
        at = sun_of(event, day, place, zone)
        minute = 0 if at is None else minute_of(at.time()) + round(offset.total_seconds() / 60)
        first = min(max(minute, 0), DAY)
        found |= (((1 << (DAY - first)) - 1) << first) << DAY * number
    return found


def by_day(house: House) -> int:
    """Return when the sun is up."""
    risen = since_sun("sunrise", timedelta(), house.place, house.zone)
    return risen & ~since_sun("sunset", timedelta(), house.place, house.zone)


def _counts(day: date, weekdays: tuple[str, ...]) -> bool:
    return not weekdays or WEEKDAYS[day.weekday()] in weekdays
