"""How words are spoken, and what is heard for what."""

import pytest

from skills.grammar.phones import apart, features, spoken


@pytest.mark.parametrize(
    ("one", "other"),
    [("knight", "night"), ("hour", "our"), ("blew", "blue"), ("read", "red"), ("entry way", "entryway")],
)
def test_words_that_are_spoken_alike_hardly_differ(one: str, other: str):
    assert apart(spoken(one), spoken(other), 9) <= 0.5


@pytest.mark.parametrize(
    ("heard", "said", "other"),
    [
        ("time words", "timers", "lights"),
        ("info of and room", "living room", "laundry room"),
        ("sound hour", "soundbar", "starlight"),
        ("off was", "office", "bathroom"),
        ("start projector", "star projector", "side door"),
        ("red milk", "treadmill", "printer"),
    ],
)
def test_what_was_said_is_nearer_than_something_else(heard: str, said: str, other: str):
    assert apart(spoken(heard), spoken(said), 9) < apart(spoken(heard), spoken(other), 9)


def test_beyond_the_bound_any_larger_number_comes_back():
    assert apart(spoken("kitchen"), spoken("blackout curtains"), 1) > 1


def test_sounds_that_are_alike_have_more_features_in_common():
    heard = set(features(spoken("kichin")))
    assert len(heard.intersection(features(spoken("kitchen")))) > len(heard.intersection(features(spoken("garage"))))


def test_german_is_spoken_by_its_own_rules():
    assert spoken("licht", "de") == spoken("lücht", "de")
    assert spoken("stuhl", "de")[0] == "S"


def test_nothing_is_spoken_as_nothing():
    assert spoken("") == ""
    assert features("") == ()
    assert apart("", "", 1) == 0
