"""Which embedder the vectors in the file are of, and bringing them up to date when that is another one."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.memory import sketches
from daemon.memory.rows import quantised
from daemon.memory.sketches import signs_of
from daemon.store.places import change, change_each

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Made:
    """What made the vectors in the file."""

    name: str
    dimensions: int

    @property
    def width(self) -> int:
        """Return how many bytes the signs of one take."""
        return self.dimensions // 8


@dataclass(frozen=True, slots=True)
class Missing:
    """A memory that has no vector of the embedder in use."""

    id: int
    shelf: str
    text: str


def made(connection: sqlite3.Connection) -> Made | None:
    """Return what made the vectors in the file; ``None`` before the first."""
    row = connection.execute("SELECT name, dimensions FROM memory_embedder").fetchone()
    return None if row is None else Made(*row)


def width(connection: sqlite3.Connection) -> int:
    """Return how many bytes the signs of a vector take in the file; 0 before the first."""
    found = made(connection)
    return 0 if found is None else found.width


def begin_anew(connection: sqlite3.Connection, new: Made) -> None:
    """Drop every vector that another embedder made; words find what was kept until there are new ones."""
    old = made(connection)
    connection.execute("DELETE FROM memory_embedder")
    connection.execute("INSERT INTO memory_embedder (name, dimensions) VALUES (?, ?)", (new.name, new.dimensions))
    change(connection, "UPDATE {place}.memory SET vector = NULL WHERE vector IS NOT NULL")
    sketches.widen(connection, 0 if old is None else old.width, new.width)


def missing(connection: sqlite3.Connection, after: int, most: int) -> Sequence[Missing]:
    """Return memories without a vector, by id, from behind ``after``."""
    found = connection.execute(
        "SELECT id, shelf, text FROM memory WHERE id > ? AND vector IS NULL ORDER BY id LIMIT ?", (after, most)
    )
    return [Missing(*row) for row in found]


def newest_made(connection: sqlite3.Connection) -> int:
    """Return the id of the newest memory that has a vector; 0 if none has."""
    found = connection.execute("SELECT id FROM memory WHERE vector IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
    return 0 if found is None else int(found[0])


def newest_lacking(connection: sqlite3.Connection) -> int:
    """Return how many memories came after the newest that has a vector."""
    last = newest_made(connection)
    return int(connection.execute("SELECT count(*) FROM memory WHERE id > ?", (last,)).fetchone()[0])


def give(connection: sqlite3.Connection, given: Sequence[Missing], found: "NDArray[np.float32]", by: Made) -> None:
    """Keep the vectors of memories, in their order; what is gone by now is left alone, and all if others rule now."""
    if made(connection) != by:
        return
    blobs = quantised(found)
    change_each(
        connection,
        "UPDATE {place}.memory SET vector = ? WHERE id = ?",
        ((blob, memory.id) for memory, blob in zip(given, blobs, strict=True)),
    )
    signs = {(memory.shelf, memory.id): signs_of(blob) for memory, blob in zip(given, blobs, strict=True) if blob}
    sketches.give_signs(connection, signs, by.width)
