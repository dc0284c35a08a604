"""Lists over a real database: what is put on them, checked off, taken off, and all of it back."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.lists import Lists
from daemon.store import Store
from skills.actions import list_add, list_complete, list_remove
from skills.model import Action, Cause, CauseId, Origin, Outcome, Verdict
from tests.doubles import ManualClock

CAUSE = Cause(CauseId("said"), Origin.TEXT)


@asynccontextmanager
async def lists_in(folder: Path) -> AsyncGenerator[Lists]:
    clock = ManualClock()
    async with Store.open(folder / "hearth.db", clock) as store:
        yield Lists(store, clock)


async def do(lists: Lists, action: Action | None) -> Outcome:
    assert action is not None
    effect = next(effect for effect in lists.effects() if effect.name == action.effect)
    parameters = effect.parameters.model_validate(action.arguments)
    assert effect.describe(parameters)
    return await effect.execute(parameters, CAUSE)


async def left(lists: Lists, name: str | None = "shopping") -> Sequence[str]:
    return [item.text for item in await lists.items(name) if not item.done]


async def test_what_is_put_on_a_list_is_there_after_a_restart_in_order(tmp_path: Path):
    async with lists_in(tmp_path) as lists:
        await do(lists, list_add("Shopping", ["Milk", "eggs"]))
        await do(lists, list_add("holidays", ["tent"]))
    async with lists_in(tmp_path) as lists:
        assert await left(lists) == ["Milk", "eggs"]
        assert await left(lists, None) == ["Milk", "eggs", "tent"]


@pytest.mark.parametrize("action", [list_remove("shopping", ["MILK"]), list_complete("shopping", ["milk"])])
async def test_what_is_taken_off_comes_back(tmp_path: Path, action: Action):
    async with lists_in(tmp_path) as lists:
        await do(lists, list_add("shopping", ["milk", "eggs"]))
        outcome = await do(lists, action)
        assert await left(lists) == ["eggs"]
        await do(lists, outcome.undo)
        assert sorted(await left(lists)) == ["eggs", "milk"]


async def test_taking_back_what_was_added_leaves_what_was_there_before(tmp_path: Path):
    async with lists_in(tmp_path) as lists:
        await do(lists, list_add("shopping", ["milk"]))
        outcome = await do(lists, list_add("shopping", ["Milk", "eggs", "EGGS"]))
        assert await left(lists) == ["milk", "eggs"]
        await do(lists, outcome.undo)
        assert await left(lists) == ["milk"]


async def test_what_was_checked_off_is_open_again_when_it_is_added_again(tmp_path: Path):
    async with lists_in(tmp_path) as lists:
        await do(lists, list_add("shopping", ["milk"]))
        await do(lists, list_complete("shopping", ["milk"]))
        outcome = await do(lists, list_add("shopping", ["milk"]))
        assert await left(lists) == ["milk"]
        await do(lists, outcome.undo)
        assert await left(lists) == []


async def test_what_is_not_on_the_list_fails_and_nothing_is_touched(tmp_path: Path):
    async with lists_in(tmp_path) as lists:
        await do(lists, list_add("shopping", ["milk"]))
        outcome = await do(lists, list_remove("shopping", ["milk", "bread"]))
        assert await left(lists) == ["milk"]
    assert (outcome.verdict, outcome.detail) == (Verdict.FAILED, "bread is not on it")
