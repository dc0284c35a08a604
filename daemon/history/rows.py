"""The file of the history: its tables, and the statements on them, in plain SQL on one connection."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Final

from daemon.history.recording import Kept
from daemon.routines.values import Value, value_of

SCHEMA: Final = """
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE thing (name INTEGER PRIMARY KEY, fine INTEGER NOT NULL DEFAULT 0, coarse INTEGER NOT NULL DEFAULT 0);
CREATE TABLE change (
    thing INTEGER NOT NULL, at INTEGER NOT NULL, value, attributes INTEGER, by INTEGER, PRIMARY KEY (thing, at)
) WITHOUT ROWID;
CREATE TABLE amount (id INTEGER PRIMARY KEY CHECK (id = 1), changes INTEGER NOT NULL);
INSERT INTO amount VALUES (1, 0);
PRAGMA user_version = 1;
"""
"""``at`` is in milliseconds. ``value`` is a number as REAL, a word as the INTEGER of its name, or NULL where the thing
was taken away. ``fine`` and ``coarse`` say up to when a thing's numbers are thinned."""
MOST_NAMES: Final = 200_000
"""Words that come anew beyond so many are kept without what else was said of the thing."""
_READ: Final = """
SELECT change.at, change.value, typeof(change.value), word.text, attributes.text, cause.text FROM change
LEFT JOIN name AS word ON word.id = change.value AND typeof(change.value) = 'integer'
LEFT JOIN name AS attributes ON attributes.id = change.attributes
LEFT JOIN name AS cause ON cause.id = change.by
"""
_BETWEEN: Final = _READ + "WHERE thing = (SELECT id FROM name WHERE text = ?) AND at BETWEEN ? AND ? ORDER BY at"  # noqa: S608 - constants
_BEFORE: Final = _READ + "WHERE thing = (SELECT id FROM name WHERE text = ?) AND at < ? ORDER BY at DESC LIMIT 1"  # noqa: S608 - constants


class UnusableError(sqlite3.DatabaseError):
    """The file is no history, or none that is known: it will not be one later either."""


def opened(path: Path) -> sqlite3.Connection:
    """Open the file, made first where there is none.

    Raises:
        UnusableError: it is damaged, or of a version that is not known.
        sqlite3.Error: it cannot be used as long as something else is so: the disk is full, another program holds it.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "wal_autocheckpoint = 8000", "cache_size = -4000"):
            connection.execute(f"PRAGMA {pragma}")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            # At once: what a full disk cuts off would be a file without its version, which is no history.
            connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
        elif version != 1:
            raise UnusableError(f"version {version} of the history is not known; this Hearth knows 1")
    except sqlite3.Error as error:
        connection.close()
        if _is_damage(error):
            raise UnusableError(str(error)) from error
        raise
    return connection


def _is_damage(error: sqlite3.Error) -> bool:
    """Say whether a file is no history of ours, whatever else becomes of the disk or of other programs.

    The low byte of a code is its kind. Statements that SQLite finds wrong (``SQLITE_ERROR``) met tables of others.
    """
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


class Names:
    """The numbers of names, remembered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, int] = {}
        self._count: int = connection.execute("SELECT count(*) FROM name").fetchone()[0]

    @property
    def full(self) -> bool:
        """Whether no more names should come in that are not needed."""
        return self._count >= MOST_NAMES

    def number(self, text: str) -> int:
        """Return a name's number, a new one where it has none."""
        known = self._known.get(text) or self.known(text)
        if known is None:
            known = int(self._connection.execute("INSERT INTO name (text) VALUES (?)", (text,)).lastrowid or 0)
            self._count += 1
        if len(self._known) >= MOST_NAMES // 4:
            self._known.clear()
        self._known[text] = known
        return known

    def known(self, text: str) -> int | None:
        """Return a name's number; none where it has none."""
        row = self._connection.execute("SELECT id FROM name WHERE text = ?", (text,)).fetchone()
        return None if row is None else int(row[0])

    def forget(self) -> None:
        """Forget what is remembered, after a transaction that did not come about."""
        self._known.clear()


def millis(at: datetime) -> int:
    """Return a time as the file has it."""
    return round(at.timestamp() * 1000)


def moment(at_ms: int) -> datetime:
    """Return a time of the file."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def write(connection: sqlite3.Connection, names: Names, changes: Iterable[Kept]) -> int:
    """Write changes in one transaction; return how many."""
    connection.execute("BEGIN")
    try:
        rows = [_row(names, kept) for kept in changes]
        connection.executemany("INSERT OR REPLACE INTO change VALUES (?, ?, ?, ?, ?)", rows)
        connection.executemany("INSERT OR IGNORE INTO thing (name) VALUES (?)", {(row[0],) for row in rows})
        connection.execute("UPDATE amount SET changes = changes + ?", (len(rows),))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        names.forget()
        raise
    return len(rows)


def read(connection: sqlite3.Connection, entity: str, since: datetime, until: datetime) -> Sequence[Kept]:
    """Return what a thing became in a stretch of time, both ends included."""
    return [_kept(entity, row) for row in connection.execute(_BETWEEN, (entity, millis(since), millis(until)))]


def before(connection: sqlite3.Connection, entity: str, at: datetime) -> Kept | None:
    """Return what a thing was just before a moment."""
    row = connection.execute(_BEFORE, (entity, millis(at))).fetchone()
    return None if row is None else _kept(entity, row)


def things(connection: sqlite3.Connection) -> Sequence[str]:
    """Return the entities of which something is kept."""
    return [
        text for (text,) in connection.execute("SELECT text FROM thing JOIN name ON name.id = thing.name ORDER BY text")
    ]


def oldest(connection: sqlite3.Connection) -> datetime | None:
    """Return when the record begins."""
    times = (
        row[0] for (thing,) in connection.execute("SELECT name FROM thing").fetchall()
        if (row := connection.execute("SELECT min(at) FROM change WHERE thing = ?", (thing,)).fetchone())[0] is not None
    )  # fmt: skip
    first = min(times, default=None)
    return None if first is None else moment(first)


def purge(connection: sqlite3.Connection, entity: str) -> int:
    """Delete all that is kept of a thing; return how many changes that was."""
    connection.execute("BEGIN")
    number = connection.execute("SELECT id FROM name WHERE text = ?", (entity,)).fetchone()
    gone = 0
    if number is not None:
        gone = connection.execute("DELETE FROM change WHERE thing = ?", number).rowcount
        connection.execute("DELETE FROM thing WHERE name = ?", number)
        connection.execute("UPDATE amount SET changes = changes - ?", (gone,))
    connection.execute("COMMIT")
    return gone


def amount(connection: sqlite3.Connection) -> int:
    """Return how many changes are kept."""
    return int(connection.execute("SELECT changes FROM amount").fetchone()[0])


def _row(names: Names, kept: Kept) -> tuple[int, int, object, int | None, int | None]:
    value: object = None
    if kept.value is not None:
        number = _number(kept.value)
        value = names.number(kept.value) if number is None else number
    attributes = None
    if kept.attributes:
        text = json.dumps(dict(kept.attributes), sort_keys=True, separators=(",", ":"), default=str)
        attributes = names.known(text) if names.full else names.number(text)
    by = None if kept.by is None else names.number(kept.by)
    return names.number(kept.entity), millis(kept.at), value, attributes, by


def _number(text: str) -> float | None:
    """Return the number that a text is; ``nan`` and what only looks like one stay words."""
    if not text or text[-1] not in "0123456789":
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _kept(entity: str, row: tuple[int, object, str, str | None, str | None, str | None]) -> Kept:
    at, value, kind, word, attributes, by = row
    if kind == "real" and isinstance(value, float):
        word = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return Kept(moment(at), entity, word, _attributes(attributes), by)


def _attributes(text: str | None) -> Mapping[str, Value]:
    if text is None:
        return {}
    whole = value_of(json.loads(text))
    return whole if isinstance(whole, Mapping) else {}
