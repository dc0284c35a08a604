"""Brighter, warmer, louder, half-way, and everything in a place, as they are said in German."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.home import Home
from devices.homefile import read_home
from devices.model import AreaId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander
from tests.skills.grammar.test_talk import effect, told

HOUSE = Path(__file__).parent / "talk" / "house_de.yaml"


@pytest.fixture(scope="module")
def german() -> Understander:
    return load("de", registry.load().documents("de"))


@pytest.fixture(scope="module")
def home() -> Home:
    return read_home(HOUSE, at=datetime.fromtimestamp(0, UTC))


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("mach die Leselampe ein bisschen heller", "lights.brighter light.lese"),
        ("die Stehlampe ist zu hell", "lights.dimmer light.steh"),
        ("im Büro ist es zu dunkel", "lights.brighter light.schreibtisch"),
        ("mach das Licht heller im Flur", "lights.brighter light.flur"),
        ("dimm das Licht in der Küche runter", "lights.dimmer light.kueche light.theke"),
        ("es ist zu grell", "lights.dimmer light.bad"),
        ("mehr Licht bitte", "lights.brighter light.bad"),
        ("mach es wärmer im Wohnzimmer", "climate.warmer climate.wohn"),
        ("dreh die Heizung im Bad runter", "climate.cooler climate.bad"),
        ("hier ist es mir zu kalt", "climate.warmer climate.bad"),
        ("mach den Fernseher leiser", "SetVolumeRelative media_player.tv volume_step=down"),
        ("das Küchenradio ist viel zu leise", "SetVolumeRelative media_player.kueche volume_step=up"),
        ("mach den Rollladen im Büro halb zu", "SetPosition cover.buero position=50"),
        ("Rollladen Büro zu einem Drittel runter", "SetPosition cover.buero position=67"),
        (
            "mach unten alles aus",
            "TurnOff light.kueche light.theke light.flur light.steh light.lese media_player.tv media_player.kueche",
        ),
        ("alles aus im Bad", "TurnOff light.bad"),
        ("weißt du welcher Tag heute ist", "GetCurrentDate"),
        ("fahr den Rollladen im Büro auf halb", "SetPosition cover.buero position=50"),
        ("fahr den Vorhang im Büro auf halb", "no"),
        ("stopp den Vorhang im Büro", "no"),
        ("mach das Licht nicht heller", "no"),
        ("er sagt es ist zu laut", "no"),
        ("gestern war es im Büro zu kalt", "no"),
        ("mach alles an", "no"),
        ("mach alles auf", "no"),
    ],
)
def test_degrees_are_said_in_german(german: Understander, home: Home, text: str, done: str):
    meant = german.understand(text, home, Context(area=AreaId("bad")))
    said = told(meant) if meant.decision is Decision.ACT else "no"
    assert effect(said) == effect(done)
