"""Decides which point in time is meant: the conventions C1 to C12 of ADR 9, as functions of a reference."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from skills.grammar.when.chunks import Setting
from skills.grammar.when.clock import half_of
from skills.grammar.when.dates import add_days
from skills.grammar.when.pieces import Clock, Day, Part, When
from skills.walltime import at_wall, is_after

SURE = 1.0
DOUBTFUL = 0.6
"""Confidence where two readings are usual, and the other is not so far off that a question pays."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """A time that cannot be."""

    why: str


def wall(day: date, clock: Clock, setting: Setting) -> datetime:
    """Return a time of day on a day as a point in time; hour 24 is the end of the day."""
    day = add_days(day, clock.hour // 24)
    return at_wall(day, time(clock.hour % 24, clock.minute, clock.second % 60), setting.zone)


def at_minutes(day: date, minutes: int, setting: Setting) -> datetime:
    """Return the point in time so many minutes into a day by the clock on the wall."""
    return wall(day, Clock(minutes // 60, minutes % 60), setting)


def readings(clock: Clock, part: Part | None, setting: Setting, *, recurring: bool = False) -> tuple[Clock, ...]:
    """Return the times of day that a time as it was said can be, on a 24-hour clock."""
    if clock.exact or clock.hour == 0 or clock.hour > 12:
        return (clock,)
    if part is not None:
        half = half_of(clock.hour, part)
        hour = clock.hour % 12 + {"am": 0, "pm": 12, "after midnight": 24}[half]
        return (_at(clock, hour),)
    if clock.hour == 12:
        return (_at(clock, 12),)
    if (setting.waking or recurring) and 5 <= clock.hour <= 11:
        return (_at(clock, clock.hour),)
    return (_at(clock, clock.hour), _at(clock, clock.hour + 12))


def on_another_day(clock: Clock, part: Part | None, setting: Setting, *, recurring: bool = False) -> Clock:
    """Return the time of day that is usual where nothing says which half: 7 to 11 am, 12 noon, 1 to 6 pm (C4)."""
    found = readings(clock, part, setting, recurring=recurring)
    return found[0] if len(found) == 1 or clock.hour >= 7 else found[1]


def _at(clock: Clock, hour: int) -> Clock:
    return Clock(hour, clock.minute, clock.second, exact=True)


def instant(when: When, setting: Setting, after: datetime | None = None) -> datetime | Impossible | None:
    """Return the point in time of a day with a time or a part of the day, the next one after `after`.

    None if only a day was said.
    """
    after = after or setting.ref
    if when.clock is not None:
        if when.day is None:
            return _clock_alone(when.clock, when.part, setting, after)
        return _clock_on(when.day, when.clock, when.part, setting, after)
    return _part_on(when.day, when.part, setting, after) if when.part is not None else None


def _clock_alone(clock: Clock, part: Part | None, setting: Setting, after: datetime) -> datetime | Impossible:
    today = after.astimezone(setting.zone).date()
    found = readings(clock, part, setting)
    if part is not None and part.today:
        at = wall(setting.ref.date(), found[0], setting)
        past = not is_after(at, after) and (setting.use is not None or "tonight" in part.name)
        return Impossible("past") if past else at
    # Last night's "2 in the night" is still to come in the small hours.
    candidates = [wall(add_days(today, ahead), one, setting) for ahead in (-1, 0, 1, 2) for one in found]
    return min((at for at in candidates if is_after(at, after)), key=datetime.timestamp)


def _clock_on(day: Day, clock: Clock, part: Part | None, setting: Setting, after: datetime) -> datetime | Impossible:
    if day.day is None:
        return Impossible("no such day")
    if day.day == setting.ref.date() and day.again is None:
        return _today(clock, part, setting, after)
    usual = on_another_day(clock, part, setting)
    for candidate in _days(day):
        at = wall(candidate, usual, setting)
        if is_after(at, after) or day.again is None:
            return at
    return Impossible("past")


def _today(clock: Clock, part: Part | None, setting: Setting, after: datetime) -> datetime | Impossible:
    candidates = [wall(setting.ref.date(), one, setting) for one in readings(clock, part, setting)]
    ahead = [at for at in candidates if is_after(at, after)]
    return min(ahead, key=datetime.timestamp) if ahead else Impossible("past")


def _days(day: Day) -> Iterator[date]:
    """Yield the days that were meant, the first few."""
    found = day.day
    for _ in range(4):
        if found is None:
            return
        yield found
        found = day.again(found) if day.again is not None else None


def _part_on(day: Day | None, part: Part, setting: Setting, after: datetime) -> datetime | Impossible:
    today = setting.ref.date()
    if day is not None:
        for candidate in _days(day):
            if day.again is None or is_after(at_minutes(candidate, part.last, setting), after):
                return (
                    _within(candidate, part, setting)
                    if candidate == today
                    else at_minutes(candidate, part.usual, setting)
                )
        return Impossible("no such day")
    if part.today:
        return _within(today, part, setting)
    at = at_minutes(today, part.usual, setting)
    return at if is_after(at, after) else at_minutes(add_days(today, 1), part.usual, setting)


def _within(today: date, part: Part, setting: Setting) -> datetime:
    """Return the usual time of a part of today, or if it has begun already and is not over: in between."""
    at, last = at_minutes(today, part.usual, setting), at_minutes(today, part.last, setting)
    if not is_after(at, setting.ref) and is_after(last, setting.ref):
        soon = setting.ref.replace(second=0, microsecond=0) + timedelta(minutes=30)
        return min(soon, last - timedelta(minutes=1))
    return at


def whole_day(day: Day, setting: Setting) -> date | Impossible:
    """Return the day that a day alone means: a weekday that is today's is the one in a week."""
    if day.day is None:
        return Impossible("no such day")
    if day.weekday is not None and day.day == setting.ref.date() and day.again is not None:
        return day.again(day.day) or day.day
    return day.day
