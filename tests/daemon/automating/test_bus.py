"""Tests of `daemon.automating.bus`: events and tags of a Home Assistant, and nothing that nobody waits for."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

import pytest

from devices.homeassistant.client import AnswerError, LostError
from devices.model import EntityId
from skills.routines import routine_edit
from tests.daemon.automating.house import living
from tests.daemon.automating.test_living import ON, routine

DEADLINE_S = 5.0


class ScriptedHub:
    """A Home Assistant that fires what a test wants; `devices.homeassistant.HomeAssistant` is the real one."""

    def __init__(self, *, refuses: frozenset[str] = frozenset()) -> None:
        self.heard: dict[str, asyncio.Queue[Mapping[str, object] | None]] = {}
        self.refuses = refuses
        self._asked = asyncio.Condition()

    async def ask(self, kind: str, **fields: object) -> object:
        del fields
        raise AnswerError(f"no {kind}", "unknown_command")

    async def automations(self) -> Mapping[EntityId, Mapping[str, object]]:
        return {}

    async def wait_connected(self) -> None:
        return

    async def wait_lost(self) -> None:
        await asyncio.Event().wait()

    async def events(self, *types: str) -> AsyncGenerator[tuple[str, Mapping[str, object]]]:
        (kind,) = types
        queue = self.heard[kind] = asyncio.Queue()
        async with self._asked:
            self._asked.notify_all()
        if kind in self.refuses:
            raise AnswerError("no", "unauthorized")
        while (data := await queue.get()) is not None:
            yield kind, data
        raise LostError("gone")

    async def listened(self, *kinds: str) -> None:
        async with self._asked, asyncio.timeout(DEADLINE_S):
            await self._asked.wait_for(lambda: set(kinds) <= self.heard.keys())


@pytest.mark.parametrize(
    ("trigger", "kind", "data"),
    [
        ("{trigger: event, event_type: knock, event_data: {door: front}}", "knock", {"door": "front", "n": 2}),
        ("{trigger: tag, tag_id: fridge}", "tag_scanned", {"tag_id": "fridge", "device_id": None}),
        ("{trigger: tag, tag_id: fridge, device_id: x1}", "tag_scanned", {"tag_id": "fridge", "device_id": "x1"}),
        ("{trigger: event, event_type: tag_scanned}", "tag_scanned", {"tag_id": "fridge"}),
    ],
    ids=["event", "tag", "tag at a reader", "tag as an event"],
)
async def test_an_event_of_home_assistant_sets_a_routine_off(
    tmp_path: Path, trigger: str, kind: str, data: dict[str, object]
):
    hub = ScriptedHub()
    async with living(tmp_path / "hearth.db", hub=hub) as one:
        await one.add(routine(f"[{trigger}]"))
        await hub.listened(kind)
        hub.heard[kind].put_nowait(data)
        await one.settled()
        assert one.sent() == [ON]


@pytest.mark.parametrize("data", [{"tag_id": "other"}, {"tag_id": 7}, {}], ids=["another", "a number", "nothing"])
async def test_another_tag_sets_nothing_off(tmp_path: Path, data: dict[str, object]):
    hub = ScriptedHub()
    async with living(tmp_path / "hearth.db", hub=hub) as one:
        await one.add(routine("[{trigger: tag, tag_id: fridge}]"))
        await hub.listened("tag_scanned")
        hub.heard["tag_scanned"].put_nowait(data)
        await one.settled()
        assert one.sent() == []


async def test_what_is_waited_for_later_is_listened_to_then(tmp_path: Path):
    hub = ScriptedHub()
    async with living(tmp_path / "hearth.db", hub=hub) as one:
        await one.add(routine("[{trigger: event, event_type: first}]"))
        await hub.listened("first")
        await one.wish(routine_edit("it", routine("[{trigger: event, event_type: second}]")))
        await hub.listened("second")
        hub.heard["first"].put_nowait({})
        hub.heard["second"].put_nowait({})
        await one.settled()
        assert one.sent() == [ON]


async def test_a_token_that_may_not_listen_to_one_event_hears_the_other(tmp_path: Path):
    hub = ScriptedHub(refuses=frozenset({"secret"}))
    async with living(tmp_path / "hearth.db", hub=hub) as one:
        await one.add(routine("[{trigger: event, event_type: [secret, open]}]"))
        await hub.listened("secret", "open")
        hub.heard["open"].put_nowait({})
        await one.settled()
        assert one.sent() == [ON]


async def test_a_wait_for_an_event_in_the_middle_of_a_run_is_listened_to(tmp_path: Path):
    hub = ScriptedHub()
    turn = "{action: light.turn_on, target: {entity_id: light.lamp}}"
    wait = "{wait_for_trigger: [{trigger: event, event_type: knock}]}"
    async with living(tmp_path / "hearth.db", hub=hub) as one:
        await one.add(routine("[{trigger: event, event_type: go}]", f"[{wait}, {turn}]"))
        await hub.listened("go")
        hub.heard["go"].put_nowait({})
        await hub.listened("knock")
        hub.heard["knock"].put_nowait({})
        await one.settled()
        assert one.sent() == [ON]
