"""Rooms and plugs, compared by what is measured there."""

from datetime import UTC, datetime

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Device, DeviceId, Entity, EntityId
from skills.builtin import comparing
from skills.testing import Bench

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def measured(home: Home, id: str, name: str, area: str, device_class: str, unit: str, value: str) -> None:
    entity = Entity(EntityId(id), name, "sensor", area=AreaId(area), device_class=device_class, unit=unit)
    home.add(entity)
    home.observe(entity.id, value, at=AT)


@pytest.fixture(scope="module")
def home() -> Home:
    home = Home(
        areas=[Area(AreaId(room), room.title()) for room in ("bedroom", "kitchen", "bathroom", "attic", "garden")]
    )
    for room, warm, damp in (("bedroom", "18.5", "45"), ("kitchen", "21", "50"), ("bathroom", "23.5", "64")):
        measured(home, f"sensor.{room}_t", f"{room} temperature", room, "temperature", "°C", warm)
        measured(home, f"sensor.{room}_h", f"{room} humidity", room, "humidity", "%", damp)
    measured(home, "sensor.garden_t", "garden temperature", "garden", "temperature", "°C", "4")
    thermostat = Entity(EntityId("climate.attic"), "attic thermostat", "climate", area=AreaId("attic"))
    home.add(thermostat)
    home.observe(thermostat.id, "heat", {"current_temperature": 16.0}, at=AT)
    plug = Device(DeviceId("plug"), "washer")
    home.add(Entity(EntityId("switch.washer"), "washing machine", "switch", device=plug.id), plug)
    for one, on, watts, unit in (("washer", plug.id, "1.9", "kW"), ("tv", None, "80", "W"), ("idle", None, "0.3", "W")):
        meter = EntityId(f"sensor.{one}_p")
        home.add(Entity(meter, f"{one} power", "sensor", device=on, device_class="power", unit=unit))
        home.observe(meter, watts, at=AT)
    return home


@pytest.fixture(scope="module")
def bench(home: Home) -> Bench:
    return Bench(comparing.skill, home=home, now=AT)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("which rooms are warmer than 20 degrees", "The bathroom with 23.5 degrees and the kitchen with 21 degrees."),
        ("which rooms are below 19 degrees", "The attic with 16 degrees and the bedroom with 18.5 degrees."),
        ("which rooms are above 30 degrees", "None of four rooms where I can tell."),
        ("which room is the coldest", "The attic with 16 degrees."),
        ("what's the warmest room", "The bathroom with 23.5 degrees."),
        ("which room is the most humid", "The bathroom with 64 percent."),
        ("which room is the brightest", "Nothing here measures that."),
        ("what's using the most electricity", "The washing machine with 1900 watts and the tv power with 80 watts."),
    ],
)
async def test_rooms_and_plugs_are_compared(bench: Bench, text: str, reply: str):
    assert (await bench.hear(text)).text == reply


async def test_they_are_compared_in_german(home: Home):
    bench = Bench(comparing.skill, home=home, now=AT, language="de")
    assert (await bench.hear("welches Zimmer ist am kältesten")).text == "Attic mit 16 Grad."
    assert "1900 Watt" in (await bench.hear("was verbraucht gerade am meisten Strom")).text


async def test_without_a_plug_that_measures_nothing_is_claimed():
    home = Home()
    heard = Bench(comparing.skill, home=home, now=AT)
    assert (await heard.hear("what uses the most power")).text == "Nothing here measures that."
    meter = Entity(EntityId("sensor.tv_p"), "tv power", "sensor", device_class="power", unit="W")
    home.add(meter)
    home.observe(meter.id, "0.2", at=AT)
    assert (await heard.hear("what uses the most power")).text == "Nothing that measures its power uses any."
