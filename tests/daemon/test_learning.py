"""What a household teaches, over a real database, the real gateway and the real sentences."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from daemon.gateway import Gateway
from daemon.grammars import Grammars
from daemon.household import Household, Person, Role
from daemon.journal import Journal
from daemon.learning import Hint, Learning, Lesson, kept
from daemon.store import Store
from devices.home import Home
from devices.model import EntityId
from skills import registry
from skills.actions import Listed, forget_learned, learn_name, learn_phrase, list_add
from skills.effect import change
from skills.grammar import load, paraphrases
from skills.grammar.model import Context, Decision, Understander, Understanding
from skills.model import Action, Cause, CauseId, Match, Origin, Outcome, PersonId, Utterance, Verdict
from tests.doubles import START, ManualClock
from tests.skills.grammar.small import house

DESK, LOCK = EntityId("light.desk_lamp"), EntityId("lock.front_door")
KID = PersonId("kid")


@pytest.fixture(autouse=True)
def _few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read little more than what these tests are about, for speed."""
    monkeypatch.setattr(paraphrases, "MOST_TEXTS", 60)


@lru_cache
def engine(language: str) -> Understander:
    """Return one engine for all: nothing here reads two houses at a time."""
    return load(language, registry.load().documents(language))


@dataclass(frozen=True)
class Taught:
    """A house that learns."""

    home: Home
    learning: Learning
    gateway: Gateway
    engine: Understander

    def read(self, text: str) -> Understanding:
        return self.engine.understand(text, self.home, Context())

    async def teach(self, action: Action, *, said: str | None = None, origin: Origin = Origin.TEXT) -> Outcome:
        return await self.gateway.submit(action, cause(said, origin))


def cause(said: str | None = None, origin: Origin = Origin.TEXT, person: PersonId | None = None) -> Cause:
    return Cause(CauseId(f"{said}/{origin}/{person}"), origin, person, said=said)


@asynccontextmanager
async def taught(folder: Path) -> AsyncGenerator[Taught]:
    async def nothing(given: Listed, cause: Cause) -> Outcome:
        del given, cause
        return Outcome(Verdict.DONE)

    clock, home = ManualClock(), house()
    async with Store.open(folder / "hearth.db", clock) as store:
        journal, grammars = Journal(store, clock), Grammars("en", engine)
        learning = Learning(store, clock, home, grammars, journal)
        await learning.begin()
        people = Household({KID: Person(KID, "Kid", Role.CHILD)})
        noted = change(Listed, "list.add", nothing, lambda given: f"note {given.items}")
        gateway = Gateway([*learning.effects(), noted], journal, store, people, clock)
        yield Taught(home, learning, gateway, await grammars.of("en"))


async def test_a_name_is_understood_at_once_and_after_a_restart(tmp_path: Path):
    async with taught(tmp_path) as one:
        assert (await one.teach(learn_name(DESK, "Fritz"))).verdict is Verdict.DONE
        assert one.read("turn on fritz").matches[0].targets == (DESK,)
    async with taught(tmp_path) as two:
        assert two.read("turn on fritz").matches[0].targets == (DESK,)
        assert [(known.words, known.means) for known in two.learning.learned()] == [("Fritz", "Desk Lamp")]


async def test_what_is_forgotten_is_no_longer_understood_and_comes_back_by_undo(tmp_path: Path):
    async with taught(tmp_path) as one:
        await one.teach(learn_name(DESK, "Fritz"))
        gone = await one.teach(forget_learned(one.learning.learned()[0].id))
        assert one.read("turn on fritz").decision is Decision.DEFER
        assert gone.undo is not None
        await one.teach(gone.undo, said="undo")
        assert one.read("turn on fritz").decision is Decision.ACT


async def test_a_renamed_lamp_goes_on_answering_to_its_old_name(tmp_path: Path):
    async with taught(tmp_path) as one:
        await one.teach(learn_name(DESK, "Fritz", rename=True))
        entity = one.home.entity(DESK)
        assert entity is not None
        assert entity.name == "Fritz"
        assert one.read("turn on the desk lamp").matches[0].targets == (DESK,)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Counter Light", "Counter Light is called so already"),
        ("kitchen", "Kitchen is called so already"),
        ("lights", "that is what every one of its kind is called"),
        ("turn off the lights", "that means something already"),
        ("one two three four five six", "a name has one to 5 words"),
        ("stop", "that means something already"),
    ],
)
async def test_a_name_that_means_something_else_is_not_taken(tmp_path: Path, name: str, why: str):
    async with taught(tmp_path) as one:
        came = await one.teach(learn_name(DESK, name))
        assert (came.verdict, came.detail) == (Verdict.FAILED, why)
        assert not one.learning.learned()


async def test_a_name_that_changes_what_people_said_before_is_not_taken(tmp_path: Path):
    async with taught(tmp_path) as one:
        await one.teach(list_add("shopping", ["milk"]), said="turn on the tower")
        came = await one.teach(learn_name(DESK, "tower"))
        assert (came.verdict, came.detail) == (Verdict.FAILED, "“turn on the tower” would then mean something else")


async def test_a_phrase_stands_for_its_command_whatever_the_politeness_around_it(tmp_path: Path):
    async with taught(tmp_path) as one:
        assert (await one.teach(learn_phrase("movie time", "turn off the desk lamp"))).verdict is Verdict.DONE
        assert one.learning.reworded("Movie time, please!", "en") == "turn off the desk lamp"
        assert one.learning.reworded("movie time again", "en") is None


@pytest.mark.parametrize(
    ("phrase", "command"),
    [
        ("turn on the desk lamp", "turn off the desk lamp"),
        ("never mind", "turn off the desk lamp"),
        ("don't turn on the desk lamp", "turn on the desk lamp"),
        ("movie", "turn off the desk lamp"),
        ("movie time", "make me a sandwich"),
        ("movie time", "when i say so turn off the desk lamp"),
    ],
)
async def test_a_phrase_that_means_something_or_a_command_that_means_nothing_is_not_taken(
    tmp_path: Path, phrase: str, command: str
):
    async with taught(tmp_path) as one:
        assert (await one.teach(learn_phrase(phrase, command))).verdict is Verdict.FAILED
        assert not one.learning.learned()


@pytest.mark.parametrize("origin", [Origin.MODEL, Origin.MCP, Origin.MQTT])
async def test_only_people_teach(tmp_path: Path, origin: Origin):
    async with taught(tmp_path) as one:
        assert (await one.teach(learn_name(DESK, "Fritz"), origin=origin)).verdict is Verdict.FAILED


async def test_words_from_outside_the_house_are_not_learned_whoever_says_yes(tmp_path: Path):
    async with taught(tmp_path) as one:
        tainted = Cause(CauseId("mail"), Origin.TEXT, tainted=True)
        waiting = await one.gateway.submit(learn_name(DESK, "Fritz"), tainted)
        assert waiting.approval is not None
        came = await one.gateway.approve(waiting.approval, cause("yes"))
        assert came.verdict is Verdict.FAILED


@pytest.mark.parametrize("wish", [learn_name(LOCK, "Knox"), learn_phrase("secret door", "unlock the front door")])
@pytest.mark.parametrize(
    ("origin", "person", "verdict"),
    [
        (Origin.TEXT, None, Verdict.WAITING),
        (Origin.VOICE, None, Verdict.REFUSED),
        (Origin.VOICE, KID, Verdict.REFUSED),
        (Origin.DAEMON, None, Verdict.REFUSED),
    ],
)
async def test_words_for_a_lock_are_taught_by_who_may_open_it(
    tmp_path: Path, wish: Action, origin: Origin, person: PersonId | None, verdict: Verdict
):
    async with taught(tmp_path) as one:
        assert (await one.gateway.submit(wish, cause("said", origin, person))).verdict is verdict
        assert not one.learning.learned()


async def test_there_is_an_end_to_what_is_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 1)
    async with taught(tmp_path) as one:
        await one.teach(learn_phrase("movie time", "turn off the desk lamp"))
        came = await one.teach(learn_phrase("work time", "turn on the desk lamp"))
        assert "forget some first" in came.detail


def lesson(hint: Hint, text: str, said: str, target: EntityId = DESK) -> Lesson:
    match = Match("HassTurnOn", {"name": "Desk Lamp"}, (target,))
    return Lesson(hint, text, match, Utterance(said, START, cause(said)))


async def test_the_words_that_were_misunderstood_become_a_name(tmp_path: Path):
    async with taught(tmp_path) as one:
        came = await one.learning.look_into(
            lesson(Hint.CORRECTED, "turn on the lampion", "no, i meant the desk lamp"), one.gateway.submit
        )
        assert came is not None
        assert came.verdict is Verdict.DONE
        assert [(known.words, known.outright) for known in one.learning.learned()] == [("lampion", False)]


async def test_a_rephrasing_that_worked_becomes_a_phrase(tmp_path: Path):
    async with taught(tmp_path) as one:
        await one.learning.look_into(
            lesson(Hint.REPHRASED, "make the desk lamp shine", "turn on the desk lamp"), one.gateway.submit
        )
        assert one.learning.reworded("make the desk lamp shine", "en") == "turn on the desk lamp"


@pytest.mark.parametrize(
    "one_lesson",
    [
        lesson(Hint.REPHRASED, "where did i put my keys", "turn on the desk lamp"),
        lesson(Hint.REPHRASED, "he said turn on the desk lamp", "turn on the desk lamp"),
        lesson(Hint.CORRECTED, "turn on the counter light", "no, i meant the desk lamp"),
        lesson(Hint.CORRECTED, "hello there", "no, i meant the desk lamp"),
    ],
    ids=["about something else", "what someone said", "the name of something else", "no command at all"],
)
async def test_nothing_is_learned_from(tmp_path: Path, one_lesson: Lesson):
    async with taught(tmp_path) as one:
        await one.learning.look_into(one_lesson, one.gateway.submit)
        assert not one.learning.learned()
