"""Sealing, opening and locking the memory of one person, for programs: passphrases come in, and never go out."""

from collections.abc import Mapping
from datetime import timedelta

from daemon.control import ControlError, Operation, Request, Stream
from daemon.operations.fields import Fields, perhaps
from daemon.sealing.seals import Seals
from skills.model import Origin, PersonId


class SealOperations:
    """Seals, opens and locks for whoever has the passphrase."""

    def __init__(self, seals: Seals, fields: Fields) -> None:
        self._seals, self._fields = seals, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name. What cannot be taken back is done by whoever has this machine, through no other door."""
        found: dict[str, Operation] = {
            "memory.seals": self._list,
            "memory.unlock": self._unlock,
            "memory.lock": self._lock,
        }
        at_the_machine: dict[str, Operation] = {
            "memory.seal": self._seal,
            "memory.unseal": self._unseal,
            "memory.discard": self._discard,
            "memory.reread": self._reread,
        }
        return {**found, **at_the_machine} if origin is Origin.TEXT else found

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _list(self, request: Request) -> object:
        del request
        return [
            {
                "person": one.person,
                "sealed_at": self._fields.iso(one.sealed_at),
                "open": one.is_open,
                "until": self._fields.iso(one.until),
                "waiting": one.waiting,
            }
            for one in await self._seals.states()
        ]

    async def _seal(self, request: Request) -> object:
        person = self._person(request)
        await (await self._seals.sealing()).seal(person, _passphrase(request))
        return {"person": person, "open": True}

    async def _unlock(self, request: Request) -> object:
        person, minutes = self._person(request), request.get("minutes")
        if minutes is not None and not (isinstance(minutes, int) and 0 < minutes <= 60 * 24 * 365):
            raise ControlError("bad-request", "'minutes' must be a number of minutes, a year's at most")
        lasting = timedelta(minutes=minutes) if isinstance(minutes, int) else None
        await (await self._seals.sealing()).unlock(person, _passphrase(request), lasting=lasting)
        return {"person": person, "open": True}

    async def _lock(self, request: Request) -> object:
        person = self._person(request)
        await (await self._seals.sealing()).lock(person)
        return {"person": person, "open": False}

    async def _unseal(self, request: Request) -> object:
        person = self._person(request)
        await (await self._seals.sealing()).unseal(person, _passphrase(request))
        return {"person": person}

    async def _discard(self, request: Request) -> object:
        person = self._person(request)
        return {"person": person, "gone": await (await self._seals.sealing()).discard(person)}

    async def _reread(self, request: Request) -> object:
        person = self._person(request)
        await (await self._seals.sealing()).reread(person)
        return {"person": person}

    def _person(self, request: Request) -> PersonId:
        person = self._fields.person(request)
        if person is None:
            raise ControlError("bad-request", "'person' must be a text")
        return person


def _passphrase(request: Request) -> str:
    passphrase = perhaps(request, "passphrase")
    if not passphrase:
        raise ControlError("bad-request", "'passphrase' must be a text")
    return passphrase
