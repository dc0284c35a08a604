"""Sound that goes out no faster than it is heard, so that it can be stopped: nobody takes back what was handed on."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from voice.model import Sound

LEAD_S = 0.15
"""The most that is handed on ahead of what is heard. A wyoming-satellite 1.0.0 is silent 0.25 to 0.4 s after it was
interrupted (measured with a loudspeaker that has no buffer of its own); with all at once, after the whole rest."""
PIECE_S = 0.05


class Pace:
    """Follows how much of what was handed on is out."""

    def __init__(self) -> None:
        self._now = asyncio.get_running_loop().time
        self._out_at = self._now()
        self._handed_s = 0.0

    @property
    def left_s(self) -> float:
        """The seconds that were handed on and are not heard yet."""
        return max(0.0, self._out_at - self._now())

    @property
    def heard_s(self) -> float:
        """The seconds that were heard."""
        return self._handed_s - self.left_s

    async def hand(self, seconds: float) -> None:
        """Return when so much more may be handed on, and count it as handed on."""
        wait_s = self.left_s + seconds - LEAD_S
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        self._out_at = max(self._out_at, self._now()) + seconds
        self._handed_s += seconds


async def pieces(sounds: AsyncIterator[Sound], pace: Pace) -> AsyncGenerator[Sound]:
    """Yield the sounds in pieces of at most PIECE_S, each when it is its time."""
    async for sound in sounds:
        step = int(sound.format.rate_hz * PIECE_S) * sound.format.sample_bytes * sound.format.channels
        for begin in range(0, len(sound.pcm), step):
            piece = Sound(sound.pcm[begin : begin + step], sound.format)
            await pace.hand(piece.format.seconds(len(piece.pcm)))
            yield piece
