import pytest

from voice.pronounce import arpabet, pronunciations


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("kˈɪtʃən", "K IH CH AH N"),
        ("zˈɪɡbiː", "Z IH G B IY"),
        ("ʌnmjˈuːt", "AH N M Y UW T"),
        ("wˈoʊnzɪmɚ", "W OW N Z IH M ER"),
        ("", None),
        ("kǃa", None),
    ],
)
def test_sounds_become_the_phones_of_the_dictionary(ipa: str, phones: str | None):
    assert arpabet(ipa) == phones


@pytest.mark.audio
def test_words_that_no_dictionary_has_are_spelled_out():
    assert pronunciations(["unmute", "wohnzimmer"]) == {"unmute": "AH N M Y UW T", "wohnzimmer": "W OW N Z IH M ER"}


def test_no_words_need_no_engine():
    assert pronunciations([]) == {}
