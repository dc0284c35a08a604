"""Whose voice it is, over a real database and the real gateway; the model is a double, or the network untrained."""

import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from daemon.conversation import Conversation, Grammars
from daemon.gateway import Gateway
from daemon.household import Household, Person, Role
from daemon.journal import Journal
from daemon.memory import Memory, Selection
from daemon.rooms import Answering, Around, Place
from daemon.store import Store
from daemon.voices import ALLOWED_FOR, Speaker, Voices
from devices.home import Home
from skills.builtin.voices import SENTENCES, skill
from skills.enrolling import voice_allow, voice_forget, voice_learn
from skills.grammar import load
from skills.grammar.model import Understander
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.registry import registered
from skills.voices import Whose as Told
from tests.daemon.test_conversation import NoJournal
from tests.doubles import ManualClock
from tests.voice.checkpoints import stream, untrained
from tests.voice.sounds import silence, speech, with_noise
from voice.ge2e import WEIGHTS, Ge2e
from voice.model import ModelError, Transcript
from voice.outside import Said
from voice.speaker import Calibration, SpeakerModel, Vector, unit
from voice.whose import Speakers, Whose

BODIES = "SELECT body FROM entry_words"
ANNA, TOM, KID = PersonId("anna"), PersonId("tom"), PersonId("kid")
PEOPLE = {
    ANNA: Person(ANNA, "Anna", Role.OWNER),
    TOM: Person(TOM, "Tom"),
    KID: Person(KID, "Kim", Role.CHILD),
}


class Marked:
    """Tells voices by the first sample of their sound: a person is a number here, and an utterance lies near it."""

    name = "marked"
    calibration = Calibration(middle=0.6, slope=25.0)

    def vector(self, pcm: bytes) -> Vector:
        mark = int.from_bytes(pcm[:2], "little")
        vector = [0.05] * 8
        vector[mark % 8] = 1.0
        return unit(vector)


@dataclass(frozen=True)
class House:
    """A household that knows voices."""

    voices: Voices
    gateway: Gateway
    store: Store
    clock: ManualClock
    speakers: Speakers

    def says(self, mark: int) -> Whose:
        return self.speakers.begin("kitchen", mark.to_bytes(2, "little") * 16_000)

    async def wish(self, action: Action, *, person: PersonId | None = None, **given: object) -> Outcome:
        origin = given.get("origin", Origin.TEXT)
        assert isinstance(origin, Origin)
        number = f"{action.effect}/{person}/{origin}/{self.clock.now()}"
        return await self.gateway.submit(action, Cause(CauseId(number), origin, person))

    async def learn(self, person: PersonId, mark: int) -> Outcome:
        await self.wish(voice_allow(person))
        self.voices.drop(person)
        for _ in range(3):
            with self.voices.speaking(self.says(mark)):
                await self.voices.hold(person)
        return await self.wish(voice_learn(person), origin=Origin.VOICE)


@asynccontextmanager
async def housed(folder: Path, load: Callable[[], SpeakerModel] = Marked) -> AsyncGenerator[House]:
    clock, speakers = ManualClock(), Speakers(load)
    household = Household(PEOPLE)
    async with Store.open(folder / "hearth.db", clock) as store:
        voices = Voices(store, household, clock, speakers, sure=0.9)
        await voices.begin()
        journal = Journal(store, clock)
        gateway = Gateway(voices.effects(), journal, store, household, clock)
        try:
            yield House(voices, gateway, store, clock, speakers)
        finally:
            speakers.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with housed(tmp_path) as house:
        yield house


async def test_a_learned_voice_is_taken_for_its_person_and_another_for_nobody(house: House):
    await house.learn(ANNA, 1)
    await house.learn(TOM, 2)

    found = [await house.voices.speaker(house.says(mark), 2.0) for mark in (1, 2, 3)]

    assert [one.person for one in found] == [ANNA, TOM, None]
    assert all(one.known for one in found)


async def test_skills_know_whose_voice_they_answer_and_no_other(house: House):
    await house.learn(ANNA, 1)
    with house.voices.speaking(house.says(1)):
        told = await house.voices.heard()

    assert (told.person, told.name, told.sure) == ("anna", "Anna", True)
    assert await house.voices.heard() == Told()


async def test_nothing_is_looked_at_before_somebody_wants_it(house: House):
    before = house.speakers.wanted
    await house.learn(ANNA, 1)
    learned = house.speakers.wanted
    await house.wish(voice_forget(ANNA), person=ANNA)

    assert [before, learned, house.speakers.wanted] == [False, True, False]


@pytest.mark.parametrize(
    ("person", "origin", "whose", "may"),
    [
        (None, Origin.TEXT, TOM, True),
        (ANNA, Origin.DASHBOARD, TOM, True),
        (TOM, Origin.DASHBOARD, TOM, True),
        (TOM, Origin.DASHBOARD, ANNA, False),
        (KID, Origin.DASHBOARD, ANNA, False),
        (ANNA, Origin.VOICE, ANNA, False),
        (None, Origin.VOICE, ANNA, False),
        (None, Origin.MQTT, ANNA, False),
    ],
)
async def test_who_may_let_a_voice_be_learned(
    house: House, person: PersonId | None, origin: Origin, whose: PersonId, may: bool
):
    outcome = await house.wish(voice_allow(whose), person=person, origin=origin)

    assert (outcome.verdict is Verdict.DONE) is may
    assert house.voices.allowed(whose) is may


@pytest.mark.parametrize(
    ("person", "origin", "gone"),
    [
        (ANNA, Origin.VOICE, True),
        (None, Origin.TEXT, True),
        (TOM, Origin.DASHBOARD, False),
        (None, Origin.VOICE, False),
    ],
)
async def test_who_may_have_a_voice_forgotten(house: House, person: PersonId | None, origin: Origin, gone: bool):
    await house.learn(ANNA, 1)

    await house.wish(voice_forget(ANNA), person=person, origin=origin)

    assert await house.voices.known(ANNA) is not gone


async def test_what_was_allowed_lapses(house: House):
    await house.wish(voice_allow(ANNA))
    await house.clock.advance(ALLOWED_FOR.total_seconds() + 1)

    assert not house.voices.allowed(ANNA)
    assert (await house.wish(voice_learn(ANNA), origin=Origin.VOICE)).verdict is Verdict.REFUSED


async def test_fewer_than_three_sentences_are_not_learned(house: House):
    await house.wish(voice_allow(ANNA))
    with house.voices.speaking(house.says(1)):
        await house.voices.hold(ANNA)

    assert (await house.wish(voice_learn(ANNA), origin=Origin.VOICE)).verdict is Verdict.FAILED
    assert not await house.voices.known(ANNA)


async def test_a_voice_that_is_learned_anew_takes_the_place_of_the_old(house: House):
    await house.learn(ANNA, 1)
    await house.clock.advance(timedelta(days=1).total_seconds())
    await house.learn(ANNA, 4)

    assert (await house.voices.speaker(house.says(4), 2.0)).person == ANNA
    assert (await house.voices.speaker(house.says(1), 2.0)).person is None


async def test_what_another_process_forgets_is_forgotten_at_once(house: House):
    await house.learn(ANNA, 1)
    with sqlite3.connect(house.store.path) as other:
        other.execute("DELETE FROM voiceprint")
    other.close()

    assert (await house.voices.speaker(house.says(1), 2.0)).person is None
    assert not house.speakers.wanted


async def test_voices_of_another_model_are_not_compared(tmp_path: Path):
    async with housed(tmp_path) as before:
        await before.learn(ANNA, 1)

    class Newer(Marked):
        name = "newer"

    async with housed(tmp_path, Newer) as after:
        found = await after.voices.speaker(after.says(1), 2.0)
        assert (found.person, found.known) == (None, True)
        assert await after.voices.known(ANNA)


async def test_a_voice_outlives_a_restart(tmp_path: Path):
    async with housed(tmp_path) as before:
        await before.learn(ANNA, 1)
    async with housed(tmp_path) as after:
        assert after.speakers.wanted
        assert (await after.voices.speaker(after.says(1), 2.0)).person == ANNA


async def test_forgetting_everything_of_a_person_forgets_their_voice_and_leaves_no_byte(house: House):
    await house.learn(ANNA, 1)
    await house.learn(TOM, 2)
    memory = Memory(house.store, house.clock)
    await memory.begin(visiting=True)
    pattern = np.array(Marked().vector((1).to_bytes(2, "little")), "<f4").tobytes()
    there = any(pattern in file.read_bytes() for file in house.store.path.parent.glob("hearth.db*"))
    exported = await memory.export(person=ANNA)

    await memory.forget(Selection(everything=True), person=ANNA)
    await memory.scrub()

    assert there
    assert [row["person"] for row in exported if row["what"] == "voice"] == ["anna"] * 3
    assert [await house.voices.known(one) for one in (ANNA, TOM)] == [False, True]
    assert not any(pattern in file.read_bytes() for file in house.store.path.parent.glob("hearth.db*"))


async def test_forgetting_a_voice_leaves_no_byte_of_it(house: House):
    await house.learn(ANNA, 1)
    pattern = np.array(Marked().vector((1).to_bytes(2, "little")), "<f4").tobytes()

    await house.wish(voice_forget(ANNA), person=ANNA, origin=Origin.VOICE)

    assert not any(pattern in file.read_bytes() for file in house.store.path.parent.glob("hearth.db*"))


async def test_without_a_model_it_is_told_how_to_get_one(tmp_path: Path):
    def load() -> SpeakerModel:
        raise ModelError("none", code="model-missing")

    async with housed(tmp_path, load) as house:
        assert "hearth models pull" in (await house.voices.trouble() or "")


async def test_a_voice_that_is_late_is_nobodys(tmp_path: Path):
    gate = threading.Event()

    class Slow(Marked):
        def vector(self, pcm: bytes) -> Vector:
            assert gate.wait(10)
            return super().vector(pcm)

    async with housed(tmp_path, Slow) as house:
        found = await house.voices.speaker(house.says(1), 0.0)
        gate.set()

    assert not found.known


async def test_what_cannot_be_read_makes_everybody_a_stranger(tmp_path: Path):
    async with housed(tmp_path) as house:
        await house.learn(ANNA, 1)
        said = house.says(1)
        assert await said.vector(5.0)

    assert await house.voices.speaker(said, 0.0) == Speaker()


# As it is spoken


@cache
def _grammar() -> Understander:
    return load("en", registered(skill).documents("en"))


async def _talk(house: House, *turns: tuple[str, int]) -> list[str]:
    """Say things in the kitchen, each in a voice, and return what is answered."""
    conversation = Conversation(
        Home(),
        registered(skill),
        Grammars("en", lambda _: _grammar()),
        house.gateway,
        NoJournal(),
        clock=house.clock,
        zone=ZoneInfo("UTC"),
    )
    conversation.know_voices(house.voices)
    answering = Answering(conversation, Home(), Place(), around=Around(voices=house.voices))
    replies = list[str]()
    for text, mark in turns:
        transcript = Transcript(text, 1.0, "kitchen", "en", voice=house.says(mark))
        replies.append((await answering.answer(Said(transcript, follow_up=bool(replies)))).text)
    return replies


async def test_a_voice_is_learned_by_talking_and_then_made_out(house: House):
    await house.wish(voice_allow(ANNA))
    sentences = [(text.lower(), 1) for text in SENTENCES]

    replies = await _talk(house, ("this is anna learn my voice", 1), *sentences, ("who am i", 1), ("who am i", 5))

    assert "say after me" in replies[0].lower()
    assert replies[3:] == ["Thank you, Anna. I know your voice now.", "Probably Anna.", "I do not know your voice."]


async def test_who_says_no_is_not_learned(house: House):
    await house.wish(voice_allow(ANNA))

    await _talk(house, ("this is anna learn my voice", 1), ("no", 1), (SENTENCES[0].lower(), 1))

    assert not await house.voices.known(ANNA)


async def test_a_stranger_who_says_that_they_are_the_owner_is_not_believed(house: House):
    replies = await _talk(house, ("this is anna learn my voice", 1))

    assert "in writing" in replies[0]
    assert not house.voices.allowed(ANNA)


async def test_one_forgets_the_own_voice_by_asking_for_it_and_nobody_elses(house: House):
    await house.learn(ANNA, 1)
    await house.learn(TOM, 2)

    replies = await _talk(house, ("forget the voice of anna", 2), ("forget my voice", 2))

    assert replies[1] == "I have forgotten the voice of Tom."
    assert [await house.voices.known(one) for one in (ANNA, TOM)] == [True, False]


# A double and the real arithmetic keep the same promises.


@pytest.fixture(scope="module")
def untrained_encoder(tmp_path_factory: pytest.TempPathFactory) -> Ge2e:
    folder = tmp_path_factory.mktemp("encoder")
    (folder / WEIGHTS).write_bytes(stream(untrained()))
    return Ge2e(folder)


@pytest.fixture(params=["double", "encoder"])
def model(request: pytest.FixtureRequest, untrained_encoder: Ge2e) -> SpeakerModel:
    return Marked() if request.param == "double" else untrained_encoder


@pytest.mark.audio
def test_a_model_gives_the_same_vector_of_length_one_for_the_same_speech(model: SpeakerModel):
    said = speech("the morning sun shines through the window").tobytes()

    one, again = model.vector(said), model.vector(said)

    assert one == again
    assert sum(value * value for value in one) == pytest.approx(1.0, abs=1e-4)
    assert model.name
    assert model.calibration.slope > 0


@pytest.mark.parametrize("seconds", [0.8, 1.6, 3.0])
def test_a_model_gives_vectors_that_are_always_as_long(model: SpeakerModel, seconds: float):
    sounds = [with_noise(silence(at), 1_000.0).tobytes() for at in (1.0, seconds)]

    assert len({len(model.vector(sound)) for sound in sounds}) == 1


async def test_the_journal_says_that_a_voice_was_learned_and_not_how_it_sounds(house: House):
    await house.learn(ANNA, 1)
    bodies = [str(body) for (body,) in await house.store.run_bare(lambda c: c.execute(BODIES).fetchall())]

    assert any("anna" in body for body in bodies)
    assert not any(str(Marked().vector(bytes([1, 0]))[1])[:5] in body for body in bodies)
