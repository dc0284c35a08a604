"""Memory as it grows: keeping in batches, the size of the file, finding, and what it takes in memory.

``python -m tests.bench memory`` measures 100,000 memories; ``python -m tests.bench.memory 1000000`` as many as named.
Texts are made up of English words, as rare as words are, in talks of twenty.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from daemon.clock import SystemClock
from daemon.memory import Memory, Note
from daemon.memory.embedding import STATIC
from daemon.memory.keeping import BATCH
from daemon.store import Store

COUNT = 100_000
QUESTIONS = 300
SEED = 11
TALK = 20
SPEAKERS = ("Anna", "Ben", "Clara", "David")
START = datetime(2020, 1, 1, tzinfo=UTC)
COMMON = 300
"""The most common words are fillers, which nobody asks for."""


async def measure(count: int = COUNT) -> dict[str, float]:
    """Return notes kept a second, MiB of the file, ms to find, and MiB that the process takes."""
    random.seed(SEED)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "hearth.db"
        async with Store.open(path, SystemClock()) as store:
            memory = Memory(store, SystemClock())
            await memory.begin()
            kept_s = await keep(memory, count)
        async with Store.open(path, SystemClock()) as store:
            memory = Memory(store, SystemClock())
            await memory.begin()
            started = time.perf_counter()
            await memory.search("the first question")
            first_s = time.perf_counter() - started
            waits_ms, cpu_ms = await _find(memory)
        return {
            f"{count} memories, kept a second": count / kept_s,
            f"{count} memories, file, MiB": path.stat().st_size / 2**20,
            f"{count} memories, first question, s": first_s,
            f"{count} memories, a question, p50 ms": waits_ms[len(waits_ms) // 2],
            f"{count} memories, a question, p99 ms": waits_ms[int(len(waits_ms) * 0.99)],
            f"{count} memories, a question, p50 CPU ms": cpu_ms[len(cpu_ms) // 2],
            f"{count} memories, a question, p99 CPU ms": cpu_ms[int(len(cpu_ms) * 0.99)],
            f"{count} memories, resident, MiB": _resident_mib(),
        }


async def keep(memory: Memory, count: int) -> float:
    """Keep so many notes; return the seconds that it took, each batch on the disk."""
    spent_s = 0.0
    notes = _notes(count)
    for _ in range(0, count, BATCH):
        batch = [note for note, _ in zip(notes, range(BATCH), strict=False)]
        started = time.perf_counter()
        await memory.import_batch(batch)
        await memory.settle()
        spent_s += time.perf_counter() - started
    return spent_s


async def _find(memory: Memory) -> tuple[Sequence[float], Sequence[float]]:
    waits_ms, cpu_ms = list[float](), list[float]()
    words, weights = _words()
    for number in range(QUESTIONS):
        asked = random.choices(words[COMMON:], cum_weights=[w - weights[COMMON - 1] for w in weights[COMMON:]], k=4)
        question = f"What did {random.choice(SPEAKERS)} say about the {' '.join(asked)}?"
        started, began = time.perf_counter(), time.process_time()
        hits = await memory.search(question, everything=number % 2 == 0)
        waits_ms.append((time.perf_counter() - started) * 1000)
        cpu_ms.append((time.process_time() - began) * 1000)
        assert hits or number % 2
    return sorted(waits_ms), sorted(cpu_ms)


def _notes(count: int) -> Iterator[Note]:
    words, weights = _words()
    for number in range(count):
        text = " ".join(random.choices(words, cum_weights=weights, k=random.randint(4, 22)))
        at = START + timedelta(minutes=number * 3)
        yield Note(text, at, random.choice(SPEAKERS), conversation=f"talk {number // TALK}", ref=f"note/{number}")


def _words() -> tuple[Sequence[str], Sequence[float]]:
    """Return words and how common each and all before it are together, by Zipf's law."""
    pieces = (STATIC / "vocab.txt").read_text("utf-8").split("\n")
    words = [piece for piece in pieces if piece.isascii() and piece.isalpha() and len(piece) > 2]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def _resident_mib() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)), indent=1))
