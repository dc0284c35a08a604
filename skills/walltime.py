"""Turns wall times into points in time, on the days of a clock change too."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def at_wall(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return the point in time when a clock on the wall shows `clock` on `day`.

    A time that is skipped moves forward by the gap, one that comes twice is the first (RFC 5545, 3.3.5).
    """
    wall = datetime.combine(day, clock.replace(tzinfo=None, fold=0), tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone)


def at_wall_or_first(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return the same for what recurs: a time that is skipped is the first instant after the gap (Vixie cron)."""
    found = at_wall(day, clock, zone)
    if found.replace(tzinfo=None) == datetime.combine(day, clock.replace(tzinfo=None)):
        return found
    return _transition(found, zone)


def later(at: datetime, length: timedelta) -> datetime:
    """Return the point in time that comes `length` of real time after `at`."""
    return (at.astimezone(UTC) + length).astimezone(at.tzinfo)


def is_after(at: datetime, other: datetime) -> bool:
    """Return whether a point in time is later; Python compares two of one zone by the wall, where hours come twice."""
    return at.timestamp() > other.timestamp()


def _transition(after: datetime, zone: tzinfo) -> datetime:
    """Return the instant of the clock change that lies less than a gap before `after`."""
    high = after.astimezone(UTC)
    offset = after.utcoffset()
    # No zone ever skipped more than a day and an hour.
    low = high - timedelta(hours=25)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
        if high - low <= timedelta(seconds=1):
            break
    return high.replace(microsecond=0).astimezone(zone)
