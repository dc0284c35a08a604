"""The questions that wait for a yes, whoever asked for what they are about: to be seen and answered at any door."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from daemon.confirming import PAGE, TERMINAL
from daemon.control import ControlError, Operation, Request, Stream
from daemon.gateway.approvals import Approval
from daemon.operations.fields import Fields, text
from daemon.spoken import spoken
from devices.home import Home
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome, PersonId


class Asking(Protocol):
    """What is needed of the gateway."""

    def pending(self) -> Sequence[Approval]:
        """Return the wishes that wait for a yes, oldest first."""
        ...

    async def confirm(self, approval: str, cause: Cause, *, where: str = "") -> Outcome:
        """Carry out what waits, as it was shown."""
        ...

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        """Drop what waits."""
        ...


class QuestionOperations:
    """Lists what waits for a yes, and takes the answer; the gateway decides whether it counts."""

    def __init__(self, gateway: Asking, home: Home, fields: Fields, looked: Callable[[PersonId], None]) -> None:
        """Take what asks, and ``looked``, which is told who looks at the questions on the page of the house."""
        self._gateway, self._home, self._fields, self._looked = gateway, home, fields, looked

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; answers come through the door ``origin``."""
        return {"questions": partial(self._list, origin), "question.answer": partial(self._answer, origin)}

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _list(self, origin: Origin, request: Request) -> object:
        person = self._fields.person(request)
        if origin is Origin.DASHBOARD and person is not None:
            self._looked(person)
        return [self._told(one) for one in self._gateway.pending()]

    def _told(self, one: Approval) -> Mapping[str, object]:
        cause, iso = one.wish.cause, self._fields.iso
        return {
            "id": one.id,
            "what": one.wish.what,
            "person": cause.person,
            "origin": cause.origin,
            "said": cause.said,
            "elsewhere": one.elsewhere or None,
            "asked": iso(one.asked_at),
            "expires": iso(one.expires_at),
        }

    async def _answer(self, origin: Origin, request: Request) -> object:
        asked, answer = text(request, "id"), text(request, "answer")
        found = [each for each in self._gateway.pending() if asked and each.id.startswith(asked)]
        if len(found) != 1:
            raise ControlError("unknown-question", "that question is no longer open", "say again what you want")
        (one,) = found
        cause = Cause(
            CauseId(uuid.uuid4().hex), origin, self._fields.person(request), said=f"{answer}: {one.wish.what}"
        )
        match answer:
            case "yes":
                where = PAGE if origin is Origin.DASHBOARD else TERMINAL
                outcome = await self._gateway.confirm(one.id, cause, where=where)
                reply = spoken(say("Done."), [outcome], self._home)
            case "no":
                outcome = await self._gateway.dismiss(one.id, cause)
                reply = say("All right, I leave it.")
            case _:
                raise ControlError("bad-request", f"{answer!r} is no answer", "say yes or no")
        return {"reply": reply, "verdict": outcome.verdict}
