"""What people say in and beside a home, in our own words: told are right, deferred and wrong; no wrong one passes."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.home import Home
from devices.model import AreaId, Entity, EntityId
from skills.grammar.model import Context, Decision, Understander, Understanding
from tests.skills.house import furnished

FOLDER = Path(__file__).parent / "sayings"
LEAST_RIGHT = 0.88
"""Of what a home is asked for; the rest is left alone or asked about."""


@pytest.fixture(scope="module")
def home() -> Home:
    home = furnished()
    home.add(Entity(EntityId("calendar.family"), "Family", "calendar"))
    return home


def sayings(name: str) -> Iterator[tuple[frozenset[str], str]]:
    """Yield what is right for each line of a file, and the line; a line with ``=`` says it for those below."""
    right: frozenset[str] = frozenset()
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            right = frozenset(line[1:].split())
        elif line and not line.startswith("#"):
            yield right, line


def verdict(meant: Understanding, right: frozenset[str]) -> str:
    if meant.decision is not Decision.ACT:
        return "deferred"
    return "right" if {match.intent for match in meant.matches} <= right else "wrong"


def test_a_home_understands_most_and_nothing_wrong(engine: Understander, home: Home):
    told = {
        line: verdict(engine.understand(line, home, Context(area=AreaId("living"))), right)
        for right, line in sayings("home.txt")
    }
    counted = Counter(told.values())
    assert [line for line, one in told.items() if one == "wrong"] == []
    assert counted["right"] >= LEAST_RIGHT * len(told), counted


@pytest.mark.parametrize("line", [line for _, line in sayings("elsewhere.txt")])
def test_what_a_home_cannot_do_moves_nothing(engine: Understander, home: Home, line: str):
    meant = engine.understand(line, home, Context(area=AreaId("living")))
    # Whom to call, what a sum comes to, and that nobody is called so, is only said.
    told = ("emergency.call", "calculator.")
    moves = [match for match in meant.matches if not match.intent.startswith(told) and match.response != "stranger"]
    assert meant.decision is not Decision.ACT or not moves
