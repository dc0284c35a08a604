from datetime import datetime, timedelta

import numpy as np
import pytest

from voice.audio import level_dbfs
from voice.model import AudioFormat, Sound
from voice.volume import Chosen, Habits, Loudness, at_level, evened, louder, loudness

NOON, EVENING, NIGHT = datetime(2026, 11, 22, 12), datetime(2026, 11, 22, 21, 30), datetime(2026, 11, 22, 23)
HABITS = Habits(day=0.6, night=0.2)


@pytest.mark.parametrize(
    ("at", "chosen", "urgent", "level", "whisper"),
    [
        (NOON, None, False, 0.6, False),
        (NIGHT, None, False, 0.2, True),
        (NIGHT + timedelta(hours=7, minutes=59), None, False, 0.2, True),
        (NIGHT + timedelta(hours=8), None, False, 0.6, False),
        (NOON, Chosen(0.9, NOON - timedelta(hours=1)), False, 0.9, False),
        (NOON, Chosen(0.9, NOON - timedelta(hours=5)), False, 0.6, False),
        (NOON, Chosen(0.9, NOON + timedelta(hours=1)), False, 0.6, False),
        (NIGHT, Chosen(0.9, EVENING), False, 0.2, True),
        (NIGHT, Chosen(0.5, NIGHT), False, 0.5, False),
        (NIGHT, Chosen(0.1, NIGHT), False, 0.1, True),
        (NIGHT, None, True, 0.6, False),
        (NIGHT, Chosen(0.9, NIGHT), True, 0.9, False),
    ],
    ids=[
        "day", "night", "last minute of the night", "morning", "chosen", "long ago", "clock went back",
        "chosen before night", "louder at night", "softer at night", "urgent", "urgent and chosen",
    ],
)  # fmt: skip
def test_how_loud_an_answer_is(at: datetime, chosen: Chosen | None, urgent: bool, level: float, whisper: bool):
    assert loudness(at, HABITS, chosen, urgent=urgent) == Loudness(level, whisper)


@pytest.mark.parametrize(("steps", "level"), [(1, 0.7), (-1, 0.5), (9, 1.0), (-9, 0.05)])
def test_louder_and_quieter_are_chosen_in_steps_and_never_silent(steps: int, level: float):
    assert louder(Loudness(0.6, whisper=False), NOON, steps).level == pytest.approx(level)


def voice(level: float) -> bytes:
    at = np.arange(22_050) / 22_050
    return (np.sin(2 * np.pi * 200 * at) * level * 2**15).astype(np.int16).tobytes()


@pytest.mark.parametrize(("level", "heard_dbfs"), [(0.06, -20.0), (0.4, -20.0), (0.9, -13.0), (0.01, -34.0)])
def test_sentences_come_out_alike_unless_they_are_far_apart(level: float, heard_dbfs: float):
    assert level_dbfs(np.frombuffer(evened(voice(level)), np.int16)) == pytest.approx(heard_dbfs, abs=0.5)


def test_a_peak_is_never_clipped():
    spiky = np.zeros(22_050, np.int16)
    spiky[::2_000] = 20_000
    quiet = np.frombuffer(evened(spiky.tobytes(), to_dbfs=0.0), np.int16)

    assert np.max(np.abs(quiet)) < 2**15 * 0.9


@pytest.mark.parametrize("pcm", [b"", bytes(1_000)])
def test_silence_stays_silence(pcm: bytes):
    assert evened(pcm) == pcm


@pytest.mark.parametrize(("level", "change_db"), [(1.0, 0.0), (0.5, -15.0), (0.0, -1_000.0)])
def test_a_loudspeaker_without_volume_is_turned_down_here(level: float, change_db: float):
    sound = Sound(voice(0.5), AudioFormat(22_050))
    before = level_dbfs(np.frombuffer(sound.pcm, np.int16))
    after = level_dbfs(np.frombuffer(at_level(sound, level).pcm, np.int16))

    assert after == pytest.approx(max(before + change_db, -120.0), abs=0.1)
