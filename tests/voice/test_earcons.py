import numpy as np
import pytest

from voice.audio import level_dbfs
from voice.earcons import Earcon, earcon


def spectrum(kind: Earcon, begin: float, end: float) -> float:
    """Return the strongest frequency in a part of the sound, in Hz."""
    sound = earcon(kind)
    samples = np.frombuffer(sound.pcm, np.int16).astype(np.float64)
    part = samples[int(begin * len(samples)) : int(end * len(samples))]
    return float(np.argmax(np.abs(np.fft.rfft(part, 65_536))) * sound.format.rate_hz / 65_536)


@pytest.mark.parametrize("kind", Earcon)
def test_an_earcon_is_short_quiet_and_begins_and_ends_softly(kind: Earcon):
    sound = earcon(kind)
    samples = np.frombuffer(sound.pcm, np.int16)

    assert 0.1 < sound.format.seconds(len(sound.pcm)) < 0.3
    assert -30 < level_dbfs(samples) < -12
    assert abs(int(samples[0])) < 100 > abs(int(samples[-1]))


def test_up_means_listening_and_down_means_it_did_not_work():
    assert spectrum(Earcon.LISTENING, 0.0, 0.35) < spectrum(Earcon.LISTENING, 0.45, 1.0)
    assert spectrum(Earcon.ERROR, 0.0, 0.35) > spectrum(Earcon.ERROR, 0.45, 1.0)
    assert spectrum(Earcon.DONE, 0.0, 0.3) == pytest.approx(spectrum(Earcon.DONE, 0.6, 1.0), rel=0.02)
