"""Tells our own voice from others: we know what is being said, as sound and as words.

Satellites that cancel their echo leave nothing for this to do; with the others it is what keeps us from interrupting
ourselves, and from acting on our own words.
"""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from voice.model import RATE_HZ, Sound

if TYPE_CHECKING:
    from voice.audio import Floats  # numpy is loaded where it is used

WINDOW_S = 0.256
"""So much of the microphone is compared at once: less is alike by chance."""
DELAY_S = 0.7
"""The longest way from our hands to the microphone, over a network and a loudspeaker's buffers."""
KEPT_S = 2.5
"""So much of what was said is kept for comparison."""
ALIKE = 0.28
"""A correlation that is no chance: of other voices 95 in 100 windows have less than 0.26 with ours; our own comes back
with 0.3 to 0.5 from a room of tiles, with 0.6 to 0.7 from a furnished one, with 1 over a cable.
"""
USUAL = 0.7
"""Less than this share of what is usual in a room, and somebody speaks over us."""
QUIETER_DB = 6.0
"""So much quieter than our echo usually is, it is only how the room dies away."""
LEARNED_MIN, LEARNED_MAX = 3, 15
"""So many windows are needed to know what is usual, and so many are remembered."""
WORDS_ALIKE = 0.6
"""Of words that we were just saying ourselves, so many make a sentence ours."""


class OwnVoice:
    """Compares a microphone with what its loudspeaker plays. Times in seconds of one clock, any."""

    def __init__(self) -> None:
        self._played: Floats | None = None
        """What was handed over lately, at the rate of the voice: pieces that are brought to another do not fit."""
        self._rate_hz = RATE_HZ
        self._begun_s: float | None = None
        """When its first sample was handed over."""
        self._learned = deque[tuple[float, float]](maxlen=LEARNED_MAX)
        """How our voice came back when it was heard alone: how alike, and how much quieter in dB."""

    @property
    def echoes(self) -> bool:
        """Whether the microphone was ever seen to hear us."""
        return len(self._learned) >= LEARNED_MIN

    @property
    def kept_s(self) -> float:
        """How much of what was said is kept."""
        return 0.0 if self._played is None else len(self._played) / self._rate_hz

    def begin(self) -> None:
        """Another text is said. How our voice comes back in this room is still known."""
        import numpy as np

        self._played, self._begun_s = np.zeros(0, np.float32), None

    def play(self, sound: Sound, at_s: float) -> None:
        """Take note of the next piece that is handed to the loudspeaker, at most a moment before it is heard."""
        import numpy as np

        from voice.audio import resample

        assert self._played is not None
        self._begun_s = at_s if self._begun_s is None else self._begun_s
        rate_hz = sound.format.rate_hz
        if rate_hz != self._rate_hz:
            self._played, self._rate_hz = resample(self._played, self._rate_hz, rate_hz), rate_hz
        samples = np.frombuffer(sound.pcm, np.int16).astype(np.float32)
        self._played = np.concatenate([self._played, samples])

    def is_ours(self, pcm: bytes, at_s: float) -> bool:
        """Return whether nobody but us is heard in a window of the microphone that ended at a time.

        In the first moments of a text nobody can tell: then it is taken for ours.
        """
        import numpy as np

        if self._played is None or self._begun_s is None:
            return False
        heard = _sharp(np.frombuffer(pcm, np.int16).astype(np.float32))
        if at_s - self._begun_s < WINDOW_S:
            return True
        played = self._around(len(heard), at_s)
        if len(played) < len(heard):
            return False  # it was said too long ago
        alike, level_db = _compared(heard, _sharp(played))
        usual, usual_db = np.median(self._learned, axis=0) if self.echoes else (0.0, None)
        if alike >= max(ALIKE, float(usual) * USUAL):
            self._learned.append((alike, level_db))
            return True
        return usual_db is not None and level_db <= float(usual_db) - QUIETER_DB

    def _around(self, count: int, at_s: float) -> "Floats":
        """Return what was played when a window was heard, and up to `DELAY_S` before; what is older is forgotten."""
        import numpy as np

        from voice.audio import resample

        assert self._played is not None
        assert self._begun_s is not None
        stale_s = at_s - KEPT_S - self._begun_s
        if stale_s > 1.0:
            self._played = self._played[int(stale_s * self._rate_hz) :]
            self._begun_s += int(stale_s * self._rate_hz) / self._rate_hz
        end = int((at_s - self._begun_s + 0.05) * self._rate_hz)
        begin = end - int((count / RATE_HZ + DELAY_S) * self._rate_hz)
        before = np.zeros(max(-begin, 0), np.float32)
        return resample(np.concatenate([before, self._played[max(begin, 0) : end]]), self._rate_hz, RATE_HZ)


def _sharp(samples: "Floats") -> "Floats":
    """Return a sound with its high frequencies raised: voices differ there, their low ones are alike by chance."""
    sharp = samples.copy()
    sharp[1:] -= samples[:-1]
    return sharp


def _compared(heard: "Floats", played: "Floats") -> tuple[float, float]:
    """Return how alike a window is to the best place in a longer sound, 0 to 1, and its level to that in dB."""
    import numpy as np

    count = len(heard)
    size = 1 << (len(played) + count - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(played, size) * np.conj(np.fft.rfft(heard, size)), size)
    places = len(played) - count + 1
    sums = np.concatenate([np.zeros(1), np.cumsum(np.square(played, dtype=np.float64))])
    energies = sums[count : count + places] - sums[:places]
    own = float(np.dot(heard, heard))
    loudest = float(energies.max(initial=0.0))
    # Where nothing was played, nothing is alike.
    floor = max(loudest * 1e-3, 1.0)
    alike = np.abs(product[:places]) / np.sqrt(np.maximum(energies, floor) * max(own, 1.0))
    at = int(np.argmax(alike))
    level_db = 10 * np.log10(max(own, 1.0) / max(float(energies[at]), loudest * 0.1, 1.0))
    return float(alike[at]), float(level_db)


def is_echo(text: str, said: Sequence[str]) -> bool:
    """Return whether a sentence is made of words that we said ourselves just then, in their order."""
    words = text.split()
    if not words:
        return False
    lengths = [0] * (len(said) + 1)
    for word in words:  # the longest common subsequence
        before = lengths.copy()
        for at, other in enumerate(said, 1):
            lengths[at] = before[at - 1] + 1 if word == other else max(before[at], lengths[at - 1])
    return lengths[-1] / len(words) >= WORDS_ALIKE
