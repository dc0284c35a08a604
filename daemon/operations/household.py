"""The household, for programs: who lives here and what is lent to them; and their PINs, at the terminal alone."""

from collections.abc import Mapping

from daemon.control import ControlError, Operation, Request, Stream
from daemon.household import Household
from daemon.lending import Lending
from daemon.operations.fields import Fields, perhaps
from daemon.pins import PinError, Pins
from daemon.presence import Presence
from skills.model import Origin


class HouseholdOperations:
    """Tells of people, and sets PINs."""

    def __init__(self, household: Household, presence: Presence, lending: Lending, pins: Pins, fields: Fields) -> None:
        self._household, self._presence, self._lending = household, presence, lending
        self._pins, self._fields = pins, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name. A PIN is set by whoever has this machine, and through no other door."""
        found: dict[str, Operation] = {"people": self._people}
        return {**found, "people.pin": self._pin} if origin is Origin.TEXT else found

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _people(self, request: Request) -> object:
        del request
        return [
            {
                "id": person.id,
                "name": person.name,
                "role": person.role.value,
                "at_home": (at := self._presence.where(person, self._fields.now())).at_home,
                "area": at.area,
                "how": at.how,
                "pin": self._pins.has(person.id),
                "rights": [
                    {"may": note.may, "what": note.words, "until": self._fields.iso(note.until), "by": note.by}
                    for note in self._lending.of(person.id)[1]
                ],
            }
            for person in (*self._household.people.values(), *self._household.guests.values())
        ]

    async def _pin(self, request: Request) -> object:
        person = self._fields.person(request)
        if person is None:
            raise ControlError("bad-request", "'person' must be a text")
        try:
            await self._pins.set(person, perhaps(request, "pin"))
        except PinError as error:
            raise ControlError("bad-pin", str(error), "4 to 12 digits, not in a row and not all the same") from error
        return {"person": person, "pin": self._pins.has(person)}
