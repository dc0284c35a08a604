"""What is said while an answer is still being thought about: its first sentences, or that it takes a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from voice.model import EngineError
from voice.outside import House, Reply, Said, answered

log = logging.getLogger("hearth." + __name__)

MOST_WAITING = 64
"""Sentences that wait to be said; an answer has fewer."""


class Meanwhile:
    """The sentences of one turn that come before its answer, said one after the other."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._waiting = asyncio.Queue[str | None](MOST_WAITING)
        self._said: list[str] = []

    def say(self, text: str) -> None:
        """Say a sentence as soon as those before it are said."""
        try:
            self._waiting.put_nowait(text)
        except asyncio.QueueFull:
            log.warning("more than %d sentences wait to be said; one is left out", MOST_WAITING)

    async def answered(
        self,
        house: House,
        said: Said,
        speak: Callable[[str], Awaitable[None]],
        think: Callable[[], Awaitable[None]],
    ) -> tuple[Reply, EngineError | None]:
        """Return what is answered, once ``speak`` said all that came before it; ``think`` shows that it goes on."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._carry(speak, think))
            found = await answered(house, replace(said, meanwhile=self.say))
            await self._waiting.put(None)
        return found

    def whole(self, text: str, heard: str) -> tuple[str, str]:
        """Return a text that was cut short, and what was heard of it, each with what was said before it."""
        before = self._said[:-1] if self._said and self._said[-1] == text else self._said
        return " ".join([*before, text]), " ".join([*before, heard]).strip()

    async def _carry(self, speak: Callable[[str], Awaitable[None]], think: Callable[[], Awaitable[None]]) -> None:
        while (text := await self._waiting.get()) is not None:
            self._said.append(text)
            await speak(text)
            if self._waiting.empty():
                await think()
