"""Hearth's own device in a real Home Assistant: its entities, what they do, and an automation that waits for us."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest

from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config
from tests.broker import Mosquitto, mosquitto_binary
from tests.homeassistant.assist import assist
from tests.homeassistant.install import NEWEST, VERSION, NotInstallableError, python
from tests.homeassistant.process import Object, RealHomeAssistant

pytestmark = [
    pytest.mark.system,
    pytest.mark.slow,
    pytest.mark.homeassistant,
    pytest.mark.mosquitto,
    pytest.mark.timeout(900),
]
DEADLINE_S = 30.0
YAML = """
automation:
  - id: unknown
    alias: Say What Was Unknown
    trigger: [{platform: state, entity_id: event.hearth_event}]
    condition: "{{ trigger.to_state.attributes.event_type == 'unknown' }}"
    action:
      - service: text.set_value
        target: {entity_id: text.hearth_say_this}
        data: {value: "nobody understands {{ trigger.to_state.attributes.text }}"}
"""
ENTITIES = {
    "button.hearth_acknowledge_all_notices",
    "button.hearth_briefing",
    "button.hearth_stop_talking",
    "event.hearth_event",
    "sensor.hearth_health",
    "sensor.hearth_last_answer",
    "sensor.hearth_last_notice",
    "sensor.hearth_last_utterance",
    "sensor.hearth_next_due",
    "sensor.hearth_open_timers",
    "sensor.hearth_state",
    "switch.hearth_do_not_disturb",
    "switch.hearth_listening",
    "text.hearth_ask_this",
    "text.hearth_say_this",
}
SINCE_2024_5 = {"notify.hearth_say_this"}


class There:
    """A Home Assistant, looked at and used by its REST interface."""

    def __init__(self, process: RealHomeAssistant) -> None:
        self.process = process
        headers = {"Authorization": f"Bearer {process.token}"}
        self._client = httpx.AsyncClient(base_url=process.url, headers=headers, trust_env=False, timeout=30)

    async def states(self) -> dict[str, Object]:
        rows = cast("list[Object]", (await self._client.get("/api/states")).json())
        ours = (row for row in rows if ".hearth_" in str(row["entity_id"]))
        return {str(row["entity_id"]): row for row in ours}

    async def shows(self, entity: str, holds: Callable[[Object], bool]) -> Object:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                row = (await self.states()).get(entity)
                if row is not None and holds(row):
                    return cast("Object", row["attributes"])
                await asyncio.sleep(0.1)

    async def value(self, entity: str, value: str) -> Object:
        return await self.shows(entity, lambda row: row["state"] == value)

    async def serve(self, domain: str, service: str, entity: str, **data: object) -> None:
        answer = await self._client.post(f"/api/services/{domain}/{service}", json={"entity_id": entity, **data})
        answer.raise_for_status()

    async def ask(self, text: str) -> None:
        await self.serve("text", "set_value", "text.hearth_ask_this", value=text)

    async def aclose(self) -> None:
        await self._client.aclose()


@pytest.fixture(scope="module", params=[VERSION, NEWEST])
def hub(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RealHomeAssistant, Mosquitto]]:
    """One Home Assistant of each version, and its broker, for all tests of this file."""
    if mosquitto_binary() is None:
        pytest.skip("mosquitto is not installed")
    try:
        python(request.param)
    except NotInstallableError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("hub")
    broker = Mosquitto(folder)
    broker.start()
    process = RealHomeAssistant(folder / "homeassistant", mqtt_port=broker.port, yaml=YAML, version=request.param)
    try:
        process.start()
        yield process, broker
    finally:
        process.kill()
        broker.kill()


@pytest.fixture
async def there(hub: tuple[RealHomeAssistant, Mosquitto]) -> AsyncGenerator[There]:
    it = There(hub[0])
    yield it
    await it.aclose()


@asynccontextmanager
async def daemon(hub: tuple[RealHomeAssistant, Mosquitto], state: Path) -> AsyncGenerator[Hearth]:
    """Run a daemon on the same broker, and with that Home Assistant as a part of its house."""
    process, broker = hub
    token = state / "token"
    token.touch(mode=0o600)
    token.write_text(process.token)
    given = {
        "mqtt": {"host": broker.host, "port": broker.port},
        "homeassistant": {"url": process.url, "token_file": str(token)},
        "people": [{"id": "anna", "name": "Anna", "role": "owner", "addresses": {"mqtt": ["anna"]}}],
        "dashboard": {"enabled": False},
    }
    config = Config.model_validate(given)
    async with build(config, state, clock=SystemClock(), environment={}) as hearth, asyncio.TaskGroup() as group:
        task = group.create_task(hearth.run())
        try:
            yield hearth
        finally:
            task.cancel()


Hub = tuple[RealHomeAssistant, Mosquitto]


async def test_its_entities_do_what_they_say(hub: Hub, there: There, tmp_path: Path):
    async with daemon(hub, tmp_path):
        await there.value("switch.hearth_listening", "on")
        assert set(await there.states()) == ENTITIES | (SINCE_2024_5 if there.process.version == NEWEST else set())
        await there.ask("what time is it")
        answer = await there.shows("sensor.hearth_last_answer", lambda row: "It's" in str(row["state"]))
        assert answer["status"] == "answered"
        await there.serve("switch", "turn_off", "switch.hearth_listening")
        await there.value("switch.hearth_listening", "off")
        await there.value("sensor.hearth_state", "muted")
        await there.serve("text", "set_value", "text.hearth_say_this", value="dinner is ready")
        await there.value("sensor.hearth_last_notice", "dinner is ready")
        await there.serve("button", "press", "button.hearth_briefing")
        await there.shows(
            "sensor.hearth_last_notice", lambda row: cast("Object", row["attributes"]).get("kind") == "briefing"
        )


async def test_they_stand_on_one_device_there(hub: Hub, there: There, tmp_path: Path):
    async with daemon(hub, tmp_path):
        await there.value("switch.hearth_listening", "on")
        async with assist(hub[0]) as line:
            devices = cast("list[Object]", await line.ask("config/device_registry/list"))
            (ours,) = [one for one in devices if one["name"] == "Hearth"]
            entries = cast("list[Object]", await line.ask("config/entity_registry/list"))
        stand = {str(one["entity_id"]) for one in entries if one["device_id"] == ours["id"]}
        assert (stand, ours["manufacturer"]) == (set(await there.states()), "Hearth")


async def test_what_is_to_be_notified_there_is_said_here(hub: Hub, there: There, tmp_path: Path):
    if there.process.version == VERSION:
        pytest.skip(f"Home Assistant {VERSION} has no entities to notify")
    async with daemon(hub, tmp_path):
        await there.value("switch.hearth_listening", "on")
        await there.serve("notify", "send_message", "notify.hearth_say_this", message="the oven is hot")
        await there.value("sensor.hearth_last_notice", "the oven is hot")


async def test_an_automation_there_answers_what_happened_here(hub: Hub, there: There, tmp_path: Path):
    async with daemon(hub, tmp_path):
        await there.value("switch.hearth_listening", "on")
        await there.ask("xyzzy plugh")
        await there.value("sensor.hearth_last_notice", "nobody understands xyzzy plugh")


async def test_it_is_unavailable_while_we_are_away_and_comes_back(hub: Hub, there: There, tmp_path: Path):
    async with daemon(hub, tmp_path):
        await there.value("switch.hearth_listening", "on")
    await there.value("switch.hearth_listening", "unavailable")
    async with daemon(hub, tmp_path):
        await there.value("switch.hearth_listening", "on")


async def test_none_of_it_comes_back_into_our_house(hub: Hub, there: There, tmp_path: Path):
    async with daemon(hub, tmp_path) as hearth:
        await there.value("switch.hearth_listening", "on")
        await there.ask("what time is it")
        await there.shows("sensor.hearth_last_answer", lambda row: "It's" in str(row["state"]))
        async with asyncio.timeout(DEADLINE_S):
            while not any(entity.id == "automation.say_what_was_unknown" for entity in hearth.home.entities()):
                await asyncio.sleep(0.1)
        assert not [entity.id for entity in hearth.home.entities() if ".hearth_" in entity.id]
