import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from tests.voice.sounds import TINY, silence, speech, with_noise
from voice.arbitrate import Candidate, Sense
from voice.audio import Samples
from voice.model import EngineError, ModelError, NotUnderstood, Recognizer, Transcript, Vocabulary
from voice.recognize import HEARINGS_MAX, ThreadedRecognizer, load_recognizer

HOUSE = Vocabulary.of(
    ["turn on the {name}", "turn off the {name} in the {area}", "what time is it", "stop"],
    name=["kitchen light", "desk lamp", "wohnzimmer"],
    area=["kitchen", "living room"],
)
COMMANDS = ["turn on the kitchen light", "turn off the desk lamp in the living room", "what time is it"]


async def heard(recognizer: Recognizer, samples: Samples) -> Transcript:
    hearing = await recognizer.listen("kitchen")
    pcm = samples.tobytes()
    for begin in range(0, len(pcm), 8_000):
        await hearing.accept(pcm[begin : begin + 8_000])
    return await hearing.finish()


@pytest.fixture(params=["vosk", "pocketsphinx"])
async def recognizer(request: pytest.FixtureRequest) -> AsyncIterator[Recognizer]:
    model = TINY if request.param == "vosk" else None
    async with load_recognizer(model, HOUSE) as opened:
        yield opened


@pytest.mark.audio
@pytest.mark.parametrize("command", COMMANDS)
async def test_commands_of_the_house_are_heard(recognizer: Recognizer, command: str):
    transcript = await heard(recognizer, speech(command))

    assert transcript.text == command
    assert 0.5 <= transcript.confidence <= 1.0
    assert (transcript.satellite, transcript.language) == ("kitchen", "en")


@pytest.mark.audio
@pytest.mark.parametrize("level_lsb", [0.0, 30.0, 1_000.0])
async def test_noise_is_never_understood(recognizer: Recognizer, level_lsb: float):
    with pytest.raises(NotUnderstood):
        await heard(recognizer, with_noise(silence(2.0), level_lsb))


@pytest.mark.audio
async def test_two_satellites_are_heard_at_once(recognizer: Recognizer):
    sounds = [speech(command) for command in COMMANDS[:2]]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(heard(recognizer, sound)) for sound in sounds]

    assert [task.result().text for task in tasks] == COMMANDS[:2]


@pytest.mark.audio
async def test_an_utterance_that_is_dropped_leaves_nothing_behind(recognizer: Recognizer):
    hearing = await recognizer.listen("kitchen")
    await hearing.accept(speech("stop stop stop").tobytes())
    await hearing.close()
    await hearing.close()

    assert (await heard(recognizer, speech(COMMANDS[0]))).text == COMMANDS[0]
    with pytest.raises(EngineError, match="closed"):
        await hearing.accept(b"\0\0")


@pytest.mark.audio
async def test_a_new_name_is_heard_after_it_was_learned(recognizer: Recognizer):
    await recognizer.learn(Vocabulary.of(["open the {name}"], name=["garage door"]))

    assert (await heard(recognizer, speech("open the garage door"))).text == "open the garage door"


@pytest.mark.audio
async def test_vosk_gives_partial_words_times_and_what_it_lacks():
    async with ThreadedRecognizer(_vosk, HOUSE) as recognizer:
        hearing = await recognizer.listen("kitchen")
        pcm = speech(COMMANDS[0]).tobytes()
        partials = [await hearing.accept(pcm[begin : begin + 3_200]) for begin in range(0, len(pcm), 3_200)]
        first = await hearing.finish()
        second = await heard(recognizer, speech(COMMANDS[0]))

    assert recognizer.missing == ("wohnzimmer",)
    assert {"turn", COMMANDS[0]} <= set(partials)
    assert [word.text for word in first.words] == COMMANDS[0].split()
    assert all(word.start_s < word.end_s < len(pcm) / 32_000 for word in (*first.words, *second.words))


@pytest.mark.audio
async def test_vosk_hears_what_is_not_in_the_grammar_as_it_was_said():
    async with ThreadedRecognizer(_vosk, HOUSE) as recognizer:
        transcript = await heard(recognizer, speech("add milk to the shopping list"))

    assert transcript.text == "add milk to the shopping list"
    assert [word.confidence > 0.5 for word in transcript.words] == [True] * 6


@pytest.mark.audio
async def test_vosk_without_a_vocabulary_hears_freely():
    async with ThreadedRecognizer(_vosk) as recognizer:
        assert (await heard(recognizer, speech("good morning"))).text == "good morning"


@pytest.mark.audio
@pytest.mark.parametrize("other", ["add milk to the shopping list", "the weather is nice in the mountains today"])
async def test_pocketsphinx_refuses_what_is_not_in_the_grammar(other: str):
    async with load_recognizer(None, HOUSE) as recognizer:
        with pytest.raises(NotUnderstood):
            await heard(recognizer, speech(other))


@pytest.mark.audio
async def test_pocketsphinx_spells_out_names_that_no_dictionary_has():
    house = Vocabulary.of(["turn on the {name}", "what time is it"], name=["zigbee lamp", "desk lamp"])
    async with ThreadedRecognizer(_sphinx, house) as recognizer:
        transcript = await heard(recognizer, speech("turn on the zigbee lamp"))

    assert recognizer.missing == ()
    assert transcript.text == "turn on the zigbee lamp"


@pytest.mark.audio
async def test_pocketsphinx_without_a_vocabulary_says_so():
    async with load_recognizer(None, Vocabulary()) as recognizer:
        with pytest.raises(NotUnderstood, match="no speech model is installed"):
            await heard(recognizer, speech("stop"))


@pytest.mark.audio
@pytest.mark.parametrize(
    ("files", "code", "why"),
    [
        ({}, "model-missing", "there is no speech model"),
        ({"am/final.mdl": b"x"}, "model-broken", "'conf/model.conf' is missing"),
        ({"am/final.mdl": b"x", "conf/model.conf": b"y"}, "model-broken", "cannot read the model"),
    ],
)
async def test_a_damaged_model_is_named(tmp_path: Path, files: dict[str, bytes], code: str, why: str):
    folder = tmp_path / "model"
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    with pytest.raises(ModelError, match=why) as caught:
        async with load_recognizer(folder, HOUSE):
            pass

    assert caught.value.code == code
    assert str(folder) in str(caught.value)


class Stuck:
    """An engine that waits for the test, and fails when it is told to."""

    name = "stuck"
    language = "en"

    def __init__(self, heard: Sequence[Candidate] = ()) -> None:
        self.go_on = threading.Event()
        self._heard = heard

    def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        return ()

    def open(self) -> "Stuck":
        return self

    def accept(self, pcm: bytes) -> str:
        raise RuntimeError("native code said no")

    def finish(self) -> Sequence[Candidate]:
        self.go_on.wait(10)
        return self._heard

    def close(self) -> None:
        """Nothing to free."""


async def test_a_failure_in_the_engine_is_an_engine_error():
    async with ThreadedRecognizer(Stuck) as recognizer:
        hearing = await recognizer.listen("kitchen")
        with pytest.raises(EngineError, match="native code said no"):
            await hearing.accept(b"\0\0")


async def test_what_makes_sense_wins_over_what_sounds_a_little_more_alike():
    def judge(texts: Sequence[str], satellite: str) -> list[Sense]:
        return [Sense(float(text == "bed light" and satellite == "kitchen"), text) for text in texts]

    engine = Stuck([Candidate("shed light", 10.0), Candidate("bed light", 10.0)])
    engine.go_on.set()
    async with ThreadedRecognizer(lambda: engine, judge=judge) as recognizer:
        transcript = await (await recognizer.listen("kitchen")).finish()

    assert (transcript.text, transcript.alternatives) == ("bed light", ("shed light",))


async def test_a_judge_who_takes_long_is_asked_about_the_likeliest_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.recognize.JUDGE_S", 0.0)
    asked: list[str] = []

    def judge(texts: Sequence[str], satellite: str) -> list[Sense]:
        asked.extend(texts)
        return [Sense(1.0, text) for text in texts]

    engine = Stuck([Candidate("shed light", 10.0), Candidate("bed light", 10.0)])
    engine.go_on.set()
    async with ThreadedRecognizer(lambda: engine, judge=judge) as recognizer:
        assert (await (await recognizer.listen("kitchen")).finish()).text == "shed light"

    assert asked == ["shed light"]


async def test_a_slow_engine_is_late_and_does_not_block_the_loop(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.recognize.STEP_S", 0.05)
    engine = Stuck()
    async with ThreadedRecognizer(lambda: engine) as recognizer:
        hearing = await recognizer.listen("kitchen")
        with pytest.raises(EngineError) as caught:
            await hearing.finish()
        engine.go_on.set()

    assert caught.value.code == "engine-late"


async def test_more_satellites_than_a_house_has_are_refused():
    async with ThreadedRecognizer(Stuck) as recognizer:
        hearings = [await recognizer.listen("kitchen") for _ in range(HEARINGS_MAX)]
        with pytest.raises(EngineError) as caught:
            await recognizer.listen("cellar")
        await hearings[0].close()
        await recognizer.listen("cellar")

    assert caught.value.code == "engine-busy"


async def test_a_recognizer_that_is_not_open_says_so():
    with pytest.raises(EngineError, match="not open"):
        await load_recognizer(TINY, HOUSE).listen("kitchen")


def _vosk():
    from voice.kaldi import Vosk

    return Vosk(TINY)


def _sphinx():
    from voice.sphinx import Pocketsphinx

    return Pocketsphinx()
