"""One turn of speech: listen, let someone think, speak. Nothing here knows what the words mean.

A turn goes ``idle -> listening -> thinking -> speaking -> idle``; every stage has a deadline and its time is kept.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from voice.endpoint import Patience, Utterance, load_detector, utterances
from voice.model import (
    RATE_HZ,
    EngineError,
    NoSpeech,
    NotUnderstood,
    Recognizer,
    Sound,
    Synthesizer,
    Transcript,
    Vocabulary,
    VoiceError,
)

log = logging.getLogger("hearth." + __name__)

READ_S = 20.0
"""Reading, resampling and endpointing the longest file that is taken."""
ANSWER_S = 30.0
"""The house answers within its own, shorter deadlines; this one only keeps a turn from hanging."""
SPEAK_S = 60.0
TURNS_MAX = 8
_PIECE_BYTES = 8_000
"""A quarter of a second: pieces as a microphone would give them."""
_TRIES_MAX = 3
"""Utterances of a file that are tried: the first may be a cough."""

T = TypeVar("T")
Answer = Callable[[Transcript], Awaitable[str]]


class Stage(StrEnum):
    """Where a turn is."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one utterance."""

    transcript: Transcript
    reply_text: str
    """What was answered, as it was given: before it is made speakable. May be empty."""
    spoken_s: float
    """How long the spoken answer lasts, 0 when nothing was spoken."""
    timings_ms: dict[str, float]
    """Of ``load`` (the recognizer, in the first turn), ``decode``, ``endpoint``, ``recognize``, ``answer``,
    ``first_sound`` and ``synthesize`` those that took place."""
    problem: VoiceError | None = None
    """Why the answer could not be spoken or written. The turn counts nevertheless: what was asked for may be done."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """What `Voice` needs to know."""

    vosk_model: Path | None = None
    """The folder of a Vosk model; None: pocketsphinx on the vocabulary."""
    piper_voice: Path | None = None
    """The ``.onnx`` of a Piper voice; None: espeak-ng."""
    language: str = "en"
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    patience: Patience = field(default_factory=Patience)
    confidence_min: float = 0.35
    """0 to 1; what is heard with less is not understood. At 5 dB of noise the tiny test model's right sentences were
    above, half of its wrong ones below."""


class Voice:
    """Listens and speaks for one house. Engines are loaded by the first turn (or `warm`), closed on leaving.

    One turn at a time: the next ones wait, TURNS_MAX at most; more are refused with EngineError ``engine-busy``.
    """

    def __init__(
        self,
        settings: VoiceSettings,
        *,
        recognizer: Recognizer | None = None,
        synthesizer: Synthesizer | None = None,
        on_stage: Callable[[Stage], None] | None = None,
    ) -> None:
        """`recognizer` and `synthesizer` replace the ones that the settings would give."""
        self._settings = settings
        self._given = (recognizer, synthesizer)
        self._on_stage = on_stage
        self._vocabulary = settings.vocabulary
        self._recognizer: Recognizer | None = None
        self._synthesizer: Synthesizer | None = None
        self._opened = AsyncExitStack()
        self._turn = asyncio.Lock()
        self._turns = 0
        self._loading = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hearth-sound")
        self.stage = Stage.IDLE

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._recognizer = self._synthesizer = None
        await self._opened.aclose()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def warm(self) -> None:
        """Load both engines now. Raises VoiceError when the recognizer cannot be loaded."""
        await self._ears()
        await self._mouth()

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Expect `vocabulary` from now on; return its words that cannot be recognized, if the engine is loaded."""
        async with self._loading:
            self._vocabulary = vocabulary
            return await self._recognizer.learn(vocabulary) if self._recognizer is not None else ()

    async def listen(
        self, source: Path, *, answer: Answer, reply_path: Path | None = None, satellite: str = "file"
    ) -> Turn:
        """Hear what is said in the WAV file `source`, have it answered, speak the answer into `reply_path`.

        Nothing is synthesized without `reply_path`. When the file cannot be understood nobody is asked for an answer;
        once somebody answered, the turn is returned, with its `problem` where the answer could not be spoken.

        Raises:
            AudioError: the file cannot be read.
            NoSpeech: nobody speaks in it.
            NotUnderstood: someone speaks, but no words were recognized.
            EngineError: an engine is missing, failed, or a deadline passed.
            ModelError: the installed model is missing or broken.
        """
        async with self._my_turn():
            clock = _Stopwatch()
            try:
                self._enter(Stage.LISTENING)
                transcript = await self._hear(source, satellite, clock)
                self._enter(Stage.THINKING)
                reply = await self._answered(answer, transcript)
                clock.lap("answer")
                if reply_path is None:
                    return Turn(transcript, reply, 0.0, clock.laps_ms)
                self._enter(Stage.SPEAKING)
                return await self._spoken(Turn(transcript, reply, 0.0, clock.laps_ms), reply_path, clock)
            finally:
                self._enter(Stage.IDLE)

    async def hear(self, source: Path, *, satellite: str = "file") -> Transcript:
        """Return the words in the WAV file `source`; raises as `listen`."""
        async with self._my_turn():
            return await self._hear(source, satellite, _Stopwatch())

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        """Yield the sound of `text`; close the iterator to be silent at once."""
        synthesizer = await self._mouth()
        async with aclosing(synthesizer.say(text)) as sounds:
            async for sound in sounds:
                yield sound

    @asynccontextmanager
    async def _my_turn(self) -> AsyncGenerator[None]:
        if self._turns >= TURNS_MAX:
            raise EngineError(f"{TURNS_MAX} turns are waiting already", code="engine-busy")
        self._turns += 1
        try:
            async with self._turn:
                yield
        finally:
            self._turns -= 1

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        if self._on_stage is not None:
            self._on_stage(stage)

    async def _ears(self) -> Recognizer:
        """Return the recognizer, loaded by whoever needs it first."""
        async with self._loading:
            if self._recognizer is None:
                from voice.recognize import load_recognizer

                settings = self._settings
                made = self._given[0] or load_recognizer(
                    settings.vosk_model, self._vocabulary, language=settings.language
                )
                self._recognizer = await self._opened.enter_async_context(made)
            return self._recognizer

    async def _mouth(self) -> Synthesizer:
        """Return the synthesizer, loaded by whoever needs it first: who only speaks loads no recognizer."""
        async with self._loading:
            if self._synthesizer is None:
                from voice.speak import load_synthesizer

                made = self._given[1] or load_synthesizer(self._settings.piper_voice, language=self._settings.language)
                self._synthesizer = await self._opened.enter_async_context(made)
            return self._synthesizer

    async def _hear(self, source: Path, satellite: str, clock: "_Stopwatch") -> Transcript:
        recognizer = await self._ears()
        clock.lap("load")
        pcm = await self._run(lambda: _read(source))
        clock.lap("decode")
        found = await self._run(lambda: _utterances(pcm, self._settings.patience))
        clock.lap("endpoint")
        if not found:
            raise NoSpeech(f"nobody speaks in {str(source)!r}")
        try:
            return await self._recognized(recognizer, [_cut(pcm, utterance) for utterance in found], satellite)
        finally:
            clock.lap("recognize")

    async def _recognized(self, recognizer: Recognizer, pieces: Sequence[bytes], satellite: str) -> Transcript:
        """Return the words of the first piece that has any."""
        for number, pcm in enumerate(pieces, 1):
            try:
                transcript = await _transcribed(recognizer, pcm, satellite)
                if transcript.confidence >= self._settings.confidence_min:
                    return transcript
            except NotUnderstood:
                if number == len(pieces):
                    raise
        raise NotUnderstood("what was heard is too unsure to act on")

    async def _answered(self, answer: Answer, transcript: Transcript) -> str:
        try:
            async with asyncio.timeout(ANSWER_S):
                return await answer(transcript)
        except TimeoutError as error:
            raise EngineError(f"there was no answer within {ANSWER_S:.0f} s", code="answer-late") from error

    async def _spoken(self, turn: Turn, reply_path: Path, clock: "_Stopwatch") -> Turn:
        try:
            return replace(turn, spoken_s=await self._speak(turn.reply_text, reply_path, clock))
        except VoiceError as error:
            log.warning("an answer could not be spoken: %s", error)
            return replace(turn, problem=error)

    async def _speak(self, text: str, reply_path: Path, clock: "_Stopwatch") -> float:
        """Write the spoken `text` and return its length in seconds; writes nothing when there is nothing to say."""
        sounds: list[Sound] = []
        try:
            async with asyncio.timeout(SPEAK_S):
                async for sound in self.say(text):
                    if not sounds:
                        clock.mark("first_sound")
                    sounds.append(sound)
        except TimeoutError as error:
            raise EngineError(f"the answer was not spoken within {SPEAK_S:.0f} s", code="engine-late") from error
        if sounds:
            await self._run(lambda: _write(reply_path, sounds))
        clock.lap("synthesize")
        return sum(sound.format.seconds(len(sound.pcm)) for sound in sounds)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(READ_S):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except TimeoutError as error:
            raise EngineError(f"the sound was not ready within {READ_S:.0f} s", code="engine-late") from error


class _Stopwatch:
    """The time of each stage, in milliseconds of the loop's clock."""

    def __init__(self) -> None:
        self._now = asyncio.get_running_loop().time
        self._last = self._now()
        self.laps_ms: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """The stage `name` ends here, and the next begins."""
        self.mark(name)
        self._last = self._now()

    def mark(self, name: str) -> None:
        """Note the time since the stage began, without ending it."""
        self.laps_ms[name] = round((self._now() - self._last) * 1000, 2)


async def _transcribed(recognizer: Recognizer, pcm: bytes, satellite: str) -> Transcript:
    hearing = await recognizer.listen(satellite)
    try:
        for begin in range(0, len(pcm), _PIECE_BYTES):
            await hearing.accept(pcm[begin : begin + _PIECE_BYTES])
        return await hearing.finish()
    finally:
        await hearing.close()


def _read(source: Path) -> bytes:
    from voice.audio import read_wav

    return read_wav(source).tobytes()


def _utterances(pcm: bytes, patience: Patience) -> list[Utterance]:
    return list(islice(utterances(pcm, load_detector(), patience), _TRIES_MAX))


def _cut(pcm: bytes, utterance: Utterance) -> bytes:
    return pcm[int(utterance.start_s * RATE_HZ) * 2 : int(utterance.end_s * RATE_HZ) * 2]


def _write(path: Path, sounds: list[Sound]) -> None:
    from voice.audio import write_wav

    write_wav(path, sounds)
