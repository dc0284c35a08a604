"""Two rooms that talk with each other: what is said at one end is heard at the other, one at a time.

Who speaks first has the line until they pause; meanwhile the other microphone is not passed on, as it hears what comes
out of the loudspeaker beside it. The line ends when somebody hangs up, by words, wake word or button, when nobody has
spoken for a while, or after the longest time. Nothing is kept of what is said.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from enum import Enum, auto

from voice.earcons import Earcon, earcon
from voice.endpoint import FRAME_BYTES, ActivityDetector, Endpointer, Patience
from voice.engines import Engines
from voice.model import RATE_HZ, AudioFormat, Hearing, Sound, VoiceError
from voice.satellite import Satellite, SatelliteError
from voice.wishes import hangs_up

log = logging.getLogger("hearth." + __name__)

SILENCE_S = 30.0
"""Without a word at either end."""
LONGEST_S = 600.0
PAUSE_S = 0.6
"""So long one is silent before the other can be heard: the pause within a sentence is shorter."""
REST_S = 0.3
"""So long the last sound is in the air of the other room."""
BEFORE_S = 0.3
"""Of sound before the voice was noticed, which is passed on with it."""
WAITING_MAX = 200
"""Pieces on their way, of a frame: more than a loudspeaker over a network holds back."""
_BEFORE_BYTES = int(BEFORE_S * RATE_HZ) * 2


class Refused(Enum):
    """Why two rooms cannot talk with each other."""

    MUTED = auto()
    NOT_FROM_HERE = auto()
    """Nobody is just asking for it there with a voice."""
    NOBODY_THERE = auto()
    """No satellite can be reached there."""
    BUSY = auto()
    """Somebody is listened or spoken to there."""


class Call:
    """A line between two ends."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        """``now_s`` is the loop's clock."""
        self._now_s = now_s
        self._ends: list[End] = []
        self.speaks: End | None = None
        """Who has the line."""
        self.over = asyncio.Event()
        self.why = ""
        """Why it is over: ``hung-up``, ``silence``, ``too-long``, ``gone``."""
        self._began_s = self._spoken_s = now_s()
        self._there: set[End] = set()

    def end(self, satellite: Satellite, engines: Engines, detector: ActivityDetector) -> "End":
        """Return one end of it; there are two."""
        end = End(self, satellite, engines, detector)
        self._ends.append(end)
        return end

    def other(self, end: "End") -> "End":
        """Return the opposite end."""
        first, second = self._ends
        return second if end is first else first

    def is_there(self, end: "End") -> None:
        """Take note that an end is on the line: what is said before both are is passed on to nobody."""
        self._there.add(end)
        self._began_s = self._spoken_s = self._now_s()

    def take(self, end: "End") -> bool:
        """Let an end have the line if nobody has it; return whether it does."""
        if self.speaks is None and len(self._there) == len(self._ends):
            self.speaks = end
        if self.speaks is end:
            self._spoken_s = self._now_s()
        return self.speaks is end

    def release(self, end: "End") -> None:
        """Let the other one speak."""
        if self.speaks is end:
            self.speaks = None

    def hang_up(self, why: str = "hung-up") -> None:
        """End it; the first reason counts."""
        if not self.over.is_set():
            self.why = why
            self.over.set()

    async def ended(self) -> None:
        """Wait until it is over, by somebody's wish or by itself."""
        while not self.over.is_set():
            silent_s, lasted_s = self._now_s() - self._spoken_s, self._now_s() - self._began_s
            left_s = min(SILENCE_S - silent_s, LONGEST_S - lasted_s)
            if left_s <= 0:
                self.hang_up("too-long" if lasted_s >= LONGEST_S else "silence")
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await self.over.wait()


class End:
    """One end of a line: a satellite's microphone and loudspeaker."""

    def __init__(self, call: Call, satellite: Satellite, engines: Engines, detector: ActivityDetector) -> None:
        self.call = call
        self._satellite, self._engines, self._detector = satellite, engines, detector
        self._endpointer = Endpointer(detector, Patience())
        self._rest, self._before = b"", bytearray()
        self._hearing: Hearing | None = None
        self._coming = deque[bytes | None](maxlen=WAITING_MAX)
        """What the other one says; ``None``: they pause."""
        self._came = asyncio.Event()
        self.opened = False
        """Whether anything was heard here: a satellite that listens for its wake word itself is silent before it."""

    async def attend(self) -> None:
        """Play what the other one says until the line is over; a tone before and after tells that it is open."""
        try:
            async with asyncio.timeout(LONGEST_S + SILENCE_S):
                await self._satellite.play(_one(Earcon.LISTENING))
                self.call.is_there(self)
                async with asyncio.TaskGroup() as group:
                    playing = group.create_task(self._play())
                    await self.call.ended()
                    playing.cancel()
                await self._satellite.play(_one(Earcon.DONE))
        except* (SatelliteError, TimeoutError) as errors:
            log.info("the intercom of %s broke off: %s", self._satellite.name, errors.exceptions[0])
            self.call.hang_up("gone")
        finally:
            await self._forget()

    async def hear(self, pcm: bytes) -> None:
        """Take the next piece of sound of this microphone."""
        self.opened = True
        self._rest += pcm
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            await self._frame(frame)

    async def _frame(self, frame: bytes) -> None:
        if self.call.speaks not in (None, self):
            self._before.clear()
            self._endpointer.restart()
            return
        self._endpointer.accept(frame)
        self._before += frame
        if not self._endpointer.speaking:
            del self._before[:-_BEFORE_BYTES]
        elif self.call.take(self):
            piece = bytes(self._before)
            self._before.clear()
            self.call.other(self).give(piece)
            await self._listen(piece)
            if self._endpointer.silence_s >= PAUSE_S:
                await self._pause()

    def give(self, piece: bytes | None) -> None:
        """Take what the other one said; of too much the oldest is lost."""
        self._coming.append(piece)
        self._came.set()

    async def _pause(self) -> None:
        """What was said is over; the line is free once it is out of the other loudspeaker."""
        self._endpointer.restart()
        if await self._is_farewell():
            self.call.hang_up()
        self.call.other(self).give(None)

    async def _play(self) -> None:
        while True:
            await self._came.wait()
            async with aclosing(self._coming_in()) as sounds:
                await self._satellite.play(sounds)
            await asyncio.sleep(REST_S)
            self.call.release(self.call.other(self))

    async def _coming_in(self) -> AsyncGenerator[Sound]:
        while True:
            while self._coming:
                piece = self._coming.popleft()
                if piece is None:
                    if not self._coming:
                        self._came.clear()
                    return
                yield Sound(piece, AudioFormat())
            self._came.clear()
            await self._came.wait()

    async def _listen(self, piece: bytes) -> None:
        """Let the recogniser hear it, for who hangs up by words; a line goes on without."""
        with suppress(VoiceError):
            if self._hearing is None:
                self._hearing = await (await self._engines.recognizer()).listen(self._satellite.name)
            await self._hearing.accept(piece)

    async def _is_farewell(self) -> bool:
        hearing, self._hearing = self._hearing, None
        if hearing is None:
            return False
        try:
            return hangs_up((await hearing.finish()).text, self._engines.language)
        except VoiceError:
            return False
        finally:
            await hearing.close()

    async def _forget(self) -> None:
        hearing, self._hearing = self._hearing, None
        if hearing is not None:
            await hearing.close()


async def _one(kind: Earcon) -> AsyncGenerator[Sound]:
    yield earcon(kind)
