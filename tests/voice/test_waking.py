import builtins
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voice.sounds import speech
from voice.microwake import known
from voice.model import RATE_HZ, EngineError
from voice.wake import Sensitivity, Watch
from voice.waking import WakeSettings, Waking, problem

pytestmark = pytest.mark.audio
DEAF = Sensitivity(sure=1.1, possible=1.1)


@pytest.fixture(autouse=True)
def engine() -> None:
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)


async def wakes(watch: Watch) -> bool:
    pcm = speech("alexa", voice="en-us+klatt2").tobytes()
    pieces = [pcm[begin : begin + 1024] for begin in range(0, len(pcm), 1024)]
    return any([await watch.accept(piece, at * 512 / RATE_HZ) for at, piece in enumerate(pieces)])


@pytest.fixture
def made() -> Iterator[Waking]:
    waking = Waking(WakeSettings(("Alexa",), rooms={"nursery": {"alexa": DEAF}}))
    yield waking
    waking.close()


async def test_each_room_has_its_own_threshold(made: Waking):
    assert await wakes(made.watch("kitchen"))
    assert not await wakes(made.watch("nursery"))


async def test_nothing_is_kept_without_consent(made: Waking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    assert await wakes(made.watch("kitchen"))
    assert list(tmp_path.iterdir()) == []


def test_a_word_of_the_household_is_found_in_its_folder(tmp_path: Path):
    bundled = known()["alexa"]
    model = str(bundled.with_suffix(".tflite"))
    described = bundled.read_text().replace("Alexa", "Computer").replace("alexa.tflite", model)
    (tmp_path / "computer.json").write_text(described)

    assert problem(WakeSettings(("computer",), folder=tmp_path)) is None
    Waking(WakeSettings(("computer",), folder=tmp_path, checks=False)).watch("kitchen")


def test_an_unknown_word_and_a_missing_engine_are_told(monkeypatch: pytest.MonkeyPatch):
    assert "no wake word 'hello house'" in str(problem(WakeSettings(("hello house",))))

    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "pymicro_wakeword":
            raise ImportError("version `GLIBC_2.35' not found")
        return real(name, *rest)  # pyright: ignore[reportArgumentType] - passed on as they came

    monkeypatch.setattr(builtins, "__import__", without)
    missing = problem(WakeSettings())

    assert isinstance(missing, EngineError)
    assert "glibc 2.35" in str(missing)
