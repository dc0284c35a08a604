"""When something comes again: RFC 5545 rules on the wall of a zone, and paces of elapsed time.

On the days of a clock change a time of day follows Vixie cron (skipped: the first instant after the gap; doubled: the
first only), and a pace of hours, minutes or seconds goes on in real time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from daemon.schedule.due import ScheduleError
from skills.walltime import at_wall, at_wall_or_first

_PACES = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
_STRIDES = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}
_HORIZONS_D = {"DAILY": 12 * 366, "WEEKLY": 12 * 366, "MONTHLY": 50 * 366, "YEARLY": 50 * 366}
"""How far ahead we look: 30 February never comes, and nobody should wait for a computer to find that out."""
MOST_MISSED = 10_000


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which something recurs."""

    wall: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence, read."""

    parts: Mapping[str, str]
    excluded: frozenset[str]
    """Walls as text; a day alone excludes all of it."""

    @property
    def pace(self) -> timedelta | None:
        """The real time from one occurrence to the next; none for a rule of days."""
        unit_s = _PACES.get(self.parts["FREQ"])
        return timedelta(seconds=unit_s * int(self.parts.get("INTERVAL", "1"))) if unit_s is not None else None

    def excludes(self, wall: datetime) -> bool:
        """Say whether an occurrence was taken out."""
        return f"{wall:%Y%m%d}" in self.excluded or f"{wall:%Y%m%dT%H%M%S}" in self.excluded


def rule_of(text: str) -> Rule:
    """Read a rule: the value of an RRULE, with or without its name, and lines of ``EXDATE:``.

    Raises:
        ScheduleError: it is none, or one that is not kept here.
    """
    parts: dict[str, str] = {}
    excluded: set[str] = set()
    for line in text.split():
        head, colon, value = line.rpartition(":")
        if colon and head.partition(";")[0].upper() == "EXDATE":
            excluded.update(value.split(","))
        elif head.upper() in ("", "RRULE") and not parts:
            parts = {key.upper(): given for key, _, given in (part.partition("=") for part in value.split(";"))}
        else:
            raise ScheduleError(f"cannot keep the rule {text!r}: only one RRULE and its EXDATE are known")
    _check(parts, text)
    if any(value.endswith("Z") for value in excluded):
        raise ScheduleError(f"cannot keep the rule {text!r}: an EXDATE is a time on the wall, without Z")
    return Rule(parts, frozenset(excluded))


def occurrences(rule: Rule, begins: datetime, zone: ZoneInfo, after: datetime) -> Iterator[Occurrence]:
    """Yield the occurrences that come after a point in time, each point in time once, the earliest first."""
    last = after
    for found in _paced(rule, begins, zone, after) if rule.pace is not None else _walls(rule, begins, zone, after):
        if found.at > last and not rule.excludes(found.wall):
            last = found.at
            yield found


def missed(rule: Rule, begins: datetime, zone: ZoneInfo, after: datetime, now: datetime) -> tuple[int, datetime]:
    """Return how many occurrences came after one, up to now, and when the newest of them was.

    More than `MOST_MISSED` are not counted; then the time is `now`, since there is hardly a moment without one.
    """
    count, newest = 0, after
    for found in takewhile(lambda found: found.at <= now, occurrences(rule, begins, zone, after)):
        count, newest = count + 1, found.at
        if count >= MOST_MISSED:
            return count, now
    return count, newest


def derived(wall: datetime, zone: ZoneInfo, *, recurs: bool) -> datetime:
    """Return the point in time, in UTC, of a time on the wall."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    resolve = at_wall_or_first if recurs else at_wall
    return resolve(wall.date(), wall.time(), zone).astimezone(UTC)


def _check(parts: Mapping[str, str], text: str) -> None:
    from dateutil.rrule import rrulestr

    freq = parts.get("FREQ", "")
    if freq not in _PACES and freq not in _HORIZONS_D:
        raise ScheduleError(f"cannot keep the rule {text!r}: FREQ must be one of RFC 5545")
    by = [key for key in parts if key.startswith("BY")]
    if freq in _PACES and by:
        raise ScheduleError(f"cannot keep the rule {text!r}: {by[0]} goes with days; use FREQ=DAILY with BYHOUR")
    try:
        rrulestr(_text(parts, "UNTIL"), dtstart=datetime(2000, 1, 1))
        if "UNTIL" in parts:
            _until(parts["UNTIL"], ZoneInfo("UTC"))
        if int(parts.get("INTERVAL", "1")) < 1:
            raise ValueError("INTERVAL must be 1 or more")
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise ScheduleError(f"cannot keep the rule {text!r}: {error}") from error


def _text(parts: Mapping[str, str], *without: str) -> str:
    return ";".join(f"{key}={value}" for key, value in parts.items() if key not in without)


def _until(text: str, zone: ZoneInfo) -> datetime:
    """Return the last wall of a rule; a day means its end."""
    if text.endswith("Z"):
        last = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return last.astimezone(zone).replace(tzinfo=None)
    return datetime.strptime(text if "T" in text else f"{text}T235959", "%Y%m%dT%H%M%S")


def _paced(rule: Rule, begins: datetime, zone: ZoneInfo, after: datetime) -> Iterator[Occurrence]:
    pace = rule.pace
    assert pace is not None
    start = derived(begins, zone, recurs=False)
    count = int(rule.parts["COUNT"]) if "COUNT" in rule.parts else None
    until = derived(_until(rule.parts["UNTIL"], zone), zone, recurs=False) if "UNTIL" in rule.parts else None
    passed = max(0, (after - start) // pace)
    while count is None or passed < count:
        at = start + passed * pace
        if until is not None and at > until:
            return
        yield Occurrence(at.astimezone(zone).replace(tzinfo=None), at)
        passed += 1


def _walls(rule: Rule, begins: datetime, zone: ZoneInfo, after: datetime) -> Iterator[Occurrence]:
    from dateutil.rrule import rrule, rrulestr

    # A gap moves a time by a day at the most, so nothing further back can still come after.
    since = after.astimezone(zone).replace(tzinfo=None) - timedelta(days=2)
    horizon = max(since, begins) + timedelta(days=_HORIZONS_D[rule.parts["FREQ"]])
    until = min(horizon, _until(rule.parts["UNTIL"], zone)) if "UNTIL" in rule.parts else horizon
    start = begins if "COUNT" in rule.parts else _nearer(rule, begins, since)
    found = rrulestr(_text(rule.parts, "UNTIL"), dtstart=start)
    assert isinstance(found, rrule)
    for wall in takewhile(lambda wall: wall <= until, found):
        if wall >= since:
            yield Occurrence(wall, derived(wall, zone, recurs=True))


def _nearer(rule: Rule, begins: datetime, since: datetime) -> datetime:
    """Return a beginning from which the rule gives the same from `since` on, without years to be counted first."""
    stride = _STRIDES.get(rule.parts["FREQ"])
    if stride is None or since <= begins:
        return begins
    stride *= int(rule.parts.get("INTERVAL", "1"))
    return begins + max(0, (since - begins) // stride - 1) * stride
