"""What this household calls things and how it says them: tested before it is kept, seen, and taken back."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import cast
from uuid import uuid4

from pydantic import BaseModel

from daemon.clock import Clock
from daemon.grammars import Grammars
from daemon.journal import Journal
from daemon.learning.kept import MOST_KEPT, Kept, Taught
from daemon.learning.lesson import Hint, Lesson, Teacher
from daemon.learning.trial import Trials
from daemon.store import Store
from devices.home import Home
from skills.actions import Forget, LearnName, LearnPhrase, forget_learned
from skills.effect import Effect, change
from skills.grammar.model import Context
from skills.grammar.paraphrases import House, is_risky, parted
from skills.grammar.vocabulary import Knows, trouble
from skills.language import say
from skills.model import Action, Cause, CauseId, Origin, Outcome, Risk, Verdict
from skills.views import Learned

__all__ = ["Hint", "Learning", "Lesson", "Teacher"]

log = logging.getLogger("hearth." + __name__)

MOST_LESSONS = 8
"""Lessons that wait to be looked into; a further one is dropped: it comes again if it matters."""
LOOKED_AT = 200
"""So many of the newest things that were said are read again before a name is kept."""
TRIAL_S = 20.0
"""The longest that a trial may take; it takes about half a second."""
TAUGHT_THROUGH = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD, Origin.DAEMON})
"""The doors that words may be learned through: people's, and our own, which gathers from what people said."""

Submit = Callable[[Action, Cause], Awaitable[Outcome]]


class Learning:
    """Learns, and tells what was learned; fulfils `Teacher`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        home: Home,
        grammars: Grammars,
        journal: Journal,
        *,
        knows: Knows | None = None,
    ) -> None:
        """``knows`` tells whether the speech model has a word; without it nothing is said about that."""
        self._clock, self._home, self._grammars, self._journal = clock, home, grammars, journal
        self._kept, self._trials, self._knows = Kept(store, home), Trials(home, grammars), knows
        self._lessons: asyncio.Queue[Lesson] = asyncio.Queue(MOST_LESSONS)

    async def begin(self) -> None:
        """Take over what was learned before."""
        await self._kept.begin()

    async def run(self, submit: Submit) -> None:
        """Look into one lesson after another, and ``submit`` what comes of it; ends only by cancellation."""
        while True:
            await self.look_into(await self._lessons.get(), submit)

    async def look_into(self, lesson: Lesson, submit: Submit) -> Outcome | None:
        """Wish for what may be learned from a lesson, and return what came of it; ``None`` if there is nothing."""
        wish = await self._trials.wish(lesson)
        if wish is None:
            return None
        # Our own door: nobody is there to be asked, so what is risky is refused.
        shown = lesson.utterance.cause
        cause = Cause(CauseId(uuid4().hex), Origin.DAEMON, shown.person, shown.id, shown.tainted, shown.area)
        outcome = await submit(wish, cause)
        log.info("looked into a sentence that was %s: %s", lesson.hint, outcome.verdict)
        return outcome

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        name, phrase = "learned.name", "learned.phrase"
        return [
            Effect(name, LearnName, self._risk_of_name, self._learn_name, self._words_of_name, TRIAL_S),
            Effect(phrase, LearnPhrase, self._risk_of_phrase, self._learn_phrase, _words_of_phrase, TRIAL_S),
            change(Forget, "learned.forget", self._forget, self._words_of_forgetting),
        ]

    # What others read

    def learned(self) -> Sequence[Learned]:
        """Return all of it, the newest first."""
        return self._kept.all()

    def doubts(self, name: str) -> Sequence[str]:
        """Return in sentences what a name would be trouble for when it is spoken."""
        return trouble(name, self._home, self._knows)

    def parted(self, text: str, language: str) -> tuple[str, str] | None:
        """Return a phrase and the command that follows it, of a text that is both; ``None`` if no command ends it."""
        grammar = self._grammars.loaded(language)
        return None if grammar is None else parted(text, House(grammar, self._home, language))

    def reworded(self, text: str, language: str) -> str | None:
        """Return the command that a text stands for in this house; ``None`` if nobody taught it."""
        return self._kept.command(text, language)

    def consider(self, lesson: Lesson) -> None:
        """Look into a lesson, later; where too many wait already, not at all."""
        if not self._lessons.full():
            self._lessons.put_nowait(lesson)

    # What the gateway calls

    def _risk_of_name(self, parameters: BaseModel) -> Risk:
        entity = self._home.entity(cast("LearnName", parameters).thing)
        return Risk.CRITICAL if entity is not None and is_risky(entity) else Risk.REVERSIBLE

    def _risk_of_phrase(self, parameters: BaseModel) -> Risk:
        given = cast("LearnPhrase", parameters)
        grammar = self._grammars.loaded(given.language)
        if grammar is None:
            return Risk.CRITICAL
        meant = grammar.understand(given.command, self._home, Context())
        things = [self._home.entity(target) for match in meant.matches for target in match.targets]
        return Risk.CRITICAL if any(is_risky(thing) for thing in things if thing) else Risk.REVERSIBLE

    async def _learn_name(self, parameters: BaseModel, cause: Cause) -> Outcome:
        given = cast("LearnName", parameters)
        thing = self._home.entity(given.thing)
        if thing is None:
            return Outcome(Verdict.FAILED, say("there is no {thing}", thing=given.thing))
        taught = Taught(given.language, given.name, given.hint, thing.id, given.rename)
        said = [(entry.cause.said or "", entry.cause.area) for entry in await self._journal.utterances(LOOKED_AT)]
        problem = self._refusal(taught, cause) or await self._trials.no_name(
            given, thing, self._kept.called(thing.id, taught), said
        )
        return await self._keep(taught, cause, problem)

    async def _learn_phrase(self, parameters: BaseModel, cause: Cause) -> Outcome:
        given = cast("LearnPhrase", parameters)
        taught = Taught(given.language, given.phrase, given.hint, command=given.command)
        problem = self._refusal(taught, cause) or await self._trials.no_phrase(given, cause.area)
        return await self._keep(taught, cause, problem)

    async def _forget(self, given: Forget, cause: Cause) -> Outcome:
        del cause
        found = self._kept.find(given.id)
        if found is None:
            return Outcome(Verdict.FAILED, say("nothing that I learned has the number {n}", n=given.id))
        await self._kept.drop(given.id)
        return Outcome(Verdict.DONE, undo=found[1].again)

    async def _keep(self, taught: Taught, cause: Cause, problem: str | None) -> Outcome:
        if problem is not None:
            return Outcome(Verdict.FAILED, problem)
        return Outcome(Verdict.DONE, undo=forget_learned(await self._kept.add(taught, cause, self._clock.now())))

    def _refusal(self, taught: Taught, cause: Cause) -> str | None:
        """Return why nothing is learned, whatever it is."""
        if cause.tainted or cause.origin not in TAUGHT_THROUGH:
            return say("words from outside the household are not learned")
        if self._kept.has(taught):
            return say("I know that already")
        return say("I have learned {n} things; forget some first", n=MOST_KEPT) if self._kept.full else None

    def _words_of_name(self, parameters: BaseModel) -> str:
        given = cast("LearnName", parameters)
        thing = self._home.entity(given.thing)
        return say("call {thing} {name}", thing=thing.name if thing else given.thing, name=given.name)

    def _words_of_forgetting(self, given: Forget) -> str:
        found = self._kept.find(given.id)
        if found is None:
            return say("forget what was learned as number {n}", n=given.id)
        return say("forget “{words}”", words=found[0].words)


def _words_of_phrase(parameters: BaseModel) -> str:
    given = cast("LearnPhrase", parameters)
    return say("take “{phrase}” for “{command}”", phrase=given.phrase, command=given.command)
