"""What a model concludes of what people said, when nobody speaks: proposals, of which only what was said is kept.

One utterance at a time, a few in a round, each with a deadline; who speaks ends it at once. Nothing that is tainted, of
guests, of a voice that was not sure or off the record is among what is looked at: no such thing is kept as a memory.
"""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import TYPE_CHECKING

from daemon.clock import Clock
from daemon.conversation import Answer
from daemon.household import Household
from daemon.journal import Journal
from daemon.reasoner.errors import ModelError
from daemon.reasoner.model import Message, Model, Prompt
from daemon.remembering.concluding import Concluding
from daemon.remembering.episodes import COMMANDS_FOR
from daemon.remembering.grounding import SCHEMA, Utterer, grounded, worth_asking
from daemon.remembering.opening import HEARTH, Opening
from daemon.remembering.reaching import SAID
from devices.names import fold
from skills.model import Cause, CauseId, Origin, PersonId, Utterance

if TYPE_CHECKING:
    from daemon.memory.rows import Kept

log = logging.getLogger("hearth." + __name__)

LOOK_S = 900.0
IDLE = timedelta(minutes=10)
"""So long nobody must have spoken."""
MOST = 20
"""Utterances in one round."""
ANSWER_S = 15.0
ROUND_S = 120.0
BACK = timedelta(days=1)
"""As old as an utterance may be; after a restart what was looked at is looked at once more, and adds nothing."""
MOST_READ = 400
_TASK = (
    "You read one sentence that somebody said at home. Return what it tells for good about the person who said it"
    " (about: speaker) or about somebody it names (about: the name). Use only words of the sentence for object, one"
    " after the other. Return an empty list if it tells nothing lasting: orders, questions, jokes, what happened once."
)


class Pondering:
    """Looks at what was said and not looked at yet, while the house is idle."""

    def __init__(
        self,
        opening: Opening,
        household: Household,
        concluding: Concluding,
        model: Model,
        clock: Clock,
        journal: Journal,
    ) -> None:
        self._opening, self._household, self._concluding = opening, household, concluding
        self._model, self._clock, self._journal = model, clock, journal
        self._names = {fold(one.name): one.id.casefold() for one in household.people.values()}
        self._last = clock.now()
        """When somebody spoke last."""
        self._spoken = True
        """Whether anything may have been said since the last round."""
        self._seen = 0
        """The newest memory that was looked at."""
        self._round: asyncio.Task[int] | None = None

    def note(self, utterance: Utterance, answer: Answer) -> None:
        """Take note that somebody speaks: what is under way ends now, and goes on another time."""
        del utterance, answer
        self.interrupt()

    def interrupt(self) -> None:
        """End what is under way."""
        self._last, self._spoken = self._clock.now(), True
        if self._round is not None:
            self._round.cancel()

    async def run(self) -> None:
        """Look again and again; ends only by cancellation."""
        while True:
            await self._clock.sleep(LOOK_S)
            if self._clock.now() - self._last >= IDLE:
                await self.ponder()

    async def ponder(self) -> int:
        """Look at a round of what was said; return how many conclusions were kept. Ends when somebody speaks."""
        if not self._spoken:
            return 0
        self._spoken = False
        try:
            async with asyncio.TaskGroup() as group:
                self._round = group.create_task(self._pondered())
        finally:
            task, self._round = self._round, None
        return 0 if task is None or task.cancelled() else task.result()

    async def _pondered(self) -> int:
        kept = 0
        try:
            async with asyncio.timeout(ROUND_S):
                waiting = await self._waiting()
                for one in waiting:
                    kept += await self._concluded(one)
                    self._seen = max(self._seen, one.id)
                self._spoken = len(waiting) == MOST
        except TimeoutError:
            self._spoken = True
        except ModelError as error:
            self._spoken = True
            log.info("nothing was concluded: %s", error)
        if kept:
            cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON)
            await self._journal.note(cause, f"concluded {kept} things from what was said")
        return kept

    async def _waiting(self) -> "Sequence[Kept]":
        """Return the oldest of what was said since the last round, and may tell something."""
        memory, since = await self._opening.memory(), self._clock.now() - BACK
        found: list[Kept] = []
        for person in self._household.people:
            if self._opening.owner(person) is not None and self._concluding.may(person):
                for one in await memory.listed(person=person, most=MOST_READ):
                    mine = one.note.person == person and one.note.at >= since and one.id > self._seen
                    if mine and _is_said(one) and worth_asking(one.note.text):
                        found.append(one)
        return sorted(found, key=lambda one: one.id)[:MOST]

    async def _concluded(self, kept: "Kept") -> int:
        """Return how many conclusions about one utterance were kept.

        Raises:
            ModelError: the model is of no use now.
        """
        note, answer = kept.note, ""
        prompt = Prompt((Message("system", _TASK), Message("user", note.text)), SCHEMA, most_tokens=120)
        async with asyncio.timeout(ANSWER_S), aclosing(self._model.complete(prompt)) as pieces:
            async for piece in pieces:
                answer += piece
        assert note.person is not None, "only what is somebody's was read"
        utterer = Utterer(PersonId(note.person).casefold(), self._names)
        return await self._concluding.keep(grounded(answer, note.text, note.at, utterer), note, kept.id)


def _is_said(kept: "Kept") -> bool:
    """Say whether somebody said it by the way: no answer of ours, no order, nothing that was told to be remembered."""
    note = kept.note
    if note.ref is None or not note.ref.startswith(SAID) or note.expires_at is None:
        return False
    # What was done at once is kept for a month only.
    return note.expires_at - note.at > COMMANDS_FOR and note.speaker != HEARTH and not note.tainted
