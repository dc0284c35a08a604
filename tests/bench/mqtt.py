"""How fast the MQTT bridge is with a real Mosquitto and real dialects, and how long it ever holds up the event loop.

``python -m tests.bench.mqtt`` prints the figures.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from devices.dialects.discovery import Discovery
from devices.dialects.zigbee2mqtt import Zigbee2Mqtt
from devices.home import Home
from devices.model import Call
from devices.mqtt import Mqtt, MqttSettings
from tests.bench.flood import TOPICS, connect, packets
from tests.broker import Mosquitto

RATE_HZ = 10_000
FLOOD_S = 4.0
CALLS = 500
FLOOD_CALLS = 200
DESCRIPTIONS = 3_000
FLOODED = f"flood of {RATE_HZ}/s"
DESCRIBED = f"{DESCRIPTIONS} discoveries"
DEADLINE_S = 60.0
ROOT = Path(__file__).parents[2]
LAMP_EXPOSES = [
    {
        "type": "light",
        "features": [
            {"type": "binary", "name": "state", "property": "state", "access": 7, "value_on": "ON", "value_off": "OFF"},
            {"type": "numeric", "name": "brightness", "property": "brightness", "access": 7, "value_max": 254},
            {"type": "numeric", "name": "color_temp", "property": "color_temp", "access": 7, "value_max": 500},
        ],
    },
    {"type": "numeric", "name": "linkquality", "property": "linkquality", "access": 1, "unit": "lqi"},
]


@dataclass
class Stalls:
    """How much later than asked the event loop came back, and how much of that it was computing: the rest is the
    machine's doing. In milliseconds.
    """

    late_ms: list[float] = field(default_factory=list[float])
    busy_ms: list[float] = field(default_factory=list[float])

    async def watch(self) -> None:
        """Measure until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due, cpu = loop.time() + 0.001, time.thread_time()
            await asyncio.sleep(0.001)
            self.late_ms.append((loop.time() - due) * 1000)
            self.busy_ms.append((time.thread_time() - cpu) * 1000)


async def measure() -> dict[str, float]:
    """Return rates, stalls and latencies; starts brokers of its own and takes about ten seconds."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in (_latency, _flood, _descriptions):
            broker = Mosquitto(Path(folder))
            broker.start()
            try:
                figures |= await part(broker)
            finally:
                broker.kill()
    return figures


async def _latency(broker: Mosquitto) -> dict[str, float]:
    """Measure from the call until another client has the message, nothing else going on."""
    async with _bridge(broker) as (bridge, home), _ear(broker, CALLS) as heard:
        await _described(broker, bridge)
        called = await _call_again_and_again(bridge, home, CALLS, every_s=0.004)
        return _spread("idle, call to subscriber", await heard(), called)


async def _flood(broker: Mosquitto) -> dict[str, float]:
    """Measure while 400 lamps report 10,000 times a second, with a call every 20 ms."""
    stalls = Stalls()
    async with _bridge(broker) as (bridge, home), _ear(broker, FLOOD_CALLS) as heard:
        await _described(broker, bridge)
        before = bridge.health
        command = [sys.executable, "-m", "tests.bench.flood", str(broker.port), str(RATE_HZ), str(FLOOD_S)]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        await _until(lambda: bridge.health.received > before.received)
        cpu, began = time.process_time(), time.monotonic()
        watching = asyncio.create_task(stalls.watch())
        calling = asyncio.create_task(_call_again_and_again(bridge, home, FLOOD_CALLS, every_s=FLOOD_S / FLOOD_CALLS))
        await process.wait()
        # The flood has ended for us too once everything that came was read.
        await _until(lambda: not bridge.health.waiting)
        took_s = time.monotonic() - began
        busy = (time.process_time() - cpu) / took_s
        watching.cancel()
        after, called = bridge.health, await calling
        return {
            f"{FLOODED}, ingest, messages/s": (after.received - before.received) / took_s,
            f"{FLOODED}, read, messages/s": (after.applied - before.applied) / took_s,
            f"{FLOODED}, coalesced, messages": after.coalesced - before.coalesced,
            f"{FLOODED}, dropped, messages": after.dropped - before.dropped,
            f"{FLOODED}, CPU, share of a core": busy,
            **_stalled(FLOODED, stalls),
            **_spread(f"{FLOODED}, call to subscriber", await heard(), called),
        }


async def _descriptions(broker: Mosquitto) -> dict[str, float]:
    """Measure the first connection to a broker that keeps 3,000 descriptions of sensors."""
    with connect(broker.port, "publisher") as publisher:
        topics = [(f"homeassistant/sensor/s{n}/config", _sensor(n)) for n in range(DESCRIPTIONS)]
        await asyncio.to_thread(publisher.sendall, packets(topics, retained=True))
        publisher.sendall(packets([("homeassistant/end", b"1")], retained=True))
        await asyncio.sleep(1)  # until the broker has them all
    stalls = Stalls()
    watching = asyncio.create_task(stalls.watch())
    began = time.monotonic()
    async with _bridge(broker) as (bridge, _home):
        await _until(lambda: bridge.health.entities == DESCRIPTIONS)
        took_s = time.monotonic() - began
        await asyncio.sleep(0.5)
        watching.cancel()
        return {f"{DESCRIBED}, s": took_s, **_stalled(DESCRIBED, stalls)}


@asynccontextmanager
async def _bridge(broker: Mosquitto) -> AsyncGenerator[tuple[Mqtt, Home]]:
    home = Home()
    dialects = (Zigbee2Mqtt("flood"), Discovery())
    bridge = Mqtt(MqttSettings(port=broker.port), home, dialects, now=lambda: datetime.now(UTC))
    running = asyncio.create_task(bridge.run())
    try:
        await _until(lambda: bridge.health.connected)
        yield bridge, home
    finally:
        running.cancel()
        await asyncio.wait([running])


@asynccontextmanager
async def _ear(broker: Mosquitto, count: int) -> AsyncGenerator[Callable[[], Awaitable[list[float]]]]:
    """Starts another process that notes when commands come; the value returns its notes once all have come."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.ear", str(broker.port), "flood/+/set", str(count)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()

    async def notes() -> list[float]:
        async with asyncio.timeout(DEADLINE_S):
            printed, _ = await process.communicate()
        return [float(line) for line in printed.split()]

    try:
        yield notes
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _described(broker: Mosquitto, bridge: Mqtt) -> None:
    """Let the lamps that will talk be known."""
    lamps = [
        {
            "ieee_address": f"0x{number:016x}",
            "friendly_name": f"lamp {number}",
            "type": "Router",
            "supported": True,
            "definition": {"model": "lamp", "vendor": "bench", "exposes": LAMP_EXPOSES},
        }
        for number in range(TOPICS)
    ]
    with connect(broker.port, "publisher") as publisher:
        publisher.sendall(packets([("flood/bridge/devices", json.dumps(lamps).encode())], retained=True))
    await _until(lambda: bridge.health.entities >= TOPICS)
    await asyncio.sleep(0.5)  # until the questions about their state are through


async def _call_again_and_again(bridge: Mqtt, home: Home, count: int, *, every_s: float) -> list[float]:
    lamp = home.find(domains=frozenset({"light"}))[0].id
    called: list[float] = []
    for number in range(count):
        call = Call(lamp, "turn_on", {"brightness": number % 255})
        called.append(time.monotonic())
        await bridge.call(call)
        await asyncio.sleep(every_s)
    return called


def _sensor(number: int) -> bytes:
    device = {"identifiers": [f"s{number}"], "name": f"Sensor {number}", "manufacturer": "bench", "model": "bench"}
    return json.dumps(
        {
            "name": "Temperature",
            "unique_id": f"s{number}_temperature",
            "state_topic": f"bench/s{number}/state",
            "value_template": "{{ value_json.temperature }}",
            "unit_of_measurement": "°C",
            "device_class": "temperature",
            "availability": [{"topic": f"bench/s{number}/availability"}],
            "device": device,
        }
    ).encode()


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _spread(name: str, heard: list[float], called: list[float]) -> dict[str, float]:
    took_ms = [(came - at) * 1000 for came, at in zip(heard, called, strict=True)]
    return {
        f"{name}, p50 ms": _at(took_ms, 0.5),
        f"{name}, p99 ms": _at(took_ms, 0.99),
        f"{name}, max ms": max(took_ms),
    }


def _stalled(name: str, stalls: Stalls) -> dict[str, float]:
    return {
        f"{name}, loop stall, p99 ms": _at(stalls.late_ms, 0.99),
        f"{name}, loop stall, max ms": max(stalls.late_ms),
        f"{name}, of which busy, p99 ms": _at(stalls.busy_ms, 0.99),
        f"{name}, of which busy, max ms": max(stalls.busy_ms),
    }


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not holds():
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    for name, figure in asyncio.run(measure()).items():
        print(f"{name:52} {figure:10.2f}")
