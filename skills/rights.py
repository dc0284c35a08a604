"""Who may do what in this house, as skills may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from devices.model import EntityId


@dataclass(frozen=True, slots=True)
class RightNote:
    """One thing that somebody may do, or may not."""

    who: str
    """For people: ``Tom``, ``the sitter``, ``guests``."""
    may: bool
    words: str
    """What it is about: ``open the front door``."""
    until: datetime | None = None
    id: int | None = None
    """The number of one that was lent; ``None``: it stands in the configuration."""
    by: str | None = None
    """Who lent it."""


class RightsView(Protocol):
    """Who may do what. Reading it can change nothing."""

    def lent(self) -> Sequence[RightNote]:
        """Return what is lent now, the newest first."""
        ...

    def of(self, person: str | None) -> tuple[str | None, Sequence[RightNote]]:
        """Return the role of somebody (``None``: nobody knows them), and what the household said of them."""
        ...

    def who_may(self, thing: EntityId) -> Sequence[RightNote]:
        """Return what each person of the house may do with a thing, and what is lent of it."""
        ...


class NoRights:
    """Nobody said anything: fulfils `RightsView`."""

    def lent(self) -> Sequence[RightNote]:
        """Return nothing."""
        return ()

    def of(self, person: str | None) -> tuple[str | None, Sequence[RightNote]]:
        """Return nothing."""
        del person
        return None, ()

    def who_may(self, thing: EntityId) -> Sequence[RightNote]:
        """Return nothing."""
        del thing
        return ()
