"""What a skill may read of the household's routines."""

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would come of a routine that nobody has agreed to yet."""

    worries: tuple[str, ...] = ()
    """What is wrong with it among the others, each a sentence in the language spoken, the most serious first."""
    follows: str = ""
    """What it would bring about by setting off others; empty where nothing."""
    past: str = ""
    """How often it would have run lately; empty where nobody knows."""


class RoutinesView(Protocol):
    """The household's routines. Reading them can change nothing."""

    def routines(self) -> Sequence[Automated]:
        """Return all of them, by name."""
        ...

    async def prospect(self, definition: Mapping[str, object]) -> Prospect:
        """Return what would come of a routine in Home Assistant's form, if it were kept and on."""
        ...


class NoRoutines:
    """No routines: fulfils `RoutinesView`."""

    def routines(self) -> Sequence[Automated]:
        """Return nothing."""
        return ()

    async def prospect(self, definition: Mapping[str, object]) -> Prospect:
        """Return that nothing is known of it."""
        del definition
        return Prospect()
