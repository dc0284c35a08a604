from collections import Counter

from devices.model import AreaId
from devices.simulation import TEMPERS, areas, floors, house, names, placement
from devices.simulation.part import Temper
from tests.devices.simulated import awake_house


def test_every_room_is_on_a_storey_that_exists_or_outside():
    known = {floor.id for floor in floors()}
    assert {area.floor for area in areas()} - {None} == known
    assert [area.name for area in areas() if area.floor is None] == ["Garden"]


def test_storeys_are_called_downstairs_and_upstairs():
    assert [(floor.level, floor.aliases) for floor in floors()][:2] == [(0, ("downstairs",)), (1, ("upstairs",))]


def test_every_device_stands_in_a_room_and_has_a_name_of_its_own():
    names = Counter([row.spoken for row in house.ALL] + [row.name for row in house.GROUPS])
    assert [name for name, count in names.items() if count > 1] == []
    assert {row.area for row in (*house.ALL, *house.GROUPS)} <= {area.id for area in areas()}


def test_placement_names_what_cannot_say_its_room_itself():
    assert placement()["Kitchen Light"] == AreaId("kitchen")
    assert placement()["Dining Spots"] == AreaId("dining_room")
    assert "Front Door" not in placement()


def test_nameless_shellies_have_an_alias():
    assert names()["Shelly 1 1F4B01"] == "Garage Light"
    assert set(names()) <= set(placement())


def test_blinds_upstairs_speak_three_dialects():
    upstairs = {area.id for area in areas() if area.floor == house.FIRST}
    rows = [row for row in house.ALL if row.name.endswith("Blind") and row.area in upstairs]
    spoken_by = (house.ZIGBEE, house.TASMOTA, house.SHELLY_SECOND)
    assert [sum(row in table for row in rows) for table in spoken_by] == [3, 1, 1]


def test_bench_lamps_bring_their_rooms():
    assert [area.name for area in areas(25)][-3:] == ["Room 1", "Room 2", "Room 3"]
    assert house.bench_name(21) == ("Bench Lamp 21", "Room 3")


async def test_flaky_devices_are_built_as_the_table_says():
    gadgets, _ = awake_house()
    built = {name: part.temper for gadget in gadgets for name, part in gadget.parts.items()}
    assert {name: temper for name, temper in built.items() if temper is not Temper.SOUND} == dict(TEMPERS)


async def test_client_ids_and_wills_are_unique():
    gadgets, _ = awake_house()
    assert len({gadget.client_id for gadget in gadgets}) == len({gadget.will.topic for gadget in gadgets})
    assert len({gadget.client_id for gadget in gadgets}) == len(gadgets)
