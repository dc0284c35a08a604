"""The chain that ties each entry to the one before it, and the search for a break in it.

An entry's hash covers all that it says and the hash before it. The newest entry is noted in a row of its own, and
SQLite's own counter (``sqlite_sequence``) knows the highest number it ever gave. What this cannot find: someone who may
write the file and recomputes every hash from the entry changed to the newest. `Verification.head`, noted elsewhere,
gives even that away.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import Session

from daemon.store.tables import EntryRow


@dataclass(frozen=True, slots=True)
class Verification:
    """What a search of the whole journal found."""

    ok: bool
    entries: int
    """How many are in order, counted from the first."""
    problem: str | None = None
    """The first break, in words; none if there is none."""
    head: str = ""
    """The hash of the newest entry: it stands for the whole journal."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain."""

    entry: int
    hash: str


BEGINNING = Link(0, "")


class Fields(NamedTuple):
    """What an entry says: its row but for its place in the chain. Their order is part of the hash."""

    at: str
    kind: str
    cause: str
    parent: str | None
    origin: str
    person: str | None
    said: str | None
    effect: str
    risk: int
    targets: str
    verdict: str | None
    ref: int | None
    body: str


def canonical(value: object) -> str:
    """Return the one way to write a JSON value."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def link(id: int, fields: Fields, previous_hash: str) -> str:
    """Return the hash of an entry: SHA-256 over the canonical JSON of all it says and the hash before it."""
    content = canonical([id, *fields, previous_hash])
    return hashlib.sha256(content.encode()).hexdigest()


def head_of(session: Session) -> Link:
    """Return the newest entry's place in the chain as it was noted."""
    row = session.connection().exec_driver_sql("SELECT entry, hash FROM entry_head").one_or_none()
    return Link(row[0], row[1]) if row is not None else Link(-1, "")


def broken(previous: Link, row: EntryRow) -> str | None:
    """Say what is wrong with ``row`` as the successor of ``previous``; none if nothing is."""
    if row.id != previous.entry + 1:
        return f"entry {previous.entry + 1} is missing"
    fields = Fields(*(getattr(row, key) for key in Fields._fields))
    if link(row.id, fields, row.previous_hash) != row.hash:
        return f"entry {row.id} was edited or moved"
    if row.previous_hash != previous.hash:
        return f"entry {row.id} does not follow entry {previous.entry}: one of them was replaced"
    return None


def broken_end(session: Session, last: Link) -> str | None:
    """Say what is wrong after ``last``, the newest entry there is; none if nothing is."""
    head = head_of(session)
    run = session.connection().exec_driver_sql
    counted: int = run("SELECT max(seq) FROM sqlite_sequence WHERE name = 'entry'").scalar() or 0
    highest = max(head.entry, counted)
    if highest > last.entry:
        return f"the entries after {last.entry} are missing: there were {highest}"
    if head != last or counted != last.entry:
        return "the record of the newest entry was edited"
    lost = run(_LOST_TARGET).scalar()
    if lost is not None:
        return f"entry {lost} was taken out of, or put into, the index of what it is about"
    return None


_LOST_TARGET = """
SELECT entry FROM (
    SELECT entry.id AS entry, target.value AS entity FROM entry, json_each(entry.targets) AS target
    WHERE entry.kind IN ('outcome', 'note')
    EXCEPT SELECT entry, entity FROM entry_target
) UNION ALL SELECT entry FROM (
    SELECT entry, entity FROM entry_target
    EXCEPT SELECT entry.id, target.value FROM entry, json_each(entry.targets) AS target
    WHERE entry.kind IN ('outcome', 'note')
) LIMIT 1
"""
