"""PINs that people say where it is about safety: hashed, tried three times, and never written down anywhere.

Four digits are few: who can read the database finds them in a minute, however they are hashed. They keep a voice
through the window from opening the door, and nobody who has the disk.
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.pins.digits import LONGEST, MASK, SHORTEST, begun, heard, parted, sounds_like
from daemon.store import Store
from skills.model import PersonId

__all__ = ["MASK", "PinError", "Pins", "Tried", "begun", "heard", "parted", "sounds_like"]

log = logging.getLogger("hearth." + __name__)

MOST_TRIES = 3
LOCKED = timedelta(minutes=5)
"""After the first three; after each further three twice as long."""
LONGEST_LOCK = timedelta(hours=24)
_COST = 2**14
"""scrypt's n with r = 8: 16 MiB and some 40 ms a try on a small machine."""


class PinError(ValueError):
    """A PIN that cannot be set; the message says why."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a PIN that was said."""

    person: PersonId | None = None
    """Whose it is; ``None``: it is wrong, or nothing is tried now."""
    locked_until: datetime | None = None


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    locked_until: datetime | None = None


class Pins:
    """Knows by what each PIN is recognized, and how often wrong ones were said."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._known: dict[PersonId, tuple[bytes, bytes]] = {}
        self._tries: dict[str, _Tries] = {}
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Read what was set, and who is locked out.

        Raises:
            StoreError: it cannot be read.
        """
        known, tries = await self._store.run_bare(_read)
        self._known = {PersonId(who): (bytes.fromhex(salt), bytes.fromhex(kept)) for who, salt, kept in known}
        self._tries = {
            who: _Tries(wrong, datetime.fromisoformat(until) if until else None) for who, wrong, until in tries
        }

    def has(self, person: PersonId | None) -> bool:
        """Say whether somebody has a PIN; with ``None``, whether anybody has."""
        return person in self._known if person is not None else bool(self._known)

    def locked(self, person: PersonId | None) -> datetime | None:
        """Return until when no PIN is taken from somebody (``None``: a voice that nobody knows)."""
        tries = self._tries.get(person or "")
        until = tries.locked_until if tries is not None else None
        return until if until is not None and self._clock.now() < until else None

    async def set(self, person: PersonId, digits: str | None) -> None:
        """Give somebody a PIN, or with ``None`` take it away; who was locked out is no longer.

        Raises:
            PinError: it is no row of 4 to 12 digits, too plain, or somebody else's.
            StoreError: it cannot be written.
        """
        if digits is None:
            self._known.pop(person, None)
            await self._store.run_bare(lambda connection: _remove(connection, person))
            return
        if not (digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST):
            raise PinError(f"a PIN has {SHORTEST} to {LONGEST} digits and nothing else")
        if len(set(digits)) == 1 or digits in "01234567890" or digits in "9876543210":
            raise PinError("that PIN is what anybody would try first; take another")
        async with self._turn:
            if await self._whose(digits, {who: known for who, known in self._known.items() if who != person}):
                raise PinError("take another PIN")
            salt = secrets.token_bytes(16)
            kept = await asyncio.to_thread(_hashed, digits, salt)
            row = (person, salt.hex(), kept.hex(), self._clock.now().isoformat())
            await self._store.run_bare(lambda connection: _write(connection, row))
            self._known[person] = salt, kept
            self._tries.pop(person, None)

    async def tried(self, person: PersonId | None, digits: str) -> Tried:
        """Return whose PIN it is, of one person or of anybody; wrong ones are counted before this returns.

        Raises:
            StoreError: it cannot be written down, so that nothing is tried.
        """
        async with self._turn:
            until = self.locked(person)
            if until is not None:
                return Tried(locked_until=until)
            known = self._known if person is None else {person: self._known[person]} if person in self._known else {}
            tries = self._tries.get(person or "", _Tries())
            # Counted first: who pulls the plug while it is looked at has used up a try.
            wrong = _Tries(tries.wrong + 1, self._lock(tries.wrong + 1))
            await self._keep(person or "", wrong)
            whose = await self._whose(digits, known)
            if whose is None:
                log.warning("a wrong PIN was said, %s in a row", wrong.wrong)
                return Tried(locked_until=wrong.locked_until)
            await self._keep(person or "", _Tries())
            return Tried(whose)

    def _lock(self, wrong: int) -> datetime | None:
        rounds, rest = divmod(wrong, MOST_TRIES)
        if rest:
            return None
        lasting: timedelta = min(LOCKED * 2 ** min(rounds - 1, 10), LONGEST_LOCK)
        return self._clock.now() + lasting

    async def _whose(self, digits: str, known: Mapping[PersonId, tuple[bytes, bytes]]) -> PersonId | None:
        """Return whose it is. All are looked at: how long it takes tells nothing."""
        found: PersonId | None = None
        for who, (salt, kept) in known.items():
            if hmac.compare_digest(await asyncio.to_thread(_hashed, digits, salt), kept):
                found = who
        return found

    async def _keep(self, who: str, tries: _Tries) -> None:
        until = tries.locked_until.isoformat() if tries.locked_until is not None else None
        row = (who, tries.wrong, until)
        await self._store.run_bare(lambda connection: _count(connection, row), urgent=True)
        self._tries[who] = tries


def _hashed(digits: str, salt: bytes) -> bytes:
    return hashlib.scrypt(digits.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)


def _read(
    connection: sqlite3.Connection,
) -> tuple[list[tuple[str, str, str]], list[tuple[str, int, str | None]]]:
    known = connection.execute("SELECT person, salt, hash FROM pin").fetchall()
    return known, connection.execute("SELECT who, wrong, locked_until FROM pin_try").fetchall()


def _write(connection: sqlite3.Connection, row: tuple[str, str, str, str]) -> None:
    connection.execute("INSERT OR REPLACE INTO pin (person, salt, hash, set_at) VALUES (?, ?, ?, ?)", row)
    connection.execute("DELETE FROM pin_try WHERE who = ?", row[:1])


def _remove(connection: sqlite3.Connection, person: str) -> None:
    connection.execute("DELETE FROM pin WHERE person = ?", (person,))


def _count(connection: sqlite3.Connection, row: tuple[str, int, str | None]) -> None:
    connection.execute("INSERT OR REPLACE INTO pin_try (who, wrong, locked_until) VALUES (?, ?, ?)", row)
