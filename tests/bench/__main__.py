"""`make bench`: measures every part that has a benchmark, writes JSON and prints a table beside the targets."""

import argparse
import asyncio
import importlib
import inspect
import json
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.daemon.reasoner.engine import FAULTS

PARTS = (
    *("daemon", "habits", "memory", "mqtt", "past", "reasoner", "schedule", "routines", "understanding", "when"),
    "voice",
)
APART = ("homeassistant", "prediction")
"""Measured only where it is named: it takes minutes, and a Home Assistant or a Mosquitto."""
TARGETS: Mapping[str, float] = {
    "text to command, 1000 entities, p50 ms": 2.0,
    "text to command, 1000 entities, p99 ms": 3.0,
    "CPU per command, 1000 entities, ms": 2.0,
    "first start to READY, s": 1.5,
    "start to READY, s": 1.5,
    "resident memory, 1000 entities, MiB": 120.0,
    "adding one, on the disk, p99 ms": 5.0,
    "due to handed over, p99 ms": 20.0,
    "catching up with 1000 of 100000, s": 2.0,
    "trigger to first command, 1000 routines, p99 ms": 5.0,
    "trigger to first command, 10000 routines, p99 ms": 5.0,
    "CPU at rest, 10000 routines, percent": 1.0,
    "flood of 10000/s, dropped, messages": 0.0,
    "flood of 10000/s, loop stall, max ms": 50.0,
    "3000 discoveries, loop stall, max ms": 50.0,
    "5000 entities, connected and loaded, s": 3.0,
    "5000 entities, resident memory, MiB": 60.0,
    "10000 entities, a month replayed through one routine, s": 10.0,
    "100000 memories, a question, p99 ms": 50.0,
    "100000 memories, resident, MiB": 400.0,
    "2000 things, 100000 memories, our part of a model's turn, p95 ms": 25.0,
    **{f"lights beside a model: {fault}, p95 as many times": 1.2 for fault in FAULTS},
}
"""At most this; what is not named has no target of its own."""


def main() -> None:
    """Measure the parts named on the command line, else all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, *APART, []], help="which parts; default: all of bench")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where to write the figures")
    given = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    for part in given.parts or PARTS:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        measure = importlib.import_module(f"tests.bench.{part}").measure
        figures[part] = asyncio.run(measure()) if inspect.iscoroutinefunction(measure) else measure()
    machine = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    given.json.write_text(json.dumps({"machine": machine, "figures": figures}, indent=1) + "\n")
    for part, values in figures.items():
        print(f"\n{part}")
        for name, value in values.items():
            target = TARGETS.get(name)
            beside = "" if target is None else f"   target <= {target:g}" + ("" if value <= target else "   MISSED")
            print(f"  {name:<52} {value:>12.3f}{beside}")


if __name__ == "__main__":
    main()
