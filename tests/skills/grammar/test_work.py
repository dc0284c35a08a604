"""What one text may cost is counted, and what costs more is left alone."""

import pytest

from skills.grammar.model import Context, Decision, Understander
from skills.grammar.work import TooHardError, Work
from tests.skills.grammar import small

SAID = "turn on the desk lamp"


def test_work_ends():
    work = Work(3)
    work.spend(3)
    with pytest.raises(TooHardError):
        work.spend(1)


def test_a_text_that_is_too_hard_is_left_alone(engine: Understander, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("skills.grammar.reader.MOST_WORK", 20)
    meant = engine.understand(SAID, small.house(), Context())
    assert (meant.decision, meant.matches, meant.reason) == (Decision.DEFER, (), "too-hard")
    assert engine.explain(SAID, small.house(), Context()) == ["defer (0.00): too-hard"]


def test_the_work_for_one_text_costs_the_next_nothing(engine: Understander):
    decisions = {engine.understand(SAID, small.house(), Context()).decision for _ in range(200)}
    assert decisions == {Decision.ACT}


def test_most_commands_are_understood_at_once(engine: Understander):
    assert engine.at_once(SAID, small.house(), Context()) == engine.understand(SAID, small.house(), Context())


def test_what_takes_longer_is_not_understood_at_once(engine: Understander):
    hard = "and then the lamp and the desk and what if not the kitchen no wait the hall " * 3
    assert engine.at_once(hard, small.house(), Context()) is None
    assert engine.understand(hard, small.house(), Context()).decision is not Decision.ACT
