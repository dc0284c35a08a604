"""The past for programs: what things were, why they are as they are, and routines replayed over it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from daemon.control import Operation, Request, Stream
from daemon.operations.fields import Fields, number, perhaps, text
from daemon.past import Past
from skills.model import Origin

if TYPE_CHECKING:
    from daemon.backtesting import Backtest
    from daemon.history.recording import Kept

MOST_DAYS = 3_650
MOST_CHANGES = 10_000
"""Of one thing in one answer: the newest."""


class PastOperations:
    """Reads the past, and purges it."""

    def __init__(self, past: Past, fields: Fields) -> None:
        """Take it."""
        self._past, self._fields = past, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; nothing is wished for here."""
        del origin
        return {
            "history": self._history,
            "history.purge": self._purge,
            "routine.backtest": self._backtest,
            "explain": self._explain,
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _history(self, request: Request) -> object:
        words = perhaps(request, "entity")
        if words is None:
            amount, begins, dropped = await self._past.amount()
            return {"changes": amount, "since": self._fields.iso(begins), "dropped": dropped}
        now = self._fields.now()
        since = now - timedelta(hours=number(request, "hours", 24, most=24 * MOST_DAYS))
        kept = await self._past.between(self._fields.entity(words).id, since, now)
        return [self._told(one) for one in kept[-MOST_CHANGES:]]

    async def _purge(self, request: Request) -> object:
        words = text(request, "entity")
        # A thing that is not in the house any more is purged by its id.
        entity = words if "." in words else self._fields.entity(words).id
        return {"entity": entity, "purged": await self._past.purge(entity)}

    async def _backtest(self, request: Request) -> object:
        since = self._fields.now() - timedelta(days=number(request, "days", 30, most=MOST_DAYS))
        found = await self._past.backtest(perhaps(request, "routine"), perhaps(request, "text"), since)
        return {**self._told(found), "against": found.against}

    async def _explain(self, request: Request) -> object:
        explanation = await self._past.explain(text(request, "text"))
        found = explanation.finding
        return {
            "text": explanation.text,
            "cause": found.cause,
            "entity": found.entity,
            "thing": found.thing,
            "routine": found.routine,
            "also_routine": found.also_routine,
            "person": found.person,
            "by": found.by,
            "at": self._fields.iso(found.at),
        }

    def _told(self, thing: "Backtest | Kept") -> Mapping[str, object]:
        return {key: self._plain(value) for key, value in asdict(thing).items()}

    def _plain(self, value: object) -> object:
        """Return a value as JSON has it, its times in the zone of the house."""
        match value:
            case tuple() | list():
                return [self._plain(item) for item in cast("Sequence[object]", value)]
            case Mapping():
                return {str(key): self._plain(item) for key, item in cast("Mapping[object, object]", value).items()}
            case None | bool() | int() | float() | str():
                return value
            case datetime():
                return self._fields.iso(value)
            case _:
                return str(value)
