"""When triggers of time fire next, over the clock changes of Vienna too."""

from datetime import datetime

import pytest

from daemon.routines.occurring import next_at
from tests.daemon.routines.house import VIENNA, House, routine


def _home(now: str) -> House:
    home = House(now=datetime.fromisoformat(now).replace(tzinfo=VIENNA))
    home.put("input_datetime.daily", "06:30:00")
    home.put("input_datetime.once", "2026-10-08 09:00:00")
    home.put("sensor.alarm", "2026-10-07T04:00:00+00:00")
    home.put("sensor.gone", "unavailable")
    return home


@pytest.mark.parametrize(
    ("trigger", "now", "found"),
    [
        ("time, at: '07:00:00'", "2026-10-06 06:59:59", "2026-10-06T07:00:00+02:00"),
        ("time, at: '07:00:00'", "2026-10-06 07:00:00", "2026-10-07T07:00:00+02:00"),
        ("time, at: ['07:00', '19:00']", "2026-10-06 12:00:00", "2026-10-06T19:00:00+02:00"),
        ("time, at: '07:00', weekday: [sat, sun]", "2026-10-06 12:00:00", "2026-10-10T07:00:00+02:00"),
        ("time, at: '07:00', weekday: tue", "2026-10-06 12:00:00", "2026-10-13T07:00:00+02:00"),
        ("time, at: input_datetime.daily", "2026-10-06 12:00:00", "2026-10-07T06:30:00+02:00"),
        ("time, at: input_datetime.once", "2026-10-06 12:00:00", "2026-10-08T09:00:00+02:00"),
        ("time, at: input_datetime.once", "2026-10-09 12:00:00", None),
        (
            "time, at: {entity_id: sensor.alarm, offset: '-00:15:00'}",
            "2026-10-06 12:00:00",
            "2026-10-07T05:45:00+02:00",
        ),
        ("time, at: sensor.gone", "2026-10-06 12:00:00", None),
        ("time, at: sensor.none", "2026-10-06 12:00:00", None),
        ("time, at: '02:30:00'", "2026-03-29 00:00:00", "2026-03-29T03:00:00+02:00"),
        ("time, at: '02:30:00'", "2026-10-25 00:00:00", "2026-10-25T02:30:00+02:00"),
        ("time_pattern, minutes: /15", "2026-10-06 12:00:00", "2026-10-06T12:15:00+02:00"),
        ("time_pattern, minutes: 5", "2026-10-06 12:05:00", "2026-10-06T13:05:00+02:00"),
        ("time_pattern, seconds: /6", "2026-10-06 12:00:01", "2026-10-06T12:00:06+02:00"),
        ("time_pattern, hours: 3", "2026-10-06 12:00:00", "2026-10-07T03:00:00+02:00"),
        ("time_pattern, hours: '*', minutes: 0", "2026-10-06 12:00:00", "2026-10-06T13:00:00+02:00"),
        ("time_pattern, minutes: /70", "2026-10-06 12:00:00", None),
        ("time_pattern, minutes: /30", "2026-03-29 01:45:00", "2026-03-29T03:00:00+02:00"),
        ("sun, event: sunset, offset: '-00:30:00'", "2026-10-06 12:00:00", "2026-10-06T17:55:00+02:00"),
        ("sun, event: sunrise", "2026-10-06 12:00:00", "2026-10-07T07:00:00+02:00"),
        (
            "recurrence, rule: 'FREQ=MONTHLY;BYMONTHDAY=1', at: '09:00'",
            "2026-10-06 12:00:00",
            "2026-11-01T09:00:00+01:00",
        ),
        ("recurrence, rule: 'FREQ=WEEKLY;BYDAY=FR', at: '09:00'", "2026-10-06 12:00:00", "2026-10-09T09:00:00+02:00"),
        ("recurrence, rule: nonsense, at: '09:00'", "2026-10-06 12:00:00", None),
        ("state, entity_id: x.y", "2026-10-06 12:00:00", None),
    ],
)
def test_a_trigger_of_time_fires_next_at(trigger: str, now: str, found: str | None):
    (kept,) = routine(f"id: a\ntriggers: [{{trigger: {trigger}}}]\nactions: []").triggers
    home = _home(now)

    at = next_at(kept.when, home.now, home)

    assert (None if at is None else at.isoformat()) == found


def test_a_pattern_counts_an_hour_that_comes_twice_twice():
    (kept,) = routine("id: a\ntriggers: [{trigger: time_pattern, minutes: /30}]\nactions: []").triggers
    home = _home("2026-10-25 01:45:00")
    found: list[str] = []

    for _ in range(5):
        at = next_at(kept.when, home.now, home)
        assert at is not None
        home.now = at
        found.append(at.isoformat()[11:])

    assert found == ["02:00:00+02:00", "02:30:00+02:00", "02:00:00+01:00", "02:30:00+01:00", "03:00:00+01:00"]


def test_where_the_sun_never_sets_nothing_fires():
    (kept,) = routine("id: a\ntriggers: [{trigger: sun, event: sunset}]\nactions: []").triggers
    home = House(dark=True)

    assert next_at(kept.when, home.now, home) is None
