"""Short sounds that say where a turn is: made here from sines, told apart by ear and by melody, no files.

Up: I am listening. Two even, high: done. Down and low: it did not work.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache

from voice.model import AudioFormat, Sound

RATE_HZ = 22_050
"""That of Piper's medium voices and of espeak-ng: a satellite need not change its format between the two."""
_LEVEL = 0.25
"""12 dB below full scale: an earcon is quieter than the voice."""
_FADE_S = 0.008
"""Shorter edges click."""


class Earcon(StrEnum):
    """What can be said without words."""

    LISTENING = "listening"
    DONE = "done"
    ERROR = "error"


_NOTES: Mapping[Earcon, Sequence[tuple[float, float]]] = {
    Earcon.LISTENING: ((659.3, 0.06), (987.8, 0.09)),
    Earcon.DONE: ((1046.5, 0.05), (0.0, 0.03), (1046.5, 0.08)),
    Earcon.ERROR: ((392.0, 0.11), (261.6, 0.17)),
}
"""Frequency in Hz (0 is a rest) and seconds."""


_RING: Sequence[tuple[float, float]] = ((880.0, 0.14), (0.0, 0.07), (880.0, 0.14), (0.0, 0.07), (1174.7, 0.3))
_RING_LEVEL = 0.7


@cache
def earcon(kind: Earcon, *, rate_hz: int = RATE_HZ) -> Sound:
    """Return the sound for `kind`: less than 0.3 s."""
    return _made(_NOTES[kind], _LEVEL, rate_hz)


@cache
def ring(*, rate_hz: int = RATE_HZ) -> Sound:
    """Return one call of an alarm, 0.7 s, to be repeated: nearly as loud as can be, see `voice.volume.at_level`."""
    return _made(_RING, _RING_LEVEL, rate_hz)


def _made(notes: Sequence[tuple[float, float]], level: float, rate_hz: int) -> Sound:
    import numpy as np

    pieces: list[bytes] = []
    for frequency, length_s in notes:
        at = np.arange(int(length_s * rate_hz)) / rate_hz
        # A little of the octave above: pure sines are hard to place in a room.
        tone = np.sin(2 * np.pi * frequency * at) + 0.3 * np.sin(4 * np.pi * frequency * at)
        edge = np.minimum(np.minimum(at, at[::-1]) / _FADE_S, 1.0)
        pieces.append((tone / 1.3 * edge * level * 2**15).astype(np.int16).tobytes())
    return Sound(b"".join(pieces), AudioFormat(rate_hz))
