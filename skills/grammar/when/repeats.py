"""Works out a recurrence from all that was said of it: pace, weekdays, times of day, start, end and exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from skills.grammar.when.chunks import Setting
from skills.grammar.when.dates import add_days, add_months
from skills.grammar.when.model import Recurrence, Spans
from skills.grammar.when.pieces import Clock, Ends, Limit, Part, Point, Rule, When
from skills.grammar.when.recurrence import firings, paced_text, rrule_text
from skills.grammar.when.resolve import Impossible, instant, on_another_day
from skills.walltime import at_wall, at_wall_or_first, is_after, later

SHORTEST_MONTH = 28
"""What recurs monthly from a later day on comes on the last day of shorter months (C11)."""

MOST_TIMES = 100
"""Times of day in one recurrence (``every 15 minutes from 8 to 18``)."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """All that was said of a recurrence."""

    rules: Sequence[Rule]
    whens: Sequence[When]
    ends: Sequence[Ends]
    limits: Sequence[Limit]

    def clocks(self) -> list[tuple[Clock, Part | None]]:
        """Return the times of day that were said, each with its part of the day."""
        found: list[tuple[Clock, Part | None]] = []
        part = next((rule.part for rule in self.rules if rule.part is not None), None)
        shared = part or next((when.part for when in self.whens if when.part is not None and when.clock is None), None)
        for when in self.whens:
            clocks = when.clocks or ((when.clock,) if when.clock is not None else ())
            found.extend((clock, when.part or shared) for clock in clocks)
        return found


def recurring(repeat: Repeat, setting: Setting, *, spans: Spans, confidence: float) -> Recurrence | None:
    """Return the recurrence, None if what was said cannot go together."""
    rule = _one(repeat)
    if rule is None:
        return None
    repeat = _clocks_apart(repeat)
    window = next((ends for ends in repeat.ends if _is_window(ends)), None)
    start, until = _bounds(repeat, setting)
    if rule.every is not None and window is None and not repeat.clocks():
        begin = start if start is not None and is_after(start, setting.ref) else setting.ref
        if rule.on_the_hour:
            begin = setting.ref.replace(minute=0, second=0, microsecond=0)
        end = _end_of_pace(repeat, begin, until, setting)
        if end is not None and not is_after(end, later(begin, rule.every)):
            return None
        return Recurrence(paced_text(rule.every, end), begin, (), rule.every, spans, confidence)
    named, times = _times(repeat, rule, window, setting)
    if named is None:
        return None
    earliest = start or setting.ref
    return _dated(named, times, (earliest, until), setting, Recurrence("", earliest, times, None, spans, confidence))


def _clocks_apart(repeat: Repeat) -> Repeat:
    """Return the same with the time of day that was said behind a limit (``until christmas at 8``) as the one meant."""
    if repeat.clocks() or any(rule.every for rule in repeat.rules) or any(_is_window(ends) for ends in repeat.ends):
        return repeat
    bounds = [bound for limit in repeat.limits for bound in (limit.start, limit.until)]
    timed = [bound for bound in (*bounds, *(ends.end for ends in repeat.ends)) if _is_timed_day(bound)]
    whens = [*repeat.whens, *(replace(bound, day=None) for bound in timed if isinstance(bound, When))]
    limits = [replace(limit, start=_day_alone(limit.start), until=_day_alone(limit.until)) for limit in repeat.limits]
    ends = [
        replace(span, end=replace(span.end, clock=None, part=None))
        if isinstance(span.end, When) and _is_timed_day(span.end)
        else span
        for span in repeat.ends
    ]
    return replace(repeat, whens=whens, limits=limits, ends=ends)


def _is_timed_day(bound: object) -> bool:
    return isinstance(bound, When) and bound.clock is not None and bound.day is not None


def _day_alone(bound: When | Point | None) -> When | Point | None:
    return replace(bound, clock=None, part=None) if isinstance(bound, When) and bound.day is not None else bound


def _end_of_pace(repeat: Repeat, begin: datetime, until: date | None, setting: Setting) -> datetime | None:
    """Return the last point in time at which something may recur at a pace."""
    for limit in repeat.limits:
        if limit.length is not None and not limit.length.calendar:
            return later(begin, limit.length.total)
        if isinstance(limit.until, When) and limit.until.clock is not None:
            at = instant(limit.until, setting)
            return at if isinstance(at, datetime) else None
    return at_wall(until, time(23, 59, 59), setting.zone) if until is not None else None


def _one(repeat: Repeat) -> Rule | None:
    """Return the rules that were said as one, without the weekdays that were excepted."""
    rule, *others = sorted(repeat.rules, key=lambda rule: rule.doubtful)
    for other in others:
        if other.weekdays and not rule.weekdays and rule.freq in ("DAILY", "WEEKLY") and not rule.every:
            rule = replace(rule, freq="WEEKLY", weekdays=other.weekdays)
        elif other.part is not None and rule.part is None:
            rule = replace(rule, part=other.part)
        elif other.weekdays and rule.weekdays and other.freq == rule.freq:
            rule = replace(rule, weekdays=tuple(sorted({*rule.weekdays, *other.weekdays})))
    without = {day for limit in repeat.limits for day in limit.without}
    if not without:
        return rule
    days = rule.weekdays or (tuple((0, day) for day in range(7)) if rule.freq == "DAILY" else ())
    left = tuple((nth, day) for nth, day in days if day not in without)
    return replace(rule, freq="WEEKLY", weekdays=left) if left and rule.every is None else None


def _is_window(ends: Ends) -> bool:
    """Return whether a range is one of hours, in which something recurs."""
    return (
        isinstance(ends.start, When) and isinstance(ends.end, When)
        and ends.start.clock is not None and ends.end.clock is not None
    )  # fmt: skip


def _times(repeat: Repeat, rule: Rule, window: Ends | None, setting: Setting) -> tuple[Rule | None, tuple[time, ...]]:
    """Return the rule of the days and the times on each."""
    if rule.every is not None:
        if window is None:
            return None, ()
        return Rule(), _in_window(rule.every, window, setting)
    clocks = [on_another_day(clock, part, setting, recurring=True) for clock, part in repeat.clocks()]
    if window is not None:
        return None, ()
    if not clocks:
        parts = [when.part for when in repeat.whens if when.part is not None] or ([rule.part] if rule.part else [])
        return rule, tuple(sorted({time(part.usual // 60, part.usual % 60) for part in parts}))
    if all(clock.hour >= 24 for clock in clocks):
        # Midnight is the end of the day named, so its points in time lie on the day after.
        rule = replace(rule, weekdays=tuple((nth, (day + 1) % 7) for nth, day in rule.weekdays))
    return rule, tuple(sorted({time(clock.hour % 24, clock.minute, clock.second % 60) for clock in clocks}))


def _in_window(every: timedelta, window: Ends, setting: Setting) -> tuple[time, ...]:
    """Return the times of day at a pace from one to another, both included."""
    assert isinstance(window.start, When)
    assert isinstance(window.end, When)
    assert window.start.clock is not None
    assert window.end.clock is not None
    first = on_another_day(window.start.clock, window.start.part, setting, recurring=True)
    last = on_another_day(window.end.clock, window.end.part, setting)
    minute, final = first.hour * 60 + first.minute, last.hour * 60 + last.minute
    if final < minute:
        half_a_day = 12 * 60
        final += half_a_day if not window.end.clock.exact and final + half_a_day >= minute else 2 * half_a_day
    times: list[time] = []
    pace = max(1, round(every.total_seconds() / 60))
    while minute <= final and len(times) < MOST_TIMES:
        times.append(time(minute // 60 % 24, minute % 60))
        minute += pace
    return tuple(sorted(set(times)))


def _bounds(repeat: Repeat, setting: Setting) -> tuple[datetime | None, date | None]:
    """Return when a recurrence begins, if that was said, and its last day."""
    start, until = None, None
    for limit in repeat.limits:
        start = _begin(limit.start, setting) or start
        until = _last(limit.until, setting) or until
        if limit.length is not None and limit.length.calendar:
            first = (start or setting.ref).date()
            until = add_days(add_months(first, limit.length.months), int(limit.length.days) - 1)
    for ends in repeat.ends:
        if isinstance(ends.start, When) and isinstance(ends.end, When) and not _is_window(ends):
            start = _begin(ends.start, setting) or start
            day = ends.end.day
            until = add_days(day.day, day.length - 1) if day is not None and day.day is not None else until
    for when in repeat.whens:
        if when.day is not None and when.day.day is not None and when.day.weekday is None:
            start = at_wall(when.day.day, time(0), setting.zone)
            until = add_days(when.day.day, when.day.length - 1) if when.day.length > 1 else until
    return start, until


def _begin(value: When | Point | None, setting: Setting) -> datetime | None:
    if isinstance(value, Point):
        return value.at
    if value is None:
        return None
    at = instant(value, setting) if value.clock is not None else None
    if value.day is None or value.day.day is None:
        return at if isinstance(at, datetime) else None
    return at if isinstance(at, datetime) else at_wall(value.day.day, time(0), setting.zone)


def _last(value: When | Point | None, setting: Setting) -> date | None:
    """Return the last day until which something recurs: until may is to the end of april, until friday with friday."""
    if isinstance(value, Point):
        return value.at.date()
    if value is None or value.day is None or value.day.day is None:
        return None
    at = instant(value, setting)
    if at is not None and not isinstance(at, Impossible):
        return at.date()
    return add_days(value.day.day, -1) if value.day.length > 2 else value.day.day


def _dated(
    rule: Rule, times: tuple[time, ...], bounds: tuple[datetime, date | None], setting: Setting, empty: Recurrence
) -> Recurrence | None:
    """Return the recurrence from its first point in time on, from which every second day or week is counted."""
    earliest, until = bounds
    after = later(earliest, -timedelta(microseconds=1)) if is_after(earliest, setting.ref) else setting.ref
    start = at_wall(after.date(), times[0] if times else time(0), setting.zone)
    open_ended = replace(empty, rule=rrule_text(replace(rule, interval=1), times, until), start=start)
    first = next(islice(firings(open_ended, after), 1), None)
    if first is None:
        return None
    # Not later than the first: a time of day that is skipped that day comes sooner in what recurs.
    begin = at_wall_or_first(first.date(), times[0] if times else time(0), setting.zone)
    if rule.freq == "MONTHLY" and not rule.weekdays and not rule.monthdays and first.day > SHORTEST_MONTH:
        rule = replace(rule, monthdays=tuple(range(SHORTEST_MONTH, first.day + 1)), last_of_them=True)
    return replace(empty, rule=rrule_text(rule, times, until), start=begin)
