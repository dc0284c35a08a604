"""How history gets less with age: numbers to one in five minutes, then one in an hour, then nothing."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from daemon.history.rows import millis

FINE: Final = timedelta(minutes=5)
COARSE: Final = timedelta(hours=1)
FINE_AFTER: Final = timedelta(days=7)
COARSE_AFTER: Final = timedelta(days=60)
_FINE_DONE: Final = "UPDATE thing SET fine = ? WHERE name = ?"
_COARSE_DONE: Final = "UPDATE thing SET coarse = ? WHERE name = ?"
_SHORTER: Final = 0.9
"""Where there is more than there may be, so much of the time is kept, once and again."""
_THIN: Final = """
DELETE FROM change WHERE thing = :thing AND at >= :since AND at < :until AND typeof(value) = 'real' AND EXISTS (
    SELECT 1 FROM change AS later WHERE later.thing = :thing AND later.at > change.at
    AND later.at < (change.at / :bucket + 1) * :bucket AND typeof(later.value) = 'real')
"""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept."""

    days: int = 400
    changes: int = 20_000_000


def numbered(connection: sqlite3.Connection) -> Sequence[int]:
    """Return the numbers of all things."""
    return [number for (number,) in connection.execute("SELECT name FROM thing")]


def thin(connection: sqlite3.Connection, thing: int, now: datetime) -> int:
    """Thin one thing's numbers, as far as that is not done; return how many changes went."""
    row = connection.execute("SELECT fine, coarse FROM thing WHERE name = ?", (thing,)).fetchone()
    if row is None:
        return 0
    gone = 0
    connection.execute("BEGIN")
    for since, bucket, after, done in (
        (row[0], FINE, FINE_AFTER, _FINE_DONE),
        (row[1], COARSE, COARSE_AFTER, _COARSE_DONE),
    ):
        bucket_ms = round(bucket.total_seconds() * 1000)
        until = millis(now - after) // bucket_ms * bucket_ms
        if until > since:
            given = {"thing": thing, "since": since, "until": until, "bucket": bucket_ms}
            gone += connection.execute(_THIN, given).rowcount
            connection.execute(done, (until, thing))
    connection.execute("UPDATE amount SET changes = changes - ?", (gone,))
    connection.execute("COMMIT")
    return gone


def cut(connection: sqlite3.Connection, thing: int, before: datetime) -> int:
    """Delete what is older than a moment, but for what a thing has been since; return how many changes went."""
    connection.execute("BEGIN")
    gone = connection.execute(
        "DELETE FROM change WHERE thing = :thing AND at < :before AND at < (SELECT max(at) FROM change"
        " WHERE thing = :thing AND at < :before)",
        {"thing": thing, "before": millis(before)},
    ).rowcount
    connection.execute("UPDATE amount SET changes = changes - ?", (gone,))
    connection.execute("COMMIT")
    return gone


def shorter(days: float) -> float:
    """Return how many days are kept, where as many were too many."""
    return days * _SHORTER
