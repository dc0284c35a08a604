"""Hearth in an Assist pipeline of a real Home Assistant: it listens, answers and speaks there, over Wyoming.

The Wyoming integration of 2024.3 knows ears, voices and wake words; conversation came with 2024.11. Before, a sentence
of an automation leads to Hearth, over HTTP.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config
from daemon.doors import API_TOKEN
from daemon.tokens import secret_file
from tests.broker import free_port
from tests.homeassistant.assist import Assist, assist
from tests.homeassistant.install import NEWEST, VERSION, NotInstallableError, python
from tests.homeassistant.process import Object, RealHomeAssistant
from tests.voice.sounds import TINY, speech

pytestmark = [
    pytest.mark.system, pytest.mark.slow, pytest.mark.audio, pytest.mark.homeassistant, pytest.mark.timeout(900)
]  # fmt: skip
DEADLINE_S = 60.0
WORDS = "turn on the kitchen light"
LIGHT = "input_boolean.kitchen_light"
LIGHTS = [LIGHT, "input_boolean.yard_light"]
OWN_AGENT = {VERSION: "homeassistant", NEWEST: "conversation.home_assistant"}
YAML = """
assist_pipeline:
media_source:
input_boolean:
  kitchen_light: {name: Kitchen Light}
  yard_light: {name: Yard Light}
"""
DOOR = """
rest_command:
  hearth:
    url: "http://127.0.0.1:%(port)d/api/ask"
    method: post
    content_type: application/json
    headers: {authorization: "Bearer %(token)s"}
    payload: "{{ {'text': words} | tojson }}"
automation:
  - id: hearth
    alias: Ask Hearth
    trigger: [{platform: conversation, command: ["hearth {words}"]}]
    action:
      - service: rest_command.hearth
        data: {words: "{{ trigger.slots.words }}"}
        response_variable: answer
      - set_conversation_response: "{{ answer.content.reply }}"
"""


@dataclass(frozen=True)
class Peers:
    """A Home Assistant that has added Hearth, and a Hearth whose house it is."""

    assist: Assist
    hearth: Hearth
    process: RealHomeAssistant
    made: dict[str, str]
    """What Home Assistant made of us: an entity of each domain."""

    async def switched_off(self) -> None:
        """Switch the light off, as somebody on its page would."""
        await asyncio.to_thread(self.process.post, "/api/services/input_boolean/turn_off", {"entity_id": LIGHT})
        await self.light("off")

    async def light(self, value: str) -> None:
        """Wait until Home Assistant shows the light like that."""
        async with asyncio.timeout(DEADLINE_S):
            while await asyncio.to_thread(self.process.state, LIGHT) != value:
                await asyncio.sleep(0.05)

    async def pipeline(self, agent: str) -> str:
        """Make a pipeline with our ears and our voice, and return its id."""
        return await self.assist.pipeline(agent, self.made["stt"], self.made["tts"])

    async def sound(self, text: str) -> bytes:
        """Return what Home Assistant has our voice say; without a change of form, which would need ffmpeg there."""
        wanted: Object = {"engine_id": self.made["tts"], "message": text, "options": {"preferred_format": "wav"}}
        told = await asyncio.to_thread(self.process.post, "/api/tts_get_url", wanted)
        return await asyncio.to_thread(self.process.read, str(told["path"]))


@dataclass(frozen=True)
class Place:
    """A Home Assistant, and where Hearth stands beside it."""

    process: RealHomeAssistant
    state: Path
    wyoming: int
    http: int

    @property
    def version(self) -> str:
        """Return that of Home Assistant."""
        return self.process.version


@pytest.fixture(scope="module", params=[VERSION, NEWEST])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A Home Assistant of each version that can be had here."""
    try:
        python(request.param)
    except NotInstallableError as error:
        pytest.skip(str(error))
    folder, http = tmp_path_factory.mktemp("hub"), free_port()
    (state := folder / "hearth").mkdir()
    token = secret_file(state / API_TOKEN, lambda: "the-word")
    yaml = YAML + DOOR % {"port": http, "token": token}
    process = RealHomeAssistant(folder / "homeassistant", yaml=yaml, version=request.param)
    try:
        process.start()
        process.tell("homeassistant/expose_entity", assistants=["conversation"], entity_ids=LIGHTS, should_expose=True)
        yield Place(process, state, free_port(), http)
    finally:
        process.kill()


@pytest.fixture(scope="module")
def said() -> bytes:
    """A command, as sound."""
    return speech(WORDS).tobytes()


@asynccontextmanager
async def peers(place: Place) -> AsyncGenerator[Peers]:
    """Run a daemon whose house is that Home Assistant's, and have it added there as an owner would."""
    process = place.process
    token = place.state / "token"
    token.touch(mode=0o600)
    token.write_text(process.token)
    given = {
        "homeassistant": {"url": process.url, "token_file": str(token)},
        "voice": {"vosk_model": str(TINY)},
        "wyoming": {"enabled": True, "port": place.wyoming},
        "dashboard": {"port": place.http},
    }
    config = Config.model_validate(given)
    async with (
        build(config, place.state, clock=SystemClock(), environment={}) as hearth,
        asyncio.TaskGroup() as group,
        assist(process) as line,
    ):
        task = group.create_task(hearth.run())
        async with asyncio.timeout(DEADLINE_S):
            while not hearth.home.find(name="kitchen light") or not await _open(place.wyoming, place.http):
                await asyncio.sleep(0.05)
        if not await line.entities("wyoming"):
            await asyncio.to_thread(process.add, "wyoming", host="127.0.0.1", port=place.wyoming)
        made = {one.partition(".")[0]: one for one in await line.entities("wyoming")}
        yield Peers(line, hearth, process, made)
        task.cancel()


async def test_it_is_added_with_what_the_version_knows(place: Place):
    async with peers(place) as it:
        made = set(it.made)
    assert made == {"stt", "tts", "wake_word"} | ({"conversation"} if place.process.version == NEWEST else set())


async def test_what_is_said_there_is_heard_and_spoken_by_us(place: Place, said: bytes):
    """Our ears and our voice, its own understanding."""
    async with peers(place) as it:
        await it.switched_off()
        run = await it.assist.speak(await it.pipeline(OWN_AGENT[place.version]), said)
        await it.light("on")
        sound = await it.sound(run.said)
    assert (run.heard, run.kind, bool(run.url)) == (WORDS, "action_done", True)
    assert (sound[:4], len(sound) > 5_000) == (b"RIFF", True)


async def test_a_pipeline_of_ours_alone_does_what_is_said_and_says_so(place: Place, said: bytes):
    if place.version == VERSION:
        pytest.skip(f"Home Assistant {VERSION} has no conversation over Wyoming")
    async with peers(place) as it:
        await it.switched_off()
        pipeline = await it.pipeline(it.made["conversation"])
        spoken = await it.assist.speak(pipeline, said)
        await it.light("on")
        sound = await it.sound(spoken.said)
        written = await it.assist.write(pipeline, "turn off the kitchen light and turn on the yard light")
        await it.light("off")
        unknown = await it.assist.write(pipeline, "frobnicate the gizmo")
    assert (spoken.heard, spoken.kind) == (WORDS, "action_done")
    assert spoken.said == "The kitchen light is on."
    assert (sound[:4], len(sound) > 5_000) == (b"RIFF", True)
    assert (written.kind, unknown.kind) == ("action_done", "error")
    assert "yard light is on" in written.said


async def test_a_sentence_of_an_automation_leads_to_us_in_every_version(place: Place):
    async with peers(place) as it:
        await it.switched_off()
        pipeline = await it.pipeline(OWN_AGENT[place.version])
        run = await it.assist.write(pipeline, "hearth turn on the kitchen light")
        await it.light("on")
    assert run.said == "The kitchen light is on."


async def _open(*ports: int) -> bool:
    """Say whether something listens on all of these."""
    for port in ports:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
    return True
