"""Routines and their runs on disk, in plain SQL: what is written stands between a trigger and its light."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon.schedule.ledger import stamp

RUNS_KEPT = 50
"""Runs of each routine of which the trace is kept, the newest; as many that were declined beside those."""
DAYS_KEPT = 90


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a routine, as it is stored."""

    routine: str
    version: int
    enabled: bool
    watched: str | None
    form: str
    at: str
    cause: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What is written of a run in one go."""

    id: str
    routine: str
    version: int
    cause: str
    began_at: datetime
    pending: str
    ended_at: datetime | None = None
    result: str | None = None
    why: str = ""
    run: str | None = None
    steps: Sequence[tuple[int, datetime, Mapping[str, object]]] = field(default_factory=tuple)
    """Number, time and what of each step that is new."""


@dataclass(frozen=True, slots=True)
class Going:
    """A run that had not ended."""

    id: str
    routine: str
    version: int
    cause: str
    run: str
    pending: str
    steps: int
    """How many steps of it are written down."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A start that waited for another run of its routine to end."""

    id: str
    routine: str
    cause: str
    began_at: str
    pending: str
    """What set it off."""


_VERSION = """
SELECT routine.id, routine_version.version, enabled, watched, form, at, cause
FROM routine JOIN routine_version ON routine_version.routine = routine.id
"""


def versions(connection: sqlite3.Connection) -> Sequence[Version]:
    """Return every routine there is, each in its present version."""
    query = f"{_VERSION} AND routine_version.version = routine.version WHERE removed_at IS NULL ORDER BY routine.id"
    return [Version(one, number, bool(on), *rest) for one, number, on, *rest in connection.execute(query)]


def version(connection: sqlite3.Connection, id: str, number: int) -> Version | None:
    """Return one version of a routine, also of one that was removed."""
    query = f"{_VERSION} WHERE routine.id = ? AND routine_version.version = ?"
    row = connection.execute(query, (id, number)).fetchone()
    return None if row is None else Version(row[0], row[1], bool(row[2]), *row[3:])


def newest(connection: sqlite3.Connection, id: str) -> int:
    """Return the number of a routine's newest version, removed or not; 0 where there never was one."""
    row = connection.execute("SELECT max(version) FROM routine_version WHERE routine = ?", (id,)).fetchone()
    return int(row[0] or 0)


def put(connection: sqlite3.Connection, one: Version) -> None:
    """Write a new version down, which is the present one from now on."""
    connection.execute(
        "INSERT INTO routine (id, version, enabled, watched) VALUES (?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE"
        " SET version = excluded.version, enabled = excluded.enabled, watched = NULL, removed_at = NULL",
        (one.routine, one.version, int(one.enabled)),
    )
    connection.execute(
        "INSERT INTO routine_version (routine, version, form, at, cause) VALUES (?, ?, ?, ?, ?)",
        (one.routine, one.version, one.form, one.at, one.cause),
    )


def switch(connection: sqlite3.Connection, id: str, *, on: bool) -> None:
    """Write down that a routine is on or off; what it watched is forgotten."""
    connection.execute("UPDATE routine SET enabled = ?, watched = NULL WHERE id = ?", (int(on), id))


def remove(connection: sqlite3.Connection, id: str, at: datetime) -> None:
    """Write down that a routine is no more; its versions and runs stay."""
    connection.execute("UPDATE routine SET removed_at = ?, watched = NULL WHERE id = ?", (stamp(at), id))


def save(connection: sqlite3.Connection, runs: Iterable[Saved], watches: Iterable[tuple[str, str | None]]) -> None:
    """Write down where runs stand and what they did, and what routines watch."""
    for one in runs:
        connection.execute(
            "INSERT INTO routine_run (id, routine, version, cause, began_at, ended_at, result, why, run, pending)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " version = excluded.version, ended_at = excluded.ended_at, result = excluded.result,"
            " why = excluded.why, run = excluded.run, pending = excluded.pending",
            (
                one.id,
                one.routine,
                one.version,
                one.cause,
                stamp(one.began_at),
                None if one.ended_at is None else stamp(one.ended_at),
                one.result,
                one.why,
                one.run,
                one.pending,
            ),
        )
        steps = [(one.id, number, stamp(at), json.dumps(step)) for number, at, step in one.steps]
        connection.executemany("INSERT OR REPLACE INTO routine_step (run, number, at, step) VALUES (?, ?, ?, ?)", steps)
    for routine, watched in watches:
        connection.execute("UPDATE routine SET watched = ? WHERE id = ?", (watched, routine))


def going(connection: sqlite3.Connection) -> Sequence[Going]:
    """Return the runs that had not ended, oldest first."""
    query = (
        "SELECT id, routine, version, cause, run, pending,"
        " (SELECT coalesce(max(number) + 1, 0) FROM routine_step WHERE run = routine_run.id)"
        " FROM routine_run WHERE ended_at IS NULL AND run IS NOT NULL ORDER BY began_at"
    )
    return [Going(*row) for row in connection.execute(query)]


def waiting(connection: sqlite3.Connection) -> Sequence[Waiting]:
    """Return the starts that waited for their turn, oldest first."""
    query = (
        "SELECT id, routine, cause, began_at, pending FROM routine_run"
        " WHERE ended_at IS NULL AND run IS NULL ORDER BY began_at, id"
    )
    return [Waiting(*row) for row in connection.execute(query)]


def give_up(connection: sqlite3.Connection, id: str, at: datetime) -> None:
    """Write down that a run cannot go on: nobody can read where it stood."""
    connection.execute(
        "UPDATE routine_run SET ended_at = ?, result = 'failed', why = 'it could not be read', run = NULL,"
        " pending = '[]' WHERE id = ?",
        (stamp(at), id),
    )


def last_runs(connection: sqlite3.Connection) -> Mapping[str, tuple[str, str | None]]:
    """Return when each routine ran last and how that ended; what was declined is no run."""
    query = (
        "SELECT routine, max(began_at), result FROM routine_run"
        " WHERE result IS NULL OR result != 'declined' GROUP BY routine"
    )
    return {routine: (began, result) for routine, began, result in connection.execute(query)}


def traces(
    connection: sqlite3.Connection, routine: str | None, run: str | None, limit: int
) -> Sequence[Mapping[str, object]]:
    """Return the newest runs, of one routine if given, newest first, each with its steps."""
    query = (
        "SELECT id, routine, version, cause, began_at, ended_at, result, why, ended_at IS NULL AND run IS NULL"
        " FROM routine_run"
        " WHERE (? IS NULL OR routine = ?) AND (? IS NULL OR id = ?) ORDER BY began_at DESC, id LIMIT ?"
    )
    names = ("id", "routine", "version", "cause", "began_at", "ended_at", "result", "why", "waits")
    found = [
        dict(zip(names, row, strict=True)) for row in connection.execute(query, (routine, routine, run, run, limit))
    ]
    steps = "SELECT at, step FROM routine_step WHERE run = ? ORDER BY number"
    return [
        {**one, "steps": [{"at": at, **json.loads(step)} for at, step in connection.execute(steps, (one["id"],))]}
        for one in found
    ]


def forget(connection: sqlite3.Connection, now: datetime) -> None:
    """Delete the runs that are beyond what is kept of each routine."""
    oldest = stamp(now - timedelta(days=DAYS_KEPT))
    connection.execute(
        "DELETE FROM routine_run WHERE ended_at IS NOT NULL AND (began_at < ? OR id IN (SELECT id FROM (SELECT id,"
        " row_number() OVER (PARTITION BY routine, result = 'declined' ORDER BY began_at DESC) AS place"
        " FROM routine_run WHERE ended_at IS NOT NULL) WHERE place > ?))",
        (oldest, RUNS_KEPT),
    )
