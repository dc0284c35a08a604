"""From a sentence on the control socket to the command on a subscriber's, through a real broker; start and memory."""

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from devices.simulation import simulated
from tests.broker import Mosquitto
from tests.process import Running, running

SIZES = (10, 200, 1_000)
COMMANDS = 300
SEED = 7


async def measure() -> dict[str, float]:
    """Return milliseconds from sentence to command at each size, start-up seconds and resident MiB."""
    found: dict[str, float] = {}
    for size in SIZES:
        found |= await _at(size)
    return found


async def _at(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(folder)
        broker.start()
        environment = {"HEARTH_MQTT__HOST": broker.host, "HEARTH_MQTT__PORT": str(broker.port)}
        try:
            async with (
                simulated(port=broker.port, lights=size, options=("--bare",)),
                running(folder / "state", environment=environment) as daemon,
            ):
                await daemon.entities(size)
                waits_ms = await _commands(daemon, broker, size)
                cpu_ms = 1000 * daemon.cpu_s
                again_ms = await _commands(daemon, broker, size)
                cpu_ms = (1000 * daemon.cpu_s - cpu_ms) / COMMANDS
                cuts = statistics.quantiles(waits_ms + again_ms, n=100)
                return {
                    f"text to command, {size} entities, p50 ms": cuts[49],
                    f"text to command, {size} entities, p95 ms": cuts[94],
                    f"text to command, {size} entities, p99 ms": cuts[98],
                    f"CPU per command, {size} entities, ms": cpu_ms,
                    f"start to READY, {size} entities, s": daemon.ready_after_s,
                    f"resident memory, {size} entities, MiB": daemon.resident_mib,
                }
        finally:
            broker.stop()


async def _commands(daemon: Running, broker: Mosquitto, size: int) -> list[float]:
    """Say `COMMANDS` sentences, one after the other, and return how long each took to arrive as a command."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[float] = asyncio.Queue(COMMANDS)

    def on_message(client: Client, data: object, message: MQTTMessage) -> None:
        del client, data, message
        loop.call_soon_threadsafe(arrived.put_nowait, time.perf_counter())

    listener = Client(CallbackAPIVersion.VERSION2)
    listener.on_message = on_message
    listener.connect(broker.host, broker.port)
    listener.subscribe("bench/+/set")
    listener.loop_start()
    choose = random.Random(SEED)
    waits_ms: list[float] = []
    try:
        for turn in range(COMMANDS):
            lamp = choose.randint(1, size)
            began = time.perf_counter()
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                group.create_task(daemon.ask("ask", text=f"turn {'on' if turn % 2 else 'off'} bench lamp {lamp}"))
                waits_ms.append(1000 * (await arrived.get() - began))
    finally:
        listener.disconnect()
        listener.loop_stop()
    return waits_ms
