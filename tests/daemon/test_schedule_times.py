"""Tests of `daemon.schedule.recur`: Vixie on the days of a clock change, elapsed time for paces."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from daemon.schedule.due import DueId
from daemon.schedule.line import Line
from daemon.schedule.recur import derived, missed, occurrences, rule_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Asia/Kolkata")


def after(rule: str, begins: str, since: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    found = occurrences(rule_of(rule), datetime.fromisoformat(begins), zone, datetime.fromisoformat(since))
    return [f"{one.at:%m-%dT%H:%M}" for one in islice(found, count)]


@pytest.mark.parametrize(
    ("rule", "begins", "since", "expected"),
    [
        # Europe/Berlin 2026: 02:00 becomes 03:00 on 29 March (01:00Z), 03:00 becomes 02:00 on 25 October (01:00Z).
        ("FREQ=DAILY", "2026-03-28T02:30", "2026-03-28T00:00Z", ["03-28T01:30", "03-29T01:00", "03-30T00:30"]),
        ("FREQ=DAILY", "2026-10-24T02:30", "2026-10-24T00:00Z", ["10-24T00:30", "10-25T00:30", "10-26T01:30"]),
        (
            "FREQ=DAILY;BYHOUR=2;BYMINUTE=15,45;BYSECOND=0",
            "2026-03-28T02:15",
            "2026-03-28T01:30Z",
            ["03-28T01:45", "03-29T01:00", "03-30T00:15"],
        ),
        ("FREQ=HOURLY", "2026-10-25T00:30", "2026-10-24T22:00Z", ["10-24T22:30", "10-24T23:30", "10-25T00:30"]),
        ("FREQ=HOURLY", "2026-10-25T02:30", "2026-10-25T00:30Z", ["10-25T01:30", "10-25T02:30", "10-25T03:30"]),
        ("FREQ=HOURLY", "2026-03-29T01:30", "2026-03-29T00:00Z", ["03-29T00:30", "03-29T01:30", "03-29T02:30"]),
        ("RRULE:FREQ=DAILY\nEXDATE:20260302", "2026-03-01T07:00", "2026-03-01T00:00Z", ["03-01T06:00", "03-03T06:00"]),
        ("FREQ=DAILY\nEXDATE:20260301T070000", "2026-03-01T07:00", "2026-03-01T00:00Z", ["03-02T06:00"]),
        ("FREQ=DAILY;COUNT=2", "2026-03-01T07:00", "2026-03-01T00:00Z", ["03-01T06:00", "03-02T06:00"]),
        ("FREQ=DAILY;UNTIL=20260302", "2026-03-01T07:00", "2026-03-01T00:00Z", ["03-01T06:00", "03-02T06:00"]),
        ("FREQ=DAILY;UNTIL=20260302T060000Z", "2026-03-01T07:00", "2026-03-01T00:00Z", ["03-01T06:00", "03-02T06:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2001-01-02T07:00", "2026-03-01T00:00Z", ["03-10T06:00", "03-24T06:00"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01T07:00", "2026-03-01T00:00Z", ["03-27T06:00", "04-24T05:00"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-03-01T07:00", "2026-03-01T00:00Z", ["02-29T06:00"]),
    ],
)  # fmt: skip
def test_a_rule_comes_when_people_expect_it(rule: str, begins: str, since: str, expected: list[str]):
    ends = "COUNT" in rule or "UNTIL" in rule
    assert after(rule, begins, since, len(expected) + ends) == expected


@pytest.mark.parametrize("year", range(2000, 2041, 4))
@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_time_comes_once_on_every_day_that_there_is(zone: str, year: int):
    place = ZoneInfo(zone)
    start = datetime(year, 1, 1, 2, 30)
    found = list(islice(occurrences(rule_of("FREQ=DAILY"), start, place, derived(start, place, recurs=True)), 370))
    days = [one.wall.date() for one in found]
    gaps = [later.at - earlier.at for earlier, later in pairwise(found)]
    # Samoa had no 30 December 2011; its 02:30 then is the first instant of the 31st.
    assert len(set(days)) == 370
    assert all(timedelta(0) < gap <= timedelta(hours=25) for gap in gaps)
    assert all(one.at.astimezone(place).replace(tzinfo=None) >= one.wall for one in found)


def test_a_one_off_in_the_gap_comes_after_it_by_as_much():
    assert derived(datetime(2026, 3, 29, 2, 30), BERLIN, recurs=False) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert derived(datetime(2026, 10, 25, 2, 30), BERLIN, recurs=False) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_missed_occurrences_are_counted_up_to_a_bound():
    start, at = datetime(2026, 3, 1, 7, 0), datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
    daily = missed(rule_of("FREQ=DAILY"), start, BERLIN, at, at + timedelta(days=3, hours=1))
    assert daily == (3, at + timedelta(days=3))
    assert missed(rule_of("FREQ=SECONDLY"), start, BERLIN, at, at + timedelta(days=3))[0] == 10_000


def test_a_line_gives_everything_in_order_after_any_moves():
    line, moves = Line(), [(one, (one * 7919) % 101) for one in range(1, 500)]
    for one, at_s in moves:
        line.put(DueId(one % 50), float(at_s))
    for one in range(0, 50, 3):
        line.remove(DueId(one))
    expected = {one % 50: at_s for one, at_s in moves if one % 50 % 3}
    taken: list[tuple[float, int]] = []
    while (first := line.take(1000.0)) is not None:
        taken.append((first[1], first[0]))
    assert taken == sorted((float(at_s), one) for one, at_s in expected.items())
    assert line.first() is None
