"""Short sounds that say what there are no words for."""

from voice.model import RATE_HZ, AudioFormat, Sound

_LEVEL = 6_000
"""Of 32,767: as loud as speech."""


def trouble() -> Sound:
    """Return two falling tones: something went wrong, and there is no voice to say what."""
    import numpy as np

    at = np.arange(int(0.12 * RATE_HZ)) / RATE_HZ
    fade = np.minimum(1.0, np.minimum(at, at[::-1]) / 0.01)
    tones = [np.sin(2 * np.pi * rate_hz * at) * fade for rate_hz in (660.0, 440.0)]
    return Sound((np.concatenate(tones) * _LEVEL).astype(np.int16).tobytes(), AudioFormat(RATE_HZ))
