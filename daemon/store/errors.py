"""What can be wrong with the store.

::

    StoreError             not now: the message says why and what to do; `code` is stable
    ├── StoreFileError     the file cannot be used at all; the daemon must not start (the command line exits with 78)
    └── DiskFullError      nothing was written; it works again once there is space, without a restart

Codes: of `StoreFileError` ``store-empty, store-foreign, store-corrupt, store-newer, store-read-only,
store-unreadable, store-incomplete, store-migration``; of `DiskFullError` ``disk-full``; of `StoreError` itself
``store-locked, store-busy, store-closed, store-io``.
"""

import sqlite3

from daemon.errors import DaemonError


class StoreError(DaemonError):
    """The store cannot do this now."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class StoreFileError(StoreError):
    """The file cannot be used. It was left as it is."""


class DiskFullError(StoreError):
    """There is no space left; nothing of the transaction was written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="disk-full")


def translated(error: sqlite3.Error, name: str) -> StoreError | None:
    """Return what an SQLite error means for the file called ``name``; ``None`` if it is a bug in a statement."""
    # sqlite3 sets no code on the errors it raises by itself, such as for a closed connection.
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match primary:
        case sqlite3.SQLITE_FULL:
            return DiskFullError(f"no space left for {name!r}: free some, and it goes on by itself")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(f"another program holds {name!r}: close it", code="store-locked")
        case sqlite3.SQLITE_READONLY:
            return StoreFileError(f"{name!r} cannot be written: make its file system writable", code="store-read-only")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return corrupt(name, str(error))
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return StoreError(f"{name!r}: {error}; look at the disk", code="store-io")
        case _:
            return None


def corrupt(name: str, why: str) -> StoreFileError:
    """Return the error for a file that is damaged."""
    return StoreFileError(
        f"{name!r} is damaged ({why}): bring back a backup with `hearth restore FILE`, or move it away to start anew",
        code="store-corrupt",
    )
