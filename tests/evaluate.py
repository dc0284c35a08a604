"""`make eval-reasoner MODEL=… [URL=…] [LIMIT=…]`: what a real model makes of odd sentences, by category.

The model is any of an Ollama that is running; the sentences lie beside the tests (``daemon/reasoner/cases.yaml``), each
with what has to come of it: these steps in any order (at once or as a plan), a routine, a question back, talk, or
nothing. Nothing is carried out. Below it stands how many of the right things of the common sentences were offered.
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
from daemon.reasoner.directing import Directive
from daemon.reasoner.errors import ModelError
from daemon.reasoner.model import Model
from daemon.reasoner.ollama import Ollama
from daemon.reasoner.reasoner import Reasoner
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.grammar.plain.proposing import DRAFT
from skills.model import Match
from tests.offered import SHARED, home_of, measured, rows_of

CASES = Path(__file__).parent / "daemon/reasoner/cases.yaml"
NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)
DEADLINE_S = 60.0
"""For one sentence, complaint and all: four times what a person would wait."""
COLUMNS = ("right", "asked", "other", "wrong", "failed")
"""Right; asked or said something instead of doing it; understood otherwise, but nothing done; done wrong; no answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, where it is said, and what has to come of it."""

    category: str
    text: str
    area: AreaId | None
    expect: str
    """``do``, ``plan``, ``routine``, ``ask``, ``talk`` or ``no``."""
    steps: frozenset[str]
    """``HassTurnOn light.desk``, each with all its things; only for ``do`` and ``plan``."""
    language: str = "en"


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
    expect = row.get("expect", "do")
    return Case(category, row["text"], area, expect, steps, row.get("language", "en"))


def verdict_of(case: Case, found: Proposal) -> str:
    """Return the column that a proposal belongs to."""
    match found:
        case Do(matches=(Match(intent=intent),)) if intent == DRAFT:
            return "right" if case.expect == "routine" else "asked"
        case Do(matches=matches):
            if case.expect in ("do", "plan") and _done(matches) == case.steps:
                return "right"
            return "wrong" if found.changes and found.grounded else "asked"
        case Directive(matches=matches):
            # It is shown before anything is done.
            return "right" if case.expect in ("do", "plan") and _done(matches) == case.steps else "asked"
        case Say(asks=asks):
            if case.expect == ("ask" if asks else "talk"):
                return "right"
            return "asked" if case.expect in ("do", "plan", "routine") else "other"
        case Nothing():
            return "right" if case.expect == "no" else "other"


def _done(matches: Sequence[Match]) -> frozenset[str]:
    return frozenset(f"{match.intent} {' '.join(sorted(match.targets))}".strip() for match in matches)


async def evaluate(
    model: Model, home: Home, cases: Sequence[Case], *, deadline_s: float = DEADLINE_S
) -> Mapping[str, Counter[str]]:
    """Return how many of each category came out how; milliseconds of all are under ``took``.

    A case that takes longer than ``deadline_s`` has failed; each is told of on standard error once it is over.
    """
    table: dict[str, Counter[str]] = {}
    reasoner = Reasoner(model, home, budget_s=deadline_s)
    for number, case in enumerate(cases, 1):
        row, began_s, problem = table.setdefault(case.category, Counter()), time.monotonic(), ""
        try:
            found = await reasoner.propose(case.text, now=NOW, language=case.language, area=case.area)
        except ModelError as error:
            column, problem = "failed", f": {error}"
        else:
            column = verdict_of(case, found)
        row[column] += 1
        took_s = time.monotonic() - began_s
        row["took"] += round(took_s * 1000)
        print(f"{number}/{len(cases)} {column} in {took_s:.1f} s: {case.text!r}{problem}", file=sys.stderr, flush=True)
    return table


def lines_of(table: Mapping[str, Counter[str]]) -> Sequence[str]:
    """Return the table as it is printed."""
    head = f"{'category':<16}" + "".join(f"{column:>8}" for column in COLUMNS) + f"{'s each':>8}"
    whole = sum(table.values(), Counter[str]())
    return [head, *(_line(name, row) for name, row in {**table, "all": whole}.items())]


def _line(name: str, row: Counter[str]) -> str:
    count = sum(row[column] for column in COLUMNS)
    return f"{name:<16}" + "".join(f"{row[column]:>8}" for column in COLUMNS) + f"{row['took'] / count / 1000:>8.1f}"


def _offered() -> str:
    """Return in a line how many of the right things of the common sentences a model is told of."""
    if not SHARED.exists():
        return "the common sets are not beside the repository: what is offered of them is not measured"
    found = measured(home_of(SHARED / "dev_home.json"), rows_of(SHARED / "dev.jsonl"))
    tokens = f"the longest prompt is {found.most_tokens} tokens"
    return f"{100 * found.share:.1f} % of {found.things} right things are offered; {tokens}"


async def run(
    url: str, name: str, *, each: int | None = None, limit: int | None = None, deadline_s: float = DEADLINE_S
) -> None:
    """Print the table of a model, of so many sentences of each category and so many in all.

    Raises:
        SystemExit: it could not be asked.
    """
    home, every = cases_of()
    kinds = {case.category for case in every}
    cases = [case for kind in sorted(kinds) for case in [one for one in every if one.category == kind][:each]][:limit]
    model = Ollama(url, name)
    print(_offered())
    try:
        await model.warm()
        table = await evaluate(model, home, cases, deadline_s=deadline_s)
        print("\n".join(lines_of(table)))
    except ModelError as error:
        sys.exit(str(error))
    finally:
        await model.close()


def main() -> None:
    """Evaluate the model that is named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate", description=__doc__)
    parser.add_argument("model", help="as `ollama list` has it")
    parser.add_argument("--url", default="http://127.0.0.1:11434", help="where Ollama is")
    parser.add_argument("--each", type=int, help="so many sentences of each category; default: all")
    parser.add_argument("--limit", type=int, help="so many sentences in all; default: all")
    parser.add_argument("--deadline", type=float, default=DEADLINE_S, help="seconds for each sentence")
    given = parser.parse_args()
    asked = run(given.url, given.model, each=given.each, limit=given.limit, deadline_s=given.deadline)
    try:
        asyncio.run(asked)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
