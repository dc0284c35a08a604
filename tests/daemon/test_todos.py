"""Lists that stand in Home Assistant: over a stand-in for it, our own bridge and a real database."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from daemon.app import build
from daemon.clock import SystemClock
from daemon.config import Config
from daemon.lists import ListAwayError, Lists
from daemon.store import Store
from daemon.supervise import keep_running
from daemon.todos import Todos
from skills.actions import list_add, list_complete, list_remove
from skills.model import Action, Origin, Verdict
from tests.daemon.test_lists import do, left
from tests.devices.homeassistant.hub import Hub, Object, open_again
from tests.devices.homeassistant.lab import Lab, lab
from tests.devices.plain import eventually
from tests.doubles import ManualClock


@dataclass
class Shelf:
    """A Home Assistant with to-do lists; an item that is done has a ``status`` of ``completed``."""

    items: dict[str, list[Object]] = field(default_factory=lambda: {"todo.shopping_list": list[Object]()})
    hub: Hub = field(default_factory=Hub)

    def __post_init__(self) -> None:
        self.hub.on_call, self.hub.on_ask["todo/item/list"] = self._call, self._list
        for name in self.items:
            self.hub.put(name, "0", friendly_name=name.partition(".")[2].replace("_", " ").title())

    def open(self, id: str = "todo.shopping_list") -> Sequence[object]:
        return [one["summary"] for one in self.items[id] if one["status"] == "needs_action"]

    def _list(self, command: Object) -> object:
        return {"items": self.items[str(command["entity_id"])]}

    def _call(self, hub: Hub, command: Object) -> object:
        del hub
        shelf = self.items[str(cast("Object", command["target"])["entity_id"])]
        data, service = cast("Object", command["service_data"]), command["service"]
        if service == "add_item":
            shelf.append({"summary": data["item"], "uid": f"u{len(shelf)}", "status": "needs_action"})
            return None
        wanted = cast("list[object]", data["item"]) if isinstance(data["item"], list) else [data["item"]]
        meant = [one for one in shelf if one["uid"] in wanted]
        if len(meant) != len(wanted):
            return "service_validation_error", "Unable to find to-do list item"
        for one in meant:
            if service == "remove_item":
                shelf.remove(one)
            else:
                one["status"] = data["status"]
        return None


@asynccontextmanager
async def lists_of(folder: Path, shelf: Shelf, *, answer_timeout_s: float = 2.0) -> AsyncGenerator[tuple[Lists, Lab]]:
    clock = ManualClock()
    async with (
        lab(shelf.hub, answer_timeout_s=answer_timeout_s) as it,
        Store.open(folder / "hearth.db", clock) as store,
    ):
        await do(Lists(store, clock), list_add("shopping", ["salt"]))
        yield Lists(store, clock, Todos(it.bridge)), it


async def test_what_is_put_on_a_list_goes_to_that_of_home_assistant_and_what_was_on_ours_is_still_told(tmp_path: Path):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf) as (lists, _):
        outcome = await do(lists, list_add("Shopping", ["Milk", "eggs", "milk"]))
        assert await left(lists) == ["Milk", "eggs", "salt"]
        assert shelf.open() == ["Milk", "eggs"]
        await do(lists, outcome.undo)
    assert shelf.open() == []


async def test_a_list_that_home_assistant_does_not_have_is_ours(tmp_path: Path):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf) as (lists, _):
        await do(lists, list_add("holidays", ["tent"]))
        assert await left(lists, "holidays") == ["tent"]
        assert await left(lists, None) == ["salt", "tent"]
    assert shelf.open() == []


@pytest.mark.parametrize("action", [list_remove("shopping", ["MILK"]), list_complete("shopping", ["milk"])])
async def test_what_is_taken_off_there_comes_back(tmp_path: Path, action: Action):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf) as (lists, _):
        await do(lists, list_add("shopping", ["milk", "eggs"]))
        outcome = await do(lists, action)
        assert shelf.open() == ["eggs"]
        await do(lists, outcome.undo)
    assert sorted(map(str, shelf.open())) == ["eggs", "milk"]


async def test_what_was_done_is_open_again_and_only_that_is_taken_back(tmp_path: Path):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf) as (lists, _):
        await do(lists, list_add("shopping", ["milk", "eggs"]))
        await do(lists, list_complete("shopping", ["eggs"]))
        outcome = await do(lists, list_add("shopping", ["milk", "eggs"]))
        assert shelf.open() == ["milk", "eggs"]
        await do(lists, outcome.undo)
    assert shelf.open() == ["milk"]


async def test_clearing_a_list_clears_what_is_left_on_ours_too(tmp_path: Path):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf) as (lists, _):
        await do(lists, list_add("shopping", ["milk", "salt"]))
        assert await left(lists) == ["milk", "salt"]
        assert (await do(lists, list_remove("shopping", await left(lists)))).verdict is Verdict.DONE
        assert await left(lists) == []
    assert shelf.open() == []


async def test_what_is_on_neither_is_said_and_nothing_is_taken_off(tmp_path: Path):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf) as (lists, _):
        await do(lists, list_add("shopping", ["milk"]))
        outcome = await do(lists, list_remove("shopping", ["milk", "beer"]))
    assert (outcome.verdict, outcome.detail) == (Verdict.FAILED, "beer is not on it")
    assert shelf.open() == ["milk"]


async def test_two_lists_of_the_same_name_are_left_alone(tmp_path: Path):
    shelf = Shelf({"todo.groceries": [], "todo.shopping_list": []})
    async with lists_of(tmp_path, shelf) as (lists, _):
        await do(lists, list_add("shopping", ["milk"]))
        assert await left(lists) == ["salt", "milk"]
    assert (shelf.open(), shelf.open("todo.groceries")) == ([], [])


async def test_a_list_that_is_kept_from_assistants_is_no_list_here(tmp_path: Path):
    shelf = Shelf(hub=Hub(exposed={"todo.shopping_list": False}))
    async with lists_of(tmp_path, shelf) as (lists, _):
        await do(lists, list_add("shopping", ["milk"]))
    assert shelf.open() == []


async def test_nothing_is_done_and_nothing_made_up_while_home_assistant_is_away(tmp_path: Path):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf) as (lists, it):
        shelf.hub.silent = True
        shelf.hub.break_off()
        await it.bridge.wait_lost()
        outcome = await do(lists, list_add("shopping", ["milk"]))
        with pytest.raises(ListAwayError, match="Home Assistant has that list"):
            await lists.items("shopping")
        assert await left(lists, None) == ["salt"]
    assert outcome.verdict is Verdict.FAILED
    assert outcome.undo is None


async def test_a_refusal_is_told_and_a_missing_answer_is_not_called_done(tmp_path: Path):
    shelf = Shelf()
    async with lists_of(tmp_path, shelf, answer_timeout_s=0.3) as (lists, _):
        shelf.hub.refusal = {"code": "home_assistant_error", "message": "read only"}
        refused = await do(lists, list_add("shopping", ["milk"]))
        shelf.hub.unanswered = frozenset({"call_service"})
        unknown = await do(lists, list_add("shopping", ["milk"]))
    assert (refused.verdict, unknown.verdict) == (Verdict.FAILED, Verdict.UNCONFIRMED)


async def test_whoever_asks_for_a_list_is_told_that_home_assistant_is_away(tmp_path: Path):
    shelf, token = Shelf(), tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text(shelf.hub.token)
    given = {"homeassistant": {"url": f"http://127.0.0.1:{shelf.hub.port}", "token_file": str(token)}}
    async with (
        open_again(shelf.hub),
        build(Config.model_validate(given), tmp_path, clock=SystemClock(), environment={}) as hearth,
        asyncio.TaskGroup() as group,
    ):
        (hub,) = [one for one in hearth.runs if one.name == "homeassistant"]
        running = group.create_task(keep_running(hub.name, hub.run, hearth.table))
        await eventually(lambda: hearth.home.entity("todo.shopping_list") is not None)
        there = await hearth.conversation.answer("add milk to the shopping list", origin=Origin.TEXT)
        running.cancel()
        await asyncio.wait([running])
        away = await hearth.conversation.answer("what's on the shopping list", origin=Origin.TEXT)
        got = await hearth.conversation.answer("I got the milk", origin=Origin.TEXT)
    assert (there.reply, shelf.open()) == ("I put milk on the shopping list.", ["milk"])
    assert away.reply == "Home Assistant has that list and cannot be reached."
    assert (got.outcomes, shelf.open()) == ((), ["milk"])
