"""How much attention people give to notices, and how many of them they get a day: counts that can be seen and reset."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from daemon.household import Span
from daemon.notify.model import Urgency
from devices.model import AreaId
from skills.model import PersonId

LEARNS_FROM = 5
"""As many answers are too few to learn from."""
LEAST_SHARE = 0.2
"""Whoever dismisses everything still gets so much of a budget: what they would miss, nobody knows."""


A_DAY: Mapping[Urgency, int] = {Urgency.INFO: 6, Urgency.NORMAL: 40, Urgency.IMPORTANT: 60}


@dataclass(frozen=True, slots=True)
class Manners:
    """How the household wants to be told, as configured."""

    quiet: Span | None = None
    """When nothing is said to whoever is there; people have hours of their own."""
    quiet_rooms: Mapping[AreaId, Span] = field(default_factory=dict[AreaId, Span])
    order: tuple[PersonId, ...] = ()
    """Who comes next; those who are not named come last."""
    digests: tuple[time, ...] = (time(8), time(18))
    snooze: timedelta = timedelta(minutes=10)
    a_day: Mapping[Urgency, int] = field(default_factory=lambda: A_DAY)
    """So many a person gets a day; what is critical is never counted."""


@dataclass(frozen=True, slots=True)
class Attention:
    """What one person did with the notices of one urgency."""

    person: PersonId
    urgency: Urgency
    told: int = 0
    answered: int = 0
    dismissed: int = 0
    today: int = 0


def budget(attention: Attention, a_day: int) -> int:
    """Return how many notices of an urgency a person gets a day: fewer, the more of them they dismissed."""
    answers = attention.answered + attention.dismissed
    if answers < LEARNS_FROM or a_day <= 0:
        return a_day
    share = max(LEAST_SHARE, attention.answered / answers)
    return max(1, round(a_day * share))


def next_digest(now: datetime, digests: Sequence[time], zone: tzinfo) -> datetime:
    """Return when the next digest is, after now."""
    local = now.astimezone(zone)
    days: Sequence[date] = [local.date() + timedelta(days=n) for n in (0, 1)]
    times = sorted(datetime.combine(day, at, zone).astimezone(now.tzinfo) for day in days for at in digests)
    return next(at for at in times if at > now)
