"""How often a thing is switched where nothing is habit: while it is the other way, all day and around an hour."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from math import exp
from typing import TYPE_CHECKING, Final

from daemon.habits.record import Record

if TYPE_CHECKING:
    from daemon.habits.timely import Stream

SLOT: Final = 30
"""Minutes."""
AWAKE: Final = range(6 * 60, 26 * 60, SLOT)
"""The minutes of a day at which somebody may do something."""
AROUND: Final = 150.0
"""Minutes to either side of a window that tell what happens there without a habit."""


class Exposure:
    """When one thing could have been switched, and when it was."""

    def __init__(self, record: Record, stream: "Stream") -> None:
        self._record, self._stream = record, stream
        self._rates: dict[int, float] = {}

    @cached_property
    def _could(self) -> Mapping[int, int]:
        """By the beginning of each half hour, on how many days it could have been switched then."""
        days, stream = self._record.days, self._stream
        could = dict.fromkeys(AWAKE, 0)
        for number, lived in enumerate(days.lived):
            if lived:
                begins = days.moment(number, AWAKE[0])
                for place, slot in enumerate(AWAKE):
                    could[slot] += stream.turns.was_up(begins + place * SLOT * 60) == (not stream.up)
        return could

    @cached_property
    def _acts(self) -> Sequence[tuple[float, float]]:
        return [(self._record.days.minute(at), at) for at in self._stream.acts]

    def at(self, minute: float, width: float) -> float:
        """Return how likely the act is in so many minutes at a time of day, whatever happens then."""
        hour = round(minute / 60) * 60
        if hour not in self._rates:
            self._rates[hour] = max(self._rate(hour, reach, frozenset()) for reach in (AROUND, 1_440.0))
        return 1 - exp(-self._rates[hour] * width)

    def by_chance(self, minute: float, width: float, hits: Collection[float]) -> float:
        """Return how likely the act is in so many minutes, if it went on there as it does apart from the hits."""
        within = frozenset(hits)
        return 1 - exp(-max(self._rate(minute, reach, within) for reach in (AROUND, 1_440.0)) * width)

    def _rate(self, minute: float, reach: float, hits: frozenset[float]) -> float:
        count = sum(1 for at, moment in self._acts if abs(at - minute) <= reach and moment not in hits)
        could = sum(times for slot, times in self._could.items() if abs(slot + SLOT / 2 - minute) <= reach)
        return (count + 0.5) / (could * SLOT + SLOT)
