"""Rooms in which another language is spoken than in the rest of the house."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from wyoming.asr import Transcript as Heard

from daemon.config import Config
from daemon.conversation import Conversation, Grammars
from daemon.listening import Ears
from daemon.rooms import Rooms
from daemon.supervise import Condition
from daemon.wakewords import WakeWords
from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from skills.builtin import lights
from skills.grammar import load
from skills.registry import registered
from tests.daemon.test_conversation import NoJournal
from tests.daemon.test_rooms import Obedient, Slow
from tests.doubles import ManualClock
from tests.voice.sounds import speech
from tests.voice.wyoming.test_engines import Machine, running

KITCHEN, LIGHT = AreaId("kitchen"), EntityId("light.kitchen")
SKILLS = registered(lights.skill)


@pytest.fixture
def home() -> Home:
    home = Home(areas=[Area(KITCHEN, "Küche"), Area(AreaId("hall"), "Hall")])
    home.add(Entity(LIGHT, "Deckenlicht", "light", area=KITCHEN, capabilities=frozenset({Capability.ON_OFF})))
    return home


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    return Grammars("en", lambda language: load(language, SKILLS.documents(language)))


@pytest.fixture
async def machine() -> AsyncGenerator[Machine]:
    """What recognizes German here: another machine, as there is no German model on this one."""
    machine = Machine([Heard("Schalte das Licht in der Küche an.").event()])
    async with running(machine):
        yield machine


def config(**voice: object) -> Config:
    kitchen = {"name": "shelf", "kind": "wyoming", "room": "Küche", "language": "de"}
    hall = {"name": "door", "kind": "wyoming", "room": "Hall"}
    return Config.model_validate({"voice": voice, "satellites": [kitchen, hall]})


@pytest.mark.audio
async def test_a_german_room_of_an_english_house_understands_and_answers_german(
    tmp_path: Path, home: Home, grammars: Grammars, machine: Machine
):
    recognizer = {"wyoming": {"recognizer": f"127.0.0.1:{machine.port}"}}
    given = Config.model_validate({**config().model_dump(exclude_unset=True), **recognizer})
    ears = Ears(given, tmp_path, home, grammars)
    gateway, gone, told = Obedient(), asyncio.Event(), asyncio.Queue[tuple[str, str]](4)
    clock = ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    rooms = Rooms(ears, home)
    rooms.answer_with(Conversation(home, SKILLS, grammars, gateway, NoJournal(), clock=clock, zone=ZoneInfo("UTC")))
    shelf = Slow(speech("schalte das Licht in der Küche an", voice="de").tobytes(), "shelf", "Küche", gone)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(rooms.serve(shelf, lambda said, reply: told.put_nowait((said, reply))))
        said, reply = await told.get()
        gone.set()
        await task
    voice = (await (await ears.engines("de")).synthesizer()).name
    await ears.close()

    assert machine.got[0].data["language"] == "de"
    assert said == "schalte das licht in der küche an"
    assert gateway.submitted == [[LIGHT]]
    assert reply.startswith("Das")
    assert (voice, bool(shelf.played)) == ("espeak-ng de", True)


async def test_a_language_without_a_model_is_told_and_not_guessed_at(tmp_path: Path, home: Home, grammars: Grammars):
    ears = Ears(config(), tmp_path, home, grammars)

    health = ears.health()

    assert health.condition is Condition.DEGRADED
    assert "nothing is understood in 'de'" in health.detail


@pytest.mark.parametrize(
    ("satellite", "room", "language"),
    [("shelf", "Küche", "de"), ("door", "Hall", "en"), ("paired", "nursery", "fr"), ("browser", None, "en")],
)
def test_the_language_is_the_satellites_or_the_rooms_or_the_houses(satellite: str, room: str | None, language: str):
    assert config(room_languages={"Nursery": "fr"}).language_at(satellite, room) == language


def test_a_language_has_wake_words_of_its_own(tmp_path: Path):
    given = config(languages={"de": {"wake_words": ["hey_jarvis"]}})

    assert WakeWords(given, tmp_path).health().detail == "hey_jarvis, okay_nabu"


@pytest.mark.parametrize(
    "voice", [{"room_languages": {"hall": "xx"}}, {"languages": {"german": {}}}], ids=["no sentences", "no code"]
)
def test_a_language_that_nobody_knows_is_refused(voice: dict[str, object]):
    with pytest.raises(ValidationError):
        config(**voice)
