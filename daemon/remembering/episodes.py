"""What was said and answered, kept as it went: in batches, behind the conversation's back, never of a private talk."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from daemon.clock import Clock
from daemon.conversation import Answer, Status
from daemon.household import certain
from daemon.journal.redaction import masked
from daemon.remembering.opening import HEARTH, Opening
from daemon.remembering.reaching import SAID
from daemon.store import StoreError
from devices.model import AreaId
from skills.model import Origin, PersonId, Utterance

if TYPE_CHECKING:
    from daemon.memory import MemoryId, Note
    from daemon.memory.model import Visibility

log = logging.getLogger("hearth." + __name__)

BATCH_S = 5.0
"""How long is waited for more: one transaction then keeps a whole exchange."""
MOST_WAITING = 500
"""Utterances that wait to be kept; of more the oldest are dropped."""
COMMANDS_FOR = timedelta(days=30)
"""How long a command for a device is kept: who turned on a lamp in spring is nothing that one asks for by its words."""
_PEOPLE = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD})

Unheard = Callable[[PersonId | None, AreaId | None], bool]


Conclude = Callable[["Note", "MemoryId"], Awaitable[None]]


async def _nothing(note: "Note", number: "MemoryId") -> None:
    """Conclude nothing."""
    del note, number


class Episodes:
    """Keeps utterances and answers; listens to the conversation."""

    def __init__(self, opening: Opening, clock: Clock, unheard: Unheard, *, days: int) -> None:
        """Keep them for ``days``; ``unheard`` says of which talks nothing is kept."""
        self._opening, self._clock, self._unheard = opening, clock, unheard
        self._days = timedelta(days=days)
        self._waiting = deque[tuple[Utterance, Answer]](maxlen=MOST_WAITING)
        self._more = asyncio.Event()
        self.conclude: Conclude = _nothing
        """Is told each thing that somebody said, once it is kept."""

    def note(self, utterance: Utterance, answer: Answer) -> None:
        """Take note of an utterance and its answer; waits for nothing."""
        cause = utterance.cause
        if cause.origin not in _PEOPLE or cause.tainted or cause.said is None or not utterance.text.strip():
            return
        if self._opening.owner(certain(cause)) is None and not self._opening.alone:
            return
        # What is told to the memory itself is kept by its effect, and a wish to forget must not stay as a memory.
        if any(match.intent.startswith("memory.") for match in answer.commands):
            return
        if not self._unheard(cause.person, utterance.area):
            self._waiting.append((utterance, answer))
            self._more.set()

    async def run(self) -> None:
        """Keep what was noted, a few seconds later; ends only by cancellation, and keeps the rest then."""
        try:
            while True:
                await self._more.wait()
                await self._clock.sleep(BATCH_S)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Keep now what waits."""
        self._more.clear()
        batch, self._waiting = list(self._waiting), deque[tuple[Utterance, Answer]](maxlen=MOST_WAITING)
        if not batch:
            return
        try:
            memory = await self._opening.memory()
            notes = [note for one in batch for note in self._notes(*one)]
            ids = await memory.import_batch(notes, later=True)
            for note, number in zip(notes, ids, strict=True):
                if number is not None and note.speaker != HEARTH:
                    await self.conclude(note, number)
        except StoreError as error:
            log.warning("what was said could not be kept: %s", error)

    def _notes(self, utterance: Utterance, answer: Answer) -> "list[Note]":
        from daemon.memory import Note

        cause, at = utterance.cause, utterance.said_at
        owner = self._opening.owner(certain(cause))
        text = utterance.text
        for action, _ in answer.outcomes:
            text = masked(text, action.arguments)
        talk = owner or cause.area or "house"
        until = at + (min(COMMANDS_FOR, self._days) if answer.outcomes else self._days)
        visibility: Visibility = "me" if owner is not None else "household"
        name, area, ref = self._opening.name(owner), utterance.area, cause.id
        said = Note(text, at, name, owner, visibility, talk, area, f"{SAID}{ref}", expires_at=until)
        if not answer.reply or answer.status is Status.NOT_UNDERSTOOD:
            return [said]
        # Its words may come from calendars and devices: they are found, and teach nothing.
        reply = Note(
            answer.reply[:2_000],
            at,
            HEARTH,
            owner,
            visibility,
            talk,
            area,
            f"answer/{ref}",
            expires_at=until,
            tainted=True,
        )
        return [said, reply]
