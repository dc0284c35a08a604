"""What seals the memory of people, behind a door: a house in which nobody has theirs sealed loads nothing of it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from daemon.clock import Clock
from daemon.store import Store
from skills.model import PersonId

if TYPE_CHECKING:
    from daemon.sealing.sealing import Changed, Sealing, State


class Seals:
    """Makes the `Sealing` where somebody has their memory sealed, or wants to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._sealing: Sealing | None = None
        self._lock, self._made = asyncio.Lock(), asyncio.Event()
        self._handed_over = False
        self.changed: Changed | None = None
        """Is told whose memory was opened or closed; to be set before anything is."""

    async def begin(self) -> None:
        """Look whether anybody has; to be awaited before anything is written into the file.

        Raises:
            StoreError: it cannot be read.
        """
        if await self._store.run_bare(lambda c: c.execute("SELECT 1 FROM sealed_shelf LIMIT 1").fetchone()):
            await self.sealing()

    async def sealing(self) -> "Sealing":
        """Return what seals, opens and locks."""
        async with self._lock:
            if self._sealing is None:
                from daemon.sealing.sealing import Sealing

                made = Sealing(self._store, self._clock, self._tell)
                await made.begin()
                self._sealing = made
                self._made.set()
            return self._sealing

    async def states(self) -> "Sequence[State]":
        """Return how it stands with everybody who has their memory sealed."""
        return () if self._sealing is None else await self._sealing.states()

    async def run(self, environment: Mapping[str, str]) -> None:
        """Open what the service manager has passphrases for, and lock whose time is over; ends only by cancellation."""
        await self._made.wait()
        from daemon.sealing.credentials import unlock_by_credentials

        sealing = await self.sealing()
        if not self._handed_over:
            # Once: when this is started again, what somebody locked meanwhile stays locked.
            self._handed_over = True
            await unlock_by_credentials(sealing, environment)
        await sealing.run()

    def is_sealed(self, person: PersonId | None) -> bool:
        """Say whether somebody has their memory sealed, open or not."""
        return self._sealing is not None and self._sealing.is_sealed(person)

    def is_locked(self, person: PersonId | None) -> bool:
        """Say whether what somebody told can be neither read nor changed now."""
        return self._sealing is not None and self._sealing.is_locked(person)

    async def _tell(self, person: PersonId, *, is_open: bool) -> None:
        if self.changed is not None:
            await self.changed(person, is_open=is_open)
