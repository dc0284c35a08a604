import pytest

from devices.home import Home
from skills.grammar.model import Context, Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("before", "text", "done"),
    [
        ("turn on the lights\nScullery", "turn them off again", "TurnOff light.stove light.table"),
        ("turn on the lights\nScullery", "a bit brighter", "lights.brighter light.stove light.table"),
        ("turn on the lights\nScullery", "and in the nook", "TurnOn light.nook"),
        ("close the blinds\nthe Studio Blinds", "open them again", "TurnOn cover.studio"),
        (
            "close the blinds\nthe Studio Blinds\nthe Parlour Blinds",
            "open them",
            "TurnOn cover.parlour + TurnOn cover.studio",
        ),
        ("turn on the lights\nthe attic", "turn them off again", "defer"),
        ("turn on the lights", "turn them off again", "defer"),
    ],
)
def test_what_was_answered_is_what_is_spoken_of(engine: Understander, home: Home, before: str, text: str, done: str):
    assert cottage.done(engine, home, text, before) == done


def test_what_was_answered_comes_after_what_was_done_before(engine: Understander, home: Home):
    history = ("turn on the easel lamp", "turn on the lights\nScullery")
    meant = engine.understand("turn them off", home, Context(history=history))
    assert [match.targets for match in meant.matches] == [("light.stove", "light.table")]
