"""Hears one utterance: waits for speech, decides from silence and words that it is over, and returns the words.

Its words are decided as soon as there is a pause, long before it is clear that nothing follows: if then nothing does,
nobody waits for the recognizer. If the person goes on, the recognizer begins anew with everything since the start.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from voice.endpoint import FRAME_BYTES, ActivityDetector, Completeness, Endpointer, Patience
from voice.model import RATE_HZ, Hearing, NoSpeech, NotUnderstood, Recognizer, Transcript
from voice.record import Turn

MOST_LOOKS = 3
"""Pauses in which words are looked at before one is waited out: talk has many, and each costs decoding anew."""
MOST_TRIES = 3
"""Sounds without words before it is given up: the first may be a cough."""
_BATCH_BYTES = 2 * FRAME_BYTES
"""Handed to the recognizer at once: each time costs a hop to its thread."""

Complete = Callable[[str], Completeness]


@dataclass(frozen=True, slots=True)
class Utterance:
    """An utterance that is over."""

    transcript: Transcript
    begun_s: float
    """Where it began and ended, in seconds of the sound that this ear was given."""
    ended_s: float
    waited_s: float
    """How much silence was waited for."""
    worked_s: float
    """How long the words took after that, by the loop's clock."""
    level_dbfs: float
    """The loudest frame."""

    @property
    def lasted_s(self) -> float:
        """How long it took to say, with the silence that was waited for."""
        return self.ended_s - self.begun_s + self.waited_s

    def timings_ms(self) -> dict[str, float]:
        """Return what was waited and worked for, as `voice.record.Turn.timings_ms` has it."""
        return {"endpoint": round(self.waited_s * 1000, 2), "recognize": round(self.worked_s * 1000, 2)}


class Ear:
    """Hears one utterance of one satellite."""

    def __init__(
        self, detector: ActivityDetector, recognizer: Recognizer, complete: Complete, patience: Patience, turn: Turn
    ) -> None:
        """`complete` says how whole a text is; `turn` is where everything is put down."""
        self._recognizer, self._complete, self._patience, self._turn = recognizer, complete, patience, turn
        self._endpointer = Endpointer(detector, patience)
        self._rest = b""
        self._pcm = bytearray()
        """What was said so far, with a little before."""
        self._fed = 0
        self._hearing: Hearing | None = None
        self._partial: tuple[str, ...] = ()
        self._words: Transcript | NotUnderstood | None = None
        self._completeness = Completeness.UNKNOWN
        self._looks = self._tries = 0
        self._level_dbfs = -120.0
        self._puzzle: NotUnderstood | None = None
        self.held = False
        """True while a button is held: then nothing but its release ends the utterance."""
        self.wait_until_s = patience.begin_s
        """So long speech is waited for, in seconds of the sound."""

    @property
    def speaking(self) -> bool:
        """Whether somebody has begun to speak."""
        return self._endpointer.speaking

    @property
    def at_s(self) -> float:
        """How much sound this ear was given."""
        return self._endpointer.at_s

    async def accept(self, pcm: bytes) -> Utterance | None:
        """Take the next piece of sound, of any length; return the utterance once it is over.

        What follows the end of an utterance in the same piece is not listened to.

        Raises:
            NoSpeech: nobody began to speak.
            NotUnderstood: what was said has no words that can be trusted.
            EngineError: the recognizer failed, or is late.
        """
        self._rest += pcm
        while len(self._rest) >= FRAME_BYTES:
            frame, self._rest = self._rest[:FRAME_BYTES], self._rest[FRAME_BYTES:]
            heard = await self._frame(frame)
            if heard is not None:
                return heard
        return None

    async def finish(self) -> Utterance:
        """Return the utterance as it is: the button was let go, or the sound is over. Raises as `accept`."""
        if not self._endpointer.speaking:
            raise self._puzzle or NoSpeech("nobody speaks")
        heard = await self._over()
        if heard is None:
            raise self._puzzle or NotUnderstood("no words were recognized")
        return heard

    async def close(self) -> None:
        """Drop the utterance; again is harmless."""
        hearing, self._hearing = self._hearing, None
        if hearing is not None:
            await hearing.close()

    async def _frame(self, frame: bytes) -> Utterance | None:
        endpointer = self._endpointer
        endpointer.accept(frame)
        level = _level_dbfs(frame)
        self._turn.hear(frame, endpointer.probability, level)
        self._pcm += frame
        if endpointer.begun_s is None:
            del self._pcm[: -int(self._patience.pad_s * RATE_HZ) * 2]
            if endpointer.at_s >= self.wait_until_s and not self.held:
                raise self._puzzle or NoSpeech("nobody speaks")
            return None
        self._level_dbfs = max(self._level_dbfs, level)
        if not endpointer.speaking:
            return None
        if endpointer.silence_s == 0 and self._words is not None:
            await self._go_on()
        if self._words is None:
            await self._feed(_BATCH_BYTES)
            if endpointer.silence_s >= self._patience.look_s and self._looks < MOST_LOOKS:
                await self._look()
        over = endpointer.silence_s >= self._patience.pause_s(self._completeness) and not self.held
        return await self._over() if over or endpointer.too_long else None

    async def _feed(self, least: int) -> None:
        """Hand what is new to the recognizer, once it is worth it."""
        if len(self._pcm) - self._fed < least:
            return
        if self._hearing is None:
            self._hearing = await self._recognizer.listen(self._turn.satellite)
        piece, self._fed = bytes(self._pcm[self._fed :]), len(self._pcm)
        partial = tuple((await self._hearing.accept(piece)).split())
        self._partial = partial or self._partial

    async def _look(self) -> None:
        """Decide the words so far, and how whole they are."""
        self._looks += 1
        try:
            self._words = await self._decided()
            text = self._words.text
            self._completeness = self._judged(text)
        except NotUnderstood as error:
            self._words, text = error, ""
            self._completeness = Completeness.UNKNOWN
        now_s = asyncio.get_running_loop().time()
        self._turn.note(now_s, "words", f"{self._completeness} {self._endpointer.at_s:.2f} {text}".strip())

    def _judged(self, text: str) -> Completeness:
        completeness = self._complete(text)
        # Words that a moment ago were others are not sure enough to act at once.
        settled = self._partial[:-1]
        stable = tuple(text.split())[: len(settled)] == settled
        if completeness is Completeness.CLOSED and not stable:
            return Completeness.EXTENDABLE
        return completeness

    async def _decided(self) -> Transcript:
        await self._feed(1)
        hearing, self._hearing = self._hearing, None
        assert hearing is not None
        try:
            transcript = await hearing.finish()
        finally:
            await hearing.close()
        if transcript.confidence < self._patience.confidence_min:
            raise NotUnderstood("what was heard is too unsure to act on")
        return transcript

    async def _go_on(self) -> None:
        """The person goes on: what was decided does not hold."""
        self._words, self._completeness, self._fed = None, Completeness.UNKNOWN, 0
        await self.close()

    async def _over(self) -> Utterance | None:
        """Return the utterance; ``None`` if it had no words and another is waited for."""
        loop = asyncio.get_running_loop()
        began_s, endpointer = loop.time(), self._endpointer
        if self._words is None:
            try:
                self._words = await self._decided()
            except NotUnderstood as error:
                self._words = error
        words, too_long = self._words, endpointer.too_long
        if isinstance(words, Transcript):
            begun_s = endpointer.begun_s or 0.0
            worked_s = loop.time() - began_s
            return Utterance(words, begun_s, endpointer.ended_s, endpointer.silence_s, worked_s, self._level_dbfs)
        self._puzzle = words
        self._tries += 1
        if too_long or self._tries >= MOST_TRIES:
            raise words
        self._pcm.clear()
        await self._go_on()
        self._looks = 0
        self._partial = ()
        self.wait_until_s = endpointer.at_s + self._patience.again_s
        endpointer.restart()
        return None


def _level_dbfs(frame: bytes) -> float:
    import numpy as np

    from voice.audio import level_dbfs

    return level_dbfs(np.frombuffer(frame, np.int16))
