from dataclasses import replace

import pytest

from devices.model import EntityId
from skills.grammar import load
from skills.grammar.model import Understander
from tests.skills.grammar import cottage

OFF = "StartTimer conversation_command=turn off the piano lamp"


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("turn on the piano lamp for five minutes", f"TurnOn light.piano + {OFF} minutes=5"),
        ("for an hour turn on the piano lamp", f"TurnOn light.piano + {OFF} hours=1"),
        ("turn on the piano lamp for an hour and a half", f"TurnOn light.piano + {OFF} minutes=90"),
        (
            "switch the paddle fan off for half an hour",
            "TurnOff fan.paddle + StartTimer conversation_command=switch the paddle fan on minutes=30",
        ),
        (
            "open the studio blinds for ten minutes",
            "TurnOn cover.studio + StartTimer conversation_command=close the studio blinds minutes=10",
        ),
        ("turn off the piano lamp in an hour", f"{OFF} hours=1"),
        ("in half an hour turn off the piano lamp", f"{OFF} minutes=30"),
        ("set a timer for ten minutes", "StartTimer minutes=10"),
        (
            "turn on the piano lamp and the paddle fan for ten minutes",
            f"TurnOn light.piano + TurnOn fan.paddle + {OFF} and the paddle fan minutes=10",
        ),
        ("turn on the piano lamp and unlock the porch door for ten minutes", "defer"),
        ("stop the timer in forty minutes", "defer"),
        ("cancel my timer after an hour", "defer"),
        ("unlock the porch door for ten minutes", "defer"),
        ("lock the porch door in an hour", "defer"),
        ("set the piano lamp to red for ten minutes", "defer"),
        ("start dusty for ten minutes and the gramophone", "defer"),
        ("i turned on the piano lamp for five minutes", "reject"),
        ("don't turn on the piano lamp for five minutes", "reject"),
    ],
)
def test_a_command_holds_or_waits_as_long_as_was_said(engine: Understander, text: str, done: str):
    assert cottage.done(engine, cottage.house(), text) == done


def test_german_says_how_long_before_the_verb_ends():
    done = cottage.done(load("de"), cottage.house(), "schalte Piano Lamp für eine halbe Stunde ein")
    assert done == "TurnOn light.piano + StartTimer conversation_command=schalte Piano Lamp aus minutes=30"


@pytest.mark.parametrize("text", ["turn on Fritz", "switch off fritz", "turn off the Fritz", "switch on fraser"])
def test_a_stranger_is_not_taken_for_a_thing_that_sounds_alike(engine: Understander, text: str):
    home = cottage.house()
    freezer = next(entity for entity in home.entities() if entity.id == "switch.freezer")
    home.add(replace(freezer, id=EntityId("switch.deep_freezer"), name="Freezer"))
    assert cottage.done(engine, home, text) in ("defer", "ask")


@pytest.mark.parametrize("text", ["turn on that our fan", "turn off that the our fan"])
def test_articles_that_were_tried_out_do_not_hide_a_thing(engine: Understander, text: str):
    assert cottage.done(engine, cottage.house(), text, area="parlour").endswith("fan.paddle")
    assert cottage.done(engine, cottage.house(), text) == "ask"
