"""What was received and not yet read: the newest state of each topic, and everything of which each message counts."""

import asyncio
from collections import OrderedDict

from devices.dialects.model import Received


class Inbox:
    """A queue with a bound on its messages and its bytes, in which a newer state takes the place of an older one.

    A replaced message keeps its turn, so that a topic which never rests is read as well. When the queue is full, what
    comes in is dropped and counted.
    """

    def __init__(self, *, max_messages: int, max_bytes: int) -> None:
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._waiting: OrderedDict[str | int, Received] = OrderedDict()
        self._bytes = 0
        self._each = 0
        self._arrived = asyncio.Event()
        self._serial = 0
        self.coalesced = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def holds_each(self) -> bool:
        """Whether messages wait of which each one counts: what is read after them may make more sense."""
        return self._each > 0

    def put(self, message: Received, *, newest_wins: bool) -> None:
        """Take in a message; never waits, never raises."""
        key: str | int = message.topic
        if not newest_wins:
            self._serial += 1
            key = self._serial
        older = self._waiting.get(key)
        size = self._bytes + len(message.payload) - (len(older.payload) if older else 0)
        if size > self._max_bytes or (older is None and len(self._waiting) >= self._max_messages):
            self.dropped += 1
            return
        self._waiting[key] = message
        self._bytes = size
        self.coalesced += older is not None
        self._each += not newest_wins
        self._arrived.set()

    def take(self) -> Received | None:
        """Return the message that has waited longest, ``None`` if there is none."""
        if not self._waiting:
            return None
        key, message = self._waiting.popitem(last=False)
        self._bytes -= len(message.payload)
        self._each -= isinstance(key, int)
        return message

    async def wait(self) -> None:
        """Return once a message waits."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
