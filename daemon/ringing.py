"""Rings in the rooms: a call that comes again and again until it is hushed, and is silent while somebody is heard."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from devices.model import AreaId
from voice.earcons import ring
from voice.model import Sound
from voice.satellite import Satellite, SatelliteError
from voice.tasks import ended
from voice.volume import at_level

GAP_S = 1.0
LONGEST_S = 90.0
"""Whoever rings comes back with the next level sooner than this: a bell without an owner ends by itself."""


class Rooms(Protocol):
    """What is needed of `daemon.rooms.Rooms`."""

    def speaks_in(self, area: AreaId | None) -> bool:
        """Say whether there is a loudspeaker in a room; with ``None``: anywhere."""
        ...

    def idle(self, area: AreaId | None) -> Sequence[Satellite]:
        """Return the satellites of a room, or all, on which nobody is listened to and nothing is said."""
        ...


class Ringing:
    """The bells that ring; see `daemon.insisting.Ringer`."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._bells: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Let bells ring until cancelled; then every one is silent."""
        try:
            async with asyncio.TaskGroup() as self._group:
                await asyncio.Event().wait()
        finally:
            self._group = None
            self._bells.clear()

    async def ring(self, area: AreaId | None, *, key: str, level: float) -> bool:
        """Ring under a key at a level from 0 to 1, instead of what rang under it; ``False``: nothing can."""
        await self.hush(key)
        if self._group is None or not self._rooms.speaks_in(area):
            return False
        self._bells[key] = self._group.create_task(self._call(area, level))
        return True

    async def hush(self, key: str) -> None:
        """Be silent; nothing if it does not ring."""
        await ended(self._bells.pop(key, None))

    async def _call(self, area: AreaId | None, level: float) -> None:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + LONGEST_S
        while loop.time() < until_s:
            async with asyncio.TaskGroup() as calls:
                for satellite in self._rooms.idle(area):
                    calls.create_task(_once(satellite, level))
            await asyncio.sleep(GAP_S)


async def _once(satellite: Satellite, level: float) -> None:
    try:
        await satellite.play(_sounds(level))
    except SatelliteError:
        return  # it is gone, and tried again by itself; the other rooms ring on


async def _sounds(level: float) -> AsyncGenerator[Sound]:
    yield at_level(ring(), level)
