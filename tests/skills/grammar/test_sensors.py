"""Questions about contacts, detectors and measured values, and the conditions that values of lists bring."""

import pytest

from devices.home import Home
from devices.model import AreaId, Entity, EntityId
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander

SENSORS = (
    ("binary_sensor.patio", "Patio Door", "door", "kitchen"),
    ("binary_sensor.leak", "Leak Sensor", "moisture", "kitchen"),
    ("binary_sensor.smoke", "Hall Smoke", "smoke", "hall"),
    ("binary_sensor.phone", "Phone", "battery", None),
    ("binary_sensor.phone_plug", "Phone", "battery_charging", None),
    ("sensor.humidity", "Bath Sensor", "humidity", "bedroom"),
    ("sensor.phone", "Tablet", "battery", None),
)


@pytest.fixture
def home(home: Home) -> Home:
    for key, name, device_class, area in SENSORS:
        domain = key.partition(".")[0]
        home.add(Entity(EntityId(key), name, domain, device_class, None if area is None else AreaId(area)))
    return home


@pytest.mark.parametrize(
    ("text", "target", "state"),
    [
        ("is the patio door open", "binary_sensor.patio", "on"),
        ("is the leak sensor dry", "binary_sensor.leak", "off"),
        ("is the phone battery low", "binary_sensor.phone", "on"),
        ("is the phone charging", "binary_sensor.phone_plug", "on"),
        ("is there any smoke in the hall", "binary_sensor.smoke", "on"),
        ("are any smoke detectors triggered", "binary_sensor.smoke", "on"),
        ("which batteries are low", "binary_sensor.phone", "on"),
        ("how much battery does the tablet have left", "sensor.phone", None),
        ("what is the humidity in the bedroom", "sensor.humidity", None),
        ("what's the humidity of the bath sensor", "sensor.humidity", None),
        ("how's the outside temperature", "sensor.outside", None),
    ],
)
def test_what_is_asked_picks_the_sensor(engine: Understander, home: Home, text: str, target: str, state: str | None):
    [match] = engine.understand(text, home, Context()).matches
    assert (match.intent, match.targets, match.slots.get("state")) == ("HassGetState", (target,), state)


@pytest.fixture(scope="module")
def own() -> Understander:
    """Home Assistant's sentences and ours, without those of the skills."""
    return load("en")


@pytest.mark.parametrize(
    "text", ["is the patio door wet", "are any smoke detectors charging", "what is the tablet speed"]
)
def test_a_state_that_a_thing_cannot_have_is_no_question(own: Understander, home: Home, text: str):
    assert own.understand(text, home, Context()).decision == Decision.DEFER
