"""The recognizer for a machine without a model: pocketsphinx, whose wheel brings one, on the words of the house.

It hears English only, and only whole sentences of its grammar: free dictation was wrong in 50 to 85 % of the words. Who
says anything else is not understood, which the second decoder of `Pocketsphinx` decides. Facts: pocketsphinx 5.1.1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from voice.arbitrate import Candidate
from voice.grammar import Grammar
from voice.model import RATE_HZ, AudioFormat, EngineError, NotUnderstood, Vocabulary
from voice.pronounce import pronunciations

REJECT_BELOW = -5.0
"""Log likelihood per frame, sentence minus free phones. Of 45 commands by people and neural voices 42 stay above,
all right; of 141 pieces of other speech 6 come through (a grammar of 109 sentences, sound cut by `voice.endpoint`)."""
LETTERS_PER_S_MIN = 4.0
"""People speak 10 to 16 letters a second; a one-word command found in five seconds of talk is not one."""
_FRAMES_HZ = 100
_LOG_BASE = math.log(1.0001)
UTTERANCE_S = 30.0


class _Hypothesis(Protocol):
    hypstr: str
    score: float


class _Decoder(Protocol):
    """What we use of `pocketsphinx.Decoder`."""

    def lookup_word(self, word: str) -> str | None: ...
    def add_word(self, word: str, phones: str, update: bool) -> object: ...
    def add_jsgf_string(self, name: str, grammar: str) -> None: ...
    def activate_search(self, name: str) -> None: ...
    def remove_search(self, name: str) -> None: ...
    def start_utt(self) -> None: ...
    def process_raw(self, data: bytes, no_search: bool, full_utt: bool) -> object: ...
    def end_utt(self) -> None: ...
    def hyp(self) -> _Hypothesis | None: ...


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a sentence of the grammar fits the sound."""

    text: str
    per_frame: float
    """Log likelihood per frame, sentence minus free phones."""


class Matcher:
    """Two decoders: one closed to a grammar, one over free phones that says how well the grammar fitted. Blocking."""

    def __init__(self) -> None:
        """Load the bundled model. Raises EngineError ``engine-missing`` when pocketsphinx cannot be loaded."""
        # lm=None: otherwise 27 MB of free language model are loaded. lw=2: 68 % of 31 sentences by people in a flat
        # grammar instead of 52 % with the default 6.5. Wider beams bring nothing more on 45 sentences, and take six
        # times as long with 1,000 names (2.5 times real time).
        self._grammar = _new(lw=2.0, beam=1e-48, wbeam=1e-30, pbeam=1e-48)
        self._phones = _new(allphone="en-us-phone.lm.bin", lw=2.0, beam=1e-20, pbeam=1e-20)

    def knows(self, word: str) -> bool:
        """Return whether `word` is in the dictionary."""
        return self._grammar.lookup_word(word) is not None

    def spell(self, words: Sequence[str]) -> None:
        """Add those of `words` to the dictionary that can be spelled out. Raises EngineError when espeak-ng cannot."""
        for word, phones in pronunciations(words).items():
            self._grammar.add_word(word, phones, True)

    def add(self, name: str, jsgf: str) -> None:
        """Take a grammar of known words; a name is given once."""
        self._grammar.add_jsgf_string(name, jsgf)

    def use(self, name: str) -> None:
        """Listen for the grammar `name` from now on."""
        self._grammar.activate_search(name)

    def drop(self, name: str) -> None:
        """Forget a grammar that is not in use."""
        self._grammar.remove_search(name)

    def fit(self, pcm: bytes) -> Fit | None:
        """Return the sentence, or beginning of one, that is in `pcm`; None when there is none."""
        heard, free = _decoded(self._grammar, pcm), _decoded(self._phones, pcm)
        if heard is None or free is None:
            return None
        frames = max(AudioFormat().seconds(len(pcm)), 0.1) * _FRAMES_HZ
        return Fit(heard.hypstr, (math.log(heard.score) - math.log(free.score)) / _LOG_BASE / frames)


class Pocketsphinx:
    """The sentences of the house. Everything here blocks: use it through `voice.recognize.ThreadedRecognizer`."""

    name = "pocketsphinx en-us"
    language = "en"

    def __init__(self) -> None:
        """Load the bundled model. Raises EngineError ``engine-missing`` when pocketsphinx cannot be loaded."""
        self._matcher = Matcher()
        self._grammar: Grammar | None = None
        self._generation = 0

    def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Build the grammar, spelling out the words that the dictionary lacks; return those that cannot be."""
        self._matcher.spell(Grammar(vocabulary, self._matcher.knows).missing)
        grammar = Grammar(vocabulary, self._matcher.knows)
        jsgf = grammar.jsgf()
        self._grammar = None
        if jsgf:
            # A new name each time: a search that is in use cannot be replaced.
            self._generation += 1
            self._matcher.add(f"house{self._generation}", jsgf)
            self._matcher.use(f"house{self._generation}")
            if self._generation > 1:
                self._matcher.drop(f"house{self._generation - 1}")
            self._grammar = grammar
        return grammar.missing

    def open(self) -> "SphinxDecoding":
        """Begin an utterance."""
        return SphinxDecoding(self)

    def recognize(self, pcm: bytes) -> Candidate:
        """Return the sentence in `pcm`. Raises NotUnderstood when it is none of the grammar's."""
        if self._grammar is None:
            raise NotUnderstood(
                "nothing can be understood: no speech model is installed and the house has no names yet"
            )
        fit = self._matcher.fit(pcm)
        # A decoder that ran out of sound gives the beginning of a sentence: acting on half of one is worse than asking.
        if fit is None or not self._grammar.accepts(fit.text):
            raise NotUnderstood("what was said is not among the sentences of this house")
        # The padding around the speech does not count.
        spoken_s = max(AudioFormat().seconds(len(pcm)) - 0.6, 0.1)
        if fit.per_frame < REJECT_BELOW or len(fit.text) / spoken_s < LETTERS_PER_S_MIN:
            raise NotUnderstood("what was said is not among the sentences of this house")
        return Candidate(fit.text, 0.0, trust=_confidence(fit.per_frame), closed=True)


class SphinxDecoding:
    """One utterance, kept until its end: with the whole of it the decoder can level the sound first."""

    def __init__(self, engine: Pocketsphinx) -> None:
        self._engine = engine
        self._pcm = bytearray()

    def accept(self, pcm: bytes) -> str:
        """Keep the next piece, up to UTTERANCE_S; there are no partial words."""
        room = int(UTTERANCE_S * RATE_HZ) * 2 - len(self._pcm)
        self._pcm += pcm[:room]
        return ""

    def finish(self) -> Sequence[Candidate]:
        """Decode. Raises NotUnderstood for what is not in the grammar."""
        import numpy as np

        from voice.audio import dithered

        return [self._engine.recognize(dithered(np.frombuffer(bytes(self._pcm), np.int16)).tobytes())]

    def close(self) -> None:
        """Drop the sound."""
        self._pcm.clear()


def _new(*, allphone: str | None = None, **settings: float) -> _Decoder:
    try:
        import pocketsphinx
    except (ImportError, OSError) as error:
        raise EngineError(f"pocketsphinx cannot be loaded: {error}", code="engine-missing") from error
    phones: dict[str, str] = {}
    if allphone is not None:
        phones["allphone"] = str(Path(cast("str", pocketsphinx.get_model_path("en-us"))) / allphone)
    return cast(
        "_Decoder",
        pocketsphinx.Decoder(samprate=RATE_HZ, cmn="batch", lm=None, loglevel="FATAL", **phones, **settings),
    )


def _decoded(decoder: _Decoder, pcm: bytes) -> _Hypothesis | None:
    decoder.start_utt()
    try:
        decoder.process_raw(pcm, no_search=False, full_utt=True)
    finally:
        decoder.end_utt()
    return decoder.hyp()


def _confidence(fit: float) -> float:
    """Return 0.5 at the threshold, 1 where the sentence fits as well as free phones do."""
    return min(0.5 + 0.5 * (fit - REJECT_BELOW) / -REJECT_BELOW, 1.0)
