"""What a voice that is not surely somebody's may do, and what is believed because of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.conversation import Conversation, Grammars
from daemon.household import CERTAIN, Household, Person, Role, certain
from daemon.policy import Allow, Ask, Refuse, decide, objection
from daemon.supervise import Condition
from daemon.voices import GUESSED
from devices.home import Home
from devices.model import AreaId, EntityId
from skills.builtin import lights
from skills.grammar import load
from skills.model import Cause, CauseId, Origin, PersonId, Risk
from skills.registry import registered
from tests.daemon.remembering.family import Family, family
from tests.daemon.test_conversation import NoJournal
from tests.daemon.test_rooms import Obedient
from tests.daemon.test_voices import ANNA, TOM, House, Marked, housed
from tests.doubles import ManualClock

PEOPLE = {PersonId(role.value): Person(PersonId(role.value), role.value.title(), role) for role in Role}
HOUSE = Household(PEOPLE, ZoneInfo("Europe/Berlin"))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GARAGE = EntityId("cover.garage")
GROWN_UP, MINOR = ("owner", "adult"), ("child", "guest")
BELOW, ABOVE, SURELY = 0.5, 0.93, 0.99


def heard(role: str, sure: float) -> Cause:
    return Cause(CauseId("said"), Origin.VOICE, PersonId(role), sure=sure)


STRANGER = Cause(CauseId("said"), Origin.VOICE, sure=BELOW)


@pytest.mark.parametrize("risk", list(Risk))
@pytest.mark.parametrize("role", GROWN_UP)
def test_a_grown_up_whose_voice_is_too_unsure_counts_as_an_unknown_voice(role: str, risk: Risk):
    decided = [decide(risk, who, targets=[GARAGE], household=HOUSE, now=NOON) for who in (heard(role, BELOW), STRANGER)]

    assert decided[0] == decided[1]
    assert (objection(risk, heard(role, BELOW), HOUSE) is None) is (objection(risk, STRANGER, HOUSE) is None)


@pytest.mark.parametrize(
    ("role", "sure", "expected"),
    [
        *((role, BELOW, Ask) for role in GROWN_UP),
        *((role, ABOVE, Allow) for role in GROWN_UP),
        *((role, sure, Ask) for role in MINOR for sure in (BELOW, ABOVE)),
    ],
)
def test_what_has_consequences_is_done_at_once_for_a_grown_up_above_the_bar_only(
    role: str, sure: float, expected: type
):
    decision = decide(Risk.CONSEQUENTIAL, heard(role, sure), targets=[GARAGE], household=HOUSE, now=NOON)

    assert isinstance(decision, expected)


@pytest.mark.parametrize("sure", [BELOW, ABOVE, SURELY])
@pytest.mark.parametrize("role", MINOR)
def test_who_may_be_a_child_gains_nothing_by_being_heard_badly(role: str, sure: float):
    who = heard(role, sure)

    assert isinstance(decide(Risk.CRITICAL, who, targets=[GARAGE], household=HOUSE, now=NOON), Refuse)
    assert objection(Risk.CONSEQUENTIAL, who, HOUSE) is not None


@pytest.mark.parametrize(("sure", "who"), [(BELOW, None), (ABOVE, None), (CERTAIN, "adult"), (1.0, "adult")])
def test_words_are_somebodys_for_good_above_a_higher_bar_only(sure: float, who: str | None):
    assert certain(heard("adult", sure)) == who
    assert GUESSED < CERTAIN


async def says(house: Family, text: str, sure: float, *, room: str = "kitchen") -> str:
    """Say something in a voice that is taken for Anna's, and return what is answered."""
    answer = await house.hearth.conversation.answer(
        text, origin=Origin.VOICE, person=PersonId("anna"), area=AreaId(room), sure=sure
    )
    await house.clock.advance(timedelta(seconds=20))
    return answer.reply


@pytest.mark.parametrize(("sure", "known"), [(BELOW, False), (ABOVE, False), (SURELY, True)])
async def test_what_an_unsure_voice_tells_of_itself_is_not_kept_on_the_shelf_of_whom_it_sounds_like(
    tmp_path: Path, sure: float, known: bool
):
    async with family(tmp_path) as house:
        told = await says(house, "remember that I am allergic to nuts", sure)
        asked = await house.says("anna", "what am I allergic to?")

    assert ("nuts" in asked) is known
    assert ("do not know who you are" in told) is not known


@pytest.mark.parametrize(("sure", "there"), [(BELOW, None), (ABOVE, None), (SURELY, "anna")])
async def test_an_unsure_voice_moves_nobody(sure: float, there: str | None):
    seen, skills = list[str | None](), registered(lights.skill)
    talk = Conversation(
        Home(),
        skills,
        Grammars("en", lambda language: load(language, skills.documents(language))),
        Obedient(),
        NoJournal(),
        clock=ManualClock(),
        zone=ZoneInfo("UTC"),
        heard=lambda area, person, at: seen.append(person),
    )

    await talk.answer("hello", origin=Origin.VOICE, person=ANNA, area=AreaId("hall"), sure=sure)

    assert seen == [there]


@pytest.mark.parametrize(("sure", "kept"), [(ABOVE, False), (SURELY, True)])
async def test_what_an_unsure_voice_forgets_stays(tmp_path: Path, sure: float, kept: bool):
    async with family(tmp_path) as house:
        await house.says("anna", "remember that I am allergic to nuts")
        await says(house, "forget everything about nuts", sure)
        await says(house, "yes", sure)
        asked = await house.says("anna", "what am I allergic to?")

    assert ("nuts" in asked) is not kept


async def test_a_probability_that_no_sample_was_held_against_is_never_certain(tmp_path: Path):
    """With one voice there is nothing that the model's own figures could be measured by."""
    async with housed(tmp_path) as house:
        await house.learn(ANNA, 1)
        alone = await house.voices.speaker(house.says(1), 2.0)
        await house.learn(TOM, 2)
        measured = await house.voices.speaker(house.says(1), 2.0)

    assert (alone.person, alone.probability) == (ANNA, GUESSED)
    assert measured.probability >= CERTAIN


async def health_after(house: House, *learned: tuple[PersonId, int], has_model: bool = True) -> tuple[Condition, str]:
    for person, mark in learned:
        await house.learn(person, mark)
    health = house.voices.health(has_model=has_model)
    return health.condition, f"{health.detail}; {health.remedy}"


@pytest.mark.parametrize(
    ("learned", "has_model", "condition", "word"),
    [
        ((), False, Condition.FINE, "nobody's voice"),
        (((ANNA, 1),), False, Condition.MISSING, "hearth models pull speaker-ge2e"),
        (((ANNA, 1),), True, Condition.DEGRADED, "never calibrated"),
        (((ANNA, 1), (TOM, 1)), True, Condition.DEGRADED, "not told apart"),
        (((ANNA, 1), (TOM, 2)), True, Condition.FINE, "Anna, Tom"),
    ],
    ids=["not used", "missing", "never calibrated", "useless", "fine"],
)
async def test_the_doctor_tells_how_far_voices_can_be_trusted(
    tmp_path: Path, learned: tuple[tuple[PersonId, int], ...], has_model: bool, condition: Condition, word: str
):
    async with housed(tmp_path) as house:
        found, told = await health_after(house, *learned, has_model=has_model)

    assert found is condition
    assert word in told


async def test_after_a_restart_and_with_another_model_the_doctor_says_so(tmp_path: Path):
    class Newer(Marked):
        name = "newer"

    async with housed(tmp_path) as before:
        await before.learn(ANNA, 1)
    async with housed(tmp_path, Newer) as after:
        unloaded = await health_after(after)
        await after.voices.speaker(after.says(1), 2.0)
        loaded = await health_after(after)

    assert unloaded[0] is Condition.FINE
    assert loaded[0] is Condition.DEGRADED
    assert "another model" in loaded[1]
