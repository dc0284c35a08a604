"""Learning a voice, as it is spoken and written."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from skills.builtin.voices import SENTENCES, skill
from skills.enrolling import voice_allow, voice_forget, voice_learn
from skills.grammar import load
from skills.grammar.model import Context, Decision
from skills.language import speaking
from skills.model import Cause, CauseId, Match, Origin, PersonId, Reply, Request, Utterance
from skills.registry import registered
from skills.testing import NOON, Past
from skills.voices import NoVoices, Whose
from tests.skills.house import furnished


class Heard(NoVoices):
    """What is known of voices, as a test says."""

    def __init__(
        self,
        *,
        known: Sequence[str] = (),
        allowed: Sequence[str] = (),
        whose: Whose | None = None,
        trouble: str | None = None,
    ) -> None:
        self._known, self._allowed, self._whose, self._trouble = known, allowed, whose or Whose(), trouble
        self.held = 0
        self.deaf = False

    def named(self, words: str) -> tuple[str, str] | None:
        return {"anna": ("anna", "Anna"), "tom": ("tom", "Tom")}.get(words.casefold())

    async def known(self, person: str | None) -> bool:
        return bool(self._known) if person is None else person in self._known

    def allowed(self, person: str) -> bool:
        return person in self._allowed

    async def trouble(self) -> str | None:
        return self._trouble

    async def heard(self) -> Whose:
        return self._whose

    def drop(self, person: str) -> None:
        del person
        self.held = 0

    async def hold(self, person: str) -> int | None:
        del person
        if self.deaf:
            return None
        self.held += 1
        return self.held


async def hear(
    asked: str,
    voices: Heard,
    *,
    origin: Origin = Origin.VOICE,
    person: str | None = None,
    language: str = "en",
    **slots: object,
) -> Reply:
    cause = Cause(CauseId("said"), origin, PersonId(person) if person else None)
    utterance = Utterance("", NOON, cause, language=language)
    request = Request(utterance, Match(f"voices.{asked}", slots), (), furnished(), Past(), NOON)
    handler = next(one for one in skill.handlers() if one.intent == f"voices.{asked}")
    with speaking(language):
        return await handler(replace(request, voices=voices))


async def test_three_sentences_are_said_after_us_one_after_the_other():
    voices = Heard(allowed=["anna"])

    replies = [await hear("learn", voices, name="Anna")]
    replies += [await hear("learn", voices, name="Anna", said="the words") for _ in SENTENCES]

    assert [sentence in reply.text for sentence, reply in zip(SENTENCES, replies, strict=False)] == [True] * 3
    assert [reply.ask is not None for reply in replies] == [True, True, True, False]
    assert list(replies[-1].do) == [voice_learn("anna")]


async def test_too_little_speech_is_asked_for_once_more():
    voices = Heard(allowed=["anna"])
    await hear("learn", voices, name="Anna")
    voices.deaf = True

    reply = await hear("learn", voices, name="Anna", said="no")

    assert reply.ask is not None
    assert "once more" in reply.text


async def test_a_voice_alone_cannot_let_itself_be_learned():
    reply = await hear("learn", Heard(), name="Anna")

    assert reply.failed
    assert "in writing" in reply.text


async def test_in_writing_it_is_allowed_and_not_learned():
    reply = await hear("learn", Heard(), origin=Origin.TEXT, person="anna")

    assert list(reply.do) == [voice_allow("anna")]


@pytest.mark.parametrize(("name", "says"), [("", "who you are"), ("Zoe", "called Zoe")])
async def test_whose_voice_it_is_has_to_be_known(name: str, says: str):
    reply = await hear("learn", Heard(), name=name)

    assert reply.failed
    assert says in reply.text


async def test_without_a_model_it_is_told_how_to_get_one():
    reply = await hear("learn", Heard(trouble="Pull it."), name="Anna")

    assert reply.text == "Pull it."


@pytest.mark.parametrize(
    ("whose", "known", "person", "says"),
    [
        (Whose(True, "anna", "Anna", 0.97, sure=True), ["anna"], None, "Probably Anna."),
        (Whose(True, "anna", "Anna", 0.7), ["anna"], None, "You sound like Anna, but I am not sure."),
        (Whose(True, "anna", "Anna", 0.1), ["anna"], None, "I do not know your voice."),
        (Whose(True), ["anna"], None, "I do not know your voice."),
        (Whose(), ["anna"], None, "I did not hear enough of your voice to tell."),
        (Whose(), [], None, "I do not know anybody's voice yet."),
        (Whose(), [], "tom", "You are Tom: that is what I was told."),
    ],
)
async def test_who_speaks_is_told_as_surely_as_it_is_known(
    whose: Whose, known: Sequence[str], person: str | None, says: str
):
    reply = await hear("who", Heard(known=known, whose=whose), person=person)

    assert reply.text == says


async def test_a_voice_is_forgotten():
    reply = await hear("forget", Heard(known=["anna"]), person="anna")

    assert list(reply.do) == [voice_forget("anna")]


async def test_of_a_voice_that_nobody_knows_there_is_nothing_to_forget():
    assert (await hear("forget", Heard())).failed


@pytest.mark.parametrize(
    ("language", "text", "intent", "name"),
    [
        ("en", "learn my voice", "voices.learn", None),
        ("en", "this is anna learn my voice", "voices.learn", "anna"),
        ("en", "my name is Tom, please remember my voice", "voices.learn", "Tom"),
        ("en", "forget my voice", "voices.forget", None),
        ("en", "who am I?", "voices.who", None),
        ("en", "who is speaking?", "voices.who", None),
        ("en", "do you recognize my voice", "voices.who", None),
        ("de", "lerne meine Stimme", "voices.learn", None),
        ("de", "hier ist Anna, lerne meine Stimme", "voices.learn", "Anna"),
        ("de", "merk dir bitte meine Stimme", "voices.learn", None),
        ("de", "vergiss meine Stimme", "voices.forget", None),
        ("de", "wer bin ich", "voices.who", None),
        ("de", "wer spricht da", "voices.who", None),
    ],
)
def test_what_is_said_about_voices(language: str, text: str, intent: str, name: str | None):
    understander = load(language, registered(skill).documents(language))

    understood = understander.understand(text, furnished(), Context())

    assert understood.decision is Decision.ACT, understood.reason
    assert [match.intent for match in understood.matches] == [intent]
    assert str(understood.matches[0].slots.get("name", "")).casefold() == (name or "").casefold()
