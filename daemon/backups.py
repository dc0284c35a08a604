"""One file with all that Hearth keeps: a copy of the database, in it the small files beside it, and the history."""

import logging
import os
import sqlite3
import zlib
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.app import DATABASE
from daemon.doors import API_TOKEN
from daemon.history.copying import copied, is_whole
from daemon.loudness import FILE as LOUDNESS
from daemon.muting import FILE as MUTED
from daemon.pairing import FOLDER as PAIRINGS
from daemon.past import FILE as HISTORY
from daemon.sentences import FOLDER as SENTENCES
from daemon.store.errors import StoreFileError, translated
from daemon.store.file import back_up, restore
from daemon.tokens import KEY_FILE

log = logging.getLogger("hearth." + __name__)

BESIDE = (API_TOKEN, KEY_FILE, LOUDNESS, MUTED, f"{PAIRINGS}/*", f"{SENTENCES}/*/*.yaml")
"""What is kept as files of their own: keys, what people chose, their own sentences. The rest can be made again."""
LARGEST = 1 << 20
"""Bytes of one such file: none is near it, so what is larger was put there by somebody."""
_TABLE = "CREATE TABLE backup_file (name TEXT PRIMARY KEY, mode INTEGER NOT NULL, content BLOB NOT NULL)"


HISTORY_DAYS = 90.0
"""So much of the history goes along: enough to ask why, and for a backtest."""
HISTORY_BYTES = 256 << 20
"""The most of it; a house of 10,000 things fills that in a hundred days."""
_PART = 4 << 20
_HISTORY_TABLE = "CREATE TABLE backup_history (part INTEGER PRIMARY KEY, content BLOB NOT NULL)"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place."""

    aside: Path | None
    """Where the database is that was there before."""
    files: Sequence[str]
    """The files beside it, by name; what they replaced is gone."""
    history: bool = False
    """Whether there was a history in it, which now is in place; else the one that was there stays."""


def back_up_all(state: Path, file: Path, *, now: datetime, history_days: float = HISTORY_DAYS) -> Sequence[str]:
    """Write what a state directory keeps to ``file``, for its owner alone; return which files beside the database.

    Of the history the last ``history_days`` go along, fewer where that were more than `HISTORY_BYTES`; 0: nothing.

    Raises:
        StoreError: it cannot be read or written.
    """
    found = list(_beside(state))
    back_up(state / DATABASE, file)
    file.chmod(0o600)
    with _as_store_errors(file), closing(sqlite3.connect(file)) as copy, copy:
        copy.execute(_TABLE)
        for path in found:
            row = (str(path.relative_to(state)), path.stat().st_mode & 0o777, path.read_bytes())
            copy.execute("INSERT INTO backup_file VALUES (?, ?, ?)", row)
        taken = _take_history(copy, state / HISTORY, file.with_name(f"{file.name}.history"), now, history_days)
    return [*(str(path.relative_to(state)) for path in found), *([HISTORY] if taken else [])]


def restore_all(file: Path, state: Path, *, now: datetime) -> Restored:
    """Put a backup in the place of what a state directory keeps; the daemon must not run.

    Names that lead out of the directory, or that we do not write, are left out.

    Raises:
        StoreError: the backup is not ours, or nothing can be written there.
    """
    path = state / DATABASE
    aside = restore(file, path, now=now)
    with _as_store_errors(path), closing(sqlite3.connect(path)) as copy, copy:
        there = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'backup_file'").fetchone()
        rows = copy.execute("SELECT name, mode, content FROM backup_file").fetchall() if there else []
        names = [str(name) for name, mode, content in rows if _put(state, str(name), int(mode), bytes(content))]
        history = _put_history(copy, state / HISTORY, now)
        copy.execute("DROP TABLE IF EXISTS backup_file")
        copy.execute("DROP TABLE IF EXISTS backup_history")
    if history:
        with _as_store_errors(path), closing(sqlite3.connect(path)) as copy:
            # The room that the history took in it would never be given back.
            copy.execute("VACUUM")
    return Restored(aside, names, history)


def _take_history(copy: sqlite3.Connection, source: Path, work: Path, now: datetime, days: float) -> bool:
    """Write the newest of the history into the backup, in parts; a damaged one is left out."""
    try:
        if not copied(source, work, now=now, days=days, most_bytes=HISTORY_BYTES):
            return False
        copy.execute(_HISTORY_TABLE)
        with work.open("rb") as opened:
            for part, content in enumerate(iter(lambda: opened.read(_PART), b"")):
                copy.execute("INSERT INTO backup_history VALUES (?, ?)", (part, zlib.compress(content, 1)))
    except sqlite3.DatabaseError as error:
        log.warning("the history in %s cannot be backed up: %s", source, error)
        return False
    finally:
        work.unlink(missing_ok=True)
    return True


def _put_history(copy: sqlite3.Connection, path: Path, now: datetime) -> bool:
    """Put a history out of a backup in place, and the one that is there aside; a damaged one is left out."""
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'backup_history'").fetchone() is None:
        return False
    fresh = path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            for (content,) in copy.execute("SELECT content FROM backup_history ORDER BY part"):
                # At most a part's worth: a backup that somebody has made up must not fill the disk.
                opened.write(zlib.decompressobj().decompress(bytes(content), _PART))
        whole = is_whole(fresh)
    except zlib.error:
        whole = False
    if not whole:
        log.warning("the history in the backup is damaged, and left out")
        fresh.unlink()
        return False
    for ending in ("-wal", "-shm", ""):
        old = path.with_name(path.name + ending)
        if old.exists():
            old.rename(path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%SZ}{ending}"))
    fresh.rename(path)
    return True


def _beside(state: Path) -> Generator[Path]:
    for pattern in BESIDE:
        for path in sorted(state.glob(pattern)):
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
                yield path


def _put(state: Path, name: str, mode: int, content: bytes) -> bool:
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not any(path.match(pattern) for pattern in BESIDE):
        return False
    target = state / path
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_name(f"{target.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode & 0o700), "wb") as opened:
        opened.write(content)
    fresh.replace(target)
    return True


@contextmanager
def _as_store_errors(path: Path) -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, str(path)) or error from error
    except OSError as error:
        raise StoreFileError(f"{str(path)!r}: {error}", code="store-unreadable") from error
