"""What a model proposes as a routine becomes a draft, or is sent back with what was wrong."""

from typing import cast

import pytest

from devices.model import EntityId
from skills.grammar.plain.proposing import DRAFT, ProposalError, proposed
from skills.model import Match
from tests.skills.grammar.plain.scoring import Part, lines
from tests.skills.grammar.plain.sentences import house

THINGS = {"e1": EntityId("light.porch"), "e2": EntityId("binary_sensor.back_door"), "e3": EntityId("sensor.study_co2")}
ON = {"tool": "turn_on", "things": ["e1"]}


def command(step: object) -> Match:
    if step != ON:
        raise ValueError("there is no such tool")
    return Match("HassTurnOn", targets=(THINGS["e1"],))


def drafted(given: object) -> Match:
    return proposed(given, THINGS, house("en"), command=command, notify="notify.mara")


def test_a_proposal_becomes_a_draft() -> None:
    meant = drafted(
        {
            "when": [
                {"kind": "state", "thing": "e2", "is": "open", "for_seconds": 60},
                {"kind": "time", "at": "21:30"},
            ],
            "only_if": [{"kind": "dark"}, {"kind": "days", "days": ["sat", "sun"]}],
            "do": [ON, {"wait_seconds": 300}, {"tell": "the door"}],
        }
    )
    assert meant.intent == DRAFT
    assert lines(cast("Part", meant.slots["definition"]), ()) == (
        {"binary_sensor.back_door -> on for 60", "at 21:30:00"},
        {"sun below", "weekday sat,sun"},
        ["light.turn_on light.porch", "delay 300", "notify mara"],
    )


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("turn it on", "must be an object"),
        ({"when": [], "do": [ON]}, '"when" must be a list'),
        ({"when": [{"kind": "time", "at": "25:00"}], "do": [ON]}, "HH:MM"),
        ({"when": [{"kind": "state", "thing": "e9", "is": "on"}], "do": [ON]}, "no thing 'e9'"),
        ({"when": [{"kind": "above", "thing": "e3"}], "do": [ON]}, '"number" must be'),
        ({"when": [{"kind": "days", "days": ["mon"]}], "do": [ON]}, "nothing in it that happens"),
        ({"when": [{"kind": "sunset"}], "do": [{"tool": "shell"}]}, "no such tool"),
        ({"when": [{"kind": "sunset"}], "do": [{"tell": "{{ states('x') }}"}]}, "plain words"),
        ({"when": [{"kind": "sunset"}] * 9, "do": [ON]}, '"when" must be a list'),
    ],
    ids=str,
)
def test_what_is_no_routine_of_the_house_is_refused(given: object, wrong: str) -> None:
    with pytest.raises(ProposalError, match=wrong):
        drafted(given)
