"""The index of stems: which memories hold a stem and how much it says about them, as blobs of three bytes a memory.

FTS5 asks for every row that holds any word of a question, which takes it ten times too long at a million memories
(148 ms at the median). Here the stems of a block of ids stand together in a blob that numpy reads as it is, and the
shelf comes first in the key: what a person may not read is never read, nor does it count in how rare a stem is.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.memory.stems import joined, terms
from daemon.store.places import change, insert_each

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 8192
"""Ids to a block: an offset in it takes two bytes, and a blob stays small enough to be written again for one memory."""

_SATURATION, _LENGTH_SHARE, _USUAL_LENGTH = 0.6, 0.75, 12
"""BM25's k1 and b, and the length that counts as usual: constants, so that an impact stays true as memories come."""
IMPACT_UNIT = 150
"""Impacts are kept as whole numbers up to 255: the largest is 1.6."""
_RECORD = 3
_FEW = 1024
"""Records that are looked through one by one."""


@dataclass(frozen=True, slots=True)
class Posting:
    """A stem's memories on the shelves that were asked for."""

    ids: "NDArray[np.int64]"
    impacts: "NDArray[np.float32]"
    """BM25's share of the stem in each, before its rarity: 0 to 1.6."""


Indexed = tuple[str, int, str]
"""A memory to be indexed: its shelf, its id, its text."""


def add(connection: sqlite3.Connection, indexed: Iterable[Indexed]) -> None:
    """Put memories into the index; each must not be there yet."""
    blobs: dict[tuple[str, str, int], bytearray] = {}
    for shelf, number, text in indexed:
        block, offset = divmod(number, BLOCK)
        for term, impact in _impacts(text).items():
            blobs.setdefault((shelf, term, block), bytearray()).extend(
                (offset & 0xFF, offset >> 8, impact),
            )
    insert_each(
        connection,
        "INSERT INTO {place}.memory_posting (shelf, term, block, postings) VALUES (?, ?, ?, ?)"
        # The cast: SQLite makes text of what `||` joins, whatever it was.
        " ON CONFLICT DO UPDATE SET postings = CAST(postings || excluded.postings AS BLOB)",
        ((key[0], (*key, bytes(blob))) for key, blob in sorted(blobs.items())),
    )


def remove(connection: sqlite3.Connection, indexed: Iterable[Indexed]) -> None:
    """Take memories out of the index, by the text that they were put in with."""
    gone: dict[tuple[str, str, int], set[int]] = {}
    for shelf, number, text in indexed:
        block, offset = divmod(number, BLOCK)
        for term in _impacts(text):
            gone.setdefault((shelf, term, block), set()).add(offset)
    for key, offsets in gone.items():
        row = connection.execute(
            "SELECT postings FROM memory_posting WHERE shelf = ? AND term = ? AND block = ?", key
        ).fetchone()
        left = _without(row[0], offsets) if row else b""
        if left:
            renewed = "UPDATE {place}.memory_posting SET postings = ? WHERE shelf = ? AND term = ? AND block = ?"
            change(connection, renewed, (left, *key))
        else:
            change(connection, "DELETE FROM {place}.memory_posting WHERE shelf = ? AND term = ? AND block = ?", key)


def read(connection: sqlite3.Connection, shelves: Sequence[str], stems: Iterable[str]) -> Mapping[str, Posting]:
    """Return the memories on the shelves that hold each of the stems; a stem that none holds is left out."""
    return {stem: posting for stem in stems if (posting := _read(connection, shelves, stem)) is not None}


def _read(connection: sqlite3.Connection, shelves: Sequence[str], stem: str) -> Posting | None:
    import numpy as np

    marks = ", ".join("?" * len(shelves))
    rows = connection.execute(
        f"SELECT block, postings FROM memory_posting WHERE shelf IN ({marks}) AND term = ?",  # noqa: S608 - marks only
        (*shelves, stem),
    ).fetchall()
    if not rows:
        return None
    records = np.frombuffer(b"".join(row[1] for row in rows), np.uint8).reshape(-1, _RECORD)
    lengths = [len(row[1]) // _RECORD for row in rows]
    starts = np.repeat(np.array([row[0] * BLOCK for row in rows], np.int64), lengths)
    ids = starts + records[:, 0] + (records[:, 1].astype(np.int64) << 8)
    return Posting(ids, records[:, 2] * np.float32(1 / IMPACT_UNIT))


def _impacts(text: str) -> Mapping[str, int]:
    counts = joined(terms(text))
    length = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * sum(counts.values()) / _USUAL_LENGTH)
    shares = {term: count * (_SATURATION + 1) / (count + length) for term, count in counts.items()}
    return {term: max(1, round(share * IMPACT_UNIT)) for term, share in shares.items()}


def _without(blob: bytes, offsets: set[int]) -> bytes:
    if len(blob) <= _FEW * _RECORD:
        # A house that only forgets a thing need not load numpy.
        one_by_one = (blob[start : start + _RECORD] for start in range(0, len(blob), _RECORD))
        return b"".join(record for record in one_by_one if record[0] | record[1] << 8 not in offsets)
    import numpy as np

    records = np.frombuffer(blob, np.uint8).reshape(-1, _RECORD)
    gone = np.isin(records[:, 0] | records[:, 1].astype(np.uint16) << 8, list(offsets))
    return records[~gone].tobytes()
