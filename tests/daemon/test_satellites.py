"""The satellites of the configuration: which are made, looked for, and served again."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.config.errors import ConfigError
from daemon.config.satellites import SatelliteEntry
from daemon.discovery import Discovery
from daemon.satellites import Satellites
from daemon.supervise import Condition
from tests.daemon.test_discovery import LOOPBACK, another
from tests.voice.wyoming.fake import FakeSatellite, running
from voice.model import EngineError
from voice.satellite import Satellite
from voice.satellites.esphome import EsphomeSatellite
from voice.wyoming.asking import offered
from voice.wyoming.satellite import WyomingSatellite


class Serving:
    """Serves by noting whom; fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.served: list[Satellite] = []
        self.changed = asyncio.Event()
        self._failures = failures

    async def __call__(self, satellite: Satellite) -> None:
        self.served.append(satellite)
        self.changed.set()
        if len(self.served) <= self._failures:
            raise EngineError("there is no recogniser")
        await asyncio.Event().wait()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(15):
            while len(self.served) < count:
                self.changed.clear()
                await self.changed.wait()


async def nothing(host: str, port: int) -> Sequence[str]:
    return []


@asynccontextmanager
async def served(
    serving: Serving, *entries: SatelliteEntry, discovery: Discovery | None = None
) -> AsyncGenerator[Satellites]:
    satellites = Satellites(entries, serving, discovery or Discovery(nothing))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(satellites.run())
        try:
            yield satellites
        finally:
            task.cancel()


async def test_each_is_served_as_its_kind():
    serving = Serving()
    attic = SatelliteEntry(name="attic", kind="wyoming", host="10.0.0.7", room="Attic")
    desk = SatelliteEntry(name="desk", kind="soundcard")
    box = SatelliteEntry(name="box", kind="esphome", host="10.0.0.8", room="Hall")
    async with served(serving, attic, desk, box) as satellites:
        await serving.until(3)
        health = satellites.health()
    found = {one.name: one for one in serving.served}
    assert isinstance(found["attic"], WyomingSatellite)
    assert (found["attic"].address, found["attic"].room) == ("10.0.0.7:10700", "Attic")
    assert not found["desk"].wakes_itself
    assert isinstance(found["box"], EsphomeSatellite)
    assert found["box"].room == "Hall"
    assert health.condition is Condition.FINE


async def test_one_without_an_address_is_looked_for_by_its_name():
    serving = Serving()
    discovery = Discovery(offered, interfaces=LOOPBACK)
    async with running(FakeSatellite()) as fake, asyncio.TaskGroup() as group:
        browsing = group.create_task(discovery.run())
        async with served(serving, SatelliteEntry(name="attic-box", kind="wyoming"), discovery=discovery) as satellites:
            before = satellites.health()
            async with another("_wyoming._tcp.local.", "attic-box", fake.port):
                await serving.until(1)
        browsing.cancel()
    assert "attic-box is not on the network" in before.detail
    satellite = serving.served[0]
    assert isinstance(satellite, WyomingSatellite)
    assert satellite.address == f"127.0.0.1:{fake.port}"


async def test_a_key_that_cannot_be_read_is_a_mistake_of_the_configuration(tmp_path: Path):
    box = SatelliteEntry(name="box", kind="esphome", host="10.0.0.8", key_file=str(tmp_path / "none"))
    with pytest.raises(ConfigError, match=r"satellites\.box\.key_file"):
        Satellites((box,), Serving(), Discovery(nothing))


async def test_one_that_cannot_be_served_is_told_and_tried_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.satellites.AGAIN_S", 0.0)
    serving = Serving(failures=2)
    async with served(serving, SatelliteEntry(name="desk", kind="soundcard")) as satellites:
        await serving.until(3)
        assert "desk: there is no recogniser" in satellites.health().detail
