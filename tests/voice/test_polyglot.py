"""Several languages in one room: which one it was, when one of them is deaf, broken or both make sense."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import pytest

from voice.arbitrate import Judge, Sense
from voice.engines import Engines, EngineSettings
from voice.model import EngineError, ModelError, NotUnderstood, Recognizer, Transcript, Vocabulary, VoiceError
from voice.polyglot import Polyglot, Prefers, Tongue, nobody
from voice.speaker import Calibration, Vector
from voice.whose import Speakers

LIGHT, LAMP = Sense(1.0, "light on"), Sense(1.0, "lamp on")
NOTHING = Sense()


class Hears:
    """A recognizer of one language that hears one sentence, or fails."""

    name = "hears"

    def __init__(self, language: str, came: str | VoiceError, confidence: float = 0.9) -> None:
        self._language, self._came, self._confidence = language, came, confidence
        self.fed = self.open = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        return vocabulary.phrases

    async def listen(self, satellite: str) -> Self:
        if isinstance(self._came, EngineError) and self._came.code == "engine-busy":
            raise self._came
        self.open += 1
        return self

    async def accept(self, pcm: bytes) -> str:
        self.fed += len(pcm)
        if isinstance(self._came, EngineError):
            raise self._came
        return f"{self._language} so far"

    async def finish(self) -> Transcript:
        if isinstance(self._came, VoiceError):
            raise self._came
        return Transcript(self._came, self._confidence, "kitchen", self._language)

    async def close(self) -> None:
        self.open -= 1


def tongue(hears: Hears, language: str, sense: Sense) -> Tongue:
    async def words() -> Recognizer:
        return hears

    def judge(texts: Sequence[str], satellite: str, /) -> Sequence[Sense]:
        return [sense] * len(texts)

    judged: Judge = judge
    return Tongue(language, words, judged)


async def heard(*tongues: Tongue, prefers: Prefers = nobody) -> Transcript:
    async with Polyglot(tongues, prefers) as polyglot:
        hearing = await polyglot.listen("kitchen")
        try:
            await hearing.accept(b"\0\0" * 100)
            return await hearing.finish()
        finally:
            await hearing.close()


async def german(satellite: str) -> str | None:
    return "de" if satellite == "kitchen" else None


@pytest.mark.parametrize(
    ("english", "meant", "deutsch", "gemeint", "language"),
    [
        (("turn on the light", 0.6), LIGHT, ("dann um der leid", 0.9), NOTHING, "en"),
        (("schultz the leaked on", 0.9), NOTHING, ("schalte das licht an", 0.5), LIGHT, "de"),
        (("the weather is nice", 0.9), NOTHING, ("der wetter ist neiß", 0.3), NOTHING, "en"),
        (("radio on", 0.9), LIGHT, ("radio an", 0.6), LAMP, "en"),
        (("radio on", 0.80), LIGHT, ("radio an", 0.85), LIGHT, "de"),
    ],
    ids=["only English", "only German", "talk", "clearly surer", "the same either way"],
)
async def test_the_words_that_make_sense_decide_the_language(
    english: tuple[str, float], meant: Sense, deutsch: tuple[str, float], gemeint: Sense, language: str
):
    found = await heard(tongue(Hears("en", *english), "en", meant), tongue(Hears("de", *deutsch), "de", gemeint))

    assert found.language == language


async def test_the_language_of_who_speaks_breaks_a_tie():
    both = tongue(Hears("en", "radio on", 0.9), "en", LIGHT), tongue(Hears("de", "radio an", 0.4), "de", LAMP)

    assert (await heard(*both, prefers=german)).language == "de"


async def test_the_language_of_who_speaks_does_not_make_sense_of_what_has_none():
    both = tongue(Hears("en", "turn on the light"), "en", LIGHT), tongue(Hears("de", "dann um"), "de", NOTHING)

    assert (await heard(*both, prefers=german)).language == "en"


async def test_two_commands_about_as_sure_are_asked_about():
    both = tongue(Hears("en", "radio on", 0.8), "en", LIGHT), tongue(Hears("de", "radio an", 0.85), "de", LAMP)

    with pytest.raises(NotUnderstood) as told:
        await heard(*both)

    assert (told.value.code, told.value.guesses) == ("unsure", ("radio an", "radio on"))


@pytest.mark.parametrize(
    "problem", [ModelError("none", code="model-missing"), EngineError("crashed"), NotUnderstood("no words")]
)
async def test_a_language_that_hears_nothing_leaves_it_to_the_other(problem: VoiceError):
    found = await heard(tongue(Hears("en", problem), "en", NOTHING), tongue(Hears("de", "hallo"), "de", NOTHING))

    assert found.text == "hallo"


async def test_where_nobody_hears_anything_it_is_said_that_it_was_not_understood():
    missing, unheard = ModelError("none", code="model-missing"), NotUnderstood("no words")

    with pytest.raises(NotUnderstood):
        await heard(tongue(Hears("de", missing), "de", NOTHING), tongue(Hears("en", unheard), "en", NOTHING))


async def test_a_language_that_is_busy_leaves_none_open():
    free, busy = Hears("en", "hello"), Hears("de", EngineError("busy", code="engine-busy"))
    async with Polyglot([tongue(free, "en", NOTHING), tongue(busy, "de", NOTHING)]) as polyglot:
        with pytest.raises(EngineError):
            await polyglot.listen("kitchen")

    assert free.open == 0


class Known:
    """A speaker model to which all sound alike."""

    name = "known"
    calibration = Calibration()

    def vector(self, pcm: bytes) -> Vector:
        return (1.0, 0.0) if pcm else ()


async def test_the_voice_is_known_once_and_while_the_languages_compete():
    speakers, asked = Speakers(Known), list[Vector]()
    speakers.wanted = True

    async def prefers(satellite: str) -> str | None:
        asked.append(await speakers.now(satellite).vector(2.0))
        return "de"

    both = tongue(Hears("en", "radio on"), "en", LIGHT), tongue(Hears("de", "radio an"), "de", LAMP)
    async with Engines(EngineSettings(), recognizer=Polyglot(both, prefers), speakers=speakers) as engines:
        hearing = await (await engines.recognizer()).listen("kitchen")
        await hearing.accept(b"\1\1" * 16_000)
        found = await hearing.finish()
        await hearing.close()
    speakers.close()

    assert (found.language, asked) == ("de", [(1.0, 0.0)])
    assert found.voice is not None
