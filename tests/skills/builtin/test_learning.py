"""Teaching, as it is spoken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from devices.model import EntityId
from skills.actions import forget_learned, learn_name, learn_phrase
from skills.builtin.learning import skill
from skills.model import Action, Ask, Cause, CauseId, Match, Origin, Reply, Request, Utterance, Wants
from skills.testing import NOON, Past
from skills.views import Learned
from tests.skills.house import furnished

LAMP = EntityId("light.desk_lamp")


class Known:
    """What was learned, as a test says."""

    def __init__(self, *learned: Learned, doubts: Sequence[str] = (), parts: tuple[str, str] | None = None) -> None:
        self._learned, self._doubts, self._parts = learned, doubts, parts

    def learned(self) -> Sequence[Learned]:
        return self._learned

    def doubts(self, name: str) -> Sequence[str]:
        del name
        return self._doubts

    def parted(self, text: str, language: str) -> tuple[str, str] | None:
        del text, language
        return self._parts


FRITZ = Learned(7, "Fritz", "Desk Lamp", is_name=True, outright=True, at=NOON - timedelta(minutes=1))
MOVIE = Learned(3, "movie time", "turn off the lights", is_name=False, outright=False, at=NOON - timedelta(days=1))


async def hear(asked: str, known: Known, /, **slots: object) -> Reply:
    home = furnished()
    entity = next(entity for entity in home.entities() if entity.domain == "light")
    utterance = Utterance("", NOON, Cause(CauseId("said"), Origin.TEXT))
    request = Request(utterance, Match(f"learning.{asked}", slots), (entity,), home, Past(), NOON)
    handler = next(one for one in skill.handlers() if one.intent == f"learning.{asked}")
    return await handler(replace(request, learned=known))


def wished(reply: Reply) -> list[Action]:
    return [replace(action, arguments={**action.arguments, "thing": LAMP}) if "thing" in action.arguments else action
            for action in reply.do]  # fmt: skip


@pytest.mark.parametrize("said", ["Fritz", "Fritz.", " the Fritz"])
async def test_a_thing_is_given_a_name(said: str):
    assert wished(await hear("call", Known(), new=said)) == [learn_name(LAMP, "Fritz")]


async def test_a_name_that_may_be_missed_is_asked_about_first():
    known = Known(doubts=["“fritz” is a word the speech model does not know; I may miss it."])
    question = "“fritz” is a word the speech model does not know; I may miss it. Keep it?"
    asked = await hear("call", known, new="fritz")
    assert (asked.text, asked.ask, asked.do) == (question, Ask(question, slot="sure", wants=Wants.YES), ())
    assert wished(await hear("call", known, new="fritz", sure=True)) == [learn_name(LAMP, "fritz")]


async def test_a_thing_is_renamed():
    assert wished(await hear("rename", Known(), new="Fritz")) == [learn_name(LAMP, "Fritz", rename=True)]


async def test_a_phrase_is_given_a_meaning():
    known = Known(parts=("movie time", "turn off the lights"))
    reply = await hear("phrase", known, said="movie time turn off the lights")
    assert reply.do == [learn_phrase("movie time", "turn off the lights")]


async def test_what_a_phrase_means_is_asked_for():
    asked = await hear("phrase", Known(), said="movie time")
    assert asked.ask is not None
    assert (asked.ask.slot, asked.ask.wants) == ("command", Wants.COMMAND)
    told = await hear("phrase", Known(), said="movie time", command="turn off the lights")
    assert told.do == [learn_phrase("movie time", "turn off the lights")]


async def test_what_was_learned_is_told():
    reply = await hear("tell", Known(FRITZ, MOVIE))
    assert reply.text == "I have learned that “Fritz” is Desk Lamp and “movie time” means “turn off the lights”."


@pytest.mark.parametrize(
    ("known", "what", "forgotten"),
    [
        (Known(FRITZ, MOVIE), None, 7),
        (Known(MOVIE), None, None),
        (Known(FRITZ, MOVIE), "Movie Time", 3),
        (Known(), "x", None),
    ],
    ids=["the last", "too long ago", "by its words", "nothing of that name"],
)
async def test_what_was_learned_is_forgotten(known: Known, what: str | None, forgotten: int | None):
    slots = {} if what is None else {"what": what}
    reply = await hear("forget", known, **slots)
    assert list(reply.do) == ([] if forgotten is None else [forget_learned(forgotten)])
