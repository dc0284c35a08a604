"""The recognizer for a machine without a model: pocketsphinx, whose wheel brings one, on the words of the house.

It hears English only, and only whole sentences of its grammar: free dictation was wrong in 50 to 85 % of the words. Who
says anything else is not understood, which the second decoder of `Pocketsphinx` decides. Facts: pocketsphinx 5.1.1.
"""

import math
from collections.abc import Sequence
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


class Pocketsphinx:
    """Two decoders: one closed to the grammar, one over free phones that says how well the grammar fitted.

    Everything here blocks: use it through `voice.recognize.ThreadedRecognizer`.
    """

    name = "pocketsphinx en-us"
    language = "en"

    def __init__(self) -> None:
        """Load the bundled model. Raises EngineError ``engine-missing`` when pocketsphinx cannot be loaded."""
        try:
            import pocketsphinx
        except (ImportError, OSError) as error:
            raise EngineError(f"pocketsphinx cannot be loaded: {error}", code="engine-missing") from error
        phones = Path(cast("str", pocketsphinx.get_model_path("en-us"))) / "en-us-phone.lm.bin"
        # lm=None: otherwise 27 MB of free language model are loaded. lw=2: 68 % of 31 sentences by people in a flat
        # grammar instead of 52 % with the default 6.5. Wider beams bring nothing more on 45 sentences, and take six
        # times as long with 1,000 names (2.5 times real time).
        self._decoder = cast(
            "_Decoder",
            pocketsphinx.Decoder(
                samprate=RATE_HZ, cmn="batch", lm=None, loglevel="FATAL", lw=2.0, beam=1e-48, wbeam=1e-30, pbeam=1e-48
            ),
        )
        self._phones = cast(
            "_Decoder",
            pocketsphinx.Decoder(
                samprate=RATE_HZ,
                cmn="batch",
                lm=None,
                allphone=str(phones),
                loglevel="FATAL",
                lw=2.0,
                beam=1e-20,
                pbeam=1e-20,
            ),
        )
        self._grammar: Grammar | None = None
        self._generation = 0

    def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Build the grammar, spelling out the words that the dictionary lacks; return those that cannot be."""
        absent = Grammar(vocabulary, self._knows).missing
        for word, phones in pronunciations(absent).items():
            self._decoder.add_word(word, phones, True)
        grammar = Grammar(vocabulary, self._knows)
        jsgf = grammar.jsgf()
        self._grammar = None
        if jsgf:
            # A new name each time: a search that is in use cannot be replaced.
            self._generation += 1
            self._decoder.add_jsgf_string(f"house{self._generation}", jsgf)
            self._decoder.activate_search(f"house{self._generation}")
            if self._generation > 1:
                self._decoder.remove_search(f"house{self._generation - 1}")
            self._grammar = grammar
        return grammar.missing

    def _knows(self, word: str) -> bool:
        return self._decoder.lookup_word(word) is not None

    def open(self) -> "SphinxDecoding":
        """Begin an utterance."""
        return SphinxDecoding(self)

    def recognize(self, pcm: bytes) -> Candidate:
        """Return the sentence in `pcm`. Raises NotUnderstood when it is none of the grammar's."""
        if self._grammar is None:
            raise NotUnderstood(
                "nothing can be understood: no speech model is installed and the house has no names yet"
            )
        heard = _decoded(self._decoder, pcm)
        free = _decoded(self._phones, pcm)
        # A decoder that ran out of sound gives the beginning of a sentence: acting on half of one is worse than asking.
        if heard is None or free is None or not self._grammar.accepts(heard.hypstr):
            raise NotUnderstood("what was said is not among the sentences of this house")
        duration_s = max(AudioFormat().seconds(len(pcm)), 0.1)
        fit = (math.log(heard.score) - math.log(free.score)) / _LOG_BASE / (duration_s * _FRAMES_HZ)
        # The padding of `voice.endpoint` around the speech does not count.
        if fit < REJECT_BELOW or len(heard.hypstr) / max(duration_s - 0.6, 0.1) < LETTERS_PER_S_MIN:
            raise NotUnderstood("what was said is not among the sentences of this house")
        return Candidate(heard.hypstr, 0.0, trust=_confidence(fit), closed=True)


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
