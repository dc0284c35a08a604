"""What changes in the memory beside being told: an answer to a question of ours, progress with a goal, a picture."""

import logging
import sqlite3
from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING

from daemon.clock import Clock
from daemon.conversation import Answer
from daemon.heeding import Heeding
from daemon.household import certain
from daemon.remembering import picture as pictures
from daemon.remembering.goals import progress_of, worded
from daemon.remembering.opening import Opening
from daemon.remembering.picture import Picture
from daemon.remembering.reaching import SAID
from daemon.remembering.wondering import Wondering
from daemon.store import Store, StoreError
from skills.confiding import NoteProgress, SettleTold, Unnotice, forget_told
from skills.effect import Effect, change
from skills.facts import Noticed
from skills.language import say
from skills.model import Cause, Origin, Outcome, PersonId, Utterance, Verdict

if TYPE_CHECKING:
    from daemon.memory import Fact
    from daemon.memory.model import Visibility

log = logging.getLogger("hearth." + __name__)

FLUSH_S = 60.0
_PEOPLE = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})


class Tending:
    """Keeps the pictures, and carries out what is wished for beside telling and forgetting."""

    def __init__(
        self, opening: Opening, store: Store, clock: Clock, zone: tzinfo, heeding: Heeding, wondering: Wondering
    ) -> None:
        self._opening, self._store, self._clock, self._zone = opening, store, clock, zone
        self._heeding, self._wondering = heeding, wondering
        self._pictures: dict[PersonId, Picture] = {}
        self._changed: set[PersonId] = set()

    async def begin(self) -> None:
        """Read the pictures, and what is to be asked.

        Raises:
            StoreError: they cannot be read.
        """
        self._pictures = dict(await self._store.run_bare(pictures.read))
        await self._wondering.refresh(self._clock.now())

    async def run(self) -> None:
        """Keep what changed, now and then; ends only by cancellation."""
        try:
            while True:
                await self._clock.sleep(FLUSH_S)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Keep what changed."""
        changed, self._changed = self._changed, set()
        now = self._clock.now()

        def write(connection: sqlite3.Connection) -> None:
            for person in changed:
                pictures.write(connection, person, self._pictures.get(person, Picture()), now)

        try:
            await self._wondering.flush()
            if changed:
                await self._store.run_bare(write)
        except StoreError as error:
            log.warning("what was noticed could not be kept: %s", error)

    def note(self, utterance: Utterance, answer: Answer) -> None:
        """Count what an utterance shows of who said it; waits for nothing."""
        cause = utterance.cause
        person = self._opening.owner(certain(cause))
        if person is None or cause.tainted or cause.said is None or cause.origin not in _PEOPLE:
            return
        found = self._pictures.setdefault(person, Picture())
        pictures.observe(found, utterance, answer, utterance.said_at.astimezone(self._zone))
        self._changed.add(person)

    def picture(self, person: PersonId | None) -> Picture:
        """Return the counts of a person; none of whom nobody knows."""
        return self._pictures.get(person, Picture()) if person is not None else Picture()

    def noticed(self, who: str | None) -> Sequence[Noticed]:
        """Return what is likely of somebody, with the counts behind it."""
        found = self.picture(None if who is None else PersonId(who))
        told: list[Noticed] = []
        for topic in pictures.topics(found):
            likeliest = found.likeliest(topic)
            if likeliest is not None:
                told.append(Noticed(topic, likeliest[0], likeliest[1], round(found.number(topic))))
        return told

    def drop(self, person: PersonId | None) -> None:
        """Forget a picture that was forgotten with all else of its person."""
        if person is not None:
            self._pictures.pop(person, None)
            self._changed.discard(person)

    def goal_told_of(self, text: str, person: PersonId | None) -> int | None:
        """Return the goal of which a person tells how they get on; ``None`` if they do not."""
        for goal in self._heeding.goals():
            if goal.owner == person and progress_of(text, goal.thing) is not None:
                return goal.id
        return None

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(SettleTold, "memory.settle", self._settle, lambda _: say("note which of it is right")),
            change(NoteProgress, "memory.progress", self._progress, lambda _: say("note how it goes with a goal")),
            change(Unnotice, "memory.unnotice", self._unnotice, lambda _: say("forget what I noticed of you")),
        ]

    async def _settle(self, given: SettleTold, cause: Cause) -> Outcome:
        from daemon.memory import beliefs
        from daemon.memory.keeping import shelves_of
        from daemon.memory.model import FactId

        if cause.tainted:
            return Outcome(Verdict.FAILED, say("words from outside the household are not remembered"))
        memory, owner = await self._opening.memory(), self._opening.owner(certain(cause))
        right, wrong = FactId(given.right), None if given.wrong is None else FactId(given.wrong)
        now, shelves = self._clock.now(), shelves_of(owner)
        work = partial(beliefs.settle, right=right, wrong=wrong, shelves=shelves, now=now)
        fact: Fact | None = await memory.store.run_bare(work)
        if fact is None:
            return Outcome(Verdict.FAILED, say("I no longer know that"))
        await self._heeding.refresh()
        told = say("Thank you, I will remember that.")
        return Outcome(Verdict.DONE, told=told if wrong is None else say("Thank you: {fact}.", fact=fact.text))

    async def _progress(self, given: NoteProgress, cause: Cause) -> Outcome:
        from daemon.memory import Fact, Note
        from daemon.memory.keeping import UNKNOWN

        owner = self._opening.owner(certain(cause))
        goal = next((one for one in self._heeding.goals() if one.id == given.goal and one.owner == owner), None)
        if goal is None or (owner is None and not self._opening.alone) or cause.tainted:
            return Outcome(Verdict.FAILED, say("I know no goal of yours like that"))
        memory, now = await self._opening.memory(), self._clock.now()
        ref = f"{SAID}{cause.id}" if cause.id else None
        shelf: Visibility = "household" if owner is None else "me"
        number = await memory.add(Note(given.confided, now, self._opening.name(owner), owner, shelf, None, ref=ref))
        subject, step = (owner or UNKNOWN).casefold(), f"{goal.id}/{given.confided}"
        fact = Fact(subject, "progress", step, given.confided, "goal", owner, shelf, number)
        learned = await memory.remember(fact)
        came = progress_of(given.confided, goal.thing)
        text = say("I have noted it.") if came is None else worded(came, goal.thing)
        ids = [learned.fact.id] if learned.fact.id is not None else []
        return Outcome(Verdict.DONE, undo=forget_told(ids, [number] if number is not None else []), told=text)

    async def _unnotice(self, given: Unnotice, cause: Cause) -> Outcome:
        del given
        person = self._opening.owner(certain(cause))
        if person is None:
            return Outcome(Verdict.FAILED, say("I do not know who you are"))
        self.drop(person)
        self._changed.add(person)
        await self.flush()
        return Outcome(Verdict.DONE, told=say("Forgotten: I begin anew."))
