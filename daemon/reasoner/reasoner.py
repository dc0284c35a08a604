"""From a sentence that nothing covers to a proposal: a small model first, a larger one where that was not enough.

Each gets one complaint about an answer that cannot be used; then it is given up.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime

from daemon.reasoner.aloud import Aloud, Speak
from daemon.reasoner.checking import Nothing, Proposal, UnusableError, read
from daemon.reasoner.directing import Asked
from daemon.reasoner.errors import GarbledError, ModelError, OverdueError
from daemon.reasoner.model import Model
from daemon.reasoner.offer import Offers
from daemon.reasoner.prompt import Earlier, Situation, prompt_of
from devices.model import AreaId, HomeView
from skills.model import PersonId

log = logging.getLogger("hearth." + __name__)

BUDGET_S = 15.0
"""For all tries together: the turn ends at 20 s, and something is still to be done then."""
SMALL_S = 6.0
"""For the small model, where a larger one comes after it."""
TRIES = 2
"""Of each model: an answer, and another one after a complaint. Two models make four rounds, and no more."""


class Reasoner:
    """Asks what was meant. It does nothing, and what it proposes passes the same gate as a sentence."""

    def __init__(
        self,
        model: Model,
        home: HomeView,
        *,
        larger: Model | None = None,
        budget_s: float = BUDGET_S,
        small_s: float = SMALL_S,
    ) -> None:
        """Take the model and the house that it is told of; ``larger`` is asked where the first one was of no help."""
        self._home, self._budget_s = home, budget_s
        self._rungs = [(model, budget_s)] if larger is None else [(model, small_s), (larger, budget_s)]
        self._offers = Offers(home)

    async def propose(
        self,
        text: str,
        *,
        now: datetime,
        language: str,
        area: AreaId | None = None,
        person: PersonId | None = None,
        earlier: Sequence[Earlier] = (),
        later: bool = False,
        speak: Speak | None = None,
    ) -> Proposal:
        """Return what the words mean; ``speak`` is given the sentences of an answer that talks as they come.

        ``person`` is whom a routine tells what it tells; the model does not get to know who it is. With ``later`` the
        words name a time or a condition: nothing that is to be done now comes of them.

        Raises:
            ModelError: nothing usable came, or not in time.
        """
        room = self._home.area(area) if area is not None else None
        things = self._offers.of(text, area)
        situation = Situation(text, language, now, room.name if room else None, earlier, things, later)
        return await self._climb(situation, Asked(text, things, self._home, person, later), speak)

    async def _climb(self, situation: Situation, asked: Asked, speak: Speak | None) -> Proposal:
        """Ask one model after the other, until one makes something of it."""
        now_s = asyncio.get_running_loop().time
        until_s = now_s() + self._budget_s
        *before, (last, _) = self._rungs
        for model, budget_s in before:
            try:
                proposal = await self._in_time(model, budget_s, situation, asked, speak)
            except ModelError as error:
                log.info("the small model was of no help: %s", error)
            else:
                if not isinstance(proposal, Nothing):
                    return proposal
        return await self._in_time(last, until_s - now_s(), situation, asked, speak)

    async def _in_time(
        self, model: Model, budget_s: float, situation: Situation, asked: Asked, speak: Speak | None
    ) -> Proposal:
        aloud = Aloud(speak)
        try:
            async with asyncio.timeout(budget_s):
                return await self._asked(model, situation, asked, aloud)
        except TimeoutError as error:
            if aloud.said:
                return aloud.whole()
            raise OverdueError(f"no answer within {budget_s:.1f} s") from error

    async def _asked(self, model: Model, situation: Situation, asked: Asked, aloud: Aloud) -> Proposal:
        """Return what one model makes of it; what was begun aloud is neither begun anew nor taken back."""
        complaint: tuple[str, str] | None = None
        for _ in range(TRIES):
            answer = ""
            try:
                async with aclosing(model.complete(prompt_of(situation, complaint))) as pieces:
                    async for piece in pieces:
                        answer += piece
                        aloud.take(piece)
            except ModelError:
                if not aloud.said:
                    raise
            if aloud.said:
                return aloud.whole()
            try:
                return read(answer, asked)
            except UnusableError as error:
                complaint, aloud = (answer, str(error)), aloud.anew()
        assert complaint is not None
        raise GarbledError(f"the answer cannot be used: {complaint[1]}")
