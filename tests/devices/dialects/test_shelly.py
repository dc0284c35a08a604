"""Shelly: both generations, from the first sign of life to a call."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.dialects.json_payload import as_array, as_object
from devices.dialects.model import Appeared, Change, Gone, Reachable, Received, Reported
from devices.dialects.shelly import Shelly
from devices.model import CallError, Capability, Entity, EntityId, PayloadError
from tests.devices.dialects.recorded import ANY_JSON, NOW, appeared, capture, dumped, feed, read_back, reported, sent

ROLLER = "2.5-roller_shsw-25_1.14.0"
RELAYS = "2.5-relay_shsw-25_1.14.0"
DIMMER = "dimmer-2_shdm-2_1.14.0"
BULB = "duo-rgbw_shcb-1_1.14.0"
CLIMATE = "ht_shht-1_1.14.0"
DOOR = "door-window-2_shdw-2_1.14.0"
VALVE = "trv_shtrv-01_2.2.4"
MOTION = "motion_shmos-01_2.2.4"
GEN1 = (ROLLER, RELAYS, DIMMER, BULB, CLIMATE, DOOR, VALVE, MOTION)

PLUS = "plus-1pm_snsw-001p16eu_1.1.0"
METER = "pro-3em_spem-003cebeu_1.1.0"
WALL = "wall-display_sawd-0a1xx10eu1_1.2.8"
COVER = "2pm-gen3_s3sw-002p16eu_1.7.1"
CELLAR = "plus-ht_snsn-0013a_1.0.0"
DUO = "duo-bulb-gen3_s3bl-d010007aew_1.6.0"
GEN2 = (PLUS, METER, WALL, COVER, CELLAR, DUO)

Meaning = Mapping[str, tuple[str | None, dict[str, object]]]


def first_generation(name: str) -> tuple[Shelly, list[Change]]:
    """Announce the device, and let it tell all that was captured."""
    recorded, dialect = capture(f"shelly/{name}"), Shelly()
    changes = list(feed(dialect, "shellies/announce", recorded["announce"]))
    for item in as_array(recorded["messages"]):
        message = as_object(item)
        assert dialect.wants(str(message["topic"]))
        changes += feed(dialect, str(message["topic"]), message["payload"])
    return dialect, changes


def answer(dialect: Shelly, recorded: Mapping[str, object], *, results: Mapping[str, object]) -> list[Change]:
    """Answer the questions that are pending, and those that follow from the answers."""
    changes: list[Change] = []
    while questions := [message for message in dialect.pending() if message.topic.endswith("/rpc")]:
        for question in questions:
            asked = json.loads(question.payload)
            assert question.topic == f"{recorded['prefix']}/rpc"
            reply = {"id": asked["id"], "src": "x", "dst": asked["src"], "result": results[asked["method"]]}
            changes += feed(dialect, f"{asked['src']}/rpc", reply)
    return changes


def later_generation(name: str) -> tuple[Shelly, list[Change]]:
    """Let the device tell some news, and answer what it is asked."""
    recorded, dialect = capture(f"shelly/{name}"), Shelly()
    feed(dialect, f"{recorded['prefix']}/events/rpc", {"src": "s", "method": "NotifyStatus", "params": {"ts": 1}})
    results = {
        "Shelly.GetDeviceInfo": recorded["info"],
        "Shelly.GetConfig": recorded["config"],
        "Shelly.GetStatus": recorded["status"],
    }
    return dialect, answer(dialect, recorded, results=results)


def news(dialect: Shelly, name: str, index: int) -> list[Change]:
    recorded = capture(f"shelly/{name}")
    return list(feed(dialect, f"{recorded['prefix']}/events/rpc", as_array(recorded["news"])[index]))


def visible(changes: list[Change]) -> dict[str, tuple[str, str | None, str | None]]:
    return {e.id: (e.name, e.device_class, e.unit) for e in appeared(changes).values() if not e.hidden}


def last(changes: list[Change]) -> Meaning:
    return reported(changes)


def entity_of(changes: list[Change], id: str) -> Entity:
    return appeared(changes)[EntityId(id)]


FIRST: list[tuple[str, dict[str, tuple[str, str | None, str | None]]]] = [
    (ROLLER, {
        "cover.shelly_2_5_e00001": ("Shelly 2.5 E00001", "shutter", None),
        "sensor.shelly_2_5_e00001_1_power": ("Shelly 2.5 E00001 1 power", "power", "W"),
        "binary_sensor.shelly_2_5_e00001_input_1": ("Shelly 2.5 E00001 Input 1", None, None),
    }),
    (RELAYS, {
        "switch.shelly_2_5_e00002_1": ("Shelly 2.5 E00002 1", None, None),
        "switch.shelly_2_5_e00002_2": ("Shelly 2.5 E00002 2", None, None),
        "sensor.shelly_2_5_e00002_1_power": ("Shelly 2.5 E00002 1 power", "power", "W"),
        "sensor.shelly_2_5_e00002_1_energy": ("Shelly 2.5 E00002 1 energy", "energy", "kWh"),
        "binary_sensor.shelly_2_5_e00002_input_2": ("Shelly 2.5 E00002 Input 2", None, None),
        "sensor.shelly_2_5_e00002_button_2": ("Shelly 2.5 E00002 Button 2", "enum", None),
    }),
    (DIMMER, {
        "light.shelly_dimmer_2_e00003": ("Shelly Dimmer 2 E00003", None, None),
        "sensor.shelly_dimmer_2_e00003_power": ("Shelly Dimmer 2 E00003 Power", "power", "W"),
    }),
    (CLIMATE, {
        "sensor.shelly_h_t_e00005_temperature": ("Shelly H&T E00005 Temperature", "temperature", "°C"),
        "sensor.shelly_h_t_e00005_humidity": ("Shelly H&T E00005 Humidity", "humidity", "%"),
    }),
    (VALVE, {"climate.shelly_trv_d00007": ("Shelly TRV D00007", None, "°C")}),
]  # fmt: skip

LATER: list[tuple[str, dict[str, tuple[str, str | None, str | None]]]] = [
    (PLUS, {
        "light.switch_test_name_0": ("Switch Test Name 0", None, None),
        "sensor.switch_test_name_0_power": ("Switch Test Name 0 Power", "power", "W"),
        "sensor.switch_test_name_0_energy": ("Switch Test Name 0 Energy", "energy", "kWh"),
        "binary_sensor.input_test_name_0": ("Input Test Name 0", None, None),
    }),
    (COVER, {
        "cover.bedroom_shutter": ("Bedroom Shutter", "shutter", None),
        "sensor.bedroom_shutter_power": ("Bedroom Shutter Power", "power", "W"),
        "sensor.bedroom_shutter_energy": ("Bedroom Shutter Energy", "energy", "kWh"),
    }),
    (CELLAR, {
        "sensor.cellar_temperature": ("Cellar Temperature", "temperature", "°C"),
        "sensor.cellar_humidity": ("Cellar Humidity", "humidity", "%"),
    }),
    (DUO, {
        "light.office_light": ("Office Light", None, None),
        "sensor.office_light_power": ("Office Light Power", "power", "W"),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), FIRST, ids=[name for name, _ in FIRST])
def test_a_first_generation_device_becomes_its_entities(
    name: str, expected: dict[str, tuple[str, str | None, str | None]]
):
    assert visible(first_generation(name)[1]) == expected


@pytest.mark.parametrize(("name", "expected"), LATER, ids=[name for name, _ in LATER])
def test_a_later_device_becomes_its_entities(name: str, expected: dict[str, tuple[str, str | None, str | None]]):
    assert visible(later_generation(name)[1]) == expected


@pytest.mark.parametrize(
    ("name", "id", "value", "attributes"),
    [
        (ROLLER, "cover.shelly_2_5_e00001", "closed", {"current_position": 0}),
        (ROLLER, "sensor.shelly_2_5_e00001_device_temperature", "48.2", {}),
        (RELAYS, "switch.shelly_2_5_e00002_2", "off", {}),
        (RELAYS, "sensor.shelly_2_5_e00002_1_energy", "1.578933", {}),
        (RELAYS, "sensor.shelly_2_5_e00002_button_2", "double", {}),
        (DIMMER, "light.shelly_dimmer_2_e00003", "on", {"brightness": 122}),
        (BULB, "light.shelly_duo_rgbw_e00004", "off",
         {"brightness": 51, "color_temp_kelvin": 3000, "rgb_color": None}),
        (DOOR, "binary_sensor.shelly_door_window_2_e00006_state", "on", {}),
        (VALVE, "climate.shelly_trv_d00007", "heat",
         {"temperature": 21.5, "current_temperature": 19.9, "hvac_action": "heating"}),
        (MOTION, "binary_sensor.shelly_motion_d00008_motion", "on", {}),
        (MOTION, "sensor.shelly_motion_d00008_illuminance", "346", {}),
    ],
)  # fmt: skip
def test_what_the_first_generation_tells(name: str, id: str, value: str, attributes: dict[str, object]):
    assert last(first_generation(name)[1])[id] == (value, attributes)


@pytest.mark.parametrize(
    ("name", "id", "value", "attributes"),
    [
        (PLUS, "light.switch_test_name_0", "off", {}),
        (PLUS, "sensor.switch_test_name_0_energy", "0.110046", {}),
        (METER, "sensor.energy_monitor_test_name_0_power", "558.965", {}),
        (METER, "sensor.test_name_energy", "2589.77339", {}),
        (WALL, "climate.test_name", "heat",
         {"temperature": 21, "current_temperature": 21.3, "hvac_action": "idle"}),
        (WALL, "sensor.test_name_illuminance", "30", {}),
        (COVER, "cover.bedroom_shutter", "open", {"current_position": 100}),
        (CELLAR, "sensor.cellar_battery", "100", {}),
        (DUO, "light.office_light", "on", {"brightness": 128, "color_temp_kelvin": 4000, "rgb_color": None}),
    ],
)  # fmt: skip
def test_what_a_later_generation_tells(name: str, id: str, value: str, attributes: dict[str, object]):
    assert last(later_generation(name)[1])[id] == (value, attributes)


@pytest.mark.parametrize(
    ("name", "index", "id", "value", "attributes"),
    [
        (PLUS, 0, "light.switch_test_name_0", "on", {}),
        (PLUS, 1, "sensor.switch_test_name_0_power", "60.2", {}),
        (WALL, 0, "climate.test_name", None, {"temperature": 22.5, "hvac_action": "heating"}),
        (COVER, 0, "cover.bedroom_shutter", "closing", {}),
        (COVER, 1, "cover.bedroom_shutter", "open", {"current_position": 40, "current_tilt_position": 20}),
        (COVER, 2, "sensor.bedroom_shutter_button_2", "double", {}),
        (DUO, 0, "light.office_light", None, {"brightness": 255}),
    ],
)
def test_news_tell_only_what_changed(name: str, index: int, id: str, value: str, attributes: dict[str, object]):
    dialect, _ = later_generation(name)
    assert last(news(dialect, name, index))[id] == (value, attributes)


def test_a_cover_whose_slats_turn_up_can_turn_them():
    dialect, _ = later_generation(COVER)
    cover = entity_of(news(dialect, COVER, 1), "cover.bedroom_shutter")
    assert {Capability.TILT, Capability.POSITION} <= cover.capabilities


@pytest.mark.parametrize(
    ("name", "id", "service", "data", "topic", "payload"),
    [
        (ROLLER, "cover.shelly_2_5_e00001", "open_cover", {}, "shellyswitch25-E00001/roller/0/command", "open"),
        (ROLLER, "cover.shelly_2_5_e00001", "set_cover_position", {"position": 30},
         "shellyswitch25-E00001/roller/0/command/pos", 30),
        (RELAYS, "switch.shelly_2_5_e00002_2", "turn_on", {}, "shellyswitch25-E00002/relay/1/command", "on"),
        (DIMMER, "light.shelly_dimmer_2_e00003", "turn_on", {"brightness": 128, "transition": 9},
         "shellydimmer2-E00003/light/0/set", {"turn": "on", "brightness": 50, "gain": 50, "transition": 5000}),
        (BULB, "light.shelly_duo_rgbw_e00004", "turn_on", {"rgb_color": (1, 2, 3)},
         "shellycolorbulb-E00004/color/0/set", {"turn": "on", "red": 1, "green": 2, "blue": 3}),
        (BULB, "light.shelly_duo_rgbw_e00004", "turn_off", {}, "shellycolorbulb-E00004/color/0/set", {"turn": "off"}),
        (VALVE, "climate.shelly_trv_d00007", "set_temperature", {"temperature": 19.5},
         "shellytrv-60A423D00007/thermostat/0/command/target_t", 19.5),
    ],
)  # fmt: skip
def test_what_the_first_generation_is_told(
    name: str, id: str, service: str, data: dict[str, object], topic: str, payload: object
):
    dialect, changes = first_generation(name)
    assert sent(dialect, entity_of(changes, id), service, **data) == [(f"shellies/{topic}", payload)]


@pytest.mark.parametrize(
    ("name", "id", "service", "data", "method", "params"),
    [
        (PLUS, "light.switch_test_name_0", "turn_on", {}, "Switch.Set", {"id": 0, "on": True}),
        (DUO, "light.office_light", "turn_on", {"brightness": 255, "color_temp_kelvin": 2700, "transition": 2},
         "CCT.Set", {"id": 0, "on": True, "brightness": 100, "ct": 2700, "transition_duration": 2.0}),
        (DUO, "light.office_light", "turn_on", {"brightness": 0}, "CCT.Set", {"id": 0, "on": False}),
        (COVER, "cover.bedroom_shutter", "close_cover", {}, "Cover.Close", {"id": 0}),
        (COVER, "cover.bedroom_shutter", "set_cover_position", {"position": 40},
         "Cover.GoToPosition", {"id": 0, "pos": 40}),
        (WALL, "climate.test_name", "set_temperature", {"temperature": 20},
         "Thermostat.SetConfig", {"id": 0, "config": {"id": 0, "target_C": 20}}),
        (WALL, "climate.test_name", "set_hvac_mode", {"hvac_mode": "off"},
         "Thermostat.SetConfig", {"id": 0, "config": {"id": 0, "enable": False}}),
    ],
)  # fmt: skip
def test_what_a_later_generation_is_told(
    name: str, id: str, service: str, data: dict[str, object], method: str, params: dict[str, object]
):
    dialect, changes = later_generation(name)
    [(topic, frame)] = sent(dialect, entity_of(changes, id), service, **data)
    asked = as_object(frame)
    assert (topic, asked["src"], asked["method"], asked["params"]) == (
        f"{capture(f'shelly/{name}')['prefix']}/rpc",
        "hearth/shelly",
        method,
        params,
    )


def test_what_a_device_cannot_do_is_refused():
    dialect, changes = later_generation(PLUS)
    with pytest.raises(CallError):
        sent(dialect, entity_of(changes, "light.switch_test_name_0"), "turn_on", brightness=3)
    with pytest.raises(CallError):
        sent(dialect, entity_of(changes, "sensor.switch_test_name_0_power"), "turn_on")


def test_a_bulb_learns_its_colors_from_its_first_status():
    _, changes = first_generation(BULB)
    bulb = entity_of(changes, "light.shelly_duo_rgbw_e00004")
    assert bulb.capabilities == {
        Capability.ON_OFF, Capability.BRIGHTNESS, Capability.COLOR, Capability.COLOR_TEMPERATURE,
    }  # fmt: skip
    assert bulb.limits == {"min_kelvin": 3000, "max_kelvin": 6500}


@pytest.mark.parametrize("name", [CLIMATE, RELAYS])
def test_only_what_is_always_on_can_be_missed(name: str):
    dialect, changes = first_generation(name)
    prefix = as_object(capture(f"shelly/{name}")["announce"])["id"]
    away = [*changes, *feed(dialect, f"shellies/{prefix}/online", "false")]
    assert any(isinstance(change, Reachable) for change in away) == (name == RELAYS)


def test_a_later_device_that_goes_offline_cannot_be_reached():
    dialect, _ = later_generation(PLUS)
    changes = feed(dialect, "shellyplus1pm-a8032ab00001/online", "false")
    assert Reachable(EntityId("light.switch_test_name_0"), False) in changes


def test_a_battery_device_stays_reachable_while_it_sleeps():
    dialect, _ = later_generation(CELLAR)
    assert feed(dialect, "shelly-ht/online", "false") == []


def test_a_battery_device_is_taken_at_its_word():
    dialect = Shelly()
    changes = news(dialect, CELLAR, 0)
    assert visible(changes) == {
        "sensor.shellyplusht_08b61fce63c4_temperature": ("shellyplusht-08b61fce63c4 Temperature", "temperature", "°C"),
        "sensor.shellyplusht_08b61fce63c4_humidity": ("shellyplusht-08b61fce63c4 Humidity", "humidity", "%"),
    }
    assert isinstance(changes[0], Appeared)
    assert changes[0].device is not None
    assert changes[0].device.identifiers == {"mac:08b61fce63c4"}


def test_a_new_name_gives_new_ids():
    dialect, _ = later_generation(DUO)
    recorded = capture(f"shelly/{DUO}")
    changed = {"events": [{"component": "cct:0", "event": "config_changed"}]}
    feed(dialect, f"{recorded['prefix']}/events/rpc", {"src": "s", "method": "NotifyEvent", "params": changed})
    results = {"Shelly.GetDeviceInfo": recorded["info"], "Shelly.GetConfig": {"cct:0": {"name": "Desk"}},
               "Shelly.GetStatus": recorded["status"]}  # fmt: skip
    changes = answer(dialect, recorded, results=results)
    assert Gone(EntityId("light.office_light")) in changes
    assert "light.desk" in appeared(changes)


def test_another_profile_makes_other_entities():
    dialect, before = later_generation(COVER)
    recorded = capture(f"shelly/{COVER}")
    changed = {"events": [{"component": "sys", "event": "config_changed"}]}
    feed(dialect, f"{recorded['prefix']}/events/rpc", {"src": "s", "method": "NotifyEvent", "params": changed})
    results = {
        "Shelly.GetDeviceInfo": recorded["info"],
        "Shelly.GetConfig": {"switch:0": {"name": "Fan"}, "switch:1": {"name": None}},
        "Shelly.GetStatus": {"switch:0": {"output": True}, "switch:1": {"output": False}},
    }
    changes = answer(dialect, recorded, results=results)
    assert {change.entity for change in changes if isinstance(change, Gone)} == set(appeared(before))
    assert set(appeared(changes)) == {"switch.fan", "switch.bedroom_shutter_2"}


def test_news_before_the_answers_name_nothing():
    dialect = Shelly()
    prefix = capture(f"shelly/{PLUS}")["prefix"]
    assert news(dialect, PLUS, 0) == []
    assert feed(dialect, f"{prefix}/status/switch:0", {"id": 0, "output": True}) == ()


def test_a_cleared_sign_of_life_ends_the_device():
    dialect, entities = later_generation(DUO)
    prefix = capture(f"shelly/{DUO}")["prefix"]
    changes = feed(dialect, f"{prefix}/online", b"")
    assert {change.entity for change in changes if isinstance(change, Gone)} == set(appeared(entities))


def test_strangers_that_are_online_are_not_asked():
    dialect = Shelly()
    assert feed(dialect, "weather/online", "true") == ()
    assert feed(dialect, "weather/online", b"\x01") == ()
    assert dialect.pending() == []


def test_a_silent_device_is_asked_again_only_after_a_minute():
    dialect = Shelly()
    for seconds, questions in ((0, 1), (30, 0), (61, 1)):
        dialect.receive(Received("shellyplus1-x/online", b"true", False, NOW + timedelta(seconds=seconds)))
        assert len(dialect.pending()) == questions


def test_deep_prefixes_are_found_when_they_are_named():
    dialect = Shelly(source="home/hearth", prefixes=["home/kitchen/shelly"])
    assert {"home/kitchen/shelly/online", "home/hearth/rpc"} <= dialect.filters()
    assert not dialect.wants("home/hall/shelly/online")
    feed(dialect, "home/kitchen/shelly/online", "true")
    [(topic, frame)] = [read_back(message) for message in dialect.pending()]
    assert (topic, as_object(frame)["src"]) == ("home/kitchen/shelly/rpc", "home/hearth")


def test_the_house_is_greeted_in_both_tongues():
    dialect, _ = later_generation(PLUS)
    feed(dialect, "shellies/announce", capture(f"shelly/{RELAYS}")["announce"])
    assert ("shellies/shellyswitch25-E00002/command", "update") in [read_back(m) for m in dialect.pending()]
    greetings = [read_back(message) for message in dialect.greet()]
    assert greetings[:2] == [("shellies/command", "announce"), ("shellies/command", "update")]
    assert as_object(greetings[2][1])["method"] == "Shelly.GetStatus"


@pytest.mark.parametrize(
    ("topic", "newest"),
    [
        ("shellyplus1pm-a8032ab00001/events/rpc", False),
        ("shellyplus1pm-a8032ab00001/status/switch:0", True),
        ("shellyplus1pm-a8032ab00001/online", True),
        ("hearth/shelly/rpc", False),
        ("shellies/announce", False),
    ],
)
def test_only_whole_states_may_be_skipped(topic: str, newest: bool):
    dialect, _ = later_generation(PLUS)
    assert dialect.wants(topic)
    assert dialect.newest_wins(topic) is newest


def test_commands_are_not_read_back():
    dialect, _ = first_generation(RELAYS)
    assert not dialect.wants("shellies/shellyswitch25-E00002/relay/0/command")
    assert not dialect.wants("shellies/command")
    assert not dialect.newest_wins("shellies/shellyswitch25-E00002/input_event/0")


def test_a_status_topic_is_read_like_news():
    dialect, _ = later_generation(PLUS)
    changes = list(feed(dialect, "shellyplus1pm-a8032ab00001/status/switch:0", {"id": 0, "output": True}))
    assert last(changes) == {"light.switch_test_name_0": ("on", {})}


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("shellies/announce", b"[]"),
        ("shellies/announce", {"id": "a/b", "mac": "98CDACE00002"}),
        ("shellies/announce", {"id": "#", "mac": "98CDACE00002"}),
        ("shellies/announce", {"id": "x", "mac": "1"}),
        ("shellies/shellyswitch25-E00002/relay/0", b"maybe"),
        ("shellies/shellyswitch25-E00002/relay/0/power", b"NaN"),
        ("shellies/shellyswitch25-E00002/relay/0", b"\xff"),
        ("x/events/rpc", b"{"),
    ],
)
def test_what_makes_no_sense_is_refused(topic: str, payload: object):
    dialect, _ = first_generation(RELAYS)
    with pytest.raises(PayloadError):
        feed(dialect, topic, payload)


def test_a_refused_question_is_counted():
    dialect = Shelly()
    feed(dialect, "shellyplus1-x/online", "true")
    [(_, frame)] = [read_back(message) for message in dialect.pending()]
    with pytest.raises(PayloadError, match="GetDeviceInfo"):
        feed(dialect, "hearth/shelly/rpc", {"id": as_object(frame)["id"], "error": {"code": 404}})


@pytest.mark.parametrize("topic", ["", "#", "a/", "/a"])
def test_a_source_that_is_no_topic_is_refused(topic: str):
    with pytest.raises(ValueError, match="no topic"):
        Shelly(source=topic)


_COMPONENTS = st.sampled_from(
    ["switch:0", "light:0", "cct:0", "rgb:0", "rgbw:0", "rgbcct:0", "cover:0", "input:0", "em:0", "thermostat:0",
     "devicepower:0", "temperature:0", "smoke:0", "sys", "switch:x", "input:9999", ":", "events"]
)  # fmt: skip
_TOLD = st.dictionaries(
    st.sampled_from(["output", "brightness", "ct", "rgb", "mode", "state", "current_pos", "slat_pos", "apower",
                     "aenergy", "temperature", "tC", "battery", "alarm", "enable", "target_C", "event"]),
    ANY_JSON,
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(_COMPONENTS, _TOLD | ANY_JSON), st.sampled_from(GEN2), st.booleans())
def test_any_news_are_reported_or_ignored(told: dict[str, object], name: str, events: bool):
    dialect, _ = later_generation(name)
    method = "NotifyEvent" if events else "NotifyStatus"
    topic = f"{capture(f'shelly/{name}')['prefix']}/events/rpc"
    for change in feed(dialect, topic, {"src": "s", "method": method, "params": {"ts": 1, **told}}):
        assert isinstance(change, Reported | Appeared)


@settings(deadline=None, max_examples=50)
@given(ANY_JSON, st.dictionaries(_COMPONENTS, _TOLD | ANY_JSON), st.dictionaries(_COMPONENTS, ANY_JSON))
def test_any_answers_are_understood_or_refused(info: object, config: dict[str, object], status: dict[str, object]):
    dialect = Shelly()
    feed(dialect, "shellyplus1-x/online", "true")
    results = {"Shelly.GetDeviceInfo": info, "Shelly.GetConfig": config, "Shelly.GetStatus": status}
    try:
        assert answer(dialect, {"prefix": "shellyplus1-x"}, results=results) is not None
    except PayloadError:
        assert not isinstance(info, dict)


_TAILS = st.sampled_from(
    ["relay/0", "relay/0/power", "roller/0", "roller/0/pos", "light/0/status", "color/0/status", "white/9/status",
     "input/0", "input_event/0", "sensor/temperature", "sensor/flood", "emeter/0/total", "temperature", "status",
     "info", "online", "relay/x", "announce", "relay", "roller/0/pos/0", "x"]
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(_TAILS, st.binary(max_size=16) | ANY_JSON.map(dumped), st.sampled_from(GEN1))
def test_any_bytes_are_reported_or_refused(tail: str, payload: bytes, name: str):
    dialect, _ = first_generation(name)
    prefix = as_object(capture(f"shelly/{name}")["announce"])["id"]
    try:
        for change in feed(dialect, f"shellies/{prefix}/{tail}", payload):
            assert not isinstance(change, Gone)
    except PayloadError:
        return
