import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from devices.home import Called, Home
from devices.model import Area, AreaId, Device, DeviceId, Entity, EntityId, Floor, FloorId, State
from devices.names import fold, slug

T0 = datetime(2026, 11, 22, 12, tzinfo=UTC)
KITCHEN, HALL, BEDROOM = AreaId("kitchen"), AreaId("hall"), AreaId("bedroom")
UPSTAIRS = FloorId("upstairs")
LAMP = EntityId("light.lamp")


def house(**more: object) -> Home:
    return Home(
        floors=[Floor(UPSTAIRS, "First Floor", ("upstairs",))],
        areas=[Area(KITCHEN, "Kitchen"), Area(HALL, "Hall", ("hallway",)), Area(BEDROOM, "Bedroom", floor=UPSTAIRS)],
        **more,  # type: ignore[arg-type]  # placement and aliases of single tests
    )


def light(object_id: str, name: str, **more: object) -> Entity:
    return Entity(EntityId(f"light.{object_id}"), name, "light", **more)  # type: ignore[arg-type]  # fields of single tests


def names(found: object) -> list[str]:
    return [entity.name for entity in found]  # type: ignore[attr-defined]  # a sequence of entities


def test_the_lights_in_the_kitchen_are_found():
    home = house()
    home.add(light("a", "Ceiling", area=KITCHEN))
    home.add(light("b", "Sconce", area=HALL))
    home.add(Entity(EntityId("switch.c"), "Plug", "switch", area=KITCHEN))
    assert names(home.find(area=KITCHEN, domains=frozenset({"light"}))) == ["Ceiling"]


def test_a_floor_is_all_of_its_areas():
    home = house()
    home.add(light("a", "Bedside", area=BEDROOM))
    home.add(light("b", "Ceiling", area=KITCHEN))
    assert names(home.find(floor=UPSTAIRS)) == ["Bedside"]


def test_hidden_entities_are_there_but_are_not_found():
    home = house()
    home.add(light("a", "Status LED", hidden=True))
    assert names(home.entities()) == ["Status LED"]
    assert not home.find(name="status led")


@pytest.mark.parametrize("said", ["café lamp", "CAFE LAMP", "  Café   Lamp. "])
def test_names_compare_folded(said: str):
    home = house()
    home.add(light("a", "Café Lamp"))
    assert names(home.find(name=said)) == ["Café Lamp"]


def test_a_renamed_entity_is_no_longer_found_by_its_old_name():
    home = house()
    home.add(light("a", "Old"))
    home.observe(EntityId("light.a"), "on", at=T0)
    before = home.version
    home.add(light("a", "New"))
    assert (names(home.find(name="new")), home.find(name="old"), home.version) == (["New"], (), before + 1)
    assert home.state(EntityId("light.a")) == State(EntityId("light.a"), "on", {}, T0, T0, True, 1)


def test_the_same_description_again_moves_nothing():
    home = house()
    home.add(light("a", "Lamp"))
    before = home.version
    home.add(light("a", "Lamp"))
    assert home.version == before


@pytest.mark.parametrize(
    ("entity", "device", "area"),
    [
        (light("a", "Ceiling", area=HALL), None, HALL),
        (light("a", "Kitchen Ceiling"), None, KITCHEN),
        (light("a", "Hallway Ceiling"), None, HALL),
        (light("a", "Ceiling"), Device(DeviceId("d"), "Bedroom Thing"), BEDROOM),
        (light("a", "Kitchen Ceiling"), Device(DeviceId("d"), "X", suggested_area="hallway"), HALL),
        (light("a", "Ceiling"), None, None),
        (light("a", "Kitchenette"), None, None),
    ],
    ids=["said", "in-name", "alias-in-name", "in-device-name", "suggested", "nowhere", "part-of-word"],
)
def test_entities_are_placed(entity: Entity, device: Device | None, area: AreaId | None):
    assert house().add(entity, device).area == area


def test_what_the_household_says_wins_over_what_a_device_says():
    home = house(placement={"Desk Strip": BEDROOM}, aliases={"desk strip": ["glow"]})
    home.add(light("a", "Desk Strip", area=KITCHEN))
    assert home.find(name="glow")[0].area == BEDROOM


def test_a_device_goes_by_the_name_that_the_household_gave_it():
    home = house(names={"Shelly 1 1F4B01": "Garage Light"})
    device = Device(DeviceId("d"), "Shelly 1 1F4B01")
    named = [
        home.add(light(n, name, device=device.id), device).name
        for n, name in (("a", device.name), ("b", f"{device.name} Power"))
    ]
    assert named == ["Garage Light", "Garage Light Power"]


def test_an_unknown_suggested_area_becomes_one():
    home = house()
    home.add(light("a", "Lamp"), Device(DeviceId("d"), "Lamp", suggested_area="Wine Cellar"))
    assert home.area_named("wine cellar") == Area(AreaId("wine_cellar"), "Wine Cellar")


def test_near_misses_are_named_best_first_and_strangers_are_not():
    home = house()
    for object_id, name in (("a", "Bedside Lamp"), ("b", "Bedroom Ceiling"), ("c", "Garage Door Light")):
        home.add(light(object_id, name))
    assert names(home.near("bed side lmap"))[0] == "Bedside Lamp"
    assert not home.near("toaster")


def test_attributes_are_merged_and_removed():
    home = house()
    home.add(light("lamp", "Lamp"))
    home.observe(LAMP, "on", {"brightness": 10, "effect": "glow"}, at=T0)
    home.observe(LAMP, None, {"brightness": 20, "effect": None}, at=T0 + timedelta(seconds=1))
    state = home.state(LAMP)
    assert state is not None
    assert (state.value, dict(state.attributes), state.changed_at, state.reports) == ("on", {"brightness": 20}, T0, 2)


def test_what_is_not_described_is_not_observed():
    home = house()
    home.observe(LAMP, "on", at=T0)
    assert home.state(LAMP) is None


def test_an_unreachable_entity_keeps_its_value():
    home = house()
    home.add(light("lamp", "Lamp"))
    home.observe(LAMP, "on", at=T0)
    home.reach(LAMP, False, at=T0)
    state = home.state(LAMP)
    assert state is not None
    assert (state.value, state.available) == ("on", False)


def test_a_device_goes_with_its_last_entity():
    home = house()
    device = Device(DeviceId("d"), "Strip")
    home.add(light("a", "One", device=device.id), device)
    home.add(light("b", "Two", device=device.id), device)
    home.remove(EntityId("light.a"))
    assert home.devices() == (device,)
    home.remove(EntityId("light.b"))
    assert (home.devices(), home.entities()) == ((), ())


def test_listeners_are_called_and_one_that_breaks_stops_nobody(caplog: pytest.LogCaptureFixture):
    home = house()
    home.add(light("lamp", "Lamp"))
    seen: list[tuple[str, str]] = []
    home.listen(lambda _before, _after: 1 / 0)  # type: ignore[arg-type,return-value]  # breaks on purpose
    stop = home.listen(lambda before, after: seen.append((before.value, after.value)))
    home.observe(LAMP, "on", at=T0)
    stop()
    home.observe(LAMP, "off", at=T0)
    assert seen == [("unknown", "on")]
    assert "a listener failed on light.lamp" in caplog.text


async def test_waiting_ends_with_the_first_fitting_state():
    home = house()
    home.add(light("lamp", "Lamp"))
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(home.wait_until(LAMP, lambda s: s.value == "on", timeout_s=5))
        await asyncio.sleep(0)
        home.observe(LAMP, "off", at=T0)
        home.observe(LAMP, "on", at=T0)
        home.observe(LAMP, "off", at=T0)
    state = waiting.result()
    assert state is not None
    assert state.value == "on"


async def test_waiting_ends_with_nothing_when_time_is_up():
    home = house()
    home.add(light("lamp", "Lamp"))
    assert await home.wait_until(LAMP, lambda s: s.value == "on", timeout_s=0.01) is None


@pytest.mark.parametrize(
    ("text", "folded"), [("Küche/Licht 1", "kuche licht 1"), ("a_b-c", "a b c"), ("", ""), ("💡", "")]
)
def test_folding(text: str, folded: str):
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "made"), [("Küche Licht", "kuche_licht"), ("💡", "unnamed"), ("Straße", "strasse")])
def test_ids_are_made_of_plain_letters(text: str, made: str):
    assert slug(text) == made


@pytest.mark.parametrize(
    ("name", "told", "device_class"),
    [
        ("Bedroom Blinds", None, "blind"),
        ("Garage Door", None, "garage"),
        ("Bedroom Blind", "curtain", "blind"),
        ("Garage Blind", "garage", "blind"),
        ("Left One", "shade", "shade"),
        ("X", None, None),
    ],
)
def test_a_cover_is_what_people_call_it(name: str, told: str | None, device_class: str | None):
    cover = house().add(Entity(EntityId("cover.x"), name, "cover", device_class=told))
    assert cover.device_class == device_class


def test_what_people_teach_is_a_name_at_once_and_of_what_comes_later():
    home = Home()
    home.add(Entity(EntityId("light.desk"), "Desk Lamp", "light"))
    home.call(EntityId("light.desk"), Called("Fritz", ("Reading Light",)))
    home.call(EntityId("light.late"), Called(aliases=("Max",)))
    home.add(Entity(EntityId("light.late"), "Late Lamp", "light"))
    assert [entity.name for entity in home.find(name="fritz")] == ["Fritz"]
    assert home.find(name="desk lamp") == home.find(name="reading light") == home.find(name="fritz")
    assert [entity.name for entity in home.find(name="max")] == ["Late Lamp"]


def test_what_was_taught_is_forgotten_without_a_trace():
    home = Home()
    desk = home.add(Entity(EntityId("light.desk"), "Desk Lamp", "light"))
    home.call(desk.id, Called("Fritz"))
    home.call(desk.id, Called())
    assert home.entity(desk.id) == desk
    assert not home.find(name="fritz")


def test_another_name_does_not_make_a_garage_door_a_curtain():
    home = Home()
    home.add(Entity(EntityId("cover.garage"), "Garage Door", "cover", device_class="garage"))
    home.call(EntityId("cover.garage"), Called("Front Curtain"))
    assert [entity.device_class for entity in home.find(name="front curtain")] == ["garage"]
