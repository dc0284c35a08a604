"""Rows 6 to 9 of the faults: commands from the past, thousands of descriptions, floods, and payloads that are none."""

import asyncio
import json
from dataclasses import replace

import pytest

from devices.home import Home
from devices.model import EntityId
from tests.bench.flood import connect, packets
from tests.broker import Mosquitto
from tests.devices.plain import QUICK, Plain, bridged, eventually, next_message, peer, state_of

pytestmark = pytest.mark.mosquitto

LAMP = EntityId("light.lamp")

RUBBISH = {
    "a megabyte": b'"' + b"x" * 1_000_000 + b'"',
    "more than any dialect reads": b'"' + b"x" * 9_000_000 + b'"',
    "NaN": b"NaN",
    "invalid UTF-8": b'"\xff\xfe"',
    "half a document": b'{"state":',
    "deep JSON": b"[" * 100_000,
    "no JSON": b"ON",
    "one that the dialect stumbles over": b'"boom"',
}


@pytest.mark.parametrize("payload", RUBBISH.values(), ids=RUBBISH.keys())
async def test_rubbish_is_counted_and_the_next_message_is_read(mosquitto: Mosquitto, payload: bytes):
    home = Home()
    async with bridged(mosquitto, home=home) as bridge, peer(mosquitto) as device:
        await device.publish("plain/lamp/config", b"{}")
        await device.publish("plain/lamp/state", b'"on"')
        await state_of(home, "lamp", "on")
        await device.publish("plain/lamp/state", payload)
        await eventually(lambda: sum(bridge.health.rejected.values()) == 1)
        await device.publish("plain/lamp/state", b'"off"')
        await state_of(home, "lamp", "off")
        assert bridge.health.reconnects == 0


async def test_payload_far_too_large_is_not_even_sent_to_us(mosquitto: Mosquitto):
    dialect, home = Plain(), Home()
    async with bridged(mosquitto, dialect, home=home) as bridge, peer(mosquitto) as device:
        await device.publish("plain/lamp/event", b"x" * 20_000_000)
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: home.entity(LAMP) is not None)
        assert (bridge.health.received, bridge.health.reconnects) == (1, 0)


async def test_rubbish_is_logged_once_for_a_topic_and_never_whole(
    mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
):
    async with bridged(mosquitto) as bridge, peer(mosquitto) as device:
        for number in range(5):
            await device.publish("plain/lamp/event", b"secret " * 1000 + b"%d" % number)
        await eventually(lambda: bridge.health.rejected.get("plain") == 5)
    lines = [record.getMessage() for record in caplog.records if "plain/lamp/event" in record.getMessage()]
    assert len(lines) == 1
    assert len(lines[0]) < 500


async def test_filter_for_which_a_broker_hangs_up_is_counted_and_left_out(mosquitto: Mosquitto):
    """A stranger's description names a state topic that is none; subscribing to it would end every connection."""
    filters = frozenset({"plain/+/+", "plain/#/state", "#", "", "x" * 70_000, "a/\0", "/".join("a" * 300)})
    async with bridged(mosquitto, Plain(filters=filters)) as bridge, peer(mosquitto) as device:
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: bridge.health.entities == 1)
        assert bridge.health.rejected["plain"] == len(filters) - 1
        assert bridge.health.reconnects == 0


async def test_retained_message_on_our_own_topics_is_a_command_from_the_past(mosquitto: Mosquitto):
    ours = Plain(prefix="hearth")
    async with peer(mosquitto) as someone:
        await someone.publish("hearth/lamp/state", b'"on"', retain=True, qos=1)
        async with bridged(mosquitto, ours) as bridge:
            await someone.publish("hearth/lamp/state", b'"off"', qos=1)
            await eventually(lambda: len(ours.read) == 1)
            assert bridge.health.dropped >= 1
    assert [(one.payload, one.retained) for one in ours.read] == [(b'"off"', False)]


async def test_dialect_is_told_what_was_retained(mosquitto: Mosquitto):
    dialect = Plain()
    async with peer(mosquitto) as someone:
        await someone.publish("plain/lamp/config", b"{}", retain=True, qos=1)
        async with bridged(mosquitto, dialect):
            await someone.publish("plain/lamp/state", b"1", retain=True, qos=1)
            await eventually(lambda: len(dialect.read) == 2)
    assert [one.retained for one in dialect.read] == [True, False]


async def test_three_thousand_retained_descriptions_are_all_read(mosquitto: Mosquitto):
    config = json.dumps({"identifiers": [], "padding": "x" * 800}).encode()
    with connect(mosquitto.port, "publisher") as publisher:
        described = packets([(f"plain/l{number}/config", config) for number in range(3000)], retained=True)
        await asyncio.to_thread(publisher.sendall, described)
        async with peer(mosquitto, "plain/l2999/config") as last, bridged(mosquitto) as bridge:
            await next_message(last)
            await eventually(lambda: bridge.health.entities == 3000)
            assert bridge.health.dropped == 0


async def test_flood_leaves_the_newest_state_of_each(mosquitto: Mosquitto):
    home = Home()
    async with bridged(mosquitto, home=home) as bridge:
        with connect(mosquitto.port, "publisher") as publisher:
            publisher.sendall(packets([(f"plain/{name}/config", b"{}") for name in "ab"]))
            await eventually(lambda: bridge.health.entities == 2)
            for start in range(0, 8000, 500):
                states = [(f"plain/{'ab'[n % 2]}/state", b'"%d"' % n) for n in range(start, start + 500)]
                await asyncio.to_thread(publisher.sendall, packets(states))
        await state_of(home, "a", "7998")
        await state_of(home, "b", "7999")
        health = bridge.health
    assert health.applied + health.coalesced + health.dropped == health.received


async def test_inbox_is_bounded_where_each_message_counts(mosquitto: Mosquitto):
    settings = replace(QUICK, max_waiting=3)
    presses = packets([("plain/button/event", b'"pressed"')] * 900)
    async with bridged(mosquitto, settings=settings) as bridge:
        with connect(mosquitto.port, "publisher") as publisher:
            await asyncio.to_thread(publisher.sendall, presses)
            await eventually(lambda: bridge.health.applied + bridge.health.dropped == 900)
    assert bridge.health.dropped > 0
