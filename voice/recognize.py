"""Recognizers as the rest uses them: an engine on a thread of its own, with a bound and a deadline."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, TypeVar

from voice.arbitrate import Candidate, Judge, Sense, choose
from voice.deaf import Deaf
from voice.model import EngineError, Recognizer, Transcript, Vocabulary, VoiceError

log = logging.getLogger("hearth." + __name__)

LOAD_S = 60.0
"""A big model from a slow card takes this long at most; small ones load in under a second."""
STEP_S = 15.0
"""The longest wait for one piece or for the final words, with other satellites in the queue."""
JUDGE_S = 0.1
"""For asking what the candidates mean, the likeliest first; those that are not reached do not count."""
HEARINGS_MAX = 8
"""Utterances at the same time: more satellites than a house has rooms in use."""

SPHINX_LANGUAGE = "en"
"""Of the model that pocketsphinx brings."""

T = TypeVar("T")


class Decoding(Protocol):
    """One utterance inside an engine; blocking, used by one thread only."""

    def accept(self, pcm: bytes) -> str:
        """Decode int16 mono at 16 kHz and return the words so far, which may be empty."""
        ...

    def finish(self) -> Sequence[Candidate]:
        """Return what it may have been; nothing without words. May raise NotUnderstood to say why there is nothing."""
        ...

    def close(self) -> None:
        """Free what belongs to this utterance."""
        ...


class Engine(Protocol):
    """A loaded recognition engine; blocking, used by one thread only."""

    @property
    def name(self) -> str:
        """Which model this is, for people."""
        ...

    def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Expect `vocabulary` from now on; return the words that cannot be recognized."""
        ...

    @property
    def language(self) -> str:
        """What it hears: ``en``."""
        ...

    def open(self) -> Decoding:
        """Begin an utterance."""
        ...


class ThreadedRecognizer:
    """Runs an engine on one named thread, so that the event loop never waits for it.

    The engine is loaded on entering, with `vocabulary` learned. Each hearing has at most one piece under way, and at
    most HEARINGS_MAX are open: so the thread's queue is bounded. `judge` tells what the candidates would mean; it is
    asked on the event loop.
    """

    def __init__(
        self, load: Callable[[], Engine], vocabulary: Vocabulary | None = None, *, judge: Judge | None = None
    ) -> None:
        self._load = load
        self._judge = judge
        self._vocabulary = vocabulary or Vocabulary()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hearth-recognize")
        self._engine: Engine | None = None
        self._open: set[ThreadedHearing] = set()
        self.missing: tuple[str, ...] = ()
        """The words of the vocabulary that the engine cannot recognize."""

    @property
    def name(self) -> str:
        """The model's name, or what there is to say before it is loaded."""
        return self._engine.name if self._engine is not None else "not loaded"

    async def __aenter__(self) -> Self:
        try:
            self._engine = await self.run(self._load, LOAD_S)
            await self.learn(self._vocabulary)
        except BaseException:
            self._thread.shutdown(wait=False, cancel_futures=True)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        try:
            for hearing in list(self._open):
                await hearing.close()
        finally:
            self._engine = None
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], T], deadline_s: float) -> T:
        """Run `work` on the engine's thread. Raises EngineError ``engine-late`` when it takes too long."""
        try:
            async with asyncio.timeout(deadline_s):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except TimeoutError as error:
            raise EngineError(f"speech recognition did not answer in {deadline_s:.0f} s", code="engine-late") from error
        except (VoiceError, asyncio.CancelledError):
            raise
        except Exception as error:  # the engines raise anything
            log.exception("speech recognition failed")
            raise EngineError(f"speech recognition failed: {error}") from error

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Use `vocabulary` for every hearing that begins after this; return the words that cannot be recognized."""
        engine = self._loaded()
        self.missing = await self.run(lambda: engine.learn(vocabulary), LOAD_S)
        if self.missing:
            log.info("%d words cannot be recognized by %s", len(self.missing), engine.name)
        return self.missing

    async def listen(self, satellite: str) -> "ThreadedHearing":
        """Begin an utterance. Raises EngineError ``engine-busy`` when HEARINGS_MAX are open."""
        engine = self._loaded()
        if len(self._open) >= HEARINGS_MAX:
            raise EngineError(f"{HEARINGS_MAX} utterances are being recognized already", code="engine-busy")
        hearing = ThreadedHearing(self, engine, satellite)
        self._open.add(hearing)
        return hearing

    async def judged(self, candidates: Sequence[Candidate], transcript: Transcript) -> Transcript:
        """Return the sentence that it was. Raises NotUnderstood when there is none, or too many."""
        if self._judge is None or len(candidates) < 2:
            return choose(candidates, (), transcript)
        loop, senses = asyncio.get_running_loop(), list[Sense]()
        until_s = loop.time() + JUDGE_S
        for candidate in candidates:
            if senses and loop.time() >= until_s:
                break
            senses += self._judge([candidate.text], transcript.satellite)
            await asyncio.sleep(0)  # one sentence is 1 ms if it is understood, 40 if it is puzzled over
        return choose(candidates[: len(senses)], senses, transcript)

    def forget(self, hearing: "ThreadedHearing") -> None:
        """Called by a hearing that is closed."""
        self._open.discard(hearing)

    def _loaded(self) -> Engine:
        if self._engine is None:
            raise EngineError("speech recognition is not open", code="engine-missing")
        return self._engine


class ThreadedHearing:
    """One utterance on its way through the engine's thread."""

    def __init__(self, recognizer: ThreadedRecognizer, engine: Engine, satellite: str) -> None:
        self._recognizer = recognizer
        self._engine = engine
        self._satellite = satellite
        self._decoding: Decoding | None = None
        self._closed = False

    async def accept(self, pcm: bytes) -> str:
        """Decode the next piece and return the words so far."""
        return await self._recognizer.run(lambda: self._begun().accept(pcm), STEP_S)

    async def finish(self) -> Transcript:
        """Return the words and close. Raises NotUnderstood when there are none, or several sentences are as likely."""
        try:
            candidates = await self._recognizer.run(lambda: self._begun().finish(), STEP_S)
            return await self._recognizer.judged(
                candidates, Transcript("", 0.0, self._satellite, self._engine.language)
            )
        finally:
            await self.close()

    async def close(self) -> None:
        """Drop the utterance; again is harmless."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._recognizer.run(self._end, STEP_S)
        finally:
            self._recognizer.forget(self)

    def _begun(self) -> Decoding:
        if self._closed:
            raise EngineError("this utterance is closed")
        if self._decoding is None:
            self._decoding = self._engine.open()
        return self._decoding

    def _end(self) -> None:
        if self._decoding is not None:
            self._decoding.close()


def load_recognizer(
    vosk_model: Path | None, vocabulary: Vocabulary, *, language: str = "en", judge: Judge | None = None
) -> Recognizer:
    """Return Vosk on the model in `vosk_model`, or pocketsphinx on the words of the house when that is None.

    Pocketsphinx hears English only: in other languages nothing is understood then (``model-missing``).

    Nothing is loaded before the recognizer is entered.
    """

    def load() -> Engine:
        if vosk_model is not None:
            from voice.kaldi import Vosk

            return Vosk(vosk_model, language=language)
        if language[:2] != SPHINX_LANGUAGE:
            return Deaf(language)
        from voice.sphinx import Pocketsphinx

        return Pocketsphinx()

    return ThreadedRecognizer(load, vocabulary, judge=judge)
