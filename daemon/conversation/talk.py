"""One utterance in, one spoken answer out, whatever happens in between.

The ladder: an open question of this speaker first, then the grammar, then the words that the household taught, then
what it remembers, then the reasoner. Every rung has a deadline, and every turn ends in words.
"""

import asyncio
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.conversation.acting import Actor, Doer, Views
from daemon.conversation.answer import Answer, Stages, Status, status_of
from daemon.conversation.attending import Attendant, attended, question_of, with_beside
from daemon.conversation.beyond import beyond
from daemon.conversation.deeds import Deeds, T
from daemon.conversation.dialogue import Dialogue
from daemon.conversation.directing import drawn_up
from daemon.conversation.going_on import gone_on
from daemon.conversation.offering import offer_of, solved_by
from daemon.conversation.puzzled import courtesy, puzzled
from daemon.conversation.reasoning import Thinker, Thinking, cause_of
from daemon.conversation.rungs import Remembers, Rungs
from daemon.conversation.settling import answers
from daemon.conversation.threads import Question, unanswered
from daemon.conversation.tongues import Tongues
from daemon.conversation.unsaid import outlook_of_pin
from daemon.conversation.whynot import Came, asks_why, named, reason_of
from daemon.grammars import LATE, Grammars
from daemon.household import certain
from daemon.learning.lesson import Teacher
from daemon.reasoner.aloud import Speak
from daemon.reasoner.checking import Do, Say
from daemon.reasoner.directing import Directive
from daemon.reasoner.errors import ModelError
from daemon.spoken import spoken
from devices.home import Home
from devices.model import AreaId
from devices.names import fold
from skills.automated import RoutinesView
from skills.facts import NoFacts
from skills.grammar.model import Completeness, Context, Decision, Outlook, Understanding
from skills.habitual import HabitsView
from skills.language import say, speaking
from skills.model import (
    Action,
    Cause,
    CauseId,
    Origin,
    PersonId,
    Reply,
    Told,
    Utterance,
)
from skills.planned import PlansView
from skills.registry import Registry
from skills.rights import RightsView
from skills.views import (
    AgendaView,
    CalendarView,
    JournalView,
    NoAgenda,
    NoCalendar,
    NoNotices,
    NothingLearned,
    NoticesView,
    NoWatches,
    WatchesView,
)
from skills.voices import VoicesView

TURN_S = 20.0
"""The longest turn: after this a person has turned away."""
ASIDE_S = 60.0
"""How long something that was asked by the way can be answered."""
LONGEST_TEXT = 2_000
"""Characters of an utterance; more was not said to us."""


Heard = Callable[[AreaId | None, PersonId | None, datetime], None]
"""Is told where somebody speaks, and who, as far as either is known."""


Listener = Callable[[Utterance, Answer], None]
"""Is told what was said and how it ended."""


class Recalls(Protocol):
    """What knows the past of the house."""

    async def recalled(self, utterance: Utterance) -> str | None:
        """Return the answer to a question about it; ``None`` if it is none, or nothing is known that skills do not."""
        ...


@dataclass(frozen=True, slots=True)
class _Turn:
    """What one turn has beside its words."""

    stages: Stages
    until_s: float
    """When it must have ended, by the clock of the event loop."""
    speak: Speak | None


class Conversation:
    """Answers utterances; keeps what each speaker was asked and what was said just before."""

    def __init__(
        self,
        home: Home,
        registry: Registry,
        grammars: Grammars,
        gateway: Doer,
        journal: JournalView,
        *,
        clock: Clock,
        zone: ZoneInfo,
        agenda: AgendaView | None = None,
        calendar: CalendarView | None = None,
        learning: Teacher | None = None,
        notices: NoticesView | None = None,
        watches: WatchesView | None = None,
        memory: Remembers | None = None,
        reasoner: Thinker | None = None,
        place: tuple[float, float] | None = None,
        heard: Heard | None = None,
    ) -> None:
        """``heard`` is told where somebody speaks; ``place`` is where the house stands, in degrees."""
        views = Views(
            journal,
            agenda or NoAgenda(),
            calendar or NoCalendar(),
            learning or NothingLearned(),
            notices or NoNotices(),
            watches or NoWatches(),
            memory or NoFacts(),
            place,
        )
        self._actor = Actor(home, registry, gateway, views, zone)
        self._rungs = Rungs(home, grammars, learning, memory, views.agenda)
        self._dialogue = Dialogue(home, grammars, gateway, self._actor, learning, clock=clock, zone=zone)
        self._home, self._grammars = home, grammars
        self.deeds = Deeds()
        """What is being done for somebody."""
        self.tongues = Tongues(grammars, home)
        """Who is understood in which language, where that is not said."""
        self._clock, self._zone, self._learning, self._memory = clock, zone, learning, memory
        self._heard, self._thinking = heard, Thinking(reasoner, clock, zone)
        self._listeners: list[Listener] = []
        self._past: Recalls | None = None
        self._attendant: Attendant | None = None

    @property
    def language(self) -> str:
        """The one that is spoken where nobody says otherwise."""
        return self._grammars.default

    async def answer(
        self,
        text: str,
        *,
        origin: Origin,
        area: AreaId | None = None,
        person: PersonId | None = None,
        language: str | None = None,
        parent: Cause | None = None,
        id: CauseId | None = None,
        sure: float = 1.0,
        speak: Speak | None = None,
    ) -> Answer:
        """Return the answer to one utterance. Never raises for what was said; ends within `TURN_S`.

        Cancelling it ends the understanding and frees the model; what began to be done is done to its end all the same.
        ``parent`` is why something is said that nobody says just now; if it is tainted, so is this. ``id`` names this
        one occurrence of it, for ever: what it did before a kill is not done again. ``sure`` is less than 1 where only
        the voice tells that it is ``person``. ``speak`` is given sentences that can be said before the answer is there;
        `Answer.rest` is then what is still to be said.

        Raises:
            SkillError: there are no sentences in ``language``.
        """
        kept = self._memory is None or not self._memory.unheard(person, area)
        said = text[:LONGEST_TEXT] if kept else None
        cause = Cause(CauseId(uuid.uuid4().hex), origin, person, area=area, said=said, sure=sure)
        if parent is not None:
            cause = replace(cause, parent=parent.id, tainted=parent.tainted, door=parent.door)
        if id is not None:
            cause = replace(cause, id=id, again=True)
        utterance = Utterance(text[:LONGEST_TEXT], self._clock.now(), cause, area, self._grammars.default)
        thread = self._dialogue.threads.of(utterance)
        language = language or thread.asked_in(utterance.text, self._clock.monotonic())
        language = language or await self.tongues.of(utterance.text, person, area, put_off=parent is not None)
        utterance = replace(utterance, language=language)
        utterance = self._dialogue.without_pin(utterance)
        cause = utterance.cause
        if parent is None and self._heard is not None:
            self._heard(area, certain(cause), utterance.said_at)
        stages = Stages(self._clock.monotonic)
        try:
            with speaking(utterance.language):
                until_s = asyncio.get_running_loop().time() + TURN_S
                async with asyncio.timeout_at(until_s):
                    answer = await self._answer(utterance, _Turn(stages, until_s, speak))
        except TimeoutError:
            with speaking(utterance.language):
                answer = Answer(say("That took me too long; I have stopped trying."), Status.FAILED)
        stages.mark("total", since_start=True)
        answer = await self._with_offer(utterance, self._attended(utterance, answer))
        answer = replace(answer, cause=cause, timings_ms=dict(stages.timings_ms))
        thread.language = utterance.language
        if not asks_why(utterance.text):
            thread.came = Came(self._clock.monotonic(), utterance.text, answer)
        self._tell(utterance, answer)
        return answer

    def know(self, routines: RoutinesView) -> None:
        """Let skills read the routines: they are put together later, since they act through the same gateway."""
        self._actor.views = replace(self._actor.views, routines=routines)

    def know_habits(self, habits: HabitsView) -> None:
        """Let skills read what was found of habits, which acts through the same gateway."""
        self._actor.views = replace(self._actor.views, habits=habits)

    def plan_by(self, plans: PlansView) -> None:
        """Let skills read the plans: they, too, act through the same gateway."""
        self._actor.views = replace(self._actor.views, plans=plans)

    def know_voices(self, voices: VoicesView) -> None:
        """Let skills know who speaks."""
        self._actor.views = replace(self._actor.views, voices=voices)

    def obey_rights(self, rights: RightsView) -> None:
        """Let skills read who may do what."""
        self._actor.views = replace(self._actor.views, rights=rights)

    def recall(self, past: Recalls) -> None:
        """Let the past be asked why things are as they are, and why they did not happen."""
        self._past = past

    def attend(self, attendant: Attendant) -> None:
        """Let somebody who knows the speakers add to turns."""
        self._attendant = attendant

    async def foresee(self, text: str, language: str) -> Sequence[Action]:
        """Return what a command would wish for; nothing is done, and of what is no command nothing comes."""
        meaning = await self._grammars.understand(language, text, self._home, Context(None))
        if meaning.decision is not Decision.ACT:
            return ()
        cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON)
        utterance = Utterance(text, self._clock.now(), cause, None, language)
        return [action for match in meaning.matches for action in await self._actor.wished(match, utterance)]

    def _attended(self, utterance: Utterance, answer: Answer) -> Answer:
        """Return the answer as its speaker wants it; "go on" tells what was left out of it."""
        attendant, full = self._attendant, answer.reply
        if attendant is None:
            self._note_told(utterance, Told(full, full))
            return answer
        with speaking(utterance.language):
            answer = attended(attendant, utterance, answer)
            cut = full.startswith(answer.reply.rstrip("."))
            self._note_told(utterance, Told(full if cut else answer.reply, answer.reply))
            thread = self._dialogue.threads.of(utterance)
            aside = attendant.aside(utterance, answer) if thread.question is None else None
        if aside is None:
            return answer
        thread.question = question_of(aside, utterance, self._clock.monotonic() + ASIDE_S)
        return replace(answer, reply=f"{answer.reply} {aside.ask.question}")

    def said(self, text: str, heard: str, *, area: AreaId | None, person: PersonId | None) -> None:
        """Take note of what was said aloud in a room, and of the beginning of it that was heard."""
        cause = Cause(CauseId(""), Origin.VOICE, person, area=area)
        utterance = Utterance("", self._clock.now(), cause, area, self._grammars.default)
        self._note_told(utterance, Told(text, heard))
        self._dialogue.threads.of(utterance).interrupted(text, heard)

    def _note_told(self, utterance: Utterance, told: Told) -> None:
        if told.text:
            self._dialogue.threads.of(utterance).told = self._clock.monotonic(), told

    def listen(self, listener: Listener) -> None:
        """Tell ``listener`` of every answer; it must neither wait nor raise."""
        self._listeners.append(listener)

    def _tell(self, utterance: Utterance, answer: Answer) -> None:
        for listener in self._listeners:
            listener(utterance, answer)

    async def explain(self, text: str, *, area: AreaId | None = None, language: str | None = None) -> Sequence[str]:
        """Return in lines for people how a text can be read here and why each reading won or lost; nothing is done.

        Raises:
            SkillError: there are no sentences in ``language``.
        """
        language = language or self._grammars.default
        command = self._learning.reworded(text, language) if self._learning is not None else None
        grammar = await self._grammars.of(language)
        told = grammar.explain(text, self._home, Context(area))
        return told if command is None else [*told, f"taught: it stands for “{command}” unless it is a sentence itself"]

    def outlook(
        self, text: str, *, area: AreaId | None = None, person: PersonId | None = None, language: str | None = None
    ) -> Outlook:
        """Return what a text means that somebody is saying to us just now, and whether it is all; nothing is done.

        What answers an open question is whole.
        """
        language = language or self._grammars.default
        cause = Cause(CauseId(""), Origin.VOICE, person, area=area)
        thread = self._dialogue.threads.of(Utterance(text, self._clock.now(), cause, area, language))
        now_s = self._clock.monotonic()
        question = thread.question if thread.question is not None and thread.question.until_s > now_s else None
        if (pin := outlook_of_pin(text, question)) is not None:
            return pin
        if question is not None and answers(question.choices, fold(text)):
            return Outlook(Completeness.CLOSED, Understanding(Decision.ASK))
        grammar = self._grammars.loaded(language)
        if grammar is None:
            return Outlook(Completeness.UNKNOWN, Understanding(Decision.DEFER))
        return grammar.outlook(text, self._home, Context(area, person, thread.history(now_s, language)))

    async def obey(
        self, text: str, *, id: CauseId, parent: Cause, area: AreaId | None, person: PersonId | None
    ) -> str | None:
        """Carry out a command that was set up before and return what came of it; ``None`` if it was not understood.

        Nobody is there to be asked: what needs a yes stays undone. What was done under the id before is not done again.
        """
        answer = await self.answer(text, origin=Origin.ROUTINE, area=area, person=person, parent=parent, id=id)
        return None if answer.status is Status.NOT_UNDERSTOOD else answer.reply

    async def carry_out(self, reply: Reply, *, origin: Origin, person: PersonId | None, said: str) -> Answer:
        """Carry out wishes that came without a sentence; what they ask about is answered by this door's next yes."""
        cause = Cause(CauseId(uuid.uuid4().hex), origin, person, said=said)
        utterance = Utterance(said, self._clock.now(), cause, None, self._grammars.default)
        outcomes = tuple([(action, await self._actor.done(action, cause)) for action in reply.do])
        came = [outcome for _, outcome in outcomes]
        waiting = tuple(outcome.approval for outcome in came if outcome.approval is not None)
        self._dialogue.remember_question(waiting, reply.text, utterance)
        text = spoken(reply.text, came, self._home)
        return Answer(text, status_of(reply, came), "dialogue", outcomes=outcomes, cause=cause)

    async def _with_offer(self, utterance: Utterance, answer: Answer) -> Answer:
        """Return the answer with the question whether what the model worked out is to be known from now on."""
        thread = self._dialogue.threads.of(utterance)
        solved = thread.solved = solved_by(answer, utterance, thread.solved)
        if solved is None or self._learning is None or answer.status is not Status.DONE or thread.question is not None:
            return answer
        thread.solved = None
        with speaking(utterance.language):
            offer = await offer_of(solved, self._grammars, self._home)
        if offer is None:
            return answer
        thread.question = question_of(offer, utterance, self._clock.monotonic() + ASIDE_S)
        return replace(answer, reply=f"{answer.reply} {offer.ask.question}", asks=True)

    async def _answer(self, utterance: Utterance, turn: _Turn) -> Answer:
        stages = turn.stages
        thread = self._dialogue.threads.of(utterance)
        now_s = self._clock.monotonic()
        if asks_why(utterance.text) and (came := thread.came_lately(now_s)) is not None:
            if (reason := reason_of(came)) is not None:
                return Answer(reason, Status.ANSWERED, "dialogue")
            utterance = replace(utterance, text=named(utterance, came, self._home))
        question, thread.question = thread.question, None
        if question is not None and question.until_s > now_s:
            answer = await self._done(self._dialogue.settle(question, utterance, stages), utterance, turn)
            if answer is not None:
                return answer
        recalled = await self._past.recalled(utterance) if self._past is not None else None
        if recalled is not None:
            stages.mark("understand")
            return Answer(recalled, Status.ANSWERED, "past")
        grammar = await self._grammars.of(utterance.language)
        context = Context(
            utterance.area,
            utterance.cause.person,
            thread.history(now_s, utterance.language),
            unanswered(question, now_s),
        )
        meaning, route = await self._rungs.understood(utterance, context)
        if meaning.decision is not Decision.ACT and meaning.reason != LATE:
            fresh = replace(context, history=())
            goes_on = gone_on(thread.done, utterance, now_s, lambda text: grammar.understand(text, self._home, fresh))
            utterance, meaning = goes_on or (utterance, meaning)
        if self._attendant is not None:
            meaning = await with_beside(self._attendant, utterance, meaning, self._grammars, self._home)
        stages.mark("understand")
        if meaning.decision is Decision.ASK:
            return self._dialogue.ask(meaning, utterance)
        if meaning.decision is not Decision.ACT:
            thread.puzzle = (now_s, utterance.text)
            answer = await self._thought(meaning, utterance, turn)
        else:
            answer = await self._done(self._dialogue.obeyed(meaning, utterance, stages, route), utterance, turn)
        if thread.question is None and answer.status in (Status.ANSWERED, Status.NOT_UNDERSTOOD):
            # Nothing was done meanwhile: what was asked before may still be answered.
            thread.question = question
        return answer

    async def _done(self, deed: Coroutine[None, None, T], utterance: Utterance, turn: _Turn) -> T:
        """Return what came of a deed, which goes on within the turn's time should nobody wait for it any more."""

        async def in_time() -> T:
            async with asyncio.timeout_at(turn.until_s):
                return await deed

        return await self.deeds.done(in_time(), lambda answer: self._tell(utterance, answer))

    async def _thought(self, meaning: Understanding, utterance: Utterance, turn: _Turn) -> Answer:
        """Answer what no sentence covers: by the model where there is one, else by what is known of it."""
        thread, stages = self._dialogue.threads.of(utterance), turn.stages
        proposal = await self._thinking.proposed(meaning, utterance, thread, turn.speak)
        if proposal is not None:
            stages.mark("reason")
        match proposal:
            case Do():
                cause = cause_of(proposal, utterance.cause, self._home)
                deed = self._dialogue.act(proposal.matches, utterance, stages, "reasoner", cause=cause)
                return await self._done(deed, utterance, turn)
            case Directive():
                return await self._done(self._drawn_up(proposal, utterance), utterance, turn)
            case Say():
                status = Status.ASKED if proposal.asks else Status.ANSWERED
                return Answer(proposal.text, status, "reasoner", told=proposal.told)
            case ModelError():
                told = say("I did not understand that, and could not think it through either.")
                return Answer(told, Status.NOT_UNDERSTOOD, "reasoner")
            case _:
                if (courteous := courtesy(utterance.text)) is not None:
                    thread.puzzle = None
                    return Answer(courteous, Status.ANSWERED)
                beyond_us = None if self._thinking.thinks else beyond(utterance.text, meaning, self._home)
                if beyond_us is not None:
                    return Answer(beyond_us, Status.NOT_UNDERSTOOD)
                asks = utterance.text.rstrip().endswith("?")
                return Answer(puzzled(meaning, self._home, asks=asks), Status.NOT_UNDERSTOOD)

    async def _drawn_up(self, directive: Directive, utterance: Utterance) -> Answer:
        """Answer with the plan that a directive is; a yes to it is a yes to what was shown."""
        cause = cause_of(directive, utterance.cause, self._home)
        answer, approval = await drawn_up(directive, utterance, cause, self._actor, self._home)
        if approval is not None:
            until_s = self._clock.monotonic() + ASIDE_S
            self._dialogue.threads.of(utterance).question = Question(until_s, readings=(approval,))
        return answer
