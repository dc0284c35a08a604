"""What keeps a slow, busy or broken model from costing anybody time: one at a time, few who wait, and a pause after
failures.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from daemon.reasoner.errors import BusyError, CutOffError, GarbledError, ModelError, OverdueError, UnreachableError
from daemon.reasoner.model import Model, Prompt

FAILURES = 3
"""After so many in a row it is left alone."""
TOTAL_S = 12.0
"""For one answer: what trickles in for longer is of no use to who waits, and counts as a failure."""
PAUSE_S = 30.0
LONGEST_PAUSE_S = 600.0
MOST_WAITING = 2
"""A server does one thing at a time: who would be third waits in vain."""
_BROKEN = (UnreachableError, OverdueError, GarbledError, CutOffError)
"""What a pause may mend; a missing model or a long prompt is told at once each time."""


class Patience:
    """A `Model` in front of another one."""

    def __init__(self, model: Model, now_s: Callable[[], float], *, total_s: float = TOTAL_S) -> None:
        """Take the model, and a monotonic clock in seconds; no answer takes longer than ``total_s``."""
        self._model, self._now_s, self._total_s = model, now_s, total_s
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0
        self._failures = 0
        self._closed_until_s = 0.0
        self.problem: ModelError | None = None
        """What went wrong last; None since it went well."""

    async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Yield the answer; raises at once while the model is left alone, and where others wait already.

        After a pause one prompt is let through; what becomes of it decides for the others.
        """
        if self._now_s() < self._closed_until_s:
            raise UnreachableError(f"it is left alone for a while, since {self.problem}")
        if self._waiting >= MOST_WAITING:
            raise BusyError("others wait for the model already")
        self._waiting += 1
        try:
            async with self._turn:
                if self._failures >= FAILURES:
                    # One is let through; until it is back, nobody else.
                    self._closed_until_s = self._now_s() + PAUSE_S
                try:
                    async with asyncio.timeout(self._total_s), aclosing(self._model.complete(prompt)) as pieces:
                        async for piece in pieces:
                            yield piece
                except TimeoutError as error:
                    overdue = OverdueError(f"no whole answer within {self._total_s:g} s")
                    self._failed(overdue)
                    raise overdue from error
                except ModelError as error:
                    self._failed(error)
                    raise
                self._failures, self._closed_until_s, self.problem = 0, 0.0, None
        finally:
            self._waiting -= 1

    async def warm(self) -> None:
        """Load the model."""
        try:
            await self._model.warm()
        except ModelError as error:
            self.problem = error
            raise
        self._failures, self._closed_until_s, self.problem = 0, 0.0, None

    async def close(self) -> None:
        """Let go of the connection."""
        await self._model.close()

    def _failed(self, error: ModelError) -> None:
        self.problem = error
        if not isinstance(error, _BROKEN):
            return
        self._failures += 1
        if self._failures >= FAILURES:
            again = 2 ** (self._failures - FAILURES)
            self._closed_until_s = self._now_s() + min(PAUSE_S * again, LONGEST_PAUSE_S)
