"""What the conversation noticed that may be worth learning."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from skills.model import Match, Utterance
from skills.views import LearnedView


class Hint(StrEnum):
    """How it was noticed that words were meant otherwise than they were understood."""

    CORRECTED = "corrected"
    """Something was done, and another thing was meant."""
    REPHRASED = "rephrased"
    """It was not understood, and then said in other words."""
    AGREED = "agreed"
    """It was asked whether something was meant, and it was."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Words of a speaker and what they meant by them."""

    hint: Hint
    text: str
    """What was said first."""
    match: Match
    """What was meant."""
    utterance: Utterance
    """What showed it."""


class Teacher(LearnedView, Protocol):
    """What the conversation needs of what was learned."""

    def reworded(self, text: str, language: str) -> str | None:
        """Return the command that a text stands for in this house; ``None`` if nobody taught it."""
        ...

    def consider(self, lesson: Lesson) -> None:
        """Look into a lesson, later: it must not keep anyone waiting."""
        ...
