"""Measures the time ledger with 100,000 rows in it: adding, handing over in time, catching up after a start."""

import asyncio
import os
import sqlite3
import tempfile
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.clock import SystemClock
from daemon.schedule import Due, Lateness, Schedule
from daemon.store import Store
from skills.model import Cause, CauseId, Origin

ROWS = 100_000
CAUSE = Cause(CauseId("bench"), Origin.DAEMON)
BERLIN = ZoneInfo("Europe/Berlin")


async def measure() -> dict[str, float]:
    """Return the figures."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hearth.db"
        await _fill(path)
        figures |= await _in_time(path)
        figures |= await _caught_up(path)
    return figures


async def _fill(path: Path) -> None:
    """Write many rows for the years to come, as `add` would, in one transaction."""
    async with Store.open(path, SystemClock()) as store:
        schedule = Schedule(store, SystemClock(), BERLIN)
        await schedule.add(kind="far", payload={"text": "water the plants"}, cause=CAUSE, after_s=1e7)
        copies = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO due SELECT
                NULL, kind, payload, strftime('%Y-%m-%dT%H:%M:%f000+00:00', at, i || ' minutes'), wall, zone, rule,
                begins, 0, late, window_s, owner, cause, 'name ' || i, paused_left_s, fired, last, derived_at, begun,
                note, settled_at
            FROM due, n WHERE id = 1
        """
        await store.run_bare(lambda connection: connection.execute(copies, (ROWS,)).close())


async def _in_time(path: Path) -> dict[str, float]:
    clock, adding, late_ms = SystemClock(), list[float](), list[float]()

    async def take(due: Due, lateness: Lateness) -> None:
        late_ms.append((clock.now() - due.at).total_seconds() * 1000)

    async with Store.open(path, clock) as store:
        before_mib = _resident_mib()
        started = time.perf_counter()
        schedule = Schedule(store, clock, BERLIN)
        schedule.handle("near", take)
        await schedule.begin()
        figures = {
            f"reading {ROWS} rows, s": time.perf_counter() - started,
            f"memory of {ROWS} rows, MiB": _resident_mib() - before_mib,
        }
        async with asyncio.TaskGroup() as group:
            running = group.create_task(schedule.run())
            for number in range(300):
                started = time.perf_counter()
                await schedule.add(kind="near", payload={}, cause=CAUSE, after_s=0.5 + number % 7 / 10)
                adding.append((time.perf_counter() - started) * 1000)
                await asyncio.sleep(0.01)
            while schedule.open("near"):
                await asyncio.sleep(0.05)
            running.cancel()
    return figures | _spread("adding one, on the disk", adding) | _spread("due to handed over", late_ms)


async def _caught_up(path: Path) -> dict[str, float]:
    clock, count, done = SystemClock(), 1_000, asyncio.Event()
    taken: list[Due] = []

    async def take(due: Due, lateness: Lateness) -> None:
        assert lateness.late
        taken.append(due)
        if len(taken) == count:
            done.set()

    with closing(sqlite3.connect(path)) as connection:
        past = (clock.now() - timedelta(hours=1)).isoformat(timespec="microseconds")
        connection.execute("UPDATE due SET kind = 'near', at = ? WHERE kind = 'far' AND id <= ?", (past, count))
        connection.commit()
    async with Store.open(path, clock) as store:
        started = time.perf_counter()
        schedule = Schedule(store, clock, BERLIN)
        schedule.handle("near", take)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(schedule.run())
            await done.wait()
            spent = time.perf_counter() - started
            running.cancel()
    return {f"catching up with {count} of {ROWS}, s": spent}


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _spread(name: str, values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {f"{name}, {key} ms": ordered[int(len(ordered) * share)] for key, share in (("p50", 0.5), ("p99", 0.99))}
