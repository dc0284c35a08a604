"""Routines, asked about and switched aloud."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from skills.automated import Automated, Prospect
from skills.builtin.routines import skill
from skills.testing import NOON, Bench

MORNING = Automated("m1", "Morning", True, NOON + timedelta(hours=19), NOON - timedelta(hours=5), "finished")
BEDTIME, HALL = Automated("b1", "Bedtime", True), Automated("h1", "Hall light", False)


@dataclass
class Kept:
    """The routines of a test: fulfils `RoutinesView`."""

    found: Sequence[Automated]

    def routines(self) -> Sequence[Automated]:
        return self.found

    async def prospect(self, definition: Mapping[str, object]) -> Prospect:
        del definition
        return Prospect()


def bench(*found: Automated, language: str = "en") -> Bench:
    return Bench(skill, routines=Kept(found or (BEDTIME, HALL, MORNING)), language=language)


@pytest.mark.parametrize(
    ("text", "effect", "arguments"),
    [
        ("turn off the morning routine", "routine.disable", {"id": "m1"}),
        ("switch my morning routine off", "routine.disable", {"id": "m1"}),
        ("pause the bedtime routine", "routine.disable", {"id": "b1"}),
        ("enable the hall light automation", "routine.enable", {"id": "h1"}),
        ("turn the hall light routine back on", "routine.enable", {"id": "h1"}),
        ("run the bedtime routine", "routine.run", {"id": "b1", "unconditional": True}),
        ("start my bed time routine now", "routine.run", {"id": "b1", "unconditional": True}),
    ],
)
async def test_a_routine_is_switched_and_run(text: str, effect: str, arguments: Mapping[str, object]):
    reply = await bench().hear(text)
    assert [(action.effect, action.arguments) for action in reply.do] == [(effect, arguments)]


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("schalte die Routine Morning aus", "routine.disable"),
        ("mach die Hall light Routine wieder an", "routine.enable"),
        ("starte die Routine Bedtime", "routine.run"),
        ("führe die Bedtime Routine aus", "routine.run"),
    ],
)
async def test_a_routine_is_switched_and_run_in_german(text: str, effect: str):
    reply = await bench(language="de").hear(text)
    assert [action.effect for action in reply.do] == [effect]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("which routines do I have", "These routines are on: Bedtime, Morning. These are off: Hall light."),
        ("when does the morning routine run next", "“Morning” runs tomorrow at 07:00. It last ran at 07:00."),
        ("when does the bedtime routine run", "“Bedtime” has no time of its own: something else sets it off."),
        ("when will the hall light routine run", "“Hall light” is off."),
        ("turn on the morning routine", "“Morning” is on already."),
        ("run the tea routine", "There is no routine called tea."),
    ],
)
async def test_what_is_answered(text: str, told: str):
    reply = await bench().hear(text)
    assert (reply.text, list(reply.do)) == (told, [])


async def test_two_that_fit_are_asked_about():
    reply = await bench(Automated("a", "Kitchen light", True), Automated("b", "Hall light", True)).hear(
        "turn off the light routine"
    )
    assert (reply.text, list(reply.do)) == ("Which one: Kitchen light or Hall light?", [])
