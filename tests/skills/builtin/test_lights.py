"""Light in the words of people who say how it is rather than what to do."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from skills import grammar
from skills.builtin import lights
from skills.grammar import Understander
from skills.grammar.model import Context
from skills.model import Match
from skills.testing import NOON, Bench

HALL, DEN = AreaId("hall"), AreaId("den")
LAMPS = {HALL: EntityId("light.hall"), DEN: EntityId("light.den")}


def a_home() -> Home:
    home = Home(areas=[Area(HALL, "Hall"), Area(DEN, "Den")])
    for area, lamp in LAMPS.items():
        home.add(
            Entity(
                lamp,
                f"{area} lamp",
                "light",
                area=area,
                capabilities=frozenset({Capability.ON_OFF, Capability.BRIGHTNESS}),
            )
        )
    return home


@pytest.fixture(scope="module")
def engine() -> Understander:
    return grammar.load("en", lights.skill.documents("en"))


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("it's pitch dark in here", "HassTurnOn", {}),
        ("i can't see a thing", "HassTurnOn", {}),
        ("let there be light", "HassTurnOn", {}),
        ("no more light in here", "HassTurnOff", {}),
        ("make it dark in here", "HassTurnOff", {}),
        ("crank up the lights", "lights.brighter", {}),
        ("make the lights a bit stronger", "lights.brighter", {}),
        ("the light is too dim", "lights.brighter", {}),
        ("way too bright in here", "lights.dimmer", {}),
        ("turn the lights down low for the movie", "lights.dimmer", {}),
        ("tone down the lights", "lights.dimmer", {}),
        ("set the lights a notch lower", "lights.dimmer", {}),
        ("put the lights on green", "HassLightSet", {"color": "green"}),
        ("can we have red lights", "HassLightSet", {"color": "red"}),
        ("i'd like a soft blue light in here", "HassLightSet", {"color": "blue"}),
        ("change the lights from blue to white", "HassLightSet", {"color": "white"}),
        ("make the lights a bit warmer", "HassLightSet", {"temperature": 2700}),
        ("give me a warm white", "HassLightSet", {"temperature": 2700}),
        ("i want mood lighting", "HassLightSet", {"temperature": 2700, "brightness": 40}),
        ("set a romantic mood for dinner", "HassLightSet", {"temperature": 2700, "brightness": 40}),
    ],
)
def test_light_is_asked_for_in_many_ways(engine: Understander, text: str, intent: str, slots: dict[str, object]):
    (match,) = engine.understand(text, a_home(), Context(area=DEN)).matches
    values = {name: value for name, value in match.slots.items() if name in ("color", "temperature", "brightness")}
    assert (match.intent, values, match.targets) == (intent, slots, (LAMPS[DEN],))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("it's dark in the hall", "HassTurnOn"),
        ("i want mood lighting in the hall", "HassLightSet"),
        ("make the hall lights a bit warmer", "HassLightSet"),
        ("can we have red lights in the hall", "HassLightSet"),
    ],
)
def test_where_is_said_too(engine: Understander, text: str, intent: str):
    (match,) = engine.understand(text, a_home(), Context(area=DEN)).matches
    assert (match.intent, match.targets) == (intent, (LAMPS[HALL],))


@pytest.mark.parametrize(
    "text",
    [
        "it's dark outside",
        "it gets dark at six",
        "i can't see the point",
        "the closet light is dark red",
        "make the closet red",
        "what a bright idea",
        "do you like red light",
    ],
)
def test_what_is_only_said_about_light_changes_none(engine: Understander, text: str):
    assert not engine.understand(text, a_home(), Context(area=DEN)).matches


@pytest.mark.parametrize(
    ("state", "reply"), [("off", "The hall lamp is on."), ("on", "The hall lamp is at 75 percent.")]
)
async def test_where_it_is_dark_although_the_light_is_on_it_becomes_brighter(state: str, reply: str):
    home = a_home()
    home.observe(LAMPS[HALL], state, {"brightness": 128}, at=NOON)
    match = Match("HassTurnOn", {"domain": "light"}, (LAMPS[HALL],), "dark")
    assert (await Bench(lights.skill, home=home).answer(match)).text == reply
