"""Between plain and sealed: the rows and words of a shelf are moved, all in one transaction, or read at unlocking."""

import sqlite3
from collections.abc import Sequence

from daemon.journal import sealed as sealed_words
from daemon.journal.forgetting import Wanted, forget
from daemon.memory import quoted, rows, vectors
from daemon.memory.beliefs import listed
from daemon.sealing import SealingError
from daemon.sealing.opened import DERIVED, KEPT, Ring

PART = 50
"""Rows read in one transaction: others wait for the database meanwhile."""


def seal(connection: sqlite3.Connection, shelf: str, person: str) -> None:
    """Move all that stands on a shelf out of the plain tables, and the words of its person out of the record.

    What notices quoted of it is forgotten. The shelf must be open. Bytes are left in the file until it is written anew.
    """
    connection.execute("PRAGMA secure_delete = ON")
    told = quoted.take_out(connection, listed(connection, [shelf]))
    forget(connection, Wanted(frozenset(ref.removeprefix(quoted.SAID) for ref in told)))
    for table in (*KEPT, *DERIVED):
        connection.execute(f"INSERT INTO opened.{table} SELECT * FROM main.{table} WHERE shelf = ?", (shelf,))  # noqa: S608
        connection.execute(f"DELETE FROM main.{table} WHERE shelf = ?", (shelf,))  # noqa: S608 - our own names
    sealed_words.put_away_all(connection, shelf, person)
    connection.execute("PRAGMA user_version = 1")


def unseal(connection: sqlite3.Connection, shelf: str) -> None:
    """Move all that stands on a shelf, which must be open, back into the plain tables and the record.

    Raises:
        SealingError: something that was put away is not taken in yet; without the keys it would be lost.
    """
    if connection.execute("SELECT 1 FROM sealed_note WHERE shelf = ?", (shelf,)).fetchone():
        raise SealingError("what was said meanwhile is not taken in yet: unlock it first", code="sealed-waiting")
    connection.execute("DELETE FROM sealed_shelf WHERE shelf = ?", (shelf,))
    for table in (*KEPT, *DERIVED):
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM opened.{table} WHERE shelf = ?", (shelf,))  # noqa: S608
        connection.execute(f"DELETE FROM opened.{table} WHERE shelf = ?", (shelf,))  # noqa: S608 - our own names
    sealed_words.take_out_all(connection, shelf)
    _forget(connection, shelf)


def discard(connection: sqlite3.Connection, shelf: str) -> int:
    """Delete all that is sealed of a shelf, unread, with its keys; return how many rows that were."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("DELETE FROM sealed_shelf WHERE shelf = ?", (shelf,))
    gone = sum(
        connection.execute(f"DELETE FROM {table} WHERE shelf = ?", (shelf,)).rowcount  # noqa: S608 - our own names
        for table in ("sealed_row", "sealed_note", "sealed_words")
    )
    close(connection, shelf)
    _forget(connection, shelf)
    connection.execute("PRAGMA user_version = 1")
    return gone


def close(connection: sqlite3.Connection, shelf: str) -> None:
    """Take what is open of a shelf out of memory; in the file it stays as it is."""
    connection.execute("UPDATE opened.shelf SET is_open = 0 WHERE shelf = ?", (shelf,))
    for table in (*KEPT, *DERIVED):
        connection.execute(f"DELETE FROM opened.{table} WHERE shelf = ?", (shelf,))  # noqa: S608 - our own names


def open_up(connection: sqlite3.Connection, shelf: str) -> None:
    """Have a shelf that was read be written to again."""
    connection.execute("UPDATE opened.shelf SET is_open = 1 WHERE shelf = ?", (shelf,))


def numbers(connection: sqlite3.Connection, table: str, shelf: str) -> Sequence[int]:
    """Return the numbers of what is sealed of a table, in their order."""
    found = connection.execute("SELECT id FROM sealed_row WHERE name = ? AND shelf = ? ORDER BY id", (table, shelf))
    return [number for (number,) in found.fetchall()]


def load(connection: sqlite3.Connection, ring: Ring, table: str, shelf: str, ids: Sequence[int]) -> None:
    """Read some of what is sealed into memory, and index it. The shelf is not open yet when this returns.

    Raises:
        WrongKeyError: one of them is not what was written there.
    """
    marks = ", ".join("?" * len(ids))
    embedder = connection.execute("SELECT name FROM memory_embedder").fetchone()
    connection.execute("UPDATE opened.shelf SET is_open = 1 WHERE shelf = ?", (shelf,))
    found = connection.execute(
        f"SELECT id, record FROM sealed_row WHERE name = ? AND id IN ({marks}) ORDER BY id",  # noqa: S608 - marks only
        (table, *ids),
    ).fetchall()
    opened = [ring.read(table, shelf, number, record, embedder and embedder[0]) for number, record in found]
    places = ", ".join("?" * len(ring.columns(table)))
    connection.executemany(f"INSERT INTO opened.{table} VALUES ({places})", opened)  # noqa: S608 - our own names
    if table == "memory":
        rows.index(connection, ids, shelf, vectors.width(connection))
    connection.execute("UPDATE opened.shelf SET is_open = 0 WHERE shelf = ?", (shelf,))


def _forget(connection: sqlite3.Connection, shelf: str) -> None:
    connection.execute("DELETE FROM opened.shelf WHERE shelf = ?", (shelf,))
