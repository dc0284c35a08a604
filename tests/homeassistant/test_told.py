"""A whole daemon whose house is a real Home Assistant: what is said there and asked about it, and what people hear."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config
from daemon.conversation import Answer
from devices.model import EntityId
from skills.model import Origin
from tests.homeassistant.install import NEWEST, VERSION, NotInstallableError, python
from tests.homeassistant.process import RealHomeAssistant

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.timeout(900)]
DEADLINE_S = 60.0
HALL, PORCH = "input_boolean.hall_light", "input_boolean.porch_light"
EXPOSED = [HALL, PORCH, "script.movie_night", "person.olivia"]
YAML = """
zone:
  - {name: Office Tower, latitude: 52.1, longitude: 4.1, radius: 200}
input_boolean:
  hall_light: {name: Hall Light}
  porch_light: {name: Porch Light}
script:
  movie_night:
    alias: Movie Night
    sequence: [{service: input_boolean.turn_on, target: {entity_id: input_boolean.porch_light}}]
automation:
  - id: evening
    alias: Evening Lights
    trigger: [{platform: state, entity_id: input_boolean.porch_light, to: "on"}]
    action: [{service: input_boolean.turn_on, target: {entity_id: input_boolean.hall_light}}]
  - id: party
    alias: Party
    trigger: [{platform: conversation, command: ["[it is] party time [for {who}]"]}]
    action:
      - {service: input_boolean.turn_on, target: {entity_id: input_boolean.porch_light}}
      - set_conversation_response: "Have fun, {{ trigger.slots.who | default('all') }}"
"""


@pytest.fixture(scope="module", params=[VERSION, NEWEST])
def process(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHomeAssistant]:
    """A Home Assistant of each version with an automation, a script, a zone and its owner."""
    try:
        python(request.param)
    except NotInstallableError as error:
        pytest.skip(str(error))
    it = RealHomeAssistant(tmp_path_factory.mktemp("hub") / "homeassistant", yaml=YAML, version=request.param)
    try:
        it.start()
        it.tell("homeassistant/expose_entity", assistants=["conversation"], entity_ids=EXPOSED, should_expose=True)
        yield it
    finally:
        it.kill()


class There:
    """A daemon, and the Home Assistant that is its house."""

    def __init__(self, hearth: Hearth, process: RealHomeAssistant) -> None:
        self._hearth, self._process = hearth, process

    async def say(self, text: str) -> Answer:
        return await self._hearth.conversation.answer(text, origin=Origin.TEXT)

    async def turn(self, entity: str, service: str) -> None:
        """Have Home Assistant's owner switch something on its page."""
        body: dict[str, object] = {"entity_id": entity}
        await asyncio.to_thread(self._process.do, f"{entity.partition('.')[0]}/{service}", body)
        await self.shows(entity, service.removeprefix("turn_"))

    async def shows(self, entity: str, value: str) -> None:
        """Wait until our house shows a state."""
        async with asyncio.timeout(DEADLINE_S):
            while (state := self._hearth.home.state(EntityId(entity))) is None or state.value != value:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def daemon(process: RealHomeAssistant, folder: Path) -> AsyncGenerator[There]:
    """Run a daemon with it, everything off."""
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(process.token)
    config = Config.model_validate({
        "homeassistant": {"url": process.url, "token_file": str(token)},
        "people": [{"id": "olivia", "name": "Olivia", "role": "owner", "trackers": ["person.olivia"]}],
        "dashboard": {"enabled": False},
    })  # fmt: skip
    async with build(config, folder, clock=SystemClock(), environment={}) as hearth, asyncio.TaskGroup() as group:
        task = group.create_task(hearth.run())
        it = There(hearth, process)
        for entity in (HALL, PORCH):
            await it.turn(entity, "turn_off")
        yield it
        task.cancel()


async def test_why_names_the_automation_there_that_did_it(process: RealHomeAssistant, tmp_path: Path):
    async with daemon(process, tmp_path) as it:
        await it.turn(PORCH, "turn_on")
        await it.shows(HALL, "on")
        automatic, by_hand = await it.say("why is the hall light on"), await it.say("why did the porch light go on")
    assert automatic.reply.endswith("from Home Assistant, by the automation Evening Lights.")
    assert "Olivia" in by_hand.reply


@pytest.mark.parametrize("text", ["run movie night", "start movie night", "start the movie night script"])
async def test_script_that_is_exposed_there_is_a_command_here(process: RealHomeAssistant, tmp_path: Path, text: str):
    async with daemon(process, tmp_path) as it:
        answer = await it.say(text)
        if answer.status == "waiting":
            answer = await it.say("yes")
        await it.shows(PORCH, "on")
        await it.shows(HALL, "on")
    assert answer.status in ("done", "unconfirmed")


async def test_where_somebody_is_comes_from_there(process: RealHomeAssistant, tmp_path: Path):
    async with daemon(process, tmp_path) as it:
        told = await it.say("where is Olivia")
    assert told.status == "answered"
    assert "Olivia" in told.reply


async def test_sentence_of_an_automation_there_is_one_here(process: RealHomeAssistant, tmp_path: Path):
    async with daemon(process, tmp_path) as it:
        async with asyncio.timeout(DEADLINE_S):
            while (answer := await it.say("it is party time for Anna")).status == "not_understood":
                await asyncio.sleep(0.1)
        if answer.status == "waiting":
            answer = await it.say("yes")
        await it.shows(PORCH, "on")
        other = await it.say("it is not party time")
    assert (answer.status, answer.reply.casefold()) == ("done", "have fun, anna")
    assert other.status == "not_understood"
