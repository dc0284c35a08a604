"""The evaluation of models reads its sentences, and tells right from wrong."""

import json

import pytest

from daemon.reasoner.checking import Do, Nothing, Proposal, Say
from daemon.reasoner.directing import Directive, Stage
from daemon.reasoner.sources import Source
from devices.model import EntityId
from skills.grammar.plain.proposing import DRAFT
from skills.model import Match
from tests.daemon.reasoner.engine import engine
from tests.daemon.reasoner.models import FunctionModel
from tests.evaluate import cases_of, evaluate, lines_of, run, verdict_of

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
        (Directive((Stage(ON, MEANT),)), "right"),
        (Directive((Stage(OFF, MEANT),)), "asked"),
        (Do((Match(DRAFT),), frozenset()), "asked"),
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


@pytest.mark.system
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_real_engine_is_evaluated_to_the_end(capsys: pytest.CaptureFixture[str]):
    async with engine() as found:
        await run(found.url, "tiny", each=1)
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1].startswith("all ")
    assert any(line.startswith("German") for line in printed)
