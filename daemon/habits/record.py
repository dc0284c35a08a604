"""What habits are looked for in: when each thing turned which way, by whom, and the days of the household."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

from daemon.habits.chance import median
from daemon.habits.levels import Levels
from daemon.habits.model import FIRST_HOME, LAST_OUT, Who
from daemon.routines.triggers import SunEvent

Role: TypeAlias = Literal["thing", "contact", "motion", "person"]
"""``thing``: people switch it; the others only report."""
DAY_BEGINS: Final = 4
"""The hour at which a person's day begins: who goes to bed at half past midnight does so on the day before."""
_QUIET_DAY: Final = 0.15
"""With fewer acts than this share of the usual ones nobody lived there, where no phone says who was home."""


@dataclass(slots=True)
class Turns:
    """When one thing turned which way; the three lists go together, oldest first."""

    at: "array[float]" = field(default_factory=lambda: array("d"))
    """Seconds since 1970."""
    up: "array[int]" = field(default_factory=lambda: array("b"))
    who: "array[int]" = field(default_factory=lambda: array("b"))
    """A `Who`."""

    def add(self, at: float, *, up: bool, who: Who) -> None:
        """Add a turn, which must be the newest."""
        self.at.append(at)
        self.up.append(up)
        self.who.append(who)

    def was_up(self, at: float) -> bool | None:
        """Return how the thing was just before a moment; none before the first turn."""
        place = bisect_left(self.at, at)
        return bool(self.up[place - 1]) if place else None

    def times(self, *, up: bool, who: Who | None = None) -> "array[float]":
        """Return when it turned one way, by somebody or by anybody."""
        return array("d", (
            at for at, way, whose in zip(self.at, self.up, self.who, strict=True)
            if way == up and who in (None, whose)
        ))  # fmt: skip

    def within(self, since: float, until: float) -> range:
        """Return the places of the turns from one moment on, up to and with another."""
        return range(bisect_left(self.at, since), bisect_right(self.at, until))

    def between(self, since: float, until: float) -> Iterator[tuple[float, bool, Who]]:
        """Yield the turns from one moment on, up to and with another."""
        for place in self.within(since, until):
            yield self.at[place], bool(self.up[place]), Who(self.who[place])


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a thing beside its past."""

    role: Role
    area: str | None = None
    media: bool = False


@dataclass(frozen=True)
class Record:
    """A household's past."""

    since: float
    until: float
    zone: ZoneInfo
    turns: Mapping[str, Turns]
    places: Mapping[str, Place]
    sun: Callable[[SunEvent, date], datetime | None]
    lux: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict[str, Sequence[tuple[float, float]]])
    """Of light sensors outside: when, and how bright, in lux."""
    levels: Mapping[str, Levels] = field(default_factory=dict[str, Levels])
    """Of things that are dimmed, heated or opened so far."""

    @cached_property
    def lux_times(self) -> Mapping[str, Sequence[float]]:
        """When each light sensor said something."""
        return {sensor: [at for at, _ in readings] for sensor, readings in self.lux.items()}

    @cached_property
    def days(self) -> "Days":
        """The days of the household."""
        return Days(self)

    def local(self, at: float) -> datetime:
        """Return a moment on the house's clock."""
        return datetime.fromtimestamp(at, self.zone)

    def is_dark(self, at: float) -> bool | None:
        """Say whether the sun was down; none where nobody knows."""
        day = self.local(at).date()
        rises, sets = self.days.sun("sunrise", day), self.days.sun("sunset", day)
        return None if rises is None or sets is None else not rises <= at < sets

    @cached_property
    def presence(self) -> "Turns | None":
        """When the first came home and the last went; none where nobody's phone says."""
        people = [turns for id_, turns in self.turns.items() if self.places[id_].role == "person" and turns.at]
        if not people:
            return None
        home = [bool(one.was_up(self.since)) for one in people]
        found = Turns()
        found.add(self.since, up=any(home), who=Who.OTHER)
        moves = sorted((at, number, bool(way)) for number, one in enumerate(people)
                       for at, way in zip(one.at, one.up, strict=True))  # fmt: skip
        for at, number, way in moves:
            home[number] = way
            if any(home) != bool(found.up[-1]):
                found.add(at, up=any(home), who=Who.PERSON)
        return found

    def events(self, name: str, *, up: bool) -> "array[float]":
        """Return when something happened that others may follow."""
        # Each is asked for by everything in the same room.
        if (name, up) not in self._events:
            self._events[name, up] = self._found(name, up=up)
        return self._events[name, up]

    @cached_property
    def _events(self) -> "dict[tuple[str, bool], array[float]]":
        return {}

    def _found(self, name: str, *, up: bool) -> "array[float]":
        if name in (FIRST_HOME, LAST_OUT):
            return array("d") if self.presence is None else self.presence.times(up=up, who=Who.PERSON)
        return self.turns[name].times(up=up)


class Days:
    """The days of a record, each from four in the morning on, and which of them somebody lived there."""

    def __init__(self, record: Record) -> None:
        self._record = record
        first = (record.local(record.since) - timedelta(hours=DAY_BEGINS)).date()
        last = (record.local(record.until) - timedelta(hours=DAY_BEGINS)).date()
        self.dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        self.weekdays = [day.weekday() for day in self.dates]
        self.starts = [self._at(day, DAY_BEGINS * 60) for day in self.dates]
        self._midnights = [self._at(day, 0) for day in self.dates]
        # On which, and on whose morrow, no clock changes: there minutes need no calendar.
        self._plain = [self._at(day, 2_880) - self._at(day, 0) == 2 * 86_400 for day in self.dates]
        self._suns: dict[tuple[SunEvent, date], float | None] = {}

    def number(self, at: float) -> int:
        """Return which day a moment is in."""
        return max(0, bisect_right(self.starts, at) - 1)

    def minute(self, at: float) -> float:
        """Return the minutes on the clock since midnight of the day that a moment is in; beyond 1440 past the next."""
        number = self.number(at)
        if self._plain[number]:
            return (at - self._midnights[number]) / 60
        local = self._record.local(at)
        passed = (local.date() - self.dates[number]).days
        return passed * 1440 + local.hour * 60 + local.minute + local.second / 60

    def is_plain(self, number: int) -> bool:
        """Say whether no clock changes on a day or its morrow."""
        return self._plain[number]

    def moment(self, number: int, minute: float) -> float:
        """Return when the clock shows so many minutes after midnight of a day."""
        plain = self._plain[number]
        return self._midnights[number] + minute * 60 if plain else self._at(self.dates[number], minute)

    def sun(self, event: SunEvent, day: date) -> float | None:
        """Return when the sun rises or sets on a day, in seconds since 1970."""
        key = event, day
        if key not in self._suns:
            found = self._record.sun(event, day)
            self._suns[key] = None if found is None else found.timestamp()
        return self._suns[key]

    @cached_property
    def lived(self) -> Sequence[bool]:
        """Which days somebody was at home for some time and did something."""
        acts = [0] * len(self.dates)
        for id_, turns in self._record.turns.items():
            if self._record.places[id_].role == "thing":
                for at, who in zip(turns.at, turns.who, strict=True):
                    acts[self.number(at)] += who == Who.PERSON
        usual = median([float(count) for count in acts if count])
        return [count >= max(1.0, _QUIET_DAY * usual) for count in acts]

    def is_whole(self, number: int) -> bool:
        """Say whether all of a day is on record."""
        ends = self.starts[number + 1] if number + 1 < len(self.starts) else self.starts[number] + 86_400
        return self.starts[number] >= self._record.since and ends <= self._record.until

    def somebody(self, since: float, until: float) -> bool:
        """Say whether somebody was at home for some of a stretch of time, or nobody knows."""
        presence = self._record.presence
        if presence is None:
            return True
        return presence.was_up(since) is not False or any(up for _, up, _ in presence.between(since, until))

    def _at(self, day: date, minute: float) -> float:
        ahead, rest = divmod(minute * 60, 86_400)
        wall = datetime.combine(day + timedelta(days=int(ahead)), time(), self._record.zone)
        return (wall + timedelta(seconds=rest)).timestamp()
