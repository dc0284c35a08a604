"""When a trigger of the clock or the sun fires next, on the days of a clock change too."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.routines.functions.times import time_of
from daemon.routines.triggers import (
    AtEntity,
    PatternTrigger,
    RecurrenceTrigger,
    SunTrigger,
    TimeTrigger,
    When,
)
from daemon.routines.world import World
from daemon.schedule.due import ScheduleError
from daemon.schedule.recur import occurrences, rule_of
from skills.walltime import at_wall_or_first

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BEGINNING = datetime(2001, 1, 1)
"""A wall time, a Monday: where every second week starts counting."""
_LONGEST_NIGHT_D = 200
"""How far ahead the sun is looked for: beyond the polar circles it may stay away for half a year."""


def next_at(when: When, after: datetime, world: World) -> datetime | None:
    """Return when a trigger of time fires next after a point in time; none for others, and where it never will.

    It is as good as the world it was asked of: an entity that holds a time may change it.
    """
    after = after.astimezone(world.now.tzinfo)
    match when:
        case TimeTrigger():
            found = [at for moment in when.at if (at := _moment(moment, when, after, world)) is not None]
            return min(found, key=datetime.timestamp) if found else None
        case PatternTrigger():
            return _pattern(when, after)
        case SunTrigger():
            return _sun(when, after, world)
        case RecurrenceTrigger():
            return _recurrence(when, after)
        case _:
            return None


def pattern_places(pattern: str | None, size: int) -> frozenset[int] | None:
    """Return the values of a clock's part that fit a pattern; none where it is no pattern.

    ``*`` (or nothing) is all, ``/5`` every fifth from 0, a number itself.
    """
    if pattern is None or pattern.strip() == "*":
        return frozenset(range(size))
    text = pattern.strip()
    step = text.startswith("/")
    digits = text.removeprefix("/")
    if not digits.isdecimal() or len(digits) > 2 or int(digits) >= size or (step and int(digits) == 0):
        return None
    return frozenset(range(0, size, int(digits))) if step else frozenset((int(digits),))


def _moment(moment: time | AtEntity, when: TimeTrigger, after: datetime, world: World) -> datetime | None:
    if isinstance(moment, time):
        return _daily(moment, timedelta(), when, after)
    seen = world.state(moment.entity_id)
    if seen is None:
        return None
    try:
        return _daily(time.fromisoformat(seen.value), moment.offset, when, after)
    except ValueError:
        at = time_of(world, seen.value)
    if at is None:
        return None
    at = (at.astimezone(UTC) + moment.offset).astimezone(after.tzinfo)
    fits = not when.weekday or _DAYS[at.weekday()] in when.weekday
    return at if fits and at.timestamp() > after.timestamp() else None


def _daily(clock: time, offset: timedelta, when: TimeTrigger, after: datetime) -> datetime | None:
    zone = after.tzinfo
    if zone is None:
        return None
    # Two days back: an offset may be longer than a day.
    for days in range(-2, 9):
        day = after.date() + timedelta(days=days)
        at = at_wall_or_first(day, clock, zone)
        at = (at.astimezone(UTC) + offset).astimezone(zone) if offset else at
        if at.timestamp() > after.timestamp() and (not when.weekday or _DAYS[at.weekday()] in when.weekday):
            return at
    return None


def _pattern(when: PatternTrigger, after: datetime) -> datetime | None:
    minutes = when.minutes if when.minutes is not None or when.hours is None else "0"
    seconds = when.seconds if when.seconds is not None or (when.minutes is None and when.hours is None) else "0"
    places = [pattern_places(text, size) for text, size in ((when.hours, 24), (minutes, 60), (seconds, 60))]
    known = [found for found in places if found is not None]
    return _next_fitting(known[0], known[1], known[2], after) if len(known) == 3 else None


def _next_fitting(hours: frozenset[int], minutes: frozenset[int], seconds: frozenset[int], after: datetime) -> datetime:
    """Step through real time, so that an hour that comes twice counts twice, and a skipped one not at all."""
    at = after.replace(microsecond=0).astimezone(UTC) + timedelta(seconds=1)
    while True:
        wall = at.astimezone(after.tzinfo)
        if wall.hour not in hours:
            at += timedelta(seconds=3600 - wall.minute * 60 - wall.second)
        elif wall.minute not in minutes:
            at += timedelta(seconds=60 - wall.second)
        elif wall.second not in seconds:
            at += timedelta(seconds=1)
        else:
            return wall


def _sun(when: SunTrigger, after: datetime, world: World) -> datetime | None:
    for at in _risings(when, after, world):
        if at.timestamp() > after.timestamp():
            return at.astimezone(after.tzinfo)
    return None


def _risings(when: SunTrigger, after: datetime, world: World) -> Iterator[datetime]:
    for days in range(-2, _LONGEST_NIGHT_D):
        at = world.sun(when.event, after.date() + timedelta(days=days))
        if at is not None:
            yield at.astimezone(UTC) + when.offset


def _recurrence(when: RecurrenceTrigger, after: datetime) -> datetime | None:
    if not isinstance(after.tzinfo, ZoneInfo):
        return None
    try:
        rule = rule_of(when.rule)
        begins = datetime.combine(_BEGINNING, when.at)
        found = next(iter(occurrences(rule, begins, after.tzinfo, after)), None)
    except ScheduleError:
        return None
    return None if found is None else found.at.astimezone(after.tzinfo)
