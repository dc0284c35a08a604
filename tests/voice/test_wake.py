import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.voice.sounds import silence, speech, with_noise
from voice.model import RATE_HZ, ModelError
from voice.samples import SampleFolder
from voice.wake import Manner, Score, Sensitivity, Watch

FRAME = bytes(640)
FRAME_S = 0.02


class Scripted:
    """An engine that gives the scores it was told, one for each piece of sound."""

    words: Mapping[str, float] = {"okay nabu": 0.85}

    def __init__(self, scores: Sequence[float]) -> None:
        self._scores = list(scores)
        self.resets = 0

    def accept(self, pcm: bytes) -> Sequence[Score]:
        return [Score("okay nabu", self._scores.pop(0))] if self._scores else []

    def reset(self) -> None:
        self.resets += 1


async def woken(watch: Watch, count: int) -> list[float]:
    """Feed `count` pieces and return after how many of them it woke."""
    return [at for at in range(count) if await watch.accept(FRAME, at * FRAME_S) is not None]


async def test_a_sure_word_wakes_at_once_and_only_once():
    assert await woken(Watch(Scripted([0.1, 0.9, 0.99, 0.9, 0.1])), 20) == [1]


async def test_the_word_may_be_said_again_after_a_while():
    watch = Watch(Scripted([0.9] * 200), manner=Manner(refractory_s=1.0))

    assert await woken(watch, 150) == [0, 50, 100]


@pytest.mark.parametrize(("sure", "wakes"), [(0.7, [1]), (0.95, [])])
async def test_a_room_has_its_own_threshold(sure: float, wakes: list[int]):
    watch = Watch(Scripted([0.1, 0.9]), manner=Manner({"okay nabu": Sensitivity(sure)}))

    assert await woken(watch, 30) == wakes


@pytest.mark.parametrize(("said", "wakes"), [(True, 1), (False, 0)])
async def test_a_doubtful_word_is_checked_once(said: bool, wakes: int):
    asked: list[str] = []

    def check(word: str, pcm: bytes) -> bool:
        asked.append(word)
        return said

    watch = Watch(Scripted([0.1, 0.6, 0.7, 0.6, 0.1]), checker=check)

    assert len(await woken(watch, 40)) == wakes
    assert asked == ["okay nabu"]


async def test_a_doubtful_word_that_becomes_sure_is_not_checked():
    def check(word: str, pcm: bytes) -> bool:
        raise AssertionError(word)

    assert await woken(Watch(Scripted([0.6, 0.7, 0.9]), checker=check), 30) == [2]


async def test_a_check_that_takes_too_long_wakes_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice.wake.CHECK_S", 0.02)
    let_go = asyncio.Event()
    loop = asyncio.get_running_loop()

    def check(word: str, pcm: bytes) -> bool:
        return asyncio.run_coroutine_threadsafe(let_go.wait(), loop).result(10)

    assert await woken(Watch(Scripted([0.7]), checker=check), 40) == []
    let_go.set()


async def test_samples_are_kept_where_that_was_agreed(tmp_path: Path):
    with ThreadPoolExecutor(1) as executor:
        folder = SampleFolder(tmp_path / "samples", most=2)
        watch = Watch(Scripted([0.9] * 9), keep=folder, executor=executor, manner=Manner(refractory_s=0.02))
        await woken(watch, 8)

    names = sorted(path.name for path in (tmp_path / "samples").iterdir())
    assert len(names) == 2
    assert all(name.endswith("-okay-nabu-woke-90.wav") for name in names)
    assert folder.clear() == 2


def test_a_disk_that_takes_no_samples_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "file").write_text("")

    SampleFolder(tmp_path / "file" / "samples")("okay nabu", 0.9, FRAME, woke=True)

    assert "was not kept" in caplog.text


@pytest.fixture
def micro() -> Watch:
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)
    from voice.microwake import MicroWake
    from voice.wakecheck import SphinxChecker

    return Watch(MicroWake(["okay nabu", "alexa"]), checker=SphinxChecker())


async def words_in(watch: Watch, pcm: bytes) -> list[str]:
    pieces = [pcm[begin : begin + 1024] for begin in range(0, len(pcm), 1024)]
    heard = [await watch.accept(piece, at * 512 / RATE_HZ) for at, piece in enumerate(pieces)]
    return [one.word for one in heard if one is not None]


@pytest.mark.audio
@pytest.mark.parametrize(("said", "word"), [("alexa", "alexa"), ("okay nah boo", "okay nabu")])
async def test_the_bundled_engine_hears_its_words(micro: Watch, said: str, word: str):
    assert await words_in(micro, speech(said).tobytes()) == [word]


@pytest.mark.audio
async def test_the_bundled_engine_sleeps_through_other_talk_and_noise(micro: Watch):
    talk = speech("the weather is nice in the mountains and nobody wants to stay at home today")

    assert await words_in(micro, talk.tobytes() + with_noise(silence(3.0), 1_000.0).tobytes()) == []


@pytest.mark.audio
async def test_a_reset_forgets_half_a_word(micro: Watch):
    said = speech("alexa", voice="en-us+klatt2").tobytes()
    half = len(said) // 4 * 2
    await words_in(micro, said[:half])
    micro.reset()

    assert await words_in(micro, with_noise(silence(1.0), 30.0).tobytes()) == []


@pytest.mark.audio
def test_an_unknown_word_is_told_with_those_there_are(tmp_path: Path):
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)
    from voice.microwake import MicroWake

    with pytest.raises(ModelError, match=r"'hello house'.*hey jarvis") as caught:
        MicroWake(["hello house"])
    assert caught.value.code == "model-unknown"


@pytest.mark.audio
def test_a_broken_description_of_a_word_is_named(tmp_path: Path):
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)
    from voice.microwake import known

    (tmp_path / "mine.json").write_text("{}")

    with pytest.raises(ModelError, match=r"mine\.json"):
        known(tmp_path)
