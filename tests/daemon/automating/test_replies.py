"""What people say to a routine that asked: any answer goes into its variable, and only where somebody waits for one."""

from pathlib import Path

import pytest

from daemon.automating.replies import answer_in
from skills.model import Cause, CauseId, Origin, Verdict
from skills.routines import routine_said
from tests.daemon.automating.house import ANN, MOTION, Living, living
from tests.daemon.automating.test_living import MOVES, routine

COOK = "{{ask: 'What shall we cook?'{of}}}, {{notice: 'We cook {{{{ answer }}}}'}}"
ANYBODY, ONLY_ANN = COOK.format(of=""), COOK.format(of=", of: [person.ann]")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The answer is lasagne.", "lasagne"),
        ("my answer is: Pizza Margherita", "Pizza Margherita"),
        ("die Antwort ist Käsespätzle", "Käsespätzle"),
        ("turn on the lamp", None),
        ("the answer is", None),
        ("what is the answer", None),
    ],
)
def test_an_answer_is_what_is_said_to_be_one(text: str, answer: str | None):
    assert answer_in(text) == answer


async def asked(one: Living, actions: str) -> None:
    await one.add(routine(MOVES, f"[{actions}]"))
    one.becomes(MOTION, "on")
    await one.settled()


async def test_any_answer_goes_into_the_variable(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await asked(one, ANYBODY)
        assert one.routines.meaning("the answer is lasagne") is not None
        outcome = await one.wish(routine_said("the answer is lasagne"))
        await one.settled()
        told = [each.text for each in one.told]
    assert outcome.told == "All right: lasagne."
    assert "the answer is …" in told[0]
    assert told[1:] == ["We cook lasagne"]


async def test_a_question_to_one_person_is_answered_by_nobody_else(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await asked(one, ONLY_ANN)
        stranger = await one.wish(routine_said("the answer is lasagne"))
        cause = Cause(CauseId("ann"), Origin.TEXT, ANN.id)
        ann = await one.gateway.submit(routine_said("the answer is soup"), cause)
    assert (stranger.verdict, ann.told) == (Verdict.FAILED, "All right: soup.")


async def test_a_question_with_answers_of_its_own_takes_no_other(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        await asked(one, "{ask: 'Shall I?', answers: [sure, never]}")
        assert (await one.wish(routine_said("the answer is perhaps"))).verdict is Verdict.FAILED
        assert (await one.wish(routine_said("the answer is Sure"))).told == "All right: sure."


async def test_where_nobody_asked_there_is_no_answer(tmp_path: Path):
    async with living(tmp_path / "hearth.db") as one:
        assert one.routines.meaning("the answer is lasagne") is None
