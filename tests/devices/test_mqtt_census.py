import logging

import pytest

from devices.dialects.model import Appeared, Gone, Reachable, Reported
from devices.home import Home
from devices.model import Device, DeviceId, Entity, EntityId
from devices.mqtt.census import Census
from tests.devices.plain import AT, Plain

LAMP = EntityId("light.lamp")
NATIVE, OTHER, DISCOVERY = Plain("zigbee2mqtt"), Plain("tasmota"), Plain("discovery")
IEEE = "ieee:0x00158d0001a2b3c4"


def lamp(id: str = "light.lamp", *, identifier: str | None = None) -> Appeared:
    identifiers = frozenset({identifier}) if identifier else frozenset[str]()
    return Appeared(Entity(EntityId(id), id, "light"), Device(DeviceId(id), id, identifiers=identifiers))


def reachable(home: Home, id: EntityId = LAMP) -> bool:
    state = home.state(id)
    assert state is not None
    return state.available


def ids(home: Home) -> set[str]:
    return {entity.id for entity in home.entities()}


@pytest.fixture
def home() -> Home:
    return Home()


@pytest.fixture
def census(home: Home) -> Census:
    census = Census(home, max_entities=100)
    census.found()
    return census


def test_report_reaches_the_house(home: Home, census: Census):
    census.take(NATIVE, [lamp(), Reported(LAMP, "on", {"brightness": 10})], topic="t", at=AT)
    state = home.state(LAMP)
    assert state is not None
    assert (state.value, dict(state.attributes), state.seen_at) == ("on", {"brightness": 10}, AT)


def test_what_is_gone_leaves_the_house(home: Home, census: Census):
    census.take(NATIVE, [lamp()], topic="t", at=AT)
    census.take(NATIVE, [Gone(LAMP), Gone(LAMP), Reported(LAMP, "on")], topic="t", at=AT)
    assert ids(home) == set()
    assert census.addressee(LAMP) is None


def test_new_description_keeps_state_and_reachability(home: Home, census: Census):
    census.take(NATIVE, [lamp(), Reported(LAMP, "on"), Reachable(LAMP, False)], topic="t", at=AT)
    census.take(NATIVE, [lamp()], topic="t", at=AT)
    state = home.state(LAMP)
    assert state is not None
    assert (state.value, state.available) == ("on", False)


@pytest.mark.parametrize("native_first", [True, False])
def test_device_in_its_own_dialect_and_in_discovery_is_kept_once(home: Home, census: Census, native_first: bool):
    told = [
        (NATIVE, lamp("light.native", identifier=IEEE)),
        (DISCOVERY, lamp("light.discovered", identifier=IEEE)),
    ]
    for dialect, change in told if native_first else reversed(told):
        census.take(dialect, [change], topic=dialect.name, at=AT)
    assert ids(home) == {"light.native"}


def test_same_id_in_both_dialects_stays_with_the_native_one(home: Home, census: Census):
    census.take(DISCOVERY, [lamp(identifier=IEEE)], topic="d", at=AT)
    census.take(NATIVE, [lamp(identifier=IEEE)], topic="n", at=AT)
    census.take(DISCOVERY, [Reported(LAMP, "from discovery")], topic="d", at=AT)
    census.take(NATIVE, [Reported(LAMP, "from native")], topic="n", at=AT)
    found = census.addressee(LAMP)
    assert ids(home) == {"light.lamp"}
    assert found is not None
    assert found[0] is NATIVE
    state = home.state(LAMP)
    assert state is not None
    assert (state.value, state.reports) == ("from native", 1)


def test_discovery_speaks_again_when_the_native_dialect_forgets_the_device(home: Home, census: Census):
    census.take(NATIVE, [lamp("light.native", identifier=IEEE)], topic="n", at=AT)
    census.take(DISCOVERY, [lamp("light.discovered", identifier=IEEE)], topic="d", at=AT)
    census.take(NATIVE, [Gone(EntityId("light.native"))], topic="n", at=AT)
    assert ids(home) == {"light.discovered"}


def test_devices_without_common_identifiers_are_two(home: Home, census: Census):
    census.take(NATIVE, [lamp("light.one", identifier=IEEE)], topic="n", at=AT)
    census.take(DISCOVERY, [lamp("light.two", identifier="mac:aabbccddeeff"), lamp("light.three")], topic="d", at=AT)
    assert ids(home) == {"light.one", "light.two", "light.three"}


def test_two_devices_with_one_id_are_both_kept_and_called_by_their_own_dialect(home: Home, census: Census):
    census.take(NATIVE, [lamp(identifier=IEEE)], topic="n", at=AT)
    census.take(OTHER, [lamp(identifier="mac:aabbccddeeff"), Reported(LAMP, "on")], topic="o", at=AT)
    second = EntityId("light.lamp_tasmota")
    found = census.addressee(second)
    assert ids(home) == {"light.lamp", second}
    assert found is not None
    assert (found[0], found[1].id) == (OTHER, LAMP)
    state = home.state(second)
    assert state is not None
    assert state.value == "on"


def test_entity_of_another_bridge_is_not_overwritten(home: Home, census: Census):
    home.add(Entity(LAMP, "from Home Assistant", "light"))
    census.take(NATIVE, [lamp()], topic="n", at=AT)
    found = home.entity(LAMP)
    assert found is not None
    assert found.name == "from Home Assistant"
    assert ids(home) == {"light.lamp", "light.lamp_zigbee2mqtt"}


async def test_nothing_is_reachable_without_the_broker(home: Home, census: Census):
    census.take(NATIVE, [lamp(), Reported(LAMP, "on")], topic="config", at=AT)
    await census.lost(AT)
    assert not reachable(home)


async def test_what_was_received_before_the_broker_went_is_a_report_but_no_sign_of_life(home: Home, census: Census):
    census.take(NATIVE, [lamp()], topic="config", at=AT)
    await census.lost(AT)
    census.take(NATIVE, [Reported(LAMP, "on"), lamp("light.new")], topic="config", at=AT)
    state = home.state(LAMP)
    assert state is not None
    assert state.value == "on"
    assert not reachable(home)
    assert not reachable(home, EntityId("light.new"))


@pytest.mark.parametrize(
    "sign", [lamp(), Reported(LAMP, "off"), Reachable(LAMP, True)], ids=lambda it: type(it).__name__
)
async def test_sign_of_life_makes_reachable_again(home: Home, census: Census, sign: Appeared | Reported | Reachable):
    census.take(NATIVE, [lamp()], topic="config", at=AT)
    await census.lost(AT)
    census.found()
    census.take(NATIVE, [sign], topic="elsewhere", at=AT)
    assert reachable(home)


async def test_description_that_is_there_again_makes_reachable_though_it_says_nothing_new(home: Home, census: Census):
    census.take(NATIVE, [lamp(), lamp("light.ghost")], topic="config", at=AT)
    census.take(NATIVE, [lamp("light.ghost")], topic="elsewhere", at=AT)
    await census.lost(AT)
    census.found()
    await census.heard("config", AT)
    assert reachable(home)
    assert not reachable(home, EntityId("light.ghost"))


async def test_what_its_dialect_called_unreachable_is_not_reachable_because_the_broker_is_back(
    home: Home, census: Census
):
    census.take(NATIVE, [lamp(), Reachable(LAMP, False)], topic="config", at=AT)
    await census.lost(AT)
    census.found()
    census.take(NATIVE, [lamp()], topic="config", at=AT)
    assert not reachable(home)


def test_more_entities_than_allowed_are_left_out_with_one_notice(home: Home, caplog: pytest.LogCaptureFixture):
    census = Census(home, max_entities=2)
    with caplog.at_level(logging.WARNING):
        census.take(NATIVE, [lamp(f"light.l{number}") for number in range(5)], topic="t", at=AT)
    census.take(NATIVE, [lamp("light.l1")], topic="t", at=AT)
    assert ids(home) == {"light.l0", "light.l1"}
    assert (census.refused, len(caplog.records)) == (3, 1)


def test_two_bridges_of_one_kind_may_use_the_same_ids(home: Home, census: Census):
    """Two Zigbee2MQTT, upstairs and downstairs, each with a lamp of its own."""
    upstairs = Plain("zigbee2mqtt")
    census.take(NATIVE, [lamp(identifier="ieee:0x1")], topic="downstairs", at=AT)
    census.take(upstairs, [lamp(identifier="ieee:0x2"), Reported(LAMP, "on")], topic="upstairs", at=AT)
    below, above = home.state(LAMP), home.state(EntityId("light.lamp_zigbee2mqtt"))
    assert below is not None
    assert above is not None
    assert (below.value, above.value) == ("unknown", "on")
