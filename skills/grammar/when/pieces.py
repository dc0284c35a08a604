"""The pieces that time expressions are put together from, half understood: a bare hour, a weekday, a pace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from skills.grammar.when.model import SunEvent


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was said."""

    hour: int
    minute: int = 0
    second: int = 0
    exact: bool = False
    """Whether the hour counts from 0 to 24."""
    halved: bool = field(default=False, compare=False)
    """Whether it was said with am or pm."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Several times of day in one breath."""

    clocks: tuple[Clock, ...]
    daily: bool = False
    """Whether they were said as times of every day: ``mornings at 8 and evenings at 9``."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day. Times are minutes of the day."""

    name: str
    usual: int
    first: int
    last: int
    today: bool = False
    """Whether today's is meant: ``tonight``, ``this morning``."""
    free: bool = False
    """Whether it is a time even alone inside a sentence: ``after lunch`` is one, ``night`` is not."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and which one comes next if the hour said on this one is past."""

    day: date | None
    """None: there is no such day."""
    again: Callable[[date], date | None] | None = None
    """Return the next day that was meant as well, after the given one."""
    weekday: int | None = None
    """Only the weekday was said, 0 for Monday."""
    length: int = 1
    """How many days it is long: a month as a whole has 30 or so."""
    doubtful: bool = False
    sure: bool = True
    """False for what is a day only beside other signs: a month alone, ``the third``."""
    moving: bool = False
    """Whether it has another date every year: Easter."""
    relative: bool = False
    """Whether it was said from today: ``tomorrow``."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time; months and days are the calendar's."""

    months: int = 0
    days: float = 0
    seconds: float = 0
    sure: bool = True
    """False for ``a minute``, which is a length only where one is expected."""
    vague: bool = False
    """``a few minutes``."""

    @property
    def calendar(self) -> bool:
        """Whether it is whole days, so that adding it to a day gives a day."""
        return not self.seconds and self.days == int(self.days) and bool(self.months or self.days)

    @property
    def total(self) -> timedelta:
        """The whole as elapsed time."""
        years, months = divmod(self.months, 12)
        return timedelta(days=365 * years + 30 * months + self.days, seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence so far."""

    freq: str = "DAILY"
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    """(which of the month, 0 for all; weekday)."""
    monthdays: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    every: timedelta | None = None
    last_of_them: bool = False
    """Only the last of `monthdays` that a month has."""
    on_the_hour: bool = False
    times_a_day: int = 0
    """So many times a day, at hours that were not said."""
    part: Part | None = None
    doubtful: bool = False
    """A range of weekdays, which is a recurrence only beside a time of day or another recurrence."""
    order: tuple[int, ...] = ()
    """The first and the last weekday, where it is a range of them."""


@dataclass(frozen=True, slots=True)
class SunPoint:
    """A time by the sun."""

    event: SunEvent
    offset: timedelta = timedelta()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class When:
    """A day, a time on it, or both."""

    day: Day | None = None
    clock: Clock | None = None
    part: Part | None = None
    clocks: tuple[Clock, ...] = ()
    sure: bool = True
    daily: bool = False
    """Whether that is every day, though nothing else says so."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point in time that is worked out."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Ends:
    """A range as it was said; None: now."""

    start: "When | Point | SunPoint | None"
    end: "When | Point | SunPoint | Length | None"


@dataclass(frozen=True, slots=True)
class Limit:
    """When a recurrence starts or ends, or which weekdays it leaves out."""

    start: "When | Point | None" = None
    until: "When | Point | None" = None
    length: Length | None = None
    without: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bad:
    """A time that cannot be, by the words that say it."""

    why: str


Value = (
    Clock | Clocks | Part | Day | Length | Rule | SunPoint | When | Point | Ends | Limit | Bad
    | float | int | str | bool | None
)  # fmt: skip
