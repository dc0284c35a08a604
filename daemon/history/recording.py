"""A stretch of history in memory, and the house as it was in it: for rehearsals, backtests and explanations."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from daemon.routines.triggers import SunEvent
from daemon.routines.values import Value
from daemon.routines.world import Seen, World

OURS = "ours"
"""Stands for the cause of a change that a command of ours brought about."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One change as it was kept."""

    at: datetime
    """Aware UTC, to the millisecond."""
    entity: str
    value: str | None
    """None: it was taken away."""
    attributes: Mapping[str, Value] = field(default_factory=dict[str, Value])
    by: str | None = None
    """`OURS`, or whose doing it was in Home Assistant; none where nobody says: somebody's hand, or the device."""


@dataclass(frozen=True)
class Recording:
    """What some things were in a stretch of time."""

    since: datetime
    until: datetime
    before: Mapping[str, Kept]
    """What each of them was just before."""
    changes: Sequence[Kept]
    """In the order of time."""

    def at(self, moment: datetime, around: World) -> "Played":
        """Return the house as it was just after a moment; ``around`` knows rooms and the sun."""
        played = Played(around, moment)
        for kept in self.before.values():
            played.put(kept)
        for kept in self.changes[: bisect_right(self._times, moment)]:
            played.put(kept)
        played.now = moment.astimezone(around.now.tzinfo)
        return played

    def within(self, since: datetime, until: datetime) -> Iterator[Kept]:
        """Yield the changes after a moment, up to another."""
        begins, ends = bisect_right(self._times, since), bisect_right(self._times, until)
        return (self.changes[place] for place in range(begins, ends))

    @cached_property
    def _times(self) -> list[datetime]:
        return [kept.at for kept in self.changes]


class Played:
    """A `World` that is moved on by what was kept; it must not be moved while somebody looks at it."""

    def __init__(self, around: World, now: datetime) -> None:
        """``around`` gives the zone, the rooms and the sun, of any day."""
        self._around = around
        self._seen: dict[str, Seen] = {}
        self.now = now.astimezone(around.now.tzinfo)

    def put(self, kept: Kept) -> tuple[Seen | None, Seen | None]:
        """Let a thing become what was kept; return what it was and what it is now."""
        old = self._seen.get(kept.entity)
        if kept.value is None:
            self._seen.pop(kept.entity, None)
            return old, None
        at = kept.at.astimezone(self.now.tzinfo)
        since = old.since if old is not None and old.value == kept.value else at
        self._seen[kept.entity] = new = Seen(kept.value, since, kept.attributes, at)
        return old, new

    def state(self, entity: str) -> Seen | None:
        """Return what an entity was."""
        seen = self._seen.get(entity)
        return self._sun() if seen is None and entity == "sun.sun" else seen

    def entities(self) -> Iterable[str]:
        """Return the ids of all entities that are on record."""
        return list(self._seen)

    def members(self, kind: Literal["area", "floor", "label", "device"], name: str) -> tuple[str, ...]:
        """Return what stands in a place today: where it stood then is not kept."""
        return self._around.members(kind, name)

    def belongs(self, entity: str, kind: Literal["area", "floor", "device"]) -> tuple[str, str] | None:
        """Return what an entity belongs to today."""
        return self._around.belongs(entity, kind)

    def sun(self, event: SunEvent, day: date) -> datetime | None:
        """Return when the sun rose or set on a day."""
        return self._around.sun(event, day)

    def _sun(self) -> Seen | None:
        rises, sets = (self.sun(event, self.now.date()) for event in ("sunrise", "sunset"))
        if rises is None or sets is None:
            return None
        if rises <= self.now < sets:
            return Seen("above_horizon", rises)
        return Seen("below_horizon", sets if self.now >= sets else rises)
