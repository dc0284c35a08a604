"""Lent rights on disk, in plain SQL."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.household.rights import Right
from devices.model import AreaId, EntityId
from skills.model import CauseId, PersonId

OVER, TAKEN_BACK = "over", "taken back"
_COLUMNS = "who, guest, may, things, domains, areas, lent_at, until, by, cause"


@dataclass(frozen=True, slots=True)
class Lent:
    """One row: what was lent, to a guest of which name, and by which wish."""

    right: Right
    guest: str | None
    cause: CauseId


def add(connection: sqlite3.Connection, lent: Lent) -> int:
    """Write what is lent and return its number."""
    right = lent.right
    row = (
        next(iter(right.who)),
        lent.guest,
        int(right.may),
        json.dumps(sorted(right.things)),
        json.dumps(sorted(right.domains)),
        json.dumps(sorted(right.areas)),
        right.since.isoformat() if right.since is not None else None,
        right.until.isoformat() if right.until is not None else None,
        right.by,
        lent.cause,
    )
    marks = ", ".join("?" * len(row))
    cursor = connection.execute(f"INSERT INTO lent_right ({_COLUMNS}) VALUES ({marks})", row)  # noqa: S608 - our own names
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def not_ended(connection: sqlite3.Connection) -> Sequence[tuple[int, Lent]]:
    """Return what nobody put down as ended, oldest first."""
    query = f"SELECT id, {_COLUMNS} FROM lent_right WHERE ended_at IS NULL ORDER BY id"  # noqa: S608 - our own names
    return [_lent(*row) for row in connection.execute(query)]


def end(connection: sqlite3.Connection, numbers: Sequence[int], how: str, at: datetime) -> None:
    """Put down that it has ended."""
    rows = [(at.isoformat(), how, number) for number in numbers]
    connection.executemany("UPDATE lent_right SET ended_at = ?, ended = ? WHERE id = ? AND ended_at IS NULL", rows)


def _lent(
    number: int,
    who: str,
    guest: str | None,
    may: int,
    things: str,
    domains: str,
    areas: str,
    lent_at: str,
    until: str | None,
    by: str | None,
    cause: str,
) -> tuple[int, Lent]:
    right = Right(
        frozenset({who}),
        bool(may),
        frozenset(map(EntityId, json.loads(things))),
        frozenset(json.loads(domains)),
        frozenset(map(AreaId, json.loads(areas))),
        until=datetime.fromisoformat(until) if until is not None else None,
        since=datetime.fromisoformat(lent_at),
        id=number,
        by=PersonId(by) if by is not None else None,
    )
    return number, Lent(right, guest, CauseId(cause))
