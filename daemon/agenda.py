"""What is due and what is noted, to be read by everyone."""

from collections.abc import Sequence

from daemon.insisting import Insisting
from daemon.lists import Lists
from daemon.reminders import Reminders
from daemon.schedule import Due
from skills.views import Appointment, Item, Kind


class Agenda:
    """Fulfils `skills.views.AgendaView`."""

    def __init__(self, reminders: Reminders, lists: Lists, insisting: Insisting) -> None:
        self._reminders, self._lists, self._insisting = reminders, lists, insisting

    def open(self, kind: Kind) -> Sequence[Appointment]:
        """Return what is open of a kind, the next first; what rings or is told again comes before the others."""
        return [*self._insisting.coming_back(kind), *self._reminders.open(kind)]

    def aside(self) -> Sequence[Due]:
        """Return what was due and is not done, since every start that handled it ended badly; of the last week."""
        return self._reminders.aside()

    async def items(self, name: str | None = None) -> Sequence[Item]:
        """Return what is on a list, or on all of them, in the order it was put there."""
        return await self._lists.items(name)
