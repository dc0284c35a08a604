"""How long a message may take on any channel."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from daemon.notify.model import ChannelError

DEADLINE_S = 10.0
"""What the protocol allows, see `daemon.notify.model.Channel.deliver`."""


@asynccontextmanager
async def in_time(channel: str, whom: str) -> AsyncGenerator[None]:
    """Give what is done inside its time.

    Raises:
        ChannelError: it took longer; trying again may help.
    """
    try:
        async with asyncio.timeout(DEADLINE_S):
            yield
    except TimeoutError as error:
        raise ChannelError(f"{channel}: {whom} did not answer within {DEADLINE_S:g} s") from error
