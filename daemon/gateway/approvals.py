"""Wishes that wait for a person's yes, each for a short while only."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlmodel import Session, col, delete, update

from daemon.clock import Clock
from daemon.journal import Wish
from daemon.journal.writing import stamp
from daemon.store import Store, StoreError
from daemon.store.tables import ApprovalRow
from skills.effect import Effect
from skills.model import EntryId

log = logging.getLogger("hearth." + __name__)

MOST_PENDING = 32
"""More questions than this are open only if something floods us: then no further one is asked."""
KEPT = timedelta(days=30)
"""How long a settled question stays on record, beside what the journal says of it."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One wish that waits. It lives in memory: it may hold a code, and nobody should wait for it after a restart."""

    id: str
    wish: Wish
    effect: Effect
    parameters: BaseModel
    entry: EntryId
    """The entry of the wish in the journal."""
    asked_at: datetime
    expires_at: datetime
    until_s: float
    """The same on the monotonic clock, which decides."""


class Approvals:
    """Keeps what waits, and on record that it did."""

    def __init__(self, store: Store, clock: Clock, *, lasting: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lasting = lasting
        self._pending: dict[str, Approval] = {}
        self._asked = asyncio.Event()

    def pending(self) -> Sequence[Approval]:
        """Return what waits now, oldest first."""
        now_s = self._clock.monotonic()
        return tuple(approval for approval in self._pending.values() if approval.until_s > now_s)

    def find(self, id: str) -> Approval | None:
        """Return what waits under an id; ``None`` if it was settled, has expired, or never was."""
        return next((approval for approval in self.pending() if approval.id == id), None)

    async def ask(self, wish: Wish, effect: Effect, parameters: BaseModel, entry: EntryId) -> Approval:
        """Let a wish wait."""
        now = self._clock.now()
        until_s = self._clock.monotonic() + self._lasting.total_seconds()
        approval = Approval(secrets.token_hex(8), wish, effect, parameters, entry, now, now + self._lasting, until_s)
        row = ApprovalRow(
            id=approval.id,
            entry=entry,
            question=wish.what,
            asked_at=stamp(now),
            expires_at=stamp(approval.expires_at),
            settled=None,
            settled_at=None,
        )
        await self._store.run(lambda session: session.add(row))
        self._pending[approval.id] = approval
        self._asked.set()
        return approval

    async def settle(self, approval: Approval, how: str) -> bool:
        """End the waiting with ``yes``, ``no`` or ``expired``; say whether it was this call that ended it."""
        # Before the first await: of two who answer at once only one finds it.
        if self._pending.pop(approval.id, None) is None:
            return False
        try:
            await self._store.run(lambda session: _settle(session, self._clock.now(), how, only=approval.id))
        except StoreError as error:
            # It is settled all the same: the next start takes the row for an expired one.
            log.error("could not put on record that a question was settled: %s", error)
        return True

    async def begin(self) -> None:
        """Put on record that what waited when the daemon last ended has expired."""
        await self._store.run(lambda session: _settle(session, self._clock.now(), "expired"), urgent=True)

    async def forget(self) -> None:
        """Delete what was settled long ago."""
        old = delete(ApprovalRow).where(col(ApprovalRow.settled_at) < stamp(self._clock.now() - KEPT))
        await self._store.run(lambda session: session.exec(old), urgent=True)

    async def next_expired(self) -> Approval:
        """Wait until something has waited too long; return it, settled."""
        while True:
            self._asked.clear()
            oldest = next(iter(self._pending.values()), None)
            if oldest is None:
                await self._asked.wait()
                continue
            await self._clock.sleep(oldest.until_s - self._clock.monotonic())
            if await self.settle(oldest, "expired"):
                return oldest


def _settle(session: Session, now: datetime, how: str, *, only: str | None = None) -> None:
    waiting = update(ApprovalRow).where(col(ApprovalRow.settled).is_(None))
    if only is not None:
        waiting = waiting.where(col(ApprovalRow.id) == only)
    session.exec(waiting.values(settled=how, settled_at=stamp(now)))
