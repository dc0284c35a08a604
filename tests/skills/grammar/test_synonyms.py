"""A device is also called by the everyday word for what its name says it is."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.grammar.model import Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    home = Home(areas=[Area(AreaId("loft"), "Loft")])
    for key, name in (
        ("climate.loft", "Loft Air Conditioner"),
        ("climate.stove", "Stove"),
        ("media_player.big", "Big TV"),
    ):
        home.add(Entity(EntityId(key), name, key.partition(".")[0], None, AreaId("loft")))
    return home


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("switch on the ac", "TurnOn climate.loft"),
        ("turn off the loft aircon", "TurnOff climate.loft"),
        ("set the ac to 19 degrees", "ClimateSetTemperature climate.loft temperature=19"),
        ("turn off the big telly", "TurnOff media_player.big"),
        ("turn off the loft air conditioner", "TurnOff climate.loft"),
        ("turn off the fridge", "defer"),
    ],
)
def test_it_is_reached_by_either_word(engine: Understander, home: Home, text: str, done: str):
    assert cottage.done(engine, home, text) == done
