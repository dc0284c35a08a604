import pytest

from voice.model import AudioFormat, Sound
from voice.saying import Saying, Tempo

TEXT = "The kitchen light is on. It is 21 °C outside."


class Ticking:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def said(clock: Ticking, *, handed_s: float, whole: bool, tempo: Tempo | None = None) -> Saying:
    saying = Saying(TEXT, "en", tempo or Tempo(), clock)
    saying.hand(Sound(bytes(int(handed_s * 16_000) * 2), AudioFormat()))
    if whole:
        saying.is_whole()
    return saying


@pytest.mark.parametrize(
    ("played_s", "heard"),
    [
        (0.0, ""),
        (0.3, "The"),
        (1.7, "The kitchen light is on"),
        (3.4, "The kitchen light is on. It is 21 degrees Celsius"),
        (4.0, "The kitchen light is on. It is 21 degrees Celsius outside"),
        (9.0, "The kitchen light is on. It is 21 degrees Celsius outside"),
    ],
)
def test_which_words_were_heard(played_s: float, heard: str):
    """The text has 58 letters as it is spoken, and lasts four seconds."""
    saying = said(Ticking(), handed_s=4.0, whole=True)

    assert saying.heard(min(played_s, saying.handed_s)) == heard


def test_before_its_length_is_known_it_is_guessed():
    assert said(Ticking(), handed_s=2.0, whole=False).heard(1.6) == "The kitchen light is on"


def test_no_more_was_heard_than_was_handed_over():
    clock = Ticking()
    saying = said(clock, handed_s=2.0, whole=False)

    assert saying.played_s(99.0) == 0
    assert saying.played_s(101.5) == pytest.approx(1.5)
    assert saying.played_s(110.0) == pytest.approx(2.0)


def test_a_slow_voice_is_learned():
    tempo = Tempo()
    for _ in range(10):
        said(Ticking(), handed_s=8.0, whole=True, tempo=tempo)

    assert tempo.letters_per_s == pytest.approx(58 / 8, rel=0.1)


def test_which_words_were_being_said_at_a_time():
    saying = said(Ticking(), handed_s=4.0, whole=True)
    around = saying.words_around(103.9, 104.0)

    assert "outside" in around
    assert "kitchen" not in around
