"""Forgetting for good: the rows, their index, what was derived from them, and what was left of it in the file."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon import voiceprints
from daemon.memory import beliefs, quoted, rows
from daemon.memory.model import Fact, FactId, Forgotten, MemoryId
from daemon.memory.rows import Kept, stamp
from daemon.memory.stems import terms
from daemon.store.places import change, change_each, file_alone

AT_ONCE_BYTES = 64 << 20
"""A file up to this size is written anew at once, in about a second; of a larger one that waits for a quiet hour."""
PART = 500
LATELY = 20_000
"""So many of the newest memories may say again what an older one says."""
_OWES = 1
"""Stands in the file's user version, which nothing else uses."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to forget: whatever fits all that is given; nothing given selects nothing."""

    memories: Sequence[MemoryId] = ()
    facts: Sequence[FactId] = ()
    """Memories and facts by id are forgotten whatever else is given."""
    topic: str | None = None
    """Whatever has all the words of it, in any form."""
    speaker: str | None = None
    """What this person said, or what is theirs or about them: an id or a name."""
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False
    """The whole of a person's own shelf; asked for by nobody in particular, of the household's."""

    @property
    def by_kind(self) -> bool:
        """Say whether it selects by more than ids."""
        return any((self.topic, self.speaker, self.since, self.until))


def selected(
    connection: sqlite3.Connection, selection: Selection, shelves: Sequence[str]
) -> tuple[Sequence[Kept], Sequence[Fact]]:
    """Return the memories and facts on the shelves that are to be forgotten, with the facts that came of them."""
    memories = {kept.id: kept for kept in rows.fetch(connection, selection.memories, shelves).values()}
    known = beliefs.listed(connection, shelves)
    if selection.everything:
        memories |= {kept.id: kept for kept in _memories(connection, selection, shelves)}
    facts = {fact.id: fact for fact in known if fact.id in selection.facts or selection.everything}
    if selection.by_kind:
        memories |= {kept.id: kept for kept in _memories(connection, selection, shelves)}
        facts |= {fact.id: fact for fact in known if _fits(fact, selection)}
    # A fact without the words it was taken from would be a summary of what was to be forgotten.
    facts |= {fact.id: fact for fact in known if fact.source in memories}
    return list(memories.values()), list(facts.values())


def forget(connection: sqlite3.Connection, selection: Selection, shelves: Sequence[str], width: int) -> Forgotten:
    """Delete what is selected; overwritten where it stood. `scrub` has to follow."""
    connection.execute("PRAGMA secure_delete = ON")
    if selection.everything:
        return _emptied(connection, shelves)
    memories, facts = selected(connection, selection, shelves)
    for start in range(0, len(memories), PART):
        rows.delete(connection, memories[start : start + PART], width)
    change_each(connection, "DELETE FROM {place}.memory_fact WHERE id = ?", ((fact.id,) for fact in facts))
    refs = [kept.note.ref for kept in memories if kept.note.ref is not None]
    return _owing(connection, Forgotten(len(memories), len(facts), [*refs, *quoted.take_out(connection, facts)]))


def _emptied(connection: sqlite3.Connection, shelves: Sequence[str]) -> Forgotten:
    """Delete all that stands on the shelves, and what came of it elsewhere."""
    memories = facts = 0
    refs = [*quoted.take_out(connection, beliefs.listed(connection, shelves))]
    for shelf in shelves:
        named = connection.execute("SELECT ref FROM memory WHERE shelf = ? AND ref IS NOT NULL", (shelf,))
        refs += [ref for (ref,) in named]
        came = "DELETE FROM {place}.memory_fact WHERE shelf = ? OR source IN (SELECT id FROM memory WHERE shelf = ?)"
        facts += change(connection, came, (shelf, shelf))
        memories += change(connection, "DELETE FROM {place}.memory WHERE shelf = ?", (shelf,))
        change(connection, "DELETE FROM {place}.memory_posting WHERE shelf = ?", (shelf,))
        change(connection, "DELETE FROM {place}.memory_sketch WHERE shelf = ?", (shelf,))
        facts += voiceprints.forget(connection, shelf) > 0
    return _owing(connection, Forgotten(memories, facts, refs))


def sweep(connection: sqlite3.Connection, *, now: datetime, width: int) -> Forgotten:
    """Delete what has expired."""
    connection.execute("PRAGMA secure_delete = ON")
    over = list(rows.listed(connection, "expires_at <= ?", (stamp(now),), most=PART))
    rows.delete(connection, over, width)
    gone = change(connection, "DELETE FROM {place}.memory_fact WHERE expires_at <= ?", (stamp(now),))
    came = change_each(connection, "DELETE FROM {place}.memory_fact WHERE source = ?", ((kept.id,) for kept in over))
    refs = [kept.note.ref for kept in over if kept.note.ref is not None]
    return _owing(connection, Forgotten(len(over), gone + came, refs))


def _repeated(connection: sqlite3.Connection, *, before: datetime) -> Sequence[tuple[Kept, MemoryId]]:
    """Return what has an end and was said again by the same person in the same words, with the id of the last.

    Only what was said again lately is looked for, in one pass: it is done every night.
    """
    lately = connection.execute("SELECT shelf, text, speaker, id FROM memory ORDER BY id DESC LIMIT ?", (LATELY,))
    last = {tuple(key): number for *key, number in reversed(lately.fetchall())}
    told = connection.execute(
        "SELECT shelf, text, speaker, id FROM memory WHERE expires_at IS NOT NULL AND at < ?", (stamp(before),)
    )
    newer = {number: last[tuple(key)] for *key, number in told if last.get(tuple(key), 0) > number}
    ids = sorted(newer)[:PART]
    marks = ", ".join("?" * len(ids))
    return [(kept, MemoryId(newer[kept.id])) for kept in rows.listed(connection, f"id IN ({marks})", ids)]


def merge(connection: sqlite3.Connection, *, before: datetime, width: int) -> Forgotten:
    """Delete what was said again later; what was learned from it counts as learned from that."""
    connection.execute("PRAGMA secure_delete = ON")
    again = _repeated(connection, before=before)
    rows.delete(connection, [kept for kept, _ in again], width)
    moved = [(last, kept.id) for kept, last in again]
    change_each(connection, "UPDATE {place}.memory_fact SET source = ? WHERE source = ?", moved)
    return _owing(
        connection, Forgotten(len(again), 0, [kept.note.ref for kept, _ in again if kept.note.ref is not None])
    )


def _owing(connection: sqlite3.Connection, gone: Forgotten) -> Forgotten:
    """Note in the same transaction that bytes may be left, so that the next start knows it whatever happens."""
    if gone.memories or gone.facts:
        connection.execute(f"PRAGMA user_version = {_OWES}")
    return gone


def owes_scrub(connection: sqlite3.Connection) -> bool:
    """Return whether something was forgotten since the file was last written anew."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0]) == _OWES


def scrub(connection: sqlite3.Connection) -> None:
    """Write the file anew and empty its log, in no transaction: pages keep bytes of rows that once stood in them.

    Takes a second for 60 MiB, and as much room again while it lasts.
    """
    with file_alone(connection) as alone:
        alone.execute("VACUUM")
    connection.execute("PRAGMA user_version = 0")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _memories(connection: sqlite3.Connection, selection: Selection, shelves: Sequence[str]) -> Sequence[Kept]:
    where = [f"shelf IN ({', '.join('?' * len(shelves))})"]
    values: list[object] = list(shelves)
    if selection.since is not None:
        where.append("at >= ?")
        values.append(stamp(selection.since))
    if selection.until is not None:
        where.append("at < ?")
        values.append(stamp(selection.until))
    if selection.speaker is not None:
        where.append("(lower(speaker) = ? OR lower(owner) = ?)")
        values += [selection.speaker.lower()] * 2
    found = rows.listed(connection, " AND ".join(where), values)
    return [kept for kept in found if _has(kept.note.text, selection.topic)]


def _fits(fact: Fact, selection: Selection) -> bool:
    told = fact.known_from
    assert told is not None, "what is in the file was known at some time"
    who = selection.speaker.lower() if selection.speaker is not None else None
    return (
        (selection.since is None or told >= selection.since)
        and (selection.until is None or told < selection.until)
        and (who is None or who in (fact.person, fact.subject))
        and _has(f"{fact.text} {fact.subject} {fact.relation} {fact.object}", selection.topic)
    )


def _has(text: str, topic: str | None) -> bool:
    if topic is None:
        return True
    wanted = set(terms(topic))
    return bool(wanted) and wanted <= set(terms(text))
