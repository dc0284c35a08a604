import json
from pathlib import Path

import numpy as np
import pytest

from daemon.cli import main
from tests.voice.sounds import save, silence, speech, with_noise
from voice.audio import Samples
from voice.tuning import Advice, Recording, advice, measured, peaks, threshold

pytestmark = pytest.mark.audio
TALK = speech("the weather is nice in the mountains and nobody wants to stay at home", noise_lsb=0.0)


def at_level(samples: Samples, gain_db: float, noise_lsb: float = 30.0) -> Samples:
    louder = np.clip(samples * 10 ** (gain_db / 20), -(2**15), 2**15 - 1).astype(np.int16)
    return with_noise(np.concatenate([silence(1.0), louder]), noise_lsb)


@pytest.mark.parametrize(
    ("gain_db", "noise_lsb", "what", "remedy"),
    [
        (-26.0, 5.0, "speech is at", "turn the gain up"),
        (20.0, 30.0, "is clipped", "gain down"),
        (-6.0, 600.0, "noise is at", "move it away"),
    ],
    ids=["too soft", "too loud", "noisy"],
)
def test_what_is_wrong_with_a_microphone_comes_first(gain_db: float, noise_lsb: float, what: str, remedy: str):
    worst = next(advice(measured(at_level(TALK, gain_db, noise_lsb))))

    assert not worst.fine
    assert what in worst.what
    assert remedy in worst.remedy


def test_a_good_microphone_is_left_alone():
    assert all(one.fine for one in advice(measured(at_level(TALK, 0.0))))


@pytest.mark.parametrize(
    ("samples", "what"), [(silence(2.0), "digital silence"), (with_noise(silence(2.0), 100), "nobody speaks")]
)
def test_where_nobody_speaks_that_is_told_first(samples: Samples, what: str):
    (told,) = advice(measured(samples))

    assert what in told.what
    assert not told.fine


def test_a_recording_knows_how_far_speech_stands_out():
    assert Recording(2.0, -25.0, -50.0, 0.0).snr_db == 25.0
    assert next(advice(Recording(2.0, -25.0, -35.0, 0.0))) == Advice(
        False,
        "noise is at -35 dBFS, 10 dB below speech",
        "move it away from what hums, or nearer to where people speak",
    )


@pytest.mark.parametrize(
    ("scores", "wanted"),
    [([0.9, 0.95, 0.99], 0.75), ([0.3, 0.9, 0.9], 0.5), ([1.0, 1.0, 1.0], 0.85), ([0.9, 0.9], None), ([], None)],
)
def test_a_threshold_lies_below_the_weakest_of_three(scores: list[float], wanted: float | None):
    assert threshold(scores) == wanted


def test_each_time_that_the_word_is_said_counts_once():
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)
    from voice.microwake import MicroWake

    three = np.concatenate([speech("alexa", voice="en-us+klatt2")] * 3)

    (scores,) = peaks(MicroWake(["alexa"]), three).values()

    assert len(scores) == 3
    assert min(scores) > 0.5


def test_a_recording_is_tuned_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)
    file = save(tmp_path / "me.wav", at_level(TALK, 0.0))

    code = main(["voice", "tune", str(file), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert told["scores"] == []
    assert [row["fine"] for row in told["advice"]] == [True] * 3


def test_a_file_that_is_no_sound_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    pytest.importorskip("pymicro_wakeword", exc_type=ImportError)
    (tmp_path / "me.wav").write_text("hello")

    assert main(["voice", "tune", str(tmp_path / "me.wav")]) == 5
    assert "is not a WAV file" in capsys.readouterr().err
