"""What the house has to say by itself: each notice goes on record, and to those who follow."""

import asyncio
import logging
from collections.abc import AsyncGenerator

from daemon.journal import Journal
from daemon.notify.model import Announce, Notice
from daemon.store import StoreError

__all__ = ["Announce", "Notice", "Notices"]

log = logging.getLogger("hearth." + __name__)

MOST_UNREAD = 100
"""Notices that wait for a slow follower; of more, it misses the oldest. The journal has them all."""


class Notices:
    """Writes notices down and hands them to whoever follows."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._followers: set[asyncio.Queue[Notice]] = set()

    async def announce(self, notice: Notice) -> None:
        """Put a notice on record, then tell it to the followers; without a record it is told all the same."""
        try:
            await self._journal.note(notice.cause, f"said: {notice.text}")
        except StoreError as error:
            # A full disk must not silence an alarm.
            log.error("a notice could not be written down: %s", error)
        for follower in self._followers:
            if follower.full():
                follower.get_nowait()
            follower.put_nowait(notice)

    async def follow(self) -> AsyncGenerator[Notice]:
        """Yield every notice from now on."""
        mine: asyncio.Queue[Notice] = asyncio.Queue(MOST_UNREAD)
        self._followers.add(mine)
        try:
            while True:
                yield await mine.get()
        finally:
            self._followers.discard(mine)
