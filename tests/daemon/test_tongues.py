"""People who speak another language than the house, in writing and in what they put off."""

from zoneinfo import ZoneInfo

import pytest

from daemon.conversation import Conversation, Grammars, Status
from daemon.conversation.tongues import foreign_in
from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from skills.builtin import lights
from skills.grammar import load
from skills.model import Cause, CauseId, Origin, PersonId
from skills.registry import registered
from tests.daemon.test_conversation import NoJournal
from tests.daemon.test_rooms import Obedient
from tests.doubles import ManualClock

SKILLS = registered(lights.skill)
KITCHEN, CEILING, HALL = AreaId("kitchen"), EntityId("light.kitchen"), EntityId("light.hall")
LIESL, TOM = PersonId("liesl"), PersonId("tom")
LIGHT_ON, LIGHT_AN = "turn on the hall light", "schalte das deckenlicht an"


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    return Grammars("en", lambda language: load(language, SKILLS.documents(language)))


@pytest.fixture
def gateway() -> Obedient:
    return Obedient()


@pytest.fixture
def talk(grammars: Grammars, gateway: Obedient) -> Conversation:
    home, can = Home(areas=[Area(KITCHEN, "Küche")]), frozenset({Capability.ON_OFF})
    home.add(Entity(CEILING, "Deckenlicht", "light", area=KITCHEN, capabilities=can))
    home.add(Entity(HALL, "hall light", "light", capabilities=can))
    talk = Conversation(home, SKILLS, grammars, gateway, NoJournal(), clock=ManualClock(), zone=ZoneInfo("UTC"))
    languages: dict[PersonId | None, str] = {LIESL: "de-AT"}
    talk.tongues.at_home = languages.get
    return talk


@pytest.mark.parametrize(
    ("person", "text", "done", "reply"),
    [
        (LIESL, LIGHT_AN, CEILING, "Das Deckenlicht"),
        (LIESL, LIGHT_ON, HALL, "The hall light"),
        (TOM, LIGHT_ON, HALL, "The hall light"),
        (None, LIGHT_ON, HALL, "The hall light"),
        (TOM, LIGHT_AN, CEILING, "Das Deckenlicht"),
        (None, "Deckenlicht an", CEILING, "Das Deckenlicht"),
        (None, "turn on the Deckenlicht", CEILING, "The deckenlicht"),
    ],
    ids=["her own", "that of the house, by her", "of the house", "nobody", "another one", "two words", "a name"],
)
async def test_people_are_answered_in_the_language_that_they_write(
    talk: Conversation, gateway: Obedient, person: PersonId | None, text: str, done: EntityId, reply: str
):
    answer = await talk.answer(text, origin=Origin.TEXT, person=person)

    assert gateway.submitted == [[done]]
    assert answer.reply.startswith(reply)


@pytest.mark.parametrize(("person", "word"), [(LIESL, "nicht"), (TOM, "not")])
async def test_what_nobody_understands_is_answered_in_the_language_of_who_said_it(
    talk: Conversation, person: PersonId, word: str
):
    answer = await talk.answer("blah blubb", origin=Origin.DASHBOARD, person=person)

    assert answer.status is Status.NOT_UNDERSTOOD
    assert word in answer.reply


async def test_the_language_of_the_words_that_was_said_counts_more_than_the_person(talk: Conversation):
    answer = await talk.answer("blah blubb", origin=Origin.VOICE, person=LIESL, language="en")

    assert "not" in answer.reply


@pytest.mark.parametrize("person", [None, TOM, LIESL])
async def test_what_was_put_off_in_any_language_of_the_house_is_done(
    talk: Conversation, gateway: Obedient, grammars: Grammars, person: PersonId | None
):
    """What was said in a German room comes due without its room: it is still German."""
    await grammars.of("de")
    parent = Cause(CauseId("said"), Origin.VOICE, person)

    came = await talk.obey(LIGHT_AN, id=CauseId("due/1"), parent=parent, area=None, person=person)

    assert gateway.submitted == [[CEILING]]
    assert came is not None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("was meint denn der Nachbar zum Wetterbericht von gestern", "nicht"),
        ("blah blubb", "not"),
        ("who of the neighbours told you about it", "not"),
    ],
)
async def test_what_nobody_understands_is_answered_in_the_language_that_it_looks_like(
    talk: Conversation, text: str, word: str
):
    answer = await talk.answer(text, origin=Origin.TEXT)

    assert answer.status is Status.NOT_UNDERSTOOD
    assert word in answer.reply


async def test_what_the_house_must_not_do_is_done_in_no_other_language(talk: Conversation, gateway: Obedient):
    await talk.answer("don't mach das deckenlicht an", origin=Origin.TEXT)

    assert gateway.submitted == []


@pytest.mark.parametrize(
    ("text", "spoken", "language"),
    [
        ("schalte die Lampe an", ("en",), "de"),
        ("Licht aus", ("en",), "de"),
        ("Rollladen schließen", ("en",), "de"),
        ("wie spät ist es?", ("en",), "de"),
        ("danke", ("en",), "de"),
        ("thank you", ("de",), "en"),
        ("turn on the light in der Küche", ("en",), None),
        ("play Die Hard", ("en",), None),
        ("what time is it", ("de",), "en"),
        ("kitchen light on", ("de",), "en"),
        ("mach TV on", ("de",), None),
        ("turn on the light", ("de", "en"), None),
    ],
)
def test_another_language_is_known_by_its_small_words(text: str, spoken: tuple[str, ...], language: str | None):
    assert foreign_in(text, spoken) == language


async def test_what_was_said_in_another_language_is_no_context(talk: Conversation, gateway: Obedient):
    """Sentences that an engine cannot read make the next one too hard for it."""
    for text in (LIGHT_ON, LIGHT_AN, "turn it off", "schalte es aus"):
        await talk.answer(text, origin=Origin.TEXT)

    assert gateway.submitted == [[HALL], [CEILING], [HALL], [CEILING]]
