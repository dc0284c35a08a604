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
from daemon.rooms import Answering, Place, Rooms
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
from tests.voice.sounds import TINY, speech
from tests.voice.wyoming.test_engines import Machine, running
from voice.endpoint import Completeness
from voice.model import Transcript
from voice.outside import Said

CAN = frozenset({Capability.ON_OFF})
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


@pytest.mark.audio
async def test_a_room_of_two_languages_answers_in_the_one_that_was_spoken(
    tmp_path: Path, home: Home, grammars: Grammars
):
    """Its usual language is German, for which there is no model here; the other one is understood all the same."""
    english = {"languages": {"en": {"vosk_model": str(TINY)}}, "room_languages": {"Hall": ["de", "en"]}}
    given = Config.model_validate(
        {**config(**english).model_dump(exclude_unset=True, mode="json"), "home": {"language": "de"}}
    )
    ears, gateway, told = Ears(given, tmp_path, home, grammars), Obedient(), asyncio.Queue[tuple[str, str]](4)
    gone, clock = asyncio.Event(), ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    home.add(Entity(EntityId("light.hall"), "hall light", "light", area=AreaId("hall"), capabilities=CAN))
    rooms = Rooms(ears, home)
    rooms.answer_with(Conversation(home, SKILLS, grammars, gateway, NoJournal(), clock=clock, zone=ZoneInfo("UTC")))
    door = Slow(speech("turn on the hall light").tobytes(), "door", "Hall", gone)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        task = group.create_task(rooms.serve(door, lambda said, reply: told.put_nowait((said, reply))))
        said, reply = await told.get()
        gone.set()
        await task
    await ears.close()

    assert said == "turn on the hall light"
    assert gateway.submitted == [["light.hall"]]
    assert reply.startswith("The hall light")


@pytest.mark.parametrize(
    ("text", "language", "reply"),
    [("turn on the hall light", "en", "The hall light"), ("schalte das deckenlicht an", "de", "Das Deckenlicht")],
)
async def test_what_was_heard_in_a_language_is_answered_in_it(
    home: Home, grammars: Grammars, text: str, language: str, reply: str
):
    clock = ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    home.add(Entity(EntityId("light.hall"), "hall light", "light", area=AreaId("hall"), capabilities=CAN))
    await grammars.of("de")
    talk = Conversation(home, SKILLS, grammars, Obedient(), NoJournal(), clock=clock, zone=ZoneInfo("UTC"))
    answering = Answering(talk, home, Place(KITCHEN, language="en", languages=("en", "de")))
    whole = answering.complete(text, "shelf")

    answered = await answering.answer(Said(Transcript(text, 1.0, "shelf", language)))

    assert whole is Completeness.EXTENDABLE
    assert answered.text.startswith(reply)
    assert answered.language == language


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


def test_a_room_may_have_several_languages():
    given = config(room_languages={"Hall": ["en", "de"]})

    assert given.languages_at("door", "Hall") == ("en", "de")
    assert given.languages_at("shelf", "Küche") == ("de",)


def test_a_language_has_wake_words_of_its_own(tmp_path: Path):
    given = config(languages={"de": {"wake_words": ["hey_jarvis"]}})

    assert WakeWords(given, tmp_path).health().detail == "hey_jarvis, okay_nabu"


@pytest.mark.parametrize(
    "voice",
    [{"room_languages": {"hall": "xx"}}, {"room_languages": {"hall": []}}, {"languages": {"german": {}}}],
    ids=["no sentences", "none", "no code"],
)
def test_a_language_that_nobody_knows_is_refused(voice: dict[str, object]):
    with pytest.raises(ValidationError):
        config(**voice)
