import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.dialects.discovery import Discovery
from devices.dialects.discovery.abbreviations import DEVICE_KEYS, KEYS
from devices.dialects.discovery.platforms import BUILDERS
from devices.dialects.model import Appeared, Received
from devices.model import Call, CallError, Entity, PayloadError
from devices.services import SERVICES
from tests.devices.dialects.discovery import AT, CAPTURES, Announced

TOPICS = st.sampled_from(["s", "s/2", "c", "a/+/b", "", "#", "$SYS/x", "~/x"])
TEMPLATES = st.sampled_from(["{{ value_json.state }}", "{{ value }}", "{{ value | float }}", "{{ value_json", "ON"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)
LONG = sorted({*KEYS.values(), "brightness", "schema", "~", "platform", "name", "modes", "tilt_min", "effect"})


def sensible(key: str) -> st.SearchStrategy[Any]:
    if key.endswith("topic"):
        return TOPICS
    if key.endswith("template"):
        return TEMPLATES
    return st.sampled_from([True, "json", "template", 1, 255, ["a", "rgb", "xy", "color_temp"], "F", "ON"])


CONFIGS = st.lists(st.sampled_from([*LONG, *KEYS]), max_size=25, unique=True).flatmap(
    lambda keys: st.fixed_dictionaries(
        {key: st.one_of(sensible(KEYS.get(key, key)), sensible(KEYS.get(key, key)), ANYTHING) for key in keys}
    )
)
STATES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [b"ON", b"OFF", b"50", b"-1", b"1e999", b"NaN", b"null", b"None", b"[]", b"1,2,3", b"\xff", b"online"]
    ),
    st.dictionaries(
        st.sampled_from(["state", "brightness", "color", "color_temp", "position", "battery_level", "event_type"]),
        st.one_of(SCALARS, st.fixed_dictionaries({"r": SCALARS, "g": SCALARS, "b": SCALARS, "x": SCALARS})),
    ).map(lambda value: json.dumps(value).encode()),
)


def entities_of(dialect: Discovery, topic: str, payload: bytes) -> list[Entity]:
    try:
        changes = dialect.receive(Received(topic, payload, retained=False, at=AT))
    except PayloadError:
        return []
    return [change.entity for change in changes if isinstance(change, Appeared)]


@settings(max_examples=150)
@given(st.sampled_from(sorted(BUILDERS)), CONFIGS, st.lists(STATES, max_size=4))
def test_any_configuration_and_any_state_is_understood_or_refused(platform: str, config: object, states: list[bytes]):
    dialect = Discovery()
    entities = entities_of(dialect, f"homeassistant/{platform}/x/config", json.dumps(config).encode())
    for topic in ("s", "s/2", "a/1/b"):
        for state in states:
            if dialect.wants(topic):
                entities_of(dialect, topic, state)
    for entity in entities:
        for domain, service in SERVICES:
            if domain == entity.domain:
                try:
                    dialect.encode(Call(entity.id, service, {}), entity)
                except CallError:
                    pass


@settings(max_examples=100)
@given(st.binary(max_size=80) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_any_payload_on_a_configuration_topic_is_understood_or_refused(payload: bytes):
    dialect = Discovery()
    for topic in ("homeassistant/light/x/config", "homeassistant/device/x/config", "homeassistant/status"):
        entities_of(dialect, topic, payload)


@settings(max_examples=60)
@given(
    st.fixed_dictionaries(
        {
            "dev": st.dictionaries(st.sampled_from(sorted(DEVICE_KEYS)), ANYTHING) | ANYTHING,
            "o": ANYTHING | st.just({"name": "x"}),
            "cmps": st.dictionaries(st.text(max_size=3), CONFIGS | ANYTHING, max_size=3) | ANYTHING,
        }
    )
)
def test_any_device_is_understood_or_refused(config: object):
    entities_of(Discovery(), "homeassistant/device/x/config", json.dumps(config).encode())


RUBBISH = [
    b"\xff\xfe",
    b"NaN",
    b'{"state": NaN, "brightness": Infinity}',
    b'{"state": "ON", "brightness": 1e999}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"state": "' + b"x" * 1_000_000 + b'"}',
    b"1" * 10_000,
    b'{"brightness": ' + b"9" * 5_000 + b"}",
    b'{"state": "\\ud800"}',
    b"\x00",
]


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda data: data[:12].decode(errors="replace"))
@pytest.mark.parametrize("capture", ["esphome_rgbct-light_2026.8", "zigbee2mqtt_sonoff-trvzb_2.12.1"])
def test_rubbish_is_counted_and_changes_nothing(capture: str, rubbish: bytes):
    config = json.loads((CAPTURES / f"{capture}.json").read_text())["config"]
    announced = Announced()
    announced.hear(config["topic"], config["payload"])
    topic = config["payload"].get("stat_t") or config["payload"]["mode_state_topic"]
    with pytest.raises(PayloadError, match=topic):
        announced.hear(topic, rubbish)
    with pytest.raises(PayloadError):
        Announced().hear(config["topic"], rubbish)


def test_three_thousand_announcements_of_one_name_all_get_an_id():
    announced = Announced()
    for number in range(3_000):
        announced.announce("switch", {"name": "Plug", "command_topic": f"c/{number}"}, f"x{number}")
    assert len(announced.entities) == 3_000
