"""Wake words by pymicro-wakeword (Apache-2.0, with its models), and by microWakeWord files that a household adds.

Measured with 2.5.0: 0.002 of real time on one core for a word. 305 of 315 people's "alexa" wake it at its own
threshold; in 1.7 hours of other speech alexa woke 0 times, hey_mycroft 2, hey_jarvis 4, okay_nabu 10 (8 of them in
clips of other wake words). Its wheels need glibc 2.35.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, cast

import numpy as np

from voice.model import EngineError, ModelError
from voice.wake import Score

DEFAULT_WORDS = ("okay nabu",)
_REMEDY = "its wheels need glibc 2.35 or newer; the button of a satellite works without it"

Features = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


class _Word(Protocol):
    """What we use of `pymicro_wakeword.MicroWakeWord`."""

    wake_word: str
    probability_cutoff: float

    def process_streaming_prob(self, features: Features) -> float | None: ...
    def reset(self) -> None: ...


class _Frontend(Protocol):
    """What we use of `pymicro_wakeword.MicroWakeWordFeatures`."""

    def process_streaming(self, audio_bytes: bytes) -> Sequence[Features]: ...
    def reset(self) -> None: ...


def known(folder: Path | None = None) -> Mapping[str, Path]:
    """Return the wake words that can be heard and their descriptions: the bundled ones and those in `folder`.

    Raises:
        EngineError: pymicro-wakeword cannot be loaded (``engine-missing``).
    """
    try:
        import pymicro_wakeword
    except (ImportError, OSError) as error:
        raise EngineError(f"wake words cannot be heard: {error}; {_REMEDY}", code="engine-missing") from error
    bundled = Path(pymicro_wakeword.__file__).parent / "models"
    found: dict[str, Path] = {}
    for place in (bundled, *([folder] if folder is not None and folder.is_dir() else [])):
        for path in sorted(place.glob("*.json")):
            found[_word_of(path)] = path
    return found


def _word_of(path: Path) -> str:
    try:
        described = cast("dict[str, object]", json.loads(path.read_text(encoding="utf-8")))
        return spelled(str(described["wake_word"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{str(path)!r} does not describe a wake word (microWakeWord, version 2)") from error


def spelled(word: str) -> str:
    """Return a wake word as it is written here: lower case, single blanks."""
    return " ".join(word.lower().replace("_", " ").split())


class MicroWake:
    """Some wake words over one stream."""

    def __init__(self, words: Sequence[str] = DEFAULT_WORDS, *, folder: Path | None = None) -> None:
        """Load `words`; those in `folder` come before bundled ones of the same name.

        Raises:
            EngineError: pymicro-wakeword cannot be loaded.
            ModelError: a word is not there (``model-unknown``), or its file is broken.
        """
        there = known(folder)
        unknown = [word for word in map(spelled, words) if word not in there]
        if unknown:
            raise ModelError(f"no wake word {unknown[0]!r}; there are: {', '.join(there)}", code="model-unknown")
        from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures

        self._frontend = cast("_Frontend", MicroWakeWordFeatures())
        self._words: dict[str, _Word] = {}
        for word in map(spelled, words):
            try:
                self._words[word] = cast("_Word", MicroWakeWord.from_config(there[word]))
            except (OSError, ValueError, KeyError) as error:
                raise ModelError(f"the wake word {word!r} in {str(there[word])!r} cannot be loaded") from error

    @property
    def words(self) -> Mapping[str, float]:
        """The words, with the thresholds that their makers chose."""
        return {word: model.probability_cutoff for word, model in self._words.items()}

    def accept(self, pcm: bytes) -> Sequence[Score]:
        """Take the next sound; return each word's highest score in it, nothing for less than 10 ms."""
        best: dict[str, float] = {}
        for features in self._frontend.process_streaming(pcm):
            for word, model in self._words.items():
                best[word] = max(best.get(word, 0.0), model.process_streaming_prob(features) or 0.0)
        return [Score(word, score) for word, score in best.items()]

    def reset(self) -> None:
        """Forget what was heard."""
        self._frontend.reset()
        for model in self._words.values():
            model.reset()
