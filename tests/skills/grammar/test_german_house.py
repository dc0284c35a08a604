"""What is said to a German house, skill by skill: told are right, deferred and wrong; no wrong one passes."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.home import Home
from devices.homefile import read_home
from devices.model import AreaId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander
from tests.skills.grammar.test_sayings import sayings, verdict

FOLDER = Path(__file__).parent / "sayings"
NOTHING = frozenset({"-"})
LEAST_RIGHT = 0.95


@pytest.fixture(scope="module")
def german() -> Understander:
    return load("de", registry.load().documents("de"))


@pytest.fixture(scope="module")
def home() -> Home:
    return read_home(FOLDER / "haus.yaml", at=datetime.fromtimestamp(0, UTC))


def test_a_german_house_understands_most_and_nothing_wrong(german: Understander, home: Home):
    told = {
        line: verdict(german.understand(line, home, Context(area=AreaId("wohnzimmer"))), right)
        for right, line in sayings("haus.txt")
        if right != NOTHING
    }
    counted = Counter(told.values())
    assert [line for line, one in told.items() if one == "wrong"] == []
    assert counted["right"] >= LEAST_RIGHT * len(told), counted


@pytest.mark.parametrize("line", [line for right, line in sayings("haus.txt") if right == NOTHING])
def test_what_people_say_to_each_other_moves_nothing(german: Understander, home: Home, line: str):
    assert german.understand(line, home, Context(area=AreaId("wohnzimmer"))).decision is not Decision.ACT


@pytest.mark.parametrize(
    ("before", "intent"),
    [
        ("mach das Licht an", "HassMediaPause"),
        ("stell die Heizung auf 22 Grad", "HassMediaPause"),
        ("fahr den Rollladen runter", "HassStopMoving"),
        ("starte den Staubsauger", "HassVacuumReturnToBase"),
    ],
)
def test_stop_is_about_what_runs_and_turns_no_light_off(german: Understander, home: Home, before: str, intent: str):
    context = Context(area=AreaId("wohnzimmer"), history=(before,))
    assert [match.intent for match in german.understand("stopp", home, context).matches] == [intent]


@pytest.mark.parametrize(
    ("text", "list"),
    [
        ("pack Sonnencreme auf die Packliste", "Pack"),
        ("setz Hammer auf die Baumarktliste", "Baumarkt"),
        ("schreib Kreide auf die Liste für die Schule", "Schule"),
    ],
)
def test_a_list_of_any_kind_is_heard_in_its_one_word(german: Understander, home: Home, text: str, list: str):
    (match,) = german.understand(text, home, Context()).matches
    assert (match.intent, match.slots["list"]) == ("HassListAddItem", list)


@pytest.mark.parametrize("name", ["Nudel", "Reis", "Sauna", "Plätzchen"])
def test_a_timer_may_be_called_anything_in_one_word(german: Understander, home: Home, name: str):
    (match,) = german.understand(f"stell einen {name}timer auf acht Minuten", home, Context()).matches
    assert (match.intent, match.slots["name"], match.slots["minutes"]) == ("HassStartTimer", name, 8)


@pytest.mark.parametrize("line", ["Rollladen", "der Rollladen", "alle Rollläden", "die Rollläden bitte"])
def test_a_shutter_that_is_only_named_stays_where_it_is(german: Understander, home: Home, line: str):
    """What is to be done is said by "auf" and "zu": they are never words that are only missing."""
    assert german.understand(line, home, Context()).decision is not Decision.ACT


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("den Rollladen im Schlafzimmer", "Schlafzimmer: auf oder zu?"),
        ("die Rollläden im Wohnzimmer", "Wohnzimmer: auf oder zu?"),
        ("die Lampe im Schlafzimmer", "Schlafzimmer: an oder aus?"),
    ],
)
def test_what_is_only_named_in_a_room_is_asked_about(german: Understander, home: Home, line: str, question: str):
    assert german.understand(line, home, Context()).question == question
