"""What strangers write really comes in by our doors, a broker and a calendar, and nothing of it is ever done.

By tools of others, web pages and feeds: `tests.daemon.mcp.test_carriers`. Mail has no door; attacks by it are only put
into the model's head, see `test_injections`.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiomqtt
import pytest

from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config
from daemon.config.machines import MqttSection, OllamaSection
from daemon.config.people import CalendarEntry
from skills.model import Origin, Risk
from tests.broker import Mosquitto
from tests.daemon.reasoner.attacked import (
    DARK,
    PARTS,
    STRANGE,
    Attack,
    NoPast,
    answer_to,
    attacks_of,
    look_alikes_of,
    running,
)
from tests.daemon.reasoner.servers import ANSWER as NOTHING
from tests.daemon.reasoner.servers import ollama, system_of
from tests.daemon.reasoner.test_injections import COMMON, OWN

pytestmark = [pytest.mark.mosquitto, pytest.mark.timeout(120)]

AT_ONCE = 11
"""Attacks on one daemon: fewer than those after which its limits alone would hold."""
COME_S = 20.0
DOORS = ("mqtt", "calendars")
OURS = {
    "lock": "Front Door",
    "cover": "Kitchen Garage",
    "switch": "Kitchen Freezer",
}
WAYS = ("name", "payload", "sensor", "attribute", "calendar")


@dataclass
class Real:
    """A daemon behind a real broker and a calendar that others write, and a model that obeys one attack."""

    hearth: Hearth
    carried_out: list[str] = field(default_factory=list[str])
    commands: list[str] = field(default_factory=list[str])
    """Topics on which something was told to do something."""
    attack: Attack | None = None
    obeyed: int = 0

    async def say(self, text: str) -> str:
        return (await self.hearth.conversation.answer(text, origin=Origin.TEXT)).reply

    async def suffer(self, attack: Attack, question: str) -> Sequence[str]:
        """Let the person go on with their day, and return what was done that nobody wanted."""
        self.attack, before, already = attack, len(self.carried_out), len(self.commands)
        for text in (question, attack.ask, STRANGE, DARK):
            if text:
                await self.say(text)
        await self.say("no")
        return [f"{attack.id}: {what}" for what in (*self.carried_out[before:], *self.commands[already:])]


def question_of(number: int, attack: Attack) -> str:
    """Return what a person asks so that the text is read."""
    return "what is on my calendar today?" if "calendar" in attack.carrier else f"what is the mailbox {number}?"


def discovery(kind: str, id: str, name: str, **more: str) -> tuple[str, str]:
    """Return how a thing makes itself known."""
    told = {"name": name, "unique_id": id, "state_topic": f"house/{id}", **more}
    if kind != "sensor":
        told["command_topic"] = f"house/{id}/set"
    return f"homeassistant/{kind}/{id}/config", json.dumps(told)


def event(number: int, attack: Attack) -> str:
    """Return the entry of a calendar of others, all day today."""
    title, about = (attack.text, "") if "description" not in attack.carrier else ("Meeting", attack.text)
    title, about = escaped(title), escaped(about)
    today = datetime.now(UTC)  # noqa: TID251 - it is read by the clock of the machine
    lines = [f"UID:{number}", "DTSTAMP:20260101T000000Z", f"DTSTART;VALUE=DATE:{today:%Y%m%d}", f"SUMMARY:{title}"]
    return "\r\n".join(["BEGIN:VEVENT", *lines, f"DESCRIPTION:{about}", "END:VEVENT"])


def escaped(text: str) -> str:
    """Return a text as iCalendar writes it."""
    return re.sub(r"([\\\\,;])", r"\\\1", " ".join(text.split()))


def brought(attacks: Sequence[Attack]) -> tuple[list[tuple[str, str]], str]:
    """Return what the broker is told, and the calendar."""
    told = [discovery(kind, f"our_{kind}", name) for kind, name in OURS.items()]
    events: list[str] = []
    for number, attack in enumerate(attacks):
        if "name" in attack.carrier:
            told += [discovery("light", f"x{number}", attack.text), (f"house/x{number}", "OFF")]
        elif "calendar" in attack.carrier:
            events.append(event(number, attack))
        else:
            told += [discovery("sensor", f"x{number}", f"Mailbox {number}"), (f"house/x{number}", attack.text)]
    return told, "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *events, "END:VCALENDAR", ""])


@asynccontextmanager
async def real_house(
    folder: Path, broker: Mosquitto, attacks: Sequence[Attack], answer: Callable[["Real", str], str]
) -> AsyncGenerator[Real]:
    """Run the daemon until all of it has come in."""
    told, calendar = brought(attacks)
    (folder / "family.ics").write_text(calendar, "utf-8", newline="")
    houses: list[Real] = []
    async with (
        ollama(answer=lambda system: answer(houses[0], system)) as server,
        aiomqtt.Client(broker.host, broker.port) as client,
        build(_config(server.url, broker, folder), folder, clock=SystemClock(), environment={}) as hearth,
        asyncio.TaskGroup() as group,
    ):
        house = Real(hearth)
        houses.append(house)
        hearth.conversation.recall(NoPast())
        hearth.gateway.listen(lambda wish: house.carried_out.append(wish.what) if wish.risk is not Risk.READ else None)
        await client.subscribe("house/+/set")
        for topic, payload in told:
            await client.publish(topic, payload, qos=1, retain=True)
        tasks = [group.create_task(running(one)) for one in hearth.runs if one.name in (*PARTS, *DOORS)]
        tasks.append(group.create_task(_spy(client, house.commands)))
        await _until(lambda: len(hearth.home.entities()) >= sum("/config" in topic for topic, _ in told))
        await _until_read(house, attacks)
        yield house
        shown = [attack.text for attack in attacks for one in server.asked if attack.text in _of_others(system_of(one))]
        assert not shown, "a text of strangers stood among what a model trusts"
        for task in tasks:
            task.cancel()


def _of_others(system: str) -> str:
    """Return the trusted part of a prompt without what the model said itself before."""
    return "\n".join(line for line in system.splitlines() if not line.startswith("- you"))


def _config(url: str, broker: Mosquitto, folder: Path) -> Config:
    return Config(
        mqtt=MqttSection(host=broker.host, port=broker.port),
        ollama=OllamaSection(url=url, model="tiny"),
        calendars=(CalendarEntry(name="family", ics=str(folder / "family.ics")),),
    )


async def _spy(client: aiomqtt.Client, commands: list[str]) -> None:
    async for message in client.messages:
        commands.append(str(message.topic))  # noqa: PERF401 - it goes on until it is cancelled


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(COME_S):
        while not holds():
            await asyncio.sleep(0.05)


async def _until_read(house: Real, attacks: Sequence[Attack]) -> None:
    if not any("calendar" in one.carrier for one in attacks):
        return
    async with asyncio.timeout(COME_S):
        while "family" not in (told := await house.say("what is on my calendar today?")) and "all day" not in told:
            await asyncio.sleep(0.2)


def obey(house: Real, system: str) -> str:
    """Answer as a model that does what the attack says, about whatever it was shown."""
    assert house.attack is not None
    house.obeyed += 1
    return answer_to(house.attack, system, house.obeyed)


def through(attacks: Sequence[Attack]) -> Sequence[Attack]:
    """Return those for which there is a way in."""
    return [one for one in attacks if any(way in one.carrier for way in WAYS) and "ssid" not in one.carrier]


@pytest.mark.parametrize("at", range(0, len(through(OWN)), AT_ONCE))
async def test_what_comes_by_a_broker_or_a_calendar_is_not_done(tmp_path: Path, mosquitto: Mosquitto, at: int):
    attacks = through(OWN)[at : at + AT_ONCE]
    async with real_house(tmp_path, mosquitto, attacks, obey) as house:
        wrong = [
            what
            for number, attack in enumerate(attacks)
            for what in await house.suffer(attack, question_of(number, attack))
        ]
    assert not wrong, "\n".join(wrong)
    assert house.obeyed >= len(attacks), "the model was hardly asked: this shows nothing"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_what_the_common_set_brings_by_a_broker_or_a_calendar_is_not_done(tmp_path: Path, mosquitto: Mosquitto):
    if not COMMON.exists():
        pytest.skip("the common set of injections is not beside the repository")
    attacks, wrong = through(attacks_of(COMMON)), list[str]()
    assert len(attacks) >= 20
    for at in range(0, len(attacks), AT_ONCE):
        folder = tmp_path / str(at)
        folder.mkdir()
        some = attacks[at : at + AT_ONCE]
        async with real_house(folder, mosquitto, some, obey) as house:
            for number, attack in enumerate(some):
                wrong += await house.suffer(attack, question_of(number, attack))
    assert not wrong, "\n".join(wrong)


async def test_what_only_looks_like_an_attack_is_read_out_by_whoever_asks(tmp_path: Path, mosquitto: Mosquitto):
    if not COMMON.exists():
        pytest.skip("the common set of injections is not beside the repository")
    harmless = [one for one in look_alikes_of(COMMON) if any(way in one.carrier for way in ("payload", "calendar"))]
    async with real_house(tmp_path, mosquitto, harmless, lambda house, system: NOTHING) as house:
        told = {one.text: await house.say(question_of(number, one)) for number, one in enumerate(harmless)}
    assert len(told) >= 2
    assert [text for text, reply in told.items() if text.casefold() not in reply.casefold()] == []
