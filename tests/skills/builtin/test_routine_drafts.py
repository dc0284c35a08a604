"""What is said of a routine before it is kept, and that nothing is kept without a yes."""

import json
from collections.abc import Mapping

import pytest

from skills import registry
from skills.automated import NoRoutines, Prospect
from skills.builtin.readback import says
from skills.builtin.routine_drafts import skill
from skills.grammar import load
from skills.grammar.model import Context, Decision
from skills.grammar.plain.wishes import ASK, DRAFT, Wishes
from skills.language import speaking
from skills.model import Match, PersonId
from skills.testing import Bench
from tests.skills.grammar.plain.sentences import house

PEOPLE = {PersonId("mara"): "Mara", PersonId("theo"): "Theo"}
KETTLE = {
    "triggers": [{"trigger": "time", "at": "07:00:00"}],
    "conditions": [{"condition": "time", "weekday": ["mon", "tue", "wed", "thu", "fri"]}],
    "actions": [{"action": "switch.turn_on", "target": {"entity_id": "switch.kettle"}}],
}
DOOR = {
    "triggers": [{"trigger": "state", "entity_id": "binary_sensor.back_door", "to": "on"}],
    "conditions": [{"condition": "state", "entity_id": "sun.sun", "state": "below_horizon"}],
    "actions": [{"action": "light.turn_on", "target": {"entity_id": "light.hallway"}}, {"delay": "00:05:00"}],
}


@pytest.fixture(scope="module")
def wishes() -> Wishes:
    return Wishes(load("en", registry.load().documents("en")), "en", PEOPLE)


@pytest.mark.parametrize(
    ("definition", "english", "german"),
    [
        (
            KETTLE,
            "Every weekday at 07:00, I turn on the kettle.",
            "Jeden Werktag um 07:00: Wasserkocher einschalten.",
        ),
        (
            DOOR,
            "When the back door opens, if it is dark, I turn on the hallway light and wait 5 minutes.",
            "Wenn die Hintertür aufgeht, sofern es dunkel ist: das Dielenlicht einschalten und fünf Minuten warten.",
        ),
    ],
    ids=["time", "door"],
)
def test_routines_are_read_back_in_plain_words(definition: dict[str, object], english: str, german: str) -> None:
    assert says(definition, house("en")) == english
    with speaking("de"):
        assert says(definition, house("de")) == german


async def test_nothing_is_kept_before_the_yes() -> None:
    bench = Bench(skill, home=house("en"))
    asked = await bench.answer(Match(DRAFT, {"definition": KETTLE, "said": "kettle at seven"}))
    assert not asked.do
    assert asked.ask is not None
    assert asked.text.endswith("Shall I keep that?")


async def test_a_yes_keeps_the_routine_by_the_words_it_was_said_with() -> None:
    bench = Bench(skill, home=house("en"))
    kept = await bench.answer(Match(DRAFT, {"definition": KETTLE, "said": "kettle at seven", "sure": True}))
    assert [action.effect for action in kept.do] == ["routine.add"]
    assert json.loads(str(kept.do[0].arguments["text"])) == {"alias": "Kettle at seven", **KETTLE}


class Doubtful(NoRoutines):
    """Routines that do not go well with any other."""

    async def prospect(self, definition: Mapping[str, object]) -> Prospect:
        del definition
        return Prospect(("It loops.", "It floods."), "That follows.", "It would have run twice.")


@pytest.mark.parametrize(
    ("tell", "told"),
    [
        ("", "I turn on the kettle. It loops. There is more: ask “what else?” Shall I keep it anyway?"),
        ("rest", "It floods. That follows. It would have run twice. Shall I keep it anyway?"),
        ("trial", "It would have run twice. That follows. It loops. It floods. Shall I keep it anyway?"),
    ],
)
async def test_the_gravest_worry_is_said_before_the_yes_and_the_rest_when_asked(tell: str, told: str) -> None:
    bench = Bench(skill, home=house("en"), routines=Doubtful())
    asked = await bench.answer(Match(DRAFT, {"definition": KETTLE, "said": "kettle", "tell": tell}))
    assert (asked.text.removeprefix("Every weekday at 07:00, "), list(asked.do)) == (told, [])


def test_a_wish_for_a_routine_does_nothing_now(wishes: Wishes) -> None:
    meant = wishes.understand("when the back door opens turn on the porch light", house("en"), Context())
    assert [match.intent for match in meant.matches] == [DRAFT]


def test_a_wish_that_leaves_something_open_is_asked_about(wishes: Wishes) -> None:
    meant = wishes.understand("every evening close the shutters", house("en"), Context())
    assert [match.intent for match in meant.matches] == [ASK]


def test_commands_stay_what_they_are(wishes: Wishes) -> None:
    meant = wishes.understand("turn on the porch light", house("en"), Context())
    assert (meant.decision, [match.intent for match in meant.matches]) == (Decision.ACT, ["HassTurnOn"])


def test_what_a_command_was_made_of_by_mistake_is_no_command(wishes: Wishes) -> None:
    """A correction within a recurrence once moved the blinds at once, to 9 percent."""
    meant = wishes.understand("every day at eight no sorry nine open the study blinds", house("en"), Context())
    assert [match.intent for match in meant.matches] == [DRAFT]
