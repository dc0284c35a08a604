"""What a time expression can mean: one dataclass for every kind of answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

Use = Literal["reminder", "routine", "timer"]
"""What the caller wants a time for; a routine's bare hour is one of the morning (5 to 11)."""

Spans = tuple[tuple[int, int], ...]
"""Where in the text the time was said: (start, end) in characters, in order, not overlapping."""

Place = tuple[float, float]
"""Latitude and longitude in degrees."""

SunEvent = Literal["sunrise", "sunset", "dawn", "dusk"]


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time."""

    at: datetime
    """In the zone of the reference."""
    spans: Spans
    confidence: float = 1.0
    """0 to 1; below 0.7 the caller should read the time back before it counts on it."""


@dataclass(frozen=True, slots=True)
class Date:
    """A day as a whole, no time of day was said."""

    day: date
    spans: Spans
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; a month counts as 30 days, a year as 365."""

    length: timedelta
    spans: Spans
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Range:
    """From one point in time to another; whole days end at the midnight after the last."""

    start: datetime
    end: datetime
    spans: Spans
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule that names days, with times of day, or a fixed pace of elapsed time."""

    rule: str
    """An RRULE value of RFC 5545; `start` is its DTSTART."""
    start: datetime
    times: tuple[time, ...]
    """Wall times on each day of the rule; empty: no time of day was said, or the pace is elapsed time."""
    every: timedelta | None
    """The pace in elapsed time, counted from `start`; None for a rule of days."""
    spans: Spans
    confidence: float = 1.0

    def firings(self, after: datetime) -> Iterator[datetime]:
        """Yield the points in time after `after`, at wall times by Vixie's rules at a clock change."""
        from skills.grammar.when.recurrence import firings

        return firings(self, after)


@dataclass(frozen=True, slots=True)
class Sun:
    """A time by the sun: once, or on the days of a rule."""

    event: SunEvent
    offset: timedelta
    day: date | None
    """The day meant, None with a rule."""
    rule: str | None
    at: datetime | None
    """About when that is next, to a few minutes; None without a place, or where the sun does not do so that day."""
    spans: Spans
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Nothing:
    """No time was said."""

    spans: Spans = ()
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Question:
    """A time was said that cannot be, or that can be two that differ: ask, do not guess."""

    text: str
    """What to ask, in the language of the text."""
    spans: Spans
    confidence: float = 1.0


Moment = Instant | Date | Duration | Range | Recurrence | Sun | Nothing | Question
