"""What is worked out beside the words: with a model of our own making, fast, slow, broken or missing."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from tests.voice.sounds import silence, with_noise
from voice.model import RATE_HZ, EngineError, ModelError, NotUnderstood, Transcript, Vocabulary
from voice.speaker import Calibration, SpeakerModel, Vector
from voice.whose import MOST_WAITING, Speakers, Whose, spoken

TALK = with_noise(silence(1.0), 3_000.0).tobytes()


class Pitch:
    """Tells voices by nothing but where their sound crosses zero."""

    name = "pitch"
    calibration = Calibration()

    def __init__(self, gate: threading.Event | None = None, error: Exception | None = None) -> None:
        self._gate, self._error = gate, error
        self.heard = 0

    def vector(self, pcm: bytes) -> Vector:
        self.heard += 1
        if self._gate is not None:
            assert self._gate.wait(10)
        if self._error is not None:
            raise self._error
        above = np.frombuffer(pcm, np.int16) > 0
        crossings = np.count_nonzero(above[1:] != above[:-1]) / len(above)
        return (crossings, (1 - crossings**2) ** 0.5)


class Words:
    """A recognizer of one sentence."""

    name = "words"

    def __init__(self, text: str = "hello") -> None:
        self._text = text

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        return vocabulary.phrases

    async def listen(self, satellite: str) -> Self:
        del satellite
        return self

    async def accept(self, pcm: bytes) -> str:
        del pcm
        return self._text

    async def finish(self) -> Transcript:
        if not self._text:
            raise NotUnderstood("nothing")
        return Transcript(self._text, 1.0, "kitchen", "en")

    async def close(self) -> None: ...


@pytest.fixture
async def made() -> AsyncGenerator[Callable[[SpeakerModel], Speakers]]:
    held = list[Speakers]()

    def make(model: SpeakerModel) -> Speakers:
        speakers = Speakers(lambda: model)
        speakers.wanted = True
        held.append(speakers)
        return speakers

    yield make
    for one in held:
        one.close()


Made = Callable[[SpeakerModel], Speakers]


async def _said(speakers: Speakers) -> Transcript:
    async with speakers.beside(Words()) as recognizer:
        hearing = await recognizer.listen("kitchen")
        await hearing.accept(TALK)
        return await hearing.finish()


async def test_a_transcript_has_its_voice(made: Made):
    said = await _said(made(Pitch()))

    assert said.voice is not None
    assert len(await said.voice.vector(5.0)) == 2


async def test_nobody_waits_for_a_voice_that_is_late(made: Made):
    gate = threading.Event()
    try:
        said = await _said(made(Pitch(gate)))
        assert said.voice is not None
        assert not said.voice.ready
        assert await said.voice.vector(0.0) == ()
    finally:
        gate.set()
    assert len(await said.voice.vector(5.0)) == 2


async def test_nothing_is_looked_at_before_somebody_wants_it(made: Made):
    model = Pitch()
    speakers = made(model)
    speakers.wanted = False

    assert (await _said(speakers)).voice is None
    assert model.heard == 0


@pytest.mark.parametrize("error", [EngineError("no"), ValueError("broken")], ids=["ours", "theirs"])
async def test_a_model_that_fails_costs_no_words(made: Made, error: Exception):
    said = await _said(made(Pitch(error=error)))

    assert said.text == "hello"
    assert said.voice is not None
    assert await said.voice.vector(5.0) == ()


async def test_no_words_are_no_words_with_a_voice_too(made: Made):
    async with made(Pitch()).beside(Words("")) as recognizer:
        hearing = await recognizer.listen("kitchen")
        with pytest.raises(NotUnderstood):
            await hearing.finish()


async def test_of_too_many_at_once_nobody_knows_the_voice(made: Made):
    gate, speakers = threading.Event(), None
    try:
        speakers = made(Pitch(gate))
        begun = [speakers.begin(f"room {at}", TALK) for at in range(MOST_WAITING + 1)]
        assert [one.ready for one in begun] == [False] * MOST_WAITING + [True]
    finally:
        gate.set()


async def test_who_goes_on_is_looked_at_once_more_and_not_twice(made: Made):
    gate, model = threading.Event(), Pitch()
    slow = Pitch(gate)
    speakers = made(slow)
    try:
        first = speakers.begin("hall", TALK)
        dropped = speakers.begin("kitchen", TALK)
        last = speakers.begin("kitchen", TALK + TALK)
        await asyncio.sleep(0)  # a cancelled future tells its thread in the loop's next turn
    finally:
        gate.set()

    assert [len(await one.vector(5.0)) for one in (first, dropped, last)] == [2, 0, 2]
    assert (slow.heard, model.heard) == (2, 0)


async def test_a_missing_model_is_told_with_what_to_do():
    def load() -> SpeakerModel:
        raise ModelError("hearth models pull speaker-ge2e", code="model-missing")

    speakers = Speakers(load)
    problem = await speakers.problem()
    speakers.close()

    assert "models pull" in str(problem)


async def test_without_anything_there_is_no_voice():
    assert Whose().ready
    assert await Whose().vector(1.0) == ()


def test_what_is_quiet_before_and_after_is_no_speech():
    quiet = with_noise(silence(0.5), 20.0).tobytes()

    assert abs(len(spoken(quiet + TALK + quiet)) - len(TALK)) <= RATE_HZ // 50 * 4
    assert spoken(b"") == b""


async def test_several_rooms_are_looked_at_one_after_the_other(made: Made):
    speakers = made(Pitch())
    async with asyncio.timeout(5):
        vectors = [await speakers.begin(room, TALK).vector(5.0) for room in ("kitchen", "hall")]

    assert vectors[0] == vectors[1]
