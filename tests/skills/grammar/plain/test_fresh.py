"""Lots of sentences as different people speak, which are counted and not all right; see the head of each."""

from collections import Counter

import pytest

from skills.grammar.plain import Draft, Unclear
from tests.skills.grammar.plain.conftest import Drafting
from tests.skills.grammar.plain.scoring import lines
from tests.skills.grammar.plain.sentences import Sentence, sentences

PEOPLE = ("person.mara", "person.theo")
LOTS = {
    "fresh_grandmother": 0.82, "fresh_teenager": 0.8, "fresh_technician": 0.88, "fresh_shift": 0.7, "held": 0.78,
    "held_again": 0.88, "spoken": 0.95, "spoken_again": 0.75, "everyday": 0.9, "plainly": 0.95, "harder": 0.7,
}  # fmt: skip
"""What part of each is right at least: of 40 to 100 sentences."""


def is_right(said: Sentence, meant: Draft | Unclear | None) -> bool:
    match said.kind:
        case "none":
            return meant is None
        case "ask":
            return isinstance(meant, Unclear)
        case _ if isinstance(meant, Draft):
            started, limited, done = lines(meant.definition, PEOPLE)
            wanted = sorted(" ".join(one.split()[:2]) if one.startswith("notify") else one for one in said.actions)
            return (started, limited, sorted(done)) == (set(said.triggers), set(said.conditions), wanted)
        case _:
            return False


@pytest.mark.parametrize("lot", LOTS)
def test_most_of_a_lot_is_right(drafting: Drafting, lot: str) -> None:
    marks = Counter(is_right(said, drafting(said.text, said.language)) for said in sentences(f"{lot}.yaml"))
    assert marks[True] >= LOTS[lot] * marks.total()
