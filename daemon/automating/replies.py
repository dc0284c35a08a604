"""Hears the answer to what a routine asked, where somebody says it: "the answer is lasagne"."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from daemon.automating.living import Live
from daemon.household import Household
from daemon.routines.steps import Asking
from devices.names import fold
from skills.model import PersonId

MOST_CHARACTERS: Final = 200
_ANSWER: Final = re.compile(
    r"\s*(?:(?:the|my|our) answer is|(?:die|meine|unsere) antwort (?:ist|lautet))\b[\s:,]*(?P<answer>.*\w.*?)[\s.!]*",
    re.IGNORECASE | re.DOTALL,
)
"""Words that nobody says to a house by accident: any other sentence goes on to mean what it always does."""


def answer_in(text: str) -> str | None:
    """Return what a sentence says the answer is; none where it says nothing of the kind, or a whole story."""
    found = _ANSWER.fullmatch(text)
    return found["answer"] if found is not None and len(found["answer"]) <= MOST_CHARACTERS else None


def asking(runs: Iterable[Live]) -> Iterator[tuple[Live, int, Asking]]:
    """Yield the runs that wait for an answer, with the number of the step that asked; the newest first."""
    for live in sorted(runs, key=lambda one: one.run.began, reverse=True):
        yield from ((live, number, step) for number, step in live.pending.items() if isinstance(step, Asking))


def reply_to(
    text: str, runs: Iterable[Live], person: PersonId | None, household: Household
) -> tuple[Live, int, str] | None:
    """Return the run that a sentence answers, the number of the step that asked, and the answer.

    A question to some people is answered by them alone, and one with answers of its own by one of those.
    """
    said = answer_in(text)
    if said is None:
        return None
    for live, number, step in asking(runs):
        answer = _fitting(said, step)
        if answer is not None and _may(step, person, household):
            return live, number, answer
    return None


def _may(step: Asking, person: PersonId | None, household: Household) -> bool:
    asked = [household.person_named(name.removeprefix("person.")) for name in step.of]
    return not asked or any(one is not None and one.id == person for one in asked)


def _fitting(said: str, step: Asking) -> str | None:
    if not step.answers:
        return said
    return next((one for one in step.answers if fold(one) == fold(said)), None)
