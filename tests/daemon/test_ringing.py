"""What rings goes on until it is hushed, louder when it is told to, and only where nobody is listened to."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from daemon import ringing
from daemon.ringing import Ringing
from devices.model import AreaId
from voice.model import Sound
from voice.satellite import Played, Satellite, SatelliteError
from voice.satellites.file import FileSatellite

BEDROOM = AreaId("bedroom")
SOON_S = 10.0


class Loudspeaker(FileSatellite):
    """A satellite that notes how loud each call is."""

    def __init__(self, name: str, *, gone: bool = False) -> None:
        super().__init__(b"", name=name)
        self.gone = gone
        self.loud: list[int] = []
        self.called = asyncio.Condition()

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Note what is played."""
        if self.gone:
            raise SatelliteError(f"{self.name} is gone")
        async for sound in sounds:
            async with self.called:
                self.loud.append(int(np.abs(np.frombuffer(sound.pcm, np.int16)).max()))
                self.called.notify_all()
        return Played(0.1, whole=True)

    async def calls(self, count: int) -> None:
        """Wait until it has rung so often."""
        async with self.called, asyncio.timeout(SOON_S):
            await self.called.wait_for(lambda: len(self.loud) >= count)


class House:
    """Rooms with loudspeakers."""

    def __init__(self, *satellites: Loudspeaker) -> None:
        self.satellites, self.busy = list(satellites), False

    def speaks_in(self, area: AreaId | None) -> bool:
        return bool(self.satellites) and area in (None, BEDROOM)

    def idle(self, area: AreaId | None) -> Sequence[Satellite]:
        return [] if self.busy or not self.speaks_in(area) else self.satellites


@asynccontextmanager
async def bells(house: House, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Ringing]:
    """Bells without the pauses between their calls."""
    monkeypatch.setattr(ringing, "GAP_S", 0.01)
    made = Ringing(house)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(made.run())
        await asyncio.sleep(0)
        yield made
        running.cancel()


async def test_it_rings_again_and_again_until_it_is_hushed(monkeypatch: pytest.MonkeyPatch):
    bed = Loudspeaker("bed")
    async with bells(House(bed), monkeypatch) as made:
        assert await made.ring(BEDROOM, key="alarm-1", level=0.5)
        await bed.calls(3)
        await made.hush("alarm-1")
        rung = len(bed.loud)
        await asyncio.sleep(0.1)
        assert len(bed.loud) == rung


async def test_a_higher_level_takes_the_place_of_the_one_before(monkeypatch: pytest.MonkeyPatch):
    bed = Loudspeaker("bed")
    async with bells(House(bed), monkeypatch) as made:
        await made.ring(BEDROOM, key="alarm-1", level=0.15)
        await bed.calls(1)
        quiet = bed.loud[-1]
        await made.ring(BEDROOM, key="alarm-1", level=1.0)
        count = len(bed.loud)
        await bed.calls(count + 2)
        assert min(bed.loud[count:]) > 10 * quiet > 0


async def test_nothing_rings_while_somebody_is_listened_to_or_where_nothing_can(monkeypatch: pytest.MonkeyPatch):
    bed = Loudspeaker("bed")
    house = House(bed)
    async with bells(house, monkeypatch) as made:
        assert not await made.ring(AreaId("attic"), key="alarm-1", level=1.0)
        house.busy = True
        assert await made.ring(BEDROOM, key="alarm-1", level=1.0)
        await asyncio.sleep(0.1)
        assert bed.loud == []
        house.busy = False
        await bed.calls(1)


async def test_a_satellite_that_is_gone_does_not_silence_the_others(monkeypatch: pytest.MonkeyPatch):
    gone, bed = Loudspeaker("gone", gone=True), Loudspeaker("bed")
    async with bells(House(gone, bed), monkeypatch) as made:
        await made.ring(None, key="alarm-1", level=1.0)
        await bed.calls(2)


async def test_what_does_not_run_rings_not():
    assert not await Ringing(House(Loudspeaker("bed"))).ring(BEDROOM, key="alarm-1", level=1.0)
