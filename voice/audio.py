"""Sound as arrays: read the WAV files that people have, bring them to 16 kHz mono, measure.

Samples are int16 mono at 16 kHz, shape (n,), unless a name says otherwise. Imports numpy: import it where it is used.
"""

import io
import math
import struct
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice.model import RATE_HZ, AudioError, AudioFormat

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]

FILE_BYTES_MAX = 64 * 1024 * 1024
"""About 5.5 minutes of stereo at 48 kHz in 16 bit: far more than an utterance, little enough for memory."""
SECONDS_MAX = 300.0
SILENCE_DBFS = -120.0
"""What `level_dbfs` says of digital silence, instead of minus infinity."""
_RATES_HZ = range(8_000, 192_001)
_DITHER_LSB = 30.0
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_REMEDY = "; convert it with: ffmpeg -i FILE -ar 16000 -ac 1 out.wav"


def read_wav(path: Path) -> Samples:
    """Return the sound in `path`: PCM of 8, 16, 24 or 32 bit or float, 1 to 8 channels, 8 to 192 kHz.

    A file that was cut off gives what is there.

    Raises:
        AudioError: the file is missing, not a WAV, in a coding that is not read, empty, or too long.
    """
    try:
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise AudioError(
                f"{str(path)!r} is too big ({size} bytes, at most {FILE_BYTES_MAX}); cut it to one command"
            )
        data = path.read_bytes()
    except OSError as error:
        raise AudioError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    return parse_wav(data, str(path))


def parse_wav(data: bytes, name: str) -> Samples:
    """Return the sound of a WAV file that is already in memory; `name` is for messages. Raises as `read_wav`."""
    coding, channels, rate_hz, bits, body = _chunks(data, name)
    if rate_hz not in _RATES_HZ or not 1 <= channels <= 8:
        raise AudioError(
            f"{name!r} has {channels} channels at {rate_hz} Hz; 1 to 8 channels at 8 to 192 kHz are read" + _REMEDY
        )
    samples = _decoded(coding, bits, body[: len(body) - len(body) % max(channels * bits // 8, 1)], name)
    frames = len(samples) // channels
    if frames == 0:
        raise AudioError(f"{name!r} holds no sound")
    if frames / rate_hz > SECONDS_MAX:
        raise AudioError(
            f"{name!r} lasts {frames / rate_hz:.0f} s, at most {SECONDS_MAX:.0f} s are read; cut it to one command"
        )
    mono = samples[: frames * channels].reshape(frames, channels).mean(axis=1, dtype=np.float32)
    return to_int16(resample(mono, rate_hz, RATE_HZ))


def _chunks(data: bytes, name: str) -> tuple[int, int, int, int, bytes]:
    """Return coding, channels, rate, bits and the bytes of the sound, following the RIFF chunks by hand.

    The standard library's reader refuses float and stops at sizes that a killed recorder left at 0 or 0xFFFFFFFF.
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise AudioError(f"{name!r} is not a WAV file" + _REMEDY)
    header: tuple[int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8
        if kind == b"fmt " and size >= 16 and at + 16 <= len(data):
            coding, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", data, at)
            if coding == _EXTENSIBLE and size >= 26 and at + 26 <= len(data):
                coding = int.from_bytes(data[at + 24 : at + 26], "little")
            header = (coding, channels, rate_hz, bits)
        elif kind == b"data":
            if header is None:
                break
            body = data[at:] if size == 0 else data[at : at + size]
            return (*header, body)
        at += size + size % 2
    raise AudioError(f"{name!r} is a broken WAV file: its header is incomplete" + _REMEDY)


def _decoded(coding: int, bits: int, body: bytes, name: str) -> Floats:
    """Return the samples as float32, full scale is 1; channels still interleaved."""
    match coding, bits:
        case _ if coding == _PCM and bits == 8:
            return (np.frombuffer(body, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
        case _ if coding == _PCM and bits == 16:
            return np.frombuffer(body, "<i2").astype(np.float32) / np.float32(2**15)
        case _ if coding == _PCM and bits == 24:
            triples = np.frombuffer(body, np.uint8).reshape(-1, 3)
            words = np.zeros((len(triples), 4), np.uint8)
            words[:, 1:] = triples
            return (words.reshape(-1).view("<i4").astype(np.float64) / 2**31).astype(np.float32)
        case _ if coding == _PCM and bits == 32:
            return (np.frombuffer(body, "<i4").astype(np.float64) / 2**31).astype(np.float32)
        case _ if coding == _FLOAT and bits in (32, 64):
            # A NaN in one sample would otherwise spread through the filter over the whole sound.
            return np.nan_to_num(
                np.frombuffer(body, f"<f{bits // 8}").astype(np.float32), nan=0.0, posinf=1.0, neginf=-1.0
            )
        case _:
            raise AudioError(f"{name!r} is coded as format {coding} with {bits} bit, which is not read" + _REMEDY)


def to_int16(samples: Floats) -> Samples:
    """Return floats of full scale 1 as int16, clipped."""
    return np.clip(np.rint(samples * 2**15), -(2**15), 2**15 - 1).astype(np.int16)


def resample(samples: Floats, from_hz: int, to_hz: int) -> Floats:
    """Return `samples` at another rate, through a windowed-sinc low pass that keeps 92 % of the smaller band.

    Rates without a common divisor of at least 1/2000 are rounded to one that has it, an error below 0.05 %.
    """
    if from_hz == to_hz:
        return samples
    up, down = _ratio(from_hz, to_hz)
    cutoff = 0.46 / max(up, down)
    half = 24 * max(up, down)
    steps = np.arange(-half, half + 1)
    kernel = (2 * cutoff * np.sinc(2 * cutoff * steps) * np.kaiser(len(steps), 8.0) * up).astype(np.float32)
    count = math.ceil(len(samples) * up / down)
    # Polyphase: output n takes kernel taps of one phase only, so nothing is multiplied by the stuffed zeros.
    taps = math.ceil(len(kernel) / up)
    padded = np.zeros(taps * up, np.float32)
    padded[: len(kernel)] = kernel
    phases = padded.reshape(taps, up).T[:, ::-1].copy()
    source = np.concatenate([np.zeros(taps, np.float32), samples, np.zeros(taps + half // up + 2, np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(source, taps)
    out = np.empty(count, np.float32)
    for begin in range(0, count, 8192):
        position = np.arange(begin, min(begin + 8192, count)) * down + half
        out[begin : begin + 8192] = np.einsum("ij,ij->i", windows[position // up + 1], phases[position % up])
    return out


def _ratio(from_hz: int, to_hz: int) -> tuple[int, int]:
    divisor = math.gcd(from_hz, to_hz)
    up, down = to_hz // divisor, from_hz // divisor
    if max(up, down) > 2000:
        scale = 2000 / max(up, down)
        up, down = max(round(up * scale), 1), max(round(down * scale), 1)
    return up, down


def level_dbfs(samples: Samples) -> float:
    """Return the RMS level in dB below full scale, `SILENCE_DBFS` for digital silence and for nothing."""
    if len(samples) == 0:
        return SILENCE_DBFS
    rms = math.sqrt(float(np.mean(np.square(samples.astype(np.float32)))))
    return max(20 * math.log10(rms / 2**15), SILENCE_DBFS) if rms > 0 else SILENCE_DBFS


def dithered(samples: Samples, seed: int = 0) -> Samples:
    """Return `samples` with faint noise (-61 dBFS) if more than 1 % of them are exactly zero, else unchanged.

    Synthetic sound has digital silence around it, which no microphone gives and which breaks pocketsphinx 5.1.1:
    with it 16 of 36 sentences were right, with this noise 36 of 36 (measured on espeak-ng speech).
    """
    quiet = samples == 0
    if np.count_nonzero(quiet) < len(samples) // 100:
        return samples
    noise = np.random.default_rng(seed).normal(0.0, _DITHER_LSB, len(samples))
    return np.clip(samples + noise, -(2**15), 2**15 - 1).astype(np.int16)


def wav_bytes(pcm: bytes, format: AudioFormat) -> bytes:
    """Return a WAV file with `pcm` in it."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(format.channels)
        out.setsampwidth(format.sample_bytes)
        out.setframerate(format.rate_hz)
        out.writeframes(pcm)
    return buffer.getvalue()
