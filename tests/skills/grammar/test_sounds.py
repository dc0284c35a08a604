import pytest

from skills.grammar.sounds import LONGEST, Sounds, key, unlike


@pytest.mark.parametrize(
    ("one", "other"),
    [("night", "knight"), ("fan", "van"), ("kitchen", "kitchin"), ("write", "right"), ("office", "ofis")],
)
def test_words_that_sound_alike_have_one_key(one: str, other: str):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("said", "meant", "other"),
    [
        ("desklmap", "desklamp", "halllamp"),
        ("bedroon", "bedroom", "bathroom"),
        ("offis", "office", "off"),
        ("soundhour", "soundbar", "sound"),
    ],
)
def test_what_was_meant_is_less_unlike_than_others(said: str, meant: str, other: str):
    assert unlike(said, meant) < unlike(said, other)


def test_equal_words_are_not_unlike():
    assert unlike("lamp", "lamp") == 0
    assert unlike("", "") == 0


def test_near_things_come_with_the_most_alike_first_until_they_are_dropped():
    sounds = Sounds[str]()
    for room in ("bedroom", "bathroom", "kitchen"):
        sounds.add(room, room)
    assert [room for _, room in sounds.near("bedrom", 0.3)] == ["bedroom", "bathroom"]
    sounds.drop("bedroom")
    assert [room for _, room in sounds.near("bedrom", 0.3)] == ["bathroom"]
    assert sounds.near("bedrom" * LONGEST, 0.3) == []
