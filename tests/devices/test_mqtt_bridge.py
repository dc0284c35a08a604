import asyncio
import hashlib
import socket
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.dialects.model import Message
from devices.home import Home
from devices.model import BridgeError, Call, CallError, Entity, EntityId
from devices.mqtt import Mqtt
from tests.broker import Mosquitto, Wire, free_port
from tests.conftest import BrokerFactory
from tests.devices.plain import AT, QUICK, Plain, bridged, eventually, next_message, peer, running, state_of

pytestmark = pytest.mark.mosquitto

LAMP = EntityId("light.lamp")


async def test_call_reaches_the_device_and_its_report_the_house(mosquitto: Mosquitto):
    home = Home()
    async with bridged(mosquitto, home=home) as bridge, peer(mosquitto, "plain/lamp/set") as device:
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: home.entity(LAMP) is not None)
        await bridge.call(Call(LAMP, "turn_on"))
        command = await next_message(device)
        await device.publish("plain/lamp/state", b'"on"')
        await state_of(home, "lamp", "on")
    assert (command.payload, command.retain, command.qos) == (b"on", False, 1)


async def test_command_expires_where_the_broker_speaks_mqtt_5(mosquitto: Mosquitto):
    home = Home()
    async with bridged(mosquitto, home=home) as bridge, peer(mosquitto, "plain/lamp/set") as device:
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: home.entity(LAMP) is not None)
        await bridge.call(Call(LAMP, "turn_on"))
        command = await next_message(device)
    assert 0 < getattr(command.properties, "MessageExpiryInterval", 0) <= 10


async def test_status_says_online_and_offline_retained(mosquitto: Mosquitto):
    async with peer(mosquitto, "hearth/status") as listener:
        async with bridged(mosquitto):
            birth = await next_message(listener)
        farewell = await next_message(listener)
    async with peer(mosquitto, "hearth/status") as late:
        kept = await next_message(late)
    assert [birth.payload, farewell.payload] == [b"online", b"offline"]
    assert (kept.payload, kept.retain) == (b"offline", True)


async def test_last_will_says_offline_when_we_vanish(mosquitto: Mosquitto):
    async with peer(mosquitto, "hearth/status") as listener, Wire(mosquitto) as wire, bridged(wire):
        await next_message(listener)
        wire.cut()
        assert (await next_message(listener)).payload == b"offline"
        assert (await next_message(listener)).payload == b"online"


async def test_dialects_greet_after_subscribing(mosquitto: Mosquitto):
    async with peer(mosquitto, "plain/all/devices/ask") as device, bridged(mosquitto) as bridge:
        await next_message(device)
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: bridge.health.entities == 1)


async def test_subscriptions_follow_what_a_dialect_wants(mosquitto: Mosquitto):
    class Curious(Plain):
        def filters(self) -> frozenset[str]:
            known = {one.topic.split("/")[1] for one in self.read if one.topic.endswith("/config")}
            return frozenset({"plain/+/config"} | {f"plain/{one}/state" for one in known - {"other"}})

    dialect, home = Curious(), Home()
    async with peer(mosquitto) as device, bridged(mosquitto, dialect, home=home):
        await device.publish("plain/lamp/state", b'"on"', retain=True)
        await device.publish("plain/other/state", b'"on"', retain=True)
        await device.publish("plain/other/config", b"{}")
        await device.publish("plain/lamp/config", b"{}")
        await state_of(home, "lamp", "on")
    assert not [one for one in dialect.read if one.topic == "plain/other/state"]


async def test_dialect_that_learns_of_a_topic_late_is_given_what_the_broker_has_kept(mosquitto: Mosquitto):
    class Late(Plain):
        def filters(self) -> frozenset[str]:
            return frozenset({"late/+/config"} | ({"plain/lamp/state"} if self.read else set()))

        def wants(self, topic: str) -> bool:
            return topic == "late/lamp/config" or (bool(self.read) and topic == "plain/lamp/state")

    early, late = Plain("early", filters=frozenset({"plain/lamp/state"})), Late("late")
    async with peer(mosquitto) as device:
        await device.publish("plain/lamp/state", b'"on"', retain=True, qos=1)
        async with bridged(mosquitto, early, late):
            await eventually(lambda: len(early.read) == 1)
            await device.publish("late/lamp/config", b"{}", qos=1)
            await eventually(lambda: len(late.read) == 2)
    assert late.read[1].payload == b'"on"'


async def test_message_that_two_filters_match_is_read_once(mosquitto: Mosquitto):
    one, other = (
        Plain("one", filters=frozenset({"plain/+/event"})),
        Plain("other", filters=frozenset({"plain/a/event"})),
    )
    async with peer(mosquitto) as device, bridged(mosquitto, one, other):
        for press in (b"1", b"2"):
            await device.publish("plain/a/event", press, qos=1)
        await eventually(lambda: len(one.read) >= 2)
    assert [message.payload for message in one.read] == [b"1", b"2"]


async def test_call_without_a_broker_fails_at_once_and_is_not_kept(mosquitto: Mosquitto):
    home = Home()
    async with peer(mosquitto) as device, bridged(mosquitto, home=home) as bridge:
        await device.publish("plain/lamp/config", b"{}", retain=True)
        await eventually(lambda: home.entity(LAMP) is not None)
        mosquitto.kill()
        await eventually(lambda: not bridge.health.connected)
        with pytest.raises(BridgeError, match="not connected"):
            await bridge.call(Call(LAMP, "turn_on"))
        mosquitto.start()
        async with peer(mosquitto, "plain/#") as later:
            await eventually(lambda: bridge.health.connected)
            await bridge.call(Call(LAMP, "turn_off"))
            heard = await next_message(later)
            while heard.topic.value != "plain/lamp/set":
                heard = await next_message(later)
    assert heard.payload == b"off"


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (Call(EntityId("light.nowhere"), "turn_on"), "is not reached over MQTT"),
        (Call(LAMP, "explode"), "cannot 'explode'"),
    ],
)
async def test_senseless_call_is_a_mistake_of_the_caller(mosquitto: Mosquitto, call: Call, error: str):
    home = Home()
    async with peer(mosquitto) as device, bridged(mosquitto, home=home) as bridge:
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: home.entity(LAMP) is not None)
        with pytest.raises(CallError, match=error):
            await bridge.call(call)


async def test_topic_for_which_a_broker_hangs_up_is_not_sent(mosquitto: Mosquitto):
    class Careless(Plain):
        def encode(self, call: Call, entity: Entity) -> list[Message]:
            return [replace(message, topic=message.topic + "\0") for message in super().encode(call, entity)]

    home = Home()
    async with peer(mosquitto) as device, bridged(mosquitto, Careless(), home=home) as bridge:
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: home.entity(LAMP) is not None)
        with pytest.raises(BridgeError, match="no topic"):
            await bridge.call(Call(LAMP, "turn_on"))
        assert bridge.health.connected


PASSWORDS = "listener {{port}} 127.0.0.1\nallow_anonymous false\npassword_file {file}\n"


@pytest.fixture
def guarded(tmp_path: Path, mosquitto_with: BrokerFactory) -> Mosquitto:
    """A broker that lets in alice with the password ``sesame``, hashed as mosquitto_passwd 2.0 does."""
    salt = b"twelve bytes"
    digest = hashlib.pbkdf2_hmac("sha512", b"sesame", salt, 101)
    hashed = f"$7$101${b64encode(salt).decode()}${b64encode(digest).decode()}"
    passwords = tmp_path / "passwords"
    passwords.write_text(f"alice:{hashed}\n")
    return mosquitto_with(PASSWORDS.format(file=passwords))


async def test_right_password_lets_us_in(guarded: Mosquitto):
    async with bridged(guarded, settings=replace(QUICK, username="alice", password="sesame")) as bridge:
        assert bridge.health.connected


@pytest.mark.parametrize("credentials", [("alice", "wrong"), ("bob", "sesame"), (None, None)])
async def test_wrong_credentials_are_named_and_not_tried_again_soon(
    guarded: Mosquitto, credentials: tuple[str | None, str | None]
):
    username, password = credentials
    settings = replace(QUICK, port=guarded.port, username=username, password=password, longest_wait_s=60.0)
    bridge = Mqtt(settings, Home(), [Plain()], now=lambda: AT, jitter=lambda: 0.0)
    async with running(bridge):
        await eventually(lambda: "refuses" in bridge.health.detail)
        assert not bridge.health.connected
        assert "check user name, password" in bridge.health.detail
        assert "sesame" not in bridge.health.detail


async def test_broker_that_is_not_there_is_named():
    bridge = Mqtt(replace(QUICK, port=free_port()), Home(), [Plain()], now=lambda: AT, jitter=lambda: 0.0)
    async with running(bridge):
        await eventually(lambda: "Connection refused" in bridge.health.detail)


async def test_bridge_runs_again_after_it_was_cancelled(mosquitto: Mosquitto):
    bridge = Mqtt(replace(QUICK, port=mosquitto.port), Home(), [Plain()], now=lambda: AT)
    for _ in range(2):
        async with running(bridge):
            await eventually(lambda: bridge.health.connected)
        assert not bridge.health.connected


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


async def test_broker_that_never_answers_is_named(mute: int):
    bridge = Mqtt(replace(QUICK, port=mute, connect_timeout_s=0.2), Home(), [Plain()], now=lambda: AT)
    async with running(bridge):
        await eventually(lambda: "no answer within 0.2 s" in bridge.health.detail)


async def test_cancelling_while_the_broker_keeps_us_waiting_ends_at_once(mute: int):
    bridge = Mqtt(replace(QUICK, port=mute, connect_timeout_s=60), Home(), [Plain()], now=lambda: AT)
    async with asyncio.timeout(10), running(bridge):
        await asyncio.sleep(0.1)
