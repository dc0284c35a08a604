from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from tests.voice.sounds import speech
from voice.audio import Samples
from voice.echo import OwnVoice, is_echo
from voice.model import RATE_HZ, AudioFormat, Sound

pytestmark = pytest.mark.audio

WINDOW, STEP = 4_096, 2_048
DELAY_S = 0.15
Room = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def ours() -> Samples:
    return speech("the kitchen light is on and the temperature in the living room is twenty one degrees", noise_lsb=0)


@pytest.fixture(scope="module")
def theirs() -> Samples:
    return speech("please turn off the garage light and close the door", voice="en+m3", noise_lsb=0)


def room(reverberation: float) -> Room:
    """Return how a room answers to a click: the click, and sparse echoes that die away within 0.15 s."""
    random = np.random.default_rng(1)
    answer = np.zeros(3_000)
    answer[0] = 1
    at = np.arange(1, 3_000)
    answer[1:] = reverberation * random.normal(0, 1, 2_999) * np.exp(-at / 700) * (random.random(2_999) < 0.05)
    return answer


def heard_in(answer: Room, sound: Samples, gain: float) -> Samples:
    """Return what a microphone hears of a loudspeaker."""
    back = np.convolve(sound, answer)[: len(sound)] * gain
    quiet = np.random.default_rng(2).normal(0, 30, len(sound) + RATE_HZ)
    quiet[int(DELAY_S * RATE_HZ) :][: len(back)] += back
    return np.clip(quiet, -(2**15), 2**15 - 1).astype(np.int16)


def ours_share(own: OwnVoice, microphone: Samples, *, until_s: float) -> float:
    """Return in how many of the windows with sound nobody but us is heard."""
    found: list[bool] = []
    for end in range(RATE_HZ // 2 + WINDOW, int(until_s * RATE_HZ), STEP):
        window = microphone[end - WINDOW : end]
        if np.sqrt(np.mean(np.square(window.astype(float)))) > 150:
            found.append(own.is_ours(window.tobytes(), end / RATE_HZ))
    return sum(found) / len(found)


def saying(sound: Samples, rate_hz: int = RATE_HZ) -> OwnVoice:
    own = OwnVoice()
    own.begin()
    for at in range(0, len(sound), 960):
        own.play(Sound(sound[at : at + 960].tobytes(), AudioFormat(rate_hz)), at / rate_hz)
    return own


@pytest.mark.parametrize("gain", [0.1, 0.3, 1.0])
@pytest.mark.parametrize("reverberation", [0.0, 0.3, 0.8], ids=["cable", "furnished", "tiles"])
def test_our_own_voice_is_known(reverberation: float, gain: float, ours: Samples):
    microphone = heard_in(room(reverberation), ours, gain)

    assert ours_share(saying(ours), microphone, until_s=4.0) > 0.9


def test_a_voice_that_is_not_at_the_microphones_rate_is_known(ours: Samples):
    fast = ours[::2].copy()  # as if it had been made at 8 kHz

    # Half of the band is missing, so a few frames of hiss are nobody's.
    assert ours_share(saying(fast, 8_000), heard_in(room(0.3), ours, 0.3), until_s=4.0) > 0.8


def test_another_voice_is_not_ours(ours: Samples, theirs: Samples):
    microphone = heard_in(room(0.3), np.concatenate([np.zeros(8_000, np.int16), theirs]), 0.5)

    assert ours_share(saying(ours), microphone, until_s=3.0) < 0.1


def test_a_louder_voice_over_ours_is_heard(ours: Samples, theirs: Samples):
    own, echo = saying(ours), heard_in(room(0.3), ours, 0.3)
    over = np.clip(
        echo[RATE_HZ * 2 :][: len(theirs)].astype(np.int32) + theirs[: len(echo) - RATE_HZ * 2], -32768, 32767
    )
    microphone = np.concatenate([echo[: RATE_HZ * 2], over.astype(np.int16)])

    assert ours_share(own, microphone, until_s=2.0) > 0.9
    assert ours_share_from(own, microphone, 2.7, 4.0) < 0.5


def ours_share_from(own: OwnVoice, microphone: Samples, from_s: float, until_s: float) -> float:
    ends = range(int(from_s * RATE_HZ), int(until_s * RATE_HZ), STEP)
    found = [own.is_ours(microphone[end - WINDOW : end].tobytes(), end / RATE_HZ) for end in ends]
    return sum(found) / len(found)


def test_while_nothing_is_said_nothing_is_ours(theirs: Samples):
    assert not OwnVoice().is_ours(theirs[:WINDOW].tobytes(), 1.0)


def test_what_was_said_is_forgotten():
    own = OwnVoice()
    own.begin()
    minute = Sound(bytes(2 * RATE_HZ), AudioFormat())
    for at_s in range(60):
        own.play(minute, float(at_s))
        own.is_ours(bytes(2 * WINDOW), at_s + 0.9)

    assert own.kept_s < 6


@pytest.mark.parametrize(
    ("text", "said", "echo"),
    [
        ("the light is on", ["the", "light", "is", "on"], True),
        ("light on", ["the", "light", "is", "on"], True),
        ("eye the light is on", ["the", "light", "is", "on"], True),
        ("turn off the radio", ["the", "light", "is", "on"], False),
        ("on is light the", ["the", "light", "is", "on"], False),
        ("stop", ["the", "light", "is", "on"], False),
        ("yes", ["say", "yes", "or", "no"], True),
        ("yes", [], False),
        ("", ["yes"], False),
    ],
)
def test_whose_words_they_are(text: str, said: Sequence[str], echo: bool):
    assert is_echo(text, said) is echo
