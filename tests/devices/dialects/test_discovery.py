import json
from collections.abc import Mapping

import pytest

from devices.dialects.discovery import Discovery
from devices.dialects.model import Appeared, Gone, Message, Reachable, Reported
from devices.model import Call, CallError, Capability, EntityId, PayloadError
from tests.devices.dialects.discovery import CAPTURES, Announced, captured

SWITCH = {"name": "Plug", "command_topic": "plug/set", "state_topic": "plug", "unique_id": "plug1"}
CONFIG = "homeassistant/switch/thing/config"

# capture -> entity, name, device, value, attributes
SEEN: list[tuple[str, str, str, str, str, Mapping[str, object]]] = [
    (
        "zigbee2mqtt_ikea-led1733g7_1.33.2",
        "light.kitchen_ceiling",
        "Kitchen/Ceiling lamp",
        "ieee:0xd0cf5efffe3211d5",
        "on",
        {"brightness": 128, "color_temp_kelvin": 2703, "linkquality": 91, "available": True},
    ),
    (
        "zigbee2mqtt_gledopto-gl-c-008_2.12.1",
        "light.led_strip",
        "led_strip",
        "ieee:0x00124b001ec8a1b2",
        "on",
        {"brightness": 140, "rgb_color": (255, 0, 0), "color_temp_kelvin": None},
    ),
    (
        "zigbee2mqtt_aqara-wsdcgq11lm_2.12.1",
        "sensor.bath_climate_temperature",
        "Bathroom climate Temperature",
        "ieee:0x00158d0001a2b3c4",
        "21.45",
        {"available": True},
    ),
    (
        "zigbee2mqtt_linkquality_1.27",
        "sensor.pool_lightstrip_2_linkquality",
        "Pool lightstrip 2 linkquality",
        "ieee:0x00178801091a5dc9",
        "61",
        {},
    ),
    (
        "zigbee2mqtt_ikea-e1757_2.12.1",
        "cover.bedroom_blind",
        "Bedroom blind",
        "ieee:0x842e14fffe1a2b3c",
        "open",
        {"current_position": 35},
    ),
    (
        "zigbee2mqtt_sonoff-trvzb_2.12.1",
        "climate.bedroom_trv",
        "Bedroom TRV",
        "ieee:0x0cae5ffffe7a1b2c",
        "heat",
        {"temperature": 21.5, "current_temperature": 19.8, "hvac_action": "heating"},
    ),
    ("zigbee2mqtt_yale-yrd426nrsc_2.12.1", "lock.front_door", "Front door", "ieee:0x000d6f0011112222", "locked", {}),
    (
        "zigbee2mqtt_aqara-mccgq11lm_2.12.1",
        "binary_sensor.hall_window",
        "Hall window",
        "ieee:0x00158d0003a1b2c3",
        "on",
        {},
    ),
    (
        "zigbee2mqtt_update_2.12.1",
        "update.desk_lamp",
        "Desk lamp",
        "ieee:0xd0cf5efffe3211d5",
        "on",
        {"installed_version": "16777224", "latest_version": "16777230"},
    ),
    ("tasmota_relay_8.5", "switch.pump", "Pump", "mac:3c71bf319044", "on", {"available": True}),
    (
        "tasmota_rgb-light_8.5",
        "light.sofa_strip",
        "Sofa strip",
        "mqtt:06C777",
        "on",
        {"brightness": 128, "rgb_color": (128, 64, 0), "color_temp_kelvin": 3333, "effect": "0"},
    ),
    ("tasmota_energy-sensor_8.5", "sensor.pump_energy_power", "Pump ENERGY Power", "mac:3c71bf319044", "42", {}),
    (
        "esphome_rgbct-light_2026.8",
        "light.desk_lamp",
        "Desk Lamp",
        "mac:50029150a64c",
        "on",
        {"brightness": 204, "rgb_color": (255, 120, 0), "color_temp_kelvin": None, "effect": "None"},
    ),
    (
        "esphome_garage-cover_2023.6",
        "cover.garagedoor2_door",
        "garagedoor2 Door",
        "mac:50029150a64c",
        "opening",
        {"current_position": 60},
    ),
    (
        "esphome_fan_2026.8",
        "fan.attic_fan",
        "Attic fan",
        "mac:a4cf12345678",
        "on",
        {"percentage": 66, "oscillating": False, "direction": "forward"},
    ),
    (
        "valetudo_roborock-s5_2026.5",
        "vacuum.valetudo_olaf",
        "Valetudo S5 Olaf Robot",
        "mqtt:olaf",
        "cleaning",
        {"battery_level": 87, "fan_speed": "medium"},
    ),
    (
        "zwave-js-ui_eurotronic-spirit_9.18",
        "climate.gym_trv_climate",
        "Gym_TRV_climate",
        "mqtt:zwavejs2mqtt_0xc7625338_node76",
        "heat",
        {"temperature": 20.5, "current_temperature": 18.75},
    ),
    (
        "zwave-js-ui_dimmer_9.18",
        "light.study_dimmer",
        "Study_dimmer",
        "mqtt:zwavejs2mqtt_0xc7625338_node21",
        "on",
        {"brightness": 129},
    ),
    (
        "ring-mqtt_alarm_5.9",
        "alarm_control_panel.home_alarm",
        "Home Alarm",
        "mqtt:panel1",
        "armed_home",
        {"alarmState": "all-clear", "available": True},
    ),
    ("ring-mqtt_siren_5.9", "switch.home_alarm_siren", "Home Alarm Siren", "mqtt:panel1", "off", {"available": False}),
    (
        "openmqttgateway_lywsd03mmc_1.8",
        "sensor.lywsd03mmc_6a7a30_tempc",
        "LYWSD03MMC-6A7A30 tempc",
        "mac:a4c1386a7a30",
        "21.3",
        {},
    ),
    (
        "theengs_lywsd03mmc_1.4",
        "sensor.lywsd03mmc_6a7a30_hum",
        "LYWSD03MMC-6A7A30-hum",
        "mac:a4c1386a7a30",
        "48.2",
        {},
    ),
    (
        "rtl_433_acurite-tower_25.02",
        "sensor.acurite_tower_a_6478_temperature",
        "Acurite-Tower-A-6478 Temperature",
        "mqtt:Acurite-Tower-A-6478",
        "21.1",
        {},
    ),
    (
        "rtl_433_battery_25.02",
        "sensor.acurite_tower_a_6478_battery",
        "Acurite-Tower-A-6478 Battery",
        "mqtt:Acurite-Tower-A-6478",
        "100",
        {},
    ),
    (
        "evcc_loadpoint-mode_0.210",
        "select.evcc_carport_mode",
        "evcc Carport mode",
        "mqtt:evcc",
        "minpv",
        {"available": True},
    ),
    (
        "shelly_plus2pm-script_1.4",
        "cover.terrace_patio_awning",
        "Terrace Patio awning",
        "mac:a8032abe54dc",
        "closing",
        {"current_position": 42, "available": True},
    ),
    (
        "home-assistant_device-example_2026.8",
        "sensor.kitchen_humidity",
        "Kitchen Humidity",
        "mqtt:ea334450945afc",
        "55",
        {},
    ),
]


@pytest.mark.parametrize(("capture", "id", "name", "device", "value", "attributes"), SEEN, ids=[row[0] for row in SEEN])
def test_a_publisher_is_understood(
    capture: str, id: str, name: str, device: str, value: str, attributes: Mapping[str, object]
):
    announced, values, seen = captured(capture)
    entity = announced.entities[id]
    assert (entity.name, entity.device, values[id]) == (name, device, value)
    assert {key: seen[key] for key in attributes} == attributes
    assert (announced.dialect.faults, announced.dialect.refused) == (0, 0)


def test_every_capture_is_in_the_table():
    assert {row[0] for row in SEEN} == {path.stem for path in CAPTURES.glob("*.json")}


@pytest.mark.parametrize("capture", [row[0] for row in SEEN])
def test_a_capture_says_where_it_was_seen(capture: str):
    assert json.loads((CAPTURES / f"{capture}.json").read_text())["source"]


def test_a_device_announces_all_its_components_at_once():
    announced, values, _ = captured("home-assistant_device-example_2026.8")
    assert values == {
        "sensor.kitchen_temperature": "23.2",
        "sensor.kitchen_humidity": "55",
        "switch.kitchen_plug": "on",
    }
    assert announced.entities["switch.kitchen_plug"].capabilities == {Capability.ON_OFF}


def device(**components: object) -> dict[str, object]:
    return {
        "dev": {"ids": ["d1"], "name": "Desk"},
        "o": {"name": "test"},
        "stat_t": "desk",
        "cmps": {key: value for key, value in components.items() if value is not None},
    }


LAMP = {"p": "switch", "name": "Lamp", "cmd_t": "desk/lamp", "uniq_id": "u1"}
FAN = {"p": "switch", "name": "Fan", "cmd_t": "desk/fan", "uniq_id": "u2"}


@pytest.mark.parametrize("fan", [None, {"p": "switch"}], ids=["left out", "only a platform"])
def test_a_component_that_is_no_longer_there_is_gone(fan: object):
    announced = Announced()
    announced.hear("homeassistant/device/d1/config", device(lamp=LAMP, fan=FAN))
    changes = announced.hear("homeassistant/device/d1/config", device(lamp=LAMP, fan=fan))
    assert [change for change in changes if isinstance(change, Gone)] == [Gone(EntityId("switch.desk_fan"))]
    assert [change.entity.id for change in changes if isinstance(change, Appeared)] == ["switch.desk_lamp"]


def test_one_bad_component_does_not_take_the_others_along():
    announced = Announced()
    changes = announced.hear("homeassistant/device/d1/config", device(lamp=LAMP, fan={**FAN, "cmd_t": 7}))
    assert [change.entity.id for change in changes if isinstance(change, Appeared)] == ["switch.desk_lamp"]
    assert announced.dialect.refused == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"o": {"name": "x"}, "cmps": {"a": LAMP}},
        {"dev": {"ids": "d"}, "cmps": {"a": LAMP}},
        {"dev": {"ids": "d"}, "o": {"name": "x"}},
        {"dev": {"ids": "d"}, "o": {"name": "x"}, "cmps": {"a": {"name": "no platform"}}},
        {"dev": {"ids": "d"}, "o": {"name": "x"}, "cmps": {str(n): LAMP for n in range(501)}},
    ],
    ids=["no device", "no origin", "no components", "no platform", "too many"],
)
def test_a_device_that_makes_no_sense_is_refused(broken: object):
    with pytest.raises(PayloadError, match="homeassistant/device/d1/config"):
        Announced().hear("homeassistant/device/d1/config", broken)


def test_an_empty_configuration_removes_the_entity():
    announced = Announced()
    entity = announced.announce("switch", SWITCH)
    assert announced.hear(CONFIG, b"") == [Gone(entity.id)]
    assert not announced.dialect.wants("plug")
    with pytest.raises(CallError, match="not announced"):
        announced.sent(entity, "turn_on")


def test_an_empty_configuration_of_nothing_is_nothing():
    assert Announced().hear(CONFIG, b"") == []


def test_the_same_configuration_again_changes_nothing():
    announced = Announced()
    announced.announce("switch", SWITCH)
    assert announced.hear(CONFIG, SWITCH) == []


def test_a_renamed_entity_keeps_its_id():
    announced = Announced()
    before = announced.announce("switch", SWITCH)
    after = announced.announce("switch", {**SWITCH, "name": "Boiler"})
    assert (after.id, after.name) == (before.id, "Boiler")


def test_an_entity_that_comes_back_gets_its_id_back():
    announced = Announced()
    announced.announce("switch", SWITCH)
    other = announced.announce("switch", {**SWITCH, "unique_id": "plug2"}, "other")
    announced.hear("homeassistant/switch/other/config", b"")
    announced.hear(CONFIG, b"")
    assert announced.announce("switch", {**SWITCH, "unique_id": "plug2"}, "other").id == other.id == "switch.plug_2"


def test_a_unique_id_belongs_to_whoever_came_first():
    announced = Announced()
    announced.announce("switch", SWITCH)
    with pytest.raises(PayloadError, match=r"other.*'plug1' is announced by 'homeassistant/switch/thing/config'"):
        announced.announce("switch", SWITCH, "other")


def test_a_migration_hands_the_entity_over():
    announced = Announced()
    before = announced.announce("switch", {**SWITCH, "unique_id": "u1"})
    assert announced.hear(CONFIG, {"migrate_discovery": True}) == []
    changes = announced.hear("homeassistant/device/d1/config", device(lamp=LAMP))
    assert [change.entity.id for change in changes if isinstance(change, Appeared)] == [before.id]
    assert announced.hear(CONFIG, b"") == []
    assert announced.sent(before, "turn_on") == [("desk/lamp", "ON")]


def test_a_migration_that_nobody_takes_up_removes_the_entity():
    announced = Announced()
    before = announced.announce("switch", SWITCH)
    announced.hear(CONFIG, {"migr_discvry": True})
    assert announced.hear(CONFIG, b"") == [Gone(before.id)]


def test_what_was_said_before_the_announcement_is_not_lost():
    announced = Announced()
    announced.announce("sensor", {"state_topic": "s", "value_template": "{{ value_json.a }}", "name": "A"}, "a")
    announced.hear("s", {"a": 1, "b": 2}, retained=True)
    changes = announced.hear(
        "homeassistant/sensor/b/config", {"state_topic": "s", "value_template": "{{ value_json.b }}", "name": "B"}
    )
    assert changes[1:] == [Reported(EntityId("sensor.b"), "2")]


@pytest.mark.parametrize(
    ("config", "name", "id"),
    [
        ({"name": "Lamp"}, "Lamp", "switch.lamp"),
        ({}, "Thing", "switch.thing"),
        ({"name": None, "device": {"ids": "d", "name": "Desk"}}, "Desk", "switch.desk"),
        ({"device": {"ids": "d", "name": "Desk"}}, "Desk", "switch.desk"),
        ({"name": "Lamp", "device": {"ids": "d", "name": "Desk"}}, "Desk Lamp", "switch.desk_lamp"),
        ({"name": "desk lamp", "device": {"ids": "d", "name": "Desk"}}, "desk lamp", "switch.desk_lamp"),
        ({"name": "Lamp", "device": {"ids": "d"}}, "Lamp", "switch.lamp"),
        ({"device_class": "outlet", "device": {"ids": "d", "name": "Desk"}}, "Desk Outlet", "switch.desk_outlet"),
        ({"name": None, "device_class": "outlet", "device": {"ids": "d", "name": "Desk"}}, "Desk", "switch.desk"),
        ({"name": "Lamp", "object_id": "My ID"}, "Lamp", "switch.my_id"),
        ({"name": "Lamp", "default_entity_id": "switch.chosen"}, "Lamp", "switch.chosen"),
        ({"name": "Größe\u202e\n2"}, "Größe 2", "switch.grosse_2"),
        ({"name": "Лампа"}, "Лампа", "switch.thing"),
        ({"name": 7}, "Thing", "switch.thing"),
        ({"name": "x" * 5000}, "x" * 128, "switch." + "x" * 128),
    ],
)
def test_names_are_composed_as_home_assistant_does(config: dict[str, object], name: str, id: str):
    entity = Announced().announce("switch", {"command_topic": "c", **config})
    assert (entity.name, entity.id) == (name, id)


@pytest.mark.parametrize(
    ("device", "identifiers"),
    [
        ({"ids": "zigbee2mqtt_0x00158D0001A2B3C4"}, {"ieee:0x00158d0001a2b3c4"}),
        ({"ids": ["3C71BF319044"]}, {"mac:3c71bf319044"}),
        ({"ids": ["319044"], "cns": [["mac", "3C:71:BF:31:90:44"]]}, {"mqtt:319044", "mac:3c71bf319044"}),
        ({"ids": "shellyplus1-a8032abe54dc"}, {"mac:a8032abe54dc"}),
        ({"ids": "my sensor 1"}, {"mqtt:my sensor 1"}),
        ({"ids": 12345}, {"mqtt:12345"}),
        ({"connections": [["mac", "aa-bb-cc-dd-ee-ff"], ["upnp", "x"], "rubbish"]}, {"mac:aabbccddeeff"}),
    ],
)
def test_a_device_is_recognized_through_other_sources(device: object, identifiers: set[str]):
    changes = Announced().hear(CONFIG, {**SWITCH, "device": device})
    assert isinstance(changes[0], Appeared)
    assert changes[0].device is not None
    assert changes[0].device.identifiers == identifiers


ANONYMOUS: list[object] = [{}, {"name": "x"}, "text", [], {"ids": []}, {"ids": [None, {}]}]


@pytest.mark.parametrize("device", ANONYMOUS)
def test_a_device_that_nothing_identifies_is_none(device: object):
    changes = Announced().hear(CONFIG, {**SWITCH, "device": device})
    assert isinstance(changes[0], Appeared)
    assert changes[0].device is None


@pytest.mark.parametrize(
    ("extra", "hidden"),
    [({}, False), ({"ent_cat": "diagnostic"}, True), ({"ent_cat": "config"}, True), ({"en": False}, True)],
)
def test_what_is_not_for_every_day_is_hidden(extra: dict[str, object], hidden: bool):
    assert Announced().announce("switch", {**SWITCH, **extra}).hidden is hidden


def two_topics(mode: str) -> Announced:
    announced = Announced()
    entries = [{"topic": "a1", "value_template": "{{ value_json.up }}", "pl_avail": "yes", "pl_not_avail": "no"}]
    announced.announce("switch", {**SWITCH, "avty": [*entries, {"t": "a2"}], "avty_mode": mode})
    return announced


@pytest.mark.parametrize(
    ("mode", "after_one", "after_both", "after_none"),
    [("all", False, True, False), ("any", True, True, True), ("latest", True, True, False)],
)
def test_availability_follows_its_mode(mode: str, after_one: bool, after_both: bool, after_none: bool):
    announced = two_topics(mode)
    assert announced.available("a1", {"up": "yes"}) == [after_one]
    assert announced.available("a2", "online") == [after_both]
    assert announced.available("a1", {"up": "no"}) == [after_none]


def test_an_entity_is_away_until_it_says_that_it_is_there():
    announced = Announced()
    changes = announced.hear(CONFIG, {**SWITCH, "availability_topic": "up"})
    assert changes[1:] == [Reachable(EntityId("switch.plug"), available=False)]


def test_a_new_entity_knows_what_a_shared_availability_topic_said():
    announced = Announced()
    announced.announce("switch", {**SWITCH, "availability_topic": "up"})
    announced.hear("up", "online")
    changes = announced.hear(
        "homeassistant/switch/2/config", {"command_topic": "c", "name": "Two", "availability_topic": "up"}
    )
    assert changes[1:] == [Reachable(EntityId("switch.two"), available=True)]


def test_an_unknown_word_about_availability_is_counted():
    announced = Announced()
    announced.announce("switch", {**SWITCH, "availability_topic": "up"})
    with pytest.raises(PayloadError, match=r"up.*perhaps"):
        announced.hear("up", "perhaps")


def test_topics_are_subscribed_while_someone_reads_them():
    announced = Announced()
    before = announced.dialect.filters()
    announced.announce("switch", {**SWITCH, "availability_topic": "up", "json_attributes_topic": "plug/attributes"})
    assert announced.dialect.filters() - before == {"plug", "up", "plug/attributes"}
    announced.hear(CONFIG, b"")
    assert announced.dialect.filters() == before


@pytest.mark.parametrize(
    ("topic", "wanted"),
    [
        ("plug", True),
        ("plug/set", False),
        ("homeassistant/status", True),
        (CONFIG, True),
        ("homeassistant/x", False),
        ("homeassistantx/switch/a/config", False),
        ("home/gw7/BT/1", True),
        ("home/gw7/WIFI/1", False),
        ("home/gw7/BT/1/x", False),
    ],
)
def test_only_what_is_read_is_wanted(topic: str, wanted: bool):
    announced = Announced()
    announced.announce("switch", SWITCH)
    announced.announce("sensor", {"state_topic": "+/+/BT/1", "name": "BT"}, "bt")
    assert announced.dialect.wants(topic) is wanted


@pytest.mark.parametrize(
    ("platform", "config", "newest"),
    [
        ("sensor", {"value_template": "{{ value_json.t }}"}, True),
        ("sensor", {"value_template": "{{ value_json.t | is_defined }}"}, False),
        ("sensor", {"value_template": "{% if value_json.t is defined %}{{ value_json.t }}{% endif %}"}, False),
        ("event", {"event_types": ["press"]}, False),
    ],
)
def test_the_newest_wins_where_a_message_says_everything(platform: str, config: dict[str, object], newest: bool):
    announced = Announced()
    announced.announce(platform, {"state_topic": "s", **config})
    assert announced.dialect.newest_wins("s") is newest
    assert not announced.dialect.newest_wins(CONFIG)


BIRTH = (Message("homeassistant/status", b"online"),)


def test_nothing_is_published_by_default():
    assert Discovery().greet() == ()


def test_the_birth_message_is_given_where_it_is_wanted():
    announced = Announced(Discovery(announce=True))
    assert announced.dialect.greet() == BIRTH
    announced.hear("homeassistant/status", "online")  # the broker's echo
    assert announced.dialect.greet() == BIRTH


def test_a_home_assistant_that_is_there_gives_its_own_birth_message():
    announced = Announced(Discovery(announce=True))
    announced.hear("homeassistant/status", "online")
    assert announced.dialect.greet() == ()
    announced.hear("homeassistant/status", "offline")
    assert announced.dialect.greet() == BIRTH


def test_another_prefix_is_possible():
    announced = Announced(Discovery(prefix="ha"))
    assert announced.hear("ha/switch/x/config", SWITCH)
    assert announced.hear(CONFIG, SWITCH) == []


def test_unknown_keys_and_unknown_components_are_passed_over():
    announced = Announced()
    announced.announce("switch", {**SWITCH, "what_is_this": {"deep": []}})
    assert announced.hear("homeassistant/teleporter/x/config", {"name": "Beam"}) == []
    assert announced.hear("homeassistant/camera/x/config", {"topic": "image", "name": "Cam"}) == []


def test_an_illegal_topic_is_counted():
    with pytest.raises(PayloadError, match="letters, digits"):
        Announced().hear("homeassistant/switch/küche/config", SWITCH)


NONSENSE: list[tuple[str, object, str]] = [
    ("switch", {"state_topic": "s"}, "command_topic"),
    ("switch", {**SWITCH, "state_topic": "#"}, "state_topic"),
    ("switch", {**SWITCH, "state_topic": "+/x"}, "state_topic"),
    ("switch", {**SWITCH, "command_topic": "a/+/b"}, "command_topic"),
    ("switch", {**SWITCH, "command_topic": "$SYS/x"}, "command_topic"),
    ("switch", {**SWITCH, "value_template": "{{ value_json. }}"}, "value_template"),
    ("switch", {**SWITCH, "value_template": 7}, "value_template"),
    ("switch", {**SWITCH, "availability_mode": "sometimes"}, "availability_mode"),
    ("switch", {**SWITCH, "availability": [{}]}, "availability topic"),
    ("switch", {**SWITCH, "optimistic": "perhaps"}, "optimistic"),
    ("sensor", {"name": "x"}, "no topic to read"),
    ("light", {"command_topic": "c", "schema": "fancy"}, "schema"),
    ("light", {"command_topic": "c", "schema": "json", "brightness_scale": 0}, "brightness_scale"),
    ("light", {"command_topic": "c", "on_command_type": "never"}, "on_command_type"),
    ("number", {"command_topic": "c", "min": "NaN"}, "min"),
    ("fan", {"command_topic": "c", "speed_range_min": 5, "speed_range_max": 5}, "speed_range_min"),
    ("cover", {"command_topic": "c", "position_open": 0}, "position_closed"),
    ("vacuum", {"command_topic": "c", "schema": "legacy"}, "legacy"),
    ("select", {"command_topic": "c", "options": [str(n) for n in range(2000)]}, "options"),
]


@pytest.mark.parametrize(("platform", "config", "words"), NONSENSE)
def test_a_configuration_that_makes_no_sense_is_refused_by_name(platform: str, config: object, words: str):
    with pytest.raises(PayloadError, match=r"homeassistant/.*config") as caught:
        Announced().hear(f"homeassistant/{platform}/thing/config", config)
    assert words in str(caught.value)


def test_no_more_is_remembered_than_fits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("devices.dialects.discovery.dialect.MAX_ENTITIES", 2)
    announced = Announced()
    announced.announce("switch", {"command_topic": "c"}, "a")
    announced.announce("switch", {"command_topic": "c"}, "b")
    with pytest.raises(PayloadError, match="more is announced"):
        announced.announce("switch", {"command_topic": "c"}, "c")
    announced.announce("switch", {"command_topic": "d"}, "a")


def test_a_call_that_is_beyond_the_entity_says_so():
    announced = Announced()
    entity = announced.announce("switch", SWITCH)
    with pytest.raises(CallError, match="Plug"):
        announced.dialect.encode(Call(entity.id, "set_temperature", {"temperature": 20}), entity)
