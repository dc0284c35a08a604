"""Moves a row on in time: what it is due at, what comes after, how late it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from daemon.schedule.due import GRACE, Late, Lateness, ScheduleError, lateness
from daemon.schedule.ledger import Record, instant, stamp, zone_of
from daemon.schedule.recur import Occurrence, derived, missed, occurrences, rule_of

FOREIGN = timedelta(days=7)
"""An occurrence that was handed over so far ahead of now came while the clock was grossly wrong; it counts for nothing,
or a daily alarm that rang once in 2040 would be silent until then."""


@dataclass(frozen=True, slots=True)
class Given:
    """When something is to be due, as a caller says it: one of the three, or a rule besides."""

    at: datetime | None = None
    wall: datetime | None = None
    after_s: float | None = None
    rule: str | None = None
    zone: ZoneInfo | None = None
    """Of the wall; none: that of the house."""


def timed(record: Record, given: Given, house: ZoneInfo, now: datetime) -> Record:
    """Return a row due at another time.

    Raises:
        ScheduleError: nobody could say when that is, or it never is.
    """
    _check(given)
    zone = given.zone or house
    fresh = record._replace(
        wall=None,
        zone=given.zone.key if given.zone is not None else None,
        rule=given.rule,
        begins=None,
        elapsed=int(given.after_s is not None),
        last=None,
        derived_at=stamp(now),
        paused_left_s=None,
    )
    if given.after_s is not None:
        try:
            return fresh._replace(at=stamp(now + timedelta(seconds=given.after_s)))
        except OverflowError as error:
            raise ScheduleError(f"{given.after_s} s from now is beyond the calendar") from error
    if given.rule is None:
        if given.at is not None:
            return fresh._replace(at=stamp(given.at))
        assert given.wall is not None
        return fresh._replace(wall=given.wall.isoformat(), at=stamp(derived(given.wall, zone, recurs=False)))
    begins = given.wall if given.wall is not None else _wall(given.at, zone)
    fresh = fresh._replace(begins=begins.isoformat())
    first = next_of(fresh, house, max(derived(begins, zone, recurs=True), now) - timedelta(microseconds=1))
    if first is None:
        raise ScheduleError(f"the rule {given.rule!r} has no time to come")
    return fresh._replace(at=stamp(first.at), wall=first.wall.isoformat())


def next_of(record: Record, house: ZoneInfo, after: datetime) -> Occurrence | None:
    """Return the first occurrence of a row on the wall after a point in time; none if there is none."""
    assert record.rule is not None
    assert record.begins is not None
    begins = datetime.fromisoformat(record.begins)
    return next(islice(occurrences(rule_of(record.rule), begins, zone_of(record, house), after), 1), None)


def judged(record: Record, house: ZoneInfo, now: datetime, by: timedelta) -> Lateness | None:
    """Return how late a row is that was due ``by`` ago; ``None`` if it is to be skipped."""
    count = 0
    if record.rule is not None and by > GRACE:
        count, by = _missed(record, house, now, by)
    return lateness(Late(record.late), record.window_s, by, count)


def after_this(record: Record, house: ZoneInfo, now: datetime, by: timedelta, note: str | None) -> Record:
    """Return what a row is once its occurrence, which was due ``by`` ago, is over: due again, or settled."""
    over = record._replace(fired=record.fired + 1, begun=0, note=note, last=record.at, derived_at=stamp(now))
    if record.rule is None:
        return over._replace(settled_at=stamp(now))
    if record.elapsed:
        pace = rule_of(record.rule).pace
        assert pace is not None
        return over._replace(at=stamp(now - by + (max(by, timedelta(0)) // pace + 1) * pace))
    following = next_of(over, house, max(now, instant(record.at)))
    if following is None:
        return over._replace(settled_at=stamp(now))
    return over._replace(at=stamp(following.at), wall=following.wall.isoformat())


def set_back(record: Record, house: ZoneInfo, now: datetime) -> Record:
    """Return what recurs as it is due after the clock was set to before the time when that was last derived."""
    if record.rule is None or record.elapsed or instant(record.derived_at) <= now:
        return record
    after = now
    if record.last is not None and instant(record.last) < now + FOREIGN:
        after = max(now, instant(record.last))
    following = next_of(record, house, after)
    if following is None or following.at >= instant(record.at):
        return record
    return record._replace(at=stamp(following.at), wall=following.wall.isoformat(), derived_at=stamp(now))


def _missed(record: Record, house: ZoneInfo, now: datetime, by: timedelta) -> tuple[int, timedelta]:
    assert record.rule is not None
    rule = rule_of(record.rule)
    if record.elapsed:
        assert rule.pace is not None
        return by // rule.pace, by % rule.pace
    assert record.begins is not None
    begins = datetime.fromisoformat(record.begins)
    count, newest = missed(rule, begins, zone_of(record, house), instant(record.at), now)
    return count, now - newest


def _wall(at: datetime | None, zone: ZoneInfo) -> datetime:
    assert at is not None
    return at.astimezone(zone).replace(tzinfo=None)


def _check(given: Given) -> None:
    if sum(value is not None for value in (given.at, given.wall, given.after_s)) != 1:
        raise ScheduleError("give exactly one of `at`, `wall` and `after_s`")
    if given.at is not None and given.at.tzinfo is None:
        raise ScheduleError(f"`at` must be aware, {given.at} is not: give it as `wall`")
    if given.wall is not None and given.wall.tzinfo is not None:
        raise ScheduleError(f"`wall` must be naive, {given.wall} is not: give it as `at`")
    if given.after_s is not None and not 0 <= given.after_s < float("inf"):
        raise ScheduleError(f"`after_s` must be 0 or more, not {given.after_s}")
    if given.rule is not None:
        rule = rule_of(given.rule)
        if given.after_s is not None and (rule.pace is None or len(rule.parts) > 2 or rule.excluded):
            raise ScheduleError(f"only a plain pace goes with `after_s`, such as FREQ=HOURLY, not {given.rule!r}")
