"""The table `due`: rows read and written."""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daemon.schedule.due import Due, DueId, Late
from daemon.schedule.recur import derived
from devices.model import AreaId
from skills.model import Cause, CauseId, Origin, PersonId

KEPT = timedelta(days=30)
"""How long a settled row stays on record."""
MOST_FORGOTTEN = 1_000
"""Rows that are deleted at a time: others wait for the database meanwhile."""
MOST_BEGUN = 3
"""A row whose handling was begun in so many starts without an end may be what ends us."""

SET_ASIDE = "set aside: every start that handled it ended badly"
TOLD = timedelta(days=7)
"""How long every start tells that a row was set aside."""


class Record(NamedTuple):
    """A row as it is kept in memory, a tuple of small things: a hundred thousand of them must fit."""

    id: DueId
    kind: str
    payload: str
    at: str
    wall: str | None
    zone: str | None
    rule: str | None
    begins: str | None
    elapsed: int
    late: str
    window_s: float
    owner: str | None
    cause: str
    name: str | None
    paused_left_s: float | None
    fired: int
    last: str | None
    derived_at: str
    begun: int
    note: str | None
    settled_at: str | None


_COLUMNS = Record._fields
_INSERT = f"INSERT INTO due ({', '.join(_COLUMNS[1:])}) VALUES ({', '.join('?' * len(_COLUMNS[1:]))})"  # noqa: S608 - our own names
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM due"  # noqa: S608 - our own names
_UPDATE = f"UPDATE due SET {', '.join(f'{name} = ?' for name in _COLUMNS[1:])}"  # noqa: S608 - our own names


def stamp(at: datetime) -> str:
    """Return a point in time so that its order as text is its order in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def instant(text: str) -> datetime:
    """Return what `stamp` made a text of."""
    return datetime.fromisoformat(text)


def blank(kind: str, payload: str, cause: Cause, now: datetime) -> Record:
    """Return a row that is due at no time yet."""
    return Record(
        id=DueId(0),
        kind=kind,
        payload=payload,
        at="",
        wall=None,
        zone=None,
        rule=None,
        begins=None,
        elapsed=0,
        late=Late.RUN,
        window_s=0.0,
        owner=None,
        cause=cause_text(cause),
        name=None,
        paused_left_s=None,
        fired=0,
        last=None,
        derived_at=stamp(now),
        begun=0,
        note=None,
        settled_at=None,
    )


def zone_of(record: Record, house: ZoneInfo) -> ZoneInfo:
    """Return the zone of a row's wall; one that this machine no longer knows is taken for that of the house."""
    if record.zone is None:
        return house
    try:
        return ZoneInfo(record.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return house


def insert(connection: sqlite3.Connection, record: Record) -> Record:
    """Write a new row; return it with its id."""
    number = connection.execute(_INSERT, record[1:]).lastrowid
    assert number is not None
    return record._replace(id=DueId(number))


def rewrite(connection: sqlite3.Connection, record: Record, *, fired: int) -> bool:
    """Write a row anew; return False, having done nothing, if its occurrence is another by now, or it is settled."""
    guard = " WHERE id = ? AND fired = ? AND settled_at IS NULL"
    return connection.execute(_UPDATE + guard, (*record[1:], record.id, fired)).rowcount == 1


def settle(connection: sqlite3.Connection, id: DueId, *, note: str, at: datetime) -> bool:
    """End a row, whatever its occurrence; return whether it was open."""
    text = "UPDATE due SET settled_at = ?, note = ? WHERE id = ? AND settled_at IS NULL"
    return connection.execute(text, (stamp(at), note, id)).rowcount == 1


def begin_handling(connection: sqlite3.Connection, ids: Iterable[DueId]) -> None:
    """Put on record that rows are being handled."""
    connection.executemany("UPDATE due SET begun = begun + 1 WHERE id = ?", [(one,) for one in ids])


def leave_handling(connection: sqlite3.Connection, records: Iterable[Record]) -> None:
    """Put on record that we end orderly while these are being handled: none of them is what ended us."""
    text = "UPDATE due SET begun = max(0, begun - 1) WHERE id = ? AND fired = ?"
    connection.executemany(text, [(record.id, record.fired) for record in records])


def move(connection: sqlite3.Connection, records: Iterable[Record]) -> None:
    """Write when rows are due, as far as they are still the same."""
    text = "UPDATE due SET at = ?, wall = ?, derived_at = ? WHERE id = ? AND fired = ? AND settled_at IS NULL"
    rows = [(record.at, record.wall, record.derived_at, record.id, record.fired) for record in records]
    connection.executemany(text, rows)


def load(connection: sqlite3.Connection, zone: ZoneInfo, now: datetime) -> tuple[Sequence[Record], Sequence[Record]]:
    """Return what is open, its points in time derived anew, and what was set aside, now or lately."""
    shared: dict[str, str] = {}
    found: list[Record] = []
    settle_aside = "UPDATE due SET settled_at = ?, note = ? WHERE settled_at IS NULL AND begun >= ?"
    connection.execute(settle_aside, (stamp(now), SET_ASIDE, MOST_BEGUN))
    for row in connection.execute(f"{_SELECT} WHERE settled_at IS NULL ORDER BY at"):
        # A table of thousands says the same few things in many columns.
        record = Record._make(shared.setdefault(value, value) if isinstance(value, str) else value for value in row)
        found.append(_derived_anew(record, zone) if record.wall is not None else record)
    # Not only those of this start: we may have been killed before anybody was told.
    lately = connection.execute(f"{_SELECT} WHERE settled_at > ? AND note = ?", (stamp(now - TOLD), SET_ASIDE))
    return found, [Record(*row) for row in lately]


def forget(connection: sqlite3.Connection, now: datetime) -> None:
    """Delete rows that were settled long ago."""
    text = "DELETE FROM due WHERE id IN (SELECT id FROM due WHERE settled_at < ? LIMIT ?)"
    connection.execute(text, (stamp(now - KEPT), MOST_FORGOTTEN))


def _derived_anew(record: Record, zone: ZoneInfo) -> Record:
    assert record.wall is not None
    if record.rule is not None and record.rule.startswith(("FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY")):
        return record
    at = derived(
        datetime.fromisoformat(record.wall),
        zone_of(record, zone),
        recurs=record.rule is not None,
    )
    text = stamp(at)
    return record if text == record.at else record._replace(at=text)


def to_disk(database: Path) -> None:
    """Wait until what was written is on the disk itself: then a power cut does not take it either.

    Only the log is opened: closing a second handle of the database itself would drop SQLite's locks on it (SQLite, "How
    to corrupt", 2.2).
    """
    try:
        log = os.open(f"{database}-wal", os.O_RDONLY)
    except FileNotFoundError:
        return  # it was emptied into the database, which SQLite waits for
    try:
        os.fdatasync(log)
    finally:
        os.close(log)


def due_of(record: Record, zone: ZoneInfo) -> Due:
    """Return a row as what others see."""
    return Due(
        id=record.id,
        kind=record.kind,
        payload=cast("Mapping[str, object]", json.loads(record.payload)),
        at=instant(record.at),
        wall=datetime.fromisoformat(record.wall) if record.wall is not None else None,
        zone=(record.zone or zone.key) if record.wall is not None else None,
        rule=record.rule,
        late=Late(record.late),
        window_s=record.window_s,
        owner=PersonId(record.owner) if record.owner is not None else None,
        cause=cause_of(record.cause),
        name=record.name,
        paused_left_s=record.paused_left_s,
        settled_at=instant(record.settled_at) if record.settled_at is not None else None,
        fired=record.fired,
        elapsed=bool(record.elapsed),
        begins=datetime.fromisoformat(record.begins) if record.begins is not None else None,
    )


def cause_text(cause: Cause) -> str:
    """Return a cause as text, without what is empty."""
    given = {
        "id": cause.id,
        "origin": cause.origin,
        "person": cause.person,
        "parent": cause.parent,
        "tainted": cause.tainted,
        "area": cause.area,
        "said": cause.said,
        "door": cause.door,
    }
    return json.dumps({key: value for key, value in given.items() if value}, separators=(",", ":"))


def cause_of(text: str) -> Cause:
    """Return what `cause_text` made a text of."""
    given = cast("dict[str, str | None]", json.loads(text))
    return Cause(
        CauseId(str(given["id"])),
        Origin(str(given["origin"])),
        person=cast("PersonId | None", given.get("person")),
        parent=cast("CauseId | None", given.get("parent")),
        tainted=bool(given.get("tainted")),
        area=cast("AreaId | None", given.get("area")),
        said=given.get("said"),
        door=Origin(door) if (door := given.get("door")) else None,
    )
