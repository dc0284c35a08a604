"""Waits between attempts to listen, so that a server that is away is neither flooded nor forgotten."""

import asyncio
import random

FIRST_S = 1.0
LONGEST_S = 60.0


class Waits:
    """Growing waits, each a fifth shorter or longer at random: many who lost one server do not come back at once."""

    def __init__(self) -> None:
        self._next_s = FIRST_S

    async def wait(self) -> None:
        """Wait, each time twice as long as before."""
        wait_s, self._next_s = self._next_s, min(LONGEST_S, self._next_s * 2)
        await asyncio.sleep(wait_s * random.uniform(0.8, 1.2))

    def reset(self) -> None:
        """Begin again with the shortest: it worked."""
        self._next_s = FIRST_S
