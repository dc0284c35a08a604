"""Tests of `daemon.operations.questions`: what waits is seen at every door, and answered once."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from daemon.control import ControlError, Operation
from daemon.gateway import Gateway
from daemon.household import Household, Person, Role
from daemon.journal import Journal
from daemon.operations import Fields
from daemon.operations.questions import QuestionOperations
from daemon.store import Store
from devices.twin import Twin
from skills.actions import device_call
from skills.model import Cause, CauseId, Origin, PersonId
from tests.daemon.house import LOCK, actuate_over, now_is, twin_of
from tests.doubles import ManualClock

HOUSE = Household(
    {one.id: one for one in (Person(PersonId("ann"), "Ann", Role.OWNER), Person(PersonId("tim"), "Tim", Role.CHILD))}
)


@pytest.fixture
def looked() -> list[PersonId]:
    return []


@pytest.fixture
def twin() -> Twin:
    return twin_of()


@pytest.fixture
async def asked(twin: Twin, looked: list[PersonId], tmp_path: Path) -> AsyncIterator[Mapping[str, Operation]]:
    """A house in which somebody asked aloud to unlock the door; the operations come through the dashboard."""
    clock = ManualClock()
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        gateway = Gateway(actuate_over(twin).effects(), Journal(store, clock), store, HOUSE, clock)
        cause = Cause(CauseId("c"), Origin.VOICE, PersonId("ann"), said="unlock the front door")
        await gateway.submit(device_call([LOCK], "unlock"), cause)
        fields = Fields(twin.home, HOUSE, clock, ZoneInfo("Europe/Berlin"))
        yield QuestionOperations(gateway, twin.home, fields, looked.append).operations(Origin.DASHBOARD)


async def waiting(asked: Mapping[str, Operation]) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", await asked["questions"]({}))


async def answer(asked: Mapping[str, Operation], **given: object) -> dict[str, object]:
    return cast("dict[str, object]", await asked["question.answer"](given))


async def test_a_question_is_told_with_its_literal_action_and_words(asked: Mapping[str, Operation]):
    (one,) = await waiting(asked)
    assert one["what"] == "unlock Front Door"
    assert (one["person"], one["origin"], one["said"]) == ("ann", "voice", "unlock the front door")


async def test_who_looks_at_the_page_is_known_to_look(asked: Mapping[str, Operation], looked: list[PersonId]):
    await asked["questions"]({})
    await asked["questions"]({"person": "Ann"})
    assert looked == ["ann"]


async def test_a_question_is_named_by_the_beginning_of_its_id(asked: Mapping[str, Operation], twin: Twin):
    (one,) = await waiting(asked)
    await answer(asked, id=str(one["id"])[:8], answer="yes", person="ann")
    assert now_is(twin, LOCK) == "unlocked"


async def test_a_yes_is_carried_out_once(asked: Mapping[str, Operation], twin: Twin):
    (one,) = await waiting(asked)
    assert (await answer(asked, id=one["id"], answer="yes", person="ann"))["reply"] == "Done."
    assert now_is(twin, LOCK) == "unlocked"
    assert await waiting(asked) == []
    with pytest.raises(ControlError, match="no longer open"):
        await answer(asked, id=one["id"], answer="yes", person="ann")


async def test_a_no_leaves_it(asked: Mapping[str, Operation], twin: Twin):
    (one,) = await waiting(asked)
    assert (await answer(asked, id=one["id"], answer="no"))["reply"] == "All right, I leave it."
    assert now_is(twin, LOCK) == "locked"
    assert await waiting(asked) == []


async def test_a_yes_of_a_child_does_not_count_and_the_question_stays(asked: Mapping[str, Operation], twin: Twin):
    (one,) = await waiting(asked)
    told = await answer(asked, id=one["id"], answer="yes", person="tim")
    assert told["verdict"] == "refused"
    assert now_is(twin, LOCK) == "locked"
    assert len(await waiting(asked)) == 1


@pytest.mark.parametrize("given", [{"answer": "perhaps"}, {"answer": 3}, {}, {"answer": "yes", "id": ""}])
async def test_anything_else_is_no_answer(asked: Mapping[str, Operation], given: dict[str, object]):
    (one,) = await waiting(asked)
    with pytest.raises(ControlError):
        await answer(asked, **{"id": one["id"], **given})
    assert len(await waiting(asked)) == 1
