"""Waiting for what others do, without being cancelled by what goes wrong there."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import suppress
from typing import TypeVar

from voice.satellite import SatelliteError, SatelliteEvent

END_S = 1.0
"""The longest that something cancelled may take to end."""

T = TypeVar("T")


async def next_event(events: AsyncGenerator[SatelliteEvent]) -> SatelliteEvent | SatelliteError | None:
    """Return the next event; ``None`` if there is no more; the error if the satellite is gone.

    It is returned and not raised: raised in a task of a group, it would cancel what else is going on there.
    """
    try:
        return await anext(events, None)
    except SatelliteError as error:
        return error


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
