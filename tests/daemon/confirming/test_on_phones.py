"""A yes that really goes to a phone and back: over a server that does what ntfy does, and over Home Assistant."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest

from daemon.channels.companion import PRESSED, Companion
from daemon.channels.ntfy import Ntfy
from daemon.channels.web import Web
from daemon.notify.model import Channel
from daemon.store import Store
from daemon.tokens import KEY_BYTES, Tokens
from tests.conformance.phones import NtfyServer, Object, Phones, press_ntfy, served
from tests.daemon.confirming.house import PEOPLE, UNLOCK, There, house
from tests.devices.plain import eventually
from tests.doubles import ManualClock

LABEL = "Yes, unlock Front Door"


@dataclass
class Phone:
    """Anna's phone, on one channel."""

    channel: Channel
    shown: Callable[[], Sequence[Object]]
    """The messages with buttons."""
    told: Callable[[], str]
    """All texts that are before her."""
    press: Callable[[Object, str], Awaitable[None]]
    """Presses a button, as often as one likes: also of a message that is gone."""


@asynccontextmanager
async def ntfy(tokens: Tokens) -> AsyncGenerator[Phone]:
    server = NtfyServer()

    def messages() -> Sequence[Object]:
        return server.shown("anna-phone")

    async def press(message: Object, label: str) -> None:
        assert await press_ntfy(message, label) == 200

    async with (
        served(server.app()) as port,
        Web("ntfy", f"http://127.0.0.1:{port}", token=server.TOKEN, remedy="see channels.ntfy") as web,
    ):
        yield Phone(
            Ntfy(web, PEOPLE[:1], tokens),
            lambda: [one for one in messages() if one.get("actions")],
            lambda: "\n".join(str(one["message"]) for one in messages()),
            press,
        )


@asynccontextmanager
async def companion(tokens: Tokens) -> AsyncGenerator[Phone]:
    phones = Phones(frozenset({"mobile_app_anna"}))
    async with phones.bridged() as bridge:

        def actions(message: Object) -> list[dict[str, str]]:
            return cast("list[dict[str, str]]", cast("Object", message["data"])["actions"])

        async def press(message: Object, label: str) -> None:
            await eventually(lambda: phones.hub.listened(PRESSED))
            token = next(one["action"] for one in actions(message) if one["title"] == label)
            await phones.hub.tell(PRESSED, action=token, device_id="abc")

        yield Phone(
            Companion(bridge, tokens),
            lambda: [one for one in phones.shown.values() if actions(one)],
            lambda: "\n".join(str(one["message"]) for one in phones.shown.values()),
            press,
        )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@asynccontextmanager
async def at_home(folder: Path, clock: ManualClock, kind: str) -> AsyncGenerator[tuple[There, Phone]]:
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store.open(folder / "tokens.db", clock))
        tokens = Tokens(bytes(KEY_BYTES), store, clock)
        phone = await stack.enter_async_context(ntfy(tokens) if kind == "ntfy" else companion(tokens))
        yield await stack.enter_async_context(house(folder, clock, phone.channel, people=PEOPLE[:1])), phone


@pytest.mark.parametrize("kind", ["ntfy", "companion"])
async def test_a_yes_on_the_phone_unlocks_once_however_often_it_is_replayed(
    tmp_path: Path, clock: ManualClock, kind: str
):
    async with at_home(tmp_path, clock, kind) as (there, phone):
        await there.gateway.submit(UNLOCK, there.cause())
        await eventually(lambda: len(phone.shown()) == 1)
        (question,) = phone.shown()
        assert str(question["message"]).startswith("Shall I unlock Front Door?")
        await phone.press(question, LABEL)
        await eventually(lambda: "Anna said yes, and it is done: unlock Front Door." in phone.told())
        await eventually(lambda: phone.shown() == [])
        assert there.calls == ["unlock"]

        await there.gateway.submit(UNLOCK, there.cause())
        await eventually(lambda: len(phone.shown()) == 1)
        for _ in range(5):
            await phone.press(question, LABEL)
        (second,) = phone.shown()
        await phone.press(second, "No")
        await eventually(lambda: "Anna said no" in phone.told())
        assert there.calls == ["unlock"]


@pytest.mark.parametrize("kind", ["ntfy", "companion"])
async def test_a_button_is_good_no_longer_than_its_question(tmp_path: Path, clock: ManualClock, kind: str):
    async with at_home(tmp_path, clock, kind) as (there, phone):
        await there.gateway.submit(UNLOCK, there.cause())
        await eventually(lambda: len(phone.shown()) == 1)
        (old,) = phone.shown()
        await clock.advance(121)
        await eventually(lambda: phone.shown() == [])
        await there.gateway.submit(UNLOCK, there.cause())
        await eventually(lambda: len(phone.shown()) == 1)
        await phone.press(old, LABEL)
        await phone.press(phone.shown()[0], "No")
        await eventually(lambda: "Anna said no" in phone.told())
        assert there.calls == []


async def test_who_can_write_where_answers_come_in_can_make_none_up(tmp_path: Path, clock: ManualClock):
    async with at_home(tmp_path, clock, "ntfy") as (there, phone):
        await there.gateway.submit(UNLOCK, there.cause())
        await eventually(lambda: len(phone.shown()) == 1)
        yes, no = cast("list[dict[str, str]]", phone.shown()[0]["actions"])
        body, signature = yes["body"].split(".")
        forged = ["yes", f"{body}.{no['body'].split('.')[1]}", f"{body[:-2]}AA.{signature}", body, "x" * 5_000]
        async with httpx.AsyncClient(trust_env=False) as client:
            for text in forged:
                await client.post(yes["url"], content=text)
        await phone.press(phone.shown()[0], "No")
        await eventually(lambda: "Anna said no" in phone.told())
        assert there.calls == []
