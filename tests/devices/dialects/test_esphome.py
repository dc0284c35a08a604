"""ESPHome: what a node's topics become when it announces nothing, and how it stands back when it does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.dialects.esphome import Esphome
from devices.dialects.json_payload import as_array, as_object
from devices.dialects.model import Appeared, Change, Gone, Reachable, Received
from devices.model import CallError, Capability, Entity, EntityId, PayloadError
from tests.devices.dialects.recorded import ANY_JSON, NOW, appeared, capture, dumped, feed, read_back, reported, sent

NODE = "esp32dev_kitchen_2024.10.0"
FIRST = {"esphome/discover/+", "homeassistant/+/+/+/config"}
FILTERS = FIRST | {"kitchen-node/status"}
CONFIG = "homeassistant/switch/kitchen-node/coffee_machine/config"


def node() -> tuple[Esphome, list[Change]]:
    """Let the node show up, say that it is online, and tell all its states."""
    recorded, dialect = capture(f"esphome/{NODE}"), Esphome()
    feed(dialect, "esphome/discover/kitchen-node", recorded["discover"])
    feed(dialect, "kitchen-node/status", "online")
    changes: list[Change] = []
    for item in as_array(recorded["messages"]):
        message = as_object(item)
        assert dialect.wants(str(message["topic"]))
        changes += feed(dialect, str(message["topic"]), message["payload"])
    return dialect, changes


def entity_of(changes: list[Change], id: str) -> Entity:
    return appeared(changes)[EntityId(id)]


def merged(changes: list[Change], id: str) -> tuple[str | None, dict[str, object]]:
    """Return what the reports about one entity come to."""
    value: str | None = None
    attributes: dict[str, object] = {}
    for change in changes:
        told = reported([change]).get(id, (None, {}))
        value, attributes = told[0] or value, attributes | told[1]
    return value, attributes


@pytest.mark.parametrize(
    ("id", "name", "capabilities", "value", "attributes"),
    [
        ("switch.kitchen_coffee_machine", "Kitchen Coffee machine", "on_off", "on", {}),
        ("light.kitchen_worktop", "Kitchen Worktop", "on_off brightness color effect", "on",
         {"brightness": 128, "rgb_color": (255, 0, 128), "color_temp_kelvin": None, "effect": "None"}),
        ("light.kitchen_ceiling", "Kitchen Ceiling", "on_off brightness color_temperature", "off",
         {"brightness": 255, "color_temp_kelvin": 2703, "rgb_color": None}),
        ("sensor.kitchen_room_temperature", "Kitchen Room temperature", "", "21.5", {}),
        ("binary_sensor.kitchen_motion", "Kitchen Motion", "", "off", {}),
        ("sensor.kitchen_wifi_ssid", "Kitchen Wifi ssid", "", "home", {}),
        ("cover.kitchen_blind", "Kitchen Blind", "open_close stop position tilt", "open",
         {"current_position": 40, "current_tilt_position": 10}),
        ("valve.kitchen_water", "Kitchen Water", "open_close stop", "closed", {}),
        ("fan.kitchen_hood", "Kitchen Hood", "on_off oscillate", "on", {"oscillating": False}),
        ("climate.kitchen_heater", "Kitchen Heater", "hvac_mode target_temperature preset", "heat",
         {"temperature": 21.0, "current_temperature": 20.3, "hvac_action": "heating", "preset_mode": "home"}),
        ("number.kitchen_threshold", "Kitchen Threshold", "set_value", "12.5", {}),
        ("select.kitchen_mode", "Kitchen Mode", "select_option", "Eco", {}),
        ("lock.kitchen_back_door", "Kitchen Back door", "lock", "locked", {}),
    ],
)  # fmt: skip
def test_a_state_topic_becomes_an_entity(
    id: str, name: str, capabilities: str, value: str, attributes: dict[str, object]
):
    _, changes = node()
    entity = entity_of(changes, id)
    assert entity.name == name
    assert entity.capabilities == {Capability(word) for word in capabilities.split()}
    assert merged(changes, id) == (value, attributes)


def test_a_sensor_that_has_nothing_to_say_yet_is_not_there():
    assert "sensor.kitchen_co2" not in appeared(node()[1])


@pytest.mark.parametrize(
    ("id", "service", "data", "expected"),
    [
        ("switch.kitchen_coffee_machine", "turn_off", {}, [("switch/coffee_machine/command", "OFF")]),
        ("light.kitchen_worktop", "turn_on", {"rgb_color": (1, 2, 3), "brightness": 9, "transition": 2},
         [("light/worktop/command",
           {"state": "ON", "brightness": 9, "color": {"r": 1, "g": 2, "b": 3}, "transition": 2})]),
        ("light.kitchen_ceiling", "turn_on", {"color_temp_kelvin": 2703},
         [("light/ceiling/command", {"state": "ON", "color_temp": 370})]),
        ("cover.kitchen_blind", "close_cover", {}, [("cover/blind/command", "CLOSE")]),
        ("cover.kitchen_blind", "set_cover_position", {"position": 30}, [("cover/blind/position/command", 30)]),
        ("cover.kitchen_blind", "set_cover_tilt_position", {"tilt_position": 5}, [("cover/blind/tilt/command", 5)]),
        ("valve.kitchen_water", "open_valve", {}, [("valve/water/command", "OPEN")]),
        ("fan.kitchen_hood", "oscillate", {"oscillating": True}, [("fan/hood/oscillation/command", "oscillate_on")]),
        ("climate.kitchen_heater", "set_temperature", {"temperature": 19.5, "hvac_mode": "heat"},
         [("climate/heater/mode/command", "heat"), ("climate/heater/target_temperature/command", 19.5)]),
        ("climate.kitchen_heater", "set_preset_mode", {"preset_mode": "away"},
         [("climate/heater/preset/command", "away")]),
        ("number.kitchen_threshold", "set_value", {"value": 13}, [("number/threshold/command", 13)]),
        ("select.kitchen_mode", "select_option", {"option": "Boost"}, [("select/mode/command", "Boost")]),
        ("lock.kitchen_back_door", "unlock", {}, [("lock/back_door/command", "UNLOCK")]),
    ],
)  # fmt: skip
def test_a_call_goes_to_the_command_topics(
    id: str, service: str, data: dict[str, object], expected: list[tuple[str, object]]
):
    dialect, changes = node()
    messages = sent(dialect, entity_of(changes, id), service, **data)
    assert messages == [(f"kitchen-node/{tail}", payload) for tail, payload in expected]


@pytest.mark.parametrize(
    ("id", "service"), [("sensor.kitchen_room_temperature", "turn_on"), ("climate.kitchen_heater", "set_temperature")]
)
def test_what_a_node_cannot_do_is_refused(id: str, service: str):
    dialect, changes = node()
    with pytest.raises(CallError):
        sent(dialect, entity_of(changes, id), service)


def test_a_node_is_known_by_its_address():
    device = next(change.device for change in node()[1] if isinstance(change, Appeared))
    assert device is not None
    assert device.identifiers == {"mac:aabbcc0000e1"}
    assert (device.name, device.model, device.sw_version) == ("Kitchen", "esp32dev", "2024.10.0")


def test_states_are_subscribed_only_once_an_announcement_had_its_time():
    dialect = Esphome()
    assert dialect.filters() == FIRST
    feed(dialect, "esphome/discover/kitchen-node", capture(f"esphome/{NODE}")["discover"])
    assert dialect.filters() == FILTERS
    assert not dialect.wants("kitchen-node/switch/coffee_machine/state")
    feed(dialect, "kitchen-node/status", "online")
    assert dialect.filters() == FILTERS | {"kitchen-node/+/+/state", "kitchen-node/+/+/+/state"}


def test_a_node_that_announces_itself_is_left_to_discovery():
    dialect, before = node()
    changes = feed(dialect, CONFIG, {"name": "Coffee machine"})
    assert {change.entity for change in changes if isinstance(change, Gone)} == set(appeared(before))
    assert dialect.filters() == FILTERS
    assert not dialect.wants("kitchen-node/switch/coffee_machine/state")


def test_a_node_comes_back_when_its_announcements_are_gone():
    dialect, _ = node()
    feed(dialect, CONFIG, {"name": "Coffee machine"})
    feed(dialect, CONFIG, b"")
    changes = feed(dialect, "kitchen-node/switch/coffee_machine/state", "OFF")
    assert list(appeared(list(changes))) == ["switch.kitchen_coffee_machine"]


def test_announcements_count_even_from_before_the_node_showed_up():
    dialect = Esphome()
    assert feed(dialect, CONFIG, {"name": "Coffee machine"}) == ()
    feed(dialect, "esphome/discover/kitchen-node", capture(f"esphome/{NODE}")["discover"])
    feed(dialect, "kitchen-node/status", "online")
    assert dialect.filters() == FILTERS


def test_announcements_of_others_change_nothing():
    dialect, _ = node()
    assert feed(dialect, "homeassistant/switch/other-node/x/config", {"name": "x"}) == ()
    assert dialect.wants("kitchen-node/switch/coffee_machine/state")
    assert not dialect.wants("homeassistant/switch/x/config")


def test_the_last_will_says_whether_it_can_be_reached():
    dialect, _ = node()
    assert Reachable(EntityId("lock.kitchen_back_door"), False) in feed(dialect, "kitchen-node/status", "offline")


def test_what_shows_up_while_the_node_is_away_cannot_be_reached():
    dialect = Esphome()
    feed(dialect, "esphome/discover/kitchen-node", capture(f"esphome/{NODE}")["discover"])
    feed(dialect, "kitchen-node/status", "offline")
    changes = feed(dialect, "kitchen-node/switch/pump/state", "ON")
    assert Reachable(EntityId("switch.kitchen_pump"), False) in changes


def test_a_node_that_is_cleared_takes_its_entities_along():
    dialect, before = node()
    changes = feed(dialect, "esphome/discover/kitchen-node", b"")
    assert {change.entity for change in changes if isinstance(change, Gone)} == set(appeared(before))


def test_all_nodes_are_asked_to_show_up():
    assert [read_back(message) for message in Esphome().greet()] == [("esphome/discover", "")]


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("esphome/discover/a", {"name": "b"}),
        ("esphome/discover/a/b", {"name": "a/b"}),
        ("esphome/discover/homeassistant", {"name": "homeassistant"}),
        ("esphome/discover/a", b"[]"),
        ("kitchen-node/status", b"maybe"),
        ("kitchen-node/switch/x/state", b"maybe"),
        ("kitchen-node/light/x/state", b'"ON"'),
        ("kitchen-node/sensor/x/state", b"\xff"),
    ],
)
def test_what_makes_no_sense_is_refused(topic: str, payload: object):
    dialect, _ = node()
    with pytest.raises(PayloadError):
        feed(dialect, topic, payload)


def test_a_prefix_that_is_no_topic_is_refused():
    with pytest.raises(ValueError, match="discovery"):
        Esphome("a/#")


_COMPONENTS = st.sampled_from(
    ["switch", "light", "sensor", "binary_sensor", "text_sensor", "cover", "valve", "fan", "climate", "number",
     "select", "text", "lock", "button", "debug"]
)  # fmt: skip
_DETAILS = st.sampled_from(
    ["", "/position", "/tilt", "/mode", "/action", "/preset", "/target_temperature", "/oscillation", "/speed_level"]
)
_LIGHT = st.dictionaries(
    st.sampled_from(["state", "brightness", "color", "color_temp", "color_mode", "effect"]), ANY_JSON
).map(dumped)


@settings(deadline=None, max_examples=50)
@given(_COMPONENTS, _DETAILS, st.binary(max_size=16) | ANY_JSON.map(dumped) | _LIGHT, st.text(max_size=6))
def test_any_state_is_reported_or_refused(component: str, detail: str, payload: bytes, object_id: str):
    dialect, _ = node()
    try:
        changes = feed(dialect, f"kitchen-node/{component}/{object_id}{detail}/state", payload)
    except PayloadError:
        return
    assert not any(isinstance(change, Gone) for change in changes)


@given(ANY_JSON.map(dumped) | st.binary(max_size=32), st.sampled_from(["a", "kitchen-node", "+", "a/b", ""]))
def test_anything_may_show_up(payload: bytes, name: str):
    try:
        Esphome().receive(Received(f"esphome/discover/{name}", payload, True, NOW))
    except PayloadError:
        return
