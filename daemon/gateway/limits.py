"""How often: no door may flood the house, and a wish that arrives twice is carried out once."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from daemon.clock import Clock
from skills.model import Origin, Outcome, Risk

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
WORDLESS = frozenset({Origin.MODEL, Origin.MCP})
"""Doors through which comes what no person has worded."""
PER_RISK: Mapping[Risk, int] = {Risk.CONSEQUENTIAL: 6, Risk.CRITICAL: 3}
"""Wishes per minute of a class through each of those: who is asked about doors all day says yes in the end."""
SAME_S = 60.0
"""A wish of the same cause for the same thing within this time is the same wish."""
MOST_REMEMBERED = 256
"""As many wishes are remembered to be recognized; the oldest are forgotten first."""


class Rate:
    """Counts wishes over the last minute: per door, and per class where no person has worded them."""

    def __init__(
        self,
        clock: Clock,
        per_minute: Mapping[Origin, int] = PER_MINUTE,
        per_risk: Mapping[Risk, int] = PER_RISK,
    ) -> None:
        self._clock = clock
        self._most: dict[tuple[Origin, Risk | None], int] = {(door, None): most for door, most in per_minute.items()}
        self._most |= {(door, risk): most for door in WORDLESS for risk, most in per_risk.items()}
        self._admitted: dict[tuple[Origin, Risk | None], deque[float]] = {key: deque() for key in self._most}
        self._refusing: set[Origin] = set()

    def admits(self, origin: Origin, risk: Risk = Risk.REVERSIBLE) -> bool:
        """Count one more wish, and say whether it may pass."""
        now_s = self._clock.monotonic()
        counted = [key for key in ((origin, None), (origin, risk)) if key in self._most]
        for key in counted:
            admitted = self._admitted[key]
            while admitted and admitted[0] <= now_s - 60:
                admitted.popleft()
            if len(admitted) >= self._most[key]:
                return False
        for key in counted:
            self._admitted[key].append(now_s)
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
