"""Channels with a person at the other end: what every one of them is tried with."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import cast

import aiomqtt
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon.channels.apprise import Apprise
from daemon.channels.companion import PRESSED, Companion
from daemon.channels.mail import Mail, MailServer
from daemon.channels.mqtt import OverMqtt, Topics
from daemon.channels.ntfy import Ntfy
from daemon.channels.shown import LABELS
from daemon.channels.speech import Speech
from daemon.channels.web import Web
from daemon.household import Person
from daemon.notify.model import Answer, Channel, Receipt
from daemon.store import Store
from daemon.tokens import KEY_BYTES, Tokens
from devices.model import AreaId
from skills.model import PersonId
from tests.broker import Mosquitto, free_port
from tests.channels import RecordedChannel, broken, down, works
from tests.conformance.phones import Faults, NtfyServer, Object, Phones, Webhook, press_ntfy, served
from tests.devices.plain import bridged, eventually, peer
from tests.doubles import ManualClock

ANN, BOB = PersonId("ann"), PersonId("bob")
KITCHEN = AreaId("kitchen")


@dataclass(frozen=True)
class Seen:
    """A message as the person has it before them."""

    title: str
    text: str


@dataclass
class Reach:
    """One channel, and the person at its end."""

    channel: Channel
    ann: Person
    bob: Person
    seen: Callable[[], Sequence[Seen]]
    """What is before Ann now."""
    fail: Callable[[int], Awaitable[None]]
    """Let the server answer with a status: 200, 401, 503."""
    receipt: Receipt = Receipt.ACCEPTED
    press: Callable[[str, Answer], Awaitable[None]] | None = None
    """Let Ann answer a notice; ``None`` where nothing comes back."""
    hang: Callable[[], None] | None = None
    """Let the server take a message and say nothing; ``None`` where there is none to wait for."""
    replaces: bool = True
    """Whether a newer message takes the place of the older one, and can be taken back."""
    titled: bool = True
    strangers: bool = True
    """Whether it reaches only those whom it knows."""
    secrets: Sequence[str] = ()
    """What no error may hold."""


def person(id: PersonId, **addresses: str) -> Person:
    """Return a person with these addresses."""
    return Person(id, id.title(), addresses={channel: (address,) for channel, address in addresses.items()})


@asynccontextmanager
async def tokens_in(folder: Path) -> AsyncGenerator[Tokens]:
    """Yield what makes tokens, and keeps which were used."""
    clock = ManualClock()
    async with Store.open(folder / "hearth.db", clock) as store:
        yield Tokens(bytes(KEY_BYTES), store, clock)


@asynccontextmanager
async def double(_folder: Path) -> AsyncGenerator[Reach]:
    """The one that stands for all of them in other tests."""
    channel, ann = RecordedChannel(people=frozenset({ANN})), person(ANN)

    async def fail(status: int) -> None:
        channel.fault = {200: works, 401: broken}.get(status, down)

    async def press(key: str, answer: Answer) -> None:
        channel.answer(key, answer, at=ManualClock().now(), person=ANN)

    def seen() -> Sequence[Seen]:
        return [Seen(" ".join(m.title.split()), m.text) for m in channel.shown.values()]

    yield Reach(channel, ann, person(BOB), seen, fail, Receipt.DELIVERED, press)


@asynccontextmanager
async def ntfy(folder: Path) -> AsyncGenerator[Reach]:
    """A server of ntfy's documented behaviour, with its app."""
    server, ann = NtfyServer(), person(ANN, ntfy="ann-phone")
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(server.app()))
        tokens = await stack.enter_async_context(tokens_in(folder))
        web = Web("ntfy", f"http://127.0.0.1:{port}", token=server.TOKEN, remedy="see channels.ntfy")
        channel = Ntfy(await stack.enter_async_context(web), [ann], tokens)

        def seen() -> Sequence[Seen]:
            return [Seen(str(one["title"]), str(one["message"])) for one in server.shown("ann-phone")]

        async def press(key: str, answer: Answer) -> None:
            assert await press_ntfy(server.shown("ann-phone")[-1], LABELS[answer]) == 200

        yield Reach(
            channel, ann, person(BOB), seen, _failing(server.faults), press=press, hang=_hanging(server.faults),
            secrets=[server.TOKEN, "ann-phone"],
        )  # fmt: skip


@asynccontextmanager
async def homeassistant(folder: Path) -> AsyncGenerator[Reach]:
    """A server of Home Assistant's documented behaviour, with its companion app."""
    phones, ann = Phones(frozenset({"mobile_app_ann"})), person(ANN, homeassistant="mobile_app_ann")
    async with phones.bridged() as bridge, tokens_in(folder) as tokens:

        def seen() -> Sequence[Seen]:
            return [Seen(str(one["title"]), str(one["message"])) for one in phones.shown.values()]

        async def press(key: str, answer: Answer) -> None:
            await eventually(lambda: phones.hub.listened(PRESSED))
            newest = cast("Object", [*phones.shown.values()][-1]["data"])
            actions = cast("list[dict[str, str]]", newest["actions"])
            pressed = next(one for one in actions if one["title"] == LABELS[answer])
            await phones.hub.tell(PRESSED, action=pressed["action"], device_id="abc")

        yield Reach(
            Companion(bridge, tokens), ann, person(BOB), seen, phones.fail, press=press, hang=phones.hang,
            secrets=[phones.hub.token],
        )  # fmt: skip


@asynccontextmanager
async def apprise(_folder: Path) -> AsyncGenerator[Reach]:
    """Whatever takes JSON over HTTP, by way of Apprise."""
    hook, ann = Webhook(), person(ANN, apprise="a-file")
    async with served(hook.app()) as port:

        def seen() -> Sequence[Seen]:
            return [Seen(str(one["title"]), str(one["message"])) for one in hook.came]

        urls = {ANN: [f"json://127.0.0.1:{port}/secret-of-the-hook?rto=2&cto=2"]}
        yield Reach(
            Apprise(urls), ann, person(BOB), seen, _failing(hook.faults), hang=_hanging(hook.faults), replaces=False,
            secrets=["secret-of-the-hook"],
        )  # fmt: skip


class Mailbox:
    """What a mail server does with mails: it keeps them, or fails."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.reply = ""
        self.hangs = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take a mail."""
        if self.hangs.is_set():
            await asyncio.sleep(60)
        if self.reply:
            return self.reply
        self.mails.append(cast("bytes", envelope.content))
        return "250 OK"


@asynccontextmanager
async def email(folder: Path) -> AsyncGenerator[Reach]:
    """A real mail server."""
    box, ann = Mailbox(), person(ANN, email="ann@example.org")
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)

    def seen() -> Sequence[Seen]:
        found = [message_from_bytes(one, policy=policy.default) for one in box.mails]
        return [Seen(str(one["Subject"]), str(one.get_content()).replace("\r\n", "\n").strip()) for one in found]

    async def fail(status: int) -> None:
        box.reply = {200: "", 401: "550 not for you"}.get(status, "451 later")

    try:
        async with tokens_in(folder) as tokens:
            server = MailServer("127.0.0.1", port, "none", "hearth@example.org")
            async with Mail(server, tokens, api=None, now=ManualClock().now) as channel:
                yield Reach(channel, ann, person(BOB), seen, fail, hang=box.hangs.set, replaces=False)
    finally:
        await asyncio.to_thread(controller.stop)


@asynccontextmanager
async def mqtt(folder: Path) -> AsyncGenerator[Reach]:
    """A real broker, with a display on the wall."""
    ann, broker = person(ANN, mqtt="ann"), Mosquitto(folder)
    broker.start()
    topics, shown = Topics("hearth", [ann], "mqtt"), dict[str, Object]()
    try:
        async with bridged(broker, topics) as bridge, peer(broker, "hearth/notify/ann") as display:
            await eventually(lambda: bool(bridge.health.connected))

            async def show() -> None:
                with contextlib.suppress(aiomqtt.MqttError):
                    async for message in display.messages:
                        told = cast("Object", json.loads(message.payload))
                        shown.pop(str(told["key"]), None)
                        if "text" in told:
                            shown[str(told["key"])] = told

            async def press(key: str, answer: Answer) -> None:
                await display.publish("hearth/notify/ann/answer", f'{{"key": "{key}", "answer": "{answer}"}}')

            def seen() -> Sequence[Seen]:
                return [Seen(str(one["title"]), str(one["text"])) for one in shown.values()]

            async def fail(status: int) -> None:
                if status != 200:
                    broker.kill()
                    await eventually(lambda: not bridge.health.connected)

            async with asyncio.TaskGroup() as group:
                showing = group.create_task(show())
                yield Reach(OverMqtt(topics, bridge.publish), ann, person(BOB), seen, fail, press=press)
                showing.cancel()
    finally:
        broker.kill()


class Loudspeaker:
    """One loudspeaker, in the kitchen."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.works = True
        self.hangs = False

    def speaks_in(self, area: AreaId | None) -> bool:
        """Say whether it stands there."""
        return area in (None, KITCHEN)

    async def say(self, text: str, area: AreaId | None, *, key: str, urgent: bool, language: str) -> bool:
        """Say something, unless it is broken."""
        del urgent, language
        if self.hangs:
            await asyncio.sleep(60)
        if self.works:
            self.said[key] = text
        return self.works

    async def hush(self, key: str) -> None:
        """Say it no longer."""
        self.said.pop(key, None)


@asynccontextmanager
async def speech(_folder: Path) -> AsyncGenerator[Reach]:
    """A loudspeaker."""
    speaker = Loudspeaker()

    async def fail(status: int) -> None:
        speaker.works = status == 200

    def hang() -> None:
        speaker.hangs = True

    def seen() -> Sequence[Seen]:
        return [Seen("", text) for text in speaker.said.values()]

    yield Reach(
        Speech(speaker), person(ANN), person(BOB), seen, fail, Receipt.DELIVERED, hang=hang, titled=False,
        strangers=False,
    )  # fmt: skip


def _failing(faults: Faults) -> Callable[[int], Awaitable[None]]:
    async def fail(status: int) -> None:
        faults.status = status

    return fail


def _hanging(faults: Faults) -> Callable[[], None]:
    def hang() -> None:
        faults.hangs = True

    return hang
