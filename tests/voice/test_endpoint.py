import numpy as np
import pytest

from tests.voice.sounds import silence, speech, with_noise
from voice.audio import Samples
from voice.endpoint import FRAME_S, ActivityDetector, Endpointer, Energy, Patience, Utterance, load_detector, utterances


class Scripted:
    """A detector that says what it is told."""

    def __init__(self, probabilities: list[float]) -> None:
        self._probabilities = iter(probabilities)

    def __call__(self, frame: bytes, /) -> float:
        return next(self._probabilities)

    def reset(self) -> None:
        """Nothing to forget."""


def ends(probabilities: list[float], patience: Patience) -> list[Utterance]:
    endpointer = Endpointer(Scripted(probabilities), patience)
    found = [endpointer.accept(b"") for _ in probabilities] + [endpointer.finish()]
    return [utterance for utterance in found if utterance is not None]


PATIENCE = Patience(min_speech_s=4 * FRAME_S, end_silence_s=5 * FRAME_S, max_speech_s=40 * FRAME_S, pad_s=0.0)


@pytest.mark.parametrize(
    ("probabilities", "frames"),
    [
        pytest.param([0.0] * 30, [], id="silence"),
        pytest.param([0.0] * 5 + [0.9] * 3 + [0.0] * 30, [], id="a click"),
        pytest.param([0.0] * 5 + [0.9] * 10 + [0.0] * 10, [(5, 15)], id="a sentence"),
        pytest.param([0.9] * 10 + [0.0] * 4 + [0.9] * 10 + [0.0] * 9, [(0, 24)], id="a short pause"),
        pytest.param([0.9] * 10 + [0.0] * 6 + [0.9] * 10 + [0.0] * 9, [(0, 10), (16, 26)], id="two sentences"),
        pytest.param([0.9] * 10 + [0.4] * 10 + [0.0] * 9, [(0, 20)], id="a voice that fades"),
        pytest.param([0.4] * 30, [], id="never sure"),
        pytest.param([0.0] * 3 + [0.9] * 10, [(3, 13)], id="the file ends in a sentence"),
        pytest.param([0.9] * 60 + [0.0] * 9, [(0, 40), (40, 60)], id="the television"),
    ],
)
def test_where_utterances_lie(probabilities: list[float], frames: list[tuple[int, int]]):
    found = ends(probabilities, PATIENCE)

    assert [(round(u.start_s / FRAME_S), round(u.end_s / FRAME_S)) for u in found] == frames


def test_padding_stays_inside_the_sound():
    found = ends([0.9] * 10 + [0.0] * 2, Patience(min_speech_s=0.1, pad_s=10.0))

    assert found == [Utterance(0.0, 12 * FRAME_S)]


def test_speaking_is_seen_before_the_end():
    endpointer = Endpointer(Scripted([0.9] * 10), PATIENCE)
    seen = [(endpointer.accept(b""), endpointer.speaking)[1] for _ in range(6)]

    assert seen == [False, False, False, True, True, True]


@pytest.mark.audio
@pytest.mark.parametrize("make", [load_detector, Energy], ids=["silero", "energy"])
@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(4.0), id="digital silence"),
        pytest.param(with_noise(silence(4.0), 30), id="a quiet room"),
        pytest.param(with_noise(silence(4.0), 1_000), id="a loud fan"),
        pytest.param((6_000 * np.sin(np.arange(64_000) * 0.02)).astype(np.int16), id="hum"),
    ],
)
def test_noise_is_not_speech(make: type[ActivityDetector], sound: Samples):
    assert list(utterances(sound.tobytes(), make())) == []


@pytest.mark.audio
@pytest.mark.parametrize("make", [load_detector, Energy], ids=["silero", "energy"])
@pytest.mark.parametrize("noise_lsb", [30.0, 300.0])
def test_a_sentence_is_found_whole(make: type[ActivityDetector], noise_lsb: float):
    sound = speech("turn on the kitchen light", noise_lsb=noise_lsb)

    found = list(utterances(sound.tobytes(), make()))

    assert len(found) == 1
    assert found[0].start_s < 0.6
    assert found[0].end_s > len(sound) / 16_000 - 1.4
