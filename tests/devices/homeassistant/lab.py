"""A bridge, its home and a hub behind it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from devices.home import Home
from devices.homeassistant import HomeAssistant
from devices.model import EntityId, State
from tests.devices.homeassistant.hub import Hub, hub

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DEADLINE_S = 20.0
DIMMER = {"supported_color_modes": ["brightness"], "friendly_name": "Desk Lamp"}
LAMP = EntityId("light.desk_lamp")


@dataclass
class Lab:
    """What a test works with."""

    hub: Hub
    home: Home
    bridge: HomeAssistant

    async def shows(self, id: EntityId, value: str) -> State:
        """Wait until the house shows an entity like that."""
        state = await self.home.wait_until(id, lambda now: now.value == value, timeout_s=DEADLINE_S)
        assert state is not None, f"{id} is {self.home.state(id)}"
        return state

    async def reaches(self, id: EntityId, available: bool) -> State:
        """Wait until the house shows an entity as reachable, or not."""
        state = await self.home.wait_until(id, lambda now: now.available is available, timeout_s=DEADLINE_S)
        assert state is not None, f"{id} is {self.home.state(id)}"
        return state

    def state(self, id: EntityId) -> State:
        """Return what the house shows."""
        state = self.home.state(id)
        assert state is not None
        return state


@asynccontextmanager
async def lab(prepared: Hub | None = None, *, connect: bool = True, **settings: object) -> AsyncGenerator[Lab]:
    """Run a bridge against a hub; with ``connect``, until it has told all it knows."""
    from tests.devices.homeassistant.hub import open_again

    async with AsyncExitStack() as stack:
        if prepared is None:
            it = await stack.enter_async_context(hub())
            it.put(LAMP, "off", **DIMMER)
        else:
            it = prepared
            await stack.enter_async_context(open_again(it))
        home = Home()
        bridge = HomeAssistant(it.settings(**settings), home, now=lambda: AT, jitter=lambda: 0.0)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(bridge.run())
            try:
                if connect:
                    async with asyncio.timeout(DEADLINE_S):
                        await bridge.wait_connected()
                yield Lab(it, home, bridge)
            finally:
                task.cancel()
