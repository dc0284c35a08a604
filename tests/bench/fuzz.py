"""Looks for texts that cost too much: heaps of words of the sentences, of a house, and of nothing, in any order.

``python -m tests.bench.fuzz --language de --rounds 3000 --seed 1`` prints the slowest, in CPU time; none should take
50 ms.
"""

import argparse
import gc
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from skills import registry
from skills.grammar import load
from skills.grammar.automaton import vocabulary
from skills.grammar.documents import builtin_documents, merge
from skills.grammar.model import Context
from skills.grammar.templates import compile_book
from tests.bench.sayings import JOINING
from tests.bench.understanding import house

STRANGE = (
    "🎉",
    "\x00",
    "\u202e",
    "é" * 30,
    "Ж",
    "漢字",
    "a" * 60,
    "٣",
    "1/2",
    "3.5",
    "--",
    "\ud800",
    "lihgts",
    "bed room",
    "שלום",
    "👩‍👩‍👧‍👦",
    "\t\x1b[31m",
    "e\u0301" * 20,
)
LENGTHS = (3, 6, 10, 15, 25, 40, 80, 118, 400, 10_000)


def texts(language: str, names: Sequence[str], seed: int) -> Iterator[str]:
    """Yield texts without end, the same for the same seed."""
    chance = random.Random(seed)
    common = JOINING[language].split()
    known = sorted(vocabulary(compile_book(merge(language, builtin_documents(language)))))
    pools = (
        [common],
        [common, common, known],
        [common, names],
        [common, common, STRANGE],
        [known],
        [common, names, known],
    )
    while True:
        pool = chance.choice(pools)
        text = " ".join(chance.choice(chance.choice(pool)) for _ in range(chance.choice(LENGTHS)))
        if chance.random() < 0.1:
            text = "".join(letter if chance.random() > 0.05 else chance.choice("abcdefghij ,") for letter in text)
        yield text


def main() -> None:
    """Print the slowest texts."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--language", default="en", choices=sorted(JOINING))
    arguments.add_argument("--rounds", type=int, default=3_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    home, documents = house(300), registry.load().documents(given.language)
    with TemporaryDirectory() as folder:
        load(given.language, documents, cache=Path(folder))
        engine = load(given.language, documents, cache=Path(folder))
    engine.warm()
    gc.collect()
    gc.freeze()  # as the daemon does, see `daemon.app`
    spent: list[tuple[float, str]] = []
    for _, text in zip(
        range(given.rounds), texts(given.language, [e.name.lower() for e in home.entities()], given.seed), strict=False
    ):
        started = time.thread_time()
        engine.understand(text, home, Context())
        spent.append(((time.thread_time() - started) * 1000, text))
    for cost, text in sorted(spent, reverse=True)[:10]:
        print(f"{cost:8.1f} ms  {text[:150]!r}")


if __name__ == "__main__":
    main()
