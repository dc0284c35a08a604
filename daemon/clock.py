"""The only source of time: everything that waits or stamps is given a `Clock`."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol

SLICE_S = 1.0
"""The longest single sleep towards a time of day: a clock that is set, or a machine that slept, is noticed so soon."""


RECHECK_S = 30.0
"""The longest single rest of what may come some seconds late after a machine slept."""
_ELAPSED = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Tells the time and waits for it."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC. May jump, in both directions."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some start; must never go back. For measuring how long something took."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for a duration; a clock that is set does not change it."""
        ...

    async def sleep_until(self, at: datetime) -> None:
        """Wait until `now` is ``at`` or later; must follow a clock that is set."""
        ...


async def rest(wake: asyncio.Event, clock: "Clock", until_s: float | None) -> None:
    """Wait for an event or, at the most, until a time of the clock that does not go back; ``None``: for the event only.

    It may return early, and does so every `RECHECK_S`: the event loop's own clock stands still while a machine sleeps.
    """
    if until_s is None:
        await wake.wait()
        return
    async with asyncio.TaskGroup() as group:
        waits = group.create_task(wake.wait())
        sleeps = group.create_task(clock.sleep(min(max(0.0, until_s - clock.monotonic()), RECHECK_S)))
        await asyncio.wait((waits, sleeps), return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
        sleeps.cancel()


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since the machine started, those in which it was suspended included.

        ``CLOCK_BOOTTIME`` of Linux; Python's own clock (``CLOCK_MONOTONIC``), by which the event loop sleeps, stands
        still meanwhile, so that whoever waits must look again every `SLICE_S`.
        """
        return time.clock_gettime(_ELAPSED)

    async def sleep(self, seconds: float) -> None:
        """Wait for a duration, at least one turn of the loop."""
        await asyncio.sleep(max(0.0, seconds))

    async def sleep_until(self, at: datetime) -> None:
        """Wait until `now` is ``at`` or later, looking again every `SLICE_S`."""
        while (left_s := (at - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - nothing tells that a clock was set
            await asyncio.sleep(min(left_s, SLICE_S))
