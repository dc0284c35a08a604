import pytest

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Understander
from tests.skills.grammar import cottage

AREAS = {"Küche": ("kueche", "unten"), "Stube": ("stube", "unten"), "Bad": ("bad", "oben")}
ENTITIES = (
    ("light.herd", "Herdlicht", "kueche", None),
    ("light.tisch", "Tischlampe", "kueche", None),
    ("light.steh", "Stehlampe", "stube", None),
    ("light.lese", "Leselampe", "stube", None),
    ("light.spiegel", "Spiegellicht", "bad", None),
    ("cover.kueche", "Küchenrollladen", "kueche", "shutter"),
    ("cover.bad", "Badrollladen", "bad", "shutter"),
    ("lock.haus", "Haustür", "stube", None),
    ("lock.keller", "Kellertür", "kueche", None),
    ("climate.bad", "Badheizung", "bad", None),
    ("climate.stube", "Stubenheizung", "stube", None),
    ("todo.einkauf", "Einkaufsliste", None, None),
)
LIGHT = "schalte das Licht in der Küche ein"
HEAT = "stelle die Heizung im Bad auf 21 Grad"
TIMER = "stelle einen Timer auf 10 Minuten"


@pytest.fixture(scope="module")
def german() -> Understander:
    return load("de", registry.load().documents("de"))


@pytest.fixture
def home() -> Home:
    home = Home(
        floors=[Floor(FloorId("unten"), "Erdgeschoss", ("unten",)), Floor(FloorId("oben"), "Obergeschoss", ("oben",))],
        areas=[Area(AreaId(key), name, (), FloorId(floor)) for name, (key, floor) in AREAS.items()],
    )
    for key, name, area, device_class in ENTITIES:
        domain = key.partition(".")[0]
        home.add(Entity(EntityId(key), name, domain, device_class, None if area is None else AreaId(area)))
    return home


@pytest.mark.parametrize(
    ("before", "text", "done"),
    [
        (LIGHT, "und in der Stube", "TurnOn light.steh light.lese"),
        (LIGHT, "im Bad auch", "TurnOn light.spiegel"),
        (LIGHT, "das gleiche im Bad", "TurnOn light.spiegel"),
        (LIGHT, "was ist mit der Stube", "TurnOn light.steh light.lese"),
        (LIGHT, "mach es wieder aus", "TurnOff light.herd light.tisch"),
        (LIGHT, "wieder aus", "TurnOff light.herd light.tisch"),
        (LIGHT, "stell es auf 40 Prozent", "LightSet light.herd light.tisch brightness=40"),
        (LIGHT, "40 Prozent", "LightSet light.herd light.tisch brightness=40"),
        (LIGHT, "mach es grün", "LightSet light.herd light.tisch color=green"),
        (LIGHT, "nein, im Bad", "TurnOn light.spiegel"),
        (LIGHT, "ich meinte das Bad", "TurnOn light.spiegel"),
        (LIGHT, "nicht die Küche, das Bad", "TurnOn light.spiegel"),
        ("schalte die Stehlampe ein", "und die Leselampe", "TurnOn light.lese"),
        ("schalte die Stehlampe ein", "die andere auch", "TurnOn light.lese"),
        ("ist die Haustür abgeschlossen", "und die Kellertür", "GetState lock.keller state=locked"),
        ("ist die Haustür abgeschlossen", "schließ sie ab", "TurnOn lock.haus"),
        (HEAT, "und in der Stube", "ClimateSetTemperature climate.stube temperature=21"),
        (HEAT, "nein, 22", "ClimateSetTemperature climate.bad temperature=22"),
        ("öffne den Küchenrollladen", "schließe ihn wieder", "TurnOff cover.kueche"),
        (TIMER, "verlängere ihn um 5 Minuten", "IncreaseTimer minutes=5"),
        (TIMER, "nein, 12 Minuten", "CancelTimer start_minutes=10 + StartTimer minutes=12"),
        ("setze Milch auf die Einkaufsliste", "und Eier", "ListAddItem todo.einkauf item=Eier"),
        (LIGHT, "und du", "defer"),
        (LIGHT, "das ist schön", "defer"),
        ("was ist mit der Stube", "und im Bad", "defer"),
    ],
)
def test_german_goes_on(german: Understander, home: Home, before: str, text: str, done: str):
    assert cottage.done(german, home, text, before) == done


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("schalte das Licht in der Küche und im Bad ein", "TurnOn light.herd light.tisch + TurnOn light.spiegel"),
        ("schalte die Stehlampe und die Leselampe aus", "TurnOff light.steh + TurnOff light.lese"),
        ("schalte das Licht im Bad ein und öffne den Badrollladen", "TurnOn light.spiegel + TurnOn cover.bad"),
        ("schalte alle Lichter aus außer in der Küche", "TurnOff light.steh light.lese + TurnOff light.spiegel"),
        ("schalte das Licht in der Küche nein im Bad ein", "TurnOn light.spiegel"),
        ("schalte die Stehlampe nein die Leselampe ein", "TurnOn light.lese"),
        ("schalte die Stehlampe ein ich meine die Leselampe", "TurnOn light.lese"),
        ("stelle einen Timer auf 5 nein 6 Minuten", "StartTimer minutes=6"),
        ("schalte das Licht in der Küche nicht ein", "reject"),
        ("schalte das Licht im Bad ein und tanze", "defer"),
    ],
)
def test_german_corrects_and_joins(german: Understander, home: Home, text: str, done: str):
    assert cottage.done(german, home, text) == done
