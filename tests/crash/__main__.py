"""`make crash`: kills the time ledger again and again, and looks whether anything was lost or came twice.

Each round is a process that is forked, lives on a real file and is killed with SIGKILL at a random moment. Between two
rounds time passes: a moment, hours, a day back, up to the day of a clock change; sometimes the house moves. The same
seed gives the same rounds, but for where the kill falls.
"""

import argparse
import json
import logging
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.crash.life import Life, live

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
CHANGES = (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC))
LIVES_S = 0.15
SLACK_S = 6.0
"""Lateness is marked from five seconds on; between judging and handing over a loaded machine may take one."""


@dataclass(slots=True)
class Findings:
    """What the log of all lives says, against what the table says."""

    added: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    fired: Counter[str] = field(default_factory=Counter[str])
    fired_ids: set[int] = field(default_factory=set[int])
    cancelled: set[int] = field(default_factory=set[int])
    aside: set[int] = field(default_factory=set[int])
    noted: set[str] = field(default_factory=set[str])
    """Alarms of which somebody took note."""
    rang: int = 0
    caught_up_s: list[float] = field(default_factory=list[float])
    rows: dict[int, tuple[str | None, str | None]] = field(default_factory=dict[int, tuple[str | None, str | None]])
    wrong: list[str] = field(default_factory=list[str])

    def read(self, lines: list[bytes], behind: dict[int, int]) -> None:
        """Take in what one life wrote; ``behind`` says how many occurrences of each row were settled before it."""
        keys: Counter[str] = Counter()
        for line in lines:
            said = json.loads(line)
            match said["what"]:
                case "added":
                    self.added[said["id"]] = said
                case "cancelled":
                    self.cancelled.add(said["id"])
                case "begun":
                    self.aside.update(said["aside"])
                case "noted":
                    self.noted.add(said["key"])
                case "rang":
                    self.rang += 1
                    if said["key"].partition("/")[2].partition("/")[0] in {key.partition("/")[2] for key in self.noted}:
                        self.wrong.append(f"twice: {said['key']} rang after it was noted")
                case "caught up":
                    self.caught_up_s.append(said["s"])
                case _:
                    keys[said["key"]] += 1
                    self._fired(said, behind)

    def _fired(self, said: dict[str, Any], behind: dict[int, int]) -> None:
        self.fired[said["key"]] += 1
        self.fired_ids.add(said["id"])
        if int(said["key"].partition(".")[2]) < behind.get(said["id"], 0):
            self.wrong.append(f"twice: {said['key']} came after it was settled")
        if said["id"] in self.cancelled:
            self.wrong.append(f"twice: {said['key']} came after it was cancelled")
        if said["behind_s"] > SLACK_S and not said["late"]:
            self.wrong.append(f"unmarked: {said['key']} was {said['behind_s']:.1f} s late and not called so")

    def look(self, path: Path) -> dict[int, int]:
        """Look at the table; return how many occurrences of each row are settled."""
        if not path.exists():
            return {}
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("SELECT id, fired, settled_at, note FROM due").fetchall()
        # What was settled long ago is dropped in time, so we keep what we saw.
        self.rows.update({number: (settled_at, note) for number, _, settled_at, note in found})
        return {number: fired for number, fired, _, _ in found}

    def close(self, path: Path) -> None:
        """Look for what was lost, after the last life."""
        self.look(path)
        with closing(sqlite3.connect(path)) as connection:
            (damage,) = connection.execute("PRAGMA integrity_check").fetchone()
        if damage != "ok":
            self.wrong.append(f"damaged: {damage}")
        for number, said in self.added.items():
            if number not in self.rows:
                self.wrong.append(f"lost: {number} was added and is not in the table")
                continue
            settled_at, note = self.rows[number]
            over = number in self.fired_ids or number in self.cancelled or number in self.aside
            skipped = said["late"] == "skip" and str(note).startswith("skipped")
            cancelled = note == "cancelled"
            if said["once"] and not (settled_at is not None and (over or skipped or cancelled)):
                self.wrong.append(f"lost: {number} never came ({settled_at}, {note})")


def one_round(life: Life, lives_s: float | None) -> int:
    """Live one life in a process of its own; kill it after a while, if that is given. Return its status."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            live(life)
            status = 0
        finally:
            os._exit(status)
    if lives_s is not None:
        time.sleep(lives_s)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def gap(dice: random.Random, now: datetime) -> timedelta:
    """Return how much time passes between two lives."""
    roll = dice.random()
    if roll < 0.7:
        return timedelta(seconds=dice.uniform(0, 2))
    if roll < 0.9:
        return timedelta(seconds=dice.uniform(10, 30_000))
    if roll < 0.95:
        return timedelta(days=-1)
    return next((change - now for change in CHANGES if change > now), timedelta(days=1))


def crash(rounds: int, seed: int, path: Path) -> Findings:
    """Run so many rounds and one last life, and look at what came of it all."""
    dice, findings, read = random.Random(seed), Findings(), 0
    now, zone = datetime(2026, 3, 28, 12, 0, tzinfo=UTC), ZONES[0]
    for number in range(rounds + 1):
        last = number == rounds
        behind = findings.look(path)
        lives_s = None if last else dice.uniform(0.01, LIVES_S)
        status = one_round(Life(path, now, zone, seed * 1_000_003 + number, last), lives_s)
        if status != (0 if last else -signal.SIGKILL):
            findings.wrong.append(f"round {number} ended by itself with {status}")
        log = path.with_suffix(".log")
        lines = log.read_bytes().splitlines() if log.exists() else []
        findings.read(lines[read:], behind)
        read = len(lines)
        now += timedelta(seconds=lives_s or 0) + gap(dice, now)
        if number >= rounds - 1:
            now += timedelta(days=3)
        if dice.random() < 0.03:
            zone = dice.choice(ZONES)
    findings.close(path)
    return findings


def main() -> None:
    """Run the rounds named on the command line; exit with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        found = crash(given.rounds, given.seed, Path(folder) / "hearth.db")
    caught_up_s = sorted(found.caught_up_s) or [0.0]
    print(f"{given.rounds} kills, seed {given.seed}: {len(found.added)} added, {found.fired.total()} handed over")
    print(f"{sum(count - 1 for count in found.fired.values())} handed over again before they were settled")
    print(f"{found.rang} told again while they rang, {len(found.noted)} noted")
    print(f"{len(found.aside)} set aside; caught up p99 {caught_up_s[int(len(caught_up_s) * 0.99)]:.3f} s")
    for wrong in found.wrong[:20]:
        print(wrong)
    print(f"{len(found.wrong)} wrong")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
