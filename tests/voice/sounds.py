"""Sounds for tests: speech from espeak-ng with the noise of a room, noise alone, silence, and damaged files."""

import struct
from pathlib import Path

import numpy as np

from voice.audio import Samples, resample, to_int16, wav_bytes
from voice.espeak import Espeak
from voice.model import RATE_HZ, AudioFormat

TINY = Path(__file__).parents[1] / "models" / "vosk-model-tiny-home-en"


def speech(text: str, *, voice: str = "en-us", noise_lsb: float = 30.0) -> Samples:
    """Return `text` spoken at 16 kHz with half a second before and a second after; digital silence would be unreal."""
    pieces: list[bytes] = []
    rates: list[int] = []

    def emit(rate_hz: int, pcm: bytes) -> bool:
        rates.append(rate_hz)
        pieces.append(pcm)
        return True

    Espeak(voice).say(text, emit)
    spoken = np.frombuffer(b"".join(pieces), np.int16).astype(np.float32) / np.float32(2**15)
    samples = to_int16(resample(spoken, rates[0], RATE_HZ))
    whole = np.concatenate([silence(0.5), samples, silence(1.0)])
    return with_noise(whole, noise_lsb)


def silence(seconds: float) -> Samples:
    """Return digital silence."""
    return np.zeros(int(seconds * RATE_HZ), np.int16)


def with_noise(samples: Samples, rms_lsb: float, seed: int = 7) -> Samples:
    """Return `samples` with white noise of `rms_lsb` added."""
    noise = np.random.default_rng(seed).normal(0.0, rms_lsb, len(samples))
    return np.clip(samples + noise, -(2**15), 2**15 - 1).astype(np.int16)


def save(path: Path, samples: Samples, rate_hz: int = RATE_HZ) -> Path:
    """Write `samples` as a 16-bit mono WAV."""
    path.write_bytes(wav_bytes(samples.tobytes(), AudioFormat(rate_hz)))
    return path


def riff(body: bytes, *, coding: int = 1, channels: int = 1, rate_hz: int = RATE_HZ, bits: int = 16) -> bytes:
    """Return a WAV file of any coding, written by hand."""
    align = channels * bits // 8
    per_second = rate_hz * align & 0xFFFFFFFF
    fmt = struct.pack("<HHIIHH", coding, channels, rate_hz, per_second, align, bits)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
