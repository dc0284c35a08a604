"""How often: no door may flood the house, and a wish that arrives twice is carried out once."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from daemon.clock import Clock
from skills.model import Origin, Outcome

PER_MINUTE: Mapping[Origin, int] = {
    Origin.VOICE: 120,
    Origin.DASHBOARD: 600,
    Origin.MODEL: 60,
    Origin.ROUTINE: 600,
    Origin.REMINDER: 120,
    Origin.MQTT: 120,
    Origin.MCP: 60,
}
"""Wishes per minute and door. The owner's own terminal and the daemon itself are not limited."""
SAME_S = 60.0
"""A wish of the same cause for the same thing within this time is the same wish."""
MOST_REMEMBERED = 256
"""As many wishes are remembered to be recognized; the oldest are forgotten first."""


class Rate:
    """Counts wishes per door over the last minute."""

    def __init__(self, clock: Clock, per_minute: Mapping[Origin, int] = PER_MINUTE) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._admitted: dict[Origin, deque[float]] = {origin: deque() for origin in per_minute}
        self._refusing: set[Origin] = set()

    def admits(self, origin: Origin) -> bool:
        """Count one more wish, and say whether it may pass."""
        most = self._per_minute.get(origin)
        if most is None:
            return True
        admitted, now_s = self._admitted[origin], self._clock.monotonic()
        while admitted and admitted[0] <= now_s - 60:
            admitted.popleft()
        if len(admitted) >= most:
            return False
        admitted.append(now_s)
        self._refusing.discard(origin)
        return True

    def first_refusal(self, origin: Origin) -> bool:
        """Say whether this is the first refusal since one passed: a flood is worth one line, not a thousand."""
        first = origin not in self._refusing
        self._refusing.add(origin)
        return first


@dataclass(slots=True)
class _Passage:
    began_s: float
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    outcome: Outcome | None = None


class Once:
    """Gives whoever brings the same wish again the outcome of the first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passages: OrderedDict[str, _Passage] = OrderedDict()

    async def carry(self, key: str, passage: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Return what ``passage`` returns, or what it returned, or is about to return, for the same key."""
        while (known := self._passages.get(key)) is not None and self._clock.monotonic() - known.began_s < SAME_S:
            await known.ended.wait()
            if known.outcome is not None:
                return known.outcome
            # The first was cancelled or broke. Whoever is first to see that forgets it and goes on as the first.
            if self._passages.get(key) is known:
                break
        mine = _Passage(self._clock.monotonic())
        self._passages[key] = mine
        self._passages.move_to_end(key)
        if len(self._passages) > MOST_REMEMBERED:
            self._passages.popitem(last=False)
        try:
            mine.outcome = await passage()
            return mine.outcome
        finally:
            mine.ended.set()
