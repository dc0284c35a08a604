import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from daemon.config import Config
from daemon.conversation import Conversation, Grammars
from daemon.listening import Ears
from daemon.rooms import Answering, Place, Rooms
from daemon.supervise import Condition
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills import Action, Cause, Outcome, Reply, Request, Skill, TargetOutcome, Verdict
from skills.grammar import load
from skills.registry import registered
from tests.daemon.test_conversation import NoJournal
from tests.doubles import ManualClock
from tests.voice.sounds import TINY, speech
from voice.endpoint import Completeness
from voice.model import EngineError, NoSpeech, NotUnderstood, Transcript, VoiceError
from voice.outside import Candidate, Said
from voice.satellites.file import FileSatellite

KITCHEN, HALL = AreaId("kitchen"), AreaId("hall")
LIGHT, DESK, LOCK, GARAGE = (EntityId(key) for key in ("light.kitchen", "light.desk", "lock.front", "cover.garage"))
everything = Skill("everything")


@everything.handles("HassTurnOn")
@everything.handles("HassTurnOff")
async def switch(request: Request) -> Reply:
    return Reply("Done.", [Action("device.call", {"targets": [entity.id for entity in request.targets]})])


def _targets(action: Action) -> list[str]:
    return [str(target) for target in cast("list[object]", action.arguments["targets"])]


class Obedient:
    """A gateway that does everything, but asks about locks."""

    def __init__(self) -> None:
        self.submitted: list[list[str]] = []
        self.approved: list[str] = []

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        self.submitted.append(_targets(action))
        if LOCK in _targets(action):
            return Outcome(Verdict.WAITING, "unlock the front door", approval="1")
        return Outcome(Verdict.DONE, targets=(TargetOutcome(LIGHT, Verdict.DONE),))

    async def approve(self, approval: str, cause: Cause) -> Outcome:
        self.approved.append(approval)
        return Outcome(Verdict.DONE, targets=(TargetOutcome(LOCK, Verdict.DONE),))

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        return Outcome(Verdict.REFUSED, "you said no")


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    engine = load("en")
    return Grammars("en", lambda language: engine)


@pytest.fixture
def home() -> Home:
    home = Home(areas=[Area(KITCHEN, "Kitchen"), Area(HALL, "Hall")])
    home.add(Entity(LIGHT, "Kitchen Light", "light", area=KITCHEN))
    home.add(Entity(DESK, "Desk Lamp", "light", area=HALL))
    home.add(Entity(LOCK, "Front Door", "lock", area=HALL))
    home.add(Entity(GARAGE, "Garage Door", "cover", device_class="garage", area=HALL))
    return home


@pytest.fixture
def gateway() -> Obedient:
    return Obedient()


@pytest.fixture
def conversation(home: Home, grammars: Grammars, gateway: Obedient) -> Conversation:
    clock = ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    return Conversation(home, registered(everything), grammars, gateway, NoJournal(), clock=clock, zone=ZoneInfo("UTC"))


@pytest.fixture
def house(conversation: Conversation, home: Home) -> Answering:
    return Answering(conversation, home, Place(KITCHEN))


def heard(text: str, *, follow_up: bool = False) -> Said:
    return Said(Transcript(text, 1.0, "kitchen", "en"), follow_up)


@pytest.mark.parametrize(
    ("text", "completeness"),
    [
        ("lock the front door", Completeness.CLOSED),
        ("turn on the kitchen light", Completeness.EXTENDABLE),
        ("turn on the", Completeness.OPEN),
        ("the mountains are beautiful", Completeness.UNKNOWN),
        ("open the garage door", Completeness.UNKNOWN),
        ("yes", Completeness.UNKNOWN),
    ],
)
def test_how_whole_words_are(text: str, completeness: Completeness, house: Answering):
    """A garage that could be opened only a little is no case for haste."""
    assert house.complete(text, "kitchen") is completeness


async def test_a_yes_is_whole_once_something_was_asked(house: Answering, gateway: Obedient):
    asked = await house.answer(heard("unlock the front door"))
    completeness = house.complete("yes", "kitchen")
    await house.answer(heard("yes", follow_up=True))

    assert asked.expects
    assert completeness is Completeness.CLOSED
    assert gateway.approved == ["1"]


@pytest.mark.parametrize(
    ("text", "follow_up", "says", "ours"),
    [
        ("turn on the kitchen light", False, "Done.", True),
        ("turn on the kitchen light", True, "Done.", True),
        ("the mountains are beautiful", True, "", False),
        ("thanks", True, "", False),
        ("thank you very much", True, "", False),
    ],
)
async def test_what_is_said_back(text: str, follow_up: bool, says: str, ours: bool, house: Answering):
    reply = await house.answer(heard(text, follow_up=follow_up))

    assert (reply.text, reply.ours) == (says, ours)


async def test_what_nobody_understands_is_told_after_the_wake_word(house: Answering, gateway: Obedient):
    reply = await house.answer(heard("the mountains are beautiful"))

    assert reply.text
    assert gateway.submitted == []


@pytest.mark.parametrize(
    ("problem", "said", "expects"),
    [
        (NoSpeech("nobody"), "", False),
        (NotUnderstood("no words"), "I did not understand that.", False),
        (NotUnderstood("two", guesses=("red light", "bed light")), "Did you say: red light, or: bed light?", True),
        (EngineError("gone"), "Something is wrong with my hearing. Ask hearth doctor.", False),
    ],
)
def test_what_is_said_when_hearing_fails(problem: VoiceError, said: str, expects: bool, house: Answering):
    reply = house.apology(problem)

    assert (reply.text, reply.expects) == (said, expects)


async def test_a_place_without_a_voice_obeys_and_says_nothing(conversation: Conversation, home: Home):
    house = Answering(conversation, home, Place(), speaks=False)

    reply = await house.answer(heard("turn on the desk lamp"))

    assert reply.text == ""
    assert house.last is not None
    assert house.last[1].reply == "Done."


async def test_alone_it_is_always_meant(house: Answering):
    assert await house.claim(Candidate("kitchen", "Kitchen", "hey", 0.0, 0.5, None))


class Slow(FileSatellite):
    """A satellite that stays for as long as the test needs it."""

    def __init__(self, pcm: bytes, name: str, room: str | None, gone: asyncio.Event) -> None:
        super().__init__(pcm, name=name, room=room)
        self._gone = gone

    async def _wait_for_time(self) -> None:
        await super()._wait_for_time()
        if self._now_s * 32_000 >= len(self._pcm) - 4_096 and self._handed_until_s is None:
            async with self._moved:
                await self._moved.wait_for(lambda: self._handed_until_s is not None or self._gone.is_set())


@asynccontextmanager
async def served(
    tmp_path: Path, home: Home, conversation: Conversation, *satellites: Callable[[asyncio.Event], FileSatellite]
) -> AsyncGenerator[tuple[Rooms, list[FileSatellite]]]:
    """Serve satellites until the test is done."""
    config = Config.model_validate({"voice": {"vosk_model": str(TINY)}})
    ears, gone = Ears(config, tmp_path, home), asyncio.Event()
    rooms, made = Rooms(ears, home), [make(gone) for make in satellites]
    rooms.answer_with(conversation)
    try:
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            tasks = [group.create_task(rooms.serve(one)) for one in made]
            while len(rooms.sessions) < len(made):
                await asyncio.sleep(0.01)
            yield rooms, made
            gone.set()
            for task in tasks:
                task.cancel()
    finally:
        await ears.close()


@pytest.mark.audio
async def test_a_command_in_a_room_is_done_and_a_notice_said_there(
    tmp_path: Path, home: Home, conversation: Conversation, gateway: Obedient
):
    pcm = speech("turn on the kitchen light").tobytes() + bytes(32_000 * 6)

    async with served(tmp_path, home, conversation, lambda gone: Slow(pcm, "shelf", "Kitchen", gone)) as (
        rooms,
        (shelf,),
    ):
        told = await rooms.say("Dinner is ready.", KITCHEN, key="dinner")
        assert (rooms.speaks_in(KITCHEN), rooms.speaks_in(HALL), rooms.speaks_in(None)) == (True, False, True)
        assert await rooms.say("Dinner is ready.", HALL, key="dinner") is False
        assert rooms.health().condition is Condition.FINE
        assert rooms.health().detail == "shelf"

    assert told is True
    assert gateway.submitted == [[LIGHT]]
    assert shelf.played
    assert rooms.sessions == {}


@pytest.mark.audio
async def test_two_satellites_of_one_name_are_refused(tmp_path: Path, home: Home, conversation: Conversation):
    async with served(tmp_path, home, conversation, lambda gone: Slow(bytes(32_000), "shelf", None, gone)) as (
        rooms,
        _,
    ):
        with pytest.raises(VoiceError, match="shelf"):
            await rooms.serve(FileSatellite(b"", name="shelf"))
