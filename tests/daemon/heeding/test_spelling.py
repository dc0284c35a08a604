"""Apostrophes that were left out in haste."""

import pytest

from daemon.heeding import spelled


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("dont remember this", "don't remember this"),
        ("Im allergic to nuts and ive moved", "I'm allergic to nuts and I've moved"),
        ("whats the code, wheres the key", "what's the code, where's the key"),
        ("no, its in the shed", "no, it's in the shed"),
        ("the dog and its bowl", "the dog and its bowl"),
        ("it isn’t so", "it isn't so"),
    ],
)
def test_what_was_left_out_is_there_again(text: str, wanted: str):
    assert spelled(text, english=True) == wanted


def test_of_german_no_word_is_taken_for_english():
    assert spelled("sag nichts im Kinderzimmer") == "sag nichts im Kinderzimmer"
