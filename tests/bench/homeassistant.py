"""What the bridge to a big Home Assistant costs; and the same sentences to its Assist and to Hearth, side by side."""

import asyncio
import gc
import http.client
import json
import os
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from daemon.client import SOCKET
from devices.home import Home
from devices.homeassistant import HomeAssistant, Settings
from tests.broker import Mosquitto
from tests.homeassistant.install import VERSION
from tests.homeassistant.process import RealHomeAssistant
from tests.process import Running, running

ENTITIES, FLOOD_S = 5_000, 10
SIZES = (200, 1_000)
"""Lights in the house."""
SENTENCES, SEED, WAIT_S, WARM = 200, 7, 3.0, 20
_FIRST = """amber north south east west upper lower inner outer corner antique copper marble velvet crystal ivory
    granite willow maple cedar olive coral indigo scarlet silver golden bronze cobalt crimson emerald walnut saffron
    pewter linen cotton cherry lemon violet jasmine russet sandy dusty rustic nordic floral striped spotted wooden
    woven painted gilded frosted twisted folding rolling hanging standing leaning hidden little narrow slender round
    square oval wide deep"""
_SECOND = "shelf desk window mirror cabinet ladder piano sofa table counter stove bench wardrobe chimney easel"
ROOMS = ("Kitchen", "Living Room", "Bedroom", "Bathroom", "Office", "Hallway", "Garage", "Attic", "Nursery", "Den")
KINDS = ("well spelt", "misspelt", "impossible")


async def measure() -> dict[str, float]:
    """Return the figures of both; "HA" and "Hearth" stand in the names of those side by side."""
    found = await _bridge()
    for lights in SIZES:
        came = await _side_by_side(lights)
        found |= {f"{lights} lights, {key}": value for key, value in came.items()}
    return found


# The bridge


async def _bridge() -> dict[str, float]:
    command = (sys.executable, "-m", "tests.bench.hub", str(ENTITIES))
    pipe = asyncio.subprocess.PIPE
    hub = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert hub.stdin is not None
    assert hub.stdout is not None
    port = int(await hub.stdout.readline())
    await asyncio.to_thread(__import__, "websockets.asyncio.client")
    gc.collect()
    before_mib = _resident_mib(os.getpid())
    home = Home()
    settings = Settings(f"http://127.0.0.1:{port}", "right")
    bridge = HomeAssistant(settings, home, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    async with asyncio.TaskGroup() as group:
        began = time.monotonic()
        task = group.create_task(bridge.run())
        await bridge.wait_connected()
        load_s = time.monotonic() - began
        gc.collect()
        mib = _resident_mib(os.getpid()) - before_mib
        applied, cpu_s = bridge.health.applied, time.process_time()
        hub.stdin.write(f"{FLOOD_S}\n".encode())
        await hub.stdout.readline()
        await asyncio.sleep(0.2)
        cpu_s = time.process_time() - cpu_s
        followed = bridge.health.applied - applied
        task.cancel()
    hub.terminate()
    await hub.wait()
    return {
        f"{ENTITIES} entities, connected and loaded, s": load_s,
        f"{ENTITIES} entities, resident memory, MiB": mib,
        "1000 changes/s, CPU, %": 100 * cpu_s / FLOOD_S,
        "1000 changes/s, followed, %": 100 * followed / (FLOOD_S * 1_000),
    }


# Side by side


async def _side_by_side(lights: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(folder)
        broker.start()
        version = os.environ.get("HA_VERSION", VERSION)
        hub = RealHomeAssistant(folder / "homeassistant", mqtt_port=broker.port, version=version)
        found: dict[str, float] = {}
        try:
            with closing(_Lamps(broker.port, lights)) as lamps:
                await asyncio.to_thread(hub.start)
                await asyncio.to_thread(hub.stop)
                began = time.monotonic()
                await asyncio.to_thread(hub.start)
                found["HA: start to running, s"] = time.monotonic() - began
                await asyncio.to_thread(_until_known, hub, lights)
                found |= await asyncio.to_thread(_of_assist, hub, lamps)
                await asyncio.to_thread(hub.stop)
                environment = {"HEARTH_MQTT__HOST": broker.host, "HEARTH_MQTT__PORT": str(broker.port)}
                async with running(folder / "state", environment=environment) as first:
                    await first.entities(lights)
                async with running(folder / "state", environment=environment) as daemon:
                    await daemon.entities(lights)
                    found["Hearth: start to READY, s"] = daemon.ready_after_s
                    found |= await asyncio.to_thread(_of_hearth, daemon, lamps)
        finally:
            hub.kill()
            broker.stop()
        return found


def _until_known(hub: RealHomeAssistant, lights: int) -> None:
    with closing(http.client.HTTPConnection(hub.host, hub.port, timeout=30)) as line:
        for _ in range(600):
            line.request("GET", "/api/states", headers={"Authorization": f"Bearer {hub.token}"})
            states = json.loads(line.getresponse().read())
            if sum(one["entity_id"].startswith("light.") and one["state"] == "off" for one in states) >= lights:
                return
            time.sleep(0.1)
    raise AssertionError("Home Assistant does not know all lights")


def _of_assist(hub: RealHomeAssistant, lamps: "_Lamps") -> dict[str, float]:
    headers = {"Authorization": f"Bearer {hub.token}", "Content-Type": "application/json"}
    with closing(http.client.HTTPConnection(hub.host, hub.port, timeout=30)) as line:
        line.connect()
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def ask(text: str) -> None:
            body = json.dumps({"text": text, "language": "en"})
            line.request("POST", "/api/conversation/process", body, headers)
            line.getresponse().read()

        return _spoken_to("HA", ask, lamps, hub.pid)


def _of_hearth(daemon: Running, lamps: "_Lamps") -> dict[str, float]:
    with closing(socket.socket(socket.AF_UNIX)) as line:
        line.connect(str(daemon.state / SOCKET))
        answers = line.makefile("rb")

        def ask(text: str) -> None:
            line.sendall(json.dumps({"op": "ask", "text": text}).encode() + b"\n")
            answers.readline()

        return _spoken_to("Hearth", ask, lamps, daemon.process.pid)


def _spoken_to(whom: str, ask: Callable[[str], None], lamps: "_Lamps", pid: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for kind in KINDS:
        lamps.reset()
        sentences = _sentences(kind, lamps.names)
        for text, _ in sentences[:WARM]:
            ask(text)
        lamps.reset()
        cpu_s, right, wrong = _cpu_s(pid), 0, 0
        waits_ms: list[float] = []
        answers_ms: list[float] = []
        for text, number in sentences:
            lamps.forget()
            began = time.perf_counter()
            ask(text)
            answers_ms.append(1000 * (time.perf_counter() - began))
            heard = lamps.heard(0.05 if kind != "well spelt" else WAIT_S)
            right += list(heard) == [number]
            wrong += bool(heard) and list(heard) != [number]
            waits_ms += [1000 * (heard[number] - began)] if number in heard else []
        for what, values in (("command", waits_ms), ("answer", answers_ms)):
            spread = statistics.quantiles(values, n=100) if len(values) > 1 else []
            found |= {f"{whom}: {kind}, text to {what}, p{at} ms": spread[at - 1] for at in (50, 95, 99) if spread}
        found[f"{whom}: {kind}, the right lamp, of {SENTENCES}"] = right
        found[f"{whom}: {kind}, a wrong lamp"] = wrong
        found[f"{whom}: {kind}, CPU a sentence, ms"] = 1000 * (_cpu_s(pid) - cpu_s) / len(sentences)
    found[f"{whom}: resident memory, MiB"] = _resident_mib(pid)
    return found


def _names(lights: int) -> list[str]:
    names = [f"{first} {second} light" for second in _SECOND.split() for first in _FIRST.split()]
    random.Random(SEED).shuffle(names)
    return names[:lights]


def _sentences(kind: str, names: Sequence[str]) -> list[tuple[str, int]]:
    """Return the sentences, the same for both, each with the number of the lamp it is about."""
    choose = random.Random(SEED)
    numbers = choose.sample(range(len(names)), SENTENCES)
    if kind == "well spelt":
        return [(f"turn on the {names[number]}", number) for number in numbers]
    if kind == "impossible":
        return [(f"please recalibrate the {names[number]} tomorrow", number) for number in numbers]
    return [(f"turn on the {_misspelt(names[number], choose)}", number) for number in numbers]


def _misspelt(name: str, choose: random.Random) -> str:
    word, rest = name.split(" ", 1)
    at = choose.randrange(1, len(word))
    return f"{word[:at]}{word[at + 1 :] if len(word) > 4 else word[at] + word[at:]} {rest}"


class _Lamps:
    """The lamps: they announce themselves, do what they are told, and note when they were told."""

    def __init__(self, port: int, lights: int) -> None:
        self.names = _names(lights)
        self._commands: dict[int, float] = {}
        self._changed = threading.Condition()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("bench/+/set")
        for number, name in enumerate(self.names):
            topic = f"homeassistant/light/bench_{number}/config"
            self._client.publish(topic, json.dumps(_config(number, name)), retain=True)
        self.reset()
        self._client.loop_start()

    def reset(self) -> None:
        """Switch all off."""
        for number in range(len(self.names)):
            self._client.publish(f"bench/{number}/state", "OFF", retain=True)
        time.sleep(0.5)

    def forget(self) -> None:
        """Note anew."""
        with self._changed:
            self._commands.clear()

    def heard(self, within_s: float) -> Mapping[int, float]:
        """Return which lamps were told something, and when; waits for the first so long."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._commands), within_s)
            return dict(self._commands)

    def close(self) -> None:
        """Go."""
        self._client.loop_stop()
        self._client.disconnect()

    def _on_message(self, client: Client, data: object, message: MQTTMessage) -> None:
        at, number = time.perf_counter(), int(message.topic.split("/")[1])
        with self._changed:
            self._commands[number] = at
            self._changed.notify_all()
        client.publish(f"bench/{number}/state", message.payload, retain=True)


def _config(number: int, name: str) -> Mapping[str, object]:
    device = {"identifiers": [f"bench_{number}"], "name": name, "suggested_area": ROOMS[number % len(ROOMS)]}
    return {
        "name": None, "unique_id": f"bench_{number}", "command_topic": f"bench/{number}/set",
        "state_topic": f"bench/{number}/state", "device": device,
    }  # fmt: skip


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
