"""Keeps what every thing becomes, in batches, and reads it back; never in the way of the house."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from daemon.clock import Clock
from daemon.history import rows, thinning
from daemon.history.recording import OURS, Kept, Recording
from daemon.history.thinning import Bounds
from daemon.routines.values import Value, value_of
from devices.home import Home
from devices.model import State, Trace

log = logging.getLogger("hearth." + __name__)

T = TypeVar("T")

BATCH_S: Final = 1.0
"""Least time between two transactions."""
MOST_WORDS: Final = 4_000
"""Changes of one batch that are each kept; of numbers only the last of a batch is, for each thing."""
MOST_OF_ONE: Final = 8
"""Changes of one thing in one batch, beyond which only the last is kept."""
TIDY_S: Final = 3_600.0
AGAIN_S: Final = 60.0
"""When to try again to open a file that cannot be used just now."""
_TOLD: Final = frozenset(
    {"brightness", "current_position", "temperature", "percentage", "preset_mode", "hvac_action", "source"}
)
"""The attributes that are kept: what people set, not what is measured or described."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept, and for how long."""

    bounds: Bounds = field(default_factory=Bounds)
    exclude: tuple[str, ...] = ()
    """Patterns of entity ids of which nothing is kept: ``sensor.*_power``."""

    def leaves_out(self, entity: str) -> bool:
        """Say whether nothing of a thing is kept."""
        return any(fnmatchcase(entity, pattern) for pattern in self.exclude)


class History:
    """The history of a house. Made by `History.open` only."""

    def __init__(
        self, connection: sqlite3.Connection, thread: ThreadPoolExecutor, clock: Clock, keeping: Keeping
    ) -> None:
        self._connection, self._thread, self._clock, self._keeping = connection, thread, clock, keeping
        self._names = rows.Names(connection)
        self._words: list[Kept] = []
        self._last: dict[str, Kept] = {}
        """The newest number, or the newest beyond `MOST_OF_ONE`, of each thing in this batch."""
        self._counts: dict[str, int] = {}
        self._left_out: dict[str, bool] = {}
        self._waiting = asyncio.Event()
        self.dropped = 0
        """Changes that were not kept because too many came at once, since the start."""

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, clock: Clock, keeping: Keeping | None = None) -> AsyncGenerator["History"]:
        """Open the file; one that is damaged is put aside under another name, and a new one begun.

        Where neither can be done, as on a full disk, that is said once, and tried again until it can be.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="hearth-history") as thread:
            connection = await _opened_at_last(thread, path, clock)
            try:
                yield cls(connection, thread, clock, keeping or Keeping())
            finally:
                # Not awaited: the thread ends behind it, and leaving must also work while being cancelled.
                thread.submit(connection.close)

    def listen(self, home: Home) -> Callable[[], None]:
        """Keep what a home reports from now on; return what ends that."""
        return home.listen(self._on_report)

    def note(self, state: State) -> None:
        """Keep what a thing is already, as of when it became that."""
        at = state.changed_at or state.seen_at
        if at is not None:
            value = state.value if state.available else "unavailable"
            self.keep(Kept(at, state.entity, value, _told(state.attributes), _by(state.trace)))

    def keep(self, kept: Kept) -> None:
        """Keep a change, with the next batch; where too many come, the newest of each thing is sure to be kept."""
        if self._leaves_out(kept.entity):
            return
        count = self._counts[kept.entity] = self._counts.get(kept.entity, 0) + 1
        number = kept.value is not None and kept.value[-1:].isdigit()
        if number or count > MOST_OF_ONE or len(self._words) >= MOST_WORDS:
            self.dropped += kept.entity in self._last
            self._last[kept.entity] = kept
        else:
            self._words.append(kept)
        self._waiting.set()

    async def run(self) -> None:
        """Write what comes, and thin what is old, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_writing())
            group.create_task(self._keep_tidy())

    async def flush(self) -> int:
        """Write what waits; return how many changes that was."""
        batch = [*self._words, *self._last.values()]
        self._words, self._last, self._counts = [], {}, {}
        self._waiting.clear()
        return await self._in_thread(lambda: rows.write(self._connection, self._names, batch)) if batch else 0

    async def between(self, entity: str, since: datetime, until: datetime) -> Sequence[Kept]:
        """Return what a thing became in a stretch of time, oldest first."""
        await self.flush()
        return await self._in_thread(lambda: rows.read(self._connection, entity, since, until))

    async def recording(self, entities: Iterable[str], since: datetime, until: datetime) -> Recording:
        """Return what some things were in a stretch of time; only they are read."""
        await self.flush()
        wanted = sorted(set(entities))

        def work() -> Recording:
            earlier = {one: kept for one in wanted if (kept := rows.before(self._connection, one, since)) is not None}
            changes = [kept for one in wanted for kept in rows.read(self._connection, one, since, until)]
            return Recording(since, until, earlier, sorted(changes, key=lambda kept: kept.at))

        return await self._in_thread(work)

    async def at(self, moment: datetime) -> Recording:
        """Return the whole house as it was at a moment."""
        return await self.recording(await self.things(), moment, moment)

    async def things(self) -> Sequence[str]:
        """Return the ids of all entities of which something is kept."""
        await self.flush()
        return await self._in_thread(lambda: rows.things(self._connection))

    async def begins(self) -> datetime | None:
        """Return when the record begins; none where nothing is kept."""
        return await self._in_thread(lambda: rows.oldest(self._connection))

    async def amount(self) -> int:
        """Return how many changes are kept."""
        return await self._in_thread(lambda: rows.amount(self._connection))

    async def purge(self, entity: str) -> int:
        """Delete all that is kept of a thing; return how many changes that was."""
        await self.flush()
        return await self._in_thread(lambda: rows.purge(self._connection, entity))

    async def tidy(self) -> int:
        """Thin and delete what is old, one thing after the other; return how many changes went."""
        await self.flush()
        now, bounds, gone = self._clock.now(), self._keeping.bounds, 0
        for thing in await self._in_thread(lambda: thinning.numbered(self._connection)):
            gone += await self._in_thread(partial(thinning.thin, self._connection, thing, now))
        days = float(bounds.days)
        gone += await self._cut(now - timedelta(days=days))
        while days > 1 and await self.amount() > bounds.changes:
            days = thinning.shorter(days)
            gone += await self._cut(now - timedelta(days=days))
        return gone

    async def _cut(self, before: datetime) -> int:
        gone = 0
        for thing in await self._in_thread(lambda: thinning.numbered(self._connection)):
            gone += await self._in_thread(partial(thinning.cut, self._connection, thing, before))
        return gone

    async def _keep_writing(self) -> None:
        failing = False
        while True:
            await self._waiting.wait()
            await self._clock.sleep(BATCH_S)
            try:
                await self.flush()
            except sqlite3.Error as error:
                level = logging.DEBUG if failing else logging.WARNING
                log.log(level, "what happens in the house cannot be kept: %s", error)
                failing = True
            else:
                if failing:
                    log.info("what happens in the house is kept again")
                failing = False

    async def _keep_tidy(self) -> None:
        while True:
            await self._clock.sleep(TIDY_S)
            try:
                await self.tidy()
            except sqlite3.Error as error:
                log.warning("what is old in the history could not be thinned: %s", error)

    def _on_report(self, before: State, after: State) -> None:
        known, told = before.attributes, after.attributes
        if before.value == after.value and before.available == after.available and known == told:
            return
        attributes = _told(told)
        if before.value == after.value and before.available == after.available and attributes == _told(known):
            return
        value = after.value if after.available else "unavailable"
        self.keep(Kept(self._clock.now(), after.entity, value, attributes, _by(after.trace)))

    def _leaves_out(self, entity: str) -> bool:
        known = self._left_out.get(entity)
        if known is None:
            known = self._left_out[entity] = self._keeping.leaves_out(entity)
        return known

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def _opened_at_last(thread: ThreadPoolExecutor, path: Path, clock: Clock) -> sqlite3.Connection:
    waited = False
    while True:
        try:
            connection = await asyncio.get_running_loop().run_in_executor(thread, _opened, path)
        except (OSError, sqlite3.Error) as error:
            if not waited:
                log.warning("no history is kept until %s can be used: %s", path, error)
            waited = True
            await clock.sleep(AGAIN_S)
        else:
            if waited:
                log.info("history is kept again in %s", path)
            return connection


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return rows.opened(path)
    except rows.UnusableError as error:
        path.replace(path.with_suffix(".damaged"))
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        log.warning("the history in %s cannot be used (%s): it was put aside, a new one is begun", path, error)
        return rows.opened(path)


def _told(attributes: Mapping[str, object]) -> Mapping[str, Value]:
    return {key: value_of(item) for key, item in attributes.items() if key in _TOLD and item is not None}


def _by(trace: Trace | None) -> str | None:
    if trace is None:
        return None
    return OURS if trace.ours else trace.who or trace.what
