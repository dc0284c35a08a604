"""Briefings: every skill has its part, in order, and none of them can spoil it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from daemon import briefing
from devices.home import Home
from devices.model import Entity, EntityId
from skills import Request, Skill
from skills.builtin import briefing as builtin
from skills.model import Cause, CauseId, Match, Origin, Reply, Utterance
from skills.registry import registered
from skills.testing import NOON, Past
from skills.views import Allowance, Told


class Notices:
    """One notice that nobody heard."""

    async def about(self, words: str) -> Sequence[Told]:
        del words
        return ()

    async def missed(self, person: str | None) -> Sequence[Told]:
        del person
        return [Told("The parcel has come.", NOON, "missed")]

    def allowances(self, person: str) -> Sequence[Allowance]:
        del person
        return ()

    def undisturbed_until(self, person: str | None) -> None:
        del person


def request(home: Home, origin: Origin = Origin.VOICE) -> Request:
    cause = Cause(CauseId("c"), origin)
    return Request(Utterance("", NOON, cause), Match("briefing.morning"), (), home, Past(), NOON)


async def test_parts_come_in_their_order_and_one_that_breaks_or_hangs_says_nothing():
    skill = Skill("aquarium")

    @skill.briefing("morning", order=90)
    async def last(request: Request) -> str:
        return "the fish are fine"

    @skill.briefing("morning", order=1)
    async def first(request: Request) -> Sequence[str]:
        return ["one", "", "two"]

    @skill.briefing("morning")
    async def broken(request: Request) -> str:
        raise ValueError("a bug")

    @skill.briefing("morning")
    async def hanging(request: Request) -> str:
        await asyncio.Event().wait()
        return "never"

    @skill.briefing("evening")
    async def other(request: Request) -> str:
        return "good night"

    said = await briefing.gather(registered(skill), request(Home()), "morning")
    assert list(said) == ["one", "two", "the fish are fine"]


def house() -> Home:
    home = Home()
    for entity in (
        Entity(EntityId("weather.home"), "Home", "weather"),
        Entity(EntityId("binary_sensor.window"), "Bedroom Window", "binary_sensor", "window"),
        Entity(EntityId("lock.door"), "Front Door", "lock"),
        Entity(EntityId("sensor.battery"), "Remote Battery", "sensor", "battery"),
    ):
        home.add(entity)
    forecast = [{"datetime": "2026-03-02", "condition": "rainy", "temperature": 9, "precipitation_probability": 80}]
    home.observe(EntityId("weather.home"), "cloudy", {"forecast": forecast}, at=NOON)
    home.observe(EntityId("binary_sensor.window"), "on", at=NOON)
    home.observe(EntityId("lock.door"), "unlocked", at=NOON)
    home.observe(EntityId("sensor.battery"), "8", at=NOON)
    return home


async def test_a_briefing_says_what_matters_of_the_house_and_the_day():
    said = await briefing.gather(registered(builtin.skill), request(house()), "morning")
    assert list(said) == [
        "today will be rainy, 9 degrees, chance of rain 80 percent",
        "the bedroom window is open",
        "the front door is unlocked",
        "the remote battery is low",
    ]


async def answered(origin: Origin) -> Reply:
    notices = Notices()
    asked = request(Home(), origin)
    handler = registered(builtin.skill).handler("briefing.morning", None)
    assert handler is not None
    return await handler(replace(asked, notices=notices))


async def test_what_was_missed_is_settled_only_where_somebody_listens():
    live, timed = await answered(Origin.VOICE), await answered(Origin.ROUTINE)
    assert [wish.effect for wish in live.do] == ["notice.caught_up"]
    assert list(timed.do) == []
