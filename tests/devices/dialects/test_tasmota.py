"""Tasmota: what its announcements become, what its results mean, what it is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.dialects.json_payload import as_array, as_object
from devices.dialects.model import Appeared, Gone, Reachable, Received, Reported
from devices.dialects.tasmota import Tasmota
from devices.model import CallError, Capability, Entity, EntityId, PayloadError
from tests.devices.dialects.recorded import ANY_JSON, NOW, appeared, capture, feed, read_back, reported, sent

RELAYS = "generic_4-relays_13.4.0"
PLUG = "generic_plug-energy_15.4.0"
STRIP = "m5stack_atom-lite_15.0.1.4"
BULB = "tuya_rgbcct-bulb_14.2.0"
SHUTTER = "shelly_25-shutter_13.1.0"
IFAN = "sonoff_ifan04_13.3.0"
EVERY = (RELAYS, PLUG, STRIP, BULB, SHUTTER, IFAN)


def config(name: str, **more: object) -> dict[str, object]:
    return {**as_object(capture(f"tasmota/{name}")["config"]), **more}


def house(name: str, **more: object) -> tuple[Tasmota, dict[EntityId, Entity]]:
    dialect = Tasmota()
    said = config(name, **more)
    place = f"tasmota/discovery/{said['mac']}"
    changes = [
        *feed(dialect, f"{place}/config", said, retained=True),
        *feed(dialect, f"{place}/sensors", capture(f"tasmota/{name}")["sensors"], retained=True),
    ]
    return dialect, appeared(changes)


def message(name: str, index: int) -> tuple[str, object]:
    listed = as_object(as_array(capture(f"tasmota/{name}")["messages"])[index])
    return str(listed["topic"]), listed["payload"]


def visible(entities: dict[EntityId, Entity]) -> dict[str, tuple[str, str | None, str | None]]:
    return {e.id: (e.name, e.device_class, e.unit) for e in entities.values() if not e.hidden}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (RELAYS, {
            "switch.door": ("Door", None, None), "switch.relais1": ("Relais1", None, None),
            "switch.relais2": ("Relais2", None, None), "switch.relais3": ("Relais3", None, None),
            "binary_sensor.cv_ruimte_switch1": ("CV-Ruimte Switch1", None, None),
            "sensor.cv_ruimte_ds18b20_1_temperature": ("CV-Ruimte DS18B20-1 Temperature", "temperature", "°C"),
            "sensor.cv_ruimte_ds18b20_2_temperature": ("CV-Ruimte DS18B20-2 Temperature", "temperature", "°C"),
        }),
        (PLUG, {
            "switch.washer": ("Washer", None, None),
            "sensor.washer_energy_total": ("Washer Total", "energy", "kWh"),
            "sensor.washer_energy_yesterday": ("Washer Yesterday", "energy", "kWh"),
            "sensor.washer_energy_today": ("Washer Today", "energy", "kWh"),
            "sensor.washer_energy_power": ("Washer Power", "power", "W"),
            "sensor.washer_energy_voltage": ("Washer Voltage", "voltage", "V"),
            "sensor.washer_energy_current": ("Washer Current", "current", "A"),
        }),
        (STRIP, {"light.shelf": ("Shelf", None, None)}),
        (BULB, {"light.hall_lamp": ("Hall Lamp", None, None)}),
        (IFAN, {"fan.bedroom_fan": ("Bedroom Fan", None, None),
                "light.bedroom_fan_light": ("Bedroom Fan Light", None, None)}),
    ],
    ids=[RELAYS, PLUG, STRIP, BULB, IFAN],
)  # fmt: skip
def test_a_device_becomes_its_entities(name: str, expected: dict[str, tuple[str, str | None, str | None]]):
    assert visible(house(name)[1]) == expected


@pytest.mark.parametrize(
    ("name", "id", "capabilities", "limits"),
    [
        (STRIP, "light.shelf", "on_off brightness color effect", {}),
        (BULB, "light.hall_lamp", "on_off brightness color color_temperature effect",
         {"min_kelvin": 2000, "max_kelvin": 6536}),
        (SHUTTER, "cover.kitchen_blind", "open_close stop position tilt", {}),
        (IFAN, "fan.bedroom_fan", "on_off speed", {}),
        (IFAN, "light.bedroom_fan_light", "on_off", {}),
    ],
)  # fmt: skip
def test_an_entity_knows_what_may_be_asked(name: str, id: str, capabilities: str, limits: dict[str, object]):
    entity = house(name)[1][EntityId(id)]
    assert entity.capabilities == {Capability(word) for word in capabilities.split()}
    assert limits.items() <= entity.limits.items()


MEANING: list[tuple[str, int, dict[str, tuple[str, dict[str, object]]]]] = [
    (RELAYS, 1, {"switch.relais1": ("on", {})}),
    (RELAYS, 2, {"switch.relais1": ("on", {})}),
    (RELAYS, 3, {"switch.door": ("off", {}), "switch.relais1": ("on", {}), "switch.relais2": ("off", {}),
                 "switch.relais3": ("off", {})}),
    (PLUG, 1, {"switch.washer": ("on", {})}),
    (PLUG, 3, {"sensor.washer_energy_total": ("12.517", {}), "sensor.washer_energy_power": ("0", {})}),
    (STRIP, 0, {"light.shelf": ("on", {"brightness": 204, "rgb_color": (255, 0, 0)})}),
    (BULB, 0, {"light.hall_lamp": ("on", {"brightness": 128, "color_temp_kelvin": 4000, "rgb_color": None,
                                          "effect": "Solid"})}),
    (BULB, 1, {"light.hall_lamp": ("on", {"brightness": 102, "rgb_color": (0, 255, 255),
                                          "color_temp_kelvin": None})}),
    (SHUTTER, 0, {"cover.kitchen_blind": ("opening", {"current_position": 70, "current_tilt_position": 50})}),
    (SHUTTER, 1, {"cover.kitchen_blind": ("closed", {"current_position": 0, "current_tilt_position": 100})}),
    (IFAN, 0, {"fan.bedroom_fan": ("on", {"percentage": 67})}),
    (IFAN, 1, {"light.bedroom_fan_light": ("on", {})}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "index", "expected"), MEANING)
def test_a_message_is_reported_in_the_words_of_the_house(name: str, index: int, expected: dict[str, object]):
    dialect, _ = house(name)
    topic, payload = message(name, index)
    assert dialect.wants(topic)
    assert reported(feed(dialect, topic, payload)) == expected


@pytest.mark.parametrize(
    ("name", "id", "service", "data", "expected"),
    [
        (RELAYS, "switch.relais2", "turn_on", {}, ("cmnd/cv-ruimte/Power3", "ON")),
        (PLUG, "switch.washer", "turn_off", {}, ("home/workshop_plug/cmnd/Power1", "OFF")),
        (STRIP, "light.shelf", "turn_on", {"brightness": 255}, ("cmnd/atomlite2/Dimmer", 100)),
        (STRIP, "light.shelf", "turn_on", {"brightness": 0}, ("cmnd/atomlite2/Power1", "OFF")),
        (STRIP, "light.shelf", "turn_on", {"rgb_color": (0, 128, 255)},
         ("cmnd/atomlite2/Backlog", "NoDelay;Power1 ON;NoDelay;Color2 0,128,255")),
        (STRIP, "light.shelf", "turn_on", {"brightness": 128, "transition": 3},
         ("cmnd/atomlite2/Backlog", "NoDelay;Fade2 1;NoDelay;Speed2 6;NoDelay;Dimmer 50")),
        (BULB, "light.hall_lamp", "turn_on", {"color_temp_kelvin": 4000, "brightness": 255},
         ("cmnd/hall_lamp/Backlog", "NoDelay;Dimmer 100;NoDelay;CT 250")),
        (BULB, "light.hall_lamp", "turn_on", {"effect": "Random"},
         ("cmnd/hall_lamp/Backlog", "NoDelay;Power1 ON;NoDelay;Scheme 4")),
        (SHUTTER, "cover.kitchen_blind", "open_cover", {}, ("cmnd/kitchen_blind/ShutterOpen1", "")),
        (SHUTTER, "cover.kitchen_blind", "stop_cover", {}, ("cmnd/kitchen_blind/ShutterStop1", "")),
        (SHUTTER, "cover.kitchen_blind", "set_cover_position", {"position": 70},
         ("cmnd/kitchen_blind/ShutterPosition1", 30)),
        (SHUTTER, "cover.kitchen_blind", "set_cover_tilt_position", {"tilt_position": 75},
         ("cmnd/kitchen_blind/ShutterTilt1", 45)),
        (IFAN, "fan.bedroom_fan", "set_percentage", {"percentage": 100}, ("cmnd/bedroom_fan/FanSpeed", 3)),
        (IFAN, "fan.bedroom_fan", "set_percentage", {"percentage": 1}, ("cmnd/bedroom_fan/FanSpeed", 1)),
        (IFAN, "fan.bedroom_fan", "turn_off", {}, ("cmnd/bedroom_fan/FanSpeed", 0)),
    ],
)  # fmt: skip
def test_a_call_becomes_one_command(
    name: str, id: str, service: str, data: dict[str, object], expected: tuple[str, object]
):
    dialect, entities = house(name)
    assert sent(dialect, entities[EntityId(id)], service, **data) == [expected]


@pytest.mark.parametrize(
    ("name", "id", "service", "data"),
    [
        (STRIP, "light.shelf", "turn_on", {"color_temp_kelvin": 3000}),
        (RELAYS, "switch.door", "open_cover", {}),
        (RELAYS, "binary_sensor.cv_ruimte_switch1", "turn_on", {}),
    ],
)
def test_what_a_device_cannot_do_is_refused(name: str, id: str, service: str, data: dict[str, object]):
    dialect, entities = house(name)
    with pytest.raises(CallError):
        sent(dialect, entities[EntityId(id)], service, **data)


def test_its_own_words_for_on_and_off_are_used():
    dialect, entities = house(RELAYS, state=["AUS", "EIN", "UM", "HALT"])
    assert sent(dialect, entities[EntityId("switch.door")], "turn_on") == [("cmnd/cv-ruimte/Power1", "EIN")]
    assert reported(feed(dialect, "stat/cv-ruimte/POWER1", "AUS")) == {"switch.door": ("off", {})}


def test_relays_are_lamps_where_the_owner_says_so():
    assert EntityId("light.door") in house(RELAYS, so={"30": 1})[1]


def test_a_lamp_split_in_two_has_two_brightnesses():
    dialect, entities = house(BULB, lk=0, rl=[2, 2], fn=["Colour", "White"])
    assert sent(dialect, entities[EntityId("light.colour")], "turn_on", rgb_color=(1, 2, 3)) == [
        ("cmnd/hall_lamp/Backlog", "NoDelay;Power1 ON;NoDelay;Color2 1,2,3=")
    ]
    assert sent(dialect, entities[EntityId("light.white")], "turn_on", brightness=255) == [
        ("cmnd/hall_lamp/Dimmer2", 100)
    ]


def test_channels_may_each_be_a_lamp():
    dialect, entities = house(STRIP, so={"68": 1}, rl=[2, 2, 2], fn=["R", "G", "B"])
    assert sent(dialect, entities[EntityId("light.g")], "turn_on", brightness=128) == [("cmnd/atomlite2/Channel2", 50)]


def test_the_last_will_says_whether_it_can_be_reached():
    dialect, _ = house(PLUG)
    assert Reachable(EntityId("switch.washer"), False) in feed(dialect, *message(PLUG, 0))
    assert Reachable(EntityId("switch.washer"), True) in feed(dialect, message(PLUG, 0)[0], "Online")


def test_a_device_that_sleeps_by_design_stays_reachable():
    dialect, _ = house(PLUG, dslp=1)
    assert feed(dialect, *message(PLUG, 0)) == []


def test_a_device_is_known_by_its_address():
    changes = feed(Tasmota(), "tasmota/discovery/AABBCC000002/config", config(PLUG))
    assert isinstance(changes[0], Appeared)
    assert changes[0].device is not None
    assert changes[0].device.identifiers == {"mac:aabbcc000002"}
    assert changes[0].device.model == "Nous A1T"


def test_an_announcement_taken_back_takes_the_entities_along():
    dialect, entities = house(PLUG)
    changes = feed(dialect, "tasmota/discovery/AABBCC000002/config", b"")
    assert {change.entity for change in changes if isinstance(change, Gone)} == set(entities)
    assert not dialect.wants("home/workshop_plug/tele/SENSOR")
    with pytest.raises(CallError):
        sent(dialect, entities[EntityId("switch.washer")], "turn_on")


def test_sensors_may_be_announced_first():
    dialect = Tasmota()
    place = "tasmota/discovery/AABBCC000002"
    assert feed(dialect, f"{place}/sensors", capture(f"tasmota/{PLUG}")["sensors"]) == ()
    assert "sensor.washer_energy_power" in appeared(feed(dialect, f"{place}/config", config(PLUG)))


def test_a_new_device_is_asked_for_its_state_once():
    dialect, _ = house(PLUG)
    asked = [read_back(question) for question in dialect.pending()]
    assert asked == [("home/workshop_plug/cmnd/STATE", ""), ("home/workshop_plug/cmnd/STATUS", 10)]
    assert dialect.pending() == []
    assert [read_back(question) for question in dialect.greet()] == asked


def test_an_announcement_that_comes_twice_is_still_asked_about():
    """Half of the Tasmota lamps stayed "unknown" after each start: sensors that said nothing new came next."""
    dialect = Tasmota()
    place = f"tasmota/discovery/{config(RELAYS)['mac']}/config"
    for _ in range(2):
        feed(dialect, place, config(RELAYS), retained=True)
    assert len(dialect.pending()) == 2


def test_results_count_each_and_telemetry_only_the_newest():
    dialect, _ = house(RELAYS)
    assert not dialect.newest_wins("stat/cv-ruimte/RESULT")
    assert dialect.newest_wins("tele/cv-ruimte/SENSOR")
    assert not dialect.wants("tele/cv-ruimte/INFO1")
    assert not dialect.wants("cmnd/cv-ruimte/Power1")


@pytest.mark.parametrize(
    "broken",
    [
        {"mac": "000000000000"},
        {"ft": "%topic%/"},
        {"ft": "%prefix%/#/"},
        {"tp": ["cmnd", "stat"]},
        {"tp": ["a", "a", "a"]},
        {"t": "+"},
        {"t": 7, "ft": None},
    ],
    ids=str,
)
def test_an_announcement_that_makes_no_sense_is_refused(broken: dict[str, object]):
    dialect = Tasmota()
    with pytest.raises(PayloadError):
        feed(dialect, "tasmota/discovery/AABBCC000002/config", {**config(PLUG), **broken})
    assert len(dialect.filters()) == 2


@pytest.mark.parametrize("payload", [b"\xff", b"{", b"[]", b'{"POWER":NaN}', b"1"])
def test_telemetry_that_makes_no_sense_is_refused(payload: bytes):
    dialect, _ = house(RELAYS)
    with pytest.raises(PayloadError):
        feed(dialect, "tele/cv-ruimte/STATE", payload)


_KEYS = st.sampled_from(
    ["POWER", "POWER1", "Dimmer", "Color", "HSBColor", "CT", "White", "Scheme", "Shutter1", "FanSpeed", "Switch1",
     "ENERGY", "StatusSNS", "StatusSTS", "DS18B20-1"]
)  # fmt: skip
_DIGITS = st.text("0123456789,aAfF\u0663\u00b2", max_size=12)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(_KEYS, ANY_JSON | _DIGITS), st.sampled_from(EVERY), st.sampled_from(["RESULT", "STATUS10"]))
def test_any_result_is_reported_or_ignored(told: dict[str, object], name: str, tail: str):
    dialect, entities = house(name)
    stat = next(wanted for wanted in dialect.filters() if wanted.endswith("/+"))
    for change in feed(dialect, stat[:-1] + tail, told):
        assert isinstance(change, Reported)
        assert change.entity in entities


_CONFIG_KEYS = st.sampled_from(["dn", "fn", "state", "rl", "swc", "swn", "so", "lt_st", "lk", "if", "sho", "sht"])


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(_CONFIG_KEYS, ANY_JSON | st.lists(st.integers(-9, 9))), ANY_JSON)
def test_any_announcement_of_the_right_shape_is_understood(more: dict[str, object], tree: object):
    dialect = Tasmota()
    place = "tasmota/discovery/AABBCC000002"
    feed(dialect, f"{place}/sensors", {"sn": {"ENERGY": tree, "A": {"B": tree}}})
    assert feed(dialect, f"{place}/config", {**config(PLUG), **more}) is not None
    feed(dialect, "home/workshop_plug/tele/SENSOR", {"ENERGY": tree, "A": {"B": tree}})


@given(st.binary(max_size=64), st.sampled_from(["AABBCC000002/config", "AABBCC000002/sensors", "x/config", "x"]))
def test_any_bytes_are_refused_or_harmless(payload: bytes, tail: str):
    try:
        Tasmota().receive(Received(f"tasmota/discovery/{tail}", payload, True, NOW))
    except PayloadError:
        return
