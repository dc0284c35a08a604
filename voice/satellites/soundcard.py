"""This machine's own microphone and loudspeaker, through PortAudio: ALSA, PulseAudio and PipeWire.

A card that is not there, or is pulled out, is a `SatelliteError`: the session tries again, and the card is looked for
anew each time. Facts are those of sounddevice 0.5.6 and PortAudio 19.6.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from voice.inbox import Inbox
from voice.model import AudioFormat, Sound
from voice.pace import Pace, pieces
from voice.satellite import Played, SatelliteError, SatelliteEvent, Stage

log = logging.getLogger("hearth." + __name__)

SILENT_S = 3.0
"""An unplugged USB microphone may simply stop calling: nothing for so long is taken for gone."""

T = TypeVar("T")


class CardError(Exception):
    """PortAudio or the card refuses; the message is for people."""


@dataclass(frozen=True, slots=True)
class Device:
    """One sound device."""

    number: int
    name: str
    inputs: int
    outputs: int


class Recording(Protocol):
    """A microphone that is open."""

    def close(self) -> None:
        """Close it; again is harmless."""
        ...


class Playing(Protocol):
    """A loudspeaker that is open. `write` and `drain` block."""

    def write(self, pcm: bytes) -> None:
        """Hand on sound; raises CardError when the card is gone."""
        ...

    def drain(self) -> None:
        """Return when all of it is out, and close."""
        ...

    def abort(self) -> None:
        """Be silent now, and close; again is harmless."""
        ...


class Backend(Protocol):
    """The sound system. All of it blocks, and may raise CardError."""

    def devices(self) -> Sequence[Device]:
        """Return what is there now; looked for anew."""
        ...

    def record(self, device: int | None, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> Recording:
        """Open a microphone at 16 kHz, int16 mono; both functions are called from a thread of the sound system."""
        ...

    def play(self, device: int | None, format: AudioFormat) -> Playing:
        """Open a loudspeaker."""
        ...


class SoundCard:
    """The satellite."""

    wakes_itself = False

    def __init__(
        self,
        name: str,
        backend: Backend,
        *,
        room: str | None = None,
        microphone: str | None = None,
        loudspeaker: str | None = None,
    ) -> None:
        """Take parts of the devices' names; without, what the system prefers."""
        self.name, self.room = name, room
        self._backend = backend
        self._microphone, self._loudspeaker = microphone, loudspeaker
        self._inbox: Inbox | None = None
        self._speaking = asyncio.Lock()

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        """Yield the microphone's sound; `voice.satellite.Satellite.hear` tells the rest."""
        if self._inbox is not None:
            raise SatelliteError(f"satellite {self.name!r} is being listened to already")
        loop = asyncio.get_running_loop()
        inbox = self._inbox = Inbox()
        gone = SatelliteError(f"the microphone of {self.name!r} is gone; plug it in again")

        def on_pcm(pcm: bytes) -> None:
            with suppress(RuntimeError):  # the loop ended before the sound system noticed
                loop.call_soon_threadsafe(lambda: inbox.sound(pcm, loop.time()))

        def on_end() -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(inbox.fail, gone)

        recording: Recording | None = None
        try:
            recording = await _opened(lambda: self._open_microphone(on_pcm, on_end), lambda late: late.close())
            while True:
                try:
                    async with asyncio.timeout(SILENT_S):
                        event = await inbox.next()
                except TimeoutError as error:
                    raise gone from error
                yield event
        finally:
            self._inbox = None
            if recording is not None:
                await asyncio.to_thread(recording.close)

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Play sounds; `voice.satellite.Satellite.play` tells the rest."""
        async with self._speaking:
            pace = Pace()
            playing: Playing | None = None
            begun: AudioFormat | None = None
            try:
                async with aclosing(pieces(sounds, pace)) as paced:
                    async for piece in paced:
                        if piece.format != begun:
                            await _drained(playing)
                            begun = piece.format
                            playing = await _opened(partial(self._open_loudspeaker, begun), lambda late: late.abort())
                        await _do(partial(_write, playing, piece.pcm))
                await _drained(playing)
                playing = None
            finally:
                if playing is not None:
                    # Not waited for in a thread: this is barge-in, and dropping a buffer is quick.
                    playing.abort()
            return Played(pace.heard_s + pace.left_s, whole=True)

    async def show(self, stage: Stage) -> None:
        """Show nothing: a card has no lights."""

    async def rearm(self) -> None:
        """Do nothing: it listens all the time."""

    def _open_microphone(self, on_pcm: Callable[[bytes], None], on_end: Callable[[], None]) -> Recording:
        return self._backend.record(self._number(self._microphone, "input"), on_pcm, on_end)

    def _open_loudspeaker(self, format: AudioFormat) -> Playing:
        return self._backend.play(self._number(self._loudspeaker, "output"), format)

    def _number(self, wanted: str | None, way: str) -> int | None:
        """Return the device whose name has `wanted` in it; None for the system's own choice."""
        devices = [one for one in self._backend.devices() if (one.inputs if way == "input" else one.outputs)]
        if not devices:
            raise CardError(f"this machine has no sound {way}; plug in a sound card")
        if wanted is None:
            return None
        for one in devices:
            if wanted.casefold() in one.name.casefold():
                return one.number
        there = ", ".join(repr(one.name) for one in devices)
        raise CardError(f"there is no sound {way} {wanted!r}; there are {there}")


async def _do(work: Callable[[], T]) -> T:
    """Do what blocks in a thread."""
    try:
        return await asyncio.to_thread(work)
    except CardError as error:
        raise SatelliteError(str(error)) from error


async def _opened(opening: Callable[[], T], close: Callable[[T], None]) -> T:
    """Open what blocks in a thread; what is open only after nobody wants it any more is closed again."""
    future = asyncio.get_running_loop().run_in_executor(None, opening)
    try:
        return await asyncio.shield(future)
    except CardError as error:
        raise SatelliteError(str(error)) from error
    except asyncio.CancelledError:
        future.add_done_callback(lambda late: None if late.cancelled() or late.exception() else close(late.result()))
        raise


async def _drained(playing: Playing | None) -> None:
    if playing is not None:
        await _do(playing.drain)


def _write(playing: Playing | None, pcm: bytes) -> None:
    assert playing is not None
    playing.write(pcm)
