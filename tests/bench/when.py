"""Measures what reading a time costs per phrase, cold and warm, in both languages, and on texts without any.

``python -m tests.bench.when`` prints the figures; with the development cases beside the repository their phrases are
measured too.
"""

import gc
import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from skills.grammar.when import Recurrence, find
from tests.skills.grammar.when import test_english, test_german
from tests.skills.grammar.when.shown import rows

BERLIN = ZoneInfo("Europe/Berlin")
REF = datetime(2026, 3, 25, 14, 30, tzinfo=BERLIN)
ROUNDS = 5
CASES = Path(__file__).parents[3] / "shared" / "data" / "time" / "dev.jsonl"


def measure() -> dict[str, float]:
    """Return the figures, in milliseconds per phrase."""
    started = time.perf_counter()
    find("tomorrow at seven", ref=REF)
    figures = {"first phrase, vocabulary and rules compiled, ms": (time.perf_counter() - started) * 1000}
    find("every friday at sunset", ref=REF, place=(52.5, 13.4))
    texts = {
        "English phrase": ("en", [text for table in test_english.TABLES for text, _ in rows(table)]),
        "German phrase": ("de", [text for table in test_german.TABLES for text, _ in rows(table)]),
        "phrase without a time": ("en", [text for text, _ in rows(test_english.NOTHING)]),
        "120 words of time": ("en", ["every friday at half past seven or "[: 7 * n] * 20 for n in range(3, 6)]),
    }
    if CASES.exists():
        texts["development case"] = ("en", [json.loads(line)["text"] for line in CASES.read_text("utf-8").splitlines()])
    for name, (language, phrases) in texts.items():
        figures |= {f"{name}, {key} ms": value for key, value in _percentiles(language, phrases).items()}
    return figures


def _percentiles(language: str, phrases: Sequence[str]) -> dict[str, float]:
    find("um acht", ref=REF, language=language)

    def once(text: str) -> None:
        found = find(text, ref=REF, language=language, place=(52.52, 13.405))
        if isinstance(found, Recurrence):
            list(islice(found.firings(REF), 5))

    gc.collect()
    spent = sorted(_timed(once, text) for _ in range(ROUNDS) for text in phrases)
    return {name: spent[int(len(spent) * share)] for name, share in (("p50", 0.5), ("p99", 0.99))} | {"max": spent[-1]}


def _timed(call: Callable[[str], None], text: str) -> float:
    started = time.perf_counter()
    call(text)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    for figure, value in measure().items():
        print(f"{figure:<52} {value:>10.3f}")
