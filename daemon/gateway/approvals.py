"""Wishes that wait for a person's yes, each for a short while only."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel
from sqlmodel import Session, col, delete, select, update

from daemon.clock import Clock
from daemon.gateway.checked import Checked
from daemon.journal import Wish
from daemon.journal.writing import stamp
from daemon.store import Store, StoreError
from daemon.store.tables import ApprovalRow
from skills.effect import Effect
from skills.model import EntryId

log = logging.getLogger("hearth." + __name__)

MOST_PENDING = 32
"""More questions than this are open only if something floods us: then no further one is asked."""
RANDOM = 16
"""Characters of an id that are random."""
KEPT = timedelta(days=30)
"""How long a settled question stays on record, beside what the journal says of it."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One wish that waits. It lives in memory: it may hold a code, and nobody should wait for it after a restart."""

    id: str
    """Random, and behind that what stands for exactly this action: a yes to an id is a yes to nothing else."""
    wish: Wish
    effect: Effect
    parameters: BaseModel
    entry: EntryId
    """The entry of the wish in the journal."""
    asked_at: datetime
    expires_at: datetime
    until_s: float
    """The same on the monotonic clock, which decides."""
    elsewhere: str = ""
    """On which other device the yes is asked for, a sentence; empty: where it was wished for."""

    @property
    def digest(self) -> str:
        """What stands for exactly this action."""
        return self.id[RANDOM:]


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

    def asked_already(self, digest: str) -> Approval | None:
        """Return what waits for a yes to the same action on another device."""
        return next((one for one in self.pending() if one.elsewhere and one.digest == digest), None)

    async def ask(self, checked: Checked, entry: EntryId, *, digest: str, elsewhere: str = "") -> Approval:
        """Let a wish wait."""
        now, wish = self._clock.now(), checked.wish
        approval = Approval(
            secrets.token_hex(RANDOM // 2) + digest,
            wish,
            checked.effect,
            checked.parameters,
            entry,
            now,
            now + self._lasting,
            self._clock.monotonic() + self._lasting.total_seconds(),
            elsewhere,
        )
        row = ApprovalRow(
            id=approval.id,
            entry=entry,
            question=wish.what,
            asked_at=stamp(now),
            expires_at=stamp(approval.expires_at),
            settled=None,
            settled_at=None,
        )
        # First: `begin` takes what is on record and not in here for what an earlier process asked.
        self._pending[approval.id] = approval
        try:
            await self._store.run(lambda session: session.add(row))
        except BaseException:
            self._pending.pop(approval.id, None)
            raise
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

    async def begin(self) -> Sequence[tuple[str, EntryId]]:
        """Put on record that what waited when the daemon last ended has expired; return the ids and their wishes."""

        def work(session: Session) -> Sequence[tuple[str, EntryId]]:
            left = session.exec(select(ApprovalRow).where(col(ApprovalRow.settled).is_(None))).all()
            found = [(row.id, EntryId(row.entry)) for row in left if row.id not in self._pending]
            for approval, _ in found:
                _settle(session, self._clock.now(), "expired", only=approval)
            return found

        return await self._store.run(work, urgent=True)

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


def _settle(session: Session, now: datetime, how: str, *, only: str) -> None:
    waiting = update(ApprovalRow).where(col(ApprovalRow.settled).is_(None), col(ApprovalRow.id) == only)
    session.exec(waiting.values(settled=how, settled_at=stamp(now)))
