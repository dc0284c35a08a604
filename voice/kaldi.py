"""The Vosk recognizer: a free decoder and one closed to the words of the house listen side by side.

Facts are those of vosk 0.3.45. ``Model(lang=...)`` and ``Model(model_name=...)`` download unchecked and may end the
process, so only a folder is ever given.
"""

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from voice.grammar import Grammar
from voice.model import RATE_HZ, AudioFormat, EngineError, ModelError, NotUnderstood, Transcript, Vocabulary, Word

_UNKNOWN = "[unk]"
_NEEDED = ("am/final.mdl", "conf/model.conf")
_IDLE_MAX = 4
LIKENESS_MIN = 0.5
"""Below, the two decoders did not hear the same sentence (letters in common, 0 to 1)."""


class _Kaldi(Protocol):
    """What we use of `vosk.KaldiRecognizer`."""

    def AcceptWaveform(self, data: bytes) -> int: ...  # noqa: N802 - vosk's names
    def Result(self) -> str: ...  # noqa: N802
    def PartialResult(self) -> str: ...  # noqa: N802
    def FinalResult(self) -> str: ...  # noqa: N802
    def Reset(self) -> None: ...  # noqa: N802
    def SetWords(self, enable_words: bool) -> None: ...  # noqa: N802


class _KaldiModel(Protocol):
    def vosk_model_find_word(self, word: str) -> int: ...


@dataclass(frozen=True, slots=True)
class _Heard:
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0

    @property
    def whole(self) -> bool:
        """Whether every word is one of the grammar's."""
        return bool(self.words) and all(word.text != _UNKNOWN for word in self.words)


class Vosk:
    """A Vosk model in memory. Everything here blocks: use it through `voice.recognize.ThreadedRecognizer`."""

    def __init__(self, model_dir: Path, *, language: str = "en") -> None:
        """Load the model in `model_dir`.

        Raises:
            ModelError: the folder is missing (``model-missing``), or holds no Vosk model (``model-broken``).
            EngineError: the vosk package cannot be loaded (``engine-missing``).
        """
        remedy = "pull it again with: hearth models pull NAME"
        if not model_dir.is_dir():
            raise ModelError(f"there is no speech model at {str(model_dir)!r}; {remedy}", code="model-missing")
        absent = [name for name in _NEEDED if not (model_dir / name).is_file()]
        if absent:
            raise ModelError(f"{str(model_dir)!r} is not a Vosk model: {absent[0]!r} is missing; {remedy}")
        try:
            import vosk
        except (ImportError, OSError) as error:
            raise EngineError(f"vosk cannot be loaded: {error}", code="engine-missing") from error
        vosk.SetLogLevel(-1)
        try:
            self._model = cast("_KaldiModel", vosk.Model(model_path=str(model_dir)))
        except Exception as error:  # vosk raises plain Exception
            raise ModelError(f"Vosk cannot read the model in {str(model_dir)!r}; {remedy}") from error
        self.name = model_dir.name
        self.language = language
        self._sentences = ""
        self.fits: Callable[[str], bool] = lambda _text: False
        """Whether a text is a whole sentence of the vocabulary."""
        self._free_idle: list[_Decoder] = []
        self._closed_idle: list[_Decoder] = []

    def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Build the closed grammar; return the words that the model lacks."""
        grammar = Grammar(vocabulary, self._knows, language=self.language)
        sentences = list(grammar.sentences())
        self.fits = grammar.accepts
        self._sentences = json.dumps([*sentences, _UNKNOWN]) if sentences else ""
        # Compiled once here: it takes 0.1 s for a big house, and the first command should not wait for it.
        self._closed_idle = [self._new(closed=True)] if sentences else []
        return grammar.missing

    def _knows(self, word: str) -> bool:
        return self._model.vosk_model_find_word(word) >= 0

    def _new(self, *, closed: bool) -> "_Decoder":
        import vosk

        arguments = (self._model, RATE_HZ, self._sentences) if closed else (self._model, RATE_HZ)
        return _Decoder(cast("_Kaldi", vosk.KaldiRecognizer(*arguments)), self._sentences if closed else "")

    def open(self, satellite: str) -> "VoskDecoding":
        """Begin an utterance with both decoders, or with the free one alone when there is no vocabulary."""
        free = self._free_idle.pop() if self._free_idle else self._new(closed=False)
        if not self._sentences:
            return VoskDecoding(self, free, None, satellite)
        closed = self._closed_idle.pop() if self._closed_idle else self._new(closed=True)
        return VoskDecoding(self, free, closed, satellite)

    def give_back(self, decoder: "_Decoder") -> None:
        """Keep a decoder for the next utterance, unless its grammar is old."""
        idle = self._closed_idle if decoder.sentences else self._free_idle
        if decoder.sentences in ("", self._sentences) and len(idle) < _IDLE_MAX:
            decoder.reset()
            idle.append(decoder)


class _Decoder:
    """One `KaldiRecognizer` and what it has already ended: Vosk cuts an utterance at its own idea of a pause."""

    def __init__(self, kaldi: _Kaldi, sentences: str) -> None:
        kaldi.SetWords(True)
        self.sentences = sentences
        """The grammar it was made with; empty: it decodes freely."""
        self._kaldi = kaldi
        self._words: list[Word] = []
        self._fed_s = 0.0
        self._begun_s = 0.0

    def accept(self, pcm: bytes) -> str:
        self._fed_s += AudioFormat().seconds(len(pcm))
        if self._kaldi.AcceptWaveform(pcm):
            self._take(self._kaldi.Result())
            return " ".join(word.text for word in self._words)
        partial = str(json.loads(self._kaldi.PartialResult()).get("partial", ""))
        return " ".join([*(word.text for word in self._words), partial]).strip()

    def finish(self) -> _Heard:
        self._take(self._kaldi.FinalResult())
        return _Heard(tuple(self._words))

    def reset(self) -> None:
        """Get ready for another utterance. Vosk's word times go on counting, so they are counted from here."""
        self._kaldi.Reset()
        self._words = []
        self._begun_s = self._fed_s

    def _take(self, result: str) -> None:
        for row in json.loads(result).get("result", []):
            start_s, end_s = float(row["start"]) - self._begun_s, float(row["end"]) - self._begun_s
            self._words.append(Word(str(row["word"]), float(row["conf"]), round(start_s, 2), round(end_s, 2)))


class VoskDecoding:
    """One utterance in both decoders."""

    def __init__(self, engine: Vosk, free: _Decoder, closed: _Decoder | None, satellite: str) -> None:
        self._engine = engine
        self._free = free
        self._closed = closed
        self._satellite = satellite

    def accept(self, pcm: bytes) -> str:
        """Decode the next piece; return the words so far, the closed grammar's where they fit it."""
        free = self._free.accept(pcm)
        closed = self._closed.accept(pcm) if self._closed is not None else ""
        return closed if closed and _UNKNOWN not in closed else free

    def finish(self) -> Transcript:
        """Return what the two agreed on. Raises NotUnderstood when neither heard words."""
        free = self._free.finish()
        closed = self._closed.finish() if self._closed is not None else _Heard(())
        return _arbitrated(free, closed, self._engine.fits, (self._satellite, self._engine.language))

    def close(self) -> None:
        """Hand the decoders back."""
        self._engine.give_back(self._free)
        if self._closed is not None:
            self._engine.give_back(self._closed)


def _arbitrated(free: _Heard, closed: _Heard, fits: Callable[[str], bool], where: tuple[str, str]) -> Transcript:
    """Choose between the two decoders; `where` is satellite and language.

    The closed one knows the names of the house, but is forced into its grammar: it wins only with a whole sentence of
    it (`fits`) that sounds about like what the free one heard. Where they differ the confidence goes down.
    """
    likeness = _likeness(free, closed)
    trusted = closed.whole and fits(closed.text) and likeness >= LIKENESS_MIN and not fits(free.text)
    chosen, other = (closed, free) if trusted else (free, closed)
    if not chosen.whole:
        raise NotUnderstood("no words were recognized")
    alternatives = (other.text,) if other.whole and other.text != chosen.text else ()
    agreement = 1.0 if not closed.words else (1 + likeness) / 2
    return Transcript(chosen.text, chosen.confidence * agreement, *where, chosen.words, alternatives)


def _likeness(one: _Heard, other: _Heard) -> float:
    """Return how alike two results sound, 0 to 1, from their letters: "lamp" and "lamps" are nearly the same."""
    return difflib.SequenceMatcher(None, one.text, other.text, autojunk=False).ratio()
