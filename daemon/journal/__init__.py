"""The record of everything wished for, decided and done, each with its cause, written before and after."""

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from daemon.clock import Clock
from daemon.journal import forgetting, reading
from daemon.journal.chain import head_of
from daemon.journal.entry import Entry, Kind, Wish, entry_of
from daemon.journal.reading import PASSING
from daemon.journal.verification import Progress, Verification, search_on
from daemon.journal.writing import append, append_outcome, fields_of, fields_of_wish, stamp
from daemon.store import Store
from daemon.store.tables import EntryRow
from devices.model import EntityId
from skills.model import Cause, CauseId, EntryId, Origin, Outcome, Verdict
from skills.views import Happening

__all__ = ["PASSING", "Entry", "Journal", "Kind", "Verification", "Wish"]

T = TypeVar("T")

PAGE = 500
"""Entries read in one transaction: more would keep others waiting for the database thread."""


class Journal:
    """Writes and reads the journal; fulfils `skills.views.JournalView`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._moved = asyncio.Event()

    # Writing

    async def begin(self, wish: Wish, decision: str) -> EntryId:
        """Write down a wish before it is carried out: from now on a kill leaves a trace of it."""
        at = self._clock.now()
        fields = fields_of_wish(wish, decision, at)
        written: list[EntryId] = []

        def work(connection: sqlite3.Connection) -> None:
            written[:] = [append(connection, fields)]

        try:
            await self._write(work)
        except asyncio.CancelledError:
            # It is being written all the same; this comes behind it on the one thread.
            called_off = Outcome(Verdict.FAILED, "it was called off before it began")
            await self._write(
                lambda connection: [append_outcome(connection, entry, called_off, at) for entry in written]
            )
            raise
        return written[0]

    async def end(self, entry: EntryId, outcome: Outcome, *, cut_off: bool = False) -> EntryId:
        """Write down what came of a wish, as an entry of its own; what it took back counts as undone from now on.

        ``cut_off``: nobody saw how it ended, and this is what it looks like after the next start.

        Raises:
            LookupError: there is no such wish.
        """
        at = self._clock.now()
        return await self._write(lambda connection: append_outcome(connection, entry, outcome, at, cut_off=cut_off))

    async def settle(self, wish: Wish, decision: str, outcome: Outcome) -> EntryId:
        """Write down a wish that is not carried out now, and why, at once; return the wish's entry."""
        at = self._clock.now()

        def work(connection: sqlite3.Connection) -> EntryId:
            entry = append(connection, fields_of_wish(wish, decision, at))
            append_outcome(connection, entry, outcome, at)
            return entry

        return await self._write(work)

    async def note(
        self, cause: Cause, what: str, *, about: EntryId | None = None, targets: Sequence[EntityId] = ()
    ) -> EntryId:
        """Write down something else that is worth knowing later."""
        fields = fields_of(self._clock.now(), Kind.NOTE, cause, targets=targets, ref=about, body={"what": what})
        return await self._write(lambda connection: append(connection, fields))

    async def forget_words(
        self,
        causes: Sequence[str],
        *,
        topic: Callable[[str], bool] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        person: str | None = None,
    ) -> int:
        """Delete what was said in these causes, and in those that fit all else that is given; return in how many.

        What was done to which thing, when and for whom stays in the chain, which stays whole. Bytes may be left in
        the file until it is written anew.

        Args:
            causes: ids; whatever else is given, these are forgotten.
            topic: says whether a text is about what is to be forgotten.
            since: from then on.
            until: until then.
            person: only what this person said; ``None``: whoever said it.
        """
        span = (stamp(since) if since else None, stamp(until) if until else None)
        wanted = forgetting.Wanted(frozenset(causes), topic, *span, person)
        done = await self._write(lambda connection: forgetting.forget(connection, wanted))
        if done:
            cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON)
            await self.note(cause, f"took the words out of {done} entries")
        return done

    # Reading

    async def recent(self, *, limit: int = 20, entity: EntityId | None = None) -> Sequence[Happening]:
        """Return the newest happenings, of one entity if given, newest first."""
        found = await self._read(lambda session: reading.happened(session, entity, limit))
        return [reading.happening(entry) for entry in found]

    async def entries(self, *, after: EntryId | None = None, limit: int = PAGE) -> Sequence[Entry]:
        """Return up to ``limit`` entries, oldest first: those after one, or the newest."""
        if after is None:
            return await self._read(lambda session: reading.newest(session, limit))
        return await self._read(lambda session: reading.following(session, after, limit))

    async def follow(self, *, after: EntryId | None = None) -> AsyncGenerator[Entry]:
        """Yield every entry after one, or from now on, as it is written; a slow reader lags and misses nothing."""
        # Nothing is queued for a reader: it is woken and reads on, so it can neither fill memory nor lose an entry.
        last = after if after is not None else EntryId((await self._store.run_bare(head_of)).entry)
        while True:
            moved = self._moved
            page = await self.entries(after=last)
            for entry in page:
                last = entry.id
                yield entry
            if not page:
                await moved.wait()

    async def why(self, entity: EntityId) -> Sequence[Entry]:
        """Return why an entity is as we left it, newest first: what was last done to it, the wish, what led to that.

        Empty if nothing was done to it.
        """
        return await self._read(lambda session: reading.chain_back(session, entity))

    async def open_wishes(self) -> Sequence[Entry]:
        """Return the wishes without an outcome, oldest first: in flight, or cut off when the daemon was killed."""
        return await self._read(reading.unanswered)

    async def passed(self, wish: Wish) -> tuple[Entry, Entry | None] | None:
        """Return the newest wish of the same cause for the same, and its outcome if it has one; ``None``: it is new."""
        found = await self._read(lambda session: reading.same_wish(session, wish))
        return (found[0], found[1] if len(found) > 1 else None) if found else None

    async def done_since(self, at: datetime, effects: Sequence[str]) -> Sequence[Entry]:
        """Return the wishes for these effects since a time, and what came of them, oldest first."""
        return await self._read(lambda session: reading.done_since(session, at, effects))

    async def undoable(self, *, since: datetime | None = None, cause: CauseId | None = None) -> Sequence[Entry]:
        """Return the outcomes of what people wished for and did not take back, newest first.

        Those of the last cause, of one cause, or all since a time; also those that have no way back.
        """
        return await self._read(lambda session: reading.not_undone(session, since, cause))

    async def utterances(self, limit: int) -> Sequence[Entry]:
        """Return the newest wishes of people that came with words and were not taken back, each of the words once."""
        return await self._read(lambda session: reading.worded(session, limit))

    async def verify(self) -> Verification:
        """Search the whole journal for an entry that was edited, removed, moved or put in."""
        progress = Progress()
        while not progress.done:
            progress = await self._store.run(partial(search_on, progress=progress, limit=PAGE))
        last, problem = progress.last, progress.problem
        return Verification(problem is None, last.entry, problem, last.hash, progress.forgotten)

    # Inside

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        result = await self._store.run_bare(work, urgent=True)
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
        return result

    async def _read(self, work: Callable[[Session], Sequence[EntryRow]]) -> Sequence[Entry]:
        def read(session: Session) -> Sequence[Entry]:
            rows = work(session)
            words = reading.words_of(session, rows)
            return [entry_of(row, words.get(row.id)) for row in rows]

        return await self._store.run(read)
