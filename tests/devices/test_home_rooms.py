"""Tests of `devices.home.Home.lay_out`: rooms that a bridge knows, beside those that the household named."""

from dataclasses import replace
from datetime import UTC, datetime

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId, Trace

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KITCHEN = Area(AreaId("kitchen"), "Kitchen", ("cookhouse",))
THEIRS = Area(AreaId("a1b2"), "kitchen", ("galley",), FloorId("f1"))
GROUND = Floor(FloorId("f1"), "Ground Floor", level=0)
LAMP = Entity(EntityId("light.lamp"), "Lamp", "light", area=THEIRS.id)


def _names(home: Home) -> dict[str, str]:
    return {area.id: area.name for area in home.areas()}


def test_room_that_only_a_bridge_knows_is_there_until_it_is_not():
    home = Home()
    home.lay_out([GROUND], [THEIRS])
    there = _names(home)
    home.lay_out([], [])
    assert (there, _names(home), home.floors()) == ({"a1b2": "kitchen"}, {}, ())


def test_room_of_the_household_gains_aliases_and_keeps_its_id():
    home = Home(areas=[KITCHEN])
    home.lay_out([GROUND], [THEIRS])
    placed = home.add(LAMP)
    (kitchen,) = home.areas()
    assert (kitchen.id, kitchen.name, kitchen.floor) == ("kitchen", "Kitchen", "f1")
    assert kitchen.aliases == ("cookhouse", "galley")
    assert placed.area == "kitchen"


def test_floor_of_the_household_is_the_bridges_of_the_same_name():
    home = Home(floors=[Floor(FloorId("ground"), "Ground floor")])
    home.lay_out([GROUND], [THEIRS])
    assert [floor.id for floor in home.floors()] == ["ground"]
    assert [area.floor for area in home.areas()] == ["ground"]


def test_room_that_is_renamed_is_known_by_its_new_name_and_version_moves():
    home = Home()
    home.lay_out([], [THEIRS])
    home.add(LAMP)
    before = home.version
    home.lay_out([], [replace(THEIRS, name="Pantry")])
    assert home.area_named("pantry") is not None
    assert home.area_named("kitchen") is None
    assert home.version > before


def test_same_rooms_again_change_nothing():
    home = Home()
    home.lay_out([GROUND], [THEIRS])
    before = home.version
    home.lay_out([GROUND], [THEIRS])
    assert home.version == before


def test_room_of_the_household_outlives_the_bridges():
    home = Home(areas=[KITCHEN])
    home.lay_out([], [THEIRS])
    home.lay_out([], [])
    assert _names(home) == {"kitchen": "Kitchen"}


def test_who_switched_it_on_still_did_when_it_reports_its_power():
    home = Home()
    home.add(LAMP)
    home.observe(LAMP.id, "on", at=AT, trace=Trace("1", who="Anna"))
    home.observe(LAMP.id, None, {"power": 7}, at=AT, trace=Trace("2"))
    kept = home.state(LAMP.id)
    home.observe(LAMP.id, "off", at=AT)
    gone = home.state(LAMP.id)
    assert kept is not None
    assert gone is not None
    assert (kept.trace, gone.trace) == (Trace("1", who="Anna"), None)
