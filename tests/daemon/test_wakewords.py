import asyncio
from pathlib import Path

import pytest

from daemon.config import Config
from daemon.supervise import Condition
from daemon.wakewords import SAMPLES, WakeWords
from tests.voice.sounds import speech
from voice.model import RATE_HZ
from voice.satellites.file import FileSatellite
from voice.wake import Watch

pytestmark = pytest.mark.audio


@pytest.fixture(autouse=True)
def engine() -> None:
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)


def config(**voice: object) -> Config:
    nursery = {"name": "nursery", "kind": "soundcard", "wake_threshold": 1.0}
    satellites = [{"name": "shelf", "kind": "soundcard"}, nursery]
    return Config.model_validate({"voice": {"wake_words": ["alexa"], **voice}, "satellites": satellites})


async def wakes(watch: Watch | None) -> bool:
    assert watch is not None
    pcm = speech("alexa", voice="en-us+klatt2").tobytes()
    pieces = [pcm[begin : begin + 1024] for begin in range(0, len(pcm), 1024)]
    return any([await watch.accept(piece, at * 512 / RATE_HZ) for at, piece in enumerate(pieces)])


@pytest.mark.parametrize("keeps", [True, False])
async def test_each_satellite_is_woken_by_its_words_and_sounds_are_kept_by_consent(tmp_path: Path, *, keeps: bool):
    words = WakeWords(config(wake_samples=keeps), tmp_path)

    assert await wakes(words.watch(FileSatellite(b"", name="shelf")))
    async with asyncio.timeout(5):
        while keeps and not (tmp_path / SAMPLES).exists():
            await asyncio.sleep(0.01)
    words.close()

    assert words.watch(FileSatellite(b"", name="browser 1")) is None
    assert words.health().condition is Condition.FINE
    assert (tmp_path / SAMPLES).exists() is keeps


def test_a_word_that_nobody_knows_is_told(tmp_path: Path):
    words = WakeWords(config(wake_words=["hello house"]), tmp_path)

    assert words.watch(FileSatellite(b"", name="shelf")) is None
    assert words.health().condition is Condition.DEGRADED
    assert "hello house" in words.health().detail
