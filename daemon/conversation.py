"""One utterance in, one spoken answer out, whatever happens in between.

The ladder: an open question of this speaker first, then the grammar, then (once there is one) the reasoner. Every rung
has a deadline, and every turn ends in words.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.gateway import GatewayError
from daemon.spoken import overall, spoken
from devices.home import Home
from devices.model import AreaId, Entity
from devices.names import fold
from skills.api import Handler
from skills.builtin.words import called, listing
from skills.grammar.model import Context, Decision, Understander, Understanding
from skills.model import (
    Action,
    Cause,
    CauseId,
    Match,
    Origin,
    Outcome,
    PersonId,
    Reply,
    Request,
    SkillError,
    Utterance,
    Verdict,
)
from skills.registry import Registry
from skills.views import AgendaView, JournalView, NoAgenda

log = logging.getLogger("hearth." + __name__)

HANDLER_S = 5.0
"""The longest that a skill may think; its effects have deadlines of their own in the gateway."""
TURN_S = 20.0
"""The longest turn: after this a person has turned away."""
REMEMBERED_S = 60.0
"""How long "it" and an open question hold."""
MOST_REMEMBERED = 5
MOST_THREADS = 256
"""Speakers remembered at once; the oldest is forgotten first."""
LONGEST_TEXT = 2_000
"""Characters of an utterance; more was not said to us."""

YES = frozenset({"yes", "yeah", "yep", "yup", "sure", "ok", "okay", "absolutely", "ja", "jawohl", "klar", "gerne"})
NO = frozenset({"no", "nope", "nah", "don", "cancel", "stop", "never", "leave", "nein", "nicht", "lass", "stopp"})
BESIDE = frozenset(
    {"please", "do", "it", "go", "ahead", "of", "course", "that", "right", "thanks", "thank", "you", "t", "mind", "not"}
    | {"now", "bitte", "mach", "es", "das", "danke", "sein", "lieber"}
)
"""What may stand beside a yes or a no without making it anything else."""
_REJECTED = {
    "negation": "All right, I leave everything as it is.",
    "empty": "I did not hear anything.",
    "only-hesitation": "I am listening.",
    "too-long": "That was too much at once for me.",
    "taken-back": "All right.",
}
"""What is answered to what must not be done, by the engine's reason."""


class Status(StrEnum):
    """How a turn ended, for programs."""

    DONE = "done"
    ANSWERED = "answered"
    ASKED = "asked"
    WAITING = "waiting"
    REFUSED = "refused"
    PARTLY = "partly"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one utterance."""

    reply: str
    status: Status
    route: str = "grammar"
    """Who answered: ``grammar``, ``dialogue`` (an open question), later ``paraphrase`` and ``reasoner``."""
    commands: tuple[Match, ...] = ()
    outcomes: tuple[tuple[Action, Outcome], ...] = ()
    cause: Cause | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict[str, float])


class Doer(Protocol):
    """What the conversation needs of the gateway."""

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        """Carry a wish through policy, journal and execution."""
        ...

    async def approve(self, approval: str, cause: Cause) -> Outcome:
        """Carry out what waited for this yes."""
        ...

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        """Drop what waited."""
        ...


class Grammars:
    """The sentence engine of each language that is spoken here, loaded when it is first heard."""

    def __init__(self, default: str, load: Callable[[str], Understander]) -> None:
        """Load the language of the house now: it is the one that must answer at once."""
        self.default = default
        self._load = load
        self._loaded = {default: load(default)}

    async def of(self, language: str) -> Understander:
        """Return the engine of a language such as ``de``.

        Raises:
            SkillError: there are no sentences in it.
        """
        if language not in self._loaded:
            self._loaded[language] = await asyncio.to_thread(self._load, language)
        return self._loaded[language]


@dataclass(frozen=True, slots=True)
class _Open:
    """A question that this speaker was asked and has not answered."""

    until_s: float
    approvals: tuple[str, ...] = ()
    text_if_done: str = ""
    choices: tuple[str, ...] = ()
    readings: tuple[Match, ...] = ()


@dataclass(slots=True)
class _Thread:
    """What is remembered of the talk with one speaker."""

    said: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    question: _Open | None = None


class Conversation:
    """Answers utterances; keeps what each speaker was asked and what was said just before."""

    def __init__(
        self,
        home: Home,
        registry: Registry,
        grammars: "Grammars",
        gateway: Doer,
        journal: JournalView,
        *,
        clock: Clock,
        zone: ZoneInfo,
        agenda: AgendaView | None = None,
    ) -> None:
        self._home, self._registry, self._grammars, self._gateway = home, registry, grammars, gateway
        self._journal, self._clock, self._zone = journal, clock, zone
        self._agenda = agenda or NoAgenda()
        self._threads: dict[str, _Thread] = {}

    async def answer(
        self,
        text: str,
        *,
        origin: Origin,
        area: AreaId | None = None,
        person: PersonId | None = None,
        language: str | None = None,
        parent: Cause | None = None,
    ) -> Answer:
        """Return the answer to one utterance. Never raises for what was said; ends within `TURN_S`.

        ``parent`` is why something is said that nobody says just now; if it is tainted, so is this.

        Raises:
            SkillError: there are no sentences in ``language``.
        """
        cause = Cause(CauseId(uuid.uuid4().hex), origin, person, area=area, said=text[:LONGEST_TEXT])
        if parent is not None:
            cause = replace(cause, parent=parent.id, tainted=parent.tainted)
        utterance = Utterance(text[:LONGEST_TEXT], self._clock.now(), cause, area, language or self._grammars.default)
        turn = _Turn(self._clock.monotonic)
        try:
            async with asyncio.timeout(TURN_S):
                answer = await self._answer(utterance, turn)
        except TimeoutError:
            answer = Answer("That took me too long; I have stopped trying.", Status.FAILED)
        turn.mark("total", since_start=True)
        return Answer(
            answer.reply, answer.status, answer.route, answer.commands, answer.outcomes, cause, dict(turn.timings_ms)
        )

    async def obey(self, text: str, *, parent: Cause, area: AreaId | None, person: PersonId | None) -> str | None:
        """Carry out a command that was set up before and return what came of it; ``None`` if it was not understood.

        Nobody is there to be asked: what needs a yes stays undone.
        """
        answer = await self.answer(text, origin=Origin.ROUTINE, area=area, person=person, parent=parent)
        return None if answer.status is Status.NOT_UNDERSTOOD else answer.reply

    async def _answer(self, utterance: Utterance, turn: "_Turn") -> Answer:
        thread = self._thread(utterance)
        now_s = self._clock.monotonic()
        question, thread.question = thread.question, None
        if question is not None and question.until_s > now_s:
            answer = await self._settle(question, utterance, turn)
            if answer is not None:
                return answer
        thread.said = [(at, said) for at, said in thread.said if at > now_s - REMEMBERED_S][-MOST_REMEMBERED:]
        history = tuple(said for _, said in thread.said)
        context = Context(utterance.area, utterance.cause.person, history)
        grammar = await self._grammars.of(utterance.language)
        meaning = grammar.understand(utterance.text, self._home, context)
        turn.mark("understand")
        if meaning.decision is Decision.ASK:
            return self._ask(meaning, thread)
        if meaning.decision is not Decision.ACT:
            answer = Answer(self._puzzled(meaning), Status.NOT_UNDERSTOOD)
        else:
            thread.said.append((now_s, utterance.text))
            answer = await self._act(meaning.matches, utterance, turn)
        if thread.question is None and answer.status in (Status.ANSWERED, Status.NOT_UNDERSTOOD):
            # Nothing was done meanwhile: what was asked before may still be answered.
            thread.question = question
        return answer

    async def carry_out(self, reply: Reply, *, origin: Origin, person: PersonId | None, said: str) -> Answer:
        """Carry out wishes that came without a sentence; what they ask about is answered by this door's next yes."""
        cause = Cause(CauseId(uuid.uuid4().hex), origin, person, said=said)
        utterance = Utterance(said, self._clock.now(), cause, None, self._grammars.default)
        came = [(action, await self._done(action, cause)) for action in reply.do]
        self._remember_question(reply, came, utterance)
        outcomes = [outcome for _, outcome in came]
        text = spoken(reply.text, outcomes, self._home)
        return Answer(text, _status(reply, outcomes), "dialogue", outcomes=tuple(came), cause=cause)

    async def _act(
        self, matches: Sequence[Match], utterance: Utterance, turn: "_Turn", route: str = "grammar"
    ) -> Answer:
        """Let each match be answered and done, in order, and word what came of them all."""
        words: list[str] = []
        outcomes: list[tuple[Action, Outcome]] = []
        statuses: list[Status] = []
        for match in matches:
            for reply, trouble in await self._replies(match, utterance):
                turn.mark("handle")
                came = [(action, await self._done(action, utterance.cause)) for action in reply.do]
                turn.mark("act")
                outcomes += came
                words.append(spoken(reply.text, [outcome for _, outcome in came], self._home))
                statuses.append(trouble or _status(reply, [outcome for _, outcome in came]))
                self._remember_question(reply, came, utterance)
        text = " ".join(dict.fromkeys(filter(None, words)))
        return Answer(text, _worst(statuses), route, tuple(matches), tuple(outcomes))

    async def _done(self, action: Action, cause: Cause) -> Outcome:
        try:
            return await self._gateway.submit(action, cause)
        except GatewayError as error:  # a skill's mistake, not the person's
            log.error("a skill wished for what cannot be: %s", error)
            return Outcome(Verdict.FAILED, "the skill that answered asked for something impossible")

    async def _replies(self, match: Match, utterance: Utterance) -> Sequence[tuple[Reply, Status | None]]:
        targets = tuple(entity for target in match.targets if (entity := self._home.entity(target)) is not None)
        return [
            await self._reply(handler, match, part, utterance)
            for handler, part in self._registry.split(match.intent, targets)
        ]

    async def _reply(
        self, handler: Handler | None, match: Match, targets: tuple[Entity, ...], utterance: Utterance
    ) -> tuple[Reply, Status | None]:
        """Return what the handler says; with a status where it could not say anything."""
        if handler is None:
            log.info("nobody answers %s for %s", match.intent, sorted({entity.domain for entity in targets}))
            return _trouble("I understand what you want, but I cannot do that yet.", Status.NOT_UNDERSTOOD)
        now = self._local(utterance.said_at)
        request = Request(utterance, match, targets, self._home, self._journal, now, agenda=self._agenda)
        try:
            async with asyncio.timeout(HANDLER_S):
                return await handler(request), None
        except TimeoutError:
            return _trouble(f"The {handler.skill} skill took too long.", Status.FAILED)
        except SkillError as error:
            log.warning("%s", error)
            return _trouble("I did not catch everything that I need for that.", Status.NOT_UNDERSTOOD)
        except Exception:  # the border to skills: one that breaks must not take the daemon with it
            log.exception("skill %s broke on %s", handler.skill, match.intent)
            return _trouble(f"Something went wrong in the {handler.skill} skill.", Status.FAILED)

    async def _settle(self, question: _Open, utterance: Utterance, turn: "_Turn") -> Answer | None:
        """Take the utterance as the answer to an open question; ``None`` if it is none."""
        words = fold(utterance.text)
        agreed = _agreed(words)
        if agreed is False:
            for approval in question.approvals:
                await self._gateway.dismiss(approval, utterance.cause)
            return Answer("All right, I leave it.", Status.ANSWERED, "dialogue")
        if agreed and question.approvals:
            came = [await self._gateway.approve(approval, utterance.cause) for approval in question.approvals]
            turn.mark("act")
            text = spoken(question.text_if_done, came, self._home)
            outcomes = tuple((Action(outcome.effect), outcome) for outcome in came)
            return Answer(text, Status(overall(came).value), "dialogue", outcomes=outcomes)
        chosen = 0 if agreed and len(question.readings) == 1 else _chosen(words, question.choices)
        if chosen is None or chosen >= len(question.readings):
            return None
        return await self._act([question.readings[chosen]], utterance, turn, "dialogue")

    def _ask(self, meaning: Understanding, thread: _Thread) -> Answer:
        until_s = self._clock.monotonic() + REMEMBERED_S
        thread.question = _Open(until_s, choices=meaning.choices, readings=meaning.matches)
        return Answer(meaning.question or "Which one do you mean?", Status.ASKED)

    def _remember_question(self, reply: Reply, came: Sequence[tuple[Action, Outcome]], utterance: Utterance) -> None:
        waiting = tuple(outcome.approval for _, outcome in came if outcome.approval is not None)
        if not waiting:
            return
        thread = self._thread(utterance)
        before = thread.question or _Open(0.0)
        thread.question = _Open(
            self._clock.monotonic() + REMEMBERED_S,
            approvals=(*before.approvals, *waiting),
            text_if_done=f"{before.text_if_done} {reply.text}".strip(),
        )

    def _thread(self, utterance: Utterance) -> _Thread:
        """Return the memory of this speaker: of the person if known, else of the room, else of the door."""
        cause = utterance.cause
        key = f"{cause.origin}/{cause.person or ''}/{utterance.area or ''}"
        if key not in self._threads and len(self._threads) >= MOST_THREADS:
            self._threads.pop(next(iter(self._threads)))
        return self._threads.setdefault(key, _Thread())

    def _puzzled(self, meaning: Understanding) -> str:
        if meaning.decision is Decision.REJECT:
            return _REJECTED.get(meaning.reason, "I did not take that as something to do.")
        if not self._home.entities():
            return "I see no devices yet. Ask hearth doctor what is missing."
        kind, _, what = meaning.reason.partition(": ")
        match kind:
            case "no-such-entity":
                near = [called(entity) for entity in self._home.near(what)]
                return f"I know nothing called {what!r}." + (f" Did you mean {listing(near, 'or')}?" if near else "")
            case "nothing-there":
                return f"I find no {what}."
            case "no-antecedent":
                return "I do not know what you mean. Say what it is about."
            case "no-sentence" if what:
                return f"I did not understand “{what}”, so I did nothing."
            case _:
                return "I did not understand that. Ask me what I can do."

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)


class _Turn:
    """The stages of one turn, in milliseconds."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._began_s = self._last_s = now_s()
        self.timings_ms: dict[str, float] = {}

    def mark(self, stage: str, *, since_start: bool = False) -> None:
        """Note that a stage has ended now; a stage that comes again adds up."""
        now_s = self._now_s()
        spent_ms = (now_s - (self._began_s if since_start else self._last_s)) * 1000
        self.timings_ms[stage] = round(self.timings_ms.get(stage, 0.0) + spent_ms, 3)
        self._last_s = now_s


def _trouble(text: str, status: Status) -> tuple[Reply, Status]:
    return Reply(text), status


def _status(reply: Reply, came: Sequence[Outcome]) -> Status:
    if came:
        return Status(overall(came).value)
    if reply.failed:
        return Status.FAILED
    return Status.ASKED if reply.ask else Status.ANSWERED


def _worst(statuses: Sequence[Status]) -> Status:
    """Return the status of a turn of several commands: what a person must know first."""
    if not statuses:
        return Status.ANSWERED
    kinds = set(statuses)
    if len(kinds) == 1:
        return kinds.pop()
    for status in (Status.WAITING, Status.ASKED):
        if status in kinds:
            return status
    if kinds <= {Status.DONE, Status.ANSWERED}:
        return Status.DONE
    return Status.PARTLY if kinds & {Status.DONE, Status.PARTLY, Status.ANSWERED} else Status.FAILED


def _agreed(words: str) -> bool | None:
    """Return whether the words are a yes or a no; ``None`` if they are neither, or both."""
    said = words.split()
    yes, no = not YES.isdisjoint(said), not NO.isdisjoint(said)
    if yes == no and said in (["do", "it"], ["go", "ahead"], ["please", "do"]):
        return True
    return yes if yes != no and BESIDE.union(YES, NO).issuperset(said) else None


def _chosen(words: str, choices: Sequence[str]) -> int | None:
    """Return which choice the words name: exactly, or as the only one that holds them all."""
    folded = [fold(choice) for choice in choices]
    if words in folded:
        return folded.index(words)
    said = set(words.split()) - {"the", "a", "one", "please"}
    fitting = [index for index, choice in enumerate(folded) if said and said <= set(choice.split())]
    return fitting[0] if len(fitting) == 1 else None
