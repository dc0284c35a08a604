"""What talk lets one conclude, what it does not, and what is made of it later."""

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.remembering.inferring import inferred, is_remark
from tests.daemon.remembering.family import Family, family
from tests.doubles import START


@pytest.mark.parametrize(
    ("text", "subject", "relation", "thing"),
    [
        ("my sister Clara is visiting on Friday", "my sister", "name", "Clara"),
        ("my brother is coming tomorrow", "my brother", "visits", "tomorrow"),
        ("wake me at five, I work nights this week", None, "shift", "nights this week"),
        ("add oat milk because I'm lactose intolerant", None, "diet", "lactose intolerant"),
        ("turn up the heating, I'm always cold in the morning", None, "usually", "cold"),
        ("I'm on holiday next week", None, "whereabouts", "on holiday next week"),
        ("I always take the bus 12", None, "usually", "take the bus 12"),
        ("meine Schwester Clara kommt am Freitag", "my schwester", "name", "Clara"),
        ("ich arbeite diese Woche nachts", None, "shift", "nachts"),
    ],
)
def test_what_is_said_by_the_way_is_concluded(text: str, subject: str | None, relation: str, thing: str):
    found = [(one.subject, one.relation, one.thing) for one in inferred(text, START)]
    assert (subject, relation, thing) in found
    assert all(one.confidence < 1 for one in inferred(text, START))


@pytest.mark.parametrize(
    "text",
    [
        "is my sister Clara visiting on Friday?",
        "if my sister Clara is visiting on Friday I would cook",
        "he said I work nights this week",
        "maybe I work nights this week",
        "“I work nights this week”",
        "imagine I'm always cold",
        "vielleicht kommt meine Schwester Clara am Freitag, wenn es geht",
        "turn on the lamp",
        "my sister is nice",
    ],
)
def test_questions_quotes_hearsay_and_suppositions_let_nothing_be_concluded(text: str):
    assert not inferred(text, START)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("the boiler made a strange noise again", True),
        ("Mr Huber came to look at the boiler", True),
        ("wir haben gestern den Zaun repariert", True),
        ("the lamp in the kitchen on", False),
        ("the lights should have been off", False),
        ("was the boiler repaired?", False),
        ("turn the lamp on", False),
        ("we left", False),
    ],
)
def test_a_remark_tells_what_happened_and_orders_nothing(text: str, remark: bool):
    assert is_remark(text) is remark


async def flushed(house: Family) -> None:
    await house.says("anna", "what did we say about zebras?")


async def test_a_conclusion_is_asked_about_in_the_next_talk_and_once(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        assert await house.says("ben", "I work nights this week") == "I will keep that in mind."
        await flushed(house)
        assert await house.says("ben", "turn on the lamp") == "The lamp is on."
        await house.clock.advance(timedelta(hours=20))
        assert "“I work nights this week”. Shall I remember that?" in await house.says("ben", "turn off the lamp")
        assert await house.says("ben", "yes") == "Thank you, I will remember that."
        await house.clock.advance(timedelta(hours=24))
        assert await house.says("ben", "turn on the lamp") == "The lamp is on."
        assert "I work nights this week" in await house.says("ben", "what do you know about me?")
        assert "You told me so" in await house.says("ben", "why do you think that?")
        assert "Nobody has told me" in await house.says("anna", "what do you know about nights?")


async def test_two_who_disagree_are_asked_one_day_and_the_answer_closes_one(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "remember that bin day is Tuesday")
        await house.says("ben", "remember that bin day is Friday")
        await house.clock.advance(timedelta(hours=20))
        asked = await house.says("anna", "turn on the lamp")
        assert asked.endswith(
            "you told me that bin day is Tuesday, and Ben told me that bin day is Friday. Which is right?"
        )
        assert await house.says("anna", "Friday") == "Thank you: bin day is Friday."
        assert await house.says("mia", "when is bin day?") == "Bin day is Friday."
        await house.clock.advance(timedelta(hours=30))
        assert await house.says("anna", "turn off the lamp") == "The lamp is off."


async def test_who_does_not_answer_is_not_asked_again(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "remember that bin day is Tuesday")
        await house.says("ben", "remember that bin day is Friday")
        await house.clock.advance(timedelta(hours=20))
        assert "Which is right?" in await house.says("anna", "turn on the lamp")
        for _ in range(3):
            await house.clock.advance(timedelta(hours=24))
            assert "Which" not in await house.says("anna", "turn on the lamp")


async def test_nothing_is_asked_at_night(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "remember that bin day is Tuesday")
        await house.says("ben", "remember that bin day is Friday")
        await house.clock.advance(timedelta(hours=14))
        assert await house.says("anna", "turn on the lamp") == "The lamp is on."
