"""From a sentence that nothing covers to a proposal: one answer, one complaint, then none."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime

from daemon.reasoner.checking import Proposal, UnusableError, read
from daemon.reasoner.errors import GarbledError, OverdueError
from daemon.reasoner.model import Model, Prompt
from daemon.reasoner.offer import Offers
from daemon.reasoner.prompt import Situation, prompt_of
from devices.model import AreaId, HomeView

BUDGET_S = 15.0
"""For both tries together: the turn ends at 20 s, and something is still to be done then."""


class Reasoner:
    """Asks the model what was meant. It does nothing, and what it proposes passes the same gate as a sentence."""

    def __init__(self, model: Model, home: HomeView, *, budget_s: float = BUDGET_S) -> None:
        """Take the model and the house that it is told of."""
        self._model, self._home, self._budget_s = model, home, budget_s
        self._offers = Offers(home)

    async def propose(
        self, text: str, *, now: datetime, language: str, area: AreaId | None = None, earlier: Sequence[str] = ()
    ) -> Proposal:
        """Return what the words mean.

        Raises:
            ModelError: nothing usable came, or not in time.
        """
        room = self._home.area(area) if area is not None else None
        things = self._offers.of(text, area)
        situation = Situation(text, language, now, room.name if room else None, earlier, things)
        try:
            async with asyncio.timeout(self._budget_s):
                answer = await self._answer(prompt_of(situation))
                try:
                    return read(answer, things, text)
                except UnusableError as error:
                    again = await self._answer(prompt_of(situation, (answer, str(error))))
                    return read(again, things, text)
        except TimeoutError as error:
            raise OverdueError(f"no answer within {self._budget_s:g} s") from error
        except UnusableError as error:
            raise GarbledError(f"the answer cannot be used: {error}") from error

    async def _answer(self, prompt: Prompt) -> str:
        async with aclosing(self._model.complete(prompt)) as pieces:
            return "".join([piece async for piece in pieces])
