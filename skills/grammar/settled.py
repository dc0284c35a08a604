"""What a command meant that was asked about, once one of its choices was answered, for what is said next."""

from collections.abc import Sequence
from dataclasses import replace

from devices.model import Entity, HomeView
from skills.grammar.model import Understanding
from skills.grammar.resolve import Doubt, Reading

NEXT_LINE = "\n"
"""Between a text and each choice that was answered to the question it raised."""


def settled(readings: Sequence[Reading], asked: Understanding, answers: Sequence[str], home: HomeView) -> list[Reading]:
    """Return the best reading of a text as one about what was chosen, for each answer; empty if it was not doubtful."""
    if not readings or readings[0].doubt not in (Doubt.WHICH, Doubt.WHERE):
        return []
    found: list[Reading] = []
    for choice, match in zip(asked.choices, asked.matches, strict=False):
        things = [home.entity(target) for target in match.targets]
        targets: tuple[Entity, ...] = tuple(thing for thing in things if thing is not None)
        if choice in answers and targets and match.intent == readings[0].intent:
            found.append(replace(readings[0], slots=match.slots, targets=targets, doubt=Doubt.NONE, partly=False))
    return found
