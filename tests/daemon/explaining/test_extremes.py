"""How warm or damp it got, and whether it rained: from what was kept of the sensors."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.explaining.extremes import read_extreme, told_extreme
from daemon.history.recording import Kept, Recording
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.language import speaking

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))
OUT, IN, DAMP, RAIN = "sensor.out", "sensor.in", "sensor.damp", "binary_sensor.rain"
HOME = Home()
HOME.lay_out([], [Area(AreaId(name), name.title()) for name in ("garden", "bedroom")])
for _id, _name, _area, _class in (
    (OUT, "Station Temperature", "garden", "temperature"),
    (IN, "Bedroom Temperature", "bedroom", "temperature"),
    (DAMP, "Bedroom Humidity", "bedroom", "humidity"),
    (RAIN, "Station Rain", "garden", "moisture"),
):
    _domain = _id.split(".", maxsplit=1)[0]
    HOME.add(Entity(EntityId(_id), _name, _domain, area=AreaId(_area), device_class=_class))
PAST = {
    OUT: [(40, "9.5"), (16, "6.2"), (15, "4.0"), (4, "14.2"), (3, "unavailable"), (1, "11")],
    IN: [(30, "18"), (12, "19.5"), (2, "21")],
    DAMP: [(30, "40"), (5, "61")],
    RAIN: [(40, "off"), (7, "on"), (6.5, "off")],
}


def told(text: str) -> str | None:
    """Return the answer to a question."""
    sought = read_extreme(text, HOME, NOW)
    if sought is None:
        return None
    kept = [Kept(NOW - timedelta(hours=h), thing.id, v) for thing in sought.things for h, v in PAST[thing.id]]
    before = {one.entity: one for one in kept if one.at < sought.since}
    changes = [one for one in kept if sought.since <= one.at <= sought.until]
    return told_extreme(sought, Recording(sought.since, sought.until, before, changes), NOW)


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [
        ("en", "what was the highest temperature today", "The highest outside was 14.2 degrees, at 14:00."),
        ("en", "what's the lowest temperature today?", "The lowest outside was 4 degrees, at 03:00."),
        ("en", "what was the minimum temperature in the bedroom today",
         "The lowest in the bedroom was 18 degrees, at 00:00."),
        ("en", "how warm did it get in the bedroom today", "The highest in the bedroom was 21 degrees, at 16:00."),
        ("en", "what was the maximum humidity in the bedroom", "The highest in the bedroom was 61 percent, at 13:00."),
        ("en", "what was the coldest it got today", "The lowest outside was 4 degrees, at 03:00."),
        ("en", "has it rained today", "Yes, 30 minutes in all."),
        ("en", "did it rain this evening", "No rain was recorded."),
        ("de", "was war heute die höchste Temperatur", "Der höchste Wert draußen war 14,2 Grad, um 14:00 Uhr."),
        ("de", "hat es heute geregnet", "Ja, insgesamt 30 Minuten."),
    ],
)  # fmt: skip
def test_what_was_measured_is_told(language: str, text: str, answer: str):
    with speaking(language):
        assert told(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "what is the highest temperature tomorrow",
        "what will the highest temperature be this week",
        "will it rain today",
        "what is the temperature",
        "set the highest temperature to 21",
        "was wird morgen die höchste Temperatur",
    ],
)
def test_a_forecast_is_no_question_about_the_past(text: str):
    assert told(text) is None


def test_a_record_that_begins_late_says_so():
    sought = read_extreme("what was the highest temperature today", HOME, NOW)
    assert sought is not None
    late = Recording(sought.since, sought.until, {}, [Kept(NOW - timedelta(hours=1), OUT, "11")])
    assert (
        told_extreme(sought, late, NOW) == "The highest outside was 11 degrees, at 17:00. The record begins at 17:00."
    )


def test_nothing_that_was_kept_is_no_dry_day():
    """A house without a record said that it had not rained."""
    sought = read_extreme("did it rain yesterday", HOME, NOW)
    assert sought is not None
    assert told_extreme(sought, Recording(sought.since, sought.until, {}, []), NOW) == "There is no record of that."
