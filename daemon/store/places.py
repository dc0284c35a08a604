"""Where the rows of a shelf stand: in the file, or opened beside it, in memory alone.

The memory of somebody who has it sealed stands in the file encrypted only. While it is open, its rows stand in a second
database of the same connection, which is never on the disk (`daemon.sealing.opened`). Whatever reads finds both
under the usual names of the tables; whatever writes says through this module where. In a house where nobody has
anything sealed there is only the file, and a plain row of a sealed shelf is refused by the file itself.
"""

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, contextmanager

from daemon.store.errors import StoreError
from daemon.store.file import BUSY_S

FILE = "main"
OPENED = "opened"
"""The names of the two databases, as SQLite has them."""


class LockedShelfError(StoreError):
    """Something was to be written on a shelf that is sealed and not open."""

    def __init__(self, shelf: str) -> None:
        super().__init__(f"the memory of {shelf!r} is locked", code="memory-locked")


def places(connection: sqlite3.Connection) -> Sequence[str]:
    """Return the databases in which rows of ours may stand."""
    return (FILE, OPENED) if _seals(connection) else (FILE,)


def place_of(connection: sqlite3.Connection, shelf: str) -> str:
    """Return the database in which the rows of a shelf stand.

    Raises:
        LockedShelfError: they are sealed, and not open.
    """
    if not _seals(connection):
        return FILE
    row = connection.execute("SELECT is_open FROM opened.shelf WHERE shelf = ?", (shelf,)).fetchone()
    if row is None:
        return FILE
    if not row[0]:
        raise LockedShelfError(shelf)
    return OPENED


def is_locked(connection: sqlite3.Connection, shelf: str) -> bool:
    """Say whether a shelf is sealed and not open: what comes for it can only be put away."""
    if not _seals(connection):
        return False
    return (
        connection.execute("SELECT 1 FROM opened.shelf WHERE shelf = ? AND NOT is_open", (shelf,)).fetchone()
        is not None
    )


def sealed_shelf(connection: sqlite3.Connection, person: str | None) -> str | None:
    """Return the shelf of somebody who has their memory sealed, open or not; ``None`` of everybody else."""
    if person is None or not _seals(connection):
        return None
    row = connection.execute("SELECT shelf FROM opened.shelf WHERE person = ?", (person,)).fetchone()
    return None if row is None else str(row[0])


def change(connection: sqlite3.Connection, statement: str, values: Sequence[object] = ()) -> int:
    """Run a change wherever rows may stand; return of how many there were. `{place}` stands before the table's name."""
    return sum(connection.execute(statement.format(place=place), values).rowcount for place in places(connection))


def change_each(connection: sqlite3.Connection, statement: str, values: Iterable[Sequence[object]]) -> int:
    """Do what `change` does, with each of the values."""
    given = list(values)
    done = (connection.executemany(statement.format(place=place), given).rowcount for place in places(connection))
    return sum(max(0, count) for count in done)


def insert_each(connection: sqlite3.Connection, statement: str, given: Iterable[tuple[str, Sequence[object]]]) -> None:
    """Insert rows, each given with its shelf, where they belong. `{place}` stands before the table's name.

    Raises:
        LockedShelfError: one of them is for a shelf that is sealed and not open; nothing was inserted.
    """
    rows: dict[str, list[Sequence[object]]] = {}
    for shelf, values in given:
        rows.setdefault(shelf, []).append(values)
    for place, shelf in [(place_of(connection, shelf), shelf) for shelf in rows]:
        connection.executemany(statement.format(place=place), rows[shelf])


def next_number(connection: sqlite3.Connection, table: str) -> int:
    """Return a number that no row of a table ever had, in whichever place."""
    row = connection.execute("SELECT seq FROM main.sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) + 1 if row is not None else 1


def note_number(connection: sqlite3.Connection, table: str, number: int) -> None:
    """Have numbers up to this one count as given, also where its row does not stand in the file."""
    if _seals(connection):
        noted = connection.execute(
            "UPDATE main.sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (number, table)
        ).rowcount
        if not noted:
            connection.execute("INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))


@contextmanager
def file_alone(connection: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    """Yield a connection for which there is the file only, in no transaction."""
    if not _seals(connection):
        yield connection
        return
    file = next(row[2] for row in connection.execute("PRAGMA database_list") if row[1] == FILE)
    # What is open keeps nothing in temporary files; writing the file anew needs one, as large as it.
    with closing(sqlite3.connect(file, timeout=BUSY_S, isolation_level=None)) as alone:
        yield alone


def _seals(connection: sqlite3.Connection) -> bool:
    """Say whether anybody has anything sealed, as far as this connection knows."""
    return any(row[1] == OPENED for row in connection.execute("PRAGMA database_list"))
