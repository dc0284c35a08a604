"""The memory behind a door that is opened when somebody first knocks."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from daemon.household import Household, Role
from skills.model import PersonId

if TYPE_CHECKING:
    from daemon.memory import Memory


HEARTH = "Hearth"
"""Who said what was answered."""


class Opening:
    """Opens the memory once, when it is first needed; and knows whose shelf is meant."""

    def __init__(self, make: "Callable[[], Memory]", household: Household) -> None:
        """Take what builds the memory; it may import what takes long."""
        self._make, self._household = make, household
        self._memory: Memory | None = None
        self._lock = asyncio.Lock()
        self.is_locked: Callable[[PersonId | None], bool] = lambda _: False
        """Says whether what somebody told can be neither read nor changed now."""

    async def memory(self) -> "Memory":
        """Return the memory, ready to be used."""
        async with self._lock:
            if self._memory is None:
                made = await asyncio.to_thread(self._make)
                await made.begin()
                self._memory = made
            return self._memory

    def owner(self, person: PersonId | None) -> PersonId | None:
        """Return who may have a shelf of their own; guests and strangers have none."""
        known = self._household.people.get(person) if person is not None else None
        return person if known is not None and known.role is not Role.GUEST else None

    def is_guest(self, person: PersonId | None) -> bool:
        """Say whether somebody is known to be a guest: of them nothing is kept."""
        known = self._household.people.get(person) if person is not None else None
        return known is not None and known.role is Role.GUEST

    def is_grown_up(self, person: PersonId | None) -> bool:
        """Say whether somebody may say how the house is to behave; where nobody is configured, everybody may."""
        known = self._household.people.get(person) if person is not None else None
        return self.alone or (known is not None and known.role in (Role.OWNER, Role.ADULT))

    @property
    def alone(self) -> bool:
        """Whether nobody is configured: then everything is the household's."""
        return not self._household.people

    def name(self, person: PersonId | None) -> str | None:
        """Return what a person is called."""
        known = self._household.people.get(person) if person is not None else None
        return known.name if known is not None else None

    def mentions(self, text: str) -> bool:
        """Say whether a text names somebody of the household."""
        words = {word.strip(".,!?'’").removesuffix("'s").removesuffix("’s").casefold() for word in text.split()}
        return any({who.name.casefold(), who.id.casefold()} & words for who in self._household.people.values())
