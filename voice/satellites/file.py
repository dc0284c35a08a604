"""A satellite of files: its microphone is a recording, its loudspeaker keeps what was played.

It has a clock of its own, which its microphone drives: in real time, or as fast as the session can listen. Then the
clock stands still while somebody thinks or a voice is made, so that a turn goes as it would have gone.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from voice.model import RATE_HZ, Sound
from voice.satellite import Heard, Played, SatelliteError, SatelliteEvent, Stage, Woken

PIECE = 1024
"""Samples that are heard at once, as Wyoming satellites send them."""
PIECE_S = PIECE / RATE_HZ
AHEAD_S = 0.2
TAIL_S = 60.0
"""So much silence follows the recording at most, while a turn goes on."""
WORD = "file"
"""What it says it was woken by."""
_QUIET_LSB = 8
"""No room is as silent as digital silence."""


@dataclass(frozen=True, slots=True)
class Interruption:
    """Somebody who speaks while we do."""

    after_s: float
    """Since the first sound of an answer."""
    pcm: bytes
    """int16 mono at 16 kHz."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a room is like."""

    wakes_s: Sequence[float] = (0.0,)
    """When in the recording the wake word is heard."""
    echo: float = 0.0
    """How loud what is played comes back into the microphone: 1 is as loud as it was."""
    echo_delay_s: float = 0.08
    interruptions: Sequence[Interruption] = ()
    """Of the first answer, of the second, and so on."""


class FileSatellite:
    """One recording, heard once."""

    def __init__(
        self,
        pcm: bytes,
        *,
        name: str = "file",
        room: str | None = None,
        realtime: bool = False,
        scene: Scene | None = None,
        speaks: bool = True,
    ) -> None:
        """`pcm` is int16 mono at 16 kHz; with `speaks` false there is no loudspeaker."""
        self._pcm, self._name, self._room, self._realtime = pcm, name, room, realtime
        self._scene = scene or Scene()
        self._speaks = speaks
        self._now_s = 0.0
        self._moved = asyncio.Condition()
        self._stage = Stage.IDLE
        self._handed_until_s: float | None = None
        """Until when there is something to play; ``None``: nothing is played."""
        self._in_air = bytearray()
        """What the microphone hears beside the recording, from now on: echo and interruptions."""
        self._answers = 0
        self._is_heard = False
        self.begun_s = 0.0
        """The loop's time when its first sound was heard."""
        self.played: list[Sound] = []
        """What came out of the loudspeaker."""
        self.stages: list[Stage] = []
        self.rearmed = 0

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name

    @property
    def room(self) -> str | None:
        """Where it stands."""
        return self._room

    @property
    def wakes_itself(self) -> bool:
        """It does not: what is woken by is part of its scene."""
        return False

    async def hear(self) -> AsyncGenerator[SatelliteEvent]:
        """Yield the recording, then silence for as long as a turn goes on."""
        loop = asyncio.get_running_loop()
        self.begun_s = loop.time()
        self._is_heard = True
        try:
            async with aclosing(self._recording(loop)) as events:
                async for event in events:
                    yield event
        finally:
            self._is_heard = False
            await self._tell()

    async def _recording(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[SatelliteEvent]:
        wakes = sorted(self._scene.wakes_s, reverse=True)
        at = 0
        while at < len(self._pcm) or (self._stage is not Stage.IDLE and self._now_s * RATE_HZ * 2 < self._longest):
            if wakes and wakes[-1] <= self._now_s:
                wakes.pop()
                yield Woken(WORD, self.begun_s + self._now_s)
            await self._wait_for_time()
            piece = self._mixed(self._pcm[at : at + PIECE * 2])
            at += PIECE * 2
            await self._move(loop)
            yield Heard(piece, self.begun_s + self._now_s)

    async def play(self, sounds: AsyncIterator[Sound]) -> Played:
        """Play sounds by its own clock."""
        if not self._speaks:
            raise SatelliteError(f"{self._name!r} has no loudspeaker")
        begun_s, handed_s = self._now_s, 0.0
        self._handed_until_s = begun_s
        try:
            async for sound in sounds:
                if not handed_s:
                    begun_s = self._now_s
                    self._interrupt()
                self.played.append(sound)
                self._echo(sound, begun_s + handed_s)
                handed_s += sound.format.seconds(len(sound.pcm))
                self._handed_until_s = begun_s + handed_s
                await self._tell()
                await self._reach(self._handed_until_s - AHEAD_S)
            await self._reach(begun_s + handed_s)
            return Played(handed_s, True)
        finally:
            self._handed_until_s = None
            self._unplay(begun_s + handed_s - self._now_s)
            await self._tell()

    async def show(self, stage: Stage) -> None:
        """Take note of the stage."""
        self._stage = stage
        self.stages.append(stage)
        await self._tell()

    async def rearm(self) -> None:
        """Take note of it."""
        self.rearmed += 1

    @property
    def _longest(self) -> float:
        return len(self._pcm) + TAIL_S * RATE_HZ * 2

    async def _wait_for_time(self) -> None:
        """While somebody thinks, or a voice is made, time stands still; real time does not."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._realtime or not self._is_held())

    def _is_held(self) -> bool:
        until_s = self._handed_until_s
        return self._stage is Stage.THINKING or (until_s is not None and self._now_s >= until_s)

    async def _move(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._realtime:
            await asyncio.sleep(self.begun_s + self._now_s + PIECE_S - loop.time())
        self._now_s += PIECE_S
        await self._tell()

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    async def _reach(self, at_s: float) -> None:
        """Wait for a time; where nobody listens to the microphone, which drives the clock, it comes by itself."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._now_s >= at_s - 1e-6 or not self._is_heard)
        if self._now_s < at_s:
            await asyncio.sleep(at_s - self._now_s if self._realtime else 0)
            self._now_s = max(self._now_s, at_s)

    def _mixed(self, recorded: bytes) -> bytes:
        """Return the next piece of the microphone: the recording, or a quiet room, and what else is in the air."""
        import numpy as np

        noise = np.random.default_rng(int(self._now_s * 1000)).normal(0, _QUIET_LSB, PIECE)
        samples = np.frombuffer(recorded, np.int16).astype(np.float32)
        noise[: len(samples)] = samples
        air = np.frombuffer(bytes(self._in_air[: PIECE * 2]), np.int16)
        del self._in_air[: PIECE * 2]
        noise[: len(air)] += air
        return np.clip(noise, -(2**15), 2**15 - 1).astype(np.int16).tobytes()

    def _echo(self, sound: Sound, at_s: float) -> None:
        if not self._scene.echo:
            return
        import numpy as np

        begin, end = (round(s * RATE_HZ) for s in (at_s, at_s + sound.format.seconds(len(sound.pcm))))
        samples = np.frombuffer(sound.pcm, np.int16) * self._scene.echo
        # Where each sample of the microphone lies in this piece: pieces must fit without a gap.
        places = (np.arange(begin, end) / RATE_HZ - at_s) * sound.format.rate_hz
        back = np.interp(places, np.arange(len(samples)), samples)
        self._put(back.tolist(), (begin + 0.1) / RATE_HZ + self._scene.echo_delay_s)

    def _interrupt(self) -> None:
        """Let whoever interrupts this answer speak."""
        import numpy as np

        if self._answers < len(self._scene.interruptions):
            one = self._scene.interruptions[self._answers]
            self._put(np.frombuffer(one.pcm, np.int16).tolist(), self._now_s + one.after_s)
        self._answers += 1

    def _put(self, samples: list[float], at_s: float) -> None:
        """Put a sound into the air, from a time on."""
        import numpy as np

        begin = max(round((at_s - self._now_s) * RATE_HZ), 0) * 2
        missing = begin + len(samples) * 2 - len(self._in_air)
        self._in_air += bytes(max(missing, 0))
        there = np.frombuffer(bytes(self._in_air[begin : begin + len(samples) * 2]), np.int16)
        mixed = np.clip(there + np.array(samples, np.float32), -(2**15), 2**15 - 1).astype(np.int16)
        self._in_air[begin : begin + len(samples) * 2] = mixed.tobytes()

    def _unplay(self, left_s: float) -> None:
        """Forget what was handed over and not heard."""
        while left_s > 1e-6 and self.played:
            last = self.played.pop()
            lasts_s = last.format.seconds(len(last.pcm))
            if lasts_s > left_s:
                kept = int((lasts_s - left_s) * last.format.rate_hz) * 2
                self.played.append(Sound(last.pcm[:kept], last.format))
            left_s -= lasts_s
