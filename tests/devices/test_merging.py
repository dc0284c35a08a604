"""Tests of `devices.merging`: what two sources both know is one thing, and one of them speaks for it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from devices.home import Home
from devices.merging import Merging
from devices.model import AreaId, Call, Capability, Device, DeviceId, Entity, EntityId

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
IEEE = frozenset({"ieee:0x00158d0001a2b3c4"})
LIGHT = Entity(EntityId("light.lamp"), "Lamp", "light", capabilities=frozenset({Capability.ON_OFF}))
PLUG = Device(DeviceId("plug"), "Plug", identifiers=IEEE)


class Recorder:
    """A bridge that notes its calls."""

    name = "recorder"

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def run(self) -> None:
        """Nothing runs."""

    async def call(self, call: Call) -> str | None:
        self.calls.append(call)
        return None


class Two:
    """A house of two sources."""

    def __init__(self, prefer: str = "mqtt") -> None:
        self.home = Home()
        self.merging = Merging(self.home, (prefer,), naming="homeassistant")
        self.mqtt, self.hub = self.merging.source("mqtt"), self.merging.source("homeassistant")
        self.over_mqtt = self.mqtt.bridge = Recorder()
        self.over_hub = self.hub.bridge = Recorder()

    def ids(self) -> list[str]:
        return [entity.id for entity in self.home.entities()]


def _there(name: str, entity: Entity = LIGHT) -> Entity:
    return replace(entity, id=EntityId(f"light.{name}"), name=name.title())


def test_same_unique_id_is_one_thing():
    two = Two()
    two.mqtt.add(replace(_there("pump"), unique="mqtt:u1"))
    two.hub.add(replace(_there("garden_pump"), unique="mqtt:u1"))
    assert two.ids() == ["light.pump"]
    assert two.merging.merged == 1


def test_same_device_and_kind_is_one_thing():
    two = Two()
    two.mqtt.add(replace(_there("a"), device=PLUG.id), PLUG)
    two.hub.add(replace(_there("b"), device=DeviceId("other")), replace(PLUG, id=DeviceId("other"), name="B"))
    assert two.ids() == ["light.a"]


def test_two_of_a_kind_on_one_device_are_told_apart_by_name():
    two = Two()
    for name in ("left", "right"):
        two.mqtt.add(replace(_there(name), device=PLUG.id), PLUG)
    for name in ("left", "right"):
        two.hub.add(replace(_there(name), id=EntityId(f"light.plug_{name}"), device=PLUG.id), PLUG)
    assert two.ids() == ["light.left", "light.right"]


def test_what_may_be_either_is_kept_apart_and_told():
    two = Two()
    for name in ("left", "right"):
        two.mqtt.add(replace(_there(name), device=PLUG.id), PLUG)
    two.hub.add(replace(_there("middle"), device=PLUG.id), PLUG)
    assert len(two.ids()) == 3
    assert "light.left" in two.merging.conflicts[0].what


def test_same_id_of_different_things_gets_two_ids():
    two = Two()
    two.mqtt.add(LIGHT)
    two.hub.add(replace(LIGHT, name="Other"))
    assert two.ids() == ["light.lamp", "light.lamp_homeassistant"]


@pytest.mark.parametrize("first", ["mqtt", "hub"])
def test_names_rooms_and_aliases_merge_by_the_rules(first: str):
    two = Two()
    ours = replace(_there("plug_17"), unique="u", area=AreaId("hall"), aliases=("thing",))
    theirs = replace(_there("reading_lamp"), name="Reading Lamp", unique="u", area=AreaId("den"), aliases=("big one",))
    both = [(two.mqtt, ours), (two.hub, theirs)]
    for source, entity in both if first == "mqtt" else reversed(both):
        source.add(entity)
    (it,) = two.home.entities()
    assert (it.id, it.name, it.area) == ("light.plug_17", "Reading Lamp", "den")
    assert it.aliases == ("big one", "thing", "Plug_17")
    assert "stands in" in two.merging.conflicts[0].what


@pytest.mark.parametrize(("prefer", "id"), [("mqtt", "light.a"), ("homeassistant", "light.b")])
async def test_preferred_source_is_given_the_calls_under_its_own_id(prefer: str, id: str):
    two = Two(prefer)
    two.hub.add(replace(_there("b"), unique="u"))
    two.mqtt.add(replace(_there("a"), unique="u"))
    await two.merging.call(Call(EntityId(id), "turn_on"))
    called = two.over_mqtt if prefer == "mqtt" else two.over_hub
    assert [call.entity for call in called.calls] == [id]
    assert len(two.over_mqtt.calls) + len(two.over_hub.calls) == 1


async def test_while_the_preferred_source_is_away_the_other_speaks():
    two = Two()
    two.mqtt.add(replace(_there("a"), unique="u"))
    two.hub.add(replace(_there("b"), unique="u"))
    lamp = EntityId("light.a")
    two.mqtt.observe(lamp, "off", at=AT)
    two.hub.observe(EntityId("light.b"), "on", {"brightness": 3}, at=AT)
    before = two.home.state(lamp)
    two.mqtt.reach(lamp, False, at=AT)
    meanwhile = two.home.state(lamp)
    await two.merging.call(Call(lamp, "turn_on"))
    two.mqtt.reach(lamp, True, at=AT)
    after = two.home.state(lamp)
    assert before is not None
    assert meanwhile is not None
    assert after is not None
    assert before.value == "off"
    assert (meanwhile.value, meanwhile.available, meanwhile.attributes) == ("on", True, {"brightness": 3})
    assert (after.value, after.available, after.attributes) == ("off", True, {})
    assert [call.entity for call in two.over_hub.calls] == ["light.b"]


def test_when_both_are_away_it_is_away():
    two = Two()
    two.mqtt.add(replace(_there("a"), unique="u"))
    two.hub.add(replace(_there("b"), unique="u"))
    two.mqtt.reach(EntityId("light.a"), False, at=AT)
    two.hub.reach(EntityId("light.b"), False, at=AT)
    state = two.home.state("light.a")
    assert state is not None
    assert not state.available


def test_what_one_source_forgets_stays_through_the_other():
    two = Two()
    two.mqtt.add(replace(_there("a"), unique="u"))
    two.hub.add(replace(_there("b"), unique="u"))
    two.hub.observe(EntityId("light.b"), "on", at=AT)
    two.mqtt.remove(EntityId("light.a"))
    state = two.home.state("light.b")
    assert two.ids() == ["light.b"]
    assert state is not None
    assert state.value == "on"


def test_group_names_its_members_as_the_house_does():
    two = Two()
    two.hub.add(replace(_there("group"), members=(EntityId("light.b"),)))
    two.hub.add(replace(_there("b"), unique="u"))
    two.mqtt.add(replace(_there("a"), unique="u"))
    group = two.home.entity("light.group")
    assert group is not None
    assert group.members == ("light.a",)


def test_description_that_no_longer_fits_makes_two_of_them():
    two = Two()
    two.mqtt.add(replace(_there("a"), unique="u"))
    two.hub.add(replace(_there("b"), unique="u"))
    two.hub.add(replace(_there("b"), unique="v"))
    assert sorted(two.ids()) == ["light.a", "light.b"]
