"""The houses that the conformance suite runs over: each has a bridge, a home, and means to disturb it."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import aiomqtt

from devices.dialects.discovery import Discovery
from devices.dialects.esphome import Esphome
from devices.dialects.model import Dialect
from devices.dialects.shelly import Shelly
from devices.dialects.tasmota import Tasmota
from devices.dialects.zigbee2mqtt import Zigbee2Mqtt
from devices.home import Home
from devices.model import Bridge, Call, Entity
from devices.mqtt import Mqtt, MqttSettings
from devices.simulation import Simulation, areas, floors, names, placement, simulated
from devices.twin import Fault, Twin
from tests.broker import Mosquitto
from tests.conformance.ward import BY_NAME, WARD

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DEADLINE_S = 20.0
QUIET_S = 3.0
PACE = 0.05
"""Blinds take 0.08 s, the slow lamp as much; what is repeated each minute comes after 3 s."""
COMMANDS = ("/set", "/command", "/press", "/rpc", "/get")
"""How the topics to devices end, or hold, in the dialects of the house; ``cmnd/`` begins Tasmota's."""
QUESTIONS = re.compile(r"^cmnd/[^/]+/STAT(E|US)$|/get$|/rpc$|^shellies/([^/]+/)?command$")
"""Of those, the topics on which a bridge asks for states, unbidden, at any time; ``/rpc`` carries both."""


class House(Protocol):
    """One bridge with what is behind it."""

    @property
    def home(self) -> Home:
        """What the bridge reports to."""
        ...

    @property
    def bridge(self) -> Bridge:
        """What is tried."""
        ...

    def sent(self) -> list[str]:
        """Whom each command that went out was for, oldest first, in words of its own."""
        ...

    async def offline(self, name: str) -> None:
        """Take a device's power away."""
        ...

    async def online(self, name: str) -> None:
        """Give it back."""
        ...

    async def cut(self) -> None:
        """Take the other side away; return once the bridge knows."""
        ...

    async def mend(self) -> None:
        """Bring the other side back; return once the bridge can send again."""
        ...


@dataclass
class TwinHouse:
    """The in-process double."""

    home: Home
    bridge: Twin

    def sent(self) -> list[str]:
        return [str(call.entity) for call in self.bridge.sent]

    async def offline(self, name: str) -> None:
        self.bridge.set_fault(BY_NAME[name].id, Fault.OFFLINE)

    async def online(self, name: str) -> None:
        self.bridge.set_fault(BY_NAME[name].id, None)

    async def cut(self) -> None:
        self.bridge.connected = False

    async def mend(self) -> None:
        self.bridge.connected = True


@dataclass
class WiredHouse:
    """Our MQTT bridge and the simulated home, over a broker that can be killed where it is Mosquitto."""

    home: Home
    bridge: Mqtt
    simulation: Simulation
    commands: list[str]
    """The topics of all commands that went over the broker, ours and nobody else's."""
    broker: Mosquitto | None

    def sent(self) -> list[str]:
        return list(self.commands)

    async def offline(self, name: str) -> None:
        await self.simulation.tell(device_of(name), "offline")

    async def online(self, name: str) -> None:
        await self.simulation.tell(device_of(name), "online")

    async def cut(self) -> None:
        if self.broker is not None:
            self.broker.kill()
        else:
            self.simulation.process.kill()
        await eventually(lambda: not self.bridge.health.connected)

    async def mend(self) -> None:
        assert self.broker is not None, "the embedded broker dies with its house"
        self.broker.start()
        await eventually(lambda: self.bridge.health.connected)


def dialects() -> list[Dialect]:
    """Return every dialect of the daemon, as it would be built."""
    return [Zigbee2Mqtt(), Tasmota(), Shelly(), Esphome(), Discovery(announce=True)]


def device_of(name: str) -> str:
    """Return what the simulated house calls the device of an entity."""
    return {"Living Room Ceiling": "Living Room/Ceiling", "Dusty Robot": "Dusty"}.get(name, name)


@asynccontextmanager
async def twin_house() -> AsyncGenerator[House]:
    """A twin with the entities of the ward, flaky where the simulated home is."""
    faults = {
        "Attic Lamp": Fault.OFFLINE, "Sleepy Lamp": Fault.SLOW, "Stubborn Lamp": Fault.STUCK,
        "Contrary Lamp": Fault.STUCK, "Dining Spot 3": Fault.STUCK, "Dining Spot 4": Fault.STUCK,
    }  # fmt: skip
    home = Home(floors=floors(), areas=areas())
    by_id = {BY_NAME[name].id: fault for name, fault in faults.items()}
    yield TwinHouse(home, Twin(home, WARD, now=lambda: AT, faults=by_id, slow_s=0.15))


@asynccontextmanager
async def wired_house(folder: Path, *, embedded: bool) -> AsyncGenerator[WiredHouse]:
    """The MQTT bridge over the embedded broker or a Mosquitto, once it knows every entity of the ward."""
    broker = None if embedded else Mosquitto(folder)
    if broker is not None:
        broker.start()
    try:
        async with (
            simulated(port=broker.port if broker else None, pace=PACE) as simulation,
            _bridged(simulation, broker) as house,
        ):
            yield house
    finally:
        if broker is not None:
            broker.kill()


@asynccontextmanager
async def _bridged(simulation: Simulation, broker: Mosquitto | None) -> AsyncGenerator[WiredHouse]:
    home = Home(floors=floors(), areas=areas(), placement=placement(), names=names())
    settings = MqttSettings(port=simulation.port, shortest_wait_s=0.05, longest_wait_s=0.2, keepalive_s=2)
    bridge = Mqtt(settings, home, dialects(), now=lambda: AT, jitter=lambda: 0.0)
    commands: list[str] = []
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_spy(simulation.port, commands)), group.create_task(bridge.run())]
        try:
            await _introduced(home)
            yield WiredHouse(home, bridge, simulation, commands, broker)
        finally:
            for task in tasks:
                task.cancel()


async def _introduced(home: Home) -> None:
    """Return once every entity of the ward is there, or nothing new comes: its own tests say then what is missing."""
    loop = asyncio.get_running_loop()
    version, changed_at = home.version, loop.time()
    while any(home.entity(entity.id) is None for entity in WARD) and loop.time() < changed_at + QUIET_S:
        await asyncio.sleep(0.005)
        if home.version != version:
            version, changed_at = home.version, loop.time()


async def _spy(port: int, commands: list[str]) -> None:
    """Note the topic of every command; ends when the broker does."""
    try:
        async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V311) as client:
            await client.subscribe("#", qos=0)
            async for message in client.messages:
                topic = str(message.topic)
                commands += [topic] if is_for_devices(topic) and not QUESTIONS.search(topic) else []
    except aiomqtt.MqttError:
        return


def is_for_devices(topic: str) -> bool:
    """Say whether a topic carries commands to devices, or questions."""
    return topic.startswith("cmnd/") or any(f"{word}/" in f"{topic}/" for word in COMMANDS)


async def retained_commands(port: int, settled: str) -> list[str]:
    """Return the command topics on which the broker keeps a message; ``settled`` is a topic known to be kept."""
    found: list[str] = []
    async with (
        asyncio.timeout(DEADLINE_S),
        aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V311) as client,
    ):
        await client.subscribe("#", qos=1)
        await client.publish(settled, b"the end", qos=1)
        async for message in client.messages:
            if str(message.topic) == settled:
                return found
            if message.retain and is_for_devices(str(message.topic)):
                found.append(str(message.topic))
    raise AssertionError("the broker went away")


def entity_of(house: House, name: str) -> Entity:
    """Return the entity as the house has it."""
    entity = house.home.entity(BY_NAME[name].id)
    assert entity is not None, f"no {BY_NAME[name].id} in the house"
    return entity


def call_of(house: House, name: str, service: str, **data: object) -> Call:
    """Return a call of the entity of this name."""
    return Call(entity_of(house, name).id, service, data)


async def eventually(holds: Callable[[], bool]) -> None:
    """Return once it holds; for what nothing announces."""
    async with asyncio.timeout(DEADLINE_S):
        while not holds():
            await asyncio.sleep(0.005)
