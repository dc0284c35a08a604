from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voice.sounds import riff, save, silence
from voice.audio import Floats, dithered, level_dbfs, parse_wav, read_wav, resample
from voice.model import AudioError


def tone(frequency_hz: float, rate_hz: int, seconds: float = 1.0) -> Floats:
    at = np.arange(int(rate_hz * seconds)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * frequency_hz * at)).astype(np.float32)


def packed(samples: Floats, coding: int, bits: int) -> bytes:
    match coding, bits:
        case 1, 8:
            return (samples * 127 + 128).astype(np.uint8).tobytes()
        case 1, 24:
            words = (samples.astype(np.float64) * (2**31 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)
            return words[:, 1:].tobytes()
        case 1, _:
            return (samples.astype(np.float64) * (2 ** (bits - 1) - 1)).astype(f"<i{bits // 8}").tobytes()
        case _:
            return samples.astype(f"<f{bits // 8}").tobytes()


@pytest.mark.parametrize(("coding", "bits"), [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_a_tone_survives_every_coding_and_rate(coding: int, bits: int, channels: int, rate_hz: int):
    sound = np.repeat(tone(1000, rate_hz), channels)

    samples = parse_wav(
        riff(packed(sound, coding, bits), coding=coding, channels=channels, rate_hz=rate_hz, bits=bits), "x"
    )

    expected = tone(1000, 16_000)
    error = samples[800:-800].astype(np.float32) / 2**15 - expected[800 : len(samples) - 800]
    assert abs(len(samples) - 16_000) <= 1
    assert np.max(np.abs(error)) < 0.02


def test_what_lies_above_half_the_new_rate_does_not_fold_back():
    folded = resample(tone(9_000, 48_000), 48_000, 16_000)

    assert np.max(np.abs(folded[500:-500])) < 0.001


def test_both_channels_are_heard():
    right_only = np.stack([np.zeros(16_000, np.float32), tone(500, 16_000)], axis=1).reshape(-1)

    samples = parse_wav(riff(packed(right_only, 1, 16), channels=2), "x")

    assert level_dbfs(samples) == pytest.approx(-15.05, abs=0.2)


def test_a_file_that_was_cut_off_gives_what_is_there():
    whole = riff(packed(tone(500, 16_000), 1, 16))

    samples = parse_wav(whole[: len(whole) // 2 + 1], "x")

    assert 7_900 < len(samples) < 8_100


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF], ids=["never filled in", "all ones"])
def test_a_header_of_a_recorder_that_was_killed_is_read(size: int):
    whole = riff(packed(tone(500, 16_000), 1, 16))
    broken = whole.replace(b"data" + (32_000).to_bytes(4, "little"), b"data" + size.to_bytes(4, "little"))

    assert len(parse_wav(broken, "x")) == 16_000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a WAV file"),
        (b"ID3\x04 this is an mp3", "not a WAV file"),
        (b"RIFF\x00\x00\x00\x00WAVE", "header is incomplete"),
        (riff(b"\0" * 100)[:30], "header is incomplete"),
        (riff(b""), "no sound"),
        (riff(b"\0" * 100, coding=17, bits=4), "format 17"),
        (riff(b"\0" * 100, coding=3, bits=16), "format 3"),
        (riff(b"\0" * 100, channels=0), "0 channels"),
        (riff(b"\0" * 100, rate_hz=4_000), "4000 Hz"),
        (riff(b"\0" * 8_000 * 301, rate_hz=8_000, bits=8), "lasts 301 s"),
    ],
)
def test_a_file_that_cannot_be_read_says_which_and_why(tmp_path: Path, data: bytes, why: str):
    path = tmp_path / "bad.wav"
    path.write_bytes(data)

    with pytest.raises(AudioError, match=why) as caught:
        read_wav(path)

    assert str(path) in str(caught.value)
    assert caught.value.code == "audio-unreadable"


@given(
    st.binary(max_size=200),
    st.sampled_from([0, 1, 3, 0xFFFE, 17]),
    st.integers(0, 9),
    st.sampled_from([0, 1, 8_000, 44_100, 192_001, 2**32 - 1]),
    st.sampled_from([0, 1, 7, 8, 16, 24, 32, 64, 255]),
    st.integers(0, 60),
)
def test_rubbish_is_read_or_refused_and_nothing_else(
    body: bytes, coding: int, channels: int, rate_hz: int, bits: int, cut: int
):
    whole = riff(body, coding=coding, channels=channels, rate_hz=rate_hz, bits=bits)

    with suppress(AudioError):
        assert parse_wav(whole[: len(whole) - cut], "x").dtype == np.int16


def test_a_missing_file_is_an_audio_error(tmp_path: Path):
    with pytest.raises(AudioError, match="No such file"):
        read_wav(tmp_path / "none.wav")


def test_broken_floats_do_not_spread():
    sound = tone(500, 44_100)
    sound[1000] = np.nan
    sound[2000] = np.inf

    samples = parse_wav(riff(packed(sound, 3, 32), coding=3, bits=32, rate_hz=44_100), "x")

    assert level_dbfs(samples) == pytest.approx(-9, abs=0.5)


def test_digital_silence_gets_noise_and_real_sound_stays_as_it_is():
    real = np.full(1_000, 5, np.int16)

    assert level_dbfs(dithered(silence(1.0))) == pytest.approx(-61, abs=2)
    assert np.array_equal(dithered(real), real)


def test_sound_at_16_khz_is_read_bit_by_bit(tmp_path: Path):
    samples = np.random.default_rng(1).integers(-(2**15), 2**15, 5_000).astype(np.int16)

    assert np.array_equal(read_wav(save(tmp_path / "a.wav", samples)), samples)
