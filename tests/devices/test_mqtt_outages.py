"""Rows 1 to 5 of the faults: the broker dies, hangs, falls silent; somebody else has our name; messages come twice."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import aiomqtt
import pytest

from devices.home import Home
from devices.model import BridgeError, Call, EntityId
from devices.mqtt import Mqtt
from tests.broker import Mosquitto, Wire
from tests.devices.plain import AT, DEADLINE_S, QUICK, Plain, bridged, eventually, next_message, peer, running, state_of

pytestmark = pytest.mark.mosquitto

LAMP = EntityId("light.lamp")


async def test_killed_broker_is_noticed_and_everything_is_back_after_its_restart(mosquitto: Mosquitto):
    home = Home()
    async with bridged(mosquitto, home=home) as bridge:
        async with peer(mosquitto) as device:
            await device.publish("plain/lamp/config", b"{}")
            await device.publish("plain/lamp/state", b'"on"')
            await state_of(home, "lamp", "on")
            mosquitto.kill()
            gone = await home.wait_until(LAMP, lambda state: not state.available, timeout_s=DEADLINE_S)
            with suppress(aiomqtt.MqttError):
                await device.publish("plain/lamp/state", b'"off"')
        assert gone is not None
        assert gone.value == "on"
        mosquitto.start()
        async with peer(mosquitto, "hearth/status") as device:
            assert (await next_message(device)).payload == b"online"
            await device.publish("plain/lamp/state", b'"off"')
            await state_of(home, "lamp", "off")
        assert bridge.health.reconnects == 1


async def test_what_a_restarted_broker_has_forgotten_stays_as_unreachable(mosquitto: Mosquitto):
    home = Home()
    async with bridged(mosquitto, home=home) as bridge:
        async with peer(mosquitto) as device:
            await device.publish("plain/lamp/config", b"{}", retain=True)
            await device.publish("plain/ghost/config", b"{}", retain=True)
            await eventually(lambda: len(home.entities()) == 2)
        mosquitto.kill()
        await eventually(lambda: not bridge.health.connected)
        mosquitto.start()
        async with peer(mosquitto) as device:
            await device.publish("plain/lamp/config", b"{}", retain=True)
            assert await home.wait_until(LAMP, lambda state: state.available, timeout_s=DEADLINE_S)
        ghost = home.state(EntityId("light.ghost"))
    assert ghost is not None
    assert not ghost.available


async def test_frozen_broker_is_noticed_and_greeted_when_it_wakes(mosquitto: Mosquitto):
    home = Home()
    async with bridged(mosquitto, home=home) as bridge:
        async with peer(mosquitto) as device:
            await device.publish("plain/lamp/config", b"{}", retain=True)
            await eventually(lambda: home.entity(LAMP) is not None)
        mosquitto.freeze()
        assert await home.wait_until(LAMP, lambda state: not state.available, timeout_s=DEADLINE_S)
        assert not bridge.health.connected
        mosquitto.thaw()
        assert await home.wait_until(LAMP, lambda state: state.available, timeout_s=DEADLINE_S)


async def test_held_wire_is_noticed_and_mended(mosquitto: Mosquitto):
    """Half open: a router forgot the connection, and neither end hears of it."""
    async with Wire(mosquitto) as wire, bridged(wire) as bridge:
        wire.hold()
        await eventually(lambda: "cannot be reached" in bridge.health.detail or "is gone" in bridge.health.detail)
        assert not bridge.health.connected
        wire.release()
        await eventually(lambda: bridge.health.connected)


async def test_broker_that_acknowledges_nothing_is_given_no_more_commands(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("devices.mqtt.connection.SILENCE_S", 0.2)
    home = Home()
    patient = replace(QUICK, keepalive_s=30)
    async with bridged(mosquitto, home=home, settings=patient) as bridge, peer(mosquitto) as device:
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: home.entity(LAMP) is not None)
        mosquitto.freeze()
        await bridge.call(Call(LAMP, "turn_on"))
        await eventually(lambda: "acknowledges none" in bridge.health.detail)
        with pytest.raises(BridgeError, match="not acknowledged"):
            await bridge.call(Call(LAMP, "turn_off"))
        mosquitto.thaw()


async def test_broker_that_acknowledges_nothing_is_given_up_once_a_command_would_be_late(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("devices.mqtt.connection.EXPIRY_S", 1)
    home = Home()
    patient = replace(QUICK, keepalive_s=60)
    async with bridged(mosquitto, home=home, settings=patient) as bridge, peer(mosquitto) as device:
        await device.publish("plain/lamp/config", b"{}")
        await eventually(lambda: home.entity(LAMP) is not None)
        mosquitto.freeze()
        await bridge.call(Call(LAMP, "turn_on"))
        await eventually(lambda: not bridge.health.connected)
        mosquitto.thaw()


async def test_two_with_one_client_id_slow_down_and_say_so(mosquitto: Mosquitto):
    settings = replace(QUICK, port=mosquitto.port, client_id="twin")
    twins = [Mqtt(settings, Home(), [Plain()], now=lambda: AT, jitter=lambda: 0.0) for _ in range(2)]
    async with running(twins[0]), running(twins[1]):
        for twin in twins:
            await eventually(lambda twin=twin: "another client uses the client id 'twin'" in twin.health.detail)
    assert all(twin.health.reconnects >= 2 for twin in twins)


async def test_message_that_a_device_sends_twice_changes_nothing_twice(mosquitto: Mosquitto):
    home = Home()
    async with bridged(mosquitto, home=home), peer(mosquitto) as device:
        for payload in (b'"on"', b'"on"'):
            await device.publish("plain/lamp/config", b"{}", qos=1)
            await device.publish("plain/lamp/state", payload, qos=1)
        await state_of(home, "lamp", "on")
    assert len(home.entities()) == 1


async def test_cancelling_while_the_broker_hangs_ends_soon(mosquitto: Mosquitto):
    async with asyncio.timeout(10), bridged(mosquitto):
        mosquitto.freeze()
    mosquitto.thaw()
