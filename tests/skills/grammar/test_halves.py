"""Half a sentence is not made whole by what was said before."""

import pytest

from devices.home import Home
from skills.grammar.model import Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize("before", ["turn on the piano lamp", "is the piano lamp on", "set the piano lamp to red"])
@pytest.mark.parametrize(
    "text", ["switch on", "switch off the", "please turn off", "on", "off please", "lock", "dim to", "17"]
)
def test_half_a_command_does_nothing_after_any_other(engine: Understander, home: Home, before: str, text: str):
    assert cottage.done(engine, home, text, before) in ("defer", "reject")


def test_a_bare_number_is_for_what_was_set_just_before(engine: Understander, home: Home):
    assert cottage.done(engine, home, "45", "set the easel lamp to 30 percent") == "LightSet light.easel brightness=45"
    assert cottage.done(engine, home, "45", "set the easel lamp to 30 percent", "turn on the piano lamp") == "defer"


@pytest.mark.parametrize("text", ["turn that off", "and off again", "no, off", "switch it off"])
def test_a_command_that_says_of_what_is_whole(engine: Understander, home: Home, text: str):
    assert cottage.done(engine, home, text, "turn on the piano lamp") == "TurnOff light.piano"
