"""Tests of `devices.homeassistant.labels`: what people may call by a label, and what becomes of it."""

import asyncio

import pytest

from devices.homeassistant.labels import groups, value_of
from devices.homeassistant.registry import Entry, Registries
from devices.model import Area, AreaId, Call, Capability, DeviceId, Entity, EntityId
from tests.devices.homeassistant.hub import Hub
from tests.devices.homeassistant.lab import DEADLINE_S, Lab, lab

ON, DIM, LOCK = Capability.ON_OFF, Capability.BRIGHTNESS, Capability.LOCK
XMAS = EntityId("light.label_xmas")


def _thing(id: str, *can: Capability, **more: object) -> Entity:
    domain = id.partition(".")[0]
    return Entity(EntityId(id), id, domain, capabilities=frozenset(can), **more)  # pyright: ignore[reportArgumentType] - by name


TREE, STAR = _thing("light.tree", ON, DIM), _thing("light.star", ON)
PLUG, DOOR = _thing("switch.plug", ON), _thing("lock.door", LOCK)


def _labelled(**labels: str) -> Registries:
    """Return registries in which entities have a label each."""
    entries = {f"{key.replace('__', '.')}": Entry(labels=(label,)) for key, label in labels.items()}
    return Registries(entries=entries, labels={"xmas": "Christmas", "k": "Kitchen"})


@pytest.mark.parametrize(
    ("things", "made"),
    [
        ([TREE, STAR], ("light.label_xmas", {ON}, 2)),
        ([TREE], ("light.label_xmas", {ON, DIM}, 1)),
        ([TREE, PLUG], ("group.label_xmas", {ON}, 2)),
        ([DOOR], ("lock.label_xmas", {LOCK}, 1)),
    ],
    ids=["lights", "one", "mixed", "locks"],
)
def test_label_is_a_group_of_what_its_things_have_in_common(
    things: list[Entity], made: tuple[str, set[Capability], int]
):
    (group,) = groups(things, _labelled(light__tree="xmas", light__star="xmas", switch__plug="xmas", lock__door="xmas"))
    assert (group.id, set(group.capabilities), len(group.members)) == made
    assert group.name == "Christmas"


@pytest.mark.parametrize(
    "things",
    [[], [PLUG], [TREE, DOOR], [_thing("light.tree")], [_thing("light.tree", ON, hidden=True)]],
    ids=["empty", "others", "nothing in common", "can do nothing", "nobody may name it"],
)
def test_label_on_nothing_that_can_be_done_together_is_none(things: list[Entity]):
    assert not groups(things, _labelled(light__tree="xmas", lock__door="xmas"))


def test_label_that_is_called_like_a_room_leaves_the_room_its_name():
    registries = _labelled(light__tree="k")
    registries.areas = [Area(AreaId("kitchen"), "kitchen")]
    assert not groups([TREE], registries)


def test_label_on_a_device_or_a_room_is_on_what_stands_there():
    registries = _labelled()
    registries.labelled = {"d1": ("xmas",), "hall": ("xmas",)}
    things = [_thing("light.tree", ON, device=DeviceId("d1")), _thing("light.star", ON, area=AreaId("hall")), PLUG]
    (group,) = groups(things, registries)
    assert group.members == ("light.tree", "light.star")


@pytest.mark.parametrize(
    ("values", "value"),
    [(["off", "on"], "on"), (["off", "off"], "off"), (["locked", "unlocked"], "unlocked"), (["closed"], "closed")],
)
def test_group_is_as_what_is_not_at_rest_in_it(values: list[str], value: str):
    assert value_of(values) == value


async def test_whole_group_is_asked_at_once_and_shows_what_came_of_it():
    hub = Hub()
    hub.on_ask["config/label_registry/list"] = lambda _: [{"label_id": "xmas", "name": "Christmas"}]
    for one in ("light.tree", "light.star"):
        hub.put(one, "off", supported_color_modes=["onoff"], friendly_name=one)
    hub.entries |= {one: {"labels": ["xmas"]} for one in ("light.tree", "light.star", "light.late")}
    async with lab(hub) as it:
        assert it.state(XMAS).value == "off"
        await it.bridge.call(Call(XMAS, "turn_on"))
        await hub.set("light.star", "on", supported_color_modes=["onoff"], friendly_name="light.star")
        await it.shows(XMAS, "on")
        await hub.set("light.late", "on", supported_color_modes=["onoff"], friendly_name="Late")
        await it.shows(EntityId("light.late"), "on")
        async with asyncio.timeout(DEADLINE_S):
            while len(_members(it)) < 3:
                await asyncio.sleep(0.005)
        hub.break_off()
        await it.reaches(XMAS, False)
        await it.reaches(XMAS, True)
    assert [call["target"] for call in hub.calls] == [{"entity_id": ["light.tree", "light.star"]}]


def _members(it: Lab) -> tuple[EntityId, ...]:
    group = it.home.entity(XMAS)
    return group.members if group is not None else ()
