"""A voice device that speaks ESPHome's native API in the clear, as ESPHome and linux-voice-assistant do.

Its microphone is a recording, sent after its wake word; its loudspeaker fetches what it is offered, and plays it in
real time without a buffer of its own.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit

from aioesphomeapi.core import MESSAGE_TYPE_TO_PROTO  # pyright: ignore[reportUnknownVariableType] - protobuf makes its classes when it is imported
from aioesphomeapi.model import VoiceAssistantEventType

PROTOS = cast("Mapping[int, Any]", MESSAGE_TYPE_TO_PROTO)
"""The classes of its messages, made by protobuf when it is imported."""
NUMBERS: Mapping[str, int] = {proto.__name__: number for number, proto in PROTOS.items()}
BLOCK = 2_048
BLOCK_S = 0.064
FLAGS = 61
"""What linux-voice-assistant says that it can: all but raw sound for its loudspeaker."""
WAV_HEAD = 44


class Device:
    """One device; answers what it is asked and does what it is told."""

    def __init__(self, pcm: bytes = b"", *, flags: int = FLAGS, wakes: bool = True) -> None:
        self.pcm, self.flags, self.wakes = pcm, flags, wakes
        self.port = 0
        self.fetches = True
        self.came_out_s = 0.0
        self.listens_on = False
        self.events: list[str] = []
        """What it was told of its turn, and ``announce``."""
        self.subscribed = asyncio.Event()
        self.answered: list[int] = []
        """Where it was told to send its sound: 0 is here."""
        self._stopped = asyncio.Event()
        self._writers: list[asyncio.StreamWriter] = []
        self._changed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._group: asyncio.TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["Device"]:
        async with asyncio.TaskGroup() as group:
            self._group = group
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            try:
                yield self
            finally:
                server.close()
                for task in self._tasks:
                    task.cancel()
                await self.vanish()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for what a message brings about."""
        async with asyncio.timeout(10):
            while not reached():
                self._changed.clear()
                await self._changed.wait()

    def stop(self) -> None:
        """Hear its own word for stop, as linux-voice-assistant 1.1.15 does while it speaks; it tells no more than that
        it has finished.
        """
        self._stopped.set()

    async def vanish(self) -> None:
        """Hang up."""
        for writer in self._writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _do(self, work: Coroutine[None, None, None]) -> None:
        assert self._group is not None
        self._tasks.append(self._group.create_task(work))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with suppress(EOFError, OSError):
            while True:
                assert await reader.readexactly(1) == b"\0"
                length, number = await _varint(reader), await _varint(reader)
                message = PROTOS[number]()
                message.ParseFromString(await reader.readexactly(length))
                self._take(type(message).__name__, message, writer)
                self._changed.set()

    def _take(self, name: str, message: Any, writer: asyncio.StreamWriter) -> None:
        match name:
            case "HelloRequest":
                _send(writer, "HelloResponse", api_version_major=1, api_version_minor=10, name="box")
            case "AuthenticationRequest":
                _send(writer, "AuthenticationResponse")
            case "DeviceInfoRequest":
                about = {"name": "box", "voice_assistant_feature_flags": self.flags, "suggested_area": "Attic"}
                _send(writer, "DeviceInfoResponse", **about)
            case "PingRequest":
                _send(writer, "PingResponse")
            case "SubscribeVoiceAssistantRequest" if message.subscribe:
                self.subscribed.set()
                if self.wakes:
                    self._do(self.wake(writer))
            case "VoiceAssistantResponse":
                self.answered.append(message.port)
            case "VoiceAssistantEventResponse":
                event = VoiceAssistantEventType(message.event_type).name.removeprefix("VOICE_ASSISTANT_")
                self.events.append(event)
                said = {one.name: one.value for one in message.data}
                if event == "RUN_START":
                    self.listens_on = False
                elif event == "INTENT_END":
                    self.listens_on = said.get("continue_conversation") == "1"
                elif event == "TTS_END":
                    self._do(self._play(message.data[0].value, writer))
            case "VoiceAssistantAnnounceRequest":
                self.events.append("announce")
                self._do(self._play(message.media_id, writer))
            case _:
                pass

    async def wake(self, writer: asyncio.StreamWriter) -> None:
        """Hear the wake word, and send what is said then."""
        await self._say(writer, "okay")

    async def _say(self, writer: asyncio.StreamWriter, phrase: str) -> None:
        _send(writer, "VoiceAssistantRequest", start=True, conversation_id="1", flags=3, wake_word_phrase=phrase)
        for begin in range(0, len(self.pcm), BLOCK):
            _send(writer, "VoiceAssistantAudio", data=self.pcm[begin : begin + BLOCK])
            await asyncio.sleep(BLOCK_S)

    async def _play(self, url: str, control: asyncio.StreamWriter) -> None:
        if not self.fetches:
            return
        self._stopped.clear()
        place = urlsplit(url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write(f"GET {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            head = await reader.readexactly(WAV_HEAD)
            bytes_per_s = int.from_bytes(head[28:32], "little")
            while not self._stopped.is_set() and (piece := await reader.read(bytes_per_s // 50)):
                self.came_out_s += len(piece) / bytes_per_s
                self._changed.set()
                await asyncio.sleep(len(piece) / bytes_per_s)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        _send(control, "VoiceAssistantAnnounceFinished", success=True)
        if self.listens_on:  # as linux-voice-assistant does, whether the run was ended or not
            self.listens_on = False
            await self._say(control, "")


def _send(writer: asyncio.StreamWriter, name: str, /, **fields: object) -> None:
    if writer.is_closing():
        return
    data: bytes = PROTOS[NUMBERS[name]](**fields).SerializeToString()
    writer.write(b"\0" + _encoded(len(data)) + _encoded(NUMBERS[name]) + data)


def _encoded(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


async def _varint(reader: asyncio.StreamReader) -> int:
    number = shift = 0
    while True:
        (byte,) = await reader.readexactly(1)
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number
        shift += 7
