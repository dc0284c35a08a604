import json
from collections.abc import Mapping

import pytest

from devices.dialects.model import Reported
from devices.model import Call, CallError
from tests.devices.dialects.discovery import Announced, captured

C = {"command_topic": "c"}
JSON = {**C, "schema": "json", "state_topic": "s", "supported_color_modes": ["rgb", "color_temp"], "brightness": True}
BASIC = {
    **C,
    "brightness_command_topic": "bri",
    "rgb_command_topic": "rgb",
    "color_temp_command_topic": "ct",
    "effect_command_topic": "fx",
    "effect_list": ["rain", "sun"],
}
TEMPLATE = {
    **C,
    "schema": "template",
    "command_on_template": "on{% if brightness is defined %},{{ brightness }}{% endif %}"
    "{% if red is defined %},{{ red }}-{{ green }}-{{ blue }}{% endif %}"
    "{% if color_temp is defined %},{{ color_temp }}m{% endif %}"
    "{% if transition is defined %},{{ transition }}s{% endif %}",
    "command_off_template": "off",
    "brightness_template": "{{ value }}",
    "color_temp_template": "{{ value }}",
    "red_template": "{{ value }}",
    "green_template": "{{ value }}",
    "blue_template": "{{ value }}",
}
COVER = {
    **C,
    "position_topic": "p",
    "set_position_topic": "sp",
    "tilt_command_topic": "t",
    "tilt_min": 0,
    "tilt_max": 180,
}
HEATER = {
    "mode_command_topic": "m",
    "temperature_command_topic": "t",
    "modes": ["off", "heat"],
    "preset_mode_command_topic": "p",
    "preset_modes": ["eco"],
    "fan_mode_command_topic": "f",
}
FAN = {
    **C,
    "percentage_command_topic": "pct",
    "speed_range_max": 4,
    "preset_mode_command_topic": "pre",
    "preset_modes": ["night"],
    "oscillation_command_topic": "osc",
    "direction_command_topic": "dir",
}
VACUUM = {
    **C,
    "supported_features": ["start", "pause", "stop", "return_home", "locate", "fan_speed"],
    "set_fan_speed_topic": "f",
    "fan_speed_list": ["min", "max"],
}
ALARM = {**C, "state_topic": "s", "command_template": '{"action": "{{ action }}", "code": "{{ code }}"}'}
HUMID = {**C, "target_humidity_command_topic": "h", "min_humidity": 30, "max_humidity": 70}
MODES = {"mode_command_topic": "m", "modes": ["sleep", "baby"]}
WATER = {
    "mode_command_topic": "m",
    "modes": ["off", "eco"],
    "temperature_command_topic": "t",
    "power_command_topic": "p",
}
MOWER = {"start_mowing_command_topic": "m", "pause_command_topic": "p", "dock_command_topic": "d"}
Messages = list[tuple[str, str]]

# platform, configuration, service, data -> messages
SENT: list[tuple[str, Mapping[str, object], str, Mapping[str, object], Messages]] = [
    ("switch", C, "turn_on", {}, [("c", "ON")]),
    ("switch", {**C, "payload_off": 0}, "turn_off", {}, [("c", "0")]),
    ("switch", {**C, "command_template": '{"s": "{{ value }}"}'}, "turn_on", {}, [("c", '{"s": "ON"}')]),
    ("light", C, "turn_on", {}, [("c", "ON")]),
    ("light", C, "turn_off", {"transition": 2}, [("c", "OFF")]),
    ("light", BASIC, "turn_on", {"brightness": 100}, [("bri", "100"), ("c", "ON")]),
    ("light", {**BASIC, "on_command_type": "first"}, "turn_on", {"brightness": 1}, [("c", "ON"), ("bri", "1")]),
    ("light", {**BASIC, "on_command_type": "brightness"}, "turn_on", {"brightness": 9}, [("bri", "9")]),
    ("light", {**BASIC, "on_command_type": "brightness"}, "turn_on", {}, [("bri", "255")]),
    ("light", {**BASIC, "brightness_scale": 100}, "turn_on", {"brightness": 128}, [("bri", "50"), ("c", "ON")]),
    ("light", {**BASIC, "brightness_scale": 100}, "turn_on", {"brightness": 1}, [("bri", "1"), ("c", "ON")]),
    (
        "light",
        BASIC,
        "turn_on",
        {"rgb_color": (255, 10, 0), "brightness": 128},
        [("rgb", "255,10,0"), ("bri", "128"), ("c", "ON")],
    ),
    ("light", {**C, "rgb_command_topic": "rgb"}, "turn_on", {"brightness": 128}, [("rgb", "128,128,128"), ("c", "ON")]),
    (
        "light",
        {**C, "rgb_command_topic": "rgb"},
        "turn_on",
        {"brightness": 51, "rgb_color": (255, 0, 0)},
        [("rgb", "51,0,0"), ("c", "ON")],
    ),
    (
        "light",
        {**BASIC, "rgb_command_template": "{{ '#%02x%02x%02x' | format(red, green, blue) }}"},
        "turn_on",
        {"rgb_color": (255, 16, 0)},
        [("rgb", "#ff1000"), ("c", "ON")],
    ),
    ("light", {**C, "hs_command_topic": "hs"}, "turn_on", {"rgb_color": (0, 255, 0)}, [("hs", "120,100"), ("c", "ON")]),
    (
        "light",
        {**C, "xy_command_topic": "xy"},
        "turn_on",
        {"rgb_color": (255, 0, 0)},
        [("xy", "0.64,0.33"), ("c", "ON")],
    ),
    ("light", {**C, "rgbw_command_topic": "w"}, "turn_on", {"rgb_color": (1, 2, 3)}, [("w", "1,2,3,0"), ("c", "ON")]),
    ("light", BASIC, "turn_on", {"color_temp_kelvin": 4000}, [("ct", "250"), ("c", "ON")]),
    (
        "light",
        {**BASIC, "color_temp_kelvin": True},
        "turn_on",
        {"color_temp_kelvin": 4000},
        [("ct", "4000"), ("c", "ON")],
    ),
    ("light", BASIC, "turn_on", {"effect": "rain"}, [("fx", "rain"), ("c", "ON")]),
    ("light", JSON, "turn_on", {}, [("c", '{"state":"ON"}')]),
    ("light", JSON, "turn_off", {"transition": 3}, [("c", '{"state":"OFF","transition":3}')]),
    (
        "light",
        {**JSON, "brightness_scale": 254},
        "turn_on",
        {"brightness": 255, "transition": 0.5},
        [("c", '{"state":"ON","brightness":254,"transition":0.5}')],
    ),
    (
        "light",
        JSON,
        "turn_on",
        {"rgb_color": (255, 120, 0)},
        [("c", '{"state":"ON","color":{"r":255,"g":120,"b":0}}')],
    ),
    (
        "light",
        {**JSON, "supported_color_modes": ["hs"]},
        "turn_on",
        {"rgb_color": (0, 0, 255)},
        [("c", '{"state":"ON","color":{"h":240.0,"s":100.0}}')],
    ),
    ("light", JSON, "turn_on", {"color_temp_kelvin": 2700}, [("c", '{"state":"ON","color_temp":370}')]),
    (
        "light",
        {**JSON, "color_temp_kelvin": True},
        "turn_on",
        {"color_temp_kelvin": 2700},
        [("c", '{"state":"ON","color_temp":2700}')],
    ),
    ("light", TEMPLATE, "turn_on", {"brightness": 9, "transition": 2}, [("c", "on,9,2s")]),
    ("light", TEMPLATE, "turn_on", {"rgb_color": (1, 2, 3)}, [("c", "on,1-2-3")]),
    ("light", TEMPLATE, "turn_on", {"color_temp_kelvin": 5000}, [("c", "on,200m")]),
    ("light", TEMPLATE, "turn_off", {}, [("c", "off")]),
    ("cover", COVER, "open_cover", {}, [("c", "OPEN")]),
    ("cover", {**COVER, "payload_close": "down"}, "close_cover", {}, [("c", "down")]),
    ("cover", COVER, "stop_cover", {}, [("c", "STOP")]),
    ("cover", COVER, "set_cover_position", {"position": 30}, [("sp", "30")]),
    (
        "cover",
        {**COVER, "position_open": 0, "position_closed": 255},
        "set_cover_position",
        {"position": 40},
        [("sp", "153")],
    ),
    (
        "cover",
        {
            **COVER,
            "position_open": 100,
            "set_position_template": '{"position": {{ position }}, "of": {{ position_open }}}',
        },
        "set_cover_position",
        {"position": 30},
        [("sp", '{"position": 30, "of": 100}')],
    ),
    ("cover", {"position_topic": "p", "set_position_topic": "sp"}, "close_cover", {}, [("sp", "0")]),
    ("cover", COVER, "set_cover_tilt_position", {"tilt_position": 50}, [("t", "90")]),
    ("valve", C, "open_valve", {}, [("c", "OPEN")]),
    ("valve", {**C, "payload_stop": "halt"}, "stop_valve", {}, [("c", "halt")]),
    ("valve", {**C, "reports_position": True}, "close_valve", {}, [("c", "0")]),
    (
        "valve",
        {**C, "reports_position": True, "position_open": 200},
        "set_valve_position",
        {"position": 25},
        [("c", "50")],
    ),
    ("climate", HEATER, "set_temperature", {"temperature": 21.0}, [("t", "21")]),
    ("climate", HEATER, "set_temperature", {"temperature": 20.5, "hvac_mode": "heat"}, [("m", "heat"), ("t", "20.5")]),
    (
        "climate",
        {"temperature_low_command_topic": "lo", "temperature_high_command_topic": "hi"},
        "set_temperature",
        {"target_temp_low": 19, "target_temp_high": 23},
        [("lo", "19"), ("hi", "23")],
    ),
    ("climate", {**HEATER, "temperature_unit": "F"}, "set_temperature", {"temperature": 70}, [("t", "70")]),
    ("climate", HEATER, "set_hvac_mode", {"hvac_mode": "off"}, [("m", "off")]),
    ("climate", HEATER, "turn_on", {}, [("m", "heat")]),
    ("climate", HEATER, "turn_off", {}, [("m", "off")]),
    ("climate", {**HEATER, "power_command_topic": "pow"}, "turn_off", {}, [("pow", "OFF")]),
    ("climate", HEATER, "set_preset_mode", {"preset_mode": "eco"}, [("p", "eco")]),
    ("climate", HEATER, "set_fan_mode", {"fan_mode": "low"}, [("f", "low")]),
    ("water_heater", WATER, "set_operation_mode", {"operation_mode": "eco"}, [("m", "eco")]),
    ("water_heater", WATER, "set_temperature", {"temperature": 55}, [("t", "55")]),
    ("water_heater", WATER, "turn_on", {}, [("p", "ON")]),
    ("humidifier", HUMID, "turn_on", {}, [("c", "ON")]),
    ("humidifier", HUMID, "set_humidity", {"humidity": 45}, [("h", "45")]),
    ("humidifier", {**HUMID, **MODES}, "set_mode", {"mode": "baby"}, [("m", "baby")]),
    ("fan", FAN, "turn_on", {}, [("c", "ON")]),
    ("fan", FAN, "turn_on", {"percentage": 50}, [("c", "ON"), ("pct", "2")]),
    ("fan", FAN, "turn_off", {}, [("c", "OFF")]),
    ("fan", FAN, "set_percentage", {"percentage": 26}, [("pct", "2")]),
    ("fan", FAN, "set_percentage", {"percentage": 0}, [("pct", "0")]),
    ("fan", FAN, "set_preset_mode", {"preset_mode": "night"}, [("pre", "night")]),
    ("fan", FAN, "oscillate", {"oscillating": True}, [("osc", "oscillate_on")]),
    ("fan", FAN, "set_direction", {"direction": "reverse"}, [("dir", "reverse")]),
    ("lock", C, "lock", {}, [("c", "LOCK")]),
    ("lock", {**C, "command_template": "{{ value }}:{{ code }}"}, "unlock", {"code": "12"}, [("c", "UNLOCK:12")]),
    ("lock", {**C, "payload_open": "OPEN"}, "open", {}, [("c", "OPEN")]),
    ("siren", C, "turn_on", {"duration": 10}, [("c", '{"state": "ON", "duration": 10}')]),
    ("siren", C, "turn_off", {}, [("c", '{"state": "OFF"}')]),
    ("siren", {**C, "command_template": "{{ value }}"}, "turn_on", {}, [("c", "ON")]),
    ("siren", {**C, "command_template": "x", "command_off_template": "off!"}, "turn_off", {}, [("c", "off!")]),
    ("alarm_control_panel", {**C, "state_topic": "s"}, "alarm_arm_night", {}, [("c", "ARM_NIGHT")]),
    (
        "alarm_control_panel",
        {**ALARM, "code": "REMOTE_CODE"},
        "alarm_disarm",
        {"code": "99"},
        [("c", '{"action": "DISARM", "code": "99"}')],
    ),
    (
        "alarm_control_panel",
        {**ALARM, "code": "1234", "code_arm_required": False},
        "alarm_arm_away",
        {},
        [("c", '{"action": "ARM_AWAY", "code": "None"}')],
    ),
    ("vacuum", VACUUM, "start", {}, [("c", "start")]),
    ("vacuum", VACUUM, "return_to_base", {}, [("c", "return_to_base")]),
    ("vacuum", VACUUM, "set_fan_speed", {"fan_speed": "max"}, [("f", "max")]),
    ("lawn_mower", MOWER, "start_mowing", {}, [("m", "start_mowing")]),
    ("lawn_mower", MOWER, "pause", {}, [("p", "pause")]),
    ("lawn_mower", MOWER, "dock", {}, [("d", "dock")]),
    ("button", C, "press", {}, [("c", "PRESS")]),
    ("scene", C, "turn_on", {}, [("c", "ON")]),
    ("number", {**C, "min": -5, "max": 5}, "set_value", {"value": 2.0}, [("c", "2")]),
    ("number", {**C, "command_template": "v={{ value }}"}, "set_value", {"value": 2.5}, [("c", "v=2.5")]),
    ("select", {**C, "options": ["a", "b"]}, "select_option", {"option": "b"}, [("c", "b")]),
    ("text", C, "set_value", {"value": "grüß Gott"}, [("c", "grüß Gott")]),
    ("update", {**C, "state_topic": "s", "payload_install": "go"}, "install", {}, [("c", "go")]),
]


@pytest.mark.parametrize(("platform", "config", "service", "data", "messages"), SENT)
def test_a_call_becomes_messages(
    platform: str, config: Mapping[str, object], service: str, data: Mapping[str, object], messages: Messages
):
    announced = Announced()
    entity = announced.announce(platform, config)
    assert announced.sent(entity, service, **data) == messages


REFUSED: list[tuple[str, Mapping[str, object], str, Mapping[str, object], str]] = [
    ("switch", C, "turn_on", {"brightness": 5}, "brightness"),
    ("light", C, "turn_on", {"brightness": 5}, "brightness"),
    ("light", C, "turn_on", {"rgb_color": (1, 2, 3)}, "color"),
    ("light", BASIC, "turn_on", {"brightness": 256}, "256"),
    ("light", BASIC, "turn_on", {"effect": "snow"}, "snow"),
    ("light", BASIC, "turn_on", {"color_temp_kelvin": 9000}, "9000"),
    ("light", JSON, "turn_on", {"rgb_color": (1, 2)}, "three numbers"),
    ("light", JSON, "turn_on", {"effect": "x"}, "effect"),
    ("light", JSON, "turn_on", {"brightness": "half"}, "half"),
    ("cover", {"state_topic": "s", **C}, "set_cover_position", {"position": 5}, "position"),
    ("cover", {**COVER, "payload_stop": None}, "stop_cover", {}, "stop"),
    ("cover", COVER, "set_cover_position", {"position": 101}, "101"),
    ("climate", HEATER, "set_temperature", {"temperature": 99}, "99"),
    ("climate", HEATER, "set_temperature", {"target_temp_low": 20}, "target_temp_low"),
    ("climate", HEATER, "set_hvac_mode", {"hvac_mode": "cool"}, "cool"),
    ("climate", {**HEATER, "temperature_unit": "F"}, "set_temperature", {"temperature": 21}, "21"),
    ("humidifier", HUMID, "set_humidity", {"humidity": 20}, "20"),
    ("fan", C, "set_percentage", {"percentage": 50}, "speed"),
    ("fan", FAN, "set_direction", {"direction": "up"}, "up"),
    ("lock", C, "open", {}, "unlatch"),
    ("siren", {**C, "support_duration": False}, "turn_on", {"duration": 5}, "duration"),
    ("siren", {**C, "available_tones": ["ping"]}, "turn_on", {"tone": "pong"}, "pong"),
    ("alarm_control_panel", {**ALARM, "code": "1234"}, "alarm_disarm", {"code": "0000"}, "code"),
    ("alarm_control_panel", {**ALARM, "code": "REMOTE_CODE"}, "alarm_disarm", {}, "code"),
    ("alarm_control_panel", {**ALARM, "supported_features": ["arm_home"]}, "alarm_arm_away", {}, "alarm_arm_away"),
    ("vacuum", C, "locate", {}, "locate"),
    ("vacuum", VACUUM, "set_fan_speed", {"fan_speed": "turbo"}, "turbo"),
    ("number", C, "set_value", {"value": 101}, "101"),
    ("number", C, "set_value", {}, "value"),
    ("select", {**C, "options": ["a"]}, "select_option", {"option": "z"}, "z"),
    ("text", {**C, "max": 3}, "set_value", {"value": "long"}, "4"),
    ("sensor", {"state_topic": "s"}, "turn_on", {}, "turn_on"),
    ("switch", {**C, "command_template": "{{ value | float }}"}, "turn_on", {}, "template"),
]


@pytest.mark.parametrize(("platform", "config", "service", "data", "words"), REFUSED)
def test_a_call_beyond_the_entity_is_refused_and_says_why(
    platform: str, config: Mapping[str, object], service: str, data: Mapping[str, object], words: str
):
    announced = Announced()
    entity = announced.announce(platform, {"name": "Thing", **config})
    with pytest.raises(CallError, match="Thing") as caught:
        announced.dialect.encode(Call(entity.id, service, data), entity)
    assert words in str(caught.value)


def test_a_wrong_code_is_not_repeated():
    announced = Announced()
    entity = announced.announce("alarm_control_panel", {**ALARM, "code": "1234"})
    with pytest.raises(CallError) as caught:
        announced.dialect.encode(Call(entity.id, "alarm_disarm", {"code": "9876"}), entity)
    assert not {"1234", "9876"} & set(str(caught.value).replace("'", " ").split())


CAPTURED: list[tuple[str, str, str, Mapping[str, object], Messages]] = [
    (
        "zigbee2mqtt_ikea-e1757_2.12.1",
        "cover.bedroom_blind",
        "set_cover_position",
        {"position": 70},
        [("zigbee2mqtt/bedroom_blind/set", '{ "position": 70 }')],
    ),
    (
        "zigbee2mqtt_sonoff-trvzb_2.12.1",
        "climate.bedroom_trv",
        "set_temperature",
        {"temperature": 22},
        [("zigbee2mqtt/bedroom_trv/set/occupied_heating_setpoint", "22")],
    ),
    (
        "zwave-js-ui_eurotronic-spirit_9.18",
        "climate.gym_trv_climate",
        "set_hvac_mode",
        {"hvac_mode": "cool"},
        [("zwave/Gym_TRV/64/0/mode/set", "11")],
    ),
    ("zwave-js-ui_dimmer_9.18", "light.study_dimmer", "turn_off", {}, [("zwave/Study/38/0/targetValue/set", "0")]),
    ("zwave-js-ui_dimmer_9.18", "light.study_dimmer", "turn_on", {}, [("zwave/Study/38/0/targetValue/set", "50")]),
    ("tasmota_relay_8.5", "switch.pump", "turn_on", {}, [("sonoffled-4/cmnd/POWER2", "ON")]),
    (
        "tasmota_rgb-light_8.5",
        "light.sofa_strip",
        "turn_on",
        {"rgb_color": (255, 0, 0), "brightness": 255},
        [("sonoff_06C777/cmnd/Color2", "255,0,0"), ("sonoff_06C777/cmnd/Dimmer", "100")],
    ),
    (
        "valetudo_roborock-s5_2026.5",
        "vacuum.valetudo_olaf",
        "return_to_base",
        {},
        [("valetudo/olaf/hass/olaf_vacuum/command", "HOME")],
    ),
    (
        "shelly_plus2pm-script_1.4",
        "cover.terrace_patio_awning",
        "set_cover_position",
        {"position": 10},
        [("shellyplus2pm-a8032abe54dc/command/cover:0", "pos,10")],
    ),
    (
        "ring-mqtt_alarm_5.9",
        "alarm_control_panel.home_alarm",
        "alarm_disarm",
        {"code": "1234"},
        [("ring/loc1/alarm/panel1/alarm/command", "DISARM")],
    ),
    (
        "esphome_fan_2026.8",
        "fan.attic_fan",
        "set_percentage",
        {"percentage": 100},
        [("attic/fan/fan/speed_level/command", "3")],
    ),
    (
        "zigbee2mqtt_update_2.12.1",
        "update.desk_lamp",
        "install",
        {},
        [("zigbee2mqtt/bridge/request/device/ota_update/update", '{"id": "0xd0cf5efffe3211d5"}')],
    ),
]


@pytest.mark.parametrize(("capture", "id", "service", "data", "messages"), CAPTURED)
def test_a_publisher_gets_what_it_expects(
    capture: str, id: str, service: str, data: Mapping[str, object], messages: Messages
):
    announced, _, _ = captured(capture)
    assert announced.sent(announced.entities[id], service, **data) == messages


@pytest.mark.parametrize("brightness", [1, 2, 50, 127, 128, 254, 255])
@pytest.mark.parametrize("scale", [255, 254])
def test_a_brightness_comes_back_as_it_was_sent(brightness: int, scale: int):
    announced = Announced()
    entity = announced.announce("light", {**JSON, "brightness_scale": scale})
    [(_, payload)] = announced.sent(entity, "turn_on", brightness=brightness)
    [report] = announced.hear("s", payload)
    assert isinstance(report, Reported)
    assert abs(int(str(report.attributes["brightness"])) - brightness) <= 255 - scale


@pytest.mark.parametrize("position", [0, 1, 33, 50, 99, 100])
@pytest.mark.parametrize(("closed", "opened"), [(0, 100), (100, 0), (0, 255), (255, 0)])
def test_a_position_comes_back_as_it_was_sent(position: int, closed: int, opened: int):
    announced = Announced()
    entity = announced.announce("cover", {**COVER, "position_closed": closed, "position_open": opened})
    [(_, payload)] = announced.sent(entity, "set_cover_position", position=position)
    assert announced.reported("p", payload)[1] == {"current_position": position}


@pytest.mark.parametrize("percentage", [0, 25, 50, 75, 100])
def test_a_speed_comes_back_as_it_was_sent(percentage: int):
    announced = Announced()
    entity = announced.announce("fan", {**FAN, "percentage_state_topic": "p"})
    [(_, payload)] = announced.sent(entity, "set_percentage", percentage=percentage)
    assert announced.reported("p", payload)[1] == {"percentage": percentage}


def test_a_light_without_a_dimmer_remembers_its_last_brightness():
    announced = Announced()
    config = {**BASIC, "on_command_type": "brightness", "brightness_state_topic": "b"}
    entity = announced.announce("light", config)
    announced.hear("b", "80")
    announced.hear("b", "0")
    assert announced.sent(entity, "turn_on") == [("bri", "80")]


def test_no_command_is_anything_but_text():
    announced = Announced()
    entity = announced.announce("light", JSON)
    [(_, payload)] = announced.sent(entity, "turn_on", brightness=128, transition=1.0)
    assert json.loads(payload) == {"state": "ON", "brightness": 128, "transition": 1}
