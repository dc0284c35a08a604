"""The rows of memories: what was said, word for word, and the one place that writes, reads and deletes it."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from daemon.memory import postings, sketches
from daemon.memory.model import Assurance, MemoryId, Note, plain
from daemon.memory.putting import Waiting, put_away
from daemon.memory.sketches import Sketch, flags_of, signs_of, speaker_code
from daemon.store.places import change_each, insert_each, next_number, note_number
from skills.model import PersonId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SILENCE = timedelta(hours=1)
"""After so long without a word, what is said next in a conversation is a new talk."""

_COLUMNS = (
    "id, shelf, text, at, owner, speaker, conversation, session, area, ref, entry, confidence, assurance, known_from,"
    " expires_at, tainted"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory as it stands in the file."""

    id: MemoryId
    note: Note
    session: int
    known_from: datetime
    shelf: str


class Writer:
    """Writes notes in one transaction: the row, its stems and its sketch, or none of them.

    What is for a locked shelf is put away, and has no id yet.
    """

    def __init__(self, connection: sqlite3.Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._next = next_number(connection, "memory")
        self._talks: dict[str, tuple[int, datetime]] = {}

    def write(self, notes: Sequence[Note], vectors: "Sequence[bytes | None]", width: int) -> Sequence[MemoryId | None]:
        """Keep notes and return their ids, in their order; ``None`` for one whose `Note.ref` is there already."""
        known = self._known({plain(note.ref) for note in notes if note.ref is not None})
        ids, rows = list[MemoryId | None](), list[tuple[str, tuple[object, ...]]]()
        made, indexed = list[Sketch](), list[postings.Indexed]()
        for note, vector in zip(notes, vectors, strict=True):
            if put_away(self._connection, Waiting(note)):
                ids.append(None)
                continue
            if note.ref is not None and plain(note.ref) in known:
                ids.append(None)
                continue
            if note.ref is not None:
                known.add(plain(note.ref))
            number, self._next = self._next, self._next + 1
            session = self._session(note, number)
            ids.append(MemoryId(number))
            rows.append((note.shelf, _row(note, number, session, self._now, vector)))
            code, flags = speaker_code(note.speaker or note.person), flags_of(note.text)
            signs = signs_of(vector) if vector else b""
            made.append(Sketch(note.shelf, number, session, note.at, code, flags, signs))
            indexed.append((note.shelf, number, plain(note.text)))
        insert_each(
            self._connection,
            f"INSERT INTO {{place}}.memory ({_COLUMNS}, vector) VALUES ({', '.join('?' * 17)})",  # noqa: S608
            rows,
        )
        note_number(self._connection, "memory", self._next - 1)
        postings.add(self._connection, indexed)
        sketches.add(self._connection, made, width)
        return ids

    def _known(self, refs: set[str]) -> set[str]:
        """Return which of the names are taken."""
        taken, wanted = set[str](), sorted(refs)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ", ".join("?" * len(part))
            found = self._connection.execute(f"SELECT ref FROM memory WHERE ref IN ({marks})", part)  # noqa: S608
            taken.update(row[0] for row in found)
        return taken

    def _session(self, note: Note, number: int) -> int:
        """Return the talk that a note goes on with, or itself: the first of a new one."""
        if note.conversation is None:
            return number
        key = f"{note.shelf}\0{note.conversation}"
        last = self._talks.get(key) or self._last(note)
        session = last[0] if last is not None and abs(note.at - last[1]) <= SILENCE else number
        self._talks[key] = (session, note.at)
        return session

    def _last(self, note: Note) -> tuple[int, datetime] | None:
        row = self._connection.execute(
            "SELECT session, at FROM memory WHERE conversation = ? AND shelf = ? ORDER BY id DESC LIMIT 1",
            (_plain(note.conversation), note.shelf),
        ).fetchone()
        return None if row is None else (row[0], datetime.fromisoformat(row[1]))


def fetch(connection: sqlite3.Connection, ids: Iterable[int], shelves: Sequence[str]) -> dict[int, Kept]:
    """Return the memories of these ids that stand on one of the shelves."""
    wanted = list(ids)
    marks, places = ", ".join("?" * len(wanted)), ", ".join("?" * len(shelves))
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM memory WHERE id IN ({marks}) AND shelf IN ({places})",  # noqa: S608 - marks only
        (*wanted, *shelves),
    )
    return {kept.id: kept for kept in map(_kept, found)}


def texts(connection: sqlite3.Connection, ids: Iterable[int], shelves: Sequence[str]) -> dict[int, str]:
    """Return the texts of these memories, of those that stand on one of the shelves."""
    wanted = list(ids)
    marks, places = ", ".join("?" * len(wanted)), ", ".join("?" * len(shelves))
    return dict(
        connection.execute(
            f"SELECT id, text FROM memory WHERE id IN ({marks}) AND shelf IN ({places})",  # noqa: S608 - marks only
            (*wanted, *shelves),
        ).fetchall()
    )


def vectors(connection: sqlite3.Connection, ids: Iterable[int], shelves: Sequence[str]) -> dict[int, bytes]:
    """Return the vectors of these memories, of those that have one and stand on one of the shelves."""
    wanted = list(ids)
    marks, places = ", ".join("?" * len(wanted)), ", ".join("?" * len(shelves))
    return dict(
        connection.execute(
            f"SELECT id, vector FROM memory WHERE id IN ({marks}) AND shelf IN ({places})"  # noqa: S608 - marks only
            " AND length(vector) > 0",
            (*wanted, *shelves),
        ).fetchall()
    )


def listed(
    connection: sqlite3.Connection, where: str = "1", values: Sequence[object] = (), *, most: int = -1
) -> Iterator[Kept]:
    """Yield the memories that a condition of ours on `memory` holds for, the newest first."""
    yield from map(
        _kept,
        connection.execute(
            f"SELECT {_COLUMNS} FROM memory WHERE {where} ORDER BY at DESC, id DESC LIMIT ?",  # noqa: S608 - see above
            (*values, most),
        ),
    )


def delete(connection: sqlite3.Connection, gone: Sequence[Kept], width: int) -> None:
    """Take memories out of the file, with their stems, vectors and sketches."""
    postings.remove(connection, ((kept.shelf, kept.id, kept.note.text) for kept in gone))
    sketches.remove(connection, ((kept.shelf, kept.id) for kept in gone), width)
    change_each(connection, "DELETE FROM {place}.memory WHERE id = ?", ((kept.id,) for kept in gone))


def index(connection: sqlite3.Connection, ids: Sequence[int], shelf: str, width: int) -> None:
    """Index memories of a shelf that stand there already, and in no index."""
    found, blobs = fetch(connection, ids, [shelf]), vectors(connection, ids, [shelf])
    postings.add(connection, ((shelf, number, kept.note.text) for number, kept in found.items()))
    made = (_sketch(kept, blobs.get(number)) for number, kept in found.items())
    sketches.add(connection, made, width)


def _sketch(kept: Kept, vector: bytes | None) -> Sketch:
    note = kept.note
    code, signs = speaker_code(note.speaker or note.person), signs_of(vector) if vector else b""
    return Sketch(kept.shelf, kept.id, kept.session, note.at, code, flags_of(note.text), signs)


def quantised(vectors: "NDArray[np.float32]") -> Sequence[bytes]:
    """Return vectors as int8 blobs, each on a scale of its own; an empty one for a vector of length 0."""
    import numpy as np

    peaks = np.abs(vectors).max(axis=1, keepdims=True) if vectors.size else np.zeros((len(vectors), 1))
    whole = np.round(vectors * (127 / np.maximum(peaks, 1e-9))).astype(np.int8)
    return [row.tobytes() if peak > 0 else b"" for row, peak in zip(whole, peaks[:, 0], strict=True)]


def stamp(at: datetime) -> str:
    """Return a time as it is kept: in UTC, so that its order as text is its order in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _row(note: Note, number: int, session: int, now: datetime, vector: bytes | None) -> tuple[object, ...]:
    return (
        number,
        note.shelf,
        plain(note.text),
        stamp(note.at),
        _plain(note.person),
        _plain(note.speaker),
        _plain(note.conversation),
        session,
        _plain(note.area),
        _plain(note.ref),
        note.entry,
        note.confidence,
        note.assurance.value,
        stamp(now),
        None if note.expires_at is None else stamp(note.expires_at),
        int(note.tainted),
        vector,
    )


def _plain(text: str | None) -> str | None:
    return None if text is None else plain(text)


def _kept(row: Sequence[object]) -> Kept:
    (number, shelf, text, at, owner, speaker, conversation, session, area, ref, entry, confidence, assurance) = row[:13]
    known_from, expires_at, tainted = row[13:]
    note = Note(
        str(text),
        datetime.fromisoformat(str(at)),
        None if speaker is None else str(speaker),
        None if owner is None else PersonId(str(owner)),
        "household" if shelf == "" else "me",
        None if conversation is None else str(conversation),
        None if area is None else str(area),
        None if ref is None else str(ref),
        entry if isinstance(entry, int) else None,
        float(str(confidence)),
        Assurance(str(assurance)),
        None if expires_at is None else datetime.fromisoformat(str(expires_at)),
        bool(tainted),
    )
    return Kept(
        MemoryId(int(str(number))), note, int(str(session)), datetime.fromisoformat(str(known_from)), str(shelf)
    )
