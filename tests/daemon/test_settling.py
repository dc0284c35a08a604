"""How several choices are answered: by name, by place, or all of them."""

import pytest

from daemon.conversation.settling import picked

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
    ],
)
def test_an_answer_picks_choices(answer: str, indices: tuple[int, ...]):
    assert picked(answer, LAMPS) == indices


def test_both_are_the_two_there_are():
    assert picked("both of them", LAMPS[:2]) == (0, 1)
