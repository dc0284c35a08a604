"""A house for the tests of sessions: it understands a few sentences, answers what it is told, and can be broken."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from types import TracebackType
from typing import Self

import numpy as np

from tests.voice.sounds import silence, speech, with_noise
from voice.audio import Samples
from voice.endpoint import Completeness
from voice.engines import Engines
from voice.model import EngineError, Sound, Transcript, Vocabulary, VoiceError
from voice.outside import Candidate, Reply, Said
from voice.record import Turn
from voice.satellites.file import FileSatellite, Scene
from voice.session import Session
from voice.wishes import SessionSettings

LONG = "I tell you a long story now, of the lamp in the hall and of the clock on the wall, and nobody knows its end."
WHOLE: Mapping[str, Completeness] = {
    "turn on the kitchen light": Completeness.EXTENDABLE,
    "close the bedroom blinds": Completeness.EXTENDABLE,
    "set a timer for ten minutes": Completeness.EXTENDABLE,
    "what time is it": Completeness.CLOSED,
    "open the garage door": Completeness.UNKNOWN,
    "turn on the": Completeness.OPEN,
    "turn on": Completeness.OPEN,
    "set a timer": Completeness.OPEN,
    "set a timer for": Completeness.OPEN,
    "stop": Completeness.CLOSED,
    "yes": Completeness.CLOSED,
}


def _echoed(said: Said) -> Reply:
    return Reply(f"You said {said.transcript.text}.")


class Butler:
    """The house."""

    def __init__(self, answer: Callable[[Said], Reply] | None = None, *, mine: bool = True) -> None:
        self._answer = answer or _echoed
        self._mine = mine
        self.said: list[str] = []
        self.follow_ups: list[bool] = []
        self.cut: list[str] = []
        self.claims: list[Candidate] = []

    def complete(self, text: str, satellite: str) -> Completeness:
        return WHOLE.get(text, Completeness.UNKNOWN)

    async def claim(self, candidate: Candidate) -> bool:
        self.claims.append(candidate)
        return self._mine

    async def answer(self, said: Said) -> Reply:
        self.said.append(said.transcript.text)
        self.follow_ups.append(said.follow_up)
        return self._answer(said)

    def apology(self, problem: VoiceError) -> Reply:
        return Reply("" if problem.code == "no-speech" else f"Sorry: {problem.code}.")

    def interrupted(self, satellite: str, text: str, heard: str) -> None:
        self.cut.append(heard)


class Hum:
    """A voice without an engine: every letter is a fifteenth of a second of a tone."""

    name = "hum"

    def __init__(self) -> None:
        self.said: list[str] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Nothing is open."""

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        from voice.model import AudioFormat

        self.said.append(text)
        for at in range(len(text)):
            tone = np.sin(np.arange(1067) * 2 * np.pi * (300 + 40 * (at % 7)) / 16_000) * 4_000
            yield Sound(tone.astype(np.int16).tobytes(), AudioFormat())


class Mute(Hum):
    """A voice that fails."""

    async def say(self, text: str) -> AsyncGenerator[Sound, None]:
        if text:
            raise EngineError("the loudspeaker is gone")
        yield Sound(b"", NotImplemented)


class Oracle:
    """A recognizer that hears what it is told, however the sound is; `None` is an engine that fails."""

    name = "oracle"

    def __init__(self, *texts: str | None) -> None:
        self._texts = list(texts)
        self.open = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Nothing is open."""

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        return ()

    async def listen(self, satellite: str) -> "OracleHearing":
        self.open += 1
        return OracleHearing(self, self._texts.pop(0) if len(self._texts) > 1 else self._texts[0], satellite)


class OracleHearing:
    """One utterance of it."""

    def __init__(self, oracle: Oracle, text: str | None, satellite: str) -> None:
        self._oracle, self._text, self._satellite = oracle, text, satellite
        self._closed = False

    async def accept(self, pcm: bytes) -> str:
        if self._text is None:
            raise EngineError("the engine has crashed")
        return ""

    async def finish(self) -> Transcript:
        assert self._text is not None
        return Transcript(self._text, 1.0, self._satellite, "en")

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._oracle.open -= 1


def said(*texts: str, voice: str = "en-us", tail_s: float = 1.5) -> bytes:
    """Return sentences with pauses as long as `speech` makes them, and quiet after."""
    spoken = [speech(text, voice=voice) for text in texts]
    return np.concatenate([*spoken, with_noise(silence(tail_s), 30)]).tobytes()


def joined(first: Samples, second: Samples, pause_s: float) -> bytes:
    """Return two stretches of speech with a pause between them that is exactly so long."""
    quiet = with_noise(silence(pause_s), 30)
    return np.concatenate([_cut(first, front=False), quiet, _cut(second, back=False)]).tobytes()


def _cut(samples: Samples, *, front: bool = True, back: bool = True) -> Samples:
    """Return speech without the quiet before it, or after it."""
    loud = np.nonzero(np.abs(samples) > 300)[0]
    begin, end = int(loud[0]) if not back else 0, int(loud[-1]) if not front else len(samples)
    return samples[begin:end]


async def hold(
    pcm: bytes,
    house: Butler,
    engines: Engines,
    *,
    scene: Scene | None = None,
    settings: SessionSettings | None = None,
    speaks: bool = True,
) -> tuple[list[Turn], FileSatellite]:
    """Let a session hear a sound to its end; return its turns, and the satellite."""
    satellite = FileSatellite(pcm, scene=scene, speaks=speaks)
    session = Session(satellite, house, engines, settings)
    async with asyncio.timeout(60):
        await session.run()
    return list(session.turns), satellite
