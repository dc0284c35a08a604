"""Questions that a skill asks, and what is said next."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from daemon.conversation import Conversation, Grammars, Status
from daemon.conversation.settling import filled
from daemon.learning.lesson import Hint, Lesson
from devices.home import Home
from devices.model import Entity
from skills import Action, Ask, Cause, Match, Outcome, Reply, Request, Skill, Verdict, Wants
from skills.actions import undo
from skills.grammar.model import Decision, Understanding
from skills.registry import registered
from tests.daemon.test_conversation import DONE, FAN, LAMP, Door, NoJournal, Scripted, act, say
from tests.doubles import ManualClock

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LENGTH = Ask("For how long?", slot="minutes", wants=Wants.LENGTH)
TIME = Ask("When?", slot="when", wants=Wants.TIME)
TEXT = Ask("What?", slot="what", wants=Wants.TEXT)
WHICH = Ask("Which?", ("pasta timer", "egg timer"), slot="id", values=(3, 4))
SURE = Ask("Keep it?", slot="sure", wants=Wants.YES)


@pytest.mark.parametrize(
    ("ask", "text", "slots", "whole"),
    [
        (LENGTH, "ten minutes", {"hours": 0, "minutes": 10, "seconds": 0}, True),
        (LENGTH, "for an hour and a half, please", {"hours": 1, "minutes": 30, "seconds": 0}, True),
        (LENGTH, "my neighbour was here for ten minutes", {"hours": 0, "minutes": 10, "seconds": 0}, False),
        (TIME, "at five tomorrow", {"when": "at five tomorrow"}, True),
        (TIME, "set it for five tomorrow", {"when": "set it for five tomorrow"}, False),
        (TEXT, "call mum", {"what": "call mum"}, False),
        (WHICH, "egg", {"id": 4}, True),
        (WHICH, "the pasta timer I think", {"id": 3}, False),
        (SURE, "yes please", {"sure": True}, True),
    ],
)
def test_an_answer_fills_the_slot(ask: Ask, text: str, slots: Mapping[str, object], whole: bool):
    answer = filled(ask, text, now=NOW, language="en")
    assert answer is not None
    assert (answer.slots, answer.whole) == (slots, whole)


@pytest.mark.parametrize(
    ("ask", "text"),
    [(LENGTH, "blue"), (LENGTH, "at five"), (LENGTH, "set a timer for 5000 hours"), (TIME, "the red one"),
     (TIME, "set a timer for 0 minutes"), (TIME, "wake me at seven or so"), (WHICH, "timer"),
     (SURE, "maybe"), (TEXT, " ")],
)  # fmt: skip
def test_what_is_no_answer_fills_nothing(ask: Ask, text: str):
    assert filled(ask, text, now=NOW, language="en") is None


timers = Skill("timers")


@timers.handles("HassStartTimer")
async def start(request: Request, minutes: float | None = None) -> Reply:
    if minutes is None:
        return Reply("For how long?", ask=LENGTH)
    return Reply(f"{minutes:.0f} minutes.", [Action("timer.start", {"minutes": minutes})])


@timers.handles("HassTurnOn")
async def on(request: Request) -> Reply:
    return Reply("It is on.", [Action("device.call", {"targets": [entity.id for entity in request.targets]})])


class Pupil:
    """What was learned: nothing yet, but every lesson is noted."""

    def __init__(self, **phrases: str) -> None:
        self.lessons: list[Lesson] = []
        self.phrases = phrases

    def learned(self) -> tuple[()]:
        return ()

    def doubts(self, name: str) -> tuple[()]:
        return ()

    def parted(self, text: str, language: str) -> None:
        return None

    def reworded(self, text: str, language: str) -> str | None:
        return self.phrases.get(text)

    def consider(self, lesson: Lesson) -> None:
        self.lessons.append(lesson)


class Recording(Door):
    """A gateway that notes who wished."""

    def __init__(self) -> None:
        super().__init__(*[DONE] * 9)
        self.causes: list[Cause] = []

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        self.causes.append(cause)
        return await super().submit(action, cause)


TIMER = act(Match("HassStartTimer"))
FAN_ON = act(Match("HassTurnOn", {}, (FAN,)))
LAMP_MEANT = Understanding(Decision.ACT, (Match("HassTurnOn", {}, (LAMP,)),), corrects=True, confidence=0.9)


def talk(door: Door, pupil: Pupil, meanings: Mapping[str, Understanding]) -> tuple[Conversation, ManualClock]:
    home, clock = Home(), ManualClock()
    home.add(Entity(LAMP, "Desk Lamp", "light"))
    home.add(Entity(FAN, "Ceiling Fan", "fan"))
    grammars = Grammars("en", lambda language: Scripted(meanings))
    zone = ZoneInfo("UTC")
    talking = Conversation(
        home, registered(timers), grammars, door, NoJournal(), clock=clock, zone=zone, learning=pupil
    )
    return talking, clock


async def test_a_question_is_answered_in_two_words_and_the_wish_knows_what_it_came_from():
    door = Recording()
    conversation, _ = talk(door, Pupil(), {"set a timer": TIMER})
    asked = await say(conversation, "set a timer")
    done = await say(conversation, "ten minutes")
    assert (asked.status, done.reply, done.route) == (Status.ASKED, "10 minutes.", "dialogue")
    assert asked.cause is not None
    assert door.causes[0].parent == asked.cause.id


async def test_a_command_of_its_own_wins_and_drops_the_question():
    conversation, _ = talk(Door(DONE), Pupil(), {"set a timer": TIMER, "turn on the fan for ten minutes": FAN_ON})
    await say(conversation, "set a timer")
    assert (await say(conversation, "turn on the fan for ten minutes")).reply == "It is on."
    assert (await say(conversation, "ten minutes")).status is Status.NOT_UNDERSTOOD


async def test_a_question_is_forgotten_after_a_minute():
    conversation, clock = talk(Door(), Pupil(), {"set a timer": TIMER})
    await say(conversation, "set a timer")
    await clock.advance(61)
    assert (await say(conversation, "ten minutes")).status is Status.NOT_UNDERSTOOD


async def test_a_no_drops_the_question():
    conversation, _ = talk(Door(), Pupil(), {"set a timer": TIMER})
    await say(conversation, "set a timer")
    assert (await say(conversation, "never mind")).reply == "All right, I leave it."
    assert (await say(conversation, "ten minutes")).status is Status.NOT_UNDERSTOOD


async def test_what_was_not_meant_is_taken_back_before_the_other_is_done():
    door, pupil = Recording(), Pupil()
    conversation, _ = talk(door, pupil, {"the fan": FAN_ON, "no, i meant the lamp": LAMP_MEANT})
    first = await say(conversation, "the fan")
    assert first.cause is not None
    answer = await say(conversation, "no, i meant the lamp")
    assert door.submitted[1:] == [undo(cause=first.cause.id), Action("device.call", {"targets": [LAMP]})]
    assert (answer.reply, answer.status) == ("It is on.", Status.DONE)
    assert [(one.hint, one.text) for one in pupil.lessons] == [(Hint.CORRECTED, "the fan")]


async def test_a_lamp_that_is_set_anew_is_not_taken_back_first():
    door = Recording()
    again = Understanding(Decision.ACT, FAN_ON.matches, corrects=True, confidence=0.9)
    conversation, _ = talk(door, Pupil(), {"the fan": FAN_ON, "no, brighter": again})
    await say(conversation, "the fan")
    await say(conversation, "no, brighter")
    assert [action.effect for action in door.submitted] == ["device.call", "device.call"]


async def test_what_cannot_be_taken_back_is_said():
    door = Door(DONE, Outcome(Verdict.FAILED, "the fan cannot be taken back"), DONE)
    conversation, _ = talk(door, Pupil(), {"the fan": FAN_ON, "no, i meant the lamp": LAMP_MEANT})
    await say(conversation, "the fan")
    answer = await say(conversation, "no, i meant the lamp")
    assert answer.reply == "It is on. That did not work: the fan cannot be taken back."
    assert answer.status is Status.PARTLY


@pytest.mark.parametrize(("later_s", "learned"), [(10, 1), (31, 0)])
async def test_what_is_said_in_other_words_soon_after_may_be_the_same(later_s: float, learned: int):
    pupil = Pupil()
    conversation, clock = talk(Door(DONE), pupil, {"the fan": FAN_ON})
    await say(conversation, "spin up the fan")
    await clock.advance(later_s)
    await say(conversation, "the fan")
    assert [one.hint for one in pupil.lessons] == [Hint.REPHRASED] * learned


async def test_a_taught_phrase_is_carried_out_as_a_paraphrase():
    conversation, _ = talk(Door(DONE), Pupil(breeze="the fan"), {"the fan": FAN_ON})
    answer = await say(conversation, "breeze")
    assert (answer.reply, answer.route) == ("It is on.", "paraphrase")
