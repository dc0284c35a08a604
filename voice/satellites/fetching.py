"""Sound for devices that fetch it: a small HTTP server that hands it out as it is made, once, by its address.

The addresses cannot be guessed. What is sent is a WAV file of unknown length, no faster than it is heard, so that
closing it makes a device silent.
"""

import asyncio
import secrets
import socket
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from voice.model import AudioFormat, Sound
from voice.satellite import SatelliteError

HEAD_S = 5.0
"""How long a request may take to be said, and a piece of sound to be taken."""
LONGEST_HEAD = 8_192
UNKNOWN = 0xFFFF_FFFF
"""The length in a WAV file that goes on until it ends."""


class Offer:
    """One answer that can be fetched."""

    def __init__(self, url: str, format: AudioFormat) -> None:
        self.url, self.format = url, format
        self.fetched = asyncio.Event()
        self.ended = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    @property
    def is_taken(self) -> bool:
        """Whether somebody fetches it already."""
        return self._writer is not None

    async def hand_to(self, writer: asyncio.StreamWriter) -> None:
        """Begin, and return once it has ended."""
        self._writer = writer
        head = "HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + _wav_head(self.format))
        self.fetched.set()
        await self.ended.wait()

    async def write(self, sound: Sound) -> None:
        """Hand on a piece.

        Raises:
            SatelliteError: whoever fetches it left, or takes too little.
        """
        assert self._writer is not None
        if self._writer.is_closing():
            raise SatelliteError("whoever fetched the sound has left")
        try:
            self._writer.write(sound.pcm)
            async with asyncio.timeout(HEAD_S):
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise SatelliteError(f"the sound is not taken any more: {error}") from error


class Fetching:
    """The server; made by `serving` only."""

    def __init__(self) -> None:
        self._offers: dict[str, Offer] = {}
        self._place = ""

    @classmethod
    @asynccontextmanager
    async def serving(cls, towards: str, port: int) -> AsyncGenerator["Fetching"]:
        """Serve on the address of ours under which the machine `towards` reaches us."""
        fetching = cls()
        host = _own_address(towards, port)
        server = await asyncio.start_server(fetching._answer, host, 0, limit=LONGEST_HEAD)
        own = server.sockets[0].getsockname()
        fetching._place = f"[{own[0]}]:{own[1]}" if ":" in own[0] else f"{own[0]}:{own[1]}"
        try:
            async with server:
                yield fetching
        finally:
            for offer in list(fetching._offers.values()):
                offer.ended.set()

    @asynccontextmanager
    async def offer(self, format: AudioFormat) -> AsyncGenerator[Offer]:
        """Offer sound until the end of the block; then whoever fetches it is hung up on."""
        path = f"/{secrets.token_urlsafe(16)}.wav"
        offer = self._offers[path] = Offer(f"http://{self._place}{path}", format)
        try:
            yield offer
        finally:
            del self._offers[path]
            offer.ended.set()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_S):
                head = await reader.readuntil(b"\r\n\r\n")
            method, path, *_ = head.decode("latin-1").split(" ", 2)
            offer = self._offers.get(path) if method == "GET" else None
            if offer is None or offer.is_taken:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            else:
                await offer.hand_to(writer)
        except (OSError, TimeoutError, ValueError, EOFError, asyncio.LimitOverrunError):
            pass  # whoever it was said nothing that we understand
        finally:
            with suppress(OSError):
                writer.close()


def _own_address(towards: str, port: int) -> str:
    """Return the address of ours from which a machine is reached; nothing is sent."""
    try:
        found = socket.getaddrinfo(towards, port, type=socket.SOCK_DGRAM)
        with socket.socket(found[0][0], socket.SOCK_DGRAM) as probe:
            probe.connect(found[0][4])
            return str(probe.getsockname()[0])
    except OSError as error:
        raise SatelliteError(f"{towards!r} cannot be reached: {error}") from error


def _wav_head(format: AudioFormat) -> bytes:
    frame = format.sample_bytes * format.channels
    about = struct.pack(
        "<HHIIHH", 1, format.channels, format.rate_hz, format.rate_hz * frame, frame, format.sample_bytes * 8
    )
    whole = struct.pack("<I", UNKNOWN)
    return b"RIFF" + whole + b"WAVEfmt " + struct.pack("<I", len(about)) + about + b"data" + whole
