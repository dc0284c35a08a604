"""What is done about what was understood, which questions stay open after it, and how they are answered."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.conversation.acting import Actor, Came, Doer
from daemon.conversation.answer import Answer, Stages, Status, worst
from daemon.conversation.going_on import REASON
from daemon.conversation.settling import agreed, filled, picked
from daemon.conversation.threads import REMEMBERED_S, Done, Question, Threads
from daemon.conversation.unsaid import taken, without_pin
from daemon.grammars import Grammars
from daemon.learning.lesson import Hint, Lesson, Teacher
from daemon.pins import MASK
from daemon.spoken import overall, spoken
from devices.home import Home
from devices.names import fold
from skills.actions import undo
from skills.grammar.model import Context, Decision, Understanding
from skills.language import say
from skills.model import (
    Action,
    Ask,
    Cause,
    Match,
    Origin,
    Outcome,
    Utterance,
    Verdict,
)

REPHRASED_S = 30.0
"""So long after something that was not understood, another sentence may be the same in other words."""
TEACHING = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})
"""The doors through which people speak, from whom alone is learned."""


class Dialogue:
    """Does what each speaker means; keeps what they were asked and what was done just before."""

    def __init__(
        self,
        home: Home,
        grammars: Grammars,
        gateway: Doer,
        actor: Actor,
        learning: Teacher | None,
        *,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._home, self._grammars, self._gateway, self._actor = home, grammars, gateway, actor
        self._learning, self._clock, self._zone = learning, clock, zone
        self.threads = Threads()

    def without_pin(self, utterance: Utterance) -> Utterance:
        """Return what was said without the PIN in it; nothing else may see it before."""
        return without_pin(utterance, self.threads.of(utterance), self._clock.monotonic())

    async def obeyed(self, meaning: Understanding, utterance: Utterance, stages: Stages, route: str) -> Answer:
        """Do what was understood; what it corrects is taken back first."""
        thread, now_s = self.threads.of(utterance), self._clock.monotonic()
        before = thread.done if thread.done is not None and thread.done.at_s > now_s - REMEMBERED_S else None
        puzzle, thread.puzzle, thread.done = thread.puzzle, None, None
        thread.said.append((now_s, utterance.text, utterance.language))
        back: tuple[Action, Outcome] | None = None
        if meaning.corrects and before is not None and not _covers(meaning.matches, before.matches):
            action = undo(cause=before.cause.id)
            back = action, await self._actor.done(action, utterance.cause)
        answer = await self.act(meaning.matches, utterance, stages, route)
        if thread.question is not None and thread.question.wants_pin and thread.pin is not None:
            # It was said with the command: "unlock the door, my PIN is …".
            answer = await self._by_pin(thread.question, utterance, stages)
        if answer.outcomes:
            thread.done = Done(now_s, utterance.text, meaning.matches, utterance.cause)
        if meaning.corrects and before is not None and meaning.reason != REASON:
            self._learn(Hint.CORRECTED, before.text, answer, utterance)
        elif puzzle is not None and puzzle[0] > now_s - REPHRASED_S and not meaning.reason.startswith("follow-up"):
            self._learn(Hint.REPHRASED, puzzle[1], answer, utterance)
        return answer if back is None else self._with_undone(back, answer)

    def _with_undone(self, back: tuple[Action, Outcome], answer: Answer) -> Answer:
        """Return the answer to a correction: that something was taken back is said only where it was not."""
        trouble = spoken("", [back[1]], self._home)
        reply = f"{answer.reply} {trouble}".strip()
        status = answer.status if back[1].verdict is Verdict.DONE else worst([answer.status, Status(back[1].verdict)])
        return replace(answer, reply=reply, status=status, outcomes=(back, *answer.outcomes))

    def _learn(self, hint: Hint, text: str, answer: Answer, utterance: Utterance) -> None:
        """Hand over for learning what one command showed that was done as it was meant."""
        if self._learning is None or answer.status is not Status.DONE or len(answer.commands) != 1:
            return
        if utterance.cause.tainted or utterance.cause.origin not in TEACHING:
            return
        self._learning.consider(Lesson(hint, text, answer.commands[0], utterance))

    async def act(
        self,
        matches: Sequence[Match],
        utterance: Utterance,
        stages: Stages,
        route: str = "grammar",
        *,
        cause: Cause | None = None,
    ) -> Answer:
        """Let each match be answered and done, in order, and word what came of them all; `cause` if not the words."""
        came: list[Came] = []
        worded = utterance if cause is None else replace(utterance, cause=cause)
        told = self.threads.of(utterance).told_lately(self._clock.monotonic())
        for match in matches:
            for one in await self._actor.carry_through(match, worded, stages, told=told):
                came.append(one)
                self.remember_question(one.approvals, one.reply.text, utterance, wants_pin=one.wants_pin)
                if one.ask is not None:
                    self.threads.of(utterance).question = Question(
                        self._until_s(), readings=(one.match,), ask=one.ask, about=utterance
                    )
        text = " ".join(dict.fromkeys(one.text for one in came if one.text))
        outcomes = tuple(outcome for one in came for outcome in one.outcomes)
        return Answer(text, worst([one.status for one in came]), route, tuple(matches), outcomes)

    async def settle(self, question: Question, utterance: Utterance, stages: Stages) -> Answer | None:
        """Take the utterance as the answer to an open question; ``None`` if it is none."""
        words = fold(utterance.text)
        yes = agreed(words)
        if yes is False:
            for approval in question.approvals:
                await self._gateway.dismiss(approval, utterance.cause)
            return Answer(say("All right, I leave it."), Status.ANSWERED, "dialogue")
        if question.ask is not None:
            return await self._filled(question.ask, question, utterance, stages)
        if question.wants_pin and (yes or utterance.text == MASK):
            return await self._by_pin(question, utterance, stages)
        if yes and question.approvals:
            came = [await self._gateway.approve(approval, utterance.cause) for approval in question.approvals]
            stages.mark("act")
            waits = [one for one in came if one.verdict is Verdict.WAITING and one.approval is not None]
            if waits:
                # Nobody's voice was in the wish itself, a model's or a routine's: that a PIN is wanted shows only now.
                # What is asked on another device goes on waiting there, and a no still counts here.
                left, pin = tuple(one.approval or "" for one in waits), any(one.pin for one in waits)
                open_still = replace(question, until_s=self._until_s(), approvals=left, wants_pin=pin)
                self.threads.of(utterance).question = open_still
            text = spoken(question.text_if_done, came, self._home)
            outcomes = tuple((Action(outcome.effect), outcome) for outcome in came)
            return Answer(text, Status(overall(came).value), "dialogue", outcomes=outcomes)
        guessed = yes is True and len(question.readings) == 1
        indices = (0,) if guessed else picked(words, question.choices)
        if not indices or max(indices) >= len(question.readings):
            return None
        answer = await self.act([question.readings[index] for index in indices], utterance, stages, "dialogue")
        self.threads.of(utterance).settle(question, indices, utterance.cause, self._clock.monotonic())
        if guessed and question.about is not None:
            self._learn(Hint.AGREED, question.about.text, answer, utterance)
        return answer

    async def _by_pin(self, question: Question, utterance: Utterance, stages: Stages) -> Answer:
        """Carry out what waits for a PIN; of one that is wrong, or was not said, the question stays open."""
        thread = self.threads.of(utterance)
        pin, came = taken(thread), list[Outcome]()
        for approval in question.approvals:
            came.append(await self._gateway.approve(approval, utterance.cause, pin))
            if came[-1].verdict is Verdict.WAITING:
                # One wrong PIN is one try, however much waits for it.
                break
        stages.mark("act")
        waits = came[-1].verdict is Verdict.WAITING
        thread.question = replace(question, until_s=self._until_s()) if waits else None
        outcomes = tuple((Action(outcome.effect), outcome) for outcome in came)
        text = spoken(question.text_if_done, came, self._home)
        return Answer(text, Status(overall(came).value), "dialogue", outcomes=outcomes)

    async def _filled(self, ask: Ask, question: Question, utterance: Utterance, stages: Stages) -> Answer | None:
        """Complete the command that was asked about; ``None`` if this is a command of its own, or no answer."""
        now = utterance.said_at.astimezone(self._zone)
        answer = filled(ask, utterance.text, now=now, language=utterance.language)
        if answer is None:
            return None
        if not answer.whole:
            fresh = Context(utterance.area, utterance.cause.person)
            alone = await self._grammars.understand(utterance.language, utterance.text, self._home, fresh)
            if alone.decision in (Decision.ACT, Decision.ASK):
                return None
        match = question.readings[0]
        cause = utterance.cause
        if question.about is not None:
            asked = question.about.cause
            cause = replace(cause, parent=asked.id, tainted=cause.tainted or asked.tainted)
        completed = replace(match, slots={**match.slots, **answer.slots})
        return await self.act([completed], replace(utterance, cause=cause), stages, "dialogue")

    def ask(self, meaning: Understanding, utterance: Utterance) -> Answer:
        """Ask what was meant, and keep the question open."""
        self.threads.of(utterance).question = Question(
            self._until_s(), choices=meaning.choices, readings=meaning.matches, about=utterance
        )
        return Answer(meaning.question or say("Which one do you mean?"), Status.ASKED)

    def remember_question(
        self, waiting: tuple[str, ...], text_if_done: str, utterance: Utterance, *, wants_pin: bool = False
    ) -> None:
        """Keep open what waits for a yes, beside what waited already."""
        if not waiting:
            return
        thread = self.threads.of(utterance)
        before = thread.question if thread.question is not None and thread.question.ask is None else Question(0.0)
        thread.question = Question(
            self._until_s(),
            approvals=(*before.approvals, *waiting),
            text_if_done=f"{before.text_if_done} {text_if_done}".strip(),
            wants_pin=before.wants_pin or wants_pin,
        )

    def _until_s(self) -> float:
        return self._clock.monotonic() + REMEMBERED_S


def _covers(matches: Sequence[Match], before: Sequence[Match]) -> bool:
    """Return whether what was done before was all about things that are set anew now."""
    touched = {target for match in before for target in match.targets}
    return bool(touched) and touched <= {target for match in matches for target in match.targets}
