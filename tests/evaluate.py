"""`make eval-reasoner MODEL=…`: what a real model makes of sentences that nothing covers, by category, in a table.

The model is any of an Ollama that is running; the sentences lie beside the tests (``daemon/reasoner/cases.yaml``), each
with what has to come of it: these steps in any order, a question back, talk, or nothing. Nothing is carried out.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import yaml

from daemon.reasoner.checking import Do, Nothing, Proposal, Say
from daemon.reasoner.errors import ModelError
from daemon.reasoner.model import Model
from daemon.reasoner.ollama import Ollama
from daemon.reasoner.reasoner import Reasoner
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId

CASES = Path(__file__).parent / "daemon/reasoner/cases.yaml"
NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)
COLUMNS = ("right", "asked", "other", "wrong", "failed")
"""Right; asked or said something instead of doing it; understood otherwise, but nothing done; done wrong; no answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, where it is said, and what has to come of it."""

    category: str
    text: str
    area: AreaId | None
    expect: str
    """``do``, ``ask``, ``talk`` or ``no``."""
    steps: frozenset[str]
    """``HassTurnOn light.desk``, each with all its things; only for ``do``."""


def cases_of(file: Path = CASES) -> tuple[Home, Sequence[Case]]:
    """Read the house and the sentences."""
    read = cast(
        "Mapping[str, Mapping[str, Sequence[str] | Sequence[Mapping[str, str]]]]", yaml.safe_load(file.read_text())
    )
    home = Home()
    rooms = cast("Mapping[str, Sequence[str]]", read["house"])
    home.lay_out([], [Area(AreaId(room.lower().replace(" ", "_")), room) for room in rooms])
    for room, things in rooms.items():
        for thing in things:
            code, _, name = thing.partition(" ")
            area = AreaId(room.lower().replace(" ", "_"))
            home.add(Entity(EntityId(code), name, code.partition(".")[0], area=area))
            home.observe(EntityId(code), "off", at=NOW)
    return home, [
        _case(category, row)
        for category, rows in read["cases"].items()
        for row in cast("Sequence[Mapping[str, str]]", rows)
    ]


def _case(category: str, row: Mapping[str, str]) -> Case:
    area = AreaId(row["area"]) if "area" in row else None
    steps = frozenset(" ".join(step.split()) for step in row.get("do", "").split(";") if step.strip())
    return Case(category, row["text"], area, "do" if steps else row["expect"], steps)


def verdict_of(case: Case, found: Proposal) -> str:
    """Return the column that a proposal belongs to."""
    match found:
        case Do(matches=matches):
            done = frozenset(f"{match.intent} {' '.join(sorted(match.targets))}".strip() for match in matches)
            if case.expect == "do" and done == case.steps:
                return "right"
            return "wrong" if found.changes and found.grounded else "asked"
        case Say(asks=asks):
            if case.expect == ("ask" if asks else "talk"):
                return "right"
            return "asked" if case.expect == "do" else "other"
        case Nothing():
            return "right" if case.expect == "no" else "other"


async def evaluate(model: Model, home: Home, cases: Sequence[Case]) -> Mapping[str, Counter[str]]:
    """Return how many of each category came out how; seconds of all are under ``took``."""
    table: dict[str, Counter[str]] = {}
    reasoner = Reasoner(model, home, budget_s=60)
    for case in cases:
        row, began_s = table.setdefault(case.category, Counter()), time.monotonic()
        try:
            found = await reasoner.propose(case.text, now=NOW, language="en", area=case.area)
        except ModelError as error:
            print(f"{case.text!r}: {error}", file=sys.stderr)
            row["failed"] += 1
        else:
            row[verdict_of(case, found)] += 1
        row["took"] += round((time.monotonic() - began_s) * 1000)
    return table


def lines_of(table: Mapping[str, Counter[str]]) -> Sequence[str]:
    """Return the table as it is printed."""
    head = f"{'category':<16}" + "".join(f"{column:>8}" for column in COLUMNS) + f"{'s each':>8}"
    whole = sum(table.values(), Counter[str]())
    return [head, *(_line(name, row) for name, row in {**table, "all": whole}.items())]


def _line(name: str, row: Counter[str]) -> str:
    count = sum(row[column] for column in COLUMNS)
    return f"{name:<16}" + "".join(f"{row[column]:>8}" for column in COLUMNS) + f"{row['took'] / count / 1000:>8.1f}"


async def _run(url: str, name: str) -> None:
    home, cases = cases_of()
    model = Ollama(url, name)
    try:
        await model.warm()
        print("\n".join(lines_of(await evaluate(model, home, cases))))
    except ModelError as error:
        sys.exit(str(error))
    finally:
        await model.close()


def main() -> None:
    """Evaluate the model that is named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate", description=__doc__)
    parser.add_argument("model", help="as `ollama list` has it")
    parser.add_argument("--url", default="http://127.0.0.1:11434", help="where Ollama is")
    given = parser.parse_args()
    asyncio.run(_run(given.url, given.model))


if __name__ == "__main__":
    main()
