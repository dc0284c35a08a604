"""From a sentence on the control socket to the command on a subscriber's, through a real broker; start and memory."""

import asyncio
import json
import random
import select
import socket
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from daemon.client import SOCKET
from devices.simulation import simulated
from tests.broker import Mosquitto, free_port
from tests.process import Running, running

SIZES = (10, 200, 1_000)
COMMANDS = 300
PAUSE_S = 0.05
"""A house is spoken to now and then: by then the processor's caches hold something else."""
SEED = 7
WAIT_S = 10.0


async def measure() -> dict[str, float]:
    """Return milliseconds from sentence to command at each size, start-up seconds and resident MiB."""
    found = await _starts()
    for size in SIZES:
        found |= await _at(size)
    return found


async def _starts() -> dict[str, float]:
    """Start without a broker, for the first time on a state directory and once more."""
    environment = {"HEARTH_MQTT__PORT": str(free_port())}
    with tempfile.TemporaryDirectory() as name:
        async with running(Path(name) / "state", environment=environment) as daemon:
            first_s = daemon.ready_after_s
        async with running(Path(name) / "state", environment=environment) as daemon:
            return {"first start to READY, s": first_s, "start to READY, s": daemon.ready_after_s}


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
                waits_ms = await asyncio.to_thread(_commands, daemon, broker, size)
                cpu_ms = 1000 * daemon.cpu_s
                waits_ms += await asyncio.to_thread(_commands, daemon, broker, size)
                cpu_ms = (1000 * daemon.cpu_s - cpu_ms) / COMMANDS
                paused_ms = await asyncio.to_thread(_commands, daemon, broker, size, pause_s=PAUSE_S)
                return {
                    **_spread(f"text to command, {size} entities", waits_ms),
                    **_spread(f"text to command after a pause, {size} entities", paused_ms),
                    f"CPU per command, {size} entities, ms": cpu_ms,
                    f"resident memory, {size} entities, MiB": daemon.resident_mib,
                }
        finally:
            broker.stop()


def _spread(name: str, values_ms: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values_ms, n=100)
    return {f"{name}, p50 ms": cuts[49], f"{name}, p95 ms": cuts[94], f"{name}, p99 ms": cuts[98]}


def _commands(daemon: Running, broker: Mosquitto, size: int, *, pause_s: float = 0.0) -> list[float]:
    """Say `COMMANDS` sentences, one after the other, and return how long each took to arrive as a command.

    All in one thread, which waits for the subscriber's socket: nothing here competes with what is measured.
    """
    choose = random.Random(SEED)
    waits_ms: list[float] = []
    with closing(_Subscriber(broker)) as subscriber, closing(socket.socket(socket.AF_UNIX)) as control:
        control.connect(str(daemon.state / SOCKET))
        lines = control.makefile("rb")
        for turn in range(COMMANDS):
            time.sleep(pause_s)
            text = f"turn {'on' if turn % 2 else 'off'} bench lamp {choose.randint(1, size)}"
            line = json.dumps({"op": "ask", "text": text}).encode() + b"\n"
            began = time.perf_counter()
            control.sendall(line)
            subscriber.wait()
            waits_ms.append(1000 * (time.perf_counter() - began))
            answer = json.loads(lines.readline())
            assert answer["result"]["status"] == "done", answer
    return waits_ms


class _Subscriber:
    """Hears the commands of the bench lamps, on a socket that is waited for and read here."""

    def __init__(self, broker: Mosquitto) -> None:
        self._heard = 0
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.on_subscribe = self._on_subscribe
        self._client.connect(broker.host, broker.port)
        self._client.subscribe("bench/+/set")
        self._subscribed = False
        while not self._subscribed:
            self._client.loop(timeout=WAIT_S)

    def wait(self) -> None:
        """Return once one more command has arrived."""
        before = self._heard
        while self._heard == before:
            wire = self._client.socket()
            assert wire is not None, "the broker hung up"
            readable, _, _ = select.select([wire], [], [], WAIT_S)
            assert readable, "no command arrived"
            self._client.loop_read()
        self._client.loop_misc()

    def close(self) -> None:
        self._client.disconnect()

    def _on_message(self, client: Client, data: object, message: MQTTMessage) -> None:
        self._heard += 1

    def _on_subscribe(self, *_: object) -> None:
        self._subscribed = True
