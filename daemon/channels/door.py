"""The way back for buttons that open our own address: a channel on which answers come, and nobody is reached."""

import asyncio
from collections.abc import AsyncGenerator

from daemon.household import Person
from daemon.notify.model import Answered, ChannelError, Message, Receipt

MOST_WAITING = 100
"""Answers that wait to be taken; more than this come only if nobody takes any, and then the newest have to wait."""


class Door:
    """Hands on what is answered over HTTP."""

    name = "api"

    def __init__(self) -> None:
        self._answers: asyncio.Queue[Answered] = asyncio.Queue(MOST_WAITING)

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
        """Yield what came through `put`."""
        while True:
            yield await self._answers.get()

    async def put(self, answered: Answered) -> None:
        """Hand on an answer."""
        await self._answers.put(answered)
