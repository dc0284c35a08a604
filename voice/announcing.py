"""What is to be said without having been asked for, and waits until nobody is listened to."""

import asyncio
from collections import deque
from dataclasses import dataclass

MOST_WAITING = 8


@dataclass(eq=False, slots=True)
class Announcement:
    """One text; `begun` tells whoever brought it whether it is being said."""

    text: str
    key: str
    language: str | None
    """That of the text; ``None``: the one that is spoken there."""
    begun: "asyncio.Future[bool]"

    def tell(self, is_said: bool) -> None:
        """Say what becomes of it; the first word counts."""
        if not self.begun.done():
            self.begun.set_result(is_said)


class Announcements:
    """A short queue, in which a text takes the place of another with its key."""

    def __init__(self) -> None:
        self._waiting = deque[Announcement]()

    def add(self, text: str, key: str, language: str | None = None) -> Announcement | None:
        """Put a text last; ``None``: too many wait."""
        self.drop(key)
        if len(self._waiting) >= MOST_WAITING:
            return None
        announcement = Announcement(text, key, language, asyncio.get_running_loop().create_future())
        self._waiting.append(announcement)
        return announcement

    def next(self) -> Announcement | None:
        """Take the first; ``None``: there is none."""
        return self._waiting.popleft() if self._waiting else None

    def remove(self, announcement: Announcement) -> None:
        """Forget one, if it still waits."""
        if announcement in self._waiting:
            self._waiting.remove(announcement)

    def drop(self, key: str | None = None) -> None:
        """Say no more what waits under a key; ``None``: any of it. What has no key keeps its place."""
        for one in [one for one in self._waiting if key is None or (key and one.key == key)]:
            self._waiting.remove(one)
            one.tell(False)
