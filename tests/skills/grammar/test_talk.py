"""How people talk: several commands, corrections, what leans on what was said before, and what is no command."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.home import Home
from devices.homefile import read_home
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander, Understanding
from skills.grammar.when import find
from tests.skills.grammar.cottage import line
from tests.skills.grammar.when.shown import TUESDAY, shown

FOLDER = Path(__file__).parent / "talk"
NOT_YET = " ~"
"""At the end of a case that is not understood yet: it must do nothing wrong meanwhile."""
CORRECTS = " !"


def cases(name: str) -> Iterator[tuple[str, str]]:
    """Yield the left and the right side of each line of a table, the kind before the left."""
    for row in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if row and row[0] not in "#[":
            left, _, right = row.partition(" = ")
            yield left, right


SPOKEN = [(language, *case) for language in ("en", "de") for case in cases(f"talk_{language}.txt")]
TIMES = [(language, *case) for language in ("en", "de") for case in cases(f"times_{language}.txt")]


@pytest.fixture(scope="module")
def talkers() -> dict[str, tuple[Understander, Home]]:
    return {
        language: (
            load(language, registry.load().documents(language)),
            read_home(FOLDER / f"house_{language}.yaml", at=datetime.fromtimestamp(0, UTC)),
        )
        for language in ("en", "de")
    }


@pytest.mark.parametrize(("language", "said", "right"), SPOKEN)
def test_people_are_taken_as_they_talk(
    talkers: dict[str, tuple[Understander, Home]], language: str, said: str, right: str
):
    engine, home = talkers[language]
    *before, text = said.split(" > ")
    meant = engine.understand(text, home, Context(history=tuple(before)))
    fine = {effect(one) for one in right.removesuffix(NOT_YET).split(" | ")}
    nothing_done = meant.decision is not Decision.ACT and right.endswith(NOT_YET)
    assert nothing_done or effect(told(meant)) in fine


@pytest.mark.parametrize(("language", "text", "right"), TIMES)
def test_times_are_taken_as_they_are_said(language: str, text: str, right: str):
    assert shown(find(text, ref=TUESDAY, language=language, use="reminder")) in right.split(" | ")


def told(meant: Understanding) -> str:
    """Return what is done as the tables say it: ``ask``, ``no`` for nothing, else the commands."""
    if meant.decision is Decision.ACT:
        return " + ".join(map(line, meant.matches)) + (CORRECTS if meant.corrects else "")
    return "ask" if meant.decision is Decision.ASK else "no"


def effect(said: str) -> tuple[object, ...]:
    """Return commands as what they come to: in which order, and in how many commands, is no matter."""
    done: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for command in said.removesuffix(CORRECTS).split(" + "):
        # A value may have blanks in it: "item=mac and cheese".
        intent, *words = re.split(r" (?=\w+=|\w+\.\w+)", command)
        values = tuple(sorted(word for word in words if "=" in word))
        done[intent, values].update(word for word in words if "=" not in word)
    return (said.endswith(CORRECTS), *sorted((key, tuple(sorted(targets))) for key, targets in done.items()))
