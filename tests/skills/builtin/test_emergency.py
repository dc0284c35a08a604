"""What is said to somebody in need, in both languages."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from devices.model import AreaId
from skills import grammar
from skills.builtin import emergency
from skills.grammar.model import Context, Decision
from skills.model import Match
from skills.registry import registered
from skills.testing import Bench
from tests.skills.house import furnished

CALL = "I cannot call anybody. Call 112."
FIRE = "I cannot call anybody. Get everybody out, then call 112."
HELP = "I cannot call anybody. Call 112. Shall I tell the others?"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(emergency.skill, home=furnished())


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("my house is on fire", FIRE),
        ("there is a fire", FIRE),
        ("help there's a fire in the kitchen", FIRE),
        ("I smell gas", FIRE),
        ("call the police", CALL),
        ("please call an ambulance", CALL),
        ("call 911", CALL),
        ("call 112", CALL),
        ("help me I can't breathe", CALL),
        ("my husband is not breathing", CALL),
        ("I have fallen", HELP),
        ("I've fallen and I can't get up", HELP),
        ("call for help", HELP),
    ],
)
async def test_who_is_in_need_is_told_whom_to_call(bench: Bench, text: str, reply: str):
    answer = await bench.hear(text)
    assert (answer.text, list(answer.do)) == (reply, [])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("mein Haus brennt", "fire"),
        ("es brennt", "fire"),
        ("hier riecht es nach Gas", "fire"),
        ("ruf die Polizei", "call"),
        ("ruf einen Krankenwagen", "call"),
        ("ruf bitte die 112 an", "call"),
        ("Hilfe ich bekomme keine Luft", "call"),
        ("ich bin gestürzt", "fallen"),
        ("ruf Hilfe", "fallen"),
    ],
)
def test_germans_are_understood_too(text: str, intent: str):
    understood = grammar.load("de", registered(emergency.skill).documents("de")).understand(
        text, furnished(), Context(None)
    )
    assert [match.intent for match in understood.matches] == [f"emergency.{intent}"]


@pytest.mark.parametrize("text", ["the fire alarm is nice", "is there a fire", "my shoes are burning hot"])
def test_what_only_speaks_of_it_is_no_emergency(text: str):
    understood = grammar.load("en", registered(emergency.skill).documents("en")).understand(
        text, furnished(), Context(None)
    )
    acts = understood.decision is Decision.ACT
    assert not acts or not understood.matches[0].intent.startswith("emergency.")


@pytest.mark.parametrize(
    ("zone", "number"),
    [("Europe/Berlin", "112"), ("America/New_York", "911"), ("America/Indiana/Knox", "911"), ("UTC", "112")],
)
async def test_the_number_is_that_of_the_house(zone: str, number: str):
    there = Bench(emergency.skill, home=furnished(), now=datetime(2026, 3, 2, 12, tzinfo=ZoneInfo(zone)))
    assert (await there.answer(Match("emergency.call", {}))).text == f"I cannot call anybody. Call {number}."


async def test_others_are_told_after_a_yes_only(bench: Bench):
    asked = await bench.hear("I have fallen", area=AreaId("kitchen"))
    assert asked.ask is not None
    told = await bench.answer(Match("emergency.fallen", {asked.ask.slot or "": True}), area=AreaId("kitchen"))
    (wish,) = told.do
    assert (wish.effect, wish.arguments["urgency"], wish.arguments["text"]) == (
        "notice.send", "critical", "Somebody asks for help, here: Kitchen."
    )  # fmt: skip


async def test_where_nobody_is_set_up_nobody_is_offered():
    assert (await Bench(emergency.skill).hear("I have fallen")).text == CALL
