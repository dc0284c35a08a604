"""What a skill may read of the household's routines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Automated:
    """A routine, as it is told of."""

    id: str
    name: str
    enabled: bool
    next_at: datetime | None = None
    """When it runs next by the clock, aware; ``None``: something else sets it off, or it is off."""
    ran_at: datetime | None = None
    """When it ran last, aware."""
    result: str = ""
    """How its last run ended: ``finished``, ``stopped``, ``failed``; empty while it runs, or if it never did."""


class RoutinesView(Protocol):
    """The household's routines. Reading them can change nothing."""

    def routines(self) -> Sequence[Automated]:
        """Return all of them, by name."""
        ...


class NoRoutines:
    """No routines: fulfils `RoutinesView`."""

    def routines(self) -> Sequence[Automated]:
        """Return nothing."""
        return ()
