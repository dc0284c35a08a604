"""The Vosk recognizer: a free decoder and one closed to the words of the house listen side by side.

Facts are those of vosk 0.3.45. ``Model(lang=...)`` and ``Model(model_name=...)`` download unchecked and may end the
process, so only a folder is ever given.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from voice.arbitrate import CANDIDATES_MAX, UNKNOWN, Candidate, pooled
from voice.grammar import Grammar
from voice.model import RATE_HZ, AudioFormat, EngineError, ModelError, Vocabulary, Word
from voice.models import verify_folder

_NEEDED = ("am/final.mdl", "conf/model.conf")
_IDLE_MAX = 4


class _Kaldi(Protocol):
    """What we use of `vosk.KaldiRecognizer`."""

    def AcceptWaveform(self, data: bytes) -> int: ...  # noqa: N802 - vosk's names
    def Result(self) -> str: ...  # noqa: N802
    def PartialResult(self) -> str: ...  # noqa: N802
    def FinalResult(self) -> str: ...  # noqa: N802
    def Reset(self) -> None: ...  # noqa: N802
    def SetWords(self, enable_words: bool) -> None: ...  # noqa: N802
    def SetMaxAlternatives(self, max_alternatives: int) -> None: ...  # noqa: N802


class _KaldiModel(Protocol):
    def vosk_model_find_word(self, word: str) -> int: ...


class Vosk:
    """A Vosk model in memory. Everything here blocks: use it through `voice.recognize.ThreadedRecognizer`."""

    def __init__(self, model_dir: Path, *, language: str = "en") -> None:
        """Load the model in `model_dir`.

        Raises:
            ModelError: the folder is missing (``model-missing``), or holds no Vosk model or a damaged one
                (``model-broken``).
            EngineError: the vosk package cannot be loaded (``engine-missing``).
        """
        remedy = "pull it again with: hearth models pull NAME"
        if not model_dir.is_dir():
            raise ModelError(f"there is no speech model at {str(model_dir)!r}; {remedy}", code="model-missing")
        absent = [name for name in _NEEDED if not (model_dir / name).is_file()]
        if absent:
            raise ModelError(f"{str(model_dir)!r} is not a Vosk model: {absent[0]!r} is missing; {remedy}")
        verify_folder(model_dir)
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
        self._sentences = json.dumps([*sentences, UNKNOWN]) if sentences else ""
        # Compiled once here: it takes 0.1 s for a big house, and the first command should not wait for it.
        self._closed_idle = [self._new(closed=True)] if sentences else []
        return grammar.missing

    def _knows(self, word: str) -> bool:
        return self._model.vosk_model_find_word(word) >= 0

    def _new(self, *, closed: bool) -> "_Decoder":
        import vosk

        arguments = (self._model, RATE_HZ, self._sentences) if closed else (self._model, RATE_HZ)
        return _Decoder(cast("_Kaldi", vosk.KaldiRecognizer(*arguments)), self._sentences if closed else "")

    def open(self) -> "VoskDecoding":
        """Begin an utterance with both decoders, or with the free one alone when there is no vocabulary."""
        free = self._free_idle.pop() if self._free_idle else self._new(closed=False)
        if not self._sentences:
            return VoskDecoding(self, free, None)
        closed = self._closed_idle.pop() if self._closed_idle else self._new(closed=True)
        return VoskDecoding(self, free, closed)

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
        # It costs nothing measurable (0.0136 of real time with and without it, the tiny model).
        kaldi.SetMaxAlternatives(CANDIDATES_MAX)
        self.sentences = sentences
        """The grammar it was made with; empty: it decodes freely."""
        self._kaldi = kaldi
        self._ended: list[Candidate] = []
        self._fed_s = 0.0
        self._begun_s = 0.0

    def accept(self, pcm: bytes) -> str:
        self._fed_s += AudioFormat().seconds(len(pcm))
        if self._kaldi.AcceptWaveform(pcm):
            self._take(self._kaldi.Result())
            return self._so_far
        partial = str(json.loads(self._kaldi.PartialResult()).get("partial", ""))
        return f"{self._so_far} {partial}".strip()

    @property
    def _so_far(self) -> str:
        return self._ended[0].text if self._ended else ""

    def finish(self) -> list[Candidate]:
        self._take(self._kaldi.FinalResult())
        return self._ended

    def reset(self) -> None:
        """Get ready for another utterance. Vosk's word times go on counting, so they are counted from here."""
        self._kaldi.Reset()
        self._ended = []
        self._begun_s = self._fed_s

    def _take(self, result: str) -> None:
        """Append what was heard since the last pause, each of it to each of what was before, and keep the best."""
        heard = [self._candidate(row) for row in json.loads(result).get("alternatives", [])]
        if not heard or not heard[0].text:
            return
        joined = [_joined(one, other) for one in self._ended or [Candidate("", 0.0)] for other in heard]
        self._ended = sorted(joined, key=lambda one: -one.score)[:CANDIDATES_MAX]

    def _candidate(self, row: Mapping[str, object]) -> Candidate:
        words: list[Word] = []
        for word in cast("Sequence[Mapping[str, object]]", row.get("result", ())):
            start_s, end_s = (float(cast("float", word[key])) - self._begun_s for key in ("start", "end"))
            words.append(Word(str(word["word"]), 1.0, round(start_s, 2), round(end_s, 2)))
        return Candidate(str(row["text"]).strip(), float(cast("float", row["confidence"])), tuple(words))


def _joined(one: Candidate, other: Candidate) -> Candidate:
    return Candidate(f"{one.text} {other.text}".strip(), one.score + other.score, (*one.words, *other.words))


class VoskDecoding:
    """One utterance in both decoders."""

    def __init__(self, engine: Vosk, free: _Decoder, closed: _Decoder | None) -> None:
        self._engine = engine
        self._free = free
        self._closed = closed

    def accept(self, pcm: bytes) -> str:
        """Decode the next piece; return the words so far, the closed grammar's where they fit it."""
        free = self._free.accept(pcm)
        closed = self._closed.accept(pcm) if self._closed is not None else ""
        return closed if closed and UNKNOWN not in closed else free

    def finish(self) -> Sequence[Candidate]:
        """Return what it may have been."""
        free = self._free.finish()
        closed = self._closed.finish() if self._closed is not None else []
        # The closed one learns pairs of words, so it makes sentences too that the grammar does not hold.
        whole = [replace(one, closed=True) for one in closed if self._engine.fits(one.text)]
        return pooled(free, whole)

    def close(self) -> None:
        """Hand the decoders back."""
        self._engine.give_back(self._free)
        if self._closed is not None:
            self._engine.give_back(self._closed)
