"""Whoever names a device captures no sentence with it."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.grammar.model import Context, Decision, Understander

NAMES = ("Everything", "Yes", "No", "The", "All", "Stop", "Undo", "7", "Turn off")


@pytest.fixture
def home() -> Home:
    home = Home(areas=[Area(AreaId("barn"), "Barn")])
    for number, name in enumerate(NAMES):
        home.add(Entity(EntityId(f"switch.trap_{number}"), name, "switch", None, AreaId("barn")))
    home.add(Entity(EntityId("light.spot_4"), "Spot 4", "light", None, AreaId("barn")))
    home.add(Entity(EntityId("light.all"), "All", "light", None, AreaId("barn")))
    return home


@pytest.mark.parametrize(
    "text",
    [
        "turn off everything",
        "yes",
        "no",
        "turn on the",
        "stop",
        "undo",
        "7",
        "turn on 7",
        "4",
        "turn on 4",
        "is 4 on",
        "turn off all",
    ],
)
def test_no_device_is_reached_by_a_word_of_commands(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context())
    traps = {target for match in meant.matches for target in match.targets if target.startswith("switch.")}
    assert not traps
    assert "light.spot_4" not in {target for match in meant.matches if "4" in text for target in match.targets}


@pytest.mark.parametrize(
    ("text", "target"), [("turn on the switch everything", "switch.trap_0"), ("turn off switch stop", "switch.trap_5")]
)
def test_its_class_says_which_device_is_meant(engine: Understander, home: Home, text: str, target: str):
    meant = engine.understand(text, home, Context())
    assert (meant.decision, [match.targets for match in meant.matches]) == (Decision.ACT, [(target,)])


def test_arithmetic_is_no_question_about_devices(engine: Understander, home: Home):
    meant = engine.understand("what is 4 plus 4", home, Context())
    assert [(match.intent, match.targets) for match in meant.matches] == [("calculator.sum", ())]


def test_such_a_name_is_forgotten_with_its_device(engine: Understander, home: Home):
    engine.understand("turn on the switch everything", home, Context())
    home.remove(EntityId("switch.trap_0"))
    assert engine.understand("turn on the switch everything", home, Context()).decision is not Decision.ACT
