"""Taking words out of the journal: what was said goes, what was done stays, and so does the chain."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from daemon.journal import sealed
from daemon.store.places import change_each

_ROWS = (
    "SELECT id, cause, person, at, effect, words.said, words.body FROM entry JOIN entry_words AS words ON entry = id"
    " WHERE (words.said IS NOT NULL OR words.body IS NOT NULL)"
)
_EMPTY_SAID = "UPDATE {place}.entry_words SET said = NULL, said_salt = NULL WHERE entry = ?"
_EMPTY_BODY = "UPDATE {place}.entry_words SET body = NULL, body_salt = NULL WHERE entry = ?"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which words are to go."""

    causes: frozenset[str]
    topic: Callable[[str], bool] | None = None
    since: str | None = None
    until: str | None = None
    person: str | None = None

    @property
    def is_wide(self) -> bool:
        """Whether more than the named causes is meant."""
        return self.topic is not None or self.since is not None or self.until is not None


def forget(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """Empty the words that are meant; return of how many entries."""
    connection.execute("PRAGMA secure_delete = ON")
    said, body = set[int](), set[int]()
    for number, cause, person, at, effect, words, told in _rows(connection, wanted):
        named = cause in wanted.causes
        if not named and not _in_reach(wanted, person, at):
            continue
        about = wanted.topic
        if words is not None and (named or about is None or about(words)):
            said.add(number)
        # What was done to devices is no word of anybody; what a reminder is about is.
        hides = named or about is None
        if told is not None and ((hides and not effect.startswith("device.")) or (about is not None and about(told))):
            body.add(number)
    change_each(connection, _EMPTY_SAID, ((number,) for number in sorted(said)))
    change_each(connection, _EMPTY_BODY, ((number,) for number in sorted(body)))
    return len(said | body | sealed.forget(connection, wanted.causes, partial(_in_reach, wanted), wanted.topic))


Row = tuple[int, str, str | None, str, str, str | None, str | None]


def _rows(connection: sqlite3.Connection, wanted: Wanted) -> Iterator[Row]:
    if wanted.is_wide:
        yield from connection.execute(
            f"{_ROWS} AND (? IS NULL OR at >= ?) AND (? IS NULL OR at < ?)",
            (wanted.since, wanted.since, wanted.until, wanted.until),
        ).fetchall()
    causes = sorted(wanted.causes)
    for start in range(0, len(causes), _AT_ONCE):
        part = causes[start : start + _AT_ONCE]
        yield from connection.execute(f"{_ROWS} AND cause IN ({', '.join('?' * len(part))})", part).fetchall()


def _in_reach(wanted: Wanted, person: str | None, at: str) -> bool:
    if not wanted.is_wide or (wanted.person is not None and person != wanted.person):
        return False
    return (wanted.since is None or at >= wanted.since) and (wanted.until is None or at < wanted.until)
