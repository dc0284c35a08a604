"""Calendars as they are kept here: objects, when they take place, and changes that their sources must still have."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from daemon.calendar.model import Item, Slot

CHANGES_KEPT = timedelta(days=30)
"""How long a change can be taken back."""
MOST_EVENTS = 2_000
"""Times of all calendars in one answer."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a calendar was read."""

    source: str
    """What its source is; with another, all begins anew."""
    token: str | None = None
    synced_at: datetime | None = None
    expanded: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One time of an event."""

    id: str
    calendar: str
    href: str
    slot: Slot


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one object that was made here."""

    id: int
    calendar: str
    href: str
    etag: str | None
    before: str | None
    after: str | None
    what: str


def stamp(at: datetime) -> str:
    """Return a time as it is kept: in UTC, so that its order as text is its order in time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def state(connection: sqlite3.Connection, calendar: str) -> State | None:
    """Return how far a calendar was read; ``None`` if it never was."""
    query = "SELECT source, token, synced_at, expanded FROM calendar_state WHERE calendar = ?"
    found = connection.execute(query, (calendar,)).fetchone()
    if found is None:
        return None
    return State(found[0], found[1], datetime.fromisoformat(found[2]) if found[2] else None, found[3])


def begin(connection: sqlite3.Connection, calendar: str, source: str) -> State:
    """Return how far a calendar was read; of one with another source than before, forget what was read."""
    found = state(connection, calendar)
    if found is not None and found.source == source:
        return found
    forget(connection, calendar)
    connection.execute("INSERT INTO calendar_state VALUES (?, ?, NULL, NULL, '')", (calendar, source))
    return State(source)


def forget(connection: sqlite3.Connection, calendar: str) -> None:
    """Forget a calendar, with what was to be written to it."""
    for table in ("calendar_item", "calendar_event", "calendar_change", "calendar_state"):
        connection.execute(f"DELETE FROM {table} WHERE calendar = ?", (calendar,))  # noqa: S608 - our own names


def calendars(connection: sqlite3.Connection) -> Sequence[str]:
    """Return the calendars of which something is kept."""
    return [str(row[0]) for row in connection.execute("SELECT calendar FROM calendar_state")]


def items(connection: sqlite3.Connection, calendar: str) -> Mapping[str, Item]:
    """Return every object of a calendar by its href."""
    query = "SELECT href, etag, ics FROM calendar_item WHERE calendar = ?"
    return {row[0]: Item(row[1], row[2]) for row in connection.execute(query, (calendar,))}


def item(connection: sqlite3.Connection, calendar: str, href: str) -> Item | None:
    """Return one object."""
    query = "SELECT etag, ics FROM calendar_item WHERE calendar = ? AND href = ?"
    found = connection.execute(query, (calendar, href)).fetchone()
    return Item(*found) if found is not None else None


def known(connection: sqlite3.Connection, calendar: str) -> Mapping[str, str]:
    """Return the etag of every object; it is empty for what must be fetched again."""
    return dict(connection.execute("SELECT href, etag FROM calendar_item WHERE calendar = ?", (calendar,)))


def replace(connection: sqlite3.Connection, calendar: str, href: str, new: Item | None, slots: Iterable[Slot]) -> None:
    """Put an object in the place of the one that was there, or nothing."""
    connection.execute("DELETE FROM calendar_event WHERE calendar = ? AND href = ?", (calendar, href))
    if new is None:
        connection.execute("DELETE FROM calendar_item WHERE calendar = ? AND href = ?", (calendar, href))
        return
    connection.execute("REPLACE INTO calendar_item VALUES (?, ?, ?, ?)", (calendar, href, new.etag, new.ics))
    connection.executemany(
        "REPLACE INTO calendar_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                _id(calendar, slot),
                calendar,
                href,
                slot.uid,
                slot.recurrence,
                slot.title,
                slot.place,
                stamp(slot.begins),
                stamp(slot.ends),
                slot.all_day,
                slot.busy,
                slot.guests,
            )
            for slot in slots
        ],
    )


def read_until(connection: sqlite3.Connection, calendar: str, token: str | None, at: datetime) -> None:
    """Put down that a calendar was read."""
    query = "UPDATE calendar_state SET token = ?, synced_at = ? WHERE calendar = ?"
    connection.execute(query, (token, stamp(at), calendar))


def expanded(connection: sqlite3.Connection, calendar: str, window: str) -> None:
    """Put down for which zone and days the times of a calendar were worked out."""
    connection.execute("UPDATE calendar_state SET expanded = ? WHERE calendar = ?", (window, calendar))


def events(connection: sqlite3.Connection, since: datetime, until: datetime) -> Sequence[Row]:
    """Return what takes place between two times, by when it begins."""
    query = (
        "SELECT * FROM calendar_event WHERE begins < ? AND (ends > ? OR (ends = begins AND begins >= ?))"
        " ORDER BY begins, ends, title LIMIT ?"
    )
    found = connection.execute(query, (stamp(until), stamp(since), stamp(since), MOST_EVENTS))
    return [_row(row) for row in found]


def event(connection: sqlite3.Connection, id: str) -> Row | None:
    """Return one time of an event."""
    found = connection.execute("SELECT * FROM calendar_event WHERE id = ?", (id,)).fetchone()
    return _row(found) if found is not None else None


# Changes


def change(
    connection: sqlite3.Connection, calendar: str, href: str, *, after: str | None, what: str, at: datetime
) -> int:
    """Write down a change of an object that is about to be made; return its number."""
    now = item(connection, calendar, href)
    last = [one for one in open_changes(connection, calendar) if one.href == href][-1:]
    etag = last[0].etag if last else now.etag if now is not None else None
    old = stamp(at - CHANGES_KEPT)
    connection.execute("DELETE FROM calendar_change WHERE settled_at < ?", (old,))
    cursor = connection.execute(
        'INSERT INTO calendar_change (calendar, href, etag, "before", "after", what, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        (calendar, href, etag, now.ics if now is not None else None, after, what, stamp(at)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


_CHANGE = 'SELECT id, calendar, href, etag, "before", "after", what FROM calendar_change '


def open_changes(connection: sqlite3.Connection, calendar: str) -> Sequence[Change]:
    """Return what the source must still have, oldest first."""
    found = connection.execute(_CHANGE + "WHERE calendar = ? AND settled_at IS NULL ORDER BY id", (calendar,))
    return [Change(*row) for row in found]


def find_change(connection: sqlite3.Connection, id: int) -> Change | None:
    """Return a change, whether its source has it yet or not."""
    found = connection.execute(_CHANGE + "WHERE id = ?", (id,)).fetchone()
    return Change(*found) if found is not None else None


def settle(connection: sqlite3.Connection, done: Change, etag: str | None, at: datetime) -> None:
    """Put down that the source has a change, and what it calls the object now; ``None``: it is gone."""
    connection.execute("UPDATE calendar_change SET settled_at = ? WHERE id = ?", (stamp(at), done.id))
    connection.execute(
        "UPDATE calendar_change SET etag = ? WHERE calendar = ? AND href = ? AND settled_at IS NULL",
        (etag, done.calendar, done.href),
    )
    connection.execute(
        "UPDATE calendar_item SET etag = ? WHERE calendar = ? AND href = ?", (etag or "", done.calendar, done.href)
    )


def drop_changes(connection: sqlite3.Connection, calendar: str, href: str) -> None:
    """Forget every change of an object that its source does not have yet."""
    query = "DELETE FROM calendar_change WHERE calendar = ? AND href = ? AND settled_at IS NULL"
    connection.execute(query, (calendar, href))


def _id(calendar: str, slot: Slot) -> str:
    return sha256(f"{calendar}\0{slot.uid}\0{slot.recurrence or ''}".encode(errors="replace")).hexdigest()[:16]


def _row(found: tuple[str, ...]) -> Row:
    (key, calendar, href), (uid, recurrence, title, place, begins, ends), flags = found[:3], found[3:9], found[9:]
    all_day, busy, guests = map(bool, flags)
    times = datetime.fromisoformat(begins), datetime.fromisoformat(ends)
    return Row(key, calendar, href, Slot(uid, recurrence, title, place, *times, all_day, busy, guests))


# Reminders


@dataclass(frozen=True, slots=True)
class Rule:
    """How long before which events somebody wants to be reminded."""

    calendar: str | None
    uid: str | None
    words: str | None
    before_s: float
    area: str | None
    person: str | None


def add_rule(connection: sqlite3.Connection, rule: Rule) -> int:
    """Write a rule down; return its number."""
    query = "INSERT INTO calendar_rule (calendar, uid, words, before_s, area, person) VALUES (?, ?, ?, ?, ?, ?)"
    values = (rule.calendar, rule.uid, rule.words, rule.before_s, rule.area, rule.person)
    number = connection.execute(query, values).lastrowid
    assert number is not None
    return number


def remove_rule(connection: sqlite3.Connection, number: int) -> Rule | None:
    """Delete a rule; return it, or ``None`` if there was none."""
    query = "DELETE FROM calendar_rule WHERE id = ? RETURNING calendar, uid, words, before_s, area, person"
    found = connection.execute(query, (number,)).fetchone()
    return Rule(*found) if found is not None else None


def rules(connection: sqlite3.Connection) -> Sequence[Rule]:
    """Return every rule."""
    query = "SELECT calendar, uid, words, before_s, area, person FROM calendar_rule ORDER BY id"
    return [Rule(*row) for row in connection.execute(query)]


def tell(connection: sqlite3.Connection, key: str, at: datetime) -> None:
    """Put down that somebody was reminded."""
    connection.execute("DELETE FROM calendar_told WHERE at < ?", (stamp(at - CHANGES_KEPT),))
    connection.execute("REPLACE INTO calendar_told VALUES (?, ?)", (key, stamp(at)))


def told(connection: sqlite3.Connection) -> frozenset[str]:
    """Return of what somebody was reminded."""
    return frozenset(str(row[0]) for row in connection.execute("SELECT key FROM calendar_told"))
