"""Ending what holds: a standing instruction that somebody takes back. It stays known as what was wished once."""

import sqlite3
from collections.abc import Sequence

from daemon.clock import Clock
from daemon.heeding import Heeding
from daemon.heeding.told import quoted
from daemon.store import Store
from daemon.store.places import change_each
from skills.builtin.words import listing
from skills.confiding import LiftTold, lift_told
from skills.effect import Effect, change
from skills.language import say
from skills.model import Cause, Match, Outcome, PersonId, Utterance, Verdict


class Ending:
    """Finds the instructions that are taken back, and ends them."""

    def __init__(self, store: Store, heeding: Heeding, clock: Clock) -> None:
        self._store, self._heeding, self._clock = store, heeding, clock

    async def meant(self, utterance: Utterance) -> Match | None:
        """Return the wish to end instructions that a text is; ``None`` if it takes none back."""
        told = await self._heeding.lifted(utterance)
        return Match("memory.lifted", {"rules": [one.id for one in told]}) if told else None

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [change(LiftTold, "memory.lift", self._lift, _words_of)]

    async def _lift(self, given: LiftTold, cause: Cause) -> Outcome:
        if cause.tainted:
            return Outcome(Verdict.FAILED, say("words from outside the household are not remembered"))
        told = [one for one in self._heeding.instructions() if one.id in given.facts]
        owners = await self._owners(given.facts)
        if not (owners if given.again else told):
            return Outcome(Verdict.FAILED, say("I no longer know that"))
        if not all(self._heeding.may_lift(owner, cause) for owner in owners):
            return Outcome(Verdict.REFUSED, say("whoever said so, or a grown-up, has to take that back"))
        if given.again:
            await self._set(given.facts, None)
            return Outcome(Verdict.DONE, undo=lift_told(given.facts))
        await self._set([one.id for one in told], self._clock.now().isoformat())
        words = listing([say("“{words}”", words=quoted(one.text)) for one in told])
        undo = lift_told([one.id for one in told], again=True)
        return Outcome(Verdict.DONE, undo=undo, told=say("All right, that no longer holds: {words}.", words=words))

    async def _owners(self, facts: Sequence[int]) -> Sequence[PersonId | None]:
        """Return who told these instructions, whether or not they hold now."""
        marks = ", ".join("?" * len(facts))
        select = f"SELECT owner FROM memory_fact WHERE kind = 'instruction' AND id IN ({marks})"  # noqa: S608 - marks only

        def work(connection: sqlite3.Connection) -> Sequence[PersonId | None]:
            return [None if owner is None else PersonId(owner) for (owner,) in connection.execute(select, facts)]

        return await self._store.run_bare(work)

    async def _set(self, facts: Sequence[int], until: str | None) -> None:
        statement = "UPDATE {place}.memory_fact SET valid_until = ? WHERE id = ? AND kind = 'instruction'"

        def work(connection: sqlite3.Connection) -> None:
            change_each(connection, statement, [(until, number) for number in facts])

        await self._store.run_bare(work)
        await self._heeding.refresh()


def _words_of(given: LiftTold) -> str:
    del given
    return say("take back what was told me to heed")
