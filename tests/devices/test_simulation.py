"""The simulated house as a process: ready, obeying by hand, dropping its connections, ending."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiomqtt
import pytest

from devices.simulation import SimulationError, simulated
from tests.broker import Mosquitto, free_port

pytestmark = pytest.mark.system
DEADLINE_S = 20.0


@asynccontextmanager
async def listening(port: int, *filters: str) -> AsyncGenerator[aiomqtt.Client]:
    async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V311) as client:
        for one in filters:
            await client.subscribe(one, qos=1)
        yield client


async def heard(client: aiomqtt.Client, topic: str, words: str) -> None:
    """Return once this was said on the topic."""
    async with asyncio.timeout(DEADLINE_S):
        async for message in client.messages:
            if str(message.topic) == topic and words in str(message.payload):
                return


async def test_house_brings_its_own_broker():
    async with simulated(pace=0.05) as house, listening(house.port, "zigbee2mqtt/#") as client:
        await client.publish("zigbee2mqtt/Kitchen Light/set", '{"state":"ON"}')
        await heard(client, "zigbee2mqtt/Kitchen Light", '"state":"ON"')
        assert house.devices > 40


async def test_device_without_power_is_told_by_its_last_will():
    async with simulated(pace=0.05) as house, listening(house.port, "tele/+/LWT") as client:
        await heard(client, "tele/tasmota_0B3006/LWT", "Offline")
        await house.tell("Hallway Lamp", "offline")
        await heard(client, "tele/tasmota_0B3002/LWT", "Offline")
        await house.tell("Hallway Lamp", "online")
        await heard(client, "tele/tasmota_0B3002/LWT", "Online")


async def test_switch_on_the_wall_and_the_weather_are_told():
    async with simulated(pace=0.05) as house, listening(house.port, "stat/#", "home/#") as client:
        await house.tell("Coffee Machine", "press")
        await heard(client, "stat/tasmota_0B3001/POWER", "OFF")
        await house.tell("Weather Station", "set", value=-3.5)
        await heard(client, "home/weather_station/temperature/state", "-3.5")


@pytest.mark.parametrize(("device", "do"), [("Nobody", "press"), ("Kitchen Light", "explode")])
async def test_order_that_makes_no_sense_is_refused_by_name(device: str, do: str):
    async with simulated(pace=0.05) as house:
        with pytest.raises(SimulationError, match=device if device == "Nobody" else do):
            await house.tell(device, do)


async def test_bench_lights_are_added_and_switch():
    async with simulated(lights=30, options=("--bare",)) as house, listening(house.port, "bench/#") as client:
        await client.publish("bench/30/set", '{"state":"ON"}')
        await heard(client, "bench/30/state", '"state":"ON"')


@pytest.mark.mosquitto
async def test_devices_come_back_after_the_broker_was_killed(mosquitto: Mosquitto):
    async with simulated(port=mosquitto.port, pace=0.05):
        mosquitto.kill()
        mosquitto.start()
        async with listening(mosquitto.port, "tele/tasmota_0B3001/LWT") as client:
            await heard(client, "tele/tasmota_0B3001/LWT", "Online")


async def test_child_ends_with_its_parent():
    async with simulated(options=("--bare",)) as house:
        assert house.process.stdin is not None
        house.process.stdin.close()
        async with asyncio.timeout(DEADLINE_S):
            assert await house.process.wait() == 0


async def test_missing_broker_is_named_at_once_and_the_child_ends():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "devices.simulation", "--port", str(free_port()), "--patience", "0.2",
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, words = await process.communicate()
    assert process.returncode == 69
    assert b"no answer from a broker at 127.0.0.1" in words


async def test_child_says_nothing_but_json_and_ends_cleanly_on_sigterm():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "-m", "devices.simulation", "--broker", "0",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    ready = json.loads(await process.stdout.readline())
    process.terminate()
    rest, errors = await process.communicate()
    assert (ready["ready"], rest, errors, process.returncode) == (True, b"", b"", 0)


async def test_embedded_broker_refuses_the_newer_mqtt_at_once_also_with_a_last_will():
    """The bridge tries MQTT 5 first; amqtt alone would leave it waiting until its deadline."""
    will = aiomqtt.Will("somewhere", b"gone", qos=1, retain=True)
    async with simulated(options=("--bare",)) as house:
        newer = aiomqtt.Client("127.0.0.1", house.port, protocol=aiomqtt.ProtocolVersion.V5, will=will, timeout=5)
        with pytest.raises(aiomqtt.MqttError, match=r"(?i)version"):
            await newer.__aenter__()


async def test_embedded_broker_outlives_rubbish_and_speaks_to_the_next():
    async with simulated(pace=0.05) as house:
        _, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(b"\x10\xff\xff\xff\xff\xff\xff GET / HTTP/1.1\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        async with listening(house.port, "tele/+/LWT") as client:
            await heard(client, "tele/tasmota_0B3001/LWT", "Online")
