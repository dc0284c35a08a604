"""What a skill says in a briefing: one part, asked for together with those of all others."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from skills.model import Request

Saying = Callable[[Request], Awaitable[str | Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One function of a skill that has something to say in a briefing."""

    skill: str
    kind: str
    """``morning`` or ``evening``."""
    order: int
    """What comes first has the smaller number."""
    function: Saying
