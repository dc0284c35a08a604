"""A satellite that fits into its room: deaf while it is muted, as loud as is wanted, with a tone when it listens.

It is put around any other satellite; the session cannot tell the difference.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass

from voice.earcons import Earcon, earcon
from voice.model import RATE_HZ, Sound
from voice.satellite import Heard, Played, Satellite, SatelliteError, SatelliteEvent, Stage
from voice.tasks import ended, next_event
from voice.volume import Loudness, at_level

TONE_S = 1.0
"""The longest that a tone may take; it lasts a third of that."""
REST_S = 0.1
"""The end of the wake word may still be in the air for so long."""
LULL_S = 0.25
"""Who wants to hear that we listen pauses for so long after the wake word; who does not goes on within it."""
LOUDER_DB = 12.0
"""So much above the quietest of late somebody speaks."""
RISE_DB_PER_S = 1.0
"""How fast a room that has become louder is taken for usual."""


def _nothing(_stage: Stage) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What a room wants of its satellite."""

    loudness: Callable[[], Loudness] = lambda: Loudness(1.0, whisper=False)
    """How loud to speak now."""
    on_stage: Callable[[Stage], None] = _nothing
    """Is told of each stage before it is shown; must not wait."""
    tones: bool = False
    """Whether to tell by a tone that the wake word was heard; for satellites that do not do so themselves."""


class Considerate:
    """Another satellite with manners. `run` must run beside whoever hears it."""

    def __init__(self, satellite: Satellite, manners: Manners, *, hears: bool = True) -> None:
        self._satellite, self._manners = satellite, manners
        self._allowed, self._forbidden, self._tone_due = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._loudspeaker = asyncio.Lock()
        self._cut = False
        """Whether the reader was closed for a mute."""
        self._stage = Stage.IDLE
        self._lull: _Lull | None = None
        self._room = _RoomLevel()
        self.listen(hears=hears)

    @property
    def name(self) -> str:
        """That of the other."""
        return self._satellite.name

    @property
    def room(self) -> str | None:
        """That of the other."""
        return self._satellite.room

    @property
    def wakes_itself(self) -> bool:
        """Whether the other does."""
        return self._satellite.wakes_itself

    def listen(self, *, hears: bool) -> None:
        """Listen from now on, or close the microphone's reader; what is being said goes on."""
        (self._allowed if hears else self._forbidden).set()
        (self._forbidden if hears else self._allowed).clear()

    async def run(self) -> None:
        """Play the tones that are due until cancelled."""
        while True:
            await self._tone_due.wait()
            self._tone_due.clear()
            if self._stage is Stage.LISTENING:
                await self.signal(Earcon.LISTENING)

    async def signal(self, kind: Earcon) -> None:
        """Say something by a tone, except at night; nothing where there is no loudspeaker."""
        if self._manners.loudness().whisper:
            return
        with suppress(SatelliteError, TimeoutError):
            async with asyncio.timeout(TONE_S):
                await self.play(_one(earcon(kind)))

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        """Yield what the other hears; while it is muted the other is not listened to at all.

        Raises:
            SatelliteError: it is gone.
        """
        while True:
            await self._allowed.wait()
            async with aclosing(self._satellite.hear()) as events:
                while (event := await self._next(events)) is not None:
                    if isinstance(event, Heard):
                        self._measure(event.pcm)
                    yield event
            if not self._cut:
                return

    async def _next(self, events: AsyncGenerator[SatelliteEvent]) -> SatelliteEvent | None:
        """Return what is heard next, ``None`` if there is no more or it must not be heard."""
        async with asyncio.TaskGroup() as group:
            heard = group.create_task(next_event(events))
            muted = group.create_task(self._forbidden.wait())
            await asyncio.wait({heard, muted}, return_when=asyncio.FIRST_COMPLETED)
            # It may be allowed again by the time that the reader has ended.
            self._cut = muted.done()
            muted.cancel()
            await ended(heard)
        if self._cut:
            return None
        event = heard.result()
        if isinstance(event, SatelliteError):
            raise event
        return event

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Play sounds as loud as the room wants it; `voice.satellite.Satellite.play` tells the rest."""
        async with self._loudspeaker, aclosing(self._levelled(sounds)) as levelled:
            return await self._satellite.play(levelled)

    async def _levelled(self, sounds: AsyncIterator[Sound]) -> AsyncGenerator[Sound]:
        async for sound in sounds:
            yield at_level(sound, self._manners.loudness().level)

    async def show(self, stage: Stage) -> None:
        """Let people see where the turn is, and by a tone that it has begun, unless they speak on."""
        self._manners.on_stage(stage)
        begins = stage is Stage.LISTENING and self._stage is Stage.IDLE
        self._stage = stage
        self._lull = _Lull() if begins and self._manners.tones else None
        await self._satellite.show(stage)

    async def rearm(self) -> None:
        """Let the other go back to its wake word."""
        await self._satellite.rearm()

    def _measure(self, pcm: bytes) -> None:
        """Find out whether somebody waits for the tone."""
        if not self._manners.tones:
            return
        lasts_s, loud = len(pcm) / 2 / RATE_HZ, self._room.is_loud(pcm)
        if self._lull is None:
            return
        self._lull.rest_s -= lasts_s
        if self._lull.rest_s > 0:
            return
        self._lull.quiet_s += lasts_s
        if loud:
            self._lull = None
        elif self._lull.quiet_s >= LULL_S:
            self._lull = None
            self._tone_due.set()


@dataclass(slots=True)
class _Lull:
    """The pause after a wake word."""

    rest_s: float = REST_S
    quiet_s: float = 0.0


class _RoomLevel:
    """How loud a room usually is."""

    def __init__(self) -> None:
        self._usual_dbfs = 0.0

    def is_loud(self, pcm: bytes) -> bool:
        """Return whether a piece of sound is much louder than usual, and learn from it."""
        import numpy as np

        from voice.audio import level_dbfs

        level = level_dbfs(np.frombuffer(pcm, np.int16))
        self._usual_dbfs = min(level, self._usual_dbfs + RISE_DB_PER_S * len(pcm) / 2 / RATE_HZ)
        return level > self._usual_dbfs + LOUDER_DB


async def _one(sound: Sound) -> AsyncGenerator[Sound]:
    yield sound
