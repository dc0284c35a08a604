import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from daemon.config import Config
from daemon.conversation import Conversation, Grammars
from daemon.ducking import Ducking
from daemon.listening import Ears
from daemon.loudness import Volumes
from daemon.muting import Muting
from daemon.rooms import Answering, Around, Place, Rooms
from daemon.supervise import Condition
from daemon.voices import Speaker
from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from skills import Action, Cause, Outcome, Reply, Request, Skill, TargetOutcome, Verdict
from skills.actions import SatelliteMute
from skills.builtin import speaking
from skills.grammar import load
from skills.model import CauseId, Origin, PersonId
from skills.registry import registered
from tests.daemon.test_conversation import NoJournal
from tests.doubles import START, ManualClock
from tests.voice.sounds import TINY, speech
from voice.endpoint import Completeness
from voice.intercom import Refused
from voice.model import EngineError, NoSpeech, NotUnderstood, Timbre, Transcript, VoiceError
from voice.outside import Candidate, Said
from voice.satellite import Stage
from voice.satellites.file import FileSatellite, Scene
from voice.volume import Habits

KITCHEN, HALL = AreaId("kitchen"), AreaId("hall")
LIGHT, DESK, LOCK, GARAGE = (EntityId(key) for key in ("light.kitchen", "light.desk", "lock.front", "cover.garage"))
RADIO = EntityId("media_player.radio")
everything = Skill("everything")


@everything.handles("HassTurnOn")
@everything.handles("HassTurnOff")
async def switch(request: Request) -> Reply:
    return Reply("Done.", [Action("device.call", {"targets": [entity.id for entity in request.targets]})])


@everything.handles("HassStartTimer")
async def later(request: Request) -> Reply:
    return Reply("Later.", [Action("timer.start", {"targets": [], "command": request.match.slots})])


def _targets(action: Action) -> list[str]:
    return [str(target) for target in cast("list[object]", action.arguments["targets"])]


class Obedient:
    """A gateway that does everything, but asks about locks."""

    def __init__(self) -> None:
        self.submitted: list[list[str]] = []
        self.approved: list[str] = []
        self.effects: list[str] = []

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        self.effects.append(action.effect)
        if action.effect == "journal.undo":
            return Outcome(Verdict.DONE)
        self.submitted.append(_targets(action))
        if LOCK in _targets(action):
            return Outcome(Verdict.WAITING, "unlock the front door", approval="1")
        return Outcome(Verdict.DONE, targets=(TargetOutcome(LIGHT, Verdict.DONE),))

    async def approve(self, approval: str, cause: Cause, pin: str | None = None) -> Outcome:
        self.approved.append(approval)
        return Outcome(Verdict.DONE, targets=(TargetOutcome(LOCK, Verdict.DONE),))

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        return Outcome(Verdict.REFUSED, "you said no")


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    engine = load("en", registered(speaking.skill).documents("en"))
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
    return Conversation(
        home, registered(everything, speaking.skill), grammars, gateway, NoJournal(), clock=clock, zone=ZoneInfo("UTC")
    )


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

    def __init__(
        self, pcm: bytes, name: str, room: str | None, gone: asyncio.Event, scene: Scene | None = None
    ) -> None:
        super().__init__(pcm, name=name, room=room, scene=scene)
        self._gone = gone

    async def _wait_for_time(self) -> None:
        await super()._wait_for_time()
        if self._now_s * 32_000 >= len(self._pcm) - 4_096 and self._handed_until_s is None:
            async with self._moved:
                await self._moved.wait_for(lambda: self._handed_until_s is not None or self._gone.is_set())


@asynccontextmanager
async def served(
    tmp_path: Path,
    home: Home,
    conversation: Conversation,
    *satellites: Callable[[asyncio.Event], FileSatellite],
    muting: Muting | None = None,
    ducking: Ducking | None = None,
) -> AsyncGenerator[tuple[Rooms, list[FileSatellite]]]:
    """Serve satellites until the test is done."""
    config = Config.model_validate({"voice": {"vosk_model": str(TINY)}})
    ears, gone = Ears(config, tmp_path, home), asyncio.Event()
    muting = muting or Muting(tmp_path)
    rooms, made = Rooms(ears, home, hears=muting.hears), [make(gone) for make in satellites]
    muting.on_change = rooms.heed
    rooms.answer_with(conversation, ducking)
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
        while not gateway.submitted:
            await asyncio.sleep(0.01)
        told = await rooms.say("Dinner is ready.", KITCHEN, key="dinner")
        assert (rooms.speaks_in(KITCHEN), rooms.speaks_in(HALL), rooms.speaks_in(None)) == (True, False, True)
        assert await rooms.say("Dinner is ready.", HALL, key="dinner") is False
        assert rooms.health().condition is Condition.FINE
        assert rooms.health().detail == "shelf"

    assert told is True
    assert gateway.submitted == [[LIGHT]]
    assert shelf.played
    assert rooms.sessions == {}


async def test_one_guess_is_asked_about_and_done_after_a_yes(house: Answering, gateway: Obedient):
    asked = house.apology(NotUnderstood("?", code="unsure", guesses=("turn on the desk lamp",)))
    completeness = house.complete("yes", "kitchen")
    await house.answer(heard("yes please", follow_up=True))

    assert asked.expects
    assert asked.text == "Did you say: turn on the desk lamp?"
    assert completeness is Completeness.CLOSED
    assert gateway.submitted == [[DESK]]


@pytest.mark.parametrize(("said", "done"), [("no", []), ("turn on the kitchen light", [[LIGHT]])])
async def test_a_guess_that_was_wrong_is_dropped(said: str, done: list[list[str]], house: Answering, gateway: Obedient):
    house.apology(NotUnderstood("?", code="unsure", guesses=("turn on the desk lamp",)))

    await house.answer(heard(said, follow_up=True))
    await house.answer(heard("yes", follow_up=True))

    assert gateway.submitted == done


@pytest.mark.parametrize("guess", ["unlock the front door", "open the garage door", "the mountains are beautiful"])
def test_nobody_is_asked_about_what_is_grave_or_talk(guess: str, house: Answering):
    reply = house.apology(NotUnderstood("?", code="unsure", guesses=(guess,)))

    assert (reply.text, reply.expects) == ("I did not understand that.", False)


@pytest.mark.audio
async def test_a_muted_room_is_not_listened_to_and_still_spoken_in(
    tmp_path: Path, home: Home, conversation: Conversation, gateway: Obedient
):
    pcm = speech("turn on the kitchen light").tobytes() + bytes(32_000 * 6)
    muting = Muting(tmp_path)
    (mute,) = muting.effects()
    await mute.execute(SatelliteMute(room="Kitchen", muted=True), Cause(CauseId("1"), Origin.MQTT))

    async with served(
        tmp_path, home, conversation, lambda gone: Slow(pcm, "shelf", "Kitchen", gone), muting=muting
    ) as (rooms, (shelf,)):
        assert await rooms.say("Dinner is ready.", KITCHEN, key="dinner")
        assert (shelf.begun_s, rooms.health().detail) == (0.0, "shelf; muted: shelf")
        assert gateway.submitted == []
        await mute.execute(SatelliteMute(room="Kitchen", muted=False), Cause(CauseId("2"), Origin.MQTT))
        while not gateway.submitted:
            await asyncio.sleep(0.01)

    assert gateway.submitted == [[LIGHT]]


@pytest.mark.audio
@pytest.mark.parametrize(
    ("muted", "there", "refused"),
    [
        ("Hall", HALL, Refused.MUTED),
        ("Kitchen", HALL, Refused.MUTED),
        (None, HALL, Refused.NOT_FROM_HERE),
    ],
    ids=["deaf there", "deaf here", "nobody asked here"],
)
async def test_no_microphone_is_opened_that_is_muted_or_that_nobody_asked_for(
    tmp_path: Path, home: Home, conversation: Conversation, muted: str | None, there: AreaId, refused: Refused
):
    muting, quiet = Muting(tmp_path), Scene(wakes_s=())
    (mute,) = muting.effects()
    if muted is not None:
        await mute.execute(SatelliteMute(room=muted, muted=True), Cause(CauseId("1"), Origin.MQTT))

    def silent(room: str) -> Callable[[asyncio.Event], FileSatellite]:
        return lambda gone: Slow(bytes(32_000), room, room, gone, quiet)

    async with served(tmp_path, home, conversation, silent("Kitchen"), silent("Hall"), muting=muting) as (rooms, _):
        assert await rooms.connect(KITCHEN, there) is refused
        assert {session.stage for session in rooms.sessions.values()} == {Stage.IDLE}


@pytest.mark.audio
async def test_what_is_urgent_is_loud_at_night(tmp_path: Path, home: Home, conversation: Conversation):
    config = Config.model_validate({"voice": {"vosk_model": str(TINY)}})
    night = datetime(2026, 11, 22, 23, tzinfo=UTC)
    ears, gone, levels = Ears(config, tmp_path, home), asyncio.Event(), list[int]()
    rooms = Rooms(ears, home, volumes=Volumes(tmp_path, Habits(), lambda: night))
    rooms.answer_with(conversation)
    shelf = Slow(bytes(32_000), "shelf", "Kitchen", gone, Scene(wakes_s=()))
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        task = group.create_task(rooms.serve(shelf))
        while not rooms.sessions:
            await asyncio.sleep(0.01)
        for urgent in (False, True):
            shelf.played.clear()
            assert await rooms.say("There is smoke.", KITCHEN, key="smoke", urgent=urgent)
            while not shelf.played:
                await asyncio.sleep(0.01)
            levels.append(int(np.frombuffer(shelf.played[0].pcm, np.int16).max()))
        task.cancel()
    await ears.close()

    assert levels[1] > 2 * levels[0] > 0


class Player:
    """A gateway that sets the volumes of players, and notes them."""

    def __init__(self, home: Home) -> None:
        self._home, self.levels = home, list[float]()

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        data = cast("dict[str, float]", action.arguments["data"])
        self.levels.append(data["volume_level"])
        self._home.observe(RADIO, "playing", {"volume_level": data["volume_level"]}, at=START)
        return Outcome(Verdict.DONE)


@pytest.mark.audio
async def test_music_steps_back_for_a_turn_and_comes_back_as_it_was(
    tmp_path: Path, home: Home, conversation: Conversation
):
    home.add(Entity(RADIO, "Radio", "media_player", area=KITCHEN, capabilities=frozenset({Capability.VOLUME})))
    home.observe(RADIO, "playing", {"volume_level": 0.57}, at=START)
    pcm, player = speech("turn on the kitchen light").tobytes() + bytes(32_000 * 6), Player(home)
    ducking = Ducking(player, home, tmp_path / "ducked.json")

    async with asyncio.TaskGroup() as group:
        running = group.create_task(ducking.run())
        async with served(
            tmp_path, home, conversation, lambda gone: Slow(pcm, "shelf", "Kitchen", gone), ducking=ducking
        ) as (rooms, _):
            while not rooms.sessions["shelf"].turns:
                await asyncio.sleep(0.01)
        await ducking.settled()
        running.cancel()

    assert player.levels[0] < 0.2
    assert player.levels[-1] == 0.57


@pytest.mark.audio
async def test_two_satellites_of_one_name_are_refused(tmp_path: Path, home: Home, conversation: Conversation):
    async with served(tmp_path, home, conversation, lambda gone: Slow(bytes(32_000), "shelf", None, gone)) as (
        rooms,
        _,
    ):
        with pytest.raises(VoiceError, match="shelf"):
            await rooms.serve(FileSatellite(b"", name="shelf"))


async def test_what_was_not_heard_of_an_answer_is_known(house: Answering):
    house.interrupted("kitchen", "It is 5 °C. Tomorrow it rains.", "It is five degrees Celsius. Tomorrow")

    rest = await house.answer(heard("go on talking"))
    again = await house.answer(heard("what did you say"))

    assert (rest.text, again.text) == ("Tomorrow it rains.", "Tomorrow it rains.")


@pytest.mark.parametrize(
    ("then", "effects"),
    [
        ("in ten minutes", ["device.call", "journal.undo", "timer.start"]),
        ("at the weekend we go to the lake", ["device.call"]),
        ("thanks", ["device.call"]),
    ],
)
async def test_a_time_after_a_pause_belongs_to_what_was_done_too_early(
    then: str, effects: list[str], house: Answering, gateway: Obedient
):
    """It is as if it had been said in one breath: the lamp goes off again, and on in ten minutes."""
    await house.answer(heard("turn on the desk lamp"))
    await house.answer(heard(then, follow_up=True))

    assert gateway.effects == effects


class Told:
    """Knows voices by what a test says of each utterance, one after the other."""

    def __init__(self, *speakers: Speaker) -> None:
        self.speakers = list(speakers)
        self.waited_s = list[float]()

    def speaking(self, voice: Timbre | None) -> AbstractContextManager[None]:
        del voice
        return nullcontext()

    async def speaker(self, voice: Timbre | None, within_s: float) -> Speaker:
        del voice
        self.waited_s.append(within_s)
        return self.speakers.pop(0)


class Late:
    """A voice that is still being worked out."""

    ready = False

    async def vector(self, within_s: float) -> tuple[float, ...]:
        del within_s
        return ()


ANNA, TOM = PersonId("anna"), PersonId("tom")
IS_ANNA = Speaker(ANNA, 0.97, ANNA, known=True)
IS_TOM = Speaker(TOM, 0.95, TOM, known=True)
STRANGER = Speaker(None, 0.1, ANNA, known=True)
UNHEARD = Speaker()


def voiced(text: str, *, follow_up: bool = False) -> Said:
    return Said(Transcript(text, 1.0, "kitchen", "en", voice=Late()), follow_up)


@pytest.fixture
def causes(conversation: Conversation) -> list[tuple[str | None, float]]:
    causes = list[tuple[str | None, float]]()
    conversation.listen(lambda utterance, _: causes.append((utterance.cause.person, utterance.cause.sure)))
    return causes


@pytest.mark.parametrize(
    ("speakers", "expected"),
    [
        ((IS_ANNA, UNHEARD), [("anna", 0.97), ("anna", 0.5)]),
        ((IS_ANNA, STRANGER), [("anna", 0.97), (None, 0.5)]),
        ((IS_ANNA, IS_TOM), [("anna", 0.97), ("tom", 0.95)]),
        ((STRANGER, UNHEARD), [(None, 0.5), (None, 0.5)]),
        ((UNHEARD, IS_ANNA), [(None, 0.5), ("anna", 0.97)]),
    ],
    ids=["too short to tell", "a stranger goes on", "another goes on", "a stranger", "made out late"],
)
async def test_who_speaks_is_said_with_each_wish(
    speakers: tuple[Speaker, ...],
    expected: list[tuple[str | None, float]],
    conversation: Conversation,
    home: Home,
    gateway: Obedient,
    causes: list[tuple[str | None, float]],
):
    """Whoever answers a question of the room's answers it, however well each utterance was made out."""
    house = Answering(conversation, home, Place(KITCHEN), around=Around(voices=Told(*speakers)))
    await house.answer(voiced("unlock the front door"))
    await house.answer(voiced("yes", follow_up=True))

    assert causes == expected
    assert gateway.approved == ["1"]


@pytest.mark.parametrize(
    ("text", "waits"),
    [("turn on the kitchen light", False), ("unlock the front door", True), ("the mountains are beautiful", True)],
)
async def test_a_plain_command_does_not_wait_for_a_voice(
    text: str, waits: bool, conversation: Conversation, home: Home
):
    told = Told(IS_ANNA)
    house = Answering(conversation, home, Place(KITCHEN), around=Around(voices=told))

    await house.answer(voiced(text))

    assert [wait > 0 for wait in told.waited_s] == [waits]


async def test_who_is_known_by_name_is_not_asked_by_voice(
    conversation: Conversation, home: Home, causes: list[tuple[str | None, float]]
):
    told = Told()
    house = Answering(conversation, home, Place(KITCHEN, TOM), around=Around(voices=told))

    await house.answer(voiced("turn on the kitchen light"))

    assert causes == [("tom", 1.0)]
