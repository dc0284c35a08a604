"""Who has their memory sealed, as it stands in the file: their keys, wrapped, and how often a wrong passphrase came."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.sealing.keys import Wrapped
from skills.model import PersonId

FREE = 3
"""So many wrong passphrases in a row cost nothing."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=24)
"""After the next one, and after each further one twice as long."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One person who has their memory sealed."""

    shelf: str
    person: PersonId
    keys: Wrapped
    sealed_at: datetime
    wrong: int = 0
    wait_until: datetime | None = None

    def tried_wrongly(self, now: datetime) -> "Sealed":
        """Return how it stands after one more wrong passphrase."""
        wrong = self.wrong + 1
        if wrong <= FREE:
            return replace(self, wrong=wrong, wait_until=None)
        lasting = min(FIRST_WAIT * 2 ** min(wrong - FREE - 1, 20), LONGEST_WAIT)
        return replace(self, wrong=wrong, wait_until=now + lasting)


def read(connection: sqlite3.Connection) -> Mapping[str, Sealed]:
    """Return everybody who has, by their shelf."""
    rows = connection.execute(
        "SELECT shelf, person, public, wrapped, salt, cost, sealed_at, wrong, wait_until FROM sealed_shelf"
    )
    return {row[0]: _sealed(row) for row in rows.fetchall()}


def add(connection: sqlite3.Connection, sealed: Sealed) -> None:
    """Write down that somebody has: from now on the file refuses plain rows of theirs."""
    keys = sealed.keys
    connection.execute(
        "INSERT INTO sealed_shelf (shelf, person, public, wrapped, salt, cost, sealed_at, wrong)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        (sealed.shelf, sealed.person, keys.public, keys.wrapped, keys.salt, keys.cost, sealed.sealed_at.isoformat()),
    )


def count(connection: sqlite3.Connection, sealed: Sealed) -> None:
    """Write down how many wrong passphrases came, and until when no other is taken."""
    until = None if sealed.wait_until is None else sealed.wait_until.isoformat()
    connection.execute(
        "UPDATE sealed_shelf SET wrong = ?, wait_until = ? WHERE shelf = ?", (sealed.wrong, until, sealed.shelf)
    )


def _sealed(row: tuple[str, str, bytes, bytes, bytes, int, str, int, str | None]) -> Sealed:
    shelf, person, public, wrapped, salt, cost, sealed_at, wrong, until = row
    return Sealed(
        shelf,
        PersonId(person),
        Wrapped(public, wrapped, salt, cost),
        datetime.fromisoformat(sealed_at),
        wrong,
        None if until is None else datetime.fromisoformat(until),
    )
