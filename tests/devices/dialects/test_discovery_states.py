from collections.abc import Mapping

import pytest

from devices.model import Capability, PayloadError
from tests.devices.dialects.discovery import Announced

C: Mapping[str, object] = {"command_topic": "c"}
S: Mapping[str, object] = {"command_topic": "c", "state_topic": "s"}
COLOR = {"schema": "json", "supported_color_modes": ["xy", "color_temp"], **S}
FLAGS = {"schema": "json", "brightness": True, "rgb": True, "color_temp": True, **S}
TEMPLATE = {
    **S,
    "schema": "template",
    "command_on_template": "on",
    "command_off_template": "off",
    "state_template": "{{ value.split(',')[0] }}",
    "brightness_template": "{{ value.split(',')[1] }}",
    "red_template": "{{ value.split(',')[2] }}",
    "green_template": "{{ value.split(',')[3] }}",
    "blue_template": "{{ value.split(',')[4] }}",
}
BLIND = {**S, "position_topic": "p", "tilt_status_topic": "t", "tilt_max": 180}
HEAT = {
    "mode_state_topic": "m",
    "mode_command_topic": "mc",
    "temperature_state_topic": "t",
    "temperature_low_state_topic": "lo",
    "current_temperature_topic": "ct",
    "action_topic": "a",
    "preset_mode_state_topic": "p",
    "preset_modes": ["eco"],
    "preset_mode_command_topic": "pc",
    "fan_mode_state_topic": "f",
    "swing_mode_state_topic": "sw",
    "current_humidity_topic": "h",
}
FAN = {
    **S,
    "percentage_state_topic": "pct",
    "speed_range_min": 1,
    "speed_range_max": 4,
    "preset_mode_state_topic": "pre",
    "oscillation_state_topic": "osc",
    "direction_state_topic": "dir",
}
HUMID = {
    **S,
    "target_humidity_command_topic": "hc",
    "target_humidity_state_topic": "h",
    "mode_state_topic": "m",
    "modes": ["baby"],
    "mode_command_topic": "mc",
    "current_humidity_topic": "ch",
}
Report = tuple[str | None, dict[str, object]]

# platform, configuration, topic, payload -> value, attributes
READ: list[tuple[str, Mapping[str, object], str, object, Report]] = [
    ("switch", S, "s", "ON", ("on", {})),
    ("switch", {**S, "state_on": "1", "state_off": "0"}, "s", "0", ("off", {})),
    ("switch", {**S, "payload_on": True, "value_template": "{{ value_json.x }}"}, "s", {"x": True}, ("on", {})),
    ("switch", S, "s", "None", ("unknown", {})),
    ("switch", {**S, "value_template": ""}, "s", "ON", ("on", {})),
    ("binary_sensor", {"state_topic": "s", "payload_on": "open"}, "s", "open", ("on", {})),
    ("sensor", {"state_topic": "s"}, "s", "any text", ("any text", {})),
    ("sensor", {"state_topic": "s", "unit_of_measurement": "W"}, "s", "12.50", ("12.50", {})),
    ("sensor", {"state_topic": "s", "unit_of_measurement": "W"}, "s", "None", ("unknown", {})),
    ("device_tracker", {"state_topic": "s", "payload_home": "here"}, "s", "here", ("home", {})),
    ("device_tracker", {"state_topic": "s"}, "s", "Office", ("Office", {})),
    (
        "event",
        {"state_topic": "s", "event_types": ["press"]},
        "s",
        {"event_type": "press", "button": 2},
        ("press", {"button": 2}),
    ),
    ("update", {"state_topic": "s"}, "s", "1.2", ("unknown", {"installed_version": "1.2"})),
    (
        "update",
        {"state_topic": "s"},
        "s",
        {"installed_version": "1", "latest_version": "1", "entity_picture": "x"},
        ("off", {"installed_version": "1", "latest_version": "1"}),
    ),
    ("number", S, "s", "7.0", ("7", {})),
    ("number", {**S, "payload_reset": "-"}, "s", "-", ("unknown", {})),
    ("select", {**S, "options": ["a"]}, "s", "a", ("a", {})),
    ("text", S, "s", "grüß Gott", ("grüß Gott", {})),
    ("lock", S, "s", "LOCKED", ("locked", {})),
    ("lock", {**S, "state_jammed": "stuck"}, "s", "stuck", ("jammed", {})),
    ("siren", S, "s", "ON", ("on", {})),
    ("siren", S, "s", {"state": "OFF", "tone": "t", "duration": "9"}, ("off", {"tone": "t", "duration": 9.0})),
    ("alarm_control_panel", S, "s", "triggered", ("triggered", {})),
    ("vacuum", S, "s", {"state": "returning", "battery_level": 120}, ("returning", {"battery_level": 100})),
    ("vacuum", S, "s", {"state": None}, ("unknown", {})),
    ("vacuum", S, "s", {"fan_speed": "max"}, (None, {"fan_speed": "max"})),
    ("lawn_mower", {"activity_state_topic": "s", "dock_command_topic": "d"}, "s", "mowing", ("mowing", {})),
    ("light", S, "s", "ON", ("on", {})),
    ("light", {**S, "brightness_state_topic": "b", "brightness_scale": 100}, "b", "50", (None, {"brightness": 128})),
    ("light", {**S, "brightness_state_topic": "b"}, "b", "999", (None, {"brightness": 255})),
    ("light", {**S, "rgb_state_topic": "r"}, "r", "255,10,0", (None, {"rgb_color": (255, 10, 0)})),
    ("light", {**S, "hs_state_topic": "h"}, "h", "120,100", (None, {"rgb_color": (0, 255, 0)})),
    ("light", {**S, "xy_state_topic": "x"}, "x", "0.64,0.33", (None, {"rgb_color": (255, 0, 0)})),
    ("light", {**S, "rgbw_state_topic": "w"}, "w", "1,2,3,4", (None, {"rgb_color": (1, 2, 3)})),
    ("light", {**S, "color_temp_state_topic": "ct"}, "ct", "250", (None, {"color_temp_kelvin": 4000})),
    (
        "light",
        {**S, "color_temp_state_topic": "ct", "color_temp_kelvin": True},
        "ct",
        "3000",
        (None, {"color_temp_kelvin": 3000}),
    ),
    ("light", {**S, "effect_state_topic": "e"}, "e", "rain", (None, {"effect": "rain"})),
    ("light", COLOR, "s", {"state": "OFF"}, ("off", {})),
    ("light", COLOR, "s", {"state": None}, ("unknown", {})),
    ("light", COLOR, "s", {"brightness": 10}, (None, {"brightness": 10})),
    (
        "light",
        COLOR,
        "s",
        {"state": "ON", "color_mode": "color_temp", "color_temp": 200, "color": {"x": 0.3, "y": 0.3}},
        ("on", {"color_temp_kelvin": 5000, "rgb_color": None}),
    ),
    (
        "light",
        COLOR,
        "s",
        {"color_mode": "hs", "color": {"h": 240, "s": 100, "x": 0.3, "y": 0.3}},
        (None, {"color_temp_kelvin": None, "rgb_color": (0, 0, 255)}),
    ),
    (
        "light",
        FLAGS,
        "s",
        {"state": "ON", "brightness": 5, "color": {"r": 1, "g": 2, "b": 3}, "color_temp": 400},
        ("on", {"brightness": 5, "rgb_color": (1, 2, 3), "color_temp_kelvin": 2500}),
    ),
    ("light", TEMPLATE, "s", "on,7,1,2,3", ("on", {"brightness": 7, "rgb_color": (1, 2, 3)})),
    ("cover", BLIND, "s", "opening", ("opening", {})),
    ("cover", BLIND, "s", "stopped", ("open", {})),
    ("cover", BLIND, "p", "40", (None, {"current_position": 40})),
    ("cover", BLIND, "t", "90", (None, {"current_tilt_position": 50})),
    ("cover", {**C, "position_topic": "p"}, "p", "0", ("closed", {"current_position": 0})),
    (
        "cover",
        {**C, "position_topic": "p", "position_open": 0, "position_closed": 100},
        "p",
        "0",
        ("open", {"current_position": 100}),
    ),
    (
        "cover",
        {**BLIND, "state_topic": None},
        "p",
        {"position": 20, "tilt_position": 180},
        ("open", {"current_position": 20, "current_tilt_position": 100}),
    ),
    ("valve", S, "s", "open", ("open", {})),
    ("valve", S, "s", {"state": "closing"}, ("closing", {})),
    ("valve", {**S, "reports_position": True}, "s", "0", ("closed", {"current_position": 0})),
    (
        "valve",
        {**S, "reports_position": True},
        "s",
        {"state": "opening", "position": 10},
        ("opening", {"current_position": 10}),
    ),
    ("climate", HEAT, "m", "heat", ("heat", {})),
    ("climate", HEAT, "m", "None", ("unknown", {})),
    ("climate", HEAT, "t", "21.50", (None, {"temperature": 21.5})),
    ("climate", HEAT, "lo", "19", (None, {"target_temp_low": 19})),
    ("climate", HEAT, "ct", "None", (None, {"current_temperature": None})),
    ("climate", HEAT, "a", "idle", (None, {"hvac_action": "idle"})),
    ("climate", HEAT, "p", "none", (None, {"preset_mode": "none"})),
    ("climate", HEAT, "f", "low", (None, {"fan_mode": "low"})),
    ("climate", HEAT, "sw", "on", (None, {"swing_mode": "on"})),
    ("climate", HEAT, "h", "55", (None, {"current_humidity": 55})),
    ("water_heater", {"mode_state_topic": "m", "mode_command_topic": "c"}, "m", "eco", ("eco", {})),
    ("fan", FAN, "s", "OFF", ("off", {})),
    ("fan", FAN, "pct", "3", (None, {"percentage": 75})),
    ("fan", FAN, "pct", "None", (None, {"percentage": None})),
    ("fan", FAN, "pre", "night", (None, {"preset_mode": "night"})),
    ("fan", FAN, "osc", "oscillate_on", (None, {"oscillating": True})),
    ("fan", FAN, "dir", "reverse", (None, {"direction": "reverse"})),
    ("humidifier", HUMID, "h", "45.0", (None, {"humidity": 45})),
    ("humidifier", {**HUMID, "payload_reset_humidity": "-"}, "h", "-", (None, {"humidity": None})),
    ("humidifier", HUMID, "m", "baby", (None, {"mode": "baby"})),
    ("humidifier", HUMID, "ch", "51", (None, {"current_humidity": 51})),
    ("switch", {**S, "json_attributes_topic": "j"}, "j", {"a": 1, "brightness": 7}, (None, {"a": 1})),
    (
        "switch",
        {**S, "json_attributes_topic": "s", "value_template": "{{ value_json.state }}"},
        "s",
        {"state": "ON", "power": 3},
        ("on", {"power": 3}),
    ),
    (
        "switch",
        {**S, "json_attributes_topic": "j", "json_attributes_template": "{{ value_json.in | tojson }}"},
        "j",
        {"in": {"b": 2}},
        (None, {"b": 2}),
    ),
]


@pytest.mark.parametrize(("platform", "config", "topic", "payload", "report"), READ)
def test_a_state_is_translated(
    platform: str, config: Mapping[str, object], topic: str, payload: object, report: Report
):
    announced = Announced()
    announced.announce(platform, config)
    assert announced.reported(topic, payload) == report


WRONG: list[tuple[str, Mapping[str, object], str, object]] = [
    ("switch", S, "s", "maybe"),
    ("sensor", {"state_topic": "s", "unit_of_measurement": "W"}, "s", "inf"),
    ("sensor", {"state_topic": "s", "unit_of_measurement": "W"}, "s", "much"),
    ("sensor", {"state_topic": "s"}, "s", "x" * 256),
    ("number", S, "s", "nan"),
    ("select", {**S, "options": ["a"]}, "s", "b"),
    ("light", {**S, "rgb_state_topic": "r"}, "r", "1,2"),
    ("light", {**S, "color_temp_state_topic": "ct"}, "ct", "0"),
    ("light", COLOR, "s", {"state": "MAYBE"}),
    ("light", COLOR, "s", {"brightness": True}),
    ("light", COLOR, "s", {"brightness": {}}),
    ("light", COLOR, "s", []),
    ("cover", BLIND, "s", "ajar"),
    ("cover", BLIND, "p", "half"),
    ("valve", S, "s", "50"),
    ("climate", HEAT, "m", "dance"),
    ("climate", HEAT, "t", "warm"),
    ("fan", FAN, "pct", "9"),
    ("vacuum", S, "s", {"state": "dancing"}),
    ("vacuum", S, "s", "cleaning"),
    ("alarm_control_panel", S, "s", "calm"),
    ("event", {"state_topic": "s", "event_types": ["press"]}, "s", {"event_type": "kick"}),
]


@pytest.mark.parametrize(("platform", "config", "topic", "payload"), WRONG)
def test_a_state_that_makes_no_sense_is_refused_by_topic(
    platform: str, config: Mapping[str, object], topic: str, payload: object
):
    announced = Announced()
    announced.announce(platform, config)
    with pytest.raises(PayloadError, match=f"^{topic}: "):
        announced.hear(topic, payload)


@pytest.mark.parametrize(
    ("platform", "config", "payload"),
    [
        ("switch", S, ""),
        ("switch", {**S, "value_template": "{{ value_json.x | is_defined }}"}, {"y": 1}),
        ("switch", {**S, "value_template": "{{ value_json.x }}"}, {"y": 1}),
        ("light", COLOR, {"linkquality": 3}),
        ("update", {"state_topic": "s"}, "{}"),
    ],
)
def test_what_says_nothing_changes_nothing(platform: str, config: Mapping[str, object], payload: object):
    announced = Announced()
    announced.announce(platform, config)
    assert announced.hear("s", payload) == []


def test_an_old_event_is_no_event():
    announced = Announced()
    announced.announce("event", {"state_topic": "s", "event_types": ["press"]})
    assert announced.hear("s", {"event_type": "press"}, retained=True) == []


@pytest.mark.parametrize(
    ("states", "value"),
    [(["closing", "stopped"], "closed"), (["opening", "stopped"], "open"), (["closed", "stopped"], "closed")],
)
def test_a_cover_that_stopped_is_where_it_went(states: list[str], value: str):
    announced = Announced()
    announced.announce("cover", S)
    assert [announced.reported("s", state)[0] for state in states][-1] == value


def test_a_cover_that_stopped_half_way_is_open():
    announced = Announced()
    announced.announce("cover", BLIND)
    announced.hear("s", "closing")
    announced.hear("p", "40")
    assert announced.reported("s", "stopped")[0] == "open"


def test_an_update_is_there_once_both_versions_are_known():
    announced = Announced()
    announced.announce("update", {"state_topic": "s", "latest_version_topic": "l"})
    announced.hear("s", "1.0")
    assert announced.reported("l", "1.1") == ("on", {"latest_version": "1.1"})


def test_one_message_is_one_report_however_many_of_its_parts_are_read():
    announced = Announced()
    topics = {f"{key}_topic": "s" for key in ("mode_state", "temperature_state", "current_temperature")}
    templates = {"mode_state_template": "{{ value_json.m }}", "temperature_state_template": "{{ value_json.t }}"}
    announced.announce("climate", {**topics, **templates, "current_temperature_template": "{{ value_json.c }}"})
    assert announced.reported("s", {"m": "heat", "t": 21, "c": 20.5}) == (
        "heat",
        {"temperature": 21, "current_temperature": 20.5},
    )


def test_a_part_that_fails_does_not_take_the_others_along():
    announced = Announced()
    for name in ("a", "b"):
        announced.announce("sensor", {"state_topic": "s", "value_template": f"{{{{ value_json.{name}.x }}}}"}, name)
    assert announced.reported("s", {"a": {"x": 1}}) == ("1", {})
    assert announced.dialect.faults == 1


@pytest.mark.parametrize(
    ("platform", "config", "assumed"),
    [
        ("switch", C, True),
        ("switch", S, False),
        ("switch", {**S, "optimistic": True}, True),
        ("light", {**C, "schema": "json"}, True),
        ("light", S, False),
        ("cover", C, True),
        ("cover", {**C, "position_topic": "p"}, False),
        ("climate", {"mode_command_topic": "c"}, True),
        ("climate", {"mode_command_topic": "c", "mode_state_topic": "s"}, False),
        ("lock", C, True),
        ("fan", C, True),
        ("vacuum", C, True),
        ("valve", C, True),
        ("siren", C, True),
        ("number", C, True),
        ("select", C, True),
        ("sensor", {"state_topic": "s"}, False),
    ],
)
def test_what_never_reports_is_only_assumed(platform: str, config: Mapping[str, object], assumed: bool):
    assert Announced().announce(platform, config).assumed_state is assumed


@pytest.mark.parametrize(
    ("platform", "config", "capabilities"),
    [
        ("light", C, {Capability.ON_OFF}),
        ("light", {**C, "schema": "json", "brightness": True}, {Capability.ON_OFF, Capability.BRIGHTNESS}),
        ("cover", C, {Capability.OPEN_CLOSE, Capability.STOP}),
        ("cover", {**C, "payload_stop": None}, {Capability.OPEN_CLOSE}),
        ("lock", {**C, "payload_open": "OPEN"}, {Capability.LOCK, Capability.UNLATCH}),
        ("siren", C, {Capability.ON_OFF, Capability.DURATION, Capability.VOLUME}),
        ("scene", C, {Capability.ACTIVATE}),
        ("button", C, {Capability.PRESS}),
        ("sensor", {"state_topic": "s"}, set[Capability]()),
        ("update", {"state_topic": "s", "command_topic": "c", "payload_install": "i"}, {Capability.INSTALL}),
    ],
)
def test_an_entity_can_what_its_topics_can(platform: str, config: Mapping[str, object], capabilities: set[Capability]):
    assert Announced().announce(platform, config).capabilities == capabilities


def test_an_entity_says_what_may_be_asked():
    announced = Announced()
    light = announced.announce("light", {**C, "color_temp_command_topic": "t", "max_mireds": 454, "min_mireds": 250})
    assert dict(light.limits) == {"min_kelvin": 2202, "max_kelvin": 4000}
    climate = announced.announce("climate", {"mode_command_topic": "c", "min_temp": 5, "temp_step": "0.5"})
    assert (climate.limits["min"], climate.limits["max"], climate.limits["step"]) == (5, 35, 0.5)
    assert climate.unit == "°C"
    fahrenheit = announced.announce("climate", {"mode_command_topic": "c", "temp_unit": "F"}, "f")
    assert (fahrenheit.unit, fahrenheit.limits["min"], fahrenheit.limits["max"]) == ("°F", 44.6, 95)
