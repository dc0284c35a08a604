"""Wall times on the days of a clock change, against the rules, in every zone change of forty years."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from skills.grammar.when import Instant, Recurrence, find
from skills.walltime import at_wall, at_wall_or_first, later

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
FIRST, LAST = date(2000, 1, 1), date(2040, 12, 31)


def changes(zone: ZoneInfo) -> list[date]:
    """Return every day of the forty years on which a zone's clocks change."""
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days)]
    offsets = [datetime.combine(day, time(0), tzinfo=zone).utcoffset() for day in days]
    return [day for day, now, after in zip(days, offsets, offsets[1:], strict=False) if now != after]


def instants_showing(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """Return, by trying, every point in time at which the wall shows this, the earliest first."""
    wall = datetime.combine(day, clock)
    start = datetime.combine(day, clock, tzinfo=UTC) - timedelta(hours=15)
    tried = (start + timedelta(minutes=15 * n) for n in range(4 * 30))
    return [at for at in tried if at.astimezone(zone).replace(tzinfo=None) == wall]


def offset(at: datetime, hours: float) -> timedelta:
    found = later(at, timedelta(hours=hours)).utcoffset()
    assert found is not None
    return found


@pytest.mark.parametrize("name", ZONES)
def test_on_every_change_of_the_clocks_a_wall_time_follows_the_rules(name: str):
    zone = ZoneInfo(name)
    days = changes(zone)
    assert len(days) >= 80
    for day in days:
        for quarter in range(5 * 4):
            clock = time(quarter // 4, quarter % 4 * 15)
            found, recurring = at_wall(day, clock, zone), at_wall_or_first(day, clock, zone)
            showing = instants_showing(day, clock, zone)
            if showing:
                assert found.timestamp() == recurring.timestamp() == showing[0].timestamp(), (day, clock)
                continue
            before, behind = offset(found, -3), offset(found, 3)
            assert found.replace(tzinfo=None) - datetime.combine(day, clock) == behind - before
            assert recurring.timestamp() <= found.timestamp()
            assert offset(recurring, -1 / 3600) != offset(recurring, 0)


@pytest.mark.parametrize("name", ZONES)
def test_every_day_of_forty_years_has_exactly_one_firing_of_a_daily_time(name: str):
    zone = ZoneInfo(name)
    daily = Recurrence("FREQ=DAILY", datetime.combine(FIRST, time(2, 30), tzinfo=zone), (time(2, 30),), None, ())
    days = (LAST - FIRST).days
    found = [at.date() for at in islice(daily.firings(datetime.combine(FIRST, time(0), tzinfo=zone)), days)]
    assert found == [FIRST + timedelta(days=n) for n in range(days)]


def fired(text: str, ref: str, count: int = 3) -> list[str]:
    at = datetime.fromisoformat(ref).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    found = find(text, ref=at)
    assert isinstance(found, Recurrence)
    return [firing.isoformat()[5:] for firing in islice(found.firings(at), count)]


def test_a_recurring_time_that_is_skipped_comes_right_after_the_gap():
    assert fired("every day at 2:30 am", "2026-03-28T22:00") == [
        "03-29T03:00:00+02:00", "03-30T02:30:00+02:00", "03-31T02:30:00+02:00",
    ]  # fmt: skip


def test_a_recurring_time_that_comes_twice_fires_the_first_time_only():
    assert fired("every day at 2:30 am", "2026-10-24T22:00") == [
        "10-25T02:30:00+02:00", "10-26T02:30:00+01:00", "10-27T02:30:00+01:00",
    ]  # fmt: skip


def test_every_so_many_hours_is_elapsed_time_through_a_change_of_the_clocks():
    assert fired("every 2 hours", "2026-10-25T00:30") == [
        "10-25T02:30:00+02:00", "10-25T03:30:00+01:00", "10-25T05:30:00+01:00",
    ]  # fmt: skip


def test_what_recurs_monthly_from_the_31st_comes_on_the_last_day_of_shorter_months():
    assert [at[:5] for at in fired("monthly at noon", "2026-01-31T10:00", 4)] == ["01-31", "02-28", "03-31", "04-30"]


@pytest.mark.parametrize(
    ("text", "ref", "at"),
    [
        ("tomorrow at 2:30 am", "2026-03-28T22:00", "03-29T03:30:00+02:00"),
        ("tomorrow at 2:30 am", "2026-10-24T22:00", "10-25T02:30:00+02:00"),
        ("in 5 hours", "2026-10-24T22:00", "10-25T02:00:00+01:00"),
        ("in 24 hours", "2026-03-28T22:00", "03-29T23:00:00+02:00"),
        ("this time tomorrow", "2026-03-28T22:00", "03-29T22:00:00+02:00"),
    ],
)
def test_one_time_only_moves_with_the_gap_and_takes_the_first_of_two(text: str, ref: str, at: str):
    found = find(text, ref=datetime.fromisoformat(ref).replace(tzinfo=ZoneInfo("Europe/Berlin")))
    assert isinstance(found, Instant)
    assert found.at.isoformat()[5:] == at
