"""What is said in languages other than English, in a house with names of that language."""

from collections.abc import Mapping, Sequence

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander, Understanding

ROOMS: Mapping[str, Sequence[str]] = {
    "de": ("Küche", "Schlafzimmer", "Lampe", "Haustür", "Rollladen", "oben"),
    "fr": ("Cuisine", "Chambre", "Lampadaire", "Porte d'entrée", "Volet", "étage"),
    "es": ("Cocina", "Dormitorio", "Lámpara", "Puerta principal", "Persiana", "arriba"),
    "nl": ("Keuken", "Slaapkamer", "Lamp", "Voordeur", "Rolluik", "boven"),
    "it": ("Cucina", "Camera", "Lampada", "Porta", "Tapparella", "sopra"),
}


def house(language: str) -> Home:
    """Return a kitchen and a bedroom upstairs, named in the language."""
    kitchen, bedroom, lamp, door, shutter, upstairs = ROOMS[language]
    home = Home(
        floors=[Floor(FloorId("top"), upstairs)],
        areas=[Area(AreaId("kitchen"), kitchen), Area(AreaId("bedroom"), bedroom, (), FloorId("top"))],
    )
    for key, name, area, device_class in (
        ("light.ceiling", f"{kitchen} 1", "kitchen", None),
        ("light.lamp", lamp, "bedroom", None),
        ("lock.door", door, None, None),
        ("cover.shutter", shutter, "bedroom", "shutter"),
        ("climate.bedroom", "Thermostat", "bedroom", None),
    ):
        home.add(Entity(EntityId(key), name, key.partition(".")[0], device_class, AreaId(area) if area else None))
    return home


@pytest.fixture(scope="module")
def engines() -> dict[str, Understander]:
    documents = registry.load()
    return {language: load(language, documents.documents(language)) for language in ROOMS}


def meant(engines: dict[str, Understander], language: str, text: str) -> Understanding:
    return engines[language].understand(text, house(language), Context())


@pytest.mark.parametrize(
    ("text", "intent", "targets"),
    [
        ("stell das Schlafzimmer auf 21 Grad", "HassClimateSetTemperature", ["climate.bedroom"]),
        ("stell das Schlafzimmer auf einundzwanzig Grad", "HassClimateSetTemperature", ["climate.bedroom"]),
        ("mach alle Rollläden oben zu", "HassTurnOff", ["cover.shutter"]),
        ("mach alle rolllaeden oben zu", "HassTurnOff", ["cover.shutter"]),
        ("ist die Haustür abgeschlossen?", "HassGetState", ["lock.door"]),
        ("was kann ich sagen?", "HassRespond", []),
        ("mach bitte das Küchenlicht aus", "HassTurnOff", ["light.ceiling"]),
        ("mach das Kuechenlicht an", "HassTurnOn", ["light.ceiling"]),
        ("könntest du mal das Licht in der Küche anmachen", "HassTurnOn", ["light.ceiling"]),
        ("ähm schalte die Lampe im Schlafzimmer ein", "HassTurnOn", ["light.lamp"]),
        ("dimm die Schlafzimmerlampe auf dreißig Prozent", "HassLightSet", ["light.lamp"]),
        ("stell einen Timer auf anderthalb Stunden", "HassStartTimer", []),
        ("wie spät ist es", "HassGetCurrentTime", []),
    ],
)
def test_german_is_spoken(engines: dict[str, Understander], text: str, intent: str, targets: list[str]):
    understood = meant(engines, "de", text)
    assert [match.intent for match in understood.matches] == [intent], understood
    assert list(understood.matches[0].targets) == targets


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "mach das Licht in der Küche nicht an"),
        ("de", "mach kein Licht in der Küche an"),
        ("de", "er sagte mach das Licht in der Küche an"),
        ("de", "wenn es regnet mach die Rollläden zu"),
        ("de", "soll ich das Licht in der Küche ausmachen"),
        ("de", "stell dir vor du machst das Licht in der Küche an"),
        ("de", "vielleicht sollten wir das Licht in der Küche ausmachen"),
        ("de", "mach alle Lichter außer der Lampe aus"),
        ("de", 'sie rief "mach das Licht in der Küche an"'),
        ("de", "mach das Licht in der"),
        ("de", "schließ die Haustür bloß nicht auf"),
        ("fr", "n'allume pas la lumière de la cuisine"),
        ("fr", "ne déverrouille jamais la porte d'entrée"),
        ("fr", "il a dit allume la lumière de la cuisine"),
        ("es", "no enciendas la luz de la cocina"),
        ("es", "no apagues las luces de la cocina"),
        ("es", "me dijo que encendiera la luz de la cocina"),
        ("nl", "doe het licht in de keuken niet aan"),
        ("nl", "doe nooit de lamp aan"),
        ("nl", "hij zei doe het licht in de keuken aan"),
        ("it", "non accendere la luce in cucina"),
        ("it", "non aprire la porta"),
        ("it", "ha detto accendi la luce in cucina"),
    ],
)
def test_what_must_not_be_done_is_not_done(engines: dict[str, Understander], language: str, text: str):
    understood = meant(engines, language, text)
    assert understood.decision != Decision.ACT, understood


@pytest.mark.parametrize(
    ("language", "text", "target"),
    [
        ("fr", "s'il te plaît allume la lumière de la cuisine", "light.ceiling"),
        ("es", "por favor enciende la luz de la cocina", "light.ceiling"),
        ("nl", "wil je het licht in de keuken uit doen alsjeblieft", "light.ceiling"),
        ("nl", "doe het keukenlicht uit", "light.ceiling"),
        ("it", "per favore accendi la luce in cucina", "light.ceiling"),
    ],
)
def test_politeness_is_no_hindrance(engines: dict[str, Understander], language: str, text: str, target: str):
    understood = meant(engines, language, text)
    assert [match.targets for match in understood.matches] == [(target,)], understood
