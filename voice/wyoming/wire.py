"""Wyoming on the wire: a header line of JSON, then data, then payload, both of announced length.

As in the package `wyoming` 1.10.2, against which this is tested. Its own reader takes any length that a peer announces
and tells rubbish from the end of a connection in no way, so what comes from outside is read here, with bounds.
"""

import asyncio
import json
import math
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from voice.model import RATE_HZ, AudioFormat, VoiceError

HEADER_MAX = 64 * 1024
"""Bytes of the header line; asyncio's own limit, which the package has for its lines."""
DATA_MAX = 1024 * 1024
"""An ``info`` that lists every voice of Piper is about 200 kB."""
PAYLOAD_MAX = 4 * 1024 * 1024
"""Two minutes of sound in one piece, which the protocol allows."""
WRITE_S = 5.0
"""A peer on the same network that takes nothing for so long is gone."""
_READ = 64 * 1024


class WireError(VoiceError):
    """A peer sends what is no Wyoming, or more than it may; the connection is of no use any more."""

    code = "wyoming-broken"


@dataclass(frozen=True, slots=True)
class Event:
    """One message."""

    type: str
    data: Mapping[str, object] = field(default_factory=dict[str, object])
    payload: bytes = b""

    def text(self, key: str) -> str:
        """Return a string of the data, empty if there is none under that key."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""

    def table(self, key: str) -> Mapping[str, object]:
        """Return an object of the data, empty if there is none under that key."""
        return as_table(self.data.get(key))

    def number(self, key: str) -> int | None:
        """Return a whole number of the data, if there is one under that key."""
        value = self.data.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def fraction(self, key: str) -> float | None:
        """Return a number of the data, whole or not, if there is a finite one under that key."""
        value = self.data.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            return None
        return float(value)


def as_table(value: object) -> Mapping[str, object]:
    """Return an object of JSON as it is, empty for everything else."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def described(format: AudioFormat) -> dict[str, object]:
    """Return a format as the messages about sound have it."""
    return {"rate": format.rate_hz, "width": format.sample_bytes, "channels": format.channels}


def format_of(event: Event) -> AudioFormat:
    """Return the format that a message about sound has; that of a microphone where it says nothing."""
    rate_hz, width, channels = (event.number(key) for key in ("rate", "width", "channels"))
    return AudioFormat(rate_hz or RATE_HZ, width or 2, channels or 1)


def encode(event: Event) -> bytes:
    """Return the bytes of a message."""
    data = json.dumps(event.data, ensure_ascii=False).encode() if event.data else b""
    header: dict[str, object] = {"type": event.type}
    if data:
        header["data_length"] = len(data)
    if event.payload:
        header["payload_length"] = len(event.payload)
    return json.dumps(header, ensure_ascii=False).encode() + b"\n" + data + event.payload


class Decoder:
    """Takes bytes as they come and gives whole messages. After a `WireError` it is of no use any more."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._header: tuple[Mapping[str, object], int, int] | None = None

    def feed(self, received: bytes) -> Iterator[Event]:
        """Yield the messages that are complete with these bytes.

        Raises:
            WireError: what comes is not Wyoming.
        """
        self._buffer += received
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Event | None:
        if self._header is None:
            end = self._buffer.find(b"\n")
            if max(end, len(self._buffer) if end < 0 else 0) > HEADER_MAX:
                raise WireError(f"a header of more than {HEADER_MAX} bytes")
            if end < 0:
                return None
            self._header = _header(bytes(self._buffer[:end]))
            del self._buffer[: end + 1]
        header, data_length, payload_length = self._header
        if len(self._buffer) < data_length + payload_length:
            return None
        data = {**as_table(header.get("data")), **_object(bytes(self._buffer[:data_length]) or b"{}")}
        payload = bytes(self._buffer[data_length : data_length + payload_length])
        del self._buffer[: data_length + payload_length]
        self._header = None
        return Event(str(header["type"]), data, payload)


def _header(line: bytes) -> tuple[Mapping[str, object], int, int]:
    header = _object(line)
    if not isinstance(header.get("type"), str):
        raise WireError("a header without a type")
    return header, _length(header, "data_length", DATA_MAX), _length(header, "payload_length", PAYLOAD_MAX)


def _object(text: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError("a message that is not JSON") from error
    if not isinstance(found, dict):
        raise WireError("a message that is no object")
    return cast("Mapping[str, object]", found)


def _length(header: Mapping[str, object], key: str, most: int) -> int:
    length = header.get(key) or 0
    if not isinstance(length, int) or not 0 <= length <= most:
        raise WireError(f"a message with {key} {length!r}; at most {most} bytes are taken")
    return length


async def events(reader: asyncio.StreamReader) -> AsyncGenerator[Event]:
    """Yield messages until the peer closes the connection; raises `WireError`, or `OSError` when it breaks."""
    decoder = Decoder()
    while received := await reader.read(_READ):
        for event in decoder.feed(received):
            yield event


async def send(writer: asyncio.StreamWriter, *messages: Event) -> None:
    """Send messages; raises `OSError`, among them `TimeoutError` when the peer takes nothing."""
    writer.write(b"".join(map(encode, messages)))
    async with asyncio.timeout(WRITE_S):
        await writer.drain()
