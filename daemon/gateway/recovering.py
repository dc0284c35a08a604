"""What came of wishes that were cut off when the daemon was stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress

from pydantic import BaseModel, ValidationError

from daemon.gateway.limits import Once
from daemon.journal import Entry, Journal
from skills.effect import Effect
from skills.language import say
from skills.model import EntryId, Outcome, TargetOutcome, Verdict

log = logging.getLogger("hearth." + __name__)

Look = Callable[[BaseModel], Awaitable[Outcome]]
"""Says, without doing anything, what a wish that was cut off came to."""
End = Callable[[EntryId, Outcome], Awaitable[None]]
"""Writes down what a wish that was cut off came to; it does not raise."""


class CutOff:
    """Gives wishes that have no end in the journal their end, each once, whoever asks first."""

    def __init__(
        self, journal: Journal, once: Once, effects: Mapping[str, Effect], look: Mapping[str, Look], end: End
    ) -> None:
        self._journal, self._once, self._effects, self._look, self._end = journal, once, effects, look, end

    async def recover(self, begun: Collection[EntryId]) -> None:
        """Close all that the last process left open; what this one has ``begun`` goes on.

        Raises:
            StoreError: the journal cannot be read.
        """
        cut_off = [entry for entry in await self._journal.open_wishes() if entry.id not in begun]
        async with asyncio.TaskGroup() as group:
            for entry in cut_off:
                group.create_task(self.closed(entry))

    async def closed(self, entry: Entry) -> Outcome:
        """Return what a wish that was cut off came to."""
        return await self._once.carry(f"closed {entry.id}", lambda: self._close(entry))

    async def _close(self, entry: Entry) -> Outcome:
        """Give it its end: what the world says it came to, else that nobody knows."""
        outcome = Outcome(Verdict.UNCONFIRMED, say("Hearth was stopped before it was confirmed"))
        look, effect = self._look.get(entry.effect), self._effects.get(entry.effect)
        if look is not None and effect is not None:
            with suppress(ValidationError):
                outcome = await look(effect.parameters.model_validate(entry.body.get("arguments")))
        log.warning("cut off when Hearth was stopped: entry %s, %s", entry.id, outcome.verdict)
        await self._end(entry.id, outcome)
        return outcome


def came(entry: Entry) -> Outcome:
    """Return the outcome that an entry tells of."""
    assert entry.verdict is not None
    targets = tuple(TargetOutcome(target, entry.verdict) for target in entry.targets)
    return Outcome(entry.verdict, entry.detail, targets, entry.undo)
