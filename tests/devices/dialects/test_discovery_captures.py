import json
from collections.abc import Mapping

import pytest

from devices.model import Capability
from tests.devices.dialects.discovery import CAPTURES, captured

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
