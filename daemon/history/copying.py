"""A copy of the history that is small enough to travel: the newest of it, while it is in use."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from daemon.history import thinning
from daemon.history.rows import opened

LEAST_DAYS: Final = 1.0
CHUNK_PAGES: Final = 2_000
"""Pages copied in one go: whoever writes meanwhile waits no longer than for these."""


def copied(source: Path, target: Path, *, now: datetime, days: float, most_bytes: int) -> bool:
    """Write the last ``days`` of a history to ``target``, fewer where that were too many bytes.

    Return whether there is one; what cannot be made small enough is not written.

    Raises:
        sqlite3.Error, OSError: it cannot be read or written.
    """
    if not source.is_file() or days <= 0:
        return False
    target.unlink(missing_ok=True)
    with closing(_read_only(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy, pages=CHUNK_PAGES)
    with closing(opened(target)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        while True:
            for thing in thinning.numbered(copy):
                thinning.cut(copy, thing, now - timedelta(days=days))
            copy.execute("VACUUM")
            if target.stat().st_size <= most_bytes:
                return True
            if days <= LEAST_DAYS:
                break
            days = max(LEAST_DAYS, days / 2)
    target.unlink()
    return False


def is_whole(path: Path) -> bool:
    """Say whether a file is a history of ours, undamaged."""
    try:
        with closing(_read_only(path)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            tables = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            sound = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error:
        return False
    return version == 1 and {"name", "thing", "change", "amount"} <= tables and sound == "ok"


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
