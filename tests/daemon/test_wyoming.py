"""The house over Wyoming, as the protocol's own client finds it: a whole daemon over the twin."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from wyoming.asr import Transcript
from wyoming.audio import AudioChunk, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.wake import Detect

from daemon.clock import SystemClock
from daemon.config import Config
from daemon.config.home import AreaEntry, HomeSection
from daemon.config.machines import VoiceSection
from daemon.config.satellites import WyomingSection
from daemon.supervise import Condition, Health, keep_running
from daemon.wyoming import Answering, announced_of
from devices.model import Capability, Entity, EntityId
from devices.twin import Twin
from tests.daemon.test_app import daemon
from tests.voice.sounds import speech
from voice.wyoming.offer import Asked

ROOMS = HomeSection(
    areas=(AreaEntry(name="Office", id="room_1", aliases=("Study",)), AreaEntry(name="Hall")),
    placement={"light.desk_lamp": "Office", "light.hall_lamp": "Hall"},
)
ROOM_OF = {"d1": "Office", "d2": "Hall", "assist_satellite.hall": "Hall"}
"""Where Home Assistant has its devices and entities."""


@asynccontextmanager
async def client(
    state: Path, section: WyomingSection, voice: VoiceSection | None = None
) -> AsyncGenerator[tuple[AsyncTcpClient, Twin]]:
    config = Config(wyoming=section, voice=voice or VoiceSection())
    async with daemon(state, config) as (hearth, twin), asyncio.timeout(30):
        (run,) = [one for one in hearth.runs if one.name == "wyoming"]
        async with asyncio.TaskGroup() as group:
            running = group.create_task(keep_running(run.name, run.run, hearth.table))
            while (port := _port(hearth.table.rows())) == 0:
                await asyncio.sleep(0.01)
            async with AsyncTcpClient("127.0.0.1", port) as connected:
                yield connected, twin
            running.cancel()


async def asked(connected: AsyncTcpClient, event: Event) -> Event:
    await connected.write_event(event)
    answer = await connected.read_event()
    assert answer is not None
    return answer


async def test_the_house_does_what_a_client_says_and_tells_what_it_does_not(tmp_path: Path):
    async with client(tmp_path, WyomingSection(enabled=True, port=0)) as (connected, twin):
        done = await asked(connected, Transcript("turn on the desk lamp", context={"device_id": "x"}).event())
        refused = await asked(connected, Transcript("unlock the front door").event())
        unknown = await asked(connected, Transcript("frobnicate the gizmo").event())
        sent = [(call.entity, call.service) for call in twin.sent]
    assert (done.type, done.data["text"]) == ("handled", "The desk lamp is on.")
    assert done.data["context"] == {"device_id": "x"}
    assert sent == [("light.desk_lamp", "turn_on")]
    assert refused.type == "not-handled"
    assert unknown.type == "not-handled"


async def test_a_house_that_takes_no_commands_offers_to_hear_and_to_speak_only(tmp_path: Path):
    async with client(tmp_path, WyomingSection(enabled=True, port=0, commands=False)) as (connected, _):
        told = Info.from_event(await asked(connected, Describe().event()))
        refused = await asked(connected, Transcript("turn on the desk lamp").event())
    assert (len(told.asr), len(told.tts), len(told.handle)) == (1, 1, 0)
    assert refused.type == "not-handled"


@pytest.mark.audio
async def test_it_hears_its_wake_word_for_others(tmp_path: Path):
    said = speech("alexa").tobytes()
    section, voice = WyomingSection(enabled=True, port=0), VoiceSection(wake_words=("alexa",))
    async with client(tmp_path, section, voice) as (connected, _):
        told = Info.from_event(await asked(connected, Describe().event()))
        await connected.write_event(Detect().event())
        await connected.write_event(AudioChunk(16_000, 2, 1, said + bytes(32_000)).event())
        heard = await asked(connected, AudioStop().event())
    assert [model.name for model in told.wake[0].models] == ["alexa"]
    assert (heard.type, heard.data["name"]) == ("detection", "alexa")


@pytest.mark.parametrize(
    ("context", "sent"),
    [
        ({"device_id": "d1"}, ["light.desk_lamp"]),
        ({"device_id": "d1", "satellite_id": "assist_satellite.hall"}, ["light.hall_lamp"]),
        ({"device_id": "d9", "satellite_id": "assist_satellite.hall"}, ["light.hall_lamp"]),
        ({"area": "study", "device_id": "d2"}, ["light.desk_lamp"]),
        ({"device_id": "d9"}, []),
        ({"device_id": ["d1"], "area": None}, []),
        ({"area": "the moon", "device_id": "d1"}, []),
    ],
)
async def test_the_light_is_that_of_the_room_it_is_asked_for_in(
    tmp_path: Path, context: dict[str, object], sent: list[str]
):
    async with daemon(tmp_path, Config(home=ROOMS)) as (hearth, twin):
        hall = Entity(EntityId("light.hall_lamp"), "Hall Lamp", "light", capabilities=frozenset({Capability.ON_OFF}))
        Twin(hearth.home, [hall], now=SystemClock().now)
        await Answering(hearth.conversation, hearth.home, ROOM_OF.get)(Asked("turn on the light", None, context))
    assert [call.entity for call in twin.sent] == sent


@pytest.mark.parametrize(
    ("section", "announced"),
    [
        (WyomingSection(), False),
        (WyomingSection(enabled=True), False),
        (WyomingSection(enabled=True, host="192.0.2.7", clients=("192.0.2.0/24",)), True),
        (WyomingSection(enabled=True, host="192.0.2.7", clients=("192.0.2.0/24",), port=0), False),
    ],
    ids=["off", "this machine only", "the network", "any port"],
)
def test_only_what_others_can_reach_is_announced(section: WyomingSection, announced: bool):
    assert bool(announced_of(section)) == announced


def _port(rows: Sequence[Health]) -> int:
    """Return where the row of health says that it listens, 0 before it does."""
    details = [row.detail for row in rows if row.part == "wyoming" and row.condition is Condition.FINE]
    return int(details[0].rpartition(":")[2]) if details else 0
