"""The one file that keeps everything, behind one thread: SQLite has a single writer anyway, so nothing ever waits for a
lock of ours and the event loop never waits for the disk.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import URL, Connection, Engine, StaticPool, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, create_engine

from daemon.clock import Clock
from daemon.store.errors import DiskFullError, StoreError, StoreFileError, translated
from daemon.store.file import BUSY_S, prepare
from daemon.store.migrations import MIGRATIONS, Migrations

__all__ = ["DiskFullError", "Store", "StoreError", "StoreFileError", "bare"]

log = logging.getLogger("hearth." + __name__)

T = TypeVar("T")

MOST_WAITING = 1_000
"""More transactions than this wait only if the disk stands still: then each further one is refused at once."""
RESERVE_BYTES = 1 << 20
"""What is kept aside for a full disk: room for about a thousand entries of the journal, or to delete what is old."""

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    # Of 4 KiB pages. Emptying the log waits for the disk: at SQLite's own 1,000 that hit one commit in a hundred and
    # made the p99 of an entry 5 ms instead of 0.4 (measured on a shared virtual disk).
    "wal_autocheckpoint = 8000",
    "journal_size_limit = 8388608",
)


class Store:
    """Runs transactions on the one database thread. Made by `Store.open` only."""

    def __init__(self, path: Path, thread: ThreadPoolExecutor, connection: Connection) -> None:
        self.path = path
        self._thread = thread
        self._connection = connection
        self._waiting = 0
        self._reserve = path.with_name(path.name + ".reserve")
        self._full = False
        self._problem: StoreError | None = None
        self._closed = False

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, clock: Clock, *, migrations: Migrations = MIGRATIONS) -> AsyncGenerator["Store"]:
        """Open the database, created or migrated first if need be; the folder must exist.

        Raises:
            StoreFileError: it cannot be used; it was left as it is. The daemon must not start: exit 78.
            StoreError: another program holds it.
        """
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="hearth-store") as thread:
            await loop.run_in_executor(thread, lambda: prepare(path, migrations, now=clock.now()))
            store = cls(path, thread, await loop.run_in_executor(thread, _connected, path))
            try:
                await loop.run_in_executor(thread, store._restock)
                yield store
            finally:
                store._closed = True
                # Not awaited: the thread ends behind it, and leaving must also work while being cancelled.
                thread.submit(store._close)

    @property
    def waiting(self) -> int:
        """How many transactions have been handed over and are not written yet."""
        return self._waiting

    @property
    def full(self) -> bool:
        """True from a write that found no space until the next one that did."""
        return self._full

    @property
    def problem(self) -> StoreError | None:
        """What went wrong with the newest transaction; damage that was met stays until the next start."""
        return self._problem

    async def run(self, work: Callable[[Session], T], *, urgent: bool = False) -> T:
        """Run ``work`` in one transaction and return what it returns, once that is written.

        A process that is killed after this loses nothing; a power cut may lose the last second, never the order. If
        ``work`` raises, nothing of it is written. If the caller is cancelled, it is written all the same.

        Args:
            work: must not keep the session, and must not wait for anything but it.
            urgent: on a full disk, this may have the reserve: what frees space, and what must not go unrecorded.

        Raises:
            DiskFullError: there is no space; it works again when there is.
            StoreError: it cannot be written now.
        """

        def in_session(connection: Connection) -> T:
            with Session(connection, expire_on_commit=False) as session:
                value = work(session)
                session.flush()
                return value

        return await self._queued(in_session, urgent)

    async def run_bare(self, work: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        """Do what `run` does in plain SQL, in a quarter of the time: for what stands between a sentence and its light.

        Raises:
            DiskFullError: there is no space; it works again when there is.
            StoreError: it cannot be written now.
        """
        return await self._queued(lambda connection: work(_driver_of(connection)), urgent)

    async def run_apart(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` in no transaction: for what SQLite does in none, such as emptying its log. All else waits.

        Raises:
            DiskFullError: there is no space for it; nothing is given up for it.
            StoreError: it cannot be done now.
        """
        if self._closed:
            raise StoreError(f"{str(self.path)!r} was closed: Hearth is ending", code="store-closed")

        def alone() -> T:
            with _as_store_errors(self.path):
                return work(_driver_of(self._connection))

        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._thread, alone))

    async def _queued(self, work: Callable[[Connection], T], urgent: bool) -> T:
        if self._closed:
            raise StoreError(f"{str(self.path)!r} was closed: Hearth is ending", code="store-closed")
        if self._waiting >= MOST_WAITING:
            raise StoreError(f"{MOST_WAITING} transactions wait for the disk already", code="store-busy")
        self._waiting += 1
        try:
            running = asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work, urgent)
            return await asyncio.shield(running)
        finally:
            self._waiting -= 1

    def _transact(self, work: Callable[[Connection], T], urgent: bool) -> T:
        try:
            value = self._attempt(work)
        except DiskFullError:
            if not self._full:
                log.error("no space left for %s", self.path)
            self._full = True
            if not (urgent and self._reserve.exists()):
                raise
            self._reserve.unlink()
            return self._attempt(work)
        except StoreError as error:
            if isinstance(error, StoreFileError) and not isinstance(self._problem, StoreFileError):
                log.error("%s", error)
            if not isinstance(self._problem, StoreFileError):
                self._problem = error
            raise
        if not isinstance(self._problem, StoreFileError):
            self._problem = None
        if self._full and self._restock():
            self._full = False
            log.info("there is space again for %s", self.path)
        return value

    def _attempt(self, work: Callable[[Connection], T]) -> T:
        with _as_store_errors(self.path), self._connection.begin():
            return work(self._connection)

    def _close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()

    def _restock(self) -> bool:
        """Set the reserve aside, if there is space for it; say whether it is there."""
        if self._reserve.exists():
            return True
        try:
            with self._reserve.open("xb") as file:
                os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)
        except OSError:
            self._reserve.unlink(missing_ok=True)
            return False
        return True


def bare(session: Session) -> sqlite3.Connection:
    """Return SQLite's own connection, in the session's transaction."""
    return _driver_of(session.connection())


def _driver_of(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)


@contextmanager
def _as_store_errors(path: Path) -> Generator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        original = error.orig if isinstance(error, DBAPIError) else error
        meaning = translated(original, str(path)) if isinstance(original, sqlite3.Error) else None
        if meaning is None:
            raise
        raise meaning from error


def _connected(path: Path) -> Connection:
    """Return the one connection, in use before anything is written: what is wrong with the file shows at the start."""
    engine = _engine(path)
    try:
        with _as_store_errors(path):
            connection = engine.connect()
            connection.begin().commit()
            return connection
    except StoreError:
        engine.dispose()
        raise


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=StaticPool,
        connect_args={"timeout": BUSY_S, "isolation_level": None},
    )

    def configure(connection: sqlite3.Connection, _: object) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        # Immediate: a transaction that reads first and writes then could otherwise not wait for the owner's shell.
        _driver_of(connection).execute("BEGIN IMMEDIATE")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine
