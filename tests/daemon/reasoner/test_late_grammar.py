"""Where the sentences take long, a light waits for them and never for a model, and is switched once."""

import asyncio
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from daemon.conversation import Conversation, Grammars
from daemon.grammars import LATE
from daemon.reasoner.checking import Do, Proposal
from daemon.reasoner.sources import Source
from devices.home import Home
from devices.model import Entity
from skills.grammar.model import Context, Decision, Understanding
from skills.model import Match, Origin
from skills.registry import registered
from tests.daemon.test_conversation import DONE, LAMP, ON, Door, NoJournal, Scripted, lights, say
from tests.doubles import ManualClock

PROPOSED = Do((Match("HassTurnOn", {}, (LAMP,)),), frozenset({Source.USER}))


class Stalled(Scripted):
    """An understander that gets nowhere until it is let go."""

    def __init__(self, meanings: Mapping[str, Understanding]) -> None:
        super().__init__(meanings)
        self.let_go, self.began = threading.Event(), threading.Event()

    def at_once(self, text: str, home: object, context: Context) -> Understanding | None:
        return None

    def understand(self, text: str, home: object, context: Context) -> Understanding:
        self.began.set()
        assert self.let_go.wait(10)
        return super().understand(text, home, context)


class Eager:
    """A model that would switch the lamp on whatever is said, at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def propose(self, text: str, **_: object) -> Proposal:
        self.asked.append(text)
        return PROPOSED


def talk(grammar: Scripted, door: Door, model: Eager) -> Conversation:
    home = Home()
    home.add(Entity(LAMP, "Desk Lamp", "light"))
    clock = ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    grammars = Grammars("en", lambda _: grammar)
    zone = ZoneInfo("UTC")
    return Conversation(home, registered(lights), grammars, door, NoJournal(), clock=clock, zone=zone, reasoner=model)


async def test_a_light_whose_sentence_takes_long_is_switched_once_and_by_its_sentence():
    grammar, door, model = Stalled({"on": ON}), Door(DONE, DONE), Eager()
    conversation = talk(grammar, door, model)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        turn = group.create_task(say(conversation, "on"))
        assert await asyncio.to_thread(grammar.began.wait, 5)
        assert not door.submitted
        grammar.let_go.set()
    assert (turn.result().status, turn.result().route) == ("done", "grammar")
    assert (len(door.submitted), model.asked) == (1, [])


async def test_what_is_forbidden_by_a_sentence_that_takes_long_is_not_done_by_a_quick_model():
    leave = Understanding(Decision.REJECT, reason="negation")
    grammar, door, model = Stalled({"do not": leave}), Door(DONE), Eager()
    conversation = talk(grammar, door, model)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(say(conversation, "do not"))
        assert await asyncio.to_thread(grammar.began.wait, 5)
        grammar.let_go.set()
    assert (door.submitted, model.asked) == ([], [])


async def test_what_no_sentence_covers_is_asked_of_the_model_once_that_is_known():
    unknown = Understanding(Decision.DEFER, reason="no-sentence")
    grammar, door, model = Stalled({"gloomy": unknown}), Door(DONE), Eager()
    conversation = talk(grammar, door, model)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        turn = group.create_task(say(conversation, "gloomy"))
        assert await asyncio.to_thread(grammar.began.wait, 5)
        assert not model.asked
        grammar.let_go.set()
    assert (turn.result().route, len(door.submitted), model.asked) == ("reasoner", 1, ["gloomy"])


async def test_a_text_of_which_nothing_is_known_in_time_ends_in_words_and_not_with_the_model():
    door, model = Door(DONE), Eager()
    conversation = talk(Scripted({"on": Understanding(Decision.DEFER, reason=LATE)}), door, model)
    answer = await conversation.answer("on", origin=Origin.VOICE)
    assert answer.reply == "That took me too long; I have stopped trying."
    assert (door.submitted, model.asked) == ([], [])
