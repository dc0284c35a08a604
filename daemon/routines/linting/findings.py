"""What the search for faults comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from daemon.routines.model import Routine

FindingKind: TypeAlias = Literal[
    "loop", "self_trigger", "contradiction", "never_fires", "unreachable_branch", "race", "flood", "dead_entity"
]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and what to do about it."""

    kind: FindingKind
    routines: tuple[str, ...]
    """The ids of those that take part."""
    explain: str
    """In plain words, with names and a remedy."""
    about: str = ""
    """The entity it is about, or what is not there; empty where it is about the routines alone."""


def named(routine: Routine) -> str:
    """Return a routine as people call it."""
    return f"“{routine.alias}”"


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: ``a, b and c``."""
    found = list(dict.fromkeys(words))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else ""
