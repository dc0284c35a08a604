"""The way back for buttons that open our own address: a channel on which answers come, and nobody is reached."""

import asyncio
from collections.abc import AsyncGenerator

from daemon.errors import DaemonError
from daemon.household import Person
from daemon.notify.model import Answered, ChannelError, Message, Receipt

MOST_WAITING = 100
"""Answers that wait to be taken; more than this come only if nobody takes any, and then the newest have to wait."""
TAKE_S = 8.0
"""So long who pressed a button waits to hear that the answer counts."""


class NotTakenError(DaemonError):
    """An answer is not on record yet: the disk is full, or stands still. It is still tried."""

    code = "not-taken"


class Door:
    """Hands on what is answered over HTTP."""

    name = "api"

    def __init__(self) -> None:
        self._answers: asyncio.Queue[tuple[Answered, asyncio.Event]] = asyncio.Queue(MOST_WAITING)

    def reaches(self, person: Person) -> bool:
        """Say that nobody is reached."""
        del person
        return False

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Refuse."""
        del message, person
        raise ChannelError(f"{self.name} reaches nobody; use another channel", lasting=True)

    async def withdraw(self, key: str, person: Person) -> None:
        """Do nothing: nothing was delivered."""
        del key, person

    async def answers(self) -> AsyncGenerator[Answered]:
        """Yield what came through `put`; who asks for the next has taken it."""
        while True:
            answered, taken = await self._answers.get()
            yield answered
            taken.set()

    async def put(self, answered: Answered) -> None:
        """Hand on an answer; return once it was taken.

        Raises:
            NotTakenError: it was not, in time for somebody who waits for it.
        """
        taken = asyncio.Event()
        try:
            async with asyncio.timeout(TAKE_S):
                await self._answers.put((answered, taken))
                await taken.wait()
        except TimeoutError as error:
            raise NotTakenError("the answer is not written down yet; look at the notice again in a minute") from error
