"""What is due and what is noted, to be read by everyone."""

from collections.abc import Sequence

from daemon.lists import Lists
from daemon.reminders import Reminders
from skills.views import Appointment, Item, Kind


class Agenda:
    """Fulfils `skills.views.AgendaView`."""

    def __init__(self, reminders: Reminders, lists: Lists) -> None:
        self._reminders, self._lists = reminders, lists

    def open(self, kind: Kind) -> Sequence[Appointment]:
        """Return what is open of a kind, the next first."""
        return self._reminders.open(kind)

    async def items(self, name: str | None = None) -> Sequence[Item]:
        """Return what is on a list, or on all of them, in the order it was put there."""
        return await self._lists.items(name)
