"""Listens while the house thinks and speaks, for somebody else who speaks."""

from voice.echo import WINDOW_S, OwnVoice
from voice.endpoint import FRAME_BYTES, FRAME_S, ActivityDetector, Endpointer, Patience
from voice.model import RATE_HZ

OTHERS_S = 0.19
"""Speech of others for so long interrupts: less is a cough, or a word to somebody else.

With 0.25, looked at every 0.128 s, it was noticed 275 ms (p50) and 362 ms (p90) after it began; with 0.19 every 0.064 s
after 244 and 303 ms. Neither stopped for 382 s of our own voice in four rooms, nor for a television 15 dB below the
person (synthetic voices, November 2026).
"""
NEAR_DB = 12.0
"""Who speaks so much more softly than whoever gave the command is farther away, or the television."""
QUIET_S = 1.0
"""Of speaking without hearing ourselves, to know that this satellite does not."""
JUST_NOW_S = 0.6
"""So late a wake word is noticed at the most."""
KEPT_S = 1.5
"""So much of what was heard is handed on to who then listens."""
_STEP = 2
"""Frames between two comparisons with our own voice."""
_WINDOW_BYTES = int(WINDOW_S / FRAME_S) * FRAME_BYTES
_KEPT_BYTES = int(KEPT_S * RATE_HZ) * 2


class Overhearing:
    """Follows a microphone from the end of a command to the end of the answer."""

    def __init__(self, detector: ActivityDetector, own: OwnVoice, *, near_dbfs: float | None) -> None:
        """`near_dbfs` is how loud the command was, if there was one."""
        self._endpointer = Endpointer(detector, Patience())
        self._own = own
        self._least_dbfs = -120.0 if near_dbfs is None else near_dbfs - NEAR_DB
        self._rest = b""
        self._kept = bytearray()
        self._frames = 0
        self._others = 0
        self._ours = 0
        self._ours_at = 0

    @property
    def is_us(self) -> bool:
        """Whether whoever was heard just now was us, and nobody else."""
        return self._ours > 0 and self._others == 0 and (self._frames - self._ours_at) * FRAME_S < JUST_NOW_S

    @property
    def hears_us(self) -> bool:
        """Whether our own voice may have been heard: not if there was none for long before somebody else spoke."""
        return self._ours > 0 or self.heard_s - self._others * FRAME_S < QUIET_S

    @property
    def heard_s(self) -> float:
        """How much was heard."""
        return self._frames * FRAME_S

    @property
    def kept(self) -> bytes:
        """The last sound that was heard: from a little before others began to speak, while they do."""
        frames = self._others + _WINDOW_BYTES // FRAME_BYTES + _STEP
        return bytes(self._kept[-frames * FRAME_BYTES :])

    def accept(self, pcm: bytes, at_s: float) -> bool:
        """Take the next piece of sound, which ended at a time; return whether somebody else speaks by now."""
        self._rest += pcm
        speaks = False
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            self._endpointer.accept(frame)
            self._kept += frame
            del self._kept[:-_KEPT_BYTES]
            self._frames += 1
            if self._frames % _STEP == 0:
                speaks = self._compare(at_s - len(self._rest) / 2 / RATE_HZ) or speaks
        return speaks

    def _compare(self, at_s: float) -> bool:
        import numpy as np

        from voice.audio import level_dbfs

        window = bytes(self._kept[-_WINDOW_BYTES:])
        is_speech = self._endpointer.begun_s is not None and self._endpointer.silence_s < FRAME_S * _STEP
        if not is_speech or level_dbfs(np.frombuffer(window, np.int16)) < self._least_dbfs:
            self._others = 0
        elif self._own.is_ours(window, at_s):
            self._others = max(self._others - _STEP, 0)
            self._ours += 1
            self._ours_at = self._frames
        else:
            self._others += _STEP
        return self._others * FRAME_S >= OTHERS_S
