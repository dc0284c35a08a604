"""Who has their memory sealed, and whose is open now: the one object that seals, opens and locks."""

import asyncio
import logging
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from daemon.clock import Clock
from daemon.memory import forgetting
from daemon.memory.model import shelf_of
from daemon.sealing import SealingError, keys, moving, people
from daemon.sealing.keys import Keys, WrongKeyError
from daemon.sealing.opened import KEPT, Ring
from daemon.sealing.people import Sealed
from daemon.store import Store
from skills.model import PersonId

log = logging.getLogger("hearth." + __name__)

SHORTEST = 8
"""Characters of a passphrase: what is stolen can be tried for years."""
LOOK_S = 30.0
"""How often it is looked whether somebody's time is over."""


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with somebody who has their memory sealed."""

    person: PersonId
    sealed_at: datetime
    is_open: bool
    until: datetime | None
    """When it is locked by itself; ``None``: not before the daemon ends."""
    waiting: int
    """How many things were said meanwhile, and wait to be taken in."""


class Changed(Protocol):
    """Is told that somebody's memory was opened or closed."""

    async def __call__(self, person: PersonId, *, is_open: bool) -> None:
        """Take note of it: by now it stands there, or is gone."""
        ...


class Sealing:
    """Seals, opens and locks. Call `begin` before anything is written into the file."""

    def __init__(self, store: Store, clock: Clock, changed: Changed, *, cost: int = keys.COST) -> None:
        """Tell ``changed`` whose memory was opened or closed; ``cost`` is scrypt's n for whoever seals from now on."""
        self._store, self._clock, self._changed, self._cost = store, clock, changed, cost
        self._ring = Ring()
        self._sealed: dict[str, Sealed] = {}
        self._open: dict[str, datetime | None] = {}
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Read whose memory is sealed, and have the file hold none of it in plain from now on.

        Raises:
            StoreError: it cannot be read.
        """
        self._sealed = dict(await self._store.run_bare(people.read))
        if self._sealed:
            await self._install()

    async def run(self) -> None:
        """Lock whose time is over, again and again; ends only by cancellation."""
        if await self._store.run_bare(forgetting.owes_scrub):
            # Killed between sealing and writing the file anew: what was plain may still stand in free pages.
            await self._store.run_apart(forgetting.scrub)
        while True:
            await self._clock.sleep(LOOK_S)
            for shelf in [shelf for shelf in self._open if self._is_over(shelf)]:
                await self._lock_over(shelf)

    # What others ask

    def is_sealed(self, person: PersonId | None) -> bool:
        """Say whether somebody has their memory sealed, open or not."""
        return person is not None and shelf_of(person, "me") in self._sealed

    def is_locked(self, person: PersonId | None) -> bool:
        """Say whether what somebody told can be neither read nor changed now."""
        return self.is_sealed(person) and shelf_of(person, "me") not in self._open

    async def states(self) -> list[State]:
        """Return how it stands with everybody who has their memory sealed."""

        def count(connection: sqlite3.Connection) -> dict[str, int]:
            return dict(connection.execute("SELECT shelf, count(*) FROM sealed_note GROUP BY shelf").fetchall())

        waiting = await self._store.run_bare(count)
        return [
            State(one.person, one.sealed_at, shelf in self._open, self._open.get(shelf), waiting.get(shelf, 0))
            for shelf, one in sorted(self._sealed.items())
        ]

    # What changes it

    async def seal(self, person: PersonId, passphrase: str) -> None:
        """Seal all that stands on somebody's shelf and what the record has of their words; it is open afterwards.

        Without the passphrase nobody will ever read it again. Copies and backups of before keep what they have.

        Raises:
            SealingError: it is sealed already, or the passphrase is too short.
            StoreError: it cannot be written; then nothing has changed.
        """
        if len(passphrase) < SHORTEST:
            raise SealingError(f"a passphrase has {SHORTEST} characters or more", code="passphrase-short")
        async with self._turn:
            if self.is_sealed(person):
                raise SealingError(f"the memory of {person!r} is sealed already", code="sealed-already")
            wrapped, opened = await asyncio.to_thread(keys.made, passphrase, cost=self._cost)
            shelf = shelf_of(person, "me")
            sealed = Sealed(shelf, person, wrapped, self._clock.now())
            await self._install()

            def work(connection: sqlite3.Connection) -> None:
                self._ring.know(shelf, wrapped.public)
                self._ring.take(shelf, opened)
                people.add(connection, sealed)
                connection.execute("INSERT INTO opened.shelf VALUES (?, ?, 1)", (shelf, person))
                moving.seal(connection, shelf, person)

            await self._store.run_bare(work)
            self._sealed[shelf], self._open[shelf] = sealed, None
            await self._store.run_apart(forgetting.scrub)
        log.info("a memory was sealed")
        await self._changed(person, is_open=True)

    async def unlock(self, person: PersonId, passphrase: str, *, lasting: timedelta | None = None) -> None:
        """Open somebody's memory for a time, or until the daemon ends; what was said meanwhile is then taken in.

        Raises:
            SealingError: it is not sealed, it is not the passphrase, or too many wrong ones came before.
            StoreError: it cannot be read, or a try cannot be counted.
        """
        async with self._turn:
            sealed = self._known(person)
            opened = await self._tried(sealed, passphrase)
            until = None if lasting is None else self._clock.now() + lasting
            if sealed.shelf not in self._open:
                await self._load(sealed, opened)
            self._open[sealed.shelf] = until
        await self._changed(person, is_open=True)

    async def lock(self, person: PersonId) -> None:
        """Close somebody's memory; of what is locked already, do nothing.

        Raises:
            SealingError: it is not sealed.
        """
        async with self._turn:
            shelf = self._known(person).shelf
            if shelf not in self._open:
                return
            await self._close(shelf)
        await self._changed(person, is_open=False)

    async def unseal(self, person: PersonId, passphrase: str) -> None:
        """Have somebody's memory stand in plain again; what was said meanwhile must have been taken in.

        Raises:
            SealingError: as of `unlock`.
            StoreError: it cannot be written; then it is sealed as before.
        """
        await self.unlock(person, passphrase)
        async with self._turn:
            shelf = self._known(person).shelf
            await self._store.run_bare(partial(moving.unseal, shelf=shelf))
            await self._let_go(shelf)
        await self._changed(person, is_open=True)

    async def discard(self, person: PersonId) -> int:
        """Delete somebody's sealed memory unread, for whoever lost the passphrase; return how much that was.

        Raises:
            SealingError: it is not sealed.
        """
        async with self._turn:
            shelf = self._known(person).shelf
            gone = await self._store.run_bare(partial(moving.discard, shelf=shelf))
            await self._let_go(shelf)
            await self._store.run_apart(forgetting.scrub)
        await self._changed(person, is_open=False)
        return gone

    async def reread(self, person: PersonId) -> None:
        """Read what is open of somebody anew: another program has changed it."""
        async with self._turn:
            sealed = self._known(person)
            if sealed.shelf in self._open:
                await self._store.run_bare(partial(moving.close, shelf=sealed.shelf))
                await self._load(sealed, None)
        await self._changed(person, is_open=True)

    # Inside

    def _known(self, person: PersonId) -> Sealed:
        found = self._sealed.get(shelf_of(person, "me"))
        if found is None:
            raise SealingError(f"the memory of {person!r} is not sealed", code="not-sealed")
        return found

    def _is_over(self, shelf: str) -> bool:
        until = self._open.get(shelf)
        return until is not None and until <= self._clock.now()

    async def _lock_over(self, shelf: str) -> None:
        async with self._turn:
            # Before it was this one's turn, it may have been opened for longer, or be sealed no more.
            if not self._is_over(shelf):
                return
            await self._close(shelf)
            person = self._sealed[shelf].person
        await self._changed(person, is_open=False)

    async def _close(self, shelf: str) -> None:
        """Take a shelf and its keys out of memory."""
        await self._store.run_bare(partial(moving.close, shelf=shelf))
        await self._store.run_bare(lambda _: self._ring.drop(shelf))
        self._open.pop(shelf, None)

    async def _install(self) -> None:
        def know(connection: sqlite3.Connection) -> None:
            for shelf, sealed in self._sealed.items():
                self._ring.know(shelf, sealed.keys.public)
                connection.execute("INSERT OR IGNORE INTO opened.shelf VALUES (?, ?, 0)", (shelf, sealed.person))

        await self._store.run_apart(self._ring.install)
        await self._store.run_bare(know)

    async def _tried(self, sealed: Sealed, passphrase: str) -> Keys:
        """Return the keys; a wrong try is counted before it is looked at, so that pulling the plug saves none."""
        now = self._clock.now()
        if sealed.wait_until is not None and now < sealed.wait_until:
            why = f"too many wrong passphrases: none is taken before {sealed.wait_until:%H:%M:%S} UTC"
            raise SealingError(why, code="passphrase-wait")
        await self._count(sealed.tried_wrongly(now))
        try:
            opened = await asyncio.to_thread(keys.unwrapped, sealed.keys, passphrase)
        except WrongKeyError as error:
            log.warning("a wrong passphrase was given for a sealed memory")
            raise SealingError("that is not the passphrase", code="passphrase-wrong") from error
        await self._count(replace(sealed, wrong=0, wait_until=None))
        return opened

    async def _count(self, sealed: Sealed) -> None:
        await self._store.run_bare(partial(people.count, sealed=sealed), urgent=True)
        self._sealed[sealed.shelf] = sealed

    async def _load(self, sealed: Sealed, opened: Keys | None) -> None:
        """Read what is sealed into memory, a part at a time; ``None``: with the keys that are at hand."""
        shelf = sealed.shelf
        if opened is not None:
            await self._store.run_bare(lambda _: self._ring.take(shelf, opened))
        try:
            for table in KEPT:
                ids = await self._store.run_bare(partial(moving.numbers, table=table, shelf=shelf))
                for start in range(0, len(ids), moving.PART):
                    part = ids[start : start + moving.PART]
                    work = partial(moving.load, ring=self._ring, table=table, shelf=shelf, ids=part)
                    await self._store.run_bare(work)
        except BaseException as error:
            await self._close(shelf)
            if isinstance(error, WrongKeyError):
                raise SealingError("a row of it was damaged or moved", code="sealed-damaged") from error
            raise
        await self._store.run_bare(partial(moving.open_up, shelf=shelf))

    async def _let_go(self, shelf: str) -> None:
        self._sealed.pop(shelf, None)
        self._open.pop(shelf, None)
        # Its copies and backups open with these keys still.
        await self._store.run_bare(lambda _: self._ring.drop(shelf))
