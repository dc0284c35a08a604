"""Doubles that stand behind the daemon's protocols."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class ManualClock:
    """A clock that moves only when a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._monotonic = 0.0
        self._moved = asyncio.Condition()
        self._sleeping = 0

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return the seconds that were advanced so far."""
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has advanced that far."""
        due = self._monotonic + seconds
        await self._wait(lambda: self._monotonic >= due)

    async def sleep_until(self, at: datetime) -> None:
        """Wait until the test has brought the time of day there."""
        await self._wait(lambda: self._now >= at)

    async def advance(self, by: timedelta | float) -> None:
        """Let time pass."""
        by = by if isinstance(by, timedelta) else timedelta(seconds=by)
        self._monotonic += by.total_seconds()
        await self.set(self._now + by)

    async def set(self, now: datetime) -> None:
        """Set the time of day without letting time pass, as NTP does."""
        async with self._moved:
            self._now = now
            self._moved.notify_all()

    async def until_sleeping(self, count: int = 1) -> None:
        """Wait until ``count`` tasks sleep on this clock."""
        async with self._moved, asyncio.timeout(5):
            await self._moved.wait_for(lambda: self._sleeping >= count)

    async def _wait(self, due: Callable[[], bool]) -> None:
        async with self._moved:
            self._sleeping += 1
            self._moved.notify_all()
            try:
                await self._moved.wait_for(due)
            finally:
                self._sleeping -= 1
