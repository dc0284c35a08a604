"""The wake words of one house: which are listened to in which room, with what is shared between the rooms."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from voice.microwake import DEFAULT_WORDS, MicroWake, known, spelled
from voice.model import EngineError, ModelError, VoiceError
from voice.samples import SampleFolder
from voice.wake import Checker, Manner, Sensitivity, Watch


@dataclass(frozen=True, slots=True)
class WakeSettings:
    """How the house wants to be woken."""

    words: tuple[str, ...] = DEFAULT_WORDS
    folder: Path | None = None
    """Where the household keeps microWakeWord models of its own."""
    rooms: Mapping[str, Mapping[str, Sensitivity]] = field(default_factory=dict[str, Mapping[str, Sensitivity]])
    """Thresholds by the name of a satellite and by word; the empty name is for all others."""
    checks: bool = True
    """Whether doubtful words are looked at by the recogniser; it takes 50 MB, and English words only."""
    samples: Path | None = None
    """Where to keep what was taken for a wake word; None: nowhere. Only by consent."""


class Waking:
    """Makes the watches of the satellites. Loads nothing before the first one."""

    def __init__(self, settings: WakeSettings) -> None:
        self._settings = settings
        self._checker: Checker | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hearth-wake")
        self._keep = SampleFolder(settings.samples) if settings.samples is not None else None

    def close(self) -> None:
        """End the thread; a check that runs is not waited for."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def watch(self, satellite: str, words: Sequence[str] = ()) -> Watch:
        """Return what wakes a satellite, by words of its own if there are any; blocking, 0.1 s for the first.

        Raises:
            EngineError: the engine cannot be loaded (``engine-missing``); `problem` tells that beforehand.
            ModelError: a word is not there, or its model is broken.
        """
        settings = self._settings
        engine = MicroWake(words or settings.words, folder=settings.folder)
        chosen = settings.rooms.get(satellite) or settings.rooms.get("") or {}
        manner = Manner({spelled(word): given for word, given in chosen.items()})
        return Watch(engine, checker=self._shared_checker(), executor=self._thread, keep=self._keep, manner=manner)

    def _shared_checker(self) -> Checker | None:
        if self._checker is None and self._settings.checks:
            try:
                from voice.wakecheck import SphinxChecker

                self._checker = SphinxChecker()
            except EngineError:
                return None  # sure words still wake
        return self._checker


def problem(settings: WakeSettings) -> VoiceError | None:
    """Return why the wake words of `settings` cannot be heard, None if they can; loads the package, no model."""
    try:
        there = known(settings.folder)
    except VoiceError as error:
        return error
    missing: Sequence[str] = [word for word in settings.words if spelled(word) not in there]
    if missing:
        return ModelError(f"no wake word {missing[0]!r}; there are: {', '.join(there)}", code="model-unknown")
    return None
