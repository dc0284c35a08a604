"""The house of the conformance suite behind a real Home Assistant: its MQTT, our puppets, our bridge."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from devices.home import Home
from devices.homeassistant import HomeAssistant, Settings
from devices.model import EntityId
from devices.twin import Fault
from tests.broker import Mosquitto
from tests.conformance.house import AT, DEADLINE_S, eventually
from tests.conformance.ward import BY_NAME, WARD
from tests.homeassistant.process import RealHomeAssistant
from tests.homeassistant.puppets import Puppets, puppets_on

_SPOTS = [f"light.dining_spot_{number}" for number in (1, 2, 3, 4)]
GROUP = f"""
light:
  - platform: group
    name: Dining Spots
    unique_id: dining_spots
    entities: [{", ".join(_SPOTS)}]
"""
FAULTS = {
    "Attic Lamp": Fault.OFFLINE, "Sleepy Lamp": Fault.SLOW, "Stubborn Lamp": Fault.STUCK,
    "Contrary Lamp": Fault.STUCK, "Dining Spot 3": Fault.STUCK, "Dining Spot 4": Fault.STUCK,
}  # fmt: skip


@dataclass
class HubHouse:
    """Our bridge to a Home Assistant, and what stands behind that."""

    home: Home
    bridge: HomeAssistant
    puppets: Puppets
    process: RealHomeAssistant

    def sent(self) -> list[str]:
        return [str(call.entity) for call in self.puppets.twin.sent]

    async def offline(self, name: str) -> None:
        self.puppets.twin.set_fault(BY_NAME[name].id, Fault.OFFLINE)

    async def online(self, name: str) -> None:
        self.puppets.twin.set_fault(BY_NAME[name].id, None)

    async def cut(self) -> None:
        self.process.kill()
        async with asyncio.timeout(DEADLINE_S):
            await self.bridge.wait_lost()

    async def mend(self) -> None:
        await asyncio.to_thread(self.process.start)
        async with asyncio.timeout(DEADLINE_S):
            await self.bridge.wait_connected()


@asynccontextmanager
async def hub_house(folder: Path) -> AsyncGenerator[HubHouse]:
    """Start everything, and return once the bridge knows every entity of the ward and each has said how it is."""
    broker = Mosquitto(folder)
    broker.start()
    process = RealHomeAssistant(folder / "homeassistant", mqtt_port=broker.port, yaml=GROUP)
    try:
        await asyncio.to_thread(process.start)
        faults = {BY_NAME[name].id: fault for name, fault in FAULTS.items()}
        async with puppets_on(broker.port, Home(), faults) as puppets, bridged(process) as (home, bridge):
            await eventually(lambda: all(_introduced(home, entity.id) for entity in WARD))
            update = {"entity_id": "light.dining_spots", "area_id": "dining_room"}
            await bridge.ask("config/entity_registry/update", **update)
            await eventually(lambda: _area(home, "light.dining_spots") == "dining_room")
            yield HubHouse(home, bridge, puppets, process)
    finally:
        process.kill()
        broker.kill()


@asynccontextmanager
async def bridged(process: RealHomeAssistant) -> AsyncGenerator[tuple[Home, HomeAssistant]]:
    """Run a bridge to it, connected."""
    home = Home()
    settings = Settings(process.url, process.token, shortest_wait_s=0.1, longest_wait_s=0.5)
    bridge = HomeAssistant(settings, home, now=lambda: AT, jitter=lambda: 0.0)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(bridge.run())
        try:
            async with asyncio.timeout(DEADLINE_S):
                await bridge.wait_connected()
            yield home, bridge
        finally:
            task.cancel()


def _introduced(home: Home, id: EntityId) -> bool:
    """Say whether an entity has said how it is, where there is anything to say."""
    state = home.state(id)
    if state is None or not state.available:
        return id == BY_NAME["Attic Lamp"].id
    return state.value != "unknown" or id.split(".")[0] in ("button", "scene", "sensor", "binary_sensor", "select")


def _area(home: Home, id: str) -> str | None:
    entity = home.entity(id)
    return entity.area if entity is not None else None
