"""What is said for a shelf that is locked: put away encrypted, to be taken in once it is open."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import TypeAdapter

from daemon.memory.model import Note, plain
from daemon.store.places import is_locked

_PUT = "INSERT INTO sealed_note (shelf, record) VALUES (?, put_away(?, 'note', 0, ?))"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note that waits for its shelf to be opened."""

    note: Note
    told: bool = False
    """Whether somebody told it to the house, which then learns what it says; else it is kept only."""
    outright: bool = False
    language: str | None = None


def put_away(connection: sqlite3.Connection, one: Waiting) -> bool:
    """Put a note away if its shelf is locked; say whether it was."""
    shelf = one.note.shelf
    if not is_locked(connection, shelf):
        return False
    told = replace(one, note=replace(one.note, text=plain(one.note.text)))
    connection.execute(_PUT, (shelf, shelf, _form().dump_json(told).decode()))
    return True


def waiting(connection: sqlite3.Connection, shelf: str) -> Mapping[int, Waiting]:
    """Return what was put away for a shelf, which must be open by now, in the order in which it was said."""
    found = connection.execute(
        "SELECT id, take_out(shelf, 'note', 0, record) FROM sealed_note WHERE shelf = ? ORDER BY id", (shelf,)
    ).fetchall()
    return {number: _form().validate_json(told) for number, told in found if told is not None}


@cache
def _form() -> TypeAdapter[Waiting]:
    return TypeAdapter(Waiting)


def taken(connection: sqlite3.Connection, number: int) -> None:
    """Delete what was taken in."""
    connection.execute("DELETE FROM sealed_note WHERE id = ?", (number,))
