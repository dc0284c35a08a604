"""A house with its door, and a small machine with a microphone and a loudspeaker made of files, joined by sockets."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.voice.wyoming import hardware
from tests.voice.wyoming.peer import Peer
from voice.endpoint import Energy
from voice.paired.code import Code
from voice.paired.door import Door, Serve
from voice.paired.guests import Guests
from voice.paired.identity import identity
from voice.paired.light import Senses, run
from voice.paired.pairing import Belonging, belonging, pair
from voice.satellite import Satellite, Woken
from voice.satellites.commands import Commands
from voice.satellites.soundcard import SoundCard

PROGRAMS = f"{sys.executable} {Path(hardware.__file__)}"
MARK_LEVEL = 12_000.0
MARK_PIECES = 10


async def nobody(satellite: Satellite) -> None:
    """Serve by doing nothing."""
    await asyncio.Event().wait()


async def until(reached: Callable[[], bool], deadline_s: float = 15.0) -> None:
    """Wait for a state that nothing tells of."""
    async with asyncio.timeout(deadline_s):
        while not reached():
            await asyncio.sleep(0.01)


@dataclass
class House:
    """Who may come in, and where."""

    folder: Path
    serve: Serve = nobody
    guests: Guests = field(init=False)
    now_s: float = 0.0
    door: Door = field(init=False)
    port: int = 0

    def __post_init__(self) -> None:
        self.guests = Guests(self.folder, lambda: self.now_s)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["House"]:
        """Open the door, at the same port each time; what was kept is read anew."""
        own = identity(self.folder, "house")
        self.guests = Guests(self.folder, lambda: self.now_s)
        listening = asyncio.Event()
        self.door = Door(own, self.guests, self.serve, on_listening=listening.set)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self.door.run("127.0.0.1", self.port))
            await listening.wait()
            assert self.door.port is not None
            self.port = self.door.port
            try:
                yield self
            finally:
                running.cancel()

    async def pair(self, folder: Path, name: str = "attic") -> Belonging:
        """Pair a satellite that keeps its key in a folder."""
        code = self.guests.invite(name, "Attic").code
        return await pair(folder, "127.0.0.1", self.port, Code.parsed(str(code)))


class Mark:
    """Hears the loud tone that is the wake word here."""

    def __init__(self) -> None:
        self._loud = 0

    async def accept(self, pcm: bytes, at_s: float) -> Woken | None:
        self._loud = self._loud + 1 if hardware.loudness(pcm) > MARK_LEVEL else 0
        return Woken("okay nabu", at_s, 0.9, -20.0) if self._loud == MARK_PIECES else None

    def reset(self) -> None:
        self._loud = 0


def card(folder: Path) -> SoundCard:
    """Return a sound card that hears what is put in a folder, and notes there what it plays."""
    speaker = f"{PROGRAMS} dac {folder / 'dac'} {{rate}}"
    return SoundCard("attic", Commands(f"{PROGRAMS} mic {folder}", speaker))


@asynccontextmanager
async def satellite(folder: Path, *, port: int | None = None) -> AsyncGenerator[Peer]:
    """Run one that was paired; ``port`` is that of whoever sits in between."""
    house = belonging(folder)
    senses = Senses(card(folder), Mark(), Energy(), ("okay nabu",))
    there = Belonging(house.host, port or house.port, house.name, house.room, house.certificate)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(run(folder, there, senses))
        try:
            yield Peer(0, folder)
        finally:
            running.cancel()


@dataclass
class Between:
    """Somebody on the network through whom everything goes, who writes it down, and can cut it."""

    port: int = 0
    sent: bytearray = field(default_factory=bytearray)
    """What the satellite sent."""
    came: bytearray = field(default_factory=bytearray)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list[asyncio.StreamWriter])

    def cut(self) -> None:
        """Break all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def carry(self, house: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", house)
        self._writers += [writer, back]
        async with asyncio.TaskGroup() as group:
            group.create_task(_copy(reader, back, self.sent))
            group.create_task(_copy(there, writer, self.came))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            kept += data
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def between(house: int) -> AsyncGenerator[Between]:
    """Carry what comes on a port of its own to the house and back."""
    carrier = Between()
    server = await asyncio.start_server(lambda r, w: carrier.carry(house, r, w), "127.0.0.1", 0)
    carrier.port = int(server.sockets[0].getsockname()[1])
    async with server:
        yield carrier
        carrier.cut()


def loud_after(peer: Peer, at_s: float) -> Sequence[float]:
    """Return the times after a moment (monotonic) at which the loudspeaker gave sound."""
    return [at for at, level in peer.spoken() if level > 100 and at > at_s]


def now_s() -> float:
    """Return the time by which the loudspeaker stamps."""
    return time.monotonic()
