"""Speaker vectors of a GE2E encoder (three LSTM layers over mel bands), in numpy: PyTorch is not needed.

The network is that of Resemblyzer 0.1.4 (Apache-2.0): 40 mel bands of 25 ms every 10 ms, windows of 1.6 s, 256 numbers
that are never negative. What its front end takes from librosa is written anew here: a Slaney scale, bands of equal
area, power.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from voice.checkpoint import tensors
from voice.model import RATE_HZ, ModelError
from voice.speaker import SPEECH_MIN_S, Calibration, Vector

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS = "pretrained.pt"
SIZE = 256
LAYERS = 3
BANDS = 40
WINDOW = RATE_HZ * 25 // 1000
HOP = RATE_HZ // 100
FRAMES = 160
"""Of one window that the network looks at."""
STEP = 77
"""Frames from one window to the next: 1.3 windows a second."""
COVERED = 0.75
"""Of the last window, so much must be sound; else it is left out, unless it is the only one."""
LOUDNESS_DBFS = -30.0
"""What is softer is made as loud as this; what is louder stays."""
SHAPES = {
    **{f"lstm.weight_ih_l{n}": (4 * SIZE, SIZE if n else BANDS) for n in range(LAYERS)},
    **{f"lstm.weight_hh_l{n}": (4 * SIZE, SIZE) for n in range(LAYERS)},
    **{f"lstm.bias_{side}_l{n}": (4 * SIZE,) for n in range(LAYERS) for side in ("ih", "hh")},
    "linear.weight": (SIZE, SIZE),
    "linear.bias": (SIZE,),
}
"""What a checkpoint has to hold under ``model_state``."""


class Ge2e:
    """The encoder, loaded; blocking, used by one thread only. 6 MB resident."""

    name = "ge2e-resemblyzer"
    calibration = Calibration(middle=0.8, slope=25.0)
    """A careful guess until the household has samples of two people; never measured with these weights."""

    def __init__(self, folder: Path) -> None:
        """Load the weights from a folder. Raises ModelError when they are missing, or not those of this network."""
        import numpy as np

        path = folder / WEIGHTS
        if not path.is_file():
            raise ModelError(f"there is no speaker model at {str(path)!r}", code="model-missing")
        found = tensors(path, "model_state")
        for name, shape in SHAPES.items():
            if name not in found or found[name].shape != shape:
                raise ModelError(f"{str(path)!r} is not the network it should be: {name!r} is missing or differs")
            if not np.isfinite(found[name]).all():
                raise ModelError(f"{str(path)!r} is damaged: {name!r} has numbers that are none")
        self._inputs = [np.ascontiguousarray(found[f"lstm.weight_ih_l{n}"].T) for n in range(LAYERS)]
        self._recurrent = [np.ascontiguousarray(found[f"lstm.weight_hh_l{n}"].T) for n in range(LAYERS)]
        self._biases = [found[f"lstm.bias_ih_l{n}"] + found[f"lstm.bias_hh_l{n}"] for n in range(LAYERS)]
        self._weight, self._bias = np.ascontiguousarray(found["linear.weight"].T), found["linear.bias"]

    def vector(self, pcm: bytes) -> Vector:
        """Return 256 numbers of length 1; empty for less than SPEECH_MIN_S, and for digital silence."""
        import numpy as np

        if len(pcm) < SPEECH_MIN_S * RATE_HZ * 2:
            return ()
        wave = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(2**15)
        power = float(np.mean(wave**2))
        if power == 0.0:
            return ()
        missing_db = LOUDNESS_DBFS - 10 * np.log10(power)
        wave *= np.float32(10 ** (max(missing_db, 0.0) / 20))
        found = np.maximum(self._last(_windows(wave)) @ self._weight + self._bias, 0.0)
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        mean = found.mean(axis=0)
        length = float(np.linalg.norm(mean))
        return tuple(float(value) for value in mean / length) if length > 0 else ()

    def _last(self, windows: "Floats") -> "Floats":
        """Return what the last layer holds after the last frame of each window, shape (windows, SIZE)."""
        import numpy as np

        sequence: Floats = windows.transpose(1, 0, 2)
        for inputs, recurrent, bias in zip(self._inputs, self._recurrent, self._biases, strict=True):
            driven = sequence @ inputs + bias
            hidden = np.zeros((windows.shape[0], SIZE), np.float32)
            cell = np.zeros_like(hidden)
            outputs = np.empty((len(driven), *hidden.shape), np.float32)
            for at, step in enumerate(driven):
                gates = step + hidden @ recurrent
                # In PyTorch's order: input, forget, cell, output.
                into, kept, new, out = np.split(gates, 4, axis=1)
                cell = _sigmoid(kept) * cell + _sigmoid(into) * np.tanh(new)
                hidden = outputs[at] = _sigmoid(out) * np.tanh(cell)
            sequence = outputs
        last: Floats = sequence[-1]
        return last


def _sigmoid(values: "Floats") -> "Floats":
    import numpy as np

    opened: Floats = np.float32(0.5) * (np.tanh(values * np.float32(0.5)) + np.float32(1.0))
    return opened


def _windows(wave: "Floats") -> "Floats":
    """Return the mel frames of each window, shape (windows, FRAMES, BANDS)."""
    import numpy as np

    frames = -(-(len(wave) + 1) // HOP)
    starts = list(range(0, max(1, frames - FRAMES + STEP + 1), STEP))
    covered = (len(wave) / HOP - starts[-1]) / FRAMES
    if covered < COVERED and len(starts) > 1:
        starts.pop()
    longest = (starts[-1] + FRAMES) * HOP
    mel = _mel(np.pad(wave, (0, max(0, longest - len(wave)))))
    return np.stack([mel[start : start + FRAMES] for start in starts])


def _mel(wave: "Floats") -> "Floats":
    """Return the power in each band, shape (frames, BANDS); frames are centred on multiples of HOP."""
    import numpy as np

    padded = np.pad(wave, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    # Periodic, as it is for spectra: one sample longer than it is used.
    hann = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2
    return (power @ bands().T).astype(np.float32)


@cache
def bands() -> "Floats":
    """Return how much each frequency counts in each band, shape (BANDS, WINDOW // 2 + 1)."""
    import numpy as np

    edges = _hz(np.linspace(0.0, _mels(RATE_HZ / 2), BANDS + 2))
    frequencies = np.linspace(0.0, RATE_HZ / 2, WINDOW // 2 + 1)
    rising = (frequencies - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - frequencies) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


_LINEAR_HZ, _LINEAR_MELS = 1_000.0, 15.0
_LOG_STEP = 0.06875177742094912
"""ln(6.4) / 27: above 1 kHz a mel is a factor (Slaney, Auditory Toolbox 1998)."""


def _mels(hz: float) -> float:
    import math

    return hz * 3 / 200 if hz < _LINEAR_HZ else _LINEAR_MELS + math.log(hz / _LINEAR_HZ) / _LOG_STEP


def _hz(mels: "NDArray[np.float64]") -> "NDArray[np.float64]":
    import numpy as np

    logarithmic = _LINEAR_HZ * np.exp(_LOG_STEP * (mels - _LINEAR_MELS))
    return np.where(mels < _LINEAR_MELS, mels * 200 / 3, logarithmic)
