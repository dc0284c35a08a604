"""What was understood is carried out to its end, also when whoever asked for it is gone meanwhile."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import TypeVar

from daemon.conversation.answer import Answer

log = logging.getLogger("hearth." + __name__)

T = TypeVar("T", Answer, Answer | None)


class Deeds:
    """Carries out what was understood in tasks of the daemon: nothing stops half-way because a client left."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Hold what is being done until cancelled, which interrupts it."""
        try:
            async with asyncio.TaskGroup() as self._group:
                await asyncio.Event().wait()
        finally:
            self._group = None

    async def done(self, deed: Coroutine[None, None, T], left: Callable[[Answer], None]) -> T:
        """Return what came of a deed, which has a deadline of its own. Cancelling this ends the wait, not the deed.

        ``left`` is told what came of it where nobody waited for it to the end. Unless this runs, whoever calls does the
        deed, and cancels it.
        """
        if self._group is None:
            return await deed
        came: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._group.create_task(_carried(deed, came, left))
        return await came


async def _carried(deed: Coroutine[None, None, T], came: "asyncio.Future[T]", left: Callable[[Answer], None]) -> None:
    try:
        answer = await deed
    except asyncio.CancelledError:
        came.cancel()
        raise
    except Exception as error:  # it is for who waits: here it would end everything else that is being done
        if not came.done():
            came.set_exception(error)
        elif not isinstance(error, TimeoutError):
            log.exception("what was wished for broke after its speaker had left")
    else:
        if not came.done():
            came.set_result(answer)
        elif answer is not None:
            left(answer)
