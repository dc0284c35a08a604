"""What ranking needs of every memory, in 47 bytes each: when, who, which talk, what sort, the signs of its vector.

On the disk they stand in blobs of a few hundred; in memory in one array a field, so that a million are looked through
in ten milliseconds. The picture in memory follows the file: what was added is read on, anything else is read anew.
"""

import re
import sqlite3
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

from daemon.memory.stems import words
from daemon.store.places import change, insert_each

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 512
"""Ids to a block: what is written again when one memory comes stays below 25 KB."""
QUESTION, OWN_WORDS, TIME_WORDS, NUMBERS = 1, 2, 4, 8
"""What a memory's words are like: asked, said of oneself, with a time, with a number."""

_HEAD = "<HIIIB"
_OWN = re.compile(r"\b(i|i'm|i've|i'd|me|my|we|we're|our|us|ich|mir|mich|mein\w*|wir|uns\w*)\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(yesterday|today|tonight|last|next|ago|since|week|weekend|month|year|tomorrow|morning|gestern|heute|morgen|"
    r"letzt\w*|nächst\w*|seit|woche\w*|monat\w*|jahr\w*|(mon|tues|wednes|thurs|fri|satur|sun)day|january|february|"
    r"march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|once|twice|few|couple|zwei|drei|vier|fünf)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is noted of one memory."""

    shelf: str
    id: int
    session: int
    at: datetime
    speaker: int
    """`speaker_code` of who said it, 0 for nobody."""
    flags: int
    signs: bytes
    """One bit a dimension of its vector; empty: it has none yet."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The memories of one shelf by ascending id, one array a field."""

    ids: "NDArray[np.int64]"
    sessions: "NDArray[np.int64]"
    minutes: "NDArray[np.int64]"
    """When, in minutes since 1970."""
    speakers: "NDArray[np.uint32]"
    flags: "NDArray[np.uint8]"
    signs: "NDArray[np.uint64]"
    """Shape (dimensions / 64, memories): so each word of a question meets numbers that stand side by side."""
    known: frozenset[int]
    """The codes of everybody who has said something."""


def speaker_code(name: str | None) -> int:
    """Return what stands for the first name of a speaker: the same for `Anna` and `anna schmidt`."""
    said = words(name or "")
    return crc32(said[0].encode()) if said else 0


def flags_of(text: str) -> int:
    """Return what a text is like, as bits."""
    return (
        (QUESTION if "?" in text else 0)
        | (OWN_WORDS if _OWN.search(text) else 0)
        | (TIME_WORDS if _TIME.search(text) else 0)
        | (NUMBERS if _NUMBER.search(text) else 0)
    )


def signs_of(vector: bytes) -> bytes:
    """Return the signs of an int8 vector, a bit each."""
    import numpy as np

    return np.packbits(np.frombuffer(vector, np.int8) > 0).tobytes()


def add(connection: sqlite3.Connection, sketches: Iterable[Sketch], width: int) -> None:
    """Put sketches behind those that are there; ``width`` is how many bytes the signs of a vector take."""
    blobs: dict[tuple[str, int], bytearray] = {}
    for sketch in sketches:
        block, offset = divmod(sketch.id, BLOCK)
        minutes = max(0, int(sketch.at.timestamp() // 60))
        head = struct.pack(_HEAD, offset, sketch.session, minutes, sketch.speaker, sketch.flags)
        blobs.setdefault((sketch.shelf, block), bytearray()).extend(head + sketch.signs.ljust(width, b"\0"))
    insert_each(
        connection,
        "INSERT INTO {place}.memory_sketch (shelf, block, records) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET records = CAST(records || excluded.records AS BLOB)",
        ((key[0], (*key, bytes(blob))) for key, blob in blobs.items()),
    )


def remove(connection: sqlite3.Connection, gone: Iterable[tuple[str, int]], width: int) -> None:
    """Take out the sketches of memories, given by shelf and id."""
    blocks: dict[tuple[str, int], set[int]] = {}
    for shelf, number in gone:
        blocks.setdefault((shelf, number // BLOCK), set()).add(number % BLOCK)
    for key, offsets in blocks.items():
        _change(connection, key, width, partial(_left, offsets))


def _change(
    connection: sqlite3.Connection, key: tuple[str, int], width: int, renew: Callable[[bytes, bytes], bytes]
) -> None:
    """Write each record of a block as ``renew`` makes it of its head and its signs; a block without any goes."""
    row = connection.execute("SELECT records FROM memory_sketch WHERE shelf = ? AND block = ?", key).fetchone()
    blob, head = row[0] if row else b"", struct.calcsize(_HEAD)
    records = (blob[start : start + head + width] for start in range(0, len(blob), head + width))
    left = b"".join(renew(record[:head], record[head:]) for record in records)
    if left:
        renewed = "UPDATE {place}.memory_sketch SET records = ? WHERE shelf = ? AND block = ?"
        change(connection, renewed, (left, *key))
    else:
        change(connection, "DELETE FROM {place}.memory_sketch WHERE shelf = ? AND block = ?", key)


def _left(gone: set[int], head: bytes, signs: bytes) -> bytes:
    return b"" if _offset(head) in gone else head + signs


def _signed(given: Mapping[int, bytes], head: bytes, signs: bytes) -> bytes:
    return head + given.get(_offset(head), signs)


def _offset(head: bytes) -> int:
    return head[0] | head[1] << 8


def give_signs(connection: sqlite3.Connection, signs: Mapping[tuple[str, int], bytes], width: int) -> None:
    """Note the signs of vectors that came later, by shelf and id."""
    blocks: dict[tuple[str, int], dict[int, bytes]] = {}
    for (shelf, number), sign in signs.items():
        blocks.setdefault((shelf, number // BLOCK), {})[number % BLOCK] = sign
    for key, given in blocks.items():
        _change(connection, key, width, partial(_signed, given))


def widen(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Make room for vectors of another width, all of them unknown."""
    for key in connection.execute("SELECT shelf, block FROM memory_sketch").fetchall():
        _change(connection, key, old, lambda head, _: head + bytes(new))


class Picture:
    """The sketches in memory, a shelf at a time; to be used on the database thread only."""

    def __init__(self) -> None:
        self._shelves: dict[str, Columns] = {}
        self._version: int | None = None
        self._width = 0

    def drop(self, since: int = 0) -> None:
        """Read anew, when they are next needed, the shelves of which memories from an id on were looked at already."""
        self._shelves = {
            name: shelf for name, shelf in self._shelves.items() if not len(shelf.ids) or shelf.ids[-1] < since
        }

    def shelves(self, connection: sqlite3.Connection, names: Sequence[str], width: int) -> Sequence[Columns]:
        """Return the shelves as they are in the file now; ``width`` is how many bytes the signs of a vector take."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if (version, width) != (self._version, self._width):
            # Another program wrote to the file.
            self._shelves.clear()
            self._version, self._width = version, width
        for name in names:
            self._shelves[name] = self._read_on(connection, name, width)
        return [self._shelves[name] for name in names]

    def _read_on(self, connection: sqlite3.Connection, shelf: str, width: int) -> Columns:
        have = self._shelves.get(shelf)
        newest = int(have.ids[-1]) if have is not None and len(have.ids) else -1
        rows = connection.execute(
            "SELECT block, records FROM memory_sketch WHERE shelf = ? AND block >= ? ORDER BY block",
            (shelf, max(0, newest) // BLOCK),
        ).fetchall()
        more = _columns(rows, width, after=newest)
        if have is None:
            return more
        return _joined(have, more) if len(more.ids) else have


def _columns(rows: Sequence[tuple[int, bytes]], width: int, *, after: int) -> Columns:
    import numpy as np

    kind = np.dtype(
        [("offset", "<u2"), ("session", "<u4"), ("at", "<u4"), ("speaker", "<u4"), ("flags", "u1"), ("s", "u1", width)]
    )
    records = np.frombuffer(b"".join(row[1] for row in rows), kind)
    starts = np.array([row[0] * BLOCK for row in rows], np.int64)
    ids = np.repeat(starts, [len(row[1]) // kind.itemsize for row in rows]) + records["offset"]
    new = ids > after
    ids, records = ids[new], records[new]
    speakers = records["speaker"].astype(np.uint32)
    return Columns(
        ids,
        records["session"].astype(np.int64),
        records["at"].astype(np.int64),
        speakers,
        records["flags"].copy(),
        np.ascontiguousarray(np.frombuffer(records["s"].tobytes(), np.uint64).reshape(len(ids), width // 8).T),
        frozenset(np.unique(speakers).tolist()) - {0},
    )


def _joined(first: Columns, second: Columns) -> Columns:
    import numpy as np

    return Columns(
        np.concatenate((first.ids, second.ids)),
        np.concatenate((first.sessions, second.sessions)),
        np.concatenate((first.minutes, second.minutes)),
        np.concatenate((first.speakers, second.speakers)),
        np.concatenate((first.flags, second.flags)),
        np.concatenate((first.signs, second.signs), axis=1),
        first.known | second.known,
    )
