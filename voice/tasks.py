"""Waiting for what others do, without being cancelled by what goes wrong there."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from voice.satellite import SatelliteError, SatelliteEvent

END_S = 1.0
"""The longest that something cancelled may take to end."""

AGAIN_S = (1.0, 30.0)
"""How long a satellite that is gone is left alone: at first, and at the longest."""

T = TypeVar("T")


async def again(attend: Callable[[], Awaitable[None]], on_gone: Callable[[SatelliteError], None]) -> None:
    """Attend to a satellite until it has no more to give; one that is gone is tried again, for ever."""
    loop, wait_s = asyncio.get_running_loop(), AGAIN_S[0]
    while True:
        began_s = loop.time()
        try:
            await attend()
        except SatelliteError as error:
            on_gone(error)
        else:
            return
        wait_s = AGAIN_S[0] if loop.time() - began_s > AGAIN_S[1] else wait_s
        await asyncio.sleep(wait_s)
        wait_s = min(wait_s * 2, AGAIN_S[1])


async def next_event(events: AsyncGenerator[SatelliteEvent]) -> SatelliteEvent | SatelliteError | None:
    """Return the next event; ``None`` if there is no more; the error if the satellite is gone.

    It is returned and not raised: raised in a task of a group, it would cancel what else is going on there.
    """
    try:
        return await anext(events, None)
    except SatelliteError as error:
        return error


async def until_stalled(
    events: AsyncGenerator[SatelliteEvent], group: asyncio.TaskGroup, stall_s: Callable[[], float | None]
) -> AsyncGenerator[SatelliteEvent | SatelliteError | None]:
    """Yield what comes; ``None`` each time that nothing did for ``stall_s``; the error if the satellite is gone, last.

    It waits on for the same event after a stall: an asynchronous generator that is cancelled is over.
    """
    pending: asyncio.Task[SatelliteEvent | SatelliteError | None] | None = None
    try:
        while True:
            pending = pending or group.create_task(next_event(events))
            done, _ = await asyncio.wait({pending}, timeout=stall_s())
            if not done:
                yield None
                continue
            event, pending = pending.result(), None
            if event is None:
                return
            yield event
            if isinstance(event, SatelliteError):
                return
    finally:
        await ended(pending)


async def ended(task: asyncio.Task[T] | None) -> None:
    """Cancel a task, if there is one that runs, and wait until it has ended, at most END_S."""
    if task is not None and not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=END_S)


async def within(seconds: float, waited_for: Awaitable[None]) -> None:
    """Wait for something for so long, and no longer: it is cancelled then, and nobody is told."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await waited_for
