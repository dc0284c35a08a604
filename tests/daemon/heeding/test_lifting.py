"""Standing instructions that are taken back, and what is no such thing."""

from pathlib import Path

import pytest

from daemon.heeding.lifting import Lifts, lifts
from skills.model import Action, Cause, CauseId, Origin, PersonId, Verdict
from tests.daemon.remembering.family import family


@pytest.mark.parametrize(
    ("text", "taken_back"),
    [
        ("you may ring after ten again", Lifts(speaks=True)),
        ("you can turn on the lamp after eleven", Lifts("turn on the lamp")),
        ("you may open the blind before eight again", Lifts("open the blind")),
        ("You may announce things in the bedroom again.", Lifts(speaks=True, room="bedroom")),
        ("you don't have to ask before you open the garage door", Lifts("open the garage door")),
        ("stop asking me before you lock the front door", Lifts("lock the front door")),
        ("answer normally again", Lifts(at_length=True)),
        ("the rule about the lamp no longer applies", Lifts(about="the lamp")),
        ("when I say good night don't turn off the desk any more", Lifts(said="good night")),
        ("du darfst die Lampe nach elf wieder anmachen", Lifts("mach die Lampe an", language="de")),
        ("du darfst im Schlafzimmer wieder sprechen", Lifts(speaks=True, room="Schlafzimmer", language="de")),
        ("du musst mich nicht mehr fragen, bevor du die Garage aufmachst", Lifts("mach die Garage auf", language="de")),
        ("antworte wieder ausführlich", Lifts(at_length=True)),
        ("die Regel mit der Lampe gilt nicht mehr", Lifts(about="der Lampe", language="de")),
        ("you can turn on the lamp", None),
        ("can you turn on the lamp again?", None),
        ("never turn on the lamp after eleven", None),
        ("du kannst die Lampe anmachen", None),
        ("I may be late again", None),
    ],
)
def test_leave_is_given_by_form(text: str, taken_back: Lifts | None) -> None:
    assert lifts(text) == taken_back


async def test_a_rule_that_is_taken_back_acts_no_longer_and_may_be_undone(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "never turn on the lamp")
        assert "Anna told me" in await house.says("mia", "turn on the lamp")
        assert "grown-up" in await house.says("mia", "you may turn on the lamp again")
        assert "no longer holds" in await house.says("ben", "you may turn on the lamp again")
        assert await house.says("mia", "turn on the lamp") == "The lamp is on."
        await house.says("ben", "you may turn on the lamp again")
        await house.says("mia", "turn off the lamp")
    async with family(tmp_path) as house:
        assert "Nobody has told me any rules" in await house.says("anna", "what are the rules?")


async def test_leave_for_what_nobody_forbade_is_an_order(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "never turn on the desk")
        assert await house.says("ben", "you can turn on the lamp again") == "The lamp is on."
        assert "never turn on the desk" in await house.says("anna", "what are the rules?")


async def test_a_lifting_is_taken_back_by_undo(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "never turn on the lamp")
        await house.says("anna", "you may turn on the lamp again")
        await house.says("anna", "undo")
        assert "Anna told me" in await house.says("mia", "turn on the lamp")


async def test_a_rule_that_is_only_kept_is_taken_back_by_its_words(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        assert "cannot make it happen" in await house.says("anna", "never water the roses after eleven")
        assert "no longer holds" in await house.says("anna", "you may water the roses after eleven again")


async def test_who_may_not_take_a_rule_back_may_not_have_it_hold_again(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "never turn on the lamp")
        anna, mia = (Cause(CauseId(who), Origin.TEXT, PersonId(who)) for who in ("anna", "mia"))
        words, talk = "you may turn on the lamp again", house.hearth.conversation
        ((lifted, _),) = (await talk.answer(words, origin=anna.origin, person=anna.person)).outcomes
        again = Action(lifted.effect, {**lifted.arguments, "again": True})
        assert (await house.hearth.gateway.submit(again, mia)).verdict is Verdict.REFUSED
        assert await house.says("mia", "turn on the lamp") == "The lamp is on."
        assert (await house.hearth.gateway.submit(again, anna)).verdict is Verdict.DONE
        assert "Anna told me" in await house.says("mia", "turn on the lamp")
