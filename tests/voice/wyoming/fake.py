"""A small Wyoming satellite that speaks through the protocol's own package, and does what a test tells it."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from wyoming.audio import AudioChunk, AudioStop
from wyoming.event import Event, async_read_event, async_write_event
from wyoming.info import Attribution, Describe, Info, Satellite
from wyoming.ping import Ping, Pong
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import RunSatellite
from wyoming.snd import Played
from wyoming.wake import Detection

DEADLINE_S = 10.0


@dataclass
class FakeSatellite:
    """What it is, and what came to it. ``old``: as wyoming-satellite 1.0.0, without ping, pong and played."""

    old: bool = False
    area: str | None = None
    is_satellite: bool = True
    answers: bool = True
    port: int = 0
    got: list[Event] = field(default_factory=list[Event])
    owner: asyncio.StreamWriter | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    out_at: float = 0.0
    handed_s: float = 0.0

    @property
    def came_out_s(self) -> float:
        """How many seconds came out of a loudspeaker that plays what it has, in real time."""
        return self.handed_s - max(0.0, self.out_at - asyncio.get_running_loop().time())

    async def record(self, pcm: bytes) -> None:
        """Once it is ours, send what its microphone hears: a recording, in real time."""
        await self.seen("run-satellite")
        await self.stream()
        for begin in range(0, len(pcm), 2048):
            await self.hear(pcm[begin : begin + 2048])
            await asyncio.sleep(0.064)

    async def seen(self, kind: str, count: int = 1) -> Event:
        """Wait until that many messages of a kind came from the hub; return the last of them."""
        async with asyncio.timeout(DEADLINE_S):
            while sum(event.type == kind for event in self.got) < count:
                self.changed.clear()
                await self.changed.wait()
        return [event for event in self.got if event.type == kind][count - 1]

    async def say(self, *events: Event) -> None:
        assert self.owner is not None
        for event in events:
            await async_write_event(event, self.owner)

    async def wake(self, word: str = "okay_nabu") -> None:
        """Hear its own wake word."""
        if not self.old:
            await self.say(Detection(name=word).event())
        await self.say(RunPipeline(start_stage=PipelineStage.ASR, end_stage=PipelineStage.TTS).event())

    async def stream(self, *, end: PipelineStage = PipelineStage.TTS) -> None:
        """Begin to send everything, for the hub to find the wake word in."""
        await self.say(RunPipeline(start_stage=PipelineStage.WAKE, end_stage=end).event())

    async def hear(self, pcm: bytes, *, rate: int = 16_000) -> None:
        """Send sound as its microphone gives it."""
        for begin in range(0, len(pcm), 2048):
            chunk = AudioChunk(rate=rate, width=2, channels=1, audio=pcm[begin : begin + 2048], timestamp=1)
            await self.say(chunk.event())

    def hang_up(self) -> None:
        assert self.owner is not None
        self.owner.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(ConnectionError):
            while (event := await async_read_event(reader)) is not None:
                await self._take(event, writer)
        if self.owner is writer:
            self.owner = None
        writer.close()

    async def _take(self, event: Event, writer: asyncio.StreamWriter) -> None:
        if not self.answers:
            return
        if Describe.is_type(event.type):
            await async_write_event(self._info().event(), writer)
            return
        self.owner = self.owner or writer
        if self.owner is not writer:
            if self.old:
                writer.close()
            return
        self.got.append(event)
        self.changed.set()
        if RunSatellite.is_type(event.type) and not self.old:
            await async_write_event(Ping(text="mine").event(), writer)
        if AudioChunk.is_type(event.type):
            self._play(AudioChunk.from_event(event))
        if self.old:
            return
        if Ping.is_type(event.type):
            await async_write_event(Pong(text=Ping.from_event(event).text).event(), writer)
        elif AudioStop.is_type(event.type):
            await asyncio.sleep(max(0.0, self.out_at - asyncio.get_running_loop().time()))
            await async_write_event(Played().event(), writer)

    def _play(self, chunk: AudioChunk) -> None:
        self.out_at = max(self.out_at, asyncio.get_running_loop().time()) + chunk.seconds
        self.handed_s += chunk.seconds

    def _info(self) -> Info:
        if not self.is_satellite:
            return Info()
        about = Attribution(name="", url="")
        version = None if self.old else "1.4.1"
        return Info(satellite=Satellite("fake", about, installed=True, description="", version=version, area=self.area))


@asynccontextmanager
async def running(satellite: FakeSatellite) -> AsyncGenerator[FakeSatellite]:
    """Run it on a free port."""
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await satellite.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, family=socket.AF_INET)
    satellite.port = server.sockets[0].getsockname()[1]
    try:
        yield satellite
    finally:
        server.close()
        for writer in writers:
            writer.close()
        for writer in writers:
            with suppress(ConnectionError):
                await writer.wait_closed()
        await server.wait_closed()
