"""What people see of us in a real Home Assistant: its to-do list by our words, and a phone with our notices."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from daemon.channels.companion import Companion
from daemon.lists import Lists
from daemon.notify.model import Answer, ChannelError, Message
from daemon.store import Store
from daemon.todos import Todos
from devices.homeassistant import Settings
from devices.homeassistant.client import Event, connected
from skills.actions import list_add, list_complete, list_remove
from skills.model import Verdict
from tests.conformance.reach import ANN, person, tokens_in
from tests.daemon.test_lists import do, left
from tests.doubles import ManualClock
from tests.homeassistant.house import bridged
from tests.homeassistant.install import NotInstallableError, python
from tests.homeassistant.process import Object, RealHomeAssistant

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.timeout(900)]
DEADLINE_S = 30.0
FLOW = "/api/config/config_entries/flow"
LAUNDRY = Message("hearth-7", "The laundry is done.", answers=(Answer.DONE,))
PHONE: Object = {
    "device_id": "ann", "app_id": "a", "app_name": "A", "app_version": "1", "device_name": "Ann", "manufacturer": "M",
    "model": "M", "os_name": "O", "os_version": "1", "supports_encryption": False,
    "app_data": {"push_websocket_channel": True},
}  # fmt: skip


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHomeAssistant]:
    """A Home Assistant with its shopping list."""
    try:
        python()
    except NotInstallableError as error:
        pytest.skip(str(error))
    started = RealHomeAssistant(tmp_path_factory.mktemp("hub"))
    try:
        started.start()
        asked = started.post(FLOW, {"handler": "shopping_list"})
        assert started.post(f"{FLOW}/{asked['flow_id']}", {})["type"] == "create_entry"
        yield started
    finally:
        started.stop()


@asynccontextmanager
async def phone_of(process: RealHomeAssistant, came: asyncio.Queue[Event]) -> AsyncGenerator[None]:
    """Register a phone and show it what is sent to it."""
    webhook = process.post("/api/mobile_app/registrations", PHONE)["webhook_id"]
    async with connected(Settings(process.url, process.token)) as connection:
        fields = {"webhook_id": webhook, "support_confirm": False}
        await connection.subscribe("mobile_app/push_notification_channel", came.put_nowait, fields)
        yield


async def test_the_shopping_list_is_that_of_home_assistant(process: RealHomeAssistant, tmp_path: Path):
    clock = ManualClock()
    async with bridged(process) as (_, bridge), Store.open(tmp_path / "hearth.db", clock) as store:
        lists, own = Lists(store, clock, Todos(bridge)), Lists(store, clock)
        added = await do(lists, list_add("shopping", ["milk", "eggs", "bread"]))
        assert (added.verdict, await left(lists), await left(own)) == (Verdict.DONE, ["milk", "eggs", "bread"], [])
        checked = await do(lists, list_complete("shopping", ["Milk"]))
        await do(lists, list_remove("shopping", ["eggs"]))
        assert await left(lists) == ["bread"]
        await do(lists, checked.undo)
        assert sorted(await left(lists)) == ["bread", "milk"]


async def test_a_notice_arrives_on_a_phone_and_its_button_comes_back(process: RealHomeAssistant, tmp_path: Path):
    came: asyncio.Queue[Event] = asyncio.Queue()
    async with (
        asyncio.timeout(DEADLINE_S), phone_of(process, came), bridged(process) as (_, bridge),
        tokens_in(tmp_path) as tokens, aclosing((channel := Companion(bridge, tokens)).answers()) as answers,
    ):  # fmt: skip
        await channel.deliver(LAUNDRY, person(ANN, homeassistant="mobile_app_ann"))
        shown = await came.get()
        (button,) = cast("list[Object]", cast("Object", shown["data"])["actions"])
        async with asyncio.TaskGroup() as group:
            coming = group.create_task(anext(answers))
            while not coming.done():
                await asyncio.to_thread(process.post, "/api/events/mobile_app_notification_action", button)
        with pytest.raises(ChannelError, match="there is no such phone") as refused:
            await channel.deliver(LAUNDRY, person(ANN, homeassistant="mobile_app_sold"))
    assert shown["message"] == "The laundry is done."
    assert (coming.result().key, coming.result().answer) == ("hearth-7", Answer.DONE)
    assert refused.value.lasting
