"""When something last was so, for how long, and how often: from states that were kept."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.explaining.gathering import Sources, gathered
from daemon.explaining.occasions import asks_occasion, thing_of, told_occasion
from daemon.explaining.question import read_question
from daemon.history.recording import Kept
from devices.home import Home
from devices.model import Entity, EntityId

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))
HOME = Home()
for _id, _name, _domain, _class in (
    ("cover.garage", "garage door", "cover", "garage"),
    ("lock.front", "front door lock", "lock", None),
    ("binary_sensor.front", "front door", "binary_sensor", "door"),
    ("light.hall", "hall light", "light", None),
    ("sensor.hall", "hall light today", "sensor", "energy"),
    ("cover.study", "study blind", "cover", "blind"),
    ("person.anna", "Anna", "person", None),
):
    HOME.add(Entity(EntityId(_id), _name, _domain, device_class=_class))


def kept(entity: str, *values: tuple[float, str]) -> list[Kept]:
    """Return states, each with the hours that it is ago."""
    return [Kept(NOW - timedelta(hours=hours), entity, value) for hours, value in values]


PAST = {
    "cover.garage": kept("cover.garage", (30, "closed"), (5, "open"), (4.5, "closed")),
    "lock.front": kept("lock.front", (50, "locked"), (26, "unlocked"), (25, "locked")),
    "binary_sensor.front": kept("binary_sensor.front", (2, "off"), (1, "on"), (0.5, "off")),
    "light.hall": kept("light.hall", (9, "off"), (8, "on"), (7, "off"), (6, "on"), (6, "on"), (5, "off"), (0.5, "on")),
    "cover.study": kept(
        "cover.study", (9, "closed"), (5.1, "opening"), (5, "open"), (4.1, "closing"), (4, "closed"), (2, "opening"),
        (1.9, "open"),
    ),
    "person.anna": kept("person.anna", (10, "home"), (9, "not_home"), (1, "home")),
}  # fmt: skip

CLOSED = "The garage door has been closed since 13:30, for 4 hours and 30 minutes."


def told(text: str) -> str | None:
    asked = asks_occasion(text)
    question = read_question(text, gathered(Sources(HOME, NOW)))
    thing = thing_of(question, text)
    return None if asked is None or thing is None else told_occasion(asked, question, text, thing, PAST[thing.id], NOW)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("when was the garage door last opened?", "The garage door was last open at 13:00, for 30 minutes."),
        ("how long has the garage door been closed?", CLOSED),
        ("when was the front door last unlocked",
         "The front door lock was last unlocked yesterday at 16:00, for 1 hour."),
        ("when was the front door open", "The front door was last open at 17:00, for 30 minutes."),
        ("how long has the hall light been on", "The hall light has been on since 17:30, for 30 minutes."),
        ("how often was the hall light on today", "Three times, last at 17:30."),
        ("how often was the study blind opened today", "Two times, last at 16:00."),
        ("how often was the hall light on", "Three times, last at 17:30, as far as I know since 09:00."),
        ("how long was the hall light on today", "2 hours and 30 minutes in all."),
        ("when did anna come home", "Anna has been at home since 17:00, for 1 hour."),
        ("when did anna leave", "Anna was last away at 09:00, for 8 hours."),
        ("wie lange ist das garage door schon zu", CLOSED),
        ("when is christmas", None),
        ("how long is left", None),
    ],
)  # fmt: skip
def test_it_is_told(text: str, answer: str | None):
    assert told(text) == answer


def test_what_never_was_is_not_made_up():
    question = read_question("when was the garage door last opened", gathered(Sources(HOME, NOW)))
    asked = asks_occasion("when was the garage door last opened")
    thing = thing_of(question, "when was the garage door last opened")
    assert asked is not None
    assert thing is not None
    only_closed = told_occasion(asked, question, "", thing, kept("cover.garage", (3, "closed")), NOW)
    assert only_closed == "The garage door is closed; of anything else there is no record."
    assert told_occasion(asked, question, "", thing, [], NOW) == "There is no record of that."
