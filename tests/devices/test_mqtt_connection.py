"""What no real broker can be made to do, done by a few bytes: old versions, lost acknowledgements, nonsense."""

import asyncio
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from devices.home import Home
from devices.model import Call, EntityId
from devices.mqtt import Mqtt
from tests.devices.plain import AT, QUICK, Plain, eventually, running

LAMP = EntityId("light.lamp")
CONNECT, PUBLISH = 1, 3
V311, V5 = 4, 5


class Peer:
    """One client as the fake broker sees it: packets in, bytes out."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def packet(self) -> tuple[int, bytes]:
        """Return the next packet's type and body."""
        head = (await self._reader.readexactly(1))[0]
        size, shift = 0, 0
        while True:
            byte = (await self._reader.readexactly(1))[0]
            size |= (byte & 127) << shift
            shift += 7
            if not byte & 128:
                return head >> 4, await self._reader.readexactly(size)

    async def version(self) -> int:
        """Return the version of MQTT that the client's CONNECT asks for."""
        kind, body = await self.packet()
        assert kind == CONNECT
        return body[6]

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def publish(self, topic: str, payload: bytes) -> None:
        body = struct.pack("!H", len(topic)) + topic.encode() + b"\0" + payload
        self.send(bytes([PUBLISH << 4, len(body)]) + body)


Serve = Callable[[Peer], Awaitable[None]]
ACCEPT = {V311: b"\x20\x02\x00\x00", V5: b"\x20\x03\x00\x00\x00"}


@asynccontextmanager
async def fake_broker(serve: Serve) -> AsyncGenerator[Mqtt]:
    """Runs a bridge whose broker is ``serve``, called for each connection, which ends when it returns."""

    async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(Peer(reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.transport.abort()

    async with await asyncio.start_server(_serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        bridge = Mqtt(replace(QUICK, port=port), Home(), [Plain()], now=lambda: AT, jitter=lambda: 0.0)
        async with running(bridge):
            yield bridge


async def keep(peer: Peer) -> list[tuple[int, bytes]]:
    """Swallow what the client sends until it goes."""
    packets: list[tuple[int, bytes]] = []
    try:
        while True:
            packets.append(await peer.packet())
    except asyncio.IncompleteReadError:
        return packets


@pytest.mark.parametrize(
    "refusal",
    [b"\x20\x03\x00\x84\x00", b"\x20\x02\x00\x01", b""],
    ids=["MQTT 5's way", "the way of 3.1.1", "by hanging up"],
)
async def test_broker_that_does_not_speak_mqtt_5_is_spoken_to_in_3_1_1(refusal: bytes):
    versions: list[int] = []

    async def old(peer: Peer) -> None:
        versions.append(await peer.version())
        if versions[-1] == V5:
            peer.send(refusal)
            return
        peer.send(ACCEPT[V311])
        await keep(peer)

    async with fake_broker(old) as bridge:
        await eventually(lambda: bridge.health.connected)
        assert bridge.health.detail.endswith("with MQTT 3.1.1")
    assert versions == [V5, V311]


async def test_broker_that_was_only_starting_is_asked_for_mqtt_5_after_the_next_loss():
    """A container's port takes connections, and drops them, before the broker inside is up."""
    versions: list[int] = []

    async def starting(peer: Peer) -> None:
        versions.append(await peer.version())
        if len(versions) > 1:
            peer.send(ACCEPT[versions[-1]])
        if len(versions) > 2:
            await keep(peer)

    async with fake_broker(starting) as bridge:
        await eventually(lambda: bridge.health.connected and len(versions) == 3)
    assert versions == [V5, V311, V5]


async def test_broker_that_once_spoke_mqtt_5_is_never_spoken_to_in_3_1_1():
    versions: list[int] = []

    async def restarting(peer: Peer) -> None:
        versions.append(await peer.version())
        if len(versions) in (1, 4):
            peer.send(ACCEPT[V5])
        if len(versions) == 4:
            await keep(peer)

    async with fake_broker(restarting) as bridge:
        await eventually(lambda: bridge.health.connected and len(versions) == 4)
    assert versions == [V5] * 4


async def test_command_that_was_not_acknowledged_is_not_sent_again_after_reconnecting():
    """QoS 1 would deliver it late: the lamp goes on when nobody wants it any more."""
    sessions: list[list[bytes]] = []

    async def forgetful(peer: Peer) -> None:
        await peer.version()
        peer.send(ACCEPT[V5])
        commands: list[bytes] = []
        sessions.append(commands)
        peer.publish("plain/lamp/config", b"{}")
        while True:
            kind, body = await peer.packet()
            if kind == PUBLISH and b"plain/lamp/set" in body:
                commands.append(body)
                if len(sessions) == 1:
                    return

    async with fake_broker(forgetful) as bridge:
        await eventually(lambda: bridge.health.entities == 1)
        await bridge.call(Call(LAMP, "turn_on"))
        await eventually(lambda: len(sessions) == 2 and bridge.health.connected)
        await bridge.call(Call(LAMP, "turn_off"))
        await eventually(lambda: len(sessions[1]) > 0)
    assert [body[-2:] for body in sessions[0]] == [b"on"]
    assert [body[-3:] for body in sessions[1]] == [b"off"]


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\xff" * 64,
        b"\x30\x00",
        b"\x30\x05\x00\xff\x00\x00\x00",
        b"\x30\xff\xff\xff\xff\xff",
        b"\x40\x02\x00",
        b"\x90\x03\x00\x01\xff",
        b"\xe0\x01\x55",
        b"\x00\x00",
        b"\x20\x02\x00\x00",
        b"\xd0\x01\x00",
        b"\xf0\x00",
        bytes(range(256)),
    ],
    ids=lambda it: it[:4].hex(),
)
async def test_nonsense_from_the_broker_ends_the_connection_and_nothing_else(nonsense: bytes):
    sessions = 0

    async def mad(peer: Peer) -> None:
        nonlocal sessions
        sessions += 1
        await peer.version()
        peer.send(ACCEPT[V5])
        if sessions == 1:
            peer.send(nonsense)
            await asyncio.sleep(0.05)
            return
        await keep(peer)

    async with fake_broker(mad) as bridge:
        await eventually(lambda: sessions == 2 and bridge.health.connected)


async def test_topic_that_is_no_utf_8_is_counted():
    async def odd(peer: Peer) -> None:
        await peer.version()
        peer.send(ACCEPT[V5] + b"\x30\x06\x00\x02\xc3\x28\x00x")
        await keep(peer)

    async with fake_broker(odd) as bridge:
        await eventually(lambda: bridge.health.received == 1)
        assert bridge.health.connected
