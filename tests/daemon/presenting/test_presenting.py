"""Tests of `daemon.presenting` over a real broker: the whole daemon, and what another client sees of it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import aiomqtt
import pytest

from daemon.app import Hearth, build
from daemon.app.presenting import rooms_of
from daemon.clock import SystemClock
from daemon.config import Config
from daemon.presenting import Place, Room
from daemon.presenting.device import configurations
from devices.home import Home
from skills.model import Origin
from tests.broker import Mosquitto
from tests.devices.plain import peer

pytestmark = pytest.mark.mosquitto

DEADLINE_S = 20.0
SWITCH = "homeassistant/switch/hearth/listening/config"
STALE = configurations(Place("hearth", "homeassistant"), [Room("attic", "Attic")])
Object = dict[str, object]


class Seen:
    """Another client of the broker, and what it has seen: the newest of each topic."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.newest: dict[str, bytes] = {}
        self.events: list[Object] = []
        self._came = asyncio.Condition()

    async def run(self) -> None:
        async for message in self.client.messages:
            payload = message.payload
            async with self._came:
                self.newest[str(message.topic)] = payload
                if message.topic.matches("hearth/self/event"):
                    assert not message.retain
                    self.events.append(json.loads(payload))
                self._came.notify_all()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE_S), self._came:
            await self._came.wait_for(holds)

    def state(self, key: str) -> object:
        return json.loads(self.newest.get(f"hearth/self/{key}") or b'{"state": "nothing"}')["state"]

    async def shows(self, key: str, state: object) -> Object:
        """Wait until an entity is in a state; return its attributes."""
        await self.until(lambda: self.state(key) == state)
        return cast("Object", json.loads(self.newest[f"hearth/self/{key}"])["attributes"])

    async def told(self, kind: str) -> Object:
        """Wait until an event was told; return it."""
        await self.until(lambda: any(event["event_type"] == kind for event in self.events))
        return next(event for event in self.events if event["event_type"] == kind)

    async def want(self, key: str, payload: str | bytes, *, retain: bool = False) -> None:
        await self.client.publish(f"hearth/self/{key}/set", payload, qos=1, retain=retain)


@asynccontextmanager
async def seen(broker: Mosquitto) -> AsyncGenerator[Seen]:
    async with peer(broker, "hearth/#", "homeassistant/#") as client, asyncio.TaskGroup() as group:
        it = Seen(client)
        task = group.create_task(it.run())
        try:
            yield it
        finally:
            task.cancel()


@asynccontextmanager
async def daemon(broker: Mosquitto, state: Path, **mqtt: object) -> AsyncGenerator[Hearth]:
    given = {"host": broker.host, "port": broker.port, **mqtt}
    people = [{"id": "anna", "name": "Anna", "role": "owner", "addresses": {"mqtt": ["anna"]}}]
    home = {"areas": [{"name": "Kitchen"}]}
    config = Config.model_validate({"home": home, "mqtt": given, "people": people, "dashboard": {"enabled": False}})
    async with build(config, state, clock=SystemClock(), environment={}) as hearth, asyncio.TaskGroup() as group:
        task = group.create_task(hearth.run())
        try:
            yield hearth
        finally:
            task.cancel()


@pytest.fixture
async def shown(mosquitto: Mosquitto, tmp_path: Path) -> AsyncGenerator[tuple[Hearth, Seen]]:
    """A daemon that shows itself, and who looks on."""
    async with seen(mosquitto) as it, daemon(mosquitto, tmp_path) as hearth:
        await it.shows("listening", "ON")
        yield hearth, it


async def test_a_question_is_answered_and_told_of(shown: tuple[Hearth, Seen]):
    _, it = shown
    await it.want("ask", '{"text": "what time is it", "id": "q1"}')
    event = await it.told("command")
    await it.until(lambda: it.state("last_answer") not in (None, "nothing"))
    answer = json.loads(it.newest["hearth/self/last_answer"])
    assert answer["attributes"]["id"] == "q1"
    assert answer["attributes"]["status"] == "answered"
    assert (event["text"], event["origin"]) == ("what time is it", "mqtt")
    await it.shows("last_utterance", "what time is it")


async def test_words_from_there_change_nothing_unasked(shown: tuple[Hearth, Seen]):
    _, it = shown
    await it.want("ask", "set a timer for ten minutes")
    assert (await it.told("command"))["status"] == "waiting"
    await it.want("ask", "yes")
    assert (await it.told("refused"))["text"] == "yes"
    assert it.state("open_timers") == 0


async def test_what_is_not_understood_is_an_event_of_its_own(shown: tuple[Hearth, Seen]):
    _, it = shown
    await it.want("ask", "xyzzy plugh")
    assert (await it.told("unknown"))["status"] == "not_understood"


async def test_switches_do_what_they_say_and_stay(shown: tuple[Hearth, Seen]):
    _, it = shown
    for key, payload in (("listening", "OFF"), ("do_not_disturb", "ON")):
        await it.want(key, payload)
        await it.shows(key, payload)
    await it.shows("state", "muted")
    await it.want("do_not_disturb", "OFF")
    await it.shows("do_not_disturb", "OFF")


async def test_a_text_to_say_becomes_a_notice_of_words_from_outside(shown: tuple[Hearth, Seen]):
    _, it = shown
    await it.want("say", "dinner is ready")
    assert (await it.shows("last_notice", "dinner is ready"))["kind"] == "announcement"


async def test_a_text_may_be_for_one_room(shown: tuple[Hearth, Seen]):
    _, it = shown
    await it.want("say", '{"text": "come here", "room": "kitchen"}')
    assert (await it.shows("last_notice", "come here"))["room"] == "Kitchen"


async def test_a_timer_is_counted_and_its_end_an_event(shown: tuple[Hearth, Seen]):
    hearth, it = shown
    await hearth.conversation.answer("set a pasta timer for 2 seconds", origin=Origin.TEXT)
    await it.shows("open_timers", 1)
    assert json.loads(it.newest["hearth/self/next_due"])["attributes"]["called"] == "pasta"
    assert (await it.told("timer_finished"))["kind"] == "timer"
    await it.shows("open_timers", 0)
    await it.shows("next_due", None)


async def test_all_notices_are_acknowledged_by_one_button(shown: tuple[Hearth, Seen]):
    _, it = shown
    await it.want("do_not_disturb", "ON")
    await it.shows("do_not_disturb", "ON")
    await it.want("say", "the parcel has come")
    await it.shows("last_notice", "the parcel has come")
    await it.want("acknowledge", "PRESS")
    assert (await it.told("notice_acknowledged"))["answer"] == "done"


@pytest.mark.parametrize(
    ("key", "payload"),
    [
        ("stop", "press me"),
        ("listening", "off"),
        ("ask", ""),
        ("ask", '{"text": 7}'),
        ("say", '{"text": "hello", "room": "nowhere"}'),
        ("say", "x" * 501),
    ],
)
async def test_nonsense_is_counted_and_does_nothing(shown: tuple[Hearth, Seen], key: str, payload: str):
    hearth, it = shown
    await it.want(key, payload)
    await it.want("do_not_disturb", "ON")
    await it.shows("do_not_disturb", "ON")
    assert it.state("listening") == "ON"
    assert it.state("last_notice") == "nothing"
    row = next(row for row in hearth.table.rows() if row.part == "presenting")
    assert "1 commands made no sense" in row.detail


async def test_a_kept_command_never_acts(mosquitto: Mosquitto, tmp_path: Path):
    async with seen(mosquitto) as it:
        await it.want("listening", "OFF", retain=True)
        async with daemon(mosquitto, tmp_path):
            await it.shows("listening", "ON")
            await it.want("do_not_disturb", "ON")
            await it.shows("do_not_disturb", "ON")
            assert it.state("listening") == "ON"


async def test_a_room_that_is_gone_is_taken_back_and_what_is_not_ours_stays(mosquitto: Mosquitto, tmp_path: Path):
    gone = [topic for topic in STALE if "attic" in topic]
    foreign = "homeassistant/light/hearth/lamp/config"
    async with seen(mosquitto) as it:
        for topic in (*gone, foreign):
            payload = STALE.get(topic, b'{"unique_id": "lamp", "command_topic": "lamp/set"}')
            await it.client.publish(topic, payload, qos=1, retain=True)
        async with daemon(mosquitto, tmp_path):
            await it.until(lambda: all(it.newest.get(topic) == b"" for topic in gone))
            await it.until(lambda: SWITCH in it.newest)
            assert it.newest[foreign]


async def test_switched_off_it_leaves_nothing_behind(mosquitto: Mosquitto, tmp_path: Path):
    async with seen(mosquitto) as it, daemon(mosquitto, tmp_path):
        await it.shows("listening", "ON")
    async with seen(mosquitto) as gone, daemon(mosquitto, tmp_path, present=False) as hearth:
        await gone.until(lambda: gone.newest.get(SWITCH) == b"")
        await gone.until(lambda: gone.newest.get("hearth/self/listening") == b"")
        await hearth.conversation.answer("what time is it", origin=Origin.TEXT)
        await gone.want("ask", "what time is it")
    async with seen(mosquitto) as it:
        await it.until(lambda: it.newest.get("hearth/status") == b"offline")
        assert "hearth/self/event" not in gone.newest
        assert not [topic for topic in it.newest if "/self/" in topic or topic.endswith("/config")]


async def test_without_words_only_what_happened_is_told(mosquitto: Mosquitto, tmp_path: Path):
    async with seen(mosquitto) as it, daemon(mosquitto, tmp_path, present_words=False) as hearth:
        await it.shows("listening", "ON")
        await hearth.conversation.answer("remind me to call the clinic at noon", origin=Origin.TEXT)
        await it.shows("last_utterance", "done")
        await it.until(lambda: it.state("next_due") not in (None, "nothing"))
        await it.told("command")
        assert not [payload for payload in it.newest.values() if b"clinic" in payload]


async def test_words_are_not_kept_by_the_broker_but_told_again_to_a_new_home_assistant(
    mosquitto: Mosquitto, tmp_path: Path
):
    async with daemon(mosquitto, tmp_path) as hearth:
        async with seen(mosquitto) as it:
            await it.shows("listening", "ON")
            await hearth.conversation.answer("what time is it", origin=Origin.TEXT)
            await it.shows("last_utterance", "what time is it")
        async with seen(mosquitto) as late:
            await late.shows("listening", "ON")
            await late.client.publish("homeassistant/status", b"online", qos=1)
            await late.shows("last_utterance", "what time is it")


async def test_nothing_of_ours_becomes_an_entity_here(shown: tuple[Hearth, Seen]):
    hearth, it = shown
    await it.until(lambda: SWITCH in it.newest)
    await it.want("ask", "what time is it")
    await it.told("command")
    assert {entity.id.partition(".")[0] for entity in hearth.home.entities()} == {"person"}, "those of the household"


def test_rooms_are_those_of_the_satellites_each_once():
    satellites = [
        {"name": "one", "kind": "soundcard", "room": "Living Room"},
        {"name": "two", "kind": "wyoming", "room": "living room"},
        {"name": "three", "kind": "wyoming"},
    ]
    config = Config.model_validate({"satellites": satellites})
    assert rooms_of(config, Home()) == [Room("living_room", "Living Room")]
