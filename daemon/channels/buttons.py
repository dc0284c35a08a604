"""What comes back on channels: buttons that carry tokens, or nothing."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Protocol

from daemon.notify.model import Answer, Answered
from skills.model import PersonId


class Buttons(Protocol):
    """Issues tokens and takes each once."""

    def issue(self, key: str, answer: Answer, person: PersonId, *, channel: str, until: datetime | None = None) -> str:
        """Return a token of letters, digits, ``-``, ``_`` and ``.``, shorter than 1,024 characters."""
        ...

    async def pressed(self, token: str) -> Answered | None:
        """Return what a token stands for; ``None`` if it is none of ours, too old, or was used before."""
        ...


async def nothing() -> AsyncGenerator[Answered]:
    """Yield nothing: what comes back on a channel without a way back."""
    for answered in tuple[Answered, ...]():
        yield answered
