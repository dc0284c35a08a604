"""Whose voice it is, worked out beside the recognition: on a thread of its own, and nobody has to wait for it.

A recognizer that listens `Speakers.beside` gives each transcript its voice, begun in the pause after the words, while
the words are decided. Nothing is loaded or kept before somebody wants to know voices.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType
from typing import Self

from voice.model import RATE_HZ, EngineError, Hearing, Recognizer, Transcript, Vocabulary, VoiceError
from voice.speaker import SpeakerModel, Vector

log = logging.getLogger("hearth." + __name__)

MOST_WAITING = 4
"""Utterances that wait for the model; of a further one nobody knows the voice."""
LOAD_S = 30.0
LONGEST_S = 5.0
"""Of an utterance, so much is looked at: more does not make it surer."""
QUIET_DB = 30.0
"""What is so much softer than the loud parts of an utterance is no speech of who says it."""
_FRAME = RATE_HZ // 50 * 2


class Whose:
    """The voice of one utterance, ready or not."""

    def __init__(self, coming: "asyncio.Future[Vector] | None" = None) -> None:
        """Without a future there is no voice."""
        self._coming = coming

    @property
    def ready(self) -> bool:
        """Whether `vector` has nothing to wait for."""
        return self._coming is None or self._coming.done()

    async def vector(self, within_s: float) -> Vector:
        """Return what the voice is like (length 1); empty where nobody can tell, or not in time."""
        if self._coming is None:
            return ()
        if not self._coming.done():
            await asyncio.wait({self._coming}, timeout=within_s)
        if not self._coming.done() or self._coming.cancelled():
            return ()
        return self._coming.result()


class Speakers:
    """A speaker model on its thread, loaded when the first voice is wanted."""

    def __init__(self, load: Callable[[], SpeakerModel]) -> None:
        """`load` may block, and raises VoiceError with the remedy where there is no model."""
        self._load = load
        self._model: SpeakerModel | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hearth-speaker")
        self._begun = dict[str, asyncio.Future[Vector]]()
        self._is_told = False
        self.wanted = False
        """Whether voices are looked at: nobody's, before somebody is enrolled or enrols."""

    @property
    def model(self) -> SpeakerModel | None:
        """The model, once it is loaded."""
        return self._model

    def close(self) -> None:
        """Work out nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def problem(self) -> VoiceError | None:
        """Load the model if that was not done; return why that cannot be, else ``None``."""
        try:
            async with asyncio.timeout(LOAD_S):
                await asyncio.get_running_loop().run_in_executor(self._thread, self._loaded)
        except VoiceError as error:
            return error
        except TimeoutError:
            return EngineError(f"the speaker model was not loaded in {LOAD_S:.0f} s", code="engine-late")
        return None

    def begin(self, satellite: str, pcm: bytes) -> Whose:
        """Begin to work out the voice of an utterance (int16 mono at 16 kHz); one that was begun before goes."""
        before = self._begun.pop(satellite, None)
        if before is not None:
            before.cancel()
        self._begun = {name: one for name, one in self._begun.items() if not one.done()}
        if len(self._begun) >= MOST_WAITING:
            return Whose()
        coming = asyncio.get_running_loop().run_in_executor(self._thread, self._vector, pcm)
        self._begun[satellite] = coming
        return Whose(coming)

    def now(self, satellite: str) -> Whose:
        """Return the voice of the utterance that was begun last at a satellite."""
        return Whose(self._begun.get(satellite))

    def beside(self, recognizer: Recognizer) -> Recognizer:
        """Return the recognizer, with transcripts that know their voice."""
        return _Beside(recognizer, self)

    def _loaded(self) -> SpeakerModel:
        if self._model is None:
            self._model = self._load()
        return self._model

    def _vector(self, pcm: bytes) -> Vector:
        try:
            return self._loaded().vector(spoken(pcm[: int(LONGEST_S * RATE_HZ) * 2]))
        except VoiceError as error:
            if not self._is_told:
                log.warning("nobody can tell who speaks: %s", error)
            self._is_told = True
        except Exception:  # the model's code: a voice that is not known must not cost the words
            log.exception("nobody could tell who speaks")
        return ()


def spoken(pcm: bytes) -> bytes:
    """Return the speech of an utterance: from its first to its last frame that is not much softer than the loud."""
    import numpy as np

    whole = len(pcm) // _FRAME
    if not whole:
        return b""
    frames = np.frombuffer(pcm, "<i2", whole * _FRAME // 2).reshape(whole, -1).astype(np.float32)
    levels = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-9)
    (loud,) = np.nonzero(levels > np.percentile(levels, 95) - QUIET_DB)
    return pcm[int(loud[0]) * _FRAME : (int(loud[-1]) + 1) * _FRAME]


class _Beside:
    """A recognizer whose transcripts know their voice."""

    def __init__(self, recognizer: Recognizer, speakers: Speakers) -> None:
        self._recognizer, self._speakers = recognizer, speakers

    @property
    def name(self) -> str:
        """That of the recognizer."""
        return self._recognizer.name

    async def __aenter__(self) -> Self:
        self._recognizer = await self._recognizer.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        await self._recognizer.__aexit__(kind, error, trace)

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Hand it on."""
        return await self._recognizer.learn(vocabulary)

    async def listen(self, satellite: str) -> Hearing:
        """Begin an utterance; its sound is kept until its words are decided, if voices are wanted."""
        hearing = await self._recognizer.listen(satellite)
        return _Both(hearing, self._speakers, satellite) if self._speakers.wanted else hearing


class _Both:
    """One utterance, for its words and its voice."""

    def __init__(self, hearing: Hearing, speakers: Speakers, satellite: str) -> None:
        self._hearing, self._speakers, self._satellite = hearing, speakers, satellite
        self._pcm = bytearray()

    async def accept(self, pcm: bytes) -> str:
        """Hand it on."""
        if len(self._pcm) < LONGEST_S * RATE_HZ * 2:
            self._pcm += pcm
        return await self._hearing.accept(pcm)

    async def finish(self) -> Transcript:
        """Return the words; the voice may come later."""
        whose = self._speakers.begin(self._satellite, bytes(self._pcm))
        return replace(await self._hearing.finish(), voice=whose)

    async def close(self) -> None:
        """Drop the utterance."""
        self._pcm.clear()
        await self._hearing.close()
