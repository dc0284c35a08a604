"""Zigbee2MQTT 2.x: what its lists become, what its states mean, what it is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.dialects.model import Appeared, Gone, Reachable, Received, Reported
from devices.dialects.zigbee2mqtt import Zigbee2Mqtt
from devices.model import CallError, Capability, Entity, EntityId, PayloadError
from tests.devices.dialects.recorded import ANY_JSON, NOW, appeared, capture, dumped, feed, read_back, reported, sent

LED = "ikea_led1545g12_2.12.1"
HUE = "philips_9290012573a_2.12.1"
GANG = "tuya_ts0004_2.12.1"
DIMMER = "schneider-electric_u202dst600zb_2.12.1"
BLIND = "ikea_e1757_2.12.1"
CURTAIN = "moes_ms-108zr_2.12.1"
VALVE = "sonoff_trvzb_2.12.1"
THERMOSTAT = "centralite_3157100_2.12.1"
LOCK = "yale_yrd426nrsc_2.12.1"
CONTACT = "aqara_mccgq11lm_2.12.1"
MOTION = "aqara_rtcgq11lm_2.12.1"
LEAK = "aqara_sjcgq11lm_2.12.1"
PLUG = "tuya_ts011f-plug-1_2.12.1"
REMOTE = "ikea_e1743_2.12.1"
FAN = "hampton-bay_99432_2.12.1"
SIREN = "heiman_hs2wd-e_2.12.1"
AIR = "ikea_e2112_2.12.1"
EVERY = (LED, HUE, GANG, DIMMER, BLIND, CURTAIN, VALVE, THERMOSTAT, LOCK, CONTACT, MOTION, LEAK, PLUG, REMOTE, FAN,
         SIREN, AIR)  # fmt: skip


def device(name: str, friendly_name: str = "Thing", **more: object) -> dict[str, object]:
    recorded = capture(f"zigbee2mqtt/{name}")["device"]
    assert isinstance(recorded, dict)
    return {**recorded, "friendly_name": friendly_name, **more}


def house(*devices: object) -> tuple[Zigbee2Mqtt, dict[EntityId, Entity]]:
    dialect = Zigbee2Mqtt()
    return dialect, appeared(feed(dialect, "zigbee2mqtt/bridge/devices", list(devices), retained=True))


def visible(entities: dict[EntityId, Entity]) -> dict[str, tuple[str | None, str | None]]:
    return {e.id: (e.device_class, e.unit) for e in entities.values() if not e.hidden}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (LED, {"light.thing": (None, None)}),
        (GANG, {f"switch.thing_l{n}": (None, None) for n in (1, 2, 3, 4)}),
        (DIMMER, {"light.thing_l1": (None, None), "light.thing_l2": (None, None)}),
        (BLIND, {"cover.thing": ("blind", None)}),
        (LOCK, {
            "lock.thing": (None, None), "sensor.thing_action": ("enum", None),
            "sensor.thing_action_source_name": ("enum", None), "sensor.thing_action_user": (None, None),
            "number.thing_auto_relock_time": (None, "s"), "select.thing_sound_volume": (None, None),
        }),
        (CONTACT, {"binary_sensor.thing_contact": ("opening", None)}),
        (MOTION, {"binary_sensor.thing_occupancy": ("occupancy", None),
                  "sensor.thing_illuminance": ("illuminance", "lx")}),
        (LEAK, {"binary_sensor.thing_water_leak": ("moisture", None)}),
        (PLUG, {
            "switch.thing": (None, None), "sensor.thing_power": ("power", "W"),
            "sensor.thing_current": ("current", "A"), "sensor.thing_voltage": ("voltage", "V"),
            "sensor.thing_energy": ("energy", "kWh"), "number.thing_countdown": (None, "s"),
        }),
        (REMOTE, {"sensor.thing_action": ("enum", None)}),
        (FAN, {"fan.thing": (None, None), "light.thing": (None, None)}),
        (SIREN, {"siren.thing": (None, None)}),
        (AIR, {
            "sensor.thing_temperature": ("temperature", "°C"), "sensor.thing_humidity": ("humidity", "%"),
            "sensor.thing_pm25": ("pm25", "µg/m³"), "sensor.thing_voc_index": (None, None),
        }),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)  # fmt: skip
def test_a_device_becomes_its_entities(name: str, expected: dict[str, tuple[str | None, str | None]]):
    assert visible(house(device(name))[1]) == expected


@pytest.mark.parametrize(
    ("name", "id", "capabilities", "limits"),
    [
        (LED, "light.thing", "on_off brightness color_temperature effect", {"min_kelvin": 2203, "max_kelvin": 4000}),
        (HUE, "light.thing", "on_off brightness color_temperature color effect", {}),
        (BLIND, "cover.thing", "open_close stop position", {}),
        (VALVE, "climate.thing", "on_off target_temperature hvac_mode",
         {"min": 4, "max": 35, "step": 0.5, "hvac_modes": ("off", "auto", "heat")}),
        (THERMOSTAT, "climate.thing", "on_off target_range hvac_mode fan_mode", {"min": 7, "max": 30}),
        (FAN, "fan.thing", "on_off speed preset", {"preset_modes": ("on", "smart")}),
        (SIREN, "siren.thing", "on_off tone duration", {"tones": ("emergency",)}),
    ],
)  # fmt: skip
def test_an_entity_knows_what_may_be_asked(name: str, id: str, capabilities: str, limits: dict[str, object]):
    entity = house(device(name))[1][EntityId(id)]
    assert entity.capabilities == {Capability(word) for word in capabilities.split()}
    assert limits.items() <= entity.limits.items()


@pytest.mark.parametrize(
    ("name", "id", "value", "attributes"),
    [
        (LED, "light.thing", "on", {"brightness": 128, "color_temp_kelvin": 2703, "rgb_color": None}),
        (LED, "update.thing_update", "on", {"installed_version": "587753009", "latest_version": "587757105",
                                            "in_progress": False, "update_percentage": None}),
        (HUE, "light.thing", "on",
         {"brightness": 255, "rgb_color": (255, 0, 0), "color_temp_kelvin": None, "effect": "none"}),
        (GANG, "switch.thing_l2", "off", {}),
        (DIMMER, "light.thing_l1", "off", {"brightness": 128}),
        (BLIND, "cover.thing", "open", {"current_position": 42}),
        (CURTAIN, "cover.thing", "closing", {"current_position": 60}),
        (VALVE, "climate.thing", "heat",
         {"temperature": 21.5, "current_temperature": 20.1, "hvac_action": "heating"}),
        (VALVE, "sensor.thing_local_temperature", "20.1", {}),
        (THERMOSTAT, "climate.thing", "off", {"target_temp_low": 20, "target_temp_high": 26, "fan_mode": "auto",
                                              "current_temperature": 22.4, "hvac_action": "idle"}),
        (LOCK, "lock.thing", "jammed", {}),
        (CONTACT, "binary_sensor.thing_contact", "on", {}),
        (MOTION, "binary_sensor.thing_occupancy", "on", {}),
        (LEAK, "binary_sensor.thing_water_leak", "off", {}),
        (PLUG, "sensor.thing_energy", "12.41", {}),
        (PLUG, "sensor.thing_power", "71", {}),
        (REMOTE, "sensor.thing_action", "brightness_move_up", {}),
        (FAN, "fan.thing", "on", {"percentage": 67, "preset_mode": None}),
        (AIR, "sensor.thing_temperature", "21.7", {}),
    ],
)  # fmt: skip
def test_a_state_is_reported_in_the_words_of_the_house(name: str, id: str, value: str, attributes: dict[str, object]):
    dialect, _ = house(device(name))
    assert reported(feed(dialect, "zigbee2mqtt/Thing", capture(f"zigbee2mqtt/{name}")["state"]))[id] == (
        value,
        attributes,
    )


@pytest.mark.parametrize(
    ("name", "id", "service", "data", "expected"),
    [
        (LED, "light.thing", "turn_on", {}, {"state": "ON"}),
        (LED, "light.thing", "turn_off", {"transition": 2}, {"state": "OFF", "transition": 2}),
        (LED, "light.thing", "turn_on", {"brightness": 128}, {"state": "ON", "brightness": 127}),
        (LED, "light.thing", "turn_on", {"brightness": 255}, {"state": "ON", "brightness": 254}),
        (LED, "light.thing", "turn_on", {"brightness": 0}, {"state": "OFF"}),
        (LED, "light.thing", "turn_on", {"color_temp_kelvin": 2703}, {"state": "ON", "color_temp": 370}),
        (HUE, "light.thing", "turn_on", {"rgb_color": (255, 0, 0)}, {"state": "ON", "color": {"x": 0.64, "y": 0.33}}),
        (HUE, "light.thing", "turn_on", {"effect": "candle"}, {"state": "ON", "effect": "candle"}),
        (DIMMER, "light.thing_l2", "turn_on", {"brightness": 1}, {"state_l2": "ON", "brightness_l2": 1}),
        (GANG, "switch.thing_l3", "turn_off", {}, {"state_l3": "OFF"}),
        (BLIND, "cover.thing", "open_cover", {}, {"state": "OPEN"}),
        (BLIND, "cover.thing", "stop_cover", {}, {"state": "STOP"}),
        (BLIND, "cover.thing", "set_cover_position", {"position": 30}, {"position": 30}),
        (VALVE, "climate.thing", "set_temperature", {"temperature": 19.5}, {"occupied_heating_setpoint": 19.5}),
        (VALVE, "climate.thing", "turn_off", {}, {"system_mode": "off"}),
        (VALVE, "climate.thing", "turn_on", {}, {"system_mode": "heat"}),
        (THERMOSTAT, "climate.thing", "set_temperature", {"target_temp_low": 18, "target_temp_high": 25},
         {"occupied_heating_setpoint": 18, "occupied_cooling_setpoint": 25}),
        (THERMOSTAT, "climate.thing", "set_fan_mode", {"fan_mode": "on"}, {"fan_mode": "on"}),
        (LOCK, "lock.thing", "lock", {}, {"state": "LOCK"}),
        (LOCK, "lock.thing", "unlock", {}, {"state": "UNLOCK"}),
        (LOCK, "number.thing_auto_relock_time", "set_value", {"value": 30}, {"auto_relock_time": 30}),
        (FAN, "fan.thing", "set_percentage", {"percentage": 100}, {"fan_state": "ON", "fan_mode": "high"}),
        (FAN, "fan.thing", "set_percentage", {"percentage": 0}, {"fan_state": "OFF"}),
        (FAN, "fan.thing", "set_preset_mode", {"preset_mode": "smart"}, {"fan_mode": "smart"}),
        (FAN, "light.thing", "turn_on", {}, {"state": "ON"}),
        (SIREN, "siren.thing", "turn_on", {"duration": 5},
         {"warning": {"mode": "emergency", "strobe": True, "duration": 5}}),
        (SIREN, "siren.thing", "turn_off", {}, {"warning": {"mode": "stop"}}),
        (PLUG, "button.thing_identify", "press", {}, {"identify": "identify"}),
        (PLUG, "select.thing_power_outage_memory", "select_option", {"option": "on"}, {"power_outage_memory": "on"}),
    ],
)  # fmt: skip
def test_a_call_sets_the_properties(
    name: str, id: str, service: str, data: dict[str, object], expected: dict[str, object]
):
    dialect, entities = house(device(name))
    assert sent(dialect, entities[EntityId(id)], service, **data) == [("zigbee2mqtt/Thing/set", expected)]


@pytest.mark.parametrize(
    ("name", "id", "service", "data"),
    [
        (LED, "light.thing", "turn_on", {"rgb_color": (1, 2, 3)}),
        (LED, "light.thing", "turn_on", {"effect": "rave"}),
        (VALVE, "climate.thing", "set_temperature", {"temperature": 60}),
        (VALVE, "climate.thing", "set_temperature", {}),
        (BLIND, "cover.thing", "set_cover_tilt_position", {"tilt_position": 1}),
        (AIR, "sensor.thing_temperature", "turn_on", {}),
    ],
)
def test_what_a_device_cannot_do_is_refused(name: str, id: str, service: str, data: dict[str, object]):
    dialect, entities = house(device(name))
    with pytest.raises(CallError):
        sent(dialect, entities[EntityId(id)], service, **data)


def test_an_update_is_asked_of_the_bridge():
    dialect, entities = house(device(LED, "hall/lamp"))
    assert sent(dialect, entities[EntityId("update.hall_lamp_update")], "install") == [
        ("zigbee2mqtt/bridge/request/device/ota_update/update", {"id": "hall/lamp"})
    ]


def test_a_name_with_a_slash_keeps_it_in_topics_only():
    dialect, entities = house(device(LED, "kitchen/ceiling_light"))
    lamp = entities[EntityId("light.kitchen_ceiling_light")]
    assert lamp.name == "kitchen ceiling light"
    assert dialect.wants("zigbee2mqtt/kitchen/ceiling_light")
    assert dialect.wants("zigbee2mqtt/kitchen/ceiling_light/availability")
    assert not dialect.wants("zigbee2mqtt/kitchen/ceiling_light/set")
    assert sent(dialect, lamp, "turn_on") == [("zigbee2mqtt/kitchen/ceiling_light/set", {"state": "ON"})]


def test_a_device_is_known_by_its_address():
    dialect = Zigbee2Mqtt()
    (change, *_) = feed(dialect, "zigbee2mqtt/bridge/devices", [device(HUE, "kitchen/lamp")])
    assert isinstance(change, Appeared)
    assert change.device is not None
    assert change.device.identifiers == {"ieee:0x00158d0001234502"}
    assert (change.device.manufacturer, change.device.suggested_area) == ("Philips", "kitchen")


def test_a_rename_takes_the_entities_to_their_new_ids():
    dialect, _ = house(device(LED, "old"))
    changes = feed(dialect, "zigbee2mqtt/bridge/devices", [device(LED, "new")])
    assert {c.entity for c in changes if isinstance(c, Gone)} >= {"light.old", "update.old_update"}
    assert "light.new" in appeared(changes)
    assert not dialect.wants("zigbee2mqtt/old")


def test_two_devices_may_change_names():
    dialect, _ = house(device(LED, "a"), device(HUE, "b"))
    changes = feed(dialect, "zigbee2mqtt/bridge/devices", [device(LED, "b"), device(HUE, "a")])
    lamps = {entity.id for entity in appeared(changes).values() if entity.domain == "light"}
    assert lamps == {"light.a", "light.b"}


def test_a_list_that_says_nothing_new_changes_nothing():
    dialect, _ = house(device(LED), device(AIR, "Air"))
    assert dialect.filters() is dialect.filters()
    assert feed(dialect, "zigbee2mqtt/bridge/devices", [device(LED), device(AIR, "Air")]) == []


def test_two_names_with_one_slug_get_two_ids():
    _, entities = house(device(LED, "lamp 1"), device(HUE, "lamp/1"))
    assert {entity.id for entity in entities.values() if entity.domain == "light"} == {
        "light.lamp_1",
        "light.lamp_1_4502",
    }


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "Coordinator"},
        {"disabled": True},
        {"definition": None},
        {"friendly_name": "lamp/#"},
        {"friendly_name": "+"},
        {"friendly_name": "bridge/devices"},
        {"friendly_name": "a\x00b"},
        {"friendly_name": ""},
        {"ieee_address": "0x1"},
    ],
    ids=str,
)
def test_a_device_that_is_no_use_is_left_out(broken: dict[str, object]):
    assert house({**device(LED), **broken})[1] == {}


@pytest.mark.parametrize(("payload", "reachable"), [('{"state":"offline"}', False), ("offline", False)])
def test_availability_is_read_in_both_forms(payload: str, reachable: bool):
    dialect, _ = house(device(REMOTE))
    changes = feed(dialect, "zigbee2mqtt/Thing/availability", payload)
    assert Reachable(EntityId("sensor.thing_action"), reachable) in changes
    assert feed(dialect, "zigbee2mqtt/Thing/availability", payload) == []


def test_a_device_is_reachable_only_while_the_bridge_is():
    dialect, _ = house(device(AIR, "a"), device(REMOTE, "b"))
    feed(dialect, "zigbee2mqtt/a/availability", "offline")
    changes = [
        *feed(dialect, "zigbee2mqtt/bridge/state", {"state": "offline"}),
        *feed(dialect, "zigbee2mqtt/bridge/state", "online"),
    ]
    assert [c for c in changes if isinstance(c, Reachable) and c.entity == "sensor.a_humidity"] == []
    told = [c.available for c in changes if isinstance(c, Reachable) and c.entity == "sensor.b_action"]
    assert told == [False, True]


def test_a_device_that_comes_while_the_bridge_is_away_cannot_be_reached():
    dialect = Zigbee2Mqtt()
    feed(dialect, "zigbee2mqtt/bridge/state", "offline")
    changes = feed(dialect, "zigbee2mqtt/bridge/devices", [device(LED)])
    assert Reachable(EntityId("light.thing"), False) in changes


def group(name: str, *members: tuple[str, int], **more: object) -> dict[str, object]:
    listed = [{"ieee_address": ieee, "endpoint": endpoint} for ieee, endpoint in members]
    return {"id": 7, "friendly_name": name, "members": listed, "scenes": [], **more}


def test_a_group_has_the_members_of_its_kind():
    dialect, _ = house(device(LED, "a"), device(HUE, "b"), device(GANG, "c"))
    listed = group("all", ("0x00158d0001234501", 1), ("0x00158d0001234502", 11), ("0x00158d0001234503", 2))
    entities = appeared(feed(dialect, "zigbee2mqtt/bridge/groups", [listed]))
    assert entities[EntityId("light.all")].members == ("light.a", "light.b")
    assert entities[EntityId("switch.all")].members == ("switch.c_l2",)
    assert Capability.COLOR in entities[EntityId("light.all")].capabilities
    assert entities[EntityId("light.all")].limits["max_kelvin"] == 4000
    assert reported(feed(dialect, "zigbee2mqtt/all", {"state": "ON"}))["light.all"] == ("on", {})
    assert sent(dialect, entities[EntityId("switch.all")], "turn_on") == [("zigbee2mqtt/all/set", {"state": "ON"})]


def test_a_group_is_known_by_what_discovery_calls_it():
    dialect, _ = house(device(LED, "a"))
    changes = feed(dialect, "zigbee2mqtt/bridge/groups", [group("both", ("0x00158d0001234501", 1))])
    told = next(change.device for change in changes if isinstance(change, Appeared))
    assert told is not None
    # The letters of "zigbee2mqtt" by their codes, as in zigbee2mqtt 2.12.1.
    assert told.identifiers == {"mqtt:zigbee2mqtt_1221051039810110150109113116116_7"}


def test_groups_that_come_first_wait_for_their_members():
    dialect = Zigbee2Mqtt()
    assert feed(dialect, "zigbee2mqtt/bridge/groups", [group("both", ("0x00158d0001234501", 1))]) == []
    changes = feed(dialect, "zigbee2mqtt/bridge/devices", [device(LED, "a")])
    assert appeared(changes)[EntityId("light.both")].members == ("light.a",)
    assert Gone(EntityId("light.both")) in feed(dialect, "zigbee2mqtt/bridge/groups", [])


def test_a_scene_of_a_group_can_be_recalled():
    dialect = Zigbee2Mqtt()
    listed = group("hall", scenes=[{"id": 3, "name": "Chill"}])
    entities = appeared(feed(dialect, "zigbee2mqtt/bridge/groups", [listed]))
    scene = entities[EntityId("scene.hall_chill")]
    assert sent(dialect, scene, "turn_on") == [("zigbee2mqtt/hall/set", {"scene_recall": 3})]


def test_a_new_device_is_asked_for_its_state_once():
    dialect, _ = house(device(VALVE, "v"), device(AIR, "air"))
    asked = [read_back(message) for message in dialect.pending()]
    assert asked == [
        ("zigbee2mqtt/v/get",
         {"system_mode": "", "occupied_heating_setpoint": "", "local_temperature": "", "running_state": ""})
    ]  # fmt: skip
    assert dialect.pending() == []
    assert [read_back(message) for message in dialect.greet()] == asked


def test_each_press_of_a_remote_counts():
    dialect, _ = house(device(REMOTE, "remote"), device(LED, "lamp"))
    assert not dialect.newest_wins("zigbee2mqtt/remote")
    assert dialect.newest_wins("zigbee2mqtt/lamp")
    feed(dialect, "zigbee2mqtt/bridge/info", {"config": {"advanced": {"cache_state": False}}})
    assert not dialect.newest_wins("zigbee2mqtt/lamp")


def test_a_contact_is_named_by_what_it_watches():
    _, entities = house(device(CONTACT, "Fenster Bad"))
    assert entities[EntityId("binary_sensor.fenster_bad_contact")].device_class == "window"


@pytest.mark.parametrize("base", ["", "#", "a/+", "/a", "a/"])
def test_a_base_that_is_no_topic_is_refused(base: str):
    with pytest.raises(ValueError, match="base topic"):
        Zigbee2Mqtt(base)


@pytest.mark.parametrize("payload", [b"\xff", b"[", b'{"state":NaN}', b"[]", b"1", b'"ON"', b"[" * 100_000])
def test_a_state_that_makes_no_sense_is_refused(payload: bytes):
    dialect, _ = house(device(LED))
    with pytest.raises(PayloadError):
        feed(dialect, "zigbee2mqtt/Thing", payload)


_PROPERTIES = st.sampled_from(
    ["state", "brightness", "color", "color_temp", "color_mode", "position", "system_mode", "local_temperature",
     "fan_mode", "lock_state", "update", "action", "state_l1", "running_state", "effect", "occupied_heating_setpoint"]
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(_PROPERTIES, ANY_JSON), st.sampled_from(EVERY))
def test_any_state_is_reported_or_refused(state: dict[str, object], name: str):
    dialect, entities = house(device(name))
    for change in feed(dialect, "zigbee2mqtt/Thing", state):
        assert isinstance(change, Reported)
        assert change.entity in entities


_FIELDS = ("access", "endpoint", "values", "value_max", "value_min", "value_on")
_INNER = st.fixed_dictionaries(
    {"type": st.just("numeric"), "name": _PROPERTIES, "property": _PROPERTIES},
    optional=dict[str, st.SearchStrategy[object]].fromkeys(_FIELDS, ANY_JSON),
)
_EXPOSE = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["light", "switch", "cover", "lock", "fan", "climate", "numeric", "enum", "binary"]),
        "features": st.lists(_INNER, max_size=5),
    },
    optional=dict[str, st.SearchStrategy[object]].fromkeys(("name", "property", *_FIELDS), ANY_JSON),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(_EXPOSE, max_size=4), st.dictionaries(_PROPERTIES, ANY_JSON), st.text(max_size=5))
def test_any_device_of_the_right_shape_is_understood_or_left_out(
    exposes: list[dict[str, object]], state: dict[str, object], name: str
):
    dialect, entities = house(device(LED, name, definition={"model": "x", "exposes": exposes}))
    assert all(entity.id == known for known, entity in entities.items())
    if entities:
        feed(dialect, f"zigbee2mqtt/{name}", state)


@given(st.binary(max_size=64), st.sampled_from(["devices", "groups", "state", "info"]))
def test_any_bytes_on_the_bridges_topics_are_refused_or_harmless(payload: bytes, topic: str):
    try:
        assert Zigbee2Mqtt().receive(Received(f"zigbee2mqtt/bridge/{topic}", payload, True, NOW)) is not None
    except PayloadError:
        return


def test_a_thousand_devices_are_the_most():
    listed = [device(LED, f"lamp {n}", ieee_address=f"0x{n:016x}") for n in range(1_100)]
    dialect, entities = house(*listed)
    assert sum(entity.domain == "light" for entity in entities.values()) == 1_000
    assert len(dialect.filters()) == 2_004
    assert len(dumped(listed)) > 1_000_000
