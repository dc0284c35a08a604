"""The database in memory beside the file: what is open of sealed shelves stands there, and is written back encrypted.

Its tables are those of the file. Under their usual names views show both; triggers write each row that comes, changes
or goes there into `sealed_row`, encrypted, in the same transaction.
"""

import json
import re
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Sequence

from daemon.sealing.keys import Keys, WrongKeyError, put_away

KEPT = ("memory", "memory_fact")
"""The tables whose rows are kept, encrypted."""
DERIVED = ("memory_posting", "memory_sketch")
"""The tables that are made anew from those."""
WORDS = "entry_words"
"""What an entry is about, for as long as the daemon may need it to end or undo what it is doing."""
_DATABASES = "PRAGMA database_list"
_WHILE_OPEN, _WHILE_LOCKED = b"o", b"l"
"""Begin what was put away: with which of the keys."""
_PAD = 128
"""Bytes: of how long something is, only so much shows."""


class Ring:
    """The keys at hand, by shelf; to be used on the database thread only."""

    def __init__(self) -> None:
        self._public: dict[str, bytes] = {}
        self._open: dict[str, Keys] = {}
        self._columns: dict[str, Sequence[str]] = {}

    def know(self, shelf: str, public: bytes) -> None:
        """Take the public half of a shelf's keys."""
        self._public[shelf] = public

    def take(self, shelf: str, keys: Keys) -> None:
        """Take the keys of a shelf that was unlocked."""
        self._open[shelf] = keys

    def drop(self, shelf: str) -> None:
        """Forget the keys of a shelf; what is public stays."""
        self._open.pop(shelf, None)

    def install(self, connection: sqlite3.Connection) -> None:
        """Attach the database in memory, with its views and triggers; in no transaction, and once."""
        if any(row[1] == "opened" for row in connection.execute(_DATABASES)):
            return
        # What SQLite sorts would else be written to a file beside.
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("ATTACH ':memory:' AS opened")
        connection.execute("PRAGMA opened.secure_delete = ON")
        connection.execute("CREATE TABLE opened.shelf (shelf TEXT PRIMARY KEY, person TEXT, is_open INTEGER)")
        connection.create_function("seal_row", -1, self._seal_row)
        connection.create_function("put_away", 4, self._put_away)
        connection.create_function("take_out", 4, self._take_out)
        for table in (*KEPT, *DERIVED, WORDS):
            _copy_table(connection, table)
            connection.execute(
                f"CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} UNION ALL SELECT * FROM opened.{table}"  # noqa: S608 - our own names
            )
        for table in KEPT:
            self._columns[table] = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
            for statement in _triggers(table, self._columns[table]):
                connection.execute(statement)

    def read(self, table: str, shelf: str, number: int, record: bytes, embedder: str | None) -> Sequence[object]:
        """Return a row as the table has it; a vector of another embedder than this is left out.

        Raises:
            WrongKeyError: it is not the row that was written there.
        """
        told: dict[str, object] = json.loads(self._open[shelf].unseal(_place(shelf, table, number), record))
        vector = told.get("vector")
        told["vector"] = b64decode(str(vector)) if vector is not None and told["embedder"] == embedder else None
        return [told.get(column) for column in self._columns[table]]

    def columns(self, table: str) -> Sequence[str]:
        """Return the columns of a table, in their order."""
        return self._columns[table]

    def _seal_row(self, table: str, shelf: str, embedder: str | None, number: int, *values: object) -> bytes:
        told = dict(zip(self._columns[table], (number, *values), strict=True))
        vector = told.get("vector")
        if isinstance(vector, bytes):
            told |= {"vector": b64encode(vector).decode(), "embedder": embedder}
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return self._open[shelf].seal(_place(shelf, table, number), _padded(content))

    def _put_away(self, shelf: str, name: str, number: int, told: str) -> bytes:
        """Encrypt JSON, with the key at hand where the shelf is open: in a tenth of the time."""
        place, content, opened = _place(shelf, name, number), _padded(told), self._open.get(shelf)
        if opened is not None:
            return _WHILE_OPEN + opened.seal(place, content)
        return _WHILE_LOCKED + put_away(self._public[shelf], place, content)

    def _take_out(self, shelf: str, name: str, number: int, record: bytes) -> str | None:
        """Return what was put away; ``None`` where the shelf is locked, or it was tampered with."""
        opened = self._open.get(shelf)
        if opened is None:
            return None
        how, sealed, place = record[:1], record[1:], _place(shelf, name, number)
        try:
            return (opened.unseal if how == _WHILE_OPEN else opened.take_out)(place, sealed).decode()
        except WrongKeyError:
            return None


def _padded(told: str) -> bytes:
    """Return JSON as bytes of one of few lengths."""
    content = told.encode()
    return content.ljust(-(-len(content) // _PAD) * _PAD)


def _place(shelf: str, name: str, number: int) -> str:
    return f"{shelf}\0{name}\0{number}"


def _copy_table(connection: sqlite3.Connection, table: str) -> None:
    """Make a table of the file, with its indexes, in memory too."""
    made = connection.execute(
        "SELECT sql FROM main.sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index') AND sql IS NOT NULL"
        " ORDER BY type DESC",
        (table,),
    )
    for (sql,) in made.fetchall():
        # Its references lead into the file, where SQLite does not look from here.
        plain = re.sub(r" REFERENCES \w+ \(\w+\)", "", str(sql))
        connection.execute(re.sub(r"^(CREATE (?:TABLE|(?:UNIQUE )?INDEX)) ", r"\1 opened.", plain))


def _triggers(table: str, columns: Sequence[str]) -> Sequence[str]:
    new = ", ".join(f"NEW.{column}" for column in columns)
    return [statement.format(table=table, new=new) for statement in (_CAME, _CHANGED, _WENT)]


# A row that is read from there at unlocking stands there already, and one that is taken away at locking stays.
_CAME = """
CREATE TEMP TRIGGER {table}_came AFTER INSERT ON opened.{table}
WHEN NOT EXISTS (SELECT 1 FROM sealed_row WHERE name = '{table}' AND id = NEW.id)
BEGIN
    INSERT INTO sealed_row (name, id, shelf, record) VALUES ('{table}', NEW.id, NEW.shelf,
        seal_row('{table}', NEW.shelf, (SELECT name FROM memory_embedder), {new}));
END
"""
_CHANGED = """
CREATE TEMP TRIGGER {table}_changed AFTER UPDATE ON opened.{table}
WHEN EXISTS (SELECT 1 FROM opened.shelf WHERE shelf = OLD.shelf AND is_open)
BEGIN
    UPDATE sealed_row SET record = seal_row('{table}', NEW.shelf, (SELECT name FROM memory_embedder), {new})
        WHERE name = '{table}' AND id = NEW.id;
END
"""
_WENT = """
CREATE TEMP TRIGGER {table}_went AFTER DELETE ON opened.{table}
WHEN EXISTS (SELECT 1 FROM opened.shelf WHERE shelf = OLD.shelf AND is_open)
BEGIN
    DELETE FROM sealed_row WHERE name = '{table}' AND id = OLD.id;
END
"""
