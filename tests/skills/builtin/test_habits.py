"""Habits, told and answered aloud."""

from dataclasses import replace

import pytest

from skills.builtin.habits import accepted, proposal, skill, tell
from skills.habitual import NoHabits, Noticed
from skills.language import speaking
from skills.model import Cause, CauseId, Match, Origin, Request, Utterance
from skills.testing import NOON, Bench, Past
from tests.skills.house import furnished

COFFEE = Noticed(
    "c1",
    {
        "id": "habit_c1",
        "triggers": [{"trigger": "time", "at": "07:00:00"}],
        "conditions": [{"condition": "time", "weekday": ["mon", "tue", "wed", "thu", "fri"]}],
        "actions": [{"action": "light.turn_on", "target": {"entity_id": ["light.desk"]}}],
    },
    "clock",
    18,
    20,
    (0, 1, 2, 3, 4),
    410,
    430,
    ("light.desk",),
)
NONE_YET = "I have noticed no habits yet: that takes three weeks of the same at least."
NOTHING = "There is nothing that I suggest just now: ask me what habits I have noticed."
NO_MORE, AGAIN = "I suggest no more routines.", "I suggest routines again when I notice a habit."


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("what habits have you noticed?", NONE_YET),
        ("which routines would you suggest?", NONE_YET),
        ("make that a routine", NOTHING),
        ("ask me later about that routine", NOTHING),
        ("don't suggest that routine again", NOTHING),
        ("stop suggesting routines", NO_MORE),
        ("don't suggest any more routines", NO_MORE),
        ("suggest routines again", AGAIN),
    ],
)
async def test_habits_are_asked_for_and_answered_to(text: str, answer: str):
    assert (await Bench(skill).hear(text)).text == answer


@pytest.mark.parametrize(
    "text",
    [
        "welche Gewohnheiten hast du bemerkt?",
        "mach daraus eine Routine",
        "frag mich später wegen der Routine",
        "schlag diese Routine nicht mehr vor",
        "schlag mir keine Routinen mehr vor",
        "schlag wieder Routinen vor",
    ],
)
async def test_so_it_is_in_german(text: str):
    assert (await Bench(skill, language="de").hear(text)).text


def test_a_proposal_gives_its_evidence():
    told = proposal(COFFEE, furnished())
    assert told.startswith(
        "On 18 of the last 20 working days the desk lamp was turned on by hand, between 06:50 and 07:10."
    )
    assert told.endswith("Every weekday at 07:00, I turn on the desk lamp. Shall I keep that?")


async def test_of_many_only_the_surest_is_told_and_how_many_there_are():
    home, said = furnished(), Utterance("habits?", NOON, Cause(CauseId("said"), Origin.VOICE))
    known = NoHabits([COFFEE, *(replace(COFFEE, id=f"c{number}") for number in range(2, 7))])
    request = Request(said, Match("habits.tell", {}), (), home, Past(), NOON, habits=known)
    reply = await tell(request)
    assert reply.text.startswith("I have noticed 6 habits: “hearth habits” lists them. The surest is this. On 18 of")
    assert reply.text.count("by hand") == 1
    assert reply.ask is not None
    assert reply.text.endswith(reply.ask.question)


def test_a_proposal_is_german_where_german_is_spoken():
    with speaking("de"):
        told = proposal(COFFEE, furnished())
    assert told.startswith("An 18 der letzten 20 Werktage wurde")
    assert "zwischen 06:50 und 07:10 Uhr" in told


def test_a_routine_that_is_undone_is_switched_off_by_a_yes():
    undone = replace(COFFEE, definition={}, reason="undone", routine="r1", name="Blind up", change="off")
    assert "undone by hand 18 of 20 times" in proposal(undone, furnished())
    assert [wish.effect for wish in accepted(undone, furnished()).do] == ["routine.disable", "habit.answer"]
