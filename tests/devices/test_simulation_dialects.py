"""The devices speak as the projects' sources and documents say; each module of the simulation names them."""

from collections.abc import Mapping
from typing import cast

import pytest

from devices.simulation.line import Payload
from devices.simulation.wire import as_object
from devices.simulation.zigbee import Zigbee
from tests.devices.simulated import awake_house, tell

SWITCH, COVER, DIMMER = "shellyplus1pm-a8032ab63c01", "shellyplus2pm-a8032ab63c02", "shellyplus010v-a8032ab63c03"


def has(said: object, expected: object) -> bool:
    """Say whether something said holds what is expected: all of the text, or at least these keys."""
    if isinstance(expected, Mapping):
        seen = as_object(said)
        return all(has(seen.get(key), item) for key, item in as_object(cast(object, expected)).items())
    return said == expected


ANSWERS: list[tuple[str, str, str, Payload]] = [
    ("zigbee2mqtt/Kitchen Light/set", '{"state":"ON"}', "zigbee2mqtt/Kitchen Light", {"state": "ON"}),
    ("zigbee2mqtt/Kitchen Light/set", "toggle", "zigbee2mqtt/Kitchen Light", {"state": "ON"}),
    ("zigbee2mqtt/Kitchen Light/set/brightness", "80", "zigbee2mqtt/Kitchen Light", {"brightness": 80, "state": "ON"}),
    ("zigbee2mqtt/Kitchen Light/set", '{"brightness":0}', "zigbee2mqtt/Kitchen Light", {"state": "OFF"}),
    ("zigbee2mqtt/Kitchen Light/set", '{"color_temp":300}', "zigbee2mqtt/Kitchen Light", {"color_temp": 300}),
    ("zigbee2mqtt/Kitchen Light/get", '{"state":""}', "zigbee2mqtt/Kitchen Light", {"state": "OFF"}),
    (
        "zigbee2mqtt/Living Room/Ceiling/set", '{"color":{"r":255,"g":0,"b":0}}',
        "zigbee2mqtt/Living Room/Ceiling", {"color": {"x": 0.6401, "y": 0.33}, "color_mode": "xy"},
    ),
    ("zigbee2mqtt/Bedroom Blind/set", "CLOSE", "zigbee2mqtt/Bedroom Blind", {"position": 0, "state": "CLOSE"}),
    ("zigbee2mqtt/Bedroom Blind/set", '{"position":40}', "zigbee2mqtt/Bedroom Blind", {"moving": "DOWN"}),
    ("zigbee2mqtt/Office Blind/set", '{"tilt":30}', "zigbee2mqtt/Office Blind", {"tilt": 30, "position": 100}),
    ("zigbee2mqtt/Back Door/set", "UNLOCK", "zigbee2mqtt/Back Door", {"state": "UNLOCK", "lock_state": "unlocked"}),
    (
        "zigbee2mqtt/Bedroom Thermostat/set", '{"occupied_heating_setpoint":21}',
        "zigbee2mqtt/Bedroom Thermostat", {"occupied_heating_setpoint": 21, "running_state": "heat"},
    ),
    ("zigbee2mqtt/Laundry Plug/set", "on", "zigbee2mqtt/Laundry Plug", {"state": "ON", "power": 62}),
    ("zigbee2mqtt/Nobody/set", "on", "zigbee2mqtt/bridge/logging", {"level": "error"}),
    ("zigbee2mqtt/Living Room Spots/set", "on", "zigbee2mqtt/Living Room Spots", {"state": "ON"}),
    ("cmnd/tasmota_0B3001/Power", "toggle", "stat/tasmota_0B3001/RESULT", {"POWER": "OFF"}),
    ("cmnd/tasmota_0B3001/POWER1", "OFF", "stat/tasmota_0B3001/POWER", "OFF"),
    ("cmnd/tasmota_0B3001/POWER", "", "stat/tasmota_0B3001/RESULT", {"POWER": "ON"}),
    ("cmnd/tasmota_0B3001/STATE", "", "stat/tasmota_0B3001/RESULT", {"POWER": "ON", "SleepMode": "Dynamic"}),
    (
        "cmnd/tasmota_0B3001/STATUS", "10",
        "stat/tasmota_0B3001/STATUS10", {"StatusSNS": {"ENERGY": {"Power": 47, "Voltage": 230}}},
    ),
    ("cmnd/tasmota_0B3002/Dimmer", "30", "stat/tasmota_0B3002/RESULT", {"POWER": "ON", "Dimmer": 30}),
    ("cmnd/tasmota_0B3002/CT", "200", "stat/tasmota_0B3002/RESULT", {"CT": 200, "White": 80}),
    ("cmnd/tasmota_0B3002/Color2", "255,0,0", "stat/tasmota_0B3002/RESULT", {"HSBColor": "0,100,80"}),
    ("cmnd/tasmota_0B3002/HSBColor1", "240", "stat/tasmota_0B3002/RESULT", {"HSBColor": "240,60,80"}),
    ("cmnd/tasmota_0B3002/Backlog", "Dimmer 20;CT 400", "stat/tasmota_0B3002/RESULT", {"Dimmer": 20, "CT": 400}),
    ("cmnd/tasmota_0B3001/Nonsense", "1", "stat/tasmota_0B3001/RESULT", {"Command": "Unknown"}),
    (
        "cmnd/tasmota_0B3005/ShutterPosition1", "40",
        "stat/tasmota_0B3005/RESULT", {"Shutter1": {"Position": 40, "Direction": 0, "Target": 40}},
    ),
    ("cmnd/tasmota_0B3005/ShutterClose1", "", "stat/tasmota_0B3005/RESULT", {"Shutter1": {"Direction": -1}}),
    ("shellies/shelly1-1F4B01/relay/0/command", "on", "shellies/shelly1-1F4B01/relay/0", "on"),
    (
        "shellies/shellydimmer2-98CDAC1F4B03/light/0/set", '{"turn":"on","brightness":35}',
        "shellies/shellydimmer2-98CDAC1F4B03/light/0/status", {"ison": True, "brightness": 35},
    ),
    ("shellies/shellyswitch25-1F4B04/roller/0/command", "close", "shellies/shellyswitch25-1F4B04/roller/0", "close"),
    ("shellies/shellyswitch25-1F4B04/roller/0/command/pos", "20", "shellies/shellyswitch25-1F4B04/roller/0/pos", "20"),
    ("shellies/command", "announce", "shellies/announce", {"model": "SHSW-25", "mode": "roller"}),
    (
        f"{SWITCH}/rpc", '{"id":7,"src":"me","method":"Switch.Set","params":{"id":0,"on":true}}',
        "me/rpc", {"id": 7, "src": SWITCH, "dst": "me", "result": {"was_on": False}},
    ),
    (
        f"{SWITCH}/rpc", '{"id":7,"src":"me","method":"Switch.Toggle","params":{"id":0}}',
        f"{SWITCH}/events/rpc", {"method": "NotifyStatus", "params": {"switch:0": {"output": True}}},
    ),
    (
        f"{COVER}/rpc", '{"id":8,"src":"me","method":"Cover.GoToPosition","params":{"id":0,"pos":70}}',
        f"{COVER}/status/cover:0", {"state": "stopped", "current_pos": 70},
    ),
    (
        f"{DIMMER}/rpc", '{"id":9,"src":"me","method":"Light.Set","params":{"id":0,"on":true,"brightness":20}}',
        f"{DIMMER}/status/light:0", {"output": True, "brightness": 20},
    ),
    (f"{SWITCH}/rpc", '{"id":1,"src":"me","method":"Cover.Open"}', "me/rpc", {"error": {"code": 404}}),
    (f"{SWITCH}/rpc", '{"id":1,"src":"me","method":"Shelly.GetDeviceInfo"}', "me/rpc", {"result": {"gen": 2}}),
    (f"{SWITCH}/command/switch:0", "on", f"{SWITCH}/status/switch:0", {"output": True}),
    ("office-strip/light/office_strip/command", '{"state":"ON","effect":"Rainbow"}',
     "office-strip/light/office_strip/state", {"state": "ON", "effect": "Rainbow"}),
    ("guest-room-fan/fan/guest_room_fan/speed_level/command", "3",
     "guest-room-fan/fan/guest_room_fan/speed_level/state", "3"),
    ("garage/cover/door/command", "OPEN", "garage/cover/door/state", "opening"),
    ("garage/cover/door/position/command", "50", "garage/cover/door/position/state", "50"),
    ("esphome/discover", "", "esphome/discover/office-strip", {"name": "office-strip", "platform": "ESP32"}),
    ("home/front_door/main/set", "UNLOCK", "home/front_door/main/state", "UNLOCKING"),
    ("home/front_door/main/set", "UNLOCK", "home/front_door/main/state", "UNLOCKED"),
    ("home/house_alarm/main/set", '{"action":"ARM_NIGHT","code":""}', "home/house_alarm/main/state", "armed_night"),
    ("home/dusty/robot/command", "START", "home/dusty/robot/state", {"state": "cleaning"}),
    ("home/garden_valve/main/set", "60", "home/garden_valve/main/state", {"state": "open", "position": 60}),
    ("home/boiler/main/target/set", "55", "home/boiler/main/target", "55"),
    ("home/porch_light/main/brightness/set", "25", "home/porch_light/main/brightness", "25"),
    ("home/reading_lamp/main/set", "on,90", "home/reading_lamp/main/state", "on,90"),
    ("home/patio_lights/main/set", '{"state":"ON","color":{"r":1,"g":2,"b":3}}', "home/patio_lights/main/state",
     {"color_mode": "rgb", "color": {"r": 1, "g": 2, "b": 3}}),
    ("home/washing_machine/program/set", "Wool", "home/washing_machine/program/state", "Wool"),
    ("home/washing_machine/firmware/set", "install", "home/washing_machine/firmware/state",
     {"installed_version": "1.5.2"}),
    ("homeassistant/status", "online", "homeassistant/lock/front_door/main/config", {"uniq_id": "front_door_main"}),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "payload", "answer", "expected"), ANSWERS)
async def test_command_is_answered(topic: str, payload: str, answer: str, expected: Payload):
    gadgets, ear = awake_house()
    ear.said.clear()
    tell(gadgets, topic, payload)
    await ear.until(lambda: any(has(said, expected) for said in ear.all(answer)))


@pytest.mark.parametrize(
    "topic",
    ["zigbee2mqtt/bridge/devices", "zigbee2mqtt/bridge/groups", "zigbee2mqtt/Kitchen Light/availability",
     "tasmota/discovery/A4CF120B3001/config", "tele/tasmota_0B3001/LWT", "shellies/shelly1-1F4B01/online",
     f"{SWITCH}/online", "office-strip/status", "homeassistant/device/weather_station/config",
     "zigbee2mqtt/Living Room Sensor"],
)  # fmt: skip
async def test_what_a_newcomer_needs_is_retained(topic: str):
    _, ear = awake_house()
    assert topic in ear.retained()


@pytest.mark.parametrize(
    "topic",
    ["zigbee2mqtt/Kitchen Light", "stat/tasmota_0B3001/RESULT", "shellies/shelly1-1F4B01/relay/0", f"{SWITCH}/rpc"],
)
async def test_what_devices_say_once_is_not_retained(topic: str):
    _, ear = awake_house()
    assert topic not in ear.retained()


async def test_wrong_code_leaves_the_alarm_armed():
    gadgets, ear = awake_house()
    tell(gadgets, "home/house_alarm/main/set", '{"action":"ARM_HOME","code":""}')
    await ear.until(lambda: ear.last("home/house_alarm/main/state") == "armed_home")
    tell(gadgets, "home/house_alarm/main/set", '{"action":"DISARM","code":"0000"}')
    assert ear.last("home/house_alarm/main/state") == "armed_home"
    tell(gadgets, "home/house_alarm/main/set", '{"action":"DISARM","code":"1234"}')
    assert ear.last("home/house_alarm/main/state") == "disarmed"


async def test_half_of_the_group_answers():
    gadgets, ear = awake_house()
    tell(gadgets, "zigbee2mqtt/Dining Spots/set", '{"state":"ON"}')
    states = [ear.last(f"zigbee2mqtt/Dining Spot {number}") for number in (1, 2, 3, 4)]
    assert [state["state"] for state in states if isinstance(state, Mapping)] == ["ON", "ON", "OFF", "OFF"]


async def test_zigbee_device_that_is_gone_says_nothing_until_it_is_back():
    gadgets, ear = awake_house()
    gateway = gadgets[0]
    assert isinstance(gateway, Zigbee)
    gateway.reach("Kitchen Light", online=False)
    assert ear.last("zigbee2mqtt/Kitchen Light/availability") == {"state": "offline"}
    ear.said.clear()
    tell(gadgets, "zigbee2mqtt/Kitchen Light/set", "on")
    assert ear.said == []
    gateway.reach("Kitchen Light", online=True)
    assert ear.last("zigbee2mqtt/Kitchen Light/availability") == {"state": "online"}
    assert has(ear.last("zigbee2mqtt/Kitchen Light"), {"state": "OFF"})


async def test_what_is_not_retained_is_told_again_from_time_to_time():
    gadgets, ear = awake_house()
    ear.said.clear()
    for gadget in gadgets:
        gadget.remind()
    assert ear.all("home/porch_light/main/state") == ["OFF"]
    assert ear.all("shellies/shelly1-1F4B01/relay/0") == ["off"]
    assert has(ear.last("tele/tasmota_0B3001/STATE"), {"POWER": "ON"})
