"""The database as a file: told apart from strangers, created, backed up, migrated, brought back. Nothing is replaced
before its successor is complete and on the disk.
"""

import logging
import os
import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from daemon.store.errors import StoreFileError, corrupt, translated
from daemon.store.migrations import Migrations

log = logging.getLogger("hearth." + __name__)

APPLICATION_ID = 0x48727468
"""``Hrth``: bytes 68 to 71 of the file, by which we know our own (SQLite's file format, section 1.3.16)."""
BACKUPS_KEPT = 3
BUSY_S = 2.0
"""How long to wait for another program that holds the file, a shell of the owner's for example."""

_MAGIC = b"SQLite format 3\0"


def prepare(path: Path, migrations: Migrations, *, now: datetime) -> None:
    """Leave at ``path`` a database of the newest revision: as it is, migrated, or created where there is no file.

    A file that needs migrating is copied, the copy is migrated and checked and then renamed over it, so that whatever
    fails, or whenever we are killed, either the old or the new one stands there.

    Raises:
        StoreFileError: the file is empty, foreign, damaged, newer than this program, cannot be written, or its
            migration failed; it was not changed.
    """
    with _as_store_errors(path):
        for leftover in path.parent.glob(f"{path.name}*.new*"):
            leftover.unlink()
        revision = revision_of(path)
        if revision is None:
            _create(path, migrations)
        elif revision not in migrations.revisions:
            raise StoreFileError(
                f"{str(path)!r} was written by a newer Hearth (revision {revision}, this one knows up to"
                f" {migrations.head}): install that version, or `hearth restore` a backup of before",
                code="store-newer",
            )
        elif revision != migrations.head:
            _migrate(path, revision, migrations, now=now)


def revision_of(path: Path) -> str | None:
    """Return the revision of the database at ``path``; ``None`` if there is no file.

    Raises:
        StoreFileError: it is not a database of ours, or cannot be used.
    """
    if not path.exists():
        if _beside(path, "-wal").exists():
            raise StoreFileError(
                f"{str(path)!r} is gone but its '-wal' is there: put it back, or move that away to start anew",
                code="store-incomplete",
            )
        return None
    _check_header(path)
    for place in (path.parent, path):
        if not os.access(place, os.W_OK):
            raise StoreFileError(f"{str(place)!r} cannot be written: make it writable", code="store-read-only")
    with _as_store_errors(path), closing(_connect(path)) as connection:
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        if application_id != APPLICATION_ID:
            raise _foreign(path, f"application id {application_id:#x}")
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise
            row = None
        if row is None:
            raise corrupt(str(path), "it has no revision")
        return str(row[0])


def back_up(source: Path, target: Path) -> None:
    """Write a copy of the database, what is in its log included, to ``target``, which then is whole and on the disk.

    The database may be in use.
    """
    with _as_store_errors(target):
        _copy(source, _next(target))
        _settle(_next(target), target)


def restore(backup: Path, path: Path, *, now: datetime) -> Path | None:
    """Put ``backup`` in the place of the database, which must not be in use; return where the old one went.

    Raises:
        StoreFileError: the backup is not a database of ours.
    """
    if revision_of(backup) is None:
        raise StoreFileError(f"there is no {str(backup)!r}", code="store-unreadable")
    with _as_store_errors(path):
        _copy(backup, _next(path))
        aside = None
        if path.exists():
            aside = _beside(path, f".replaced-{_stamp(now)}")
            for suffix in ("-wal", "-shm", ""):
                if _beside(path, suffix).exists():
                    _beside(path, suffix).rename(_beside(aside, suffix))
        _settle(_next(path), path)
    return aside


def _create(path: Path, migrations: Migrations) -> None:
    with closing(_fresh(_next(path))) as connection:
        connection.executescript(f"BEGIN; {migrations.schema.read_text()}; COMMIT")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (migrations.head,))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.commit()
    _settle(_next(path), path)
    log.info("created %s", path)


def _migrate(path: Path, revision: str, migrations: Migrations, *, now: datetime) -> None:
    backup = _beside(path, f".backup-{revision}-{_stamp(now)}")
    _empty_log(path)
    back_up(path, backup)
    successor = _next(path)
    try:
        _copy(path, successor)
        migrations.upgrade(successor)
        _check(successor, migrations.head)
    except Exception as error:  # whatever a migration may raise: the file has not been touched
        successor.unlink(missing_ok=True)
        backup.unlink()
        raise StoreFileError(
            f"{str(path)!r} is as it was: it could not be brought from revision {revision} to {migrations.head}"
            f" ({error}); install the version before, and report this",
            code="store-migration",
        ) from error
    _settle(successor, path)
    for old in sorted(path.parent.glob(f"{path.name}.backup-*"), key=lambda old: old.name[-16:])[:-BACKUPS_KEPT]:
        old.unlink()
    log.info("migrated %s from revision %s to %s, backup in %s", path, revision, migrations.head, backup.name)


def _empty_log(path: Path) -> None:
    """Bring what is in the write-ahead log into the file: a log left over would be played into the file's successor."""
    with closing(_connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    log_file = _beside(path, "-wal")
    if log_file.exists() and log_file.stat().st_size:
        raise StoreFileError(f"another program has {str(path)!r} open: close it", code="store-locked")


def _check(path: Path, head: str) -> None:
    with closing(_connect(path)) as connection:
        damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if damage != "ok" or dangling is not None or revision != head:
        raise ValueError(f"after it: {damage}, dangling reference {dangling}, revision {revision}")


def _copy(source: Path, target: Path) -> None:
    """Copy a database to a file without a log of its own."""
    target.unlink(missing_ok=True)
    with closing(_connect(source)) as old, closing(_fresh(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")


def _settle(temporary: Path, path: Path) -> None:
    """Give a finished file its name, so that a power cut leaves either nothing or all of it there."""
    _sync(temporary)
    temporary.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_header(path: Path) -> None:
    """Refuse by the first bytes what SQLite would take for a fresh database, or would not explain."""
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreFileError(f"{str(path)!r} cannot be read: {error.strerror}", code="store-unreadable") from error
    if not start:
        raise StoreFileError(
            f"{str(path)!r} is empty (0 bytes), which Hearth never leaves: bring back a backup with"
            " `hearth restore FILE`, or move it away to start anew",
            code="store-empty",
        )
    if start != _MAGIC:
        raise _foreign(path, "it is not an SQLite file, or its header is damaged")


def _foreign(path: Path, why: str) -> StoreFileError:
    return StoreFileError(
        f"{str(path)!r} is not Hearth's ({why}): bring back a backup with `hearth restore FILE`, or move it away",
        code="store-foreign",
    )


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_S)


def _fresh(path: Path) -> sqlite3.Connection:
    """Open a new file that only its owner may read, to be settled once it is complete."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = _connect(path)
    # Until it is settled nobody looks at it: if we are killed before, it is cleared away.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")
    return connection


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _next(path: Path) -> Path:
    return _beside(path, ".new")


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


@contextmanager
def _as_store_errors(path: Path) -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, str(path)) or corrupt(str(path), str(error)) from error
    except OSError as error:
        raise StoreFileError(f"{str(path)!r}: {error.strerror}", code="store-unreadable") from error
