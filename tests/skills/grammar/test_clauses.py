"""A negation is about its own clause; what only says why stands in the way of nothing."""

import pytest

from devices.home import Home
from skills.grammar.model import Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("switch the piano lamp on, not the easel lamp", "TurnOn light.piano"),
        ("turn on the piano lamp, i can't see a thing", "TurnOn light.piano"),
        ("it's too gloomy, turn on the piano lamp", "TurnOn light.piano"),
        ("turn on the piano lamp i can't see a thing", "TurnOn light.piano"),
        ("i'm freezing close the studio blinds", "TurnOff cover.studio"),
        ("i can't sleep switch off the paddle fan please", "TurnOff fan.paddle"),
        ("i can't see a thing in the studio", "TurnOn light.easel"),
        ("turn on the piano lamp because i don't like shadows", "TurnOn light.piano"),
        ("can you perhaps switch off the paddle fan if you don't mind", "TurnOff fan.paddle"),
        ("can we get the piano lamp on", "TurnOn light.piano"),
        ("let's have the piano lamp off", "TurnOff light.piano"),
        ("stop the paddle fan", "TurnOff fan.paddle"),
        ("stop the fans in the studio", "TurnOff fan.vent"),
    ],
)
def test_the_clause_that_commands_is_done(engine: Understander, home: Home, text: str, done: str):
    assert cottage.done(engine, home, text) == done


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("turn on the piano lamp, not the piano lamp", "reject"),
        ("turn on the parlour lights, not the piano lamp", "reject"),
        ("don't turn on the piano lamp, i can't sleep", "reject"),
        ("don't turn on the piano lamp i can't sleep", "reject"),
        ("he said close the studio blinds it's too bright", "reject"),
        ("turn on the piano lamp, no, don't", "reject"),
        ("stop turning on the piano lamp", "reject"),
        ("nobody is in the studio, turn off the light", "defer"),
        ("it's not dark in the studio, turn off the light", "reject"),
        ("it's not urgent, turn on the piano lamp", "reject"),
        ("i'm not certain, turn on the piano lamp", "reject"),
        ("turn on the piano lamp? i don't want to", "defer"),
        ("turn on the piano lamp, i don't like that", "reject"),
        ("he said turn on the piano lamp, i can't see", "reject"),
        ("why isn't the piano lamp on", "defer"),
    ],
)
def test_what_is_not_meant_is_not_done(engine: Understander, home: Home, text: str, decision: str):
    assert cottage.done(engine, home, text) == decision
