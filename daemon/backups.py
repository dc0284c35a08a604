"""One file with all that Hearth keeps: a copy of the database, and in it the small files that stand beside it."""

import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daemon.app import DATABASE
from daemon.doors import API_TOKEN
from daemon.loudness import FILE as LOUDNESS
from daemon.muting import FILE as MUTED
from daemon.pairing import FOLDER as PAIRINGS
from daemon.sentences import FOLDER as SENTENCES
from daemon.store.errors import StoreFileError, translated
from daemon.store.file import back_up, restore
from daemon.tokens import KEY_FILE

BESIDE = (API_TOKEN, KEY_FILE, LOUDNESS, MUTED, f"{PAIRINGS}/*", f"{SENTENCES}/*/*.yaml")
"""What is kept as files of their own: keys, what people chose, their own sentences. The rest can be made again."""
LARGEST = 1 << 20
"""Bytes of one such file: none is near it, so what is larger was put there by somebody."""
_TABLE = "CREATE TABLE backup_file (name TEXT PRIMARY KEY, mode INTEGER NOT NULL, content BLOB NOT NULL)"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place."""

    aside: Path | None
    """Where the database is that was there before."""
    files: Sequence[str]
    """The files beside it, by name; what they replaced is gone."""


def back_up_all(state: Path, file: Path) -> Sequence[str]:
    """Write what a state directory keeps to ``file``, for its owner alone; return which files beside the database.

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
    return [str(path.relative_to(state)) for path in found]


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
        copy.execute("DROP TABLE IF EXISTS backup_file")
    return Restored(aside, names)


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
