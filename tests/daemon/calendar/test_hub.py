"""Tests of `daemon.calendar.hub` over our bridge and a stand-in for Home Assistant; the real one has its own test."""

import pytest

from daemon.calendar.hub import HubCalendar
from daemon.calendar.model import AwayError, RefusedError
from tests.devices.homeassistant.hub import Hub, Object
from tests.devices.homeassistant.lab import lab
from tests.doubles import ManualClock

FAMILY = "calendar.family"
DENTIST: Object = {
    "start": "2026-03-03T09:30:00+01:00", "end": "2026-03-03T10:00:00+01:00", "summary": "Dentist", "location": "Town"
}  # fmt: skip
TRIP: Object = {"start": "2026-03-04", "end": "2026-03-05", "summary": "Trip"}
RUBBISH: list[object] = [
    7, {}, {"start": "soon", "end": "later"}, {"start": "2026-03-03", "end": "2026-03-03T10:00:00+01:00"},
    {**TRIP, "start": None}, {"start": "9999-12-31T23:59:59-23:00", "end": "9999-12-31T23:59:59-23:00"},
]  # fmt: skip


def _hub(*events: object) -> Hub:
    hub = Hub()
    hub.on_call = lambda _hub, _call: {FAMILY: {"events": list(events)}}
    return hub


async def test_events_are_read_and_those_that_make_no_sense_are_left_out():
    async with lab(_hub(DENTIST, TRIP, TRIP, *RUBBISH)) as it:
        pulled = await HubCalendar(it.bridge, FAMILY, ManualClock()).pull(None, {})
    texts = sorted(item.ics for item in pulled.changed.values())
    assert len(texts) == 2
    assert any("SUMMARY:Dentist" in text and "DTSTART:20260303T083000Z" in text for text in texts)
    assert any("SUMMARY:Trip" in text and "DTSTART;VALUE=DATE:20260304" in text for text in texts)


async def test_what_is_as_before_is_not_told_again_and_what_is_gone_is():
    async with lab(hub := _hub(DENTIST, TRIP)) as it:
        calendar = HubCalendar(it.bridge, FAMILY, ManualClock())
        known = {href: item.etag for href, item in (await calendar.pull(None, {})).changed.items()}
        hub.on_call = lambda _hub, _call: {FAMILY: {"events": [TRIP]}}
        pulled = await calendar.pull(None, known)
    assert (len(pulled.changed), len(pulled.gone)) == (0, 1)


async def test_calendar_that_is_not_there_is_away_and_none_is_written_to():
    async with lab(_hub()) as it:
        calendar = HubCalendar(it.bridge, "calendar.other", ManualClock())
        with pytest.raises(AwayError, match=r"no calendar 'calendar\.other'"):
            await calendar.pull(None, {})
        with pytest.raises(RefusedError):
            await calendar.put("x", "", etag=None)
