"""What a satellite heard and nobody fetched yet: bounded, the oldest sound goes first."""

import asyncio
import logging
from collections import deque

from voice.model import RATE_HZ, AudioFormat
from voice.satellite import Heard, SatelliteError, SatelliteEvent

log = logging.getLogger("hearth." + __name__)

WAITING_S = 6.0
"""So much sound waits for a slow listener. A machine at its limit is behind for two seconds while an answer is broken
off (six processes on two cores), and what is said meanwhile must not lose a word: who listens catches up 20 times
faster than people speak."""
EVENTS_MAX = 32
"""So many wake words and buttons wait for one; further ones are dropped."""
PIECE_BYTES = int(0.25 * RATE_HZ) * 2
_FORMAT = AudioFormat()


class Inbox:
    """Filled by whoever receives, on the event loop; emptied by one listener."""

    def __init__(self) -> None:
        self._waiting: deque[SatelliteEvent] = deque()
        self._sound_s = 0.0
        self._changed = asyncio.Event()
        self._problem: SatelliteError | None = None
        self.dropped = 0
        """Pieces of sound and other events that nobody fetched in time."""

    def sound(self, pcm: bytes, at_s: float) -> None:
        """Put down sound of any length, int16 mono at 16 kHz, whose last sample is of `at_s`."""
        whole = pcm[: len(pcm) - len(pcm) % 2]
        for begin in range(0, len(whole), PIECE_BYTES):
            piece = whole[begin : begin + PIECE_BYTES]
            after_s = _FORMAT.seconds(len(whole) - begin - len(piece))
            self._waiting.append(Heard(piece, at_s - after_s))
            self._sound_s += _FORMAT.seconds(len(piece))
        while self._sound_s > WAITING_S:
            self._drop_oldest_sound()
        self._changed.set()

    def put(self, event: SatelliteEvent) -> None:
        """Put down what is no sound."""
        if sum(not isinstance(one, Heard) for one in self._waiting) >= EVENTS_MAX:
            self.dropped += 1
            return
        self._waiting.append(event)
        self._changed.set()

    def fail(self, problem: SatelliteError) -> None:
        """Let the listener know that nothing comes any more, once it has fetched the rest."""
        self._problem = self._problem or problem
        self._changed.set()

    def forget(self) -> None:
        """Drop the sound that waits, uncounted."""
        self._waiting = deque(one for one in self._waiting if not isinstance(one, Heard))
        self._sound_s = 0.0

    async def next(self) -> SatelliteEvent:
        """Return what was heard next; raises the SatelliteError that it failed with."""
        while not self._waiting:
            if self._problem is not None:
                raise self._problem
            self._changed.clear()
            await self._changed.wait()
        event = self._waiting.popleft()
        if isinstance(event, Heard):
            self._sound_s -= _FORMAT.seconds(len(event.pcm))
        return event

    def _drop_oldest_sound(self) -> None:
        place = next(at for at, one in enumerate(self._waiting) if isinstance(one, Heard))
        oldest = self._waiting[place]
        assert isinstance(oldest, Heard)
        del self._waiting[place]
        self._sound_s -= _FORMAT.seconds(len(oldest.pcm))
        if not self.dropped:
            log.warning("sound that waited for %.0f s is lost: this machine is too busy to listen", WAITING_S)
        self.dropped += 1
