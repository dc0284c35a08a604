"""What the memory does at night: vectors that are missing, what has expired, what was said over and over; on record."""

import uuid
from datetime import timedelta, tzinfo

from daemon.clock import Clock
from daemon.journal import Journal
from daemon.remembering.opening import Opening
from daemon.remembering.reaching import causes_of
from daemon.store import Store
from skills.model import Cause, CauseId, Origin

HOURS = range(2, 6)
"""When nobody waits for the database."""
LOOK_S = 900.0
LEAST_EMBEDDED = 1_000
"""Fewer are left to the next question, which then waits a tenth of a second: what makes them takes 20 MB."""
MOST_EMBEDDED = 20_000
"""Vectors made in a night: half a minute of work here."""


class Nights:
    """Tidies the memory once a night."""

    def __init__(self, opening: Opening, store: Store, journal: Journal, clock: Clock, zone: tzinfo) -> None:
        """Tell ``journal`` what was done; nights are those of ``zone``."""
        self._opening, self._store, self._journal = opening, store, journal
        self._clock, self._zone = clock, zone

    async def run(self) -> None:
        """Tidy at night, again and again; ends only by cancellation."""
        last = None
        while True:
            now = self._clock.now().astimezone(self._zone)
            if now.hour in HOURS and now.date() != last:
                last = now.date()
                await self.tidy()
            await self._clock.sleep(LOOK_S)

    async def tidy(self) -> None:
        """Do all of it now; where nothing is remembered, nothing is loaded."""
        if not await self._store.run_bare(lambda c: c.execute("SELECT 1 FROM memory LIMIT 1").fetchone()):
            return
        memory = await self._opening.memory()
        cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON)
        merged = await memory.merge(before=self._clock.now() - timedelta(days=1))
        await self._tell(cause, "merged {n} memories that said the same", merged.memories)
        swept = await memory.sweep()
        await self._tell(cause, "forgot {n} memories whose time was over", swept.memories + swept.facts)
        words = causes_of([*merged.refs, *swept.refs])
        if words:
            await self._journal.forget_words(words)
        if await memory.lacking() >= LEAST_EMBEDDED:
            await self._tell(cause, "made vectors for {n} memories", await memory.embed_missing(MOST_EMBEDDED))
        if memory.owes_scrub:
            await memory.scrub()
            await self._tell(cause, "wrote the database anew after forgetting ({n} time)", 1)

    async def _tell(self, cause: Cause, what: str, number: int) -> None:
        if number:
            await self._journal.note(cause, what.format(n=number))
