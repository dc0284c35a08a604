"""A device that is called exactly what was said is meant, not all of its kind in the room."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.grammar.model import Context, Decision, Understander


@pytest.fixture
def home() -> Home:
    home = Home(areas=[Area(AreaId("den"), "Den")])
    for key, name in (("light.den", "Den Light"), ("light.den_corner", "Den Corner"), ("light.shelf", "Shelf")):
        home.add(Entity(EntityId(key), name, "light", None, AreaId("den")))
    return home


@pytest.mark.parametrize(
    "text",
    [
        "switch on the den light at 15%",
        "turn the den light on at 15 percent",
        "make the den light cold white",
        "change the den light to cold white",
        "put the den light to maximum",
        "den light to minimum",
        "make the den light green",
    ],
)
def test_a_whole_name_wins_over_the_room(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context())
    assert (meant.decision, [match.targets for match in meant.matches]) == (Decision.ACT, [("light.den",)])
    assert meant.matches[0].slots["name"] == "Den Light"


@pytest.mark.parametrize("text", ["turn on the den lights at 15%", "set all den lights to maximum"])
def test_the_lights_of_a_room_are_all_of_them(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context())
    assert [set(match.targets) for match in meant.matches] == [{"light.den", "light.den_corner", "light.shelf"}]


def test_a_number_without_a_unit_may_be_the_time(engine: Understander, home: Home):
    assert engine.understand("turn on the den light at 6", home, Context()).decision is not Decision.ACT
