"""The wake words of the configuration: a watch for each satellite, and what is wrong with them."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from daemon.config import Config
from daemon.config.satellites import SatelliteEntry
from daemon.supervise import Condition, Health
from voice.model import EngineError, VoiceError
from voice.satellite import Satellite
from voice.wake import Sensitivity, Watch

if TYPE_CHECKING:
    from voice.waking import Waking  # imports numpy

SAMPLES = "wake_samples"
"""The folder in the state directory where samples are kept, by consent."""


class WakeWords:
    """Makes what listens for the wake words; imports their engine when the first satellite is served."""

    def __init__(self, config: Config, state: Path) -> None:
        given = config.voice
        self.words: tuple[str, ...] = given.wake_words
        """Those of the house."""
        self._words = {one.name: _words(config, one) for one in config.satellites}
        self._rooms = {
            one.name: {word: Sensitivity(one.wake_threshold) for word in self._words[one.name]}
            for one in config.satellites
            if one.wake_threshold is not None
        }
        self._given, self._samples = given, state / SAMPLES if given.wake_samples else None
        self._waking: Waking | None = None
        self._making = Lock()
        self._problems: dict[str, VoiceError] = {}

    def close(self) -> None:
        """End what checks doubtful words."""
        if self._waking is not None:
            self._waking.close()

    def watch(self, satellite: Satellite) -> Watch | None:
        """Return what wakes a satellite of the configuration; also one that wakes itself, to be interrupted by it.

        Blocking, half a second for the first. ``None`` for others, and where it cannot be had: `health` tells why, and
        what wakes itself or has a button goes on without.
        """
        words = self._words.get(satellite.name)
        if words is None:
            return None
        try:
            watch = self._made().watch(satellite.name, words)
        except VoiceError as error:
            self._problems[satellite.name] = error
            return None
        self._problems.pop(satellite.name, None)
        return watch

    def guest(self) -> Watch:
        """Return what listens for the words of the house in what somebody else's satellite hears.

        Blocking, half a second for the first; raises VoiceError where it cannot be had.
        """
        return self._made().watch("")

    def _made(self) -> "Waking":
        from voice.waking import WakeSettings, Waking

        with self._making:
            if self._waking is None:
                given = self._given
                settings = WakeSettings(given.wake_words, given.wake_models, self._rooms, samples=self._samples)
                self._waking = Waking(settings)
            return self._waking

    def health(self) -> Health:
        """Return which words are listened for, or why none are."""
        if self._problems:
            name, error = next(iter(self._problems.items()))
            missing = isinstance(error, EngineError)
            remedy = "use satellites that wake themselves, or a button" if missing else "correct voice.wake_words"
            return Health("wake words", Condition.DEGRADED, f"{name}: {error}", remedy)
        words = ", ".join(sorted({word for words in self._words.values() for word in words}))
        return Health(
            "wake words", Condition.FINE, f"{words}; samples are kept" if self._samples is not None else words
        )


def _words(config: Config, satellite: SatelliteEntry) -> tuple[str, ...]:
    """Return what one satellite is woken by: words of its own, of its language, or of the house."""
    spoken = config.voice.languages.get(config.language_at(satellite.name, satellite.room))
    return satellite.wake_words or (spoken.wake_words if spoken is not None else None) or config.voice.wake_words
