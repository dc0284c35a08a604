"""The light satellite: it hears its wake word by itself, and only then sends what it hears to the house it belongs to.

Towards the house it is a Wyoming satellite that wakes itself, over TLS and dialled by itself. Towards the room it is
any other satellite: a sound card mostly. It needs the wake engine and the detector of speech, and no recognizer and no
voice.
"""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from voice.endpoint import FRAME_BYTES, FRAME_S, ActivityDetector
from voice.model import AudioFormat, Sound
from voice.paired.pairing import Belonging, NotPairedError, close, secured, unreached
from voice.satellite import Heard, Satellite, SatelliteError, Woken
from voice.tasks import ended
from voice.wyoming.wire import Event, WireError, described, events, format_of, send

log = logging.getLogger("hearth." + __name__)

CONNECT_S = 10.0
SILENT_S = 7.0
"""The house pings every 2 s: one that says nothing for so long is gone."""
AGAIN_S = (1.0, 30.0)
"""How long to wait before dialling again: at first, and at the longest."""
QUIET_S = 30.0
"""After so long without speech, or an answer, nothing is sent any more, whatever the house wants. An answer may be
thought about for that long."""
WAITING_MAX = 128
"""Pieces of an answer that wait to be played; the house sends them as they are heard."""
SPEECH = 0.5


class Watching(Protocol):
    """What hears the wake word: `voice.wake.Watch`."""

    async def accept(self, pcm: bytes, at_s: float) -> Woken | None:
        """Take the next sound; return whether it woke us."""
        ...

    def reset(self) -> None:
        """Forget what was heard."""
        ...


@dataclass(frozen=True, slots=True)
class Senses:
    """What a light satellite hears and speaks with."""

    satellite: Satellite
    """The microphone and the loudspeaker."""
    watch: Watching
    detector: ActivityDetector
    words: tuple[str, ...] = ()
    """What it listens for."""


async def run(folder: Path, house: Belonging, senses: Senses) -> None:
    """Dial the house, again and again, until cancelled.

    Raises:
        IdentityError: our key cannot be used.
    """
    loop, context = asyncio.get_running_loop(), secured(folder, house)
    wait_s, problem = AGAIN_S[0], ""
    while True:
        began_s = loop.time()
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(house.host, house.port, ssl=context)
            try:
                await _Visit(senses, house, reader, writer).run()
            finally:
                await close(writer)
            why = f"the house at {house.host}:{house.port} hung up"
        except (OSError, TimeoutError, WireError) as error:
            why = unreached(house.host, house.port, error)
        if why != problem:
            log.warning("%s; dialling again", why)
        problem = why
        if loop.time() - began_s > AGAIN_S[1]:
            wait_s, problem = AGAIN_S[0], ""
        # Not all at once, when the house starts again.
        await asyncio.sleep(wait_s * random.uniform(0.7, 1.0))
        wait_s = min(wait_s * 2, AGAIN_S[1])


class _Playback:
    """One answer on its way to the loudspeaker."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[Sound | None] = asyncio.Queue(WAITING_MAX)

    def put(self, sound: Sound | None) -> None:
        """Add the next piece, ``None`` at its end; raises WireError if there are too many."""
        try:
            self._pieces.put_nowait(sound)
        except asyncio.QueueFull:
            raise WireError("more sound at once than anybody can hear") from None

    async def sounds(self) -> AsyncGenerator[Sound]:
        """Yield the pieces."""
        while (sound := await self._pieces.get()) is not None:
            yield sound


class _Visit:
    """One connection to the house."""

    def __init__(
        self, senses: Senses, house: Belonging, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._senses, self._house, self._reader, self._writer = senses, house, reader, writer
        self._listening: asyncio.Task[None] | None = None
        self._playback: _Playback | None = None
        self._playing: asyncio.Task[None] | None = None
        self._quiet = _Quiet(senses.detector)
        self._greeted = self._streaming = False
        self._unheard = 0
        """So many wake words the house has not answered yet: what it ends until then is an earlier turn."""

    async def run(self) -> None:
        """Serve until the house hangs up; raises OSError or WireError when the connection breaks."""
        failure: OSError | WireError | None = None
        async with asyncio.TaskGroup() as group:
            try:
                await self._receive(group)
            except (OSError, WireError) as error:
                failure = error
            await ended(self._listening)
            await ended(self._playing)
        if failure is not None:
            raise failure

    async def _receive(self, group: asyncio.TaskGroup) -> None:
        async with aclosing(events(self._reader)) as coming:
            while True:
                async with asyncio.timeout(SILENT_S):
                    event = await self._next(coming)
                if event is None:
                    return
                await self._take(event, group)

    async def _next(self, coming: AsyncGenerator[Event]) -> Event | None:
        try:
            event = await anext(coming, None)
        except ConnectionError:
            event = None
            if self._greeted:
                raise
        if event is None and not self._greeted:
            # A handshake that fails on its side: asyncio (3.11) hangs up without TLS's own word for it.
            raise NotPairedError("it hung up at once")
        self._greeted = True
        return event

    async def _take(self, event: Event, group: asyncio.TaskGroup) -> None:
        match event.type:
            case "describe":
                await self._send(Event("info", _info(self._house, self._senses.words)))
            case "ping":
                await self._send(Event("pong", event.data))
            case "run-satellite":
                log.info("the house listens, as %s", self._house.name)
                await ended(self._listening)
                self._listening = group.create_task(self._listen())
            case "pause-satellite":
                # This is a mute: the microphone is closed.
                self._streaming = False
                await ended(self._listening)
            case "transcribe":
                self._unheard = max(0, self._unheard - 1)
            case "transcript" if self._unheard == 0:
                self._streaming = False
            case "audio-start":
                self._end_playback()
                self._playback = _Playback()
                before = self._playing
                self._playing = group.create_task(self._play(self._playback, before))
            case "audio-chunk" if self._playback is not None:
                self._playback.put(Sound(event.payload, format_of(event)))
            case "audio-stop":
                self._end_playback()
            case "error" if event.text("code") == "not-paired":
                raise NotPairedError(event.text("text"))
            case "error":
                log.info("the house says: %s", event.text("text"))
            case _:
                pass

    def _end_playback(self) -> None:
        if self._playback is not None:
            self._playback.put(None)
        self._playback = None

    async def _play(self, playback: _Playback, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait({before})
        try:
            async with aclosing(playback.sounds()) as sounds:
                await self._senses.satellite.play(sounds)
        except SatelliteError as error:
            log.warning("nothing can be said here: %s", error)
            if self._playback is playback:
                self._playback = None  # nobody takes the rest of it
        self._quiet.interrupt()
        await self._told(Event("played"))

    async def _listen(self) -> None:
        """Listen until cancelled; a microphone that is gone is tried again."""
        wait_s = AGAIN_S[0]
        while True:
            self._senses.watch.reset()
            try:
                async with aclosing(self._senses.satellite.hear()) as heard:
                    async for event in heard:
                        wait_s = AGAIN_S[0]
                        if isinstance(event, Heard):
                            await self._hear(event)
            except SatelliteError as error:
                log.warning("nothing can be heard here: %s", error)
            self._streaming = False
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, AGAIN_S[1])

    async def _hear(self, heard: Heard) -> None:
        woken = await self._senses.watch.accept(heard.pcm, heard.at_s)
        if woken is not None:
            await self._wake(woken)
        elif self._streaming:
            await self._told(Event("audio-chunk", described(AudioFormat()), heard.pcm))
            # Not while something is played: that is work enough for a small machine, and sound enough to be no silence.
            playing = self._playing is not None and not self._playing.done()
            if not playing and self._quiet.lasts_s(heard.pcm) > QUIET_S:
                log.info("nobody has spoken for %.0f s: nothing is sent any more", QUIET_S)
                self._streaming = False

    async def _wake(self, woken: Woken) -> None:
        """Be silent, and have the house listen."""
        self._playback = None
        await ended(self._playing)
        self._streaming = True
        self._unheard += 1
        self._quiet.interrupt()
        detected: dict[str, object] = {"name": woken.word, "score": woken.score}
        if woken.level_dbfs is not None:
            detected["level_dbfs"] = woken.level_dbfs
        asked = {"start_stage": "asr", "end_stage": "tts", "restart_on_end": False}
        await self._told(Event("detection", detected), Event("run-pipeline", asked))

    async def _told(self, *messages: Event) -> None:
        """Send what nobody waits for; who receives notices that the connection is gone."""
        try:
            await self._send(*messages)
        except OSError:
            self._writer.close()

    async def _send(self, *messages: Event) -> None:
        await send(self._writer, *messages)


class _Quiet:
    """How long nobody has spoken."""

    def __init__(self, detector: ActivityDetector) -> None:
        self._detector = detector
        self._rest = bytearray()
        self._frames = 0

    def interrupt(self) -> None:
        """Begin to count anew."""
        self._rest.clear()
        self._frames = 0
        self._detector.reset()

    def lasts_s(self, pcm: bytes) -> float:
        """Take the next sound; return how long there was no speech in it and before."""
        self._rest += pcm
        while len(self._rest) >= FRAME_BYTES:
            spoken = self._detector(bytes(self._rest[:FRAME_BYTES])) >= SPEECH
            del self._rest[:FRAME_BYTES]
            self._frames = 0 if spoken else self._frames + 1
        return self._frames * FRAME_S


def _info(house: Belonging, words: tuple[str, ...]) -> dict[str, object]:
    """Return what a satellite says of itself, as wyoming-satellite 1.4.1 does."""
    try:
        ours = version("hearth-home")
    except PackageNotFoundError:
        ours = "0"
    about: dict[str, object] = {"name": house.name, "installed": True, "description": "hearth satellite"}
    about |= {"attribution": {"name": "Hearth", "url": ""}, "version": ours, "active_wake_words": list(words)}
    return {"satellite": about | ({"area": house.room} if house.room else {})}
