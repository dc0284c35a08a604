import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from daemon.conversation import Answer, Conversation, Grammars, Status, acting
from daemon.conversation.threads import REMEMBERED_S
from devices.home import Home
from devices.model import AreaId, Entity, EntityId
from skills import Action, Cause, Match, Origin, Outcome, Reply, Request, Skill, TargetOutcome, Verdict
from skills.actions import undo
from skills.grammar.model import Completeness, Context, Decision, Outlook, Understanding
from skills.registry import registered
from skills.views import Happening
from tests.doubles import ManualClock

LAMP, FAN = EntityId("light.lamp"), EntityId("fan.fan")
DONE = Outcome(Verdict.DONE, targets=(TargetOutcome(LAMP, Verdict.DONE),))


class Scripted:
    """An understander that knows a few sentences by heart."""

    def __init__(self, meanings: Mapping[str, Understanding]) -> None:
        self.meanings = meanings
        self.contexts: list[Context] = []

    def understand(self, text: str, home: object, context: Context) -> Understanding:
        self.contexts.append(context)
        return self.meanings.get(text, Understanding(Decision.DEFER))

    def at_once(self, text: str, home: object, context: Context) -> Understanding | None:
        return self.understand(text, home, context)

    def warm(self) -> None:
        pass

    def only_repeats(self, text: str) -> bool:
        raise NotImplementedError

    def outlook(self, text: str, home: object, context: Context) -> Outlook:
        return Outlook(Completeness.UNKNOWN, self.understand(text, home, context))

    def explain(self, text: str, home: object, context: Context) -> Sequence[str]:
        return [self.understand(text, home, context).decision]

    def examples(self, limit: int = 20) -> Sequence[str]:
        return list(self.meanings)[:limit]


class Door:
    """A gateway that answers with what it was told to."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.submitted: list[Action] = []
        self.approved: list[str] = []
        self.dismissed: list[str] = []

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        self.submitted.append(action)
        return self.outcomes.pop(0)

    async def approve(self, approval: str, cause: Cause, pin: str | None = None) -> Outcome:
        self.approved.append(approval)
        return DONE

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        self.dismissed.append(approval)
        return Outcome(Verdict.REFUSED, "you said no")


class NoJournal:
    async def recent(self, *, limit: int = 20, entity: EntityId | None = None) -> Sequence[Happening]:
        return ()


lights = Skill("lights")
fans = Skill("fans")


@lights.handles("HassTurnOn", domains=["light"])
async def on(request: Request) -> Reply:
    return Reply("The lamp is on.", [Action("device.call", {"targets": [e.id for e in request.targets]})])


@fans.handles("HassTurnOn", domains=["fan"])
async def breaks(request: Request) -> Reply:
    raise RuntimeError("a bug")


@lights.handles("HassGetState")
async def thinks_too_long(request: Request) -> Reply:
    await asyncio.sleep(60)
    return Reply("never")


def act(*matches: Match) -> Understanding:
    return Understanding(Decision.ACT, matches, confidence=1.0)


ON = act(Match("HassTurnOn", {}, (LAMP,)))


def talk(door: Door, **meanings: Understanding) -> tuple[Conversation, ManualClock, Scripted]:
    home = Home()
    home.add(Entity(LAMP, "Desk Lamp", "light"))
    home.add(Entity(FAN, "Ceiling Fan", "fan"))
    clock, grammar = ManualClock(datetime(2026, 11, 22, tzinfo=UTC)), Scripted(meanings)
    registry = registered(lights, fans)
    grammars = Grammars("en", lambda language: grammar)
    talking = Conversation(home, registry, grammars, door, NoJournal(), clock=clock, zone=ZoneInfo("UTC"))
    return talking, clock, grammar


async def say(conversation: Conversation, text: str, area: str | None = None) -> Answer:
    return await conversation.answer(text, origin=Origin.TEXT, area=AreaId(area) if area else None)


async def test_the_skills_words_hold_when_everything_was_done():
    conversation, _, _ = talk(Door(DONE), on=ON)
    answer = await say(conversation, "on")
    assert (answer.reply, answer.status) == ("The lamp is on.", Status.DONE)


@pytest.mark.parametrize(
    ("outcome", "status", "words"),
    [
        (
            Outcome(Verdict.UNCONFIRMED, targets=(TargetOutcome(LAMP, Verdict.UNCONFIRMED, "it still says off"),)),
            Status.UNCONFIRMED,
            "I sent it, but the desk lamp is unconfirmed: it still says off.",
        ),
        (
            Outcome(Verdict.FAILED, targets=(TargetOutcome(LAMP, Verdict.FAILED, "it is offline"),)),
            Status.FAILED,
            "The desk lamp did not do it: it is offline.",
        ),
        (
            Outcome(
                Verdict.PARTLY,
                targets=(TargetOutcome(LAMP, Verdict.DONE), TargetOutcome(FAN, Verdict.UNCONFIRMED, "no answer")),
            ),
            Status.PARTLY,
            "It worked for the desk lamp. I sent it, but the ceiling fan is unconfirmed: no answer.",
        ),
        (Outcome(Verdict.REFUSED, "guests may not"), Status.REFUSED, "I may not do that: guests may not."),
    ],
)
async def test_anything_else_is_told_as_it_is(outcome: Outcome, status: Status, words: str):
    conversation, _, _ = talk(Door(outcome), on=ON)
    answer = await say(conversation, "on")
    assert (answer.reply, answer.status) == (words, status)


WAITING = Outcome(Verdict.WAITING, "unlock the Front Door", approval="a1")


@pytest.mark.parametrize("yes", ["yes", "Yes, please.", "do it", "yeah go ahead", "ja bitte"])
async def test_a_yes_carries_out_what_waited(yes: str):
    door = Door(WAITING)
    conversation, _, _ = talk(door, on=ON)
    asked = await say(conversation, "on")
    settled = await say(conversation, yes)
    assert (asked.reply, asked.status) == ("Shall I unlock the Front Door? Say yes or no.", Status.WAITING)
    assert (door.approved, settled.reply, settled.status, settled.route) == (
        ["a1"],
        "The lamp is on.",
        Status.DONE,
        "dialogue",
    )


async def test_a_no_drops_it():
    door = Door(WAITING)
    conversation, _, _ = talk(door, on=ON)
    await say(conversation, "on")
    assert (await say(conversation, "no")).reply == "All right, I leave it."
    assert (door.approved, door.dismissed) == ([], ["a1"])


async def test_a_question_outlives_what_changes_nothing():
    door = Door(WAITING)
    conversation, _, _ = talk(door, on=ON)
    await say(conversation, "on")
    await say(conversation, "maybe")
    assert (await say(conversation, "yes")).status is Status.DONE


async def test_a_question_with_one_answer_takes_a_yes():
    one = Understanding(Decision.ASK, (Match("HassTurnOn", {}, (LAMP,)),), "Do you mean the desk lamp?", ("Desk Lamp",))
    door = Door(DONE)
    conversation, _, _ = talk(door, it=one)
    await say(conversation, "it")
    assert (await say(conversation, "yes")).status is Status.DONE


@pytest.mark.parametrize("between", ["another room", "too late", "another sentence"])
async def test_a_yes_that_answers_nothing_does_nothing(between: str):
    door = Door(WAITING, DONE)
    conversation, clock, _ = talk(door, on=ON)
    await say(conversation, "on", "kitchen")
    match between:
        case "another room":
            answer = await say(conversation, "yes", "bedroom")
        case "too late":
            await clock.advance(REMEMBERED_S + 1)
            answer = await say(conversation, "yes", "kitchen")
        case _:
            await say(conversation, "on", "kitchen")
            answer = await say(conversation, "yes", "kitchen")
    assert (door.approved, answer.reply) == ([], "I have not asked anything. What can I do for you?")


async def test_a_question_which_is_answered_by_a_name():
    readings = (Match("HassTurnOn", {}, (LAMP,)), Match("HassTurnOn", {}, (FAN,)))
    which = Understanding(Decision.ASK, readings, "The desk lamp or the ceiling fan?", ("Desk Lamp", "Ceiling Fan"))
    door = Door(DONE)
    conversation, _, _ = talk(door, it=which)
    asked = await say(conversation, "it")
    done = await say(conversation, "the desk one")
    assert (asked.reply, asked.status, done.status) == ("The desk lamp or the ceiling fan?", Status.ASKED, Status.DONE)
    assert door.submitted == [Action("device.call", {"targets": [LAMP]})]


async def test_what_was_answered_is_remembered_for_what_is_said_next():
    readings = (Match("HassTurnOn", {}, (LAMP,)), Match("HassTurnOn", {}, (FAN,)))
    which = Understanding(Decision.ASK, readings, "The desk lamp or the ceiling fan?", ("Desk Lamp", "Ceiling Fan"))
    conversation, _, grammar = talk(Door(DONE), it=which)
    await say(conversation, "it")
    await say(conversation, "the first one")
    await say(conversation, "brighter")
    assert grammar.contexts[-1].history == ("it\nDesk Lamp",)


async def test_a_correction_takes_back_what_was_answered():
    readings = (Match("HassTurnOn", {}, (LAMP,)), Match("HassTurnOn", {}, (FAN,)))
    which = Understanding(Decision.ASK, readings, "The desk lamp or the ceiling fan?", ("Desk Lamp", "Ceiling Fan"))
    corrected = Understanding(Decision.ACT, (Match("HassTurnOn", {}, ()),), corrects=True)
    door = Door(DONE, DONE, DONE)
    conversation, _, _ = talk(door, it=which, no=corrected)
    await say(conversation, "it")
    answered = await say(conversation, "the first one")
    await say(conversation, "no")
    assert answered.cause is not None
    assert door.submitted[1] == undo(cause=answered.cause.id)


async def test_two_commands_are_both_done_and_both_told():
    broken = Match("HassTurnOn", {}, (FAN,))
    conversation, _, _ = talk(Door(DONE), both=act(Match("HassTurnOn", {}, (LAMP,)), broken))
    answer = await say(conversation, "both")
    assert (answer.reply, answer.status) == ("The lamp is on. Something went wrong in the fans skill.", Status.PARTLY)


async def test_a_skill_that_thinks_too_long_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(acting, "HANDLER_S", 0.01)
    conversation, _, _ = talk(Door(), why=act(Match("HassGetState", {}, (LAMP,))))
    assert (await say(conversation, "why")).reply == "The lights skill took too long."


async def test_what_no_skill_can_do_is_said():
    conversation, _, _ = talk(Door(), timer=act(Match("HassStartTimer", {"minutes": 5})))
    assert (await say(conversation, "timer")).status is Status.NOT_UNDERSTOOD


async def test_a_follow_up_gets_what_was_said_before_for_a_minute():
    conversation, clock, grammar = talk(Door(DONE, DONE, DONE), on=ON)
    await say(conversation, "on")
    await say(conversation, "on")
    await clock.advance(REMEMBERED_S + 1)
    await say(conversation, "on")
    assert [context.history for context in grammar.contexts] == [(), ("on",), ()]


async def test_a_name_that_nobody_knows_is_said_with_the_nearest():
    unknown = Understanding(Decision.DEFER, reason="no-such-entity: dusk lamp")
    conversation, _, _ = talk(Door(), x=unknown)
    assert (await say(conversation, "x")).reply == "I know nothing called 'dusk lamp'. Did you mean the desk lamp?"


@pytest.mark.parametrize("text", ["", "   ", "\x00\ud800", "💡" * 5000, "word " * 10_000])
async def test_any_text_gets_an_answer(text: str):
    conversation, _, _ = talk(Door())
    assert (await say(conversation, text)).reply


async def test_every_turn_says_how_long_it_took():
    conversation, _, _ = talk(Door(DONE), on=ON)
    assert set((await say(conversation, "on")).timings_ms) == {"understand", "handle", "act", "total"}
