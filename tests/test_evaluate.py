"""The evaluation of models reads its sentences, and tells right from wrong."""

import json

import pytest

from daemon.reasoner.checking import Do, Nothing, Proposal, Say
from daemon.reasoner.sources import Source
from devices.model import EntityId
from skills.model import Match
from tests.daemon.reasoner.models import FunctionModel
from tests.evaluate import cases_of, evaluate, lines_of, verdict_of

ON = Match("HassTurnOn", {}, (EntityId("light.reading"),))
OFF = Match("HassTurnOff", {}, (EntityId("light.reading"),))
MEANT, UNASKED = frozenset({Source.USER}), frozenset({Source.SENSOR})


def test_every_sentence_expects_something_that_the_house_has():
    home, cases = cases_of()
    about = {target for case in cases for step in case.steps for target in step.split()[1:]}
    assert len(cases) > 25
    assert not [target for target in about if home.entity(target) is None]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (Do((ON,), MEANT), "right"),
        (Do((OFF,), MEANT), "wrong"),
        (Do((OFF,), UNASKED), "asked"),
        (Do((ON, OFF), MEANT), "wrong"),
        (Say("Which one?", asks=True), "asked"),
        (Nothing(), "other"),
    ],
)
def test_what_is_done_wrong_is_told_from_what_is_asked(found: Proposal, verdict: str):
    case = next(case for case in cases_of()[1] if case.steps == frozenset({"HassTurnOn light.reading"}))
    assert verdict_of(case, found) == verdict


async def test_a_model_that_gives_up_is_right_only_where_nothing_was_for_it():
    home, cases = cases_of()
    gives_up = FunctionModel(lambda prompt: json.dumps({"kind": "no", "steps": [], "say": ""}))
    table = await evaluate(gives_up, home, cases)
    assert table["not for us"]["right"] == sum(case.category == "not for us" for case in cases)
    assert table["talk"]["right"] == 0
    assert len(lines_of(table)) == len(table) + 2
