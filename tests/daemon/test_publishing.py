"""Tests of `daemon.publishing`: what may be said over MQTT, and that no device is ever ordered that way."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from daemon.publishing import Publishing
from devices.dialects.commanding import Commands
from devices.dialects.discovery import Discovery
from devices.dialects.model import Received
from devices.home import Home
from devices.mqtt import Mqtt, MqttSettings
from skills.model import Cause, CauseId, Origin, Risk, Verdict
from skills.publishing import MqttPublish
from tests.broker import Mosquitto

AT = datetime(2026, 3, 1, tzinfo=UTC)
CAUSE = Cause(CauseId("c"), Origin.ROUTINE)
ROOTS = "hearth", "homeassistant", "zigbee2mqtt", "my/shelly"
EVERYTHING = ("#",)


def announced() -> Discovery:
    """Return what was announced: a lamp that takes commands on a topic that nobody would guess."""
    discovery = Discovery()
    told = {"name": "Lamp", "unique_id": "l", "command_topic": "garden/lamp", "state_topic": "garden/lamp/is"}
    dimmed = {**told, "brightness_command_topic": "garden/bright", "brightness_state_topic": "garden/bright/is"}
    topic = "homeassistant/light/lamp/config"
    discovery.receive(Received(topic, json.dumps(dimmed).encode(), retained=True, at=AT))
    return discovery


def publishing(*opened: str, mqtt: Mqtt | None = None) -> Publishing:
    return Publishing(mqtt, opened, Commands(ROOTS, announced().commands).takes)


@pytest.mark.parametrize(
    "topic",
    [
        *("zigbee2mqtt/Lock/set", "zigbee2mqtt/bridge/request/permit_join", "zigbee2mqtt", "cmnd/plug/POWER"),
        *("house/cmnd/plug/POWER", "shellies/plug/relay/0/command", "shellyplus1/rpc", "my/shelly/relay/0"),
        *("esp/switch/pump/command", "homie/door/lock/set", "zwave/7/lock/SET", "homeassistant/lock/x/config"),
        *("homeassistant/status", "hearth/ask", "$SYS/x", "garden/lamp", "garden/bright"),
    ],
)
def test_what_a_device_takes_for_an_order_is_not_sent_whatever_is_open(topic: str):
    why = publishing(*EVERYTHING).objection(topic)
    assert why is not None
    assert "devices take orders" in why


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("signs/door", None),
        ("signs/door/left", "is not open"),
        ("news/a/b", None),
        ("news", None),
        ("other", "is not open"),
        ("signs/+", "is no topic"),
        ("signs/\0", "is no topic"),
        ("settings/door", "is not open"),
        ("signs/settings", None),
    ],
)
def test_only_what_the_owner_has_opened_is_sent(topic: str, said: str | None):
    why = publishing("signs/+", "news/#").objection(topic)
    assert (why is None) is (said is None)
    assert (said or "") in (why or "")


def test_nothing_is_open_by_itself():
    assert publishing().objection("signs/door") is not None


@pytest.mark.parametrize(
    ("payload", "text"),
    [("on", "on"), (5, "5"), (2.5, "2.5"), (True, "true"), ({"a": [1]}, '{"a": [1]}'), (None, "")],
)
def test_what_a_template_came_to_is_sent_as_text(payload: object, text: str):
    assert MqttPublish.model_validate({"topic": "a", "payload": payload}).payload == text


async def test_without_a_broker_it_says_so():
    (effect,) = publishing(*EVERYTHING).effects()
    outcome = await effect.execute(MqttPublish(topic="signs/door"), CAUSE)
    assert (outcome.verdict, "mqtt.host" in outcome.detail) == (Verdict.FAILED, True)
    assert effect.risk(MqttPublish(topic="signs/door")) is Risk.CONSEQUENTIAL


@pytest.mark.mosquitto
@pytest.mark.parametrize("retain", [False, True])
async def test_a_message_arrives_at_the_broker(mosquitto: Mosquitto, retain: bool):
    """Whoever listens hears it; who comes later hears it only where it is to be kept."""
    mqtt = Mqtt(MqttSettings(host=mosquitto.host, port=mosquitto.port), Home(), [], now=lambda: AT)
    where = ["-h", mosquitto.host, "-p", str(mosquitto.port), "-t", "signs/door", "-C", "1", "-W", "5"]
    async with asyncio.TaskGroup() as group:
        task = group.create_task(mqtt.run())
        async with asyncio.timeout(10):
            while not mqtt.health.connected:
                await asyncio.sleep(0.01)
        (effect,) = publishing("signs/+", mqtt=mqtt).effects()
        wish = MqttPublish(topic="signs/door", payload="open", retain=retain)
        if retain:
            assert (await effect.execute(wish, CAUSE)).verdict is Verdict.DONE
        listener = await asyncio.create_subprocess_exec("mosquitto_sub", *where, stdout=asyncio.subprocess.PIPE)
        hearing = group.create_task(listener.communicate())
        while not retain and not hearing.done():
            # Again until it listens: what is not kept is heard only by who is there.
            await effect.execute(wish, CAUSE)
            await asyncio.sleep(0.05)
        heard, _ = await hearing
        assert b"open" in heard
        task.cancel()
