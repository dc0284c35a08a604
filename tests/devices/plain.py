"""The plainest dialect that can be: what the tests of the MQTT bridge speak, and the helpers to listen in."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import aiomqtt

from devices.dialects.json_payload import as_array, as_object, parse
from devices.dialects.model import Appeared, Change, Dialect, Gone, Message, Reachable, Received, Reported
from devices.home import Home
from devices.model import Bridge, Call, CallError, Device, DeviceId, Entity, EntityId
from devices.mqtt import Mqtt, MqttSettings
from tests.broker import Mosquitto, Wire

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DEADLINE_S = 20.0
QUICK = MqttSettings(keepalive_s=2, connect_timeout_s=1.0, shortest_wait_s=0.05, longest_wait_s=0.5)


class Plain:
    """Speaks ``<prefix>/<id>/config|state|event|available`` and calls ``<prefix>/<id>/set``.

    A config is ``{"identifiers": [...]}``, empty it removes; a state is JSON, an event counts each; ``boom`` as a state
    makes the dialect itself fail.
    """

    def __init__(self, name: str = "plain", *, prefix: str = "plain", filters: frozenset[str] | None = None) -> None:
        self._name = name
        self._prefix = prefix
        self._filters = filters if filters is not None else frozenset({f"{prefix}/+/+"})
        self.read: list[Received] = []

    @property
    def name(self) -> str:
        return self._name

    def filters(self) -> frozenset[str]:
        return self._filters

    def wants(self, topic: str) -> bool:
        return topic.startswith(self._prefix + "/") and not topic.endswith(("/set", "/ask"))

    def newest_wins(self, topic: str) -> bool:
        return topic.endswith(("/state", "/available"))

    def receive(self, message: Received) -> Sequence[Change]:
        self.read.append(message)
        _, object_id, kind = message.topic.split("/")
        entity = EntityId(f"light.{object_id}")
        value = parse(message.payload or b"null")
        match kind:
            case "config" if value is None:
                return [Gone(entity)]
            case "config":
                listed = as_array(as_object(value).get("identifiers"))
                device = Device(DeviceId(object_id), object_id, identifiers=frozenset(map(str, listed)))
                return [Appeared(Entity(entity, object_id, "light", device=device.id), device)]
            case "available":
                return [Reachable(entity, value == "online")]
            case _ if value == "boom":
                raise KeyError("boom")
            case _:
                return [Reported(entity, str(value))]

    def greet(self) -> Sequence[Message]:
        return [Message(f"{self._prefix}/all/devices/ask", b"")]

    def pending(self) -> Sequence[Message]:
        return ()

    def encode(self, call: Call, entity: Entity) -> Sequence[Message]:
        if call.service not in ("turn_on", "turn_off"):
            raise CallError(f"{entity.id!r} cannot {call.service!r}")
        word = call.service.removeprefix("turn_").encode()
        return [Message(f"{self._prefix}/{entity.id.removeprefix('light.')}/set", word)]


@asynccontextmanager
async def running(bridge: Bridge) -> AsyncGenerator[None]:
    """Runs a bridge for as long as the block lasts, and ends it as the daemon does."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bridge.run())
        try:
            yield
        finally:
            task.cancel()


@asynccontextmanager
async def bridged(
    broker: Mosquitto | Wire, *dialects: Dialect, settings: MqttSettings = QUICK, home: Home | None = None
) -> AsyncGenerator[Mqtt]:
    """Runs a bridge that is connected to the broker when the block begins."""
    there = replace(settings, port=broker.port)
    bridge = Mqtt(there, home or Home(), dialects or (Plain(),), now=lambda: AT, jitter=lambda: 0.0)
    async with running(bridge):
        await eventually(lambda: bridge.health.connected)
        yield bridge


@asynccontextmanager
async def peer(broker: Mosquitto, *filters: str) -> AsyncGenerator[aiomqtt.Client]:
    """Another client of the broker, subscribed to ``filters``."""
    async with aiomqtt.Client(broker.host, broker.port, protocol=aiomqtt.ProtocolVersion.V5) as client:
        for one in filters:
            await client.subscribe(one, qos=1)
        yield client


async def next_message(client: aiomqtt.Client) -> aiomqtt.Message:
    """Return what the client receives next."""
    async with asyncio.timeout(DEADLINE_S):
        return await anext(aiter(client.messages))


async def eventually(holds: Callable[[], bool]) -> None:
    """Return once it holds; for what nothing announces."""
    async with asyncio.timeout(DEADLINE_S):
        while not holds():
            await asyncio.sleep(0.005)


async def state_of(home: Home, name: str, value: str) -> None:
    """Return once the light of this name has the value, and is reachable."""
    light = EntityId(f"light.{name}")
    await eventually(lambda: home.entity(light) is not None)
    found = await home.wait_until(light, lambda state: state.value == value and state.available, timeout_s=DEADLINE_S)
    assert found is not None, f"{light} is {home.state(light)}"
