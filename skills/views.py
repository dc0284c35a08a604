"""What a skill may read beside the house: protocols that the daemon fulfils."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from devices.model import EntityId


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the journal, for answering "why" and "what did you do"."""

    at: datetime
    """Aware UTC."""
    what: str
    """One sentence for people: ``turned on Kitchen Ceiling: done``."""
    origin: str
    person: str | None
    said: str | None
    """The words that caused it, where there were any."""
    targets: tuple[EntityId, ...] = ()
    verdict: str | None = None


class JournalView(Protocol):
    """What was done in the house, newest first. Reading it can change nothing."""

    async def recent(self, *, limit: int = 20, entity: EntityId | None = None) -> Sequence[Happening]:
        """Return the newest happenings, of one entity if given."""
        ...
