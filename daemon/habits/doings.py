"""What the journal knows of who wished for what: so that a person's word is told from a routine's act."""

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from sqlite3 import Connection
from typing import Final, cast

from daemon.habits.reading import Doings
from daemon.store import Store
from skills.model import Origin

SLICE: Final = 4_000
"""Entries that are read at once: the journal's thread has other things to do."""
_PERSONAL: Final = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD, Origin.MODEL})
_NEWEST: Final = "SELECT coalesce(max(id), 0) FROM entry"
_READ: Final = (
    "SELECT came.at, wish.at, wish.origin, wish.cause, came.targets FROM entry AS came"
    " JOIN entry AS wish ON wish.id = came.ref"
    " WHERE came.id > ? AND came.id <= ? AND came.kind = 'outcome' ORDER BY came.id"
)
_RUNS: Final = "SELECT id, routine FROM routine_run WHERE began_at >= ?"


@dataclass(frozen=True, slots=True)
class RoutineDid:
    """Something that a routine did to one thing."""

    at: float
    routine: str
    entity: str


@dataclass(slots=True)
class Journaled:
    """What the journal tells of a stretch of time."""

    doings: dict[str, Doings] = field(default_factory=dict[str, Doings])
    routines: list[RoutineDid] = field(default_factory=list[RoutineDid])


async def journaled(store: Store, since: datetime) -> Journaled:
    """Return what was done to which thing since a moment, in slices.

    Raises:
        StoreError: it cannot be read.
    """
    runs = await store.run_bare(lambda connection: dict(connection.execute(_RUNS, (since.isoformat(),)).fetchall()))
    last = await store.run_bare(lambda connection: int(connection.execute(_NEWEST).fetchone()[0]))
    slices: list[list[tuple[str, str, str, str, str]]] = []
    while last > 0:
        first = last - SLICE

        def some(connection: Connection, first: int = first, last: int = last) -> list[tuple[str, str, str, str, str]]:
            return connection.execute(_READ, (first, last)).fetchall()

        found = await store.run_bare(some)
        slices.append(found)
        if found and datetime.fromisoformat(found[0][0]) < since:
            break
        last = first
    told = Journaled()
    for found in reversed(slices):
        _take(told, found, runs)
    return told


def _take(told: Journaled, found: list[tuple[str, str, str, str, str]], runs: Mapping[str, str]) -> None:
    for _, wished_at, origin, cause, targets in found:
        at = datetime.fromisoformat(wished_at).timestamp()
        for entity in cast("list[str]", json.loads(targets)):
            known = told.doings.setdefault(entity, Doings(array("d"), array("b")))
            known.at.append(at)
            known.personal.append(origin in _PERSONAL)
            run = cause.split("/")[1] if cause.startswith("routine/") and cause.count("/") >= 2 else ""
            if run in runs:
                told.routines.append(RoutineDid(at, runs[run], entity))
