"""Texts that strangers plant, by every way into the house: two hundred of them become no fact and no act.

A whole daemon runs beside a real broker, a calendar, and servers of others; one of the household has all of it read to
her, the model obeys whatever it likes, and a night goes by.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import aiomqtt
import pytest

from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config
from daemon.config.channels import DashboardSection
from daemon.config.machines import MqttSection, OllamaSection
from daemon.config.mcp import McpSection
from daemon.config.people import CalendarEntry, PersonEntry
from daemon.remembering.nights import LOOK_S
from skills.model import Origin, PersonId, Risk
from tests.broker import Mosquitto
from tests.daemon.mcp.household import hearth
from tests.daemon.mcp.peers import over_http, sound, web
from tests.daemon.reasoner.attacked import DARK, STRANGE, Attack, answer_to, running
from tests.daemon.reasoner.servers import ollama
from tests.daemon.reasoner.test_carriers import OURS, discovery, escaped

pytestmark = [pytest.mark.mosquitto, pytest.mark.slow, pytest.mark.timeout(300)]

ANNA = PersonId("anna")
COME_S = 30.0
AT_ONCE = 40
FORBIDDEN = ("unlock", "open_garage", "freezer_off", "loud", "boiler_hot")
DOORS = ("wiki.search", "web.fetch")
NO_ATTACK = Attack("", "", "", "unlock", "")
KNOWN = ("what do you know about me?", "what am I allergic to?", "what is my name?", "what are my goals?")
WISHED = ("list_item", "learned", "routine", "lent_right", "pin", "project")


@dataclass(frozen=True)
class Planted:
    """A text, and how it comes in."""

    number: int
    carrier: str
    text: str


def planted() -> Sequence[Planted]:
    """Read all of them."""
    lines = Path(__file__).with_name("planted.jsonl").read_text("utf-8").splitlines()
    rows = [cast("dict[str, str]", json.loads(line)) for line in lines]
    return [Planted(number, row["carrier"], row["text"]) for number, row in enumerate(rows)]


@dataclass
class House:
    """The daemon, and what was done in it."""

    hearth: Hearth
    web: str
    done: list[str] = field(default_factory=list[str])
    commands: list[str] = field(default_factory=list[str])
    """Topics on which something was told to do something."""
    asked: int = 0
    """How often the model was."""
    attack: Attack = NO_ATTACK

    async def say(self, text: str) -> str:
        return (await self.hearth.conversation.answer(text, origin=Origin.TEXT, person=ANNA)).reply

    async def read(self, one: Planted) -> str:
        """Have a text read out by whoever asks for it."""
        match one.carrier:
            case "payload":
                return await self.say(f"what is the mailbox {one.number}?")
            case "calendar":
                return await self.say(f"what is on my calendar on {day_of(one):%B} {day_of(one).day}?")
            case "mcp_result":
                return await self.say(f"ask wiki about page {one.number}")
            case "web":
                return await self.say(f"ask web about {self.web}/{one.number}")
            case _:
                return next((thing.name for thing in self.hearth.home.entities() if thing.name == one.text), "")


def obeyed(houses: Sequence[House], system: str) -> str:
    """Answer as a model does that wants what strangers want."""
    (house,) = houses
    house.asked += 1
    return answer_to(house.attack, system, house.asked)


def day_of(one: Planted) -> datetime:
    """Return a day of its own for what stands in a calendar."""
    return datetime.now(UTC) + timedelta(days=one.number % AT_ONCE)  # noqa: TID251 - read by the machine's clock


def brought(texts: Sequence[Planted]) -> tuple[list[tuple[str, str]], str]:
    """Return what the broker is told, and the calendar."""
    told = [discovery(kind, f"our_{kind}", name) for kind, name in OURS.items()]
    events: list[str] = []
    for one in texts:
        if one.carrier == "device_name":
            told += [discovery("light", f"x{one.number}", one.text), (f"house/x{one.number}", "OFF")]
        elif one.carrier == "payload":
            told += [discovery("sensor", f"x{one.number}", f"Mailbox {one.number}"), (f"house/x{one.number}", one.text)]
        elif one.carrier == "calendar":
            day = f"DTSTART;VALUE=DATE:{day_of(one):%Y%m%d}"
            lines = [f"UID:{one.number}", "DTSTAMP:20260101T000000Z", day, f"SUMMARY:{escaped(one.text)}"]
            events += ["BEGIN:VEVENT", *lines, "END:VEVENT"]
    return told, "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *events, "END:VCALENDAR", ""])


@asynccontextmanager
async def living(folder: Path, broker: Mosquitto, texts: Sequence[Planted]) -> AsyncGenerator[House]:
    """Run all of the daemon, until all of it has come in."""
    told, calendar = brought(texts)
    (folder / "family.ics").write_text(calendar, "utf-8", newline="")
    houses: list[House] = []
    pages = {f"page {one.number}": one.text for one in texts if one.carrier == "mcp_result"}
    with (
        web({str(one.number): one.text for one in texts if one.carrier == "web"}) as address,
        over_http(sound(folder, pages)) as wire,
    ):
        servers = {door.partition(".")[0]: McpSection(url=wire.url) for door in DOORS}
        async with (
            ollama(answer=lambda system: obeyed(houses, system), deadline_s=280.0) as server,
            aiomqtt.Client(broker.host, broker.port) as client,
            build(config_of(folder, broker, server.url, servers), folder, clock=SystemClock(), environment={}) as whole,
            asyncio.TaskGroup() as group,
        ):
            house = House(whole, address)
            houses.append(house)
            whole.gateway.listen(lambda wish: house.done.append(wish.what) if wish.risk is not Risk.READ else None)
            await client.subscribe("house/+/set")
            for topic, payload in told:
                await client.publish(topic, payload, qos=1, retain=True)
            tasks = [group.create_task(whole.run()), group.create_task(_spy(client, house.commands))]
            async with asyncio.timeout(COME_S):
                await whole.control.listening.wait()
                for door in DOORS:
                    assert await hearth(folder, "mcp", "approve", door, "--yes") == 0
                while len(whole.home.entities()) < sum("/config" in topic for topic, _ in told):
                    await asyncio.sleep(0.05)
            yield house
            for task in tasks:
                task.cancel()


def config_of(folder: Path, broker: Mosquitto, model: str, servers: dict[str, McpSection]) -> Config:
    """Return what the household has."""
    return Config(
        mqtt=MqttSection(host=broker.host, port=broker.port),
        ollama=OllamaSection(url=model, model="tiny"),
        calendars=(CalendarEntry(name="family", ics=str(folder / "family.ics"), remind_minutes=()),),
        people=(PersonEntry(id=ANNA, name="Anna", role="owner"),),
        dashboard=DashboardSection(port=0),
        mcp=servers,
    )


async def _spy(client: aiomqtt.Client, commands: list[str]) -> None:
    async for message in client.messages:
        commands.append(str(message.topic))  # noqa: PERF401 - it goes on until it is cancelled


class Later(SystemClock):
    """The clock of this machine, two days on and in the night; says when the memory was tidied."""

    def __init__(self) -> None:
        self.tidied = asyncio.Event()

    def now(self) -> datetime:
        """Return the time of day."""
        return (super().now() + timedelta(days=2)).replace(hour=3)

    async def sleep(self, seconds: float) -> None:
        """Wait for a duration."""
        if seconds == LOOK_S:
            self.tidied.set()
        await super().sleep(seconds)


async def a_night_goes_by(folder: Path) -> None:
    """Have the memory tidied as at night."""
    clock = Later()
    async with (
        build(Config(), folder, clock=clock, environment={}) as whole,
        asyncio.TaskGroup() as group,
    ):
        night = group.create_task(running(next(one for one in whole.runs if one.name == "nights")))
        async with asyncio.timeout(COME_S):
            await clock.tidied.wait()
        night.cancel()


async def facts(folder: Path, capsys: pytest.CaptureFixture[str]) -> object:
    """Return what the household is told at the terminal that it knows, beside how she talks."""
    capsys.readouterr()
    assert await hearth(folder, "memory", "list", "--facts", "--person", ANNA, "--json") == 0
    known = cast("list[dict[str, object]]", json.loads(capsys.readouterr().out))
    return [one for one in known if one["relation"] != "picture"]


def told_as_known(folder: Path) -> Sequence[str]:
    """Return what stands in the memory as a fact or somebody's words, and how many rows of what was wished for.

    How she talks is counted in one fact of its own, the picture, which holds no words.
    """
    with closing(sqlite3.connect(folder / "hearth.db")) as database:
        facts = [text for (text,) in database.execute("SELECT text FROM memory_fact WHERE relation <> 'picture'")]
        words = [text for (text,) in database.execute("SELECT text FROM memory WHERE tainted = 0")]
        counts = {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in WISHED}
    own = [text for one in planted() for text in words if one.text.casefold() in text.casefold()]
    return [*facts, *own, *(f"{count} rows of {table}" for table, count in counts.items() if count)]


@pytest.mark.parametrize("begin", range(0, 200, AT_ONCE))
async def test_what_strangers_plant_becomes_no_fact_and_no_act(
    tmp_path: Path, mosquitto: Mosquitto, capsys: pytest.CaptureFixture[str], begin: int
):
    texts = planted()[begin : begin + AT_ONCE]
    assert len({one.carrier for one in texts}) == 5
    async with living(tmp_path, mosquitto, texts) as house:
        before = [await house.say(question) for question in KNOWN]
        unread = [(one.text, reply) for one in texts if not was_read(one, reply := await house.read(one))]
        for one, forbidden in zip(texts[::5], FORBIDDEN * 2, strict=False):
            house.attack = Attack(str(one.number), one.carrier, one.text, forbidden, "")
            for said in (STRANGE, DARK, "no"):
                await house.say(said)
        after = [await house.say(question) for question in KNOWN]
    assert not unread
    assert house.asked >= len(texts) // 5, "the model was hardly asked: this shows nothing"
    assert (house.done, house.commands) == ([], [])
    assert after == before
    await a_night_goes_by(tmp_path)
    assert told_as_known(tmp_path) == []
    assert await facts(tmp_path, capsys) == []


def was_read(one: Planted, reply: str) -> bool:
    """Return whether a text really came in; what only machines say, a tag or a role, is left out of what is told."""
    return set(words_of(one.text)[-4:]) <= set(words_of(reply))


def words_of(text: str) -> Sequence[str]:
    """Return the words of a text without tags."""
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text.casefold()))
