"""When a routine is not set off although its trigger fired: it led to itself, or it fires too often."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.clock import Clock
from skills.language import say

MOST_OF_ITSELF = 2
"""So often a routine may stand in the chain of what led to it: a third time it goes round in circles."""
DEEPEST = 10
"""So many routines may set each other off in a row."""
PER_MINUTE = 60
"""Runs of one routine in a minute."""
MOST_GOING = 1_000
"""Runs that go at once, waiting ones included; more are not begun."""
QUIET_S = 600.0
"""After so long without a refusal the next one is reported again."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a routine was not set off."""

    kind: str
    """``loop``, ``depth``, ``rate`` or ``full``."""
    why: str
    first: bool
    """Whether this is the first of its kind: worth a word to people, unlike the thousand after it."""


class Limits:
    """Watches how often routines are set off, and by what; counts what it refused."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun: dict[str, deque[float]] = {}
        self._refused_s: dict[tuple[str, str], float] = {}
        self.refused: Counter[str] = Counter()
        """How many were refused since the start, by kind."""

    def refusal(self, routine: str, chain: Sequence[str], going: int) -> Refused | None:
        """Count that a routine is set off by a chain of others; return why it must not be."""
        names = ", ".join(dict.fromkeys(chain))
        if chain.count(routine) >= MOST_OF_ITSELF:
            return self._refuse(routine, "loop", say("it set itself off, by way of {names}", names=names))
        if len(chain) >= DEEPEST:
            return self._refuse(routine, "depth", say("{n} routines have set each other off before it", n=DEEPEST))
        if going >= MOST_GOING:
            return self._refuse(routine, "full", say("{n} runs are going already", n=MOST_GOING))
        begun, now_s = self._begun.setdefault(routine, deque()), self._clock.monotonic()
        while begun and begun[0] <= now_s - 60:
            begun.popleft()
        if len(begun) >= PER_MINUTE:
            why = say("it was set off more than {n} times in a minute", n=PER_MINUTE)
            return self._refuse(routine, "rate", why)
        begun.append(now_s)
        return None

    def forget(self, routine: str) -> None:
        """Forget what was counted of a routine that is no more."""
        self._begun.pop(routine, None)

    @property
    def troubles(self) -> Sequence[tuple[str, str]]:
        """What was refused lately, by routine and kind."""
        now_s = self._clock.monotonic()
        return [key for key, at_s in self._refused_s.items() if now_s - at_s < QUIET_S]

    def _refuse(self, routine: str, kind: str, why: str) -> Refused:
        key, now_s = (routine, kind), self._clock.monotonic()
        first = now_s - self._refused_s.get(key, -QUIET_S) >= QUIET_S
        self._refused_s[key] = now_s
        self.refused[kind] += 1
        return Refused(kind, why, first)
