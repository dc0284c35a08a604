"""Things that people name by their kind, or not at all: the plug, and a coffee."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills import grammar
from skills.builtin import switches
from skills.grammar import Understander
from skills.grammar.model import Context, Decision

KITCHEN, STUDY = AreaId("kitchen"), AreaId("study")


def a_home(*names: tuple[str, AreaId]) -> Home:
    home = Home(areas=[Area(KITCHEN, "Kitchen"), Area(STUDY, "Study")])
    for name, area in names:
        home.add(Entity(EntityId(f"switch.{name.lower().replace(' ', '_')}"), name, "switch", area=area))
    return home


@pytest.fixture(scope="module")
def engine() -> Understander:
    return grammar.load("en", switches.skill.documents("en"))


@pytest.mark.parametrize(
    ("text", "area", "intent"),
    [
        ("turn on the smart plug", KITCHEN, "HassTurnOn"),
        ("socket off please", KITCHEN, "HassTurnOff"),
        ("cut the power to the outlet", STUDY, "HassTurnOff"),
        ("turn my wemo plug on", None, "HassTurnOn"),
    ],
)
def test_the_only_plug_is_meant(engine: Understander, text: str, area: AreaId | None, intent: str):
    meant = engine.understand(text, a_home(("Printer", KITCHEN)), Context(area=area))
    assert [(match.intent, list(match.targets)) for match in meant.matches] == [(intent, ["switch.printer"])]


def test_of_several_plugs_one_is_asked_for(engine: Understander):
    home = a_home(("Printer", KITCHEN), ("Toaster", KITCHEN))
    meant = engine.understand("turn off the plug", home, Context(area=KITCHEN))
    assert (meant.decision, meant.question) == (Decision.ASK, "Which one do you mean: the Printer or the Toaster?")


@pytest.mark.parametrize(
    "text", ["make me a cup of coffee", "coffee please", "i'd like an espresso", "get coffee going"]
)
@pytest.mark.parametrize("name", ["Coffee Maker", "Coffee Machine", "Kitchen Espresso Machine"])
def test_coffee_is_made_by_what_makes_coffee_here(engine: Understander, text: str, name: str):
    meant = engine.understand(text, a_home((name, KITCHEN), ("Toaster", KITCHEN)), Context(area=STUDY))
    assert [match.targets for match in meant.matches] == [(f"switch.{name.lower().replace(' ', '_')}",)]


@pytest.mark.parametrize(
    ("text", "missing"), [("make me a coffee", "coffee maker"), ("turn on the smart plug", "switches in the Kitchen")]
)
def test_what_is_not_there_is_said_to_be_missing(engine: Understander, text: str, missing: str):
    meant = engine.understand(text, a_home(), Context(area=KITCHEN))
    assert (meant.decision, meant.reason) == (Decision.DEFER, f"nothing-there: {missing}")


@pytest.mark.parametrize(
    "text", ["coffee", "coffee is bad for you", "add coffee to my list", "where can i get a coffee"]
)
def test_coffee_is_not_made_when_it_is_only_spoken_of(engine: Understander, text: str):
    meant = engine.understand(text, a_home(("Coffee Maker", KITCHEN)), Context(area=KITCHEN))
    assert not any(match.intent == "HassTurnOn" for match in meant.matches) or meant.decision is not Decision.ACT
