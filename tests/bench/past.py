"""History and backtest: what a flood costs, how much a day takes on the disk, and how long a month takes to replay.

``python -m tests.bench past``: 10,000 entities over 30 days, each changing 8 times a day, and 20 that a routine goes by
as busy as in a lived-in house (a motion sensor 400 times a day, a thermometer every minute).
"""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from daemon.backtesting import backtest, needed
from daemon.clock import SystemClock
from daemon.history import History, Kept
from daemon.history.rows import Names, opened, write
from daemon.routines.model import Routine
from daemon.routines.reading import read_routines
from tests.daemon.routines.house import House

ENTITIES, DAYS, BUSY = 10_000, 30, 10
QUIET_A_DAY, MOVES_A_DAY = 8, 400
NOW = datetime(2026, 10, 6, tzinfo=UTC)
SINCE = NOW - timedelta(days=DAYS)
SEED = 7
FLOOD = 10_000
_ROUTINE = """
id: r{n}
alias: R{n}
triggers:
- {{trigger: state, entity_id: binary_sensor.busy{n}, to: 'on'}}
- {{trigger: numeric_state, entity_id: sensor.busy{n}, above: 22, for: '00:05:00'}}
- {{trigger: time, at: '07:00:00'}}
conditions: [{{condition: template, value_template: "{{{{ states('sensor.busy{n}') | float(0) < 30 }}}}"}}]
actions:
- {{action: light.turn_on, target: {{entity_id: light.e{n}}}}}
- {{delay: '00:03:00'}}
- {{action: light.turn_off, target: {{entity_id: light.e{n}}}}}
mode: restart
"""


async def measure() -> dict[str, float]:
    """Return seconds of a replay, bytes of a change and a day, and what a report costs."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "history.db"
        count, spent_s = _filled(path)
        async with History.open(path, SystemClock()) as history:
            one, whole = await _replayed(history, 1), await _replayed(history, BUSY)
            flood_us = _flooded(history)
            kept = await history.flush()
        size = path.stat().st_size
    return {
        "10000 entities, a month, changes": float(count),
        "10000 entities, a month, written a second": count / spent_s,
        "10000 entities, a month, bytes a change": size / count,
        "10000 entities, a day on the disk, MiB": size / DAYS / 2**20,
        "10000 entities, a month replayed through one routine, s": one[0],
        "10000 entities, a month replayed through one routine, runs": one[1],
        "10000 entities, a month replayed through ten routines, s": whole[0],
        "flood of 10000, microseconds a change": flood_us,
        "flood of 10000, changes written": float(kept),
    }


def _filled(path: Path) -> tuple[int, float]:
    connection = opened(path)
    names, batch, count, begun = Names(connection), list[Kept](), 0, time.perf_counter()
    for kept in _month():
        batch.append(kept)
        if len(batch) >= 50_000:
            count += write(connection, names, batch)
            batch.clear()
    count += write(connection, names, batch)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return count, time.perf_counter() - begun


def _month() -> Iterator[Kept]:
    dice = random.Random(SEED)
    for number in range(ENTITIES - 2 * BUSY):
        for change in range(DAYS * QUIET_A_DAY):
            at = SINCE + timedelta(hours=24 / QUIET_A_DAY * (change + dice.random()))
            if number % 2:
                yield Kept(at, f"sensor.e{number}", f"{20 + 5 * dice.random():.1f}")
            else:
                yield Kept(at, f"light.e{number}", "on" if change % 2 else "off", by="ours" if change % 3 else None)
    for number in range(BUSY):
        for change in range(DAYS * MOVES_A_DAY):
            at = SINCE + timedelta(days=1 / MOVES_A_DAY * (change + dice.random()))
            yield Kept(at, f"binary_sensor.busy{number}", "on" if change % 2 else "off")
        for change in range(DAYS * 1_440):
            yield Kept(SINCE + timedelta(minutes=change), f"sensor.busy{number}", f"{18 + 8 * dice.random():.1f}")


async def _replayed(history: History, count: int) -> tuple[float, float]:
    """Return the seconds that reading and replaying took, and how many runs there were."""
    around, runs, begun = House(now=NOW), 0, time.perf_counter()
    for number in range(count):
        one: Routine = read_routines(_ROUTINE.format(n=number)).routines[0]
        recording = await history.recording(needed(one, around), SINCE, NOW)
        runs += sum(1 for fire in backtest(one, recording, around).fires if fire.result == "ran")
    return time.perf_counter() - begun, float(runs)


def _flooded(history: History) -> float:
    begun = time.perf_counter()
    for number in range(FLOOD):
        history.keep(Kept(NOW, f"sensor.e{number % 100}", str(number)))
    return (time.perf_counter() - begun) / FLOOD * 1e6
