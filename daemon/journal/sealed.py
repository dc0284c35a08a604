"""The words of entries of whoever has their memory sealed: encrypted for them as they are written, plain nowhere.

What was done to devices stays readable, as after forgetting: undoing and explaining need it, and it is nobody's word.
Of the newest entries the body is kept in memory besides, since what is being done has to be ended, and may be undone.
An entry beside which nothing stands is sealed; one whose words are empty was forgotten.
"""

import json
import sqlite3
from collections.abc import Callable
from typing import NamedTuple, cast

from daemon.store.places import sealed_shelf

DEVICES = "device."
NEWEST = 200
"""Of so many entries the body is in memory."""


class Words(NamedTuple):
    """What stands beside an entry."""

    said: str | None
    said_salt: str | None
    body: str | None
    body_salt: str | None


_INSERT = "INSERT INTO main.entry_words (entry, said, said_salt, body, body_salt) VALUES (?, ?, ?, ?, ?)"
_PUT = "INSERT INTO sealed_words (entry, shelf, record) VALUES (?, ?, put_away(?, 'words', ?, ?))"


def put_away(
    connection: sqlite3.Connection, number: int, person: str | None, effect: str, words: Words
) -> Words | None:
    """Encrypt what is not to be plain of the words of a new entry; return the rest, ``None`` if nothing is left."""
    shelf = sealed_shelf(connection, person)
    if shelf is None:
        return words
    plain = _encrypt(connection, number, shelf, effect, words)
    if plain is None:
        connection.execute("DELETE FROM opened.entry_words WHERE entry < ?", (number - NEWEST,))
        connection.execute(
            "INSERT INTO opened.entry_words (entry, body, body_salt) VALUES (?, ?, ?)",
            (number, words.body, words.body_salt),
        )
    return plain


def put_away_all(connection: sqlite3.Connection, shelf: str, person: str) -> None:
    """Encrypt what is not to be plain of the words of every entry of a person."""
    found = connection.execute(
        "SELECT id, effect, words.said, said_salt, words.body, body_salt FROM entry"
        " JOIN main.entry_words AS words ON words.entry = id WHERE person = ?",
        (person,),
    ).fetchall()
    for number, effect, *told in found:
        words = Words(*told)
        if not any(words):
            continue
        plain = _encrypt(connection, number, shelf, str(effect), words)
        connection.execute("DELETE FROM main.entry_words WHERE entry = ?", (number,))
        if plain is not None:
            connection.execute(_INSERT, (number, *plain))


def take_out_all(connection: sqlite3.Connection, shelf: str) -> None:
    """Put the words of a shelf, which must be open, back beside their entries."""
    for number, words in _read(connection, shelf):
        plain = connection.execute(
            "SELECT said, said_salt, body, body_salt FROM main.entry_words WHERE entry = ?", (number,)
        ).fetchone()
        kept = plain or (None,) * len(Words._fields)
        whole = [ours if ours is not None else theirs for ours, theirs in zip(words or kept, kept, strict=True)]
        connection.execute("DELETE FROM main.entry_words WHERE entry = ?", (number,))
        connection.execute(_INSERT, (number, *whole))
    connection.execute("DELETE FROM sealed_words WHERE shelf = ?", (shelf,))
    connection.execute("DELETE FROM opened.entry_words WHERE entry IN (SELECT entry FROM main.entry_words)")


def forget(
    connection: sqlite3.Connection,
    causes: frozenset[str],
    in_reach: Callable[[str | None, str], bool],
    topic: Callable[[str], bool] | None,
) -> set[int]:
    """Delete the sealed words of entries, and return which those were.

    Args:
        connection: the database.
        causes: whatever is said in these is forgotten.
        in_reach: says by person and time which other entries may be meant.
        topic: says whether the words of such a one are about it; of locked ones nobody can say, so they stay.
    """
    rows = connection.execute(
        "SELECT id, cause, person, at, shelf FROM sealed_words JOIN entry ON entry.id = sealed_words.entry"
    ).fetchall()
    gone = {number for number, cause, *_ in rows if cause in causes}
    near = {number: shelf for number, _, person, at, shelf in rows if in_reach(person, at)}
    if topic is None:
        gone |= near.keys()
    else:
        told = dict(pair for shelf in set(near.values()) for pair in _read(connection, shelf))
        gone |= {number for number in near if _has(told.get(number), topic)}
    numbers = [(number,) for number in sorted(gone)]
    connection.executemany("DELETE FROM sealed_words WHERE entry = ?", numbers)
    # Now they are forgotten, as any others.
    connection.executemany("INSERT OR IGNORE INTO main.entry_words (entry) VALUES (?)", numbers)
    return gone


def _has(words: Words | None, topic: Callable[[str], bool]) -> bool:
    return words is not None and any(text is not None and topic(text) for text in (words.said, words.body))


def _encrypt(connection: sqlite3.Connection, number: int, shelf: str, effect: str, words: Words) -> Words | None:
    """Encrypt what is not to be plain, and return the rest; ``None``: nothing."""
    is_device = effect.startswith(DEVICES)
    hidden = words._replace(body=None, body_salt=None) if is_device else words
    if any(hidden):
        connection.execute(_PUT, (number, shelf, shelf, number, json.dumps(hidden._asdict())))
    return words._replace(said=None, said_salt=None) if is_device else None


def _read(connection: sqlite3.Connection, shelf: str) -> list[tuple[int, Words | None]]:
    found = connection.execute(
        "SELECT entry, take_out(shelf, 'words', entry, record) FROM sealed_words WHERE shelf = ?", (shelf,)
    ).fetchall()
    return [
        (number, None if told is None else Words(**cast("dict[str, str]", json.loads(told)))) for number, told in found
    ]
