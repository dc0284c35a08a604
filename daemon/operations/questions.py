"""The questions that wait for a yes, whoever asked for what they are about: to be seen and answered at any door."""

import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from daemon.control import ControlError, Operation, Request, Stream
from daemon.gateway.approvals import Approval
from daemon.operations.fields import Fields, text
from daemon.spoken import spoken
from devices.home import Home
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome


class Asking(Protocol):
    """What is needed of the gateway."""

    def pending(self) -> Sequence[Approval]:
        """Return the wishes that wait for a yes, oldest first."""
        ...

    async def approve(self, approval: str, cause: Cause) -> Outcome:
        """Carry out what waits."""
        ...

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        """Drop what waits."""
        ...


class QuestionOperations:
    """Lists what waits for a yes, and takes the answer; the gateway decides whether it counts."""

    def __init__(self, gateway: Asking, home: Home, fields: Fields) -> None:
        """Take what asks."""
        self._gateway, self._home, self._fields = gateway, home, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; answers come through the door ``origin``."""
        return {"questions": self._list, "question.answer": partial(self._answer, origin)}

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _list(self, request: Request) -> object:
        del request
        return [self._told(one) for one in self._gateway.pending()]

    def _told(self, one: Approval) -> Mapping[str, object]:
        cause, iso = one.wish.cause, self._fields.iso
        return {
            "id": one.id,
            "what": one.wish.what,
            "person": cause.person,
            "origin": cause.origin,
            "said": cause.said,
            "asked": iso(one.asked_at),
            "expires": iso(one.expires_at),
        }

    async def _answer(self, origin: Origin, request: Request) -> object:
        asked, answer = text(request, "id"), text(request, "answer")
        one = next((each for each in self._gateway.pending() if each.id == asked), None)
        if one is None:
            raise ControlError("unknown-question", "that question is no longer open", "say again what you want")
        cause = Cause(
            CauseId(uuid.uuid4().hex), origin, self._fields.person(request), said=f"{answer}: {one.wish.what}"
        )
        match answer:
            case "yes":
                outcome = await self._gateway.approve(asked, cause)
                reply = spoken(say("Done."), [outcome], self._home)
            case "no":
                outcome = await self._gateway.dismiss(asked, cause)
                reply = say("All right, I leave it.")
            case _:
                raise ControlError("bad-request", f"{answer!r} is no answer", "say yes or no")
        return {"reply": reply, "verdict": outcome.verdict}
