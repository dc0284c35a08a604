"""How several choices are answered: by name, by place, or all of them."""

import pytest

from daemon.conversation.settling import agreed, picked

LAMPS = ("the Piano Lamp", "the Left Lamp", "the Mantel Lamp")


@pytest.mark.parametrize(
    ("answer", "indices"),
    [
        ("the piano lamp", (0,)),
        ("the left one", (1,)),
        ("the first one", (0,)),
        ("number two", (1,)),
        ("the second one please", (1,)),
        ("the last one", (2,)),
        ("all of them", (0, 1, 2)),
        ("both", ()),
        ("the fourth", ()),
        ("the lamp", ()),
        ("turn on the fan", ()),
        ("number one", (0,)),
        ("the first and the third", (0, 2)),
        ("the piano lamp and the left one", (0, 1)),
        ("the piano lamp and the tv", ()),
        ("die zweite bitte", (1,)),
        ("den ersten und den dritten", (0, 2)),
        ("nummer drei", (2,)),
        ("please", ()),
        ("one", ()),
    ],
)
def test_an_answer_picks_choices(answer: str, indices: tuple[int, ...]):
    assert picked(answer, LAMPS) == indices


def test_both_are_the_two_there_are():
    assert picked("both of them", LAMPS[:2]) == (0, 1)


@pytest.mark.parametrize(
    ("answer", "agrees"),
    [
        ("neither", False),
        ("none of them", False),
        ("keine von beiden", False),
        ("neither of these please", False),
        ("yes please", True),
        ("the first one", None),
        ("neither the lamp nor the fan", None),
    ],
)
def test_who_wants_none_of_them_says_no(answer: str, agrees: bool | None):
    assert agreed(answer) is agrees


@pytest.mark.parametrize("answer", ["beide", "die beiden", "both", "both of these"])
def test_both_are_the_only_two(answer: str):
    assert picked(answer, LAMPS[:2]) == (0, 1)
