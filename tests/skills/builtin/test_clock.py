"""The time and the day as they are asked for, here and elsewhere."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from skills.builtin import clock
from skills.builtin.zones import zone_of
from skills.testing import Bench

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(clock.skill, now=NOW)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what time is it", "It's 12:00."),
        ("what time is it in tokyo", "In Tokyo it's 20:00."),
        ("what time is it in paris france", "In Paris France it's 12:00."),
        ("what time is it in narnia", "I don't know the time in narnia; here it's 12:00."),
        ("what time is it in auckland", "In Auckland it's 00:00 the next day."),
        ("convert nine am cst to est", "That's 10:00."),
        ("what is 3 pm london time in new york", "That's 10:00."),
        ("convert new york time to london", "New York is 5 hours behind London."),
        ("how far ahead is japan", "Japan is 8 hours ahead of here."),
        ("difference in time between paris and tokyo", "Paris is 8 hours behind Tokyo."),
        ("what is 3 pm pacific time in london", "That's 23:00."),
        ("if it's eight pm on the east coast what time is it in sacramento", "That's 17:00."),
        ("what's the time difference between london and tokyo", "London is 9 hours behind Tokyo."),
        ("how many hours ahead is india", "India is 4.5 hours ahead of here."),
        ("what time zone am i in", "The time zone here is Europe/Berlin, CET."),
        ("what day is it", "It's Monday, 2 March 2026."),
        ("is today friday", "No, it's Monday."),
        ("what week is it", "It's week 10 of 2026."),
        ("what day is christmas", "That is Friday, 25 December."),
        ("is the twenty third of april a saturday", "No, that is Thursday, 23 April."),
        ("what was yesterday's date", "That was Sunday, 1 March."),
        ("how many days until christmas", "298 days to go."),
        ("how long till six o'clock", "6 hours to go."),
        ("how much time till half past twelve", "30 minutes to go."),
        ("how long until half past three", "3 hours and 30 minutes to go."),
        ("how many weeks until easter", "4.9 weeks to go."),
        ("how many days until my birthday", "I don't know when that is. Today is Monday, 2 March 2026."),
    ],
)
async def test_the_time_and_the_day_are_told(bench: Bench, text: str, reply: str):
    assert (await bench.hear(text)).text == reply


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("New York", "America/New_York"),
        ("the east coast", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("pacific standard", "America/Los_Angeles"),
        ("Mumbai", "Asia/Kolkata"),
        ("Narnia", None),
        ("", None),
    ],
)
def test_a_place_has_a_zone_if_it_is_known(place: str, zone: str | None):
    found = zone_of(place)
    assert (found.key if found else None) == zone
