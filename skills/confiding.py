"""The effects on what is remembered, as typed constructors; both sides validate against these models.

What people confide stands under names that the journal masks (`daemon.journal.redaction`): a record that cannot be
changed must not hold what is to be forgotten one day.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from skills.actions import Parameters
from skills.facts import Chosen
from skills.model import Action

Confided = Annotated[str, Field(min_length=1, max_length=2_000)]
MOST_IDS = 1_000


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("must have an offset from UTC")
    return at


Aware = Annotated[datetime, AfterValidator(_aware)]


class Remember(Parameters):
    """Parameters of ``memory.remember``: keep a sentence, and what it says."""

    confided: Confided
    outright: bool = False
    """Whether somebody asked for it to be remembered: then it says something whatever its form."""
    language: str = "en"


class Correct(Parameters):
    """Parameters of ``memory.correct``: one fact is otherwise, and always was."""

    fact: int
    confided: Confided
    """What takes the place of its object: ``in the red drawer``."""


class Restore(Parameters):
    """Parameters of ``memory.restore``: what a correction replaced counts again."""

    right: int
    wrong: int


class ForgetTold(Parameters):
    """Parameters of ``memory.forget``: these by their ids, or whatever fits all the rest that is given."""

    facts: Annotated[tuple[int, ...], Field(max_length=MOST_IDS)] = ()
    memories: Annotated[tuple[int, ...], Field(max_length=MOST_IDS)] = ()
    confided: Confided | None = None
    """The words of a topic."""
    since: Aware | None = None
    until: Aware | None = None
    everything: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether it may reach more than was named one by one."""
        return self.everything or any((self.confided, self.since, self.until))


class Incognito(Parameters):
    """Parameters of ``memory.incognito``: nothing of this talk is kept from now on, or it is kept again."""

    on: bool


class SettleTold(Parameters):
    """Parameters of ``memory.settle``: this fact is right, and the other one never was."""

    right: int
    wrong: int | None = None


class LiftTold(Parameters):
    """Parameters of ``memory.lift``: these instructions hold no longer, or hold again."""

    facts: Annotated[tuple[int, ...], Field(min_length=1, max_length=MOST_IDS)]
    again: bool = False


class NoteProgress(Parameters):
    """Parameters of ``memory.progress``: what somebody did towards a goal of theirs."""

    goal: int
    confided: Confided


class Unnotice(Parameters):
    """Parameters of ``memory.unnotice``: forget what was noticed of whoever wishes it."""


def settle_told(right: int, wrong: int | None = None) -> Action:
    """Return the wish that of two things told one counts, or that what was concluded is so."""
    return Action("memory.settle", {"right": right, "wrong": wrong})


def lift_told(facts: Sequence[int], *, again: bool = False) -> Action:
    """Return the wish that instructions hold no longer, or ``again``."""
    return Action("memory.lift", {"facts": list(facts), "again": again})


def note_progress(goal: int, words: str) -> Action:
    """Return the wish that progress with a goal is noted."""
    return Action("memory.progress", {"goal": goal, "confided": words})


def forget_noticed() -> Action:
    """Return the wish that what was noticed of whoever wishes it is forgotten."""
    return Action("memory.unnotice")


def remember(words: str, *, outright: bool = False, language: str = "en") -> Action:
    """Return the wish that something is remembered: ``remember("the spare key is in the blue drawer")``."""
    return Action("memory.remember", {"confided": words, "outright": outright, "language": language})


def correct_told(fact: int, thing: str) -> Action:
    """Return the wish that one fact is put right."""
    return Action("memory.correct", {"fact": fact, "confided": thing})


def restore_told(right: int, wrong: int) -> Action:
    """Return the wish that a correction is taken back."""
    return Action("memory.restore", {"right": right, "wrong": wrong})


def forget_told(facts: Sequence[int] = (), memories: Sequence[int] = ()) -> Action:
    """Return the wish that some things are forgotten, with all that was derived from them."""
    return Action("memory.forget", {"facts": list(facts), "memories": list(memories)})


def forget_chosen(chosen: Chosen) -> Action:
    """Return the wish that whatever fits is forgotten."""
    given = {
        "confided": chosen.topic,
        "since": None if chosen.since is None else chosen.since.isoformat(),
        "until": None if chosen.until is None else chosen.until.isoformat(),
        "everything": chosen.everything,
    }
    return Action("memory.forget", {key: value for key, value in given.items() if value is not None})


def incognito(*, on: bool) -> Action:
    """Return the wish that nothing of this talk is kept from now on."""
    return Action("memory.incognito", {"on": on})
