import numpy as np
import pytest

from tests.voice.sounds import silence, speech, with_noise
from voice.audio import Samples
from voice.endpoint import (
    FRAME_BYTES,
    FRAME_S,
    ActivityDetector,
    Completeness,
    Endpointer,
    Energy,
    Patience,
    load_detector,
)


class Scripted:
    """A detector that says what it is told."""

    def __init__(self, probabilities: list[float]) -> None:
        self._probabilities = iter(probabilities)

    def __call__(self, frame: bytes, /) -> float:
        return next(self._probabilities)

    def reset(self) -> None:
        """Nothing to forget."""


PATIENCE = Patience(min_speech_s=4 * FRAME_S, unknown_s=5 * FRAME_S, max_speech_s=40 * FRAME_S, pad_s=5 * FRAME_S)


def stretches(endpointer: Endpointer, frames: list[bytes], patience: Patience) -> list[tuple[int, int]]:
    """Return where speech lies, in frames, if nobody knows what is said."""
    found: list[tuple[int, int]] = []
    for frame in frames:
        endpointer.accept(frame)
        silent = endpointer.silence_s >= patience.pause_s(Completeness.UNKNOWN)
        if endpointer.speaking and endpointer.begun_s is not None and (silent or endpointer.too_long):
            found.append((round(endpointer.begun_s / FRAME_S), round(endpointer.ended_s / FRAME_S)))
            endpointer.restart()
    return found


@pytest.mark.parametrize(
    ("probabilities", "frames"),
    [
        pytest.param([0.0] * 30, [], id="silence"),
        pytest.param([0.0] * 5 + [0.9] * 3 + [0.0] * 30, [], id="a click"),
        pytest.param(([0.9] * 2 + [0.0] * 6) * 9, [], id="many clicks"),
        pytest.param([0.0] * 5 + [0.9] * 10 + [0.0] * 10, [(5, 15)], id="a sentence"),
        pytest.param([0.9] * 10 + [0.0] * 4 + [0.9] * 10 + [0.0] * 9, [(0, 24)], id="a short pause"),
        pytest.param([0.9] * 10 + [0.0] * 6 + [0.9] * 10 + [0.0] * 9, [(0, 10), (16, 26)], id="two sentences"),
        pytest.param([0.9] * 10 + [0.4] * 10 + [0.0] * 9, [(0, 20)], id="a voice that fades"),
        pytest.param([0.4] * 30, [], id="never sure"),
        pytest.param([0.0] * 3 + [0.9] * 10, [], id="who still speaks"),
        pytest.param([0.9] * 85, [(0, 40), (40, 80)], id="the television"),
    ],
)
def test_where_speech_lies(probabilities: list[float], frames: list[tuple[int, int]]):
    endpointer = Endpointer(Scripted(probabilities), PATIENCE)

    assert stretches(endpointer, [b""] * len(probabilities), PATIENCE) == frames


def test_the_less_is_missing_the_shorter_is_the_wait():
    waits = [Patience().pause_s(one) for one in Completeness]

    assert waits == [*sorted(waits[:3]), 0.7]
    assert waits[0] <= 0.25


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
    assert stretches(Endpointer(make()), framed(sound), Patience()) == []


@pytest.mark.audio
@pytest.mark.parametrize("make", [load_detector, Energy], ids=["silero", "energy"])
@pytest.mark.parametrize("noise_lsb", [30.0, 300.0])
def test_a_sentence_is_found_whole(make: type[ActivityDetector], noise_lsb: float):
    sound = speech("turn on the kitchen light", noise_lsb=noise_lsb)

    (found,) = stretches(Endpointer(make()), framed(sound), Patience())

    assert found[0] * FRAME_S < 0.65
    assert found[1] * FRAME_S > len(sound) / 16_000 - 1.2


def framed(sound: Samples) -> list[bytes]:
    pcm = sound.tobytes()
    return [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)]
