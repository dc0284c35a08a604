"""Voices in the database: how the people sound who let theirs be learned, and nothing of what they said."""

import sqlite3
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from skills.model import PersonId

Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One utterance of a person, as a model hears voices."""

    person: PersonId
    model: str
    vector: Vector
    at: str
    """When it was learned, ISO 8601 in UTC."""


Stamp = tuple[int, int]
"""Changes with whatever is learned or forgotten, by another process too."""


def stamp(connection: sqlite3.Connection) -> Stamp:
    """Return it; ``(0, 0)`` while no voice is known."""
    count, last = connection.execute("SELECT COUNT(*), COALESCE(MAX(id), 0) FROM voiceprint").fetchone()
    return count, last


def listed(connection: sqlite3.Connection, person: PersonId | None = None) -> Sequence[Sample]:
    """Return all samples, or those of one person, oldest first."""
    rows = connection.execute(
        "SELECT person, model, vector, at FROM voiceprint WHERE ?1 IS NULL OR person = ?1 ORDER BY id", (person,)
    )
    return [Sample(PersonId(who), model, _read(vector), at) for who, model, vector, at in rows]


def replace(
    connection: sqlite3.Connection, person: PersonId, model: str, vectors: Sequence[Vector], at: datetime
) -> None:
    """Keep these samples of a person and none from before; those are overwritten where they stood."""
    forget(connection, person)
    connection.executemany(
        "INSERT INTO voiceprint (person, model, vector, at) VALUES (?, ?, ?, ?)",
        [(person, model, struct.pack(f"<{len(vector)}f", *vector), at.isoformat()) for vector in vectors],
    )


def forget(connection: sqlite3.Connection, person: str) -> int:
    """Delete a person's samples, overwritten where they stood; return how many there were."""
    connection.execute("PRAGMA secure_delete = ON")
    return connection.execute("DELETE FROM voiceprint WHERE person = ?", (person,)).rowcount


def exported(connection: sqlite3.Connection, person: PersonId) -> Sequence[Mapping[str, object]]:
    """Return a person's samples as JSON values."""
    return [
        {"what": "voice", "person": one.person, "model": one.model, "at": one.at, "vector": list(one.vector)}
        for one in listed(connection, person)
    ]


def _read(blob: bytes) -> Vector:
    return struct.unpack(f"<{len(blob) // 4}f", blob)
