"""Habits: how many of those that were planted in made-up households are found, and how many that are none.

``python -m tests.bench habits``: sixteen households of eight weeks each that no constant was chosen on, and a house of
10,000 entities over 60 days, read from a file as the history writes it.
"""

import random
import resource
import tempfile
import time
from array import array
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from daemon.habits.mining import mine
from daemon.habits.reading import read
from daemon.habits.record import Place, Record
from daemon.history import Kept
from daemon.history.rows import Names, opened, write
from tests.daemon.habits.dimming import dimmed
from tests.daemon.habits.household import ZONE, live, sun
from tests.daemon.habits.scoring import Score, habits_of, levels_of, score_of

HELD_BACK = range(50_000, 50_016)
ENTITIES, DAYS = 10_000, 60
SWITCHED, REPORTING = 1_500, 1_000
"""Lamps and the like, and contacts; all else are sensors with numbers, of which habits read nothing."""
NOW = datetime(2026, 10, 6, tzinfo=UTC)
SEED = 7


def measure() -> dict[str, float]:
    """Return precision and recall by the weeks that are known, and what a large house costs."""
    found: dict[str, float] = {}
    for weeks in (3, 4, 6, 8):
        total = scored(HELD_BACK, weeks)
        found[f"{weeks} weeks, proposed"] = float(total.found)
        found[f"{weeks} weeks, precision"] = total.precision
        found[f"{weeks} weeks, recall"] = total.recall
    return {**found, **_dimmed(), **_large()}


def scored(seeds: range, weeks: int, until: date | None = None) -> Score:
    """Return the score over some households."""
    total = Score()
    for seed in seeds:
        life = live(seed, weeks=weeks, until=until)
        total += score_of(life, habits_of(life))[0]
    return total


def _dimmed() -> dict[str, float]:
    """Return the same of eight weeks in which lamps are dimmed and heatings are turned up and down, too."""
    total, levels = Score(), Score()
    for seed in HELD_BACK:
        life = dimmed(seed)
        habits = habits_of(life)
        total += score_of(life, habits)[0]
        levels += levels_of(life, habits)
    return {
        "8 weeks with levels, proposed": float(total.found),
        "8 weeks with levels, precision": total.precision,
        "8 weeks with levels, recall": total.recall,
        "levels of what is switched on, proposed": float(levels.found),
        "levels of what is switched on, precision": levels.precision,
        "levels of what is switched on, recall": levels.recall,
    }


def _large() -> dict[str, float]:
    places = {f"light.l{number}": Place("thing", f"room{number % 150}") for number in range(SWITCHED)}
    places |= {f"binary_sensor.b{number}": Place("contact", f"room{number % 150}") for number in range(REPORTING)}
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "history.db"
        _fill(path)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun = time.perf_counter()
        since, until = (NOW - timedelta(days=DAYS)).timestamp(), NOW.timestamp()
        found = read(path, places, [], {}, since, until)
        record = Record(since, until, ZONE, found.turns, places, sun, found.lux)
        read_s = time.perf_counter() - begun
        habits = mine(record)
        whole_s = time.perf_counter() - begun
    turns = sum(len(one.at) for one in found.turns.values())
    return {
        "10000 entities, 60 days, read, s": read_s,
        "10000 entities, 60 days, whole look, s": whole_s,
        "10000 entities, turns looked at": float(turns),
        "10000 entities, memory beside the process, MiB": (
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        ) / 1024,
        "10000 entities at random, proposed": float(len(habits)),
    }  # fmt: skip


def _fill(path: Path) -> None:
    connection = opened(path)
    names = Names(connection)
    batch: list[Kept] = []
    for kept in _house():
        batch.append(kept)
        if len(batch) >= 50_000:
            write(connection, names, batch)
            batch.clear()
    write(connection, names, batch)
    connection.close()


def _house() -> Iterator[Kept]:
    chance, begins = random.Random(SEED), NOW - timedelta(days=DAYS)
    for number in range(ENTITIES):
        words = number < SWITCHED + REPORTING
        name = f"light.l{number}" if number < SWITCHED else f"binary_sensor.b{number - SWITCHED}"
        times = array("d", sorted(chance.uniform(0, DAYS * 86_400) for _ in range(8 * DAYS if words else DAYS)))
        for place, at in enumerate(times):
            value = ("off", "on")[place % 2] if words else f"{20 + chance.random():.2f}"
            yield Kept(begins + timedelta(seconds=at), name if words else f"sensor.s{number}", value)
