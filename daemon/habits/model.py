"""What a habit is: a person does the same thing again and again, at a time of day or after something else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, TypeAlias

Anchor: TypeAlias = Literal["clock", "sunrise", "sunset", "lux"]
Limit: TypeAlias = Literal["dark", "light", "workday", "weekend", "home"]
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset((5, 6))
EVERY_DAY = frozenset(range(7))


class Who(IntEnum):
    """Whose doing a change was."""

    PERSON = 0
    """By hand, by voice, on the phone; also where nobody says, which is mostly a hand."""
    ROUTINE = 1
    """A routine of ours, or what else acts by itself here."""
    OTHER = 2
    """An automation of Home Assistant's, or nobody knows: it was away meanwhile."""


@dataclass(frozen=True, slots=True)
class Timely:
    """It happens at a time of day, or around sunrise, sunset, or when it grows dark outside."""

    anchor: Anchor
    offset: float
    """Minutes after the anchor; of the clock after midnight, beyond 1440 on the next day."""
    low: float
    high: float
    """Between these most of them lie, in the same minutes."""
    spread: float
    """Minutes: how far they usually are from the middle."""
    sensor: str | None = None
    """Of ``lux``: the sensor outside."""
    level: float = 0.0
    """Of ``lux``: below (switching on) or above which reading."""


@dataclass(frozen=True, slots=True)
class Following:
    """It happens after something else."""

    event: str
    """An entity, `FIRST_HOME` or `LAST_OUT`."""
    up: bool
    """Which way that goes."""
    delay_s: float
    """How long after it, usually."""
    within_s: float


FIRST_HOME, LAST_OUT = "first_home", "last_out"

Reason: TypeAlias = Timely | Following


@dataclass(frozen=True, slots=True)
class Evidence:
    """How sure it is."""

    hits: int
    """How often it was done."""
    chances: int
    """How often it could have been done: days, or events, with somebody there and the thing as it was before."""
    lower: float
    """Least confidence, 0 to 1: the lower bound of Wilson's interval, one-sided at 90 %."""
    lift: float
    """How many times as often as by chance."""
    recent: float
    """The share of the last ten chances that were taken, 0 to 1."""
    moments: tuple[float, ...] = ()
    """When it was done, in seconds since 1970."""

    @property
    def share(self) -> float:
        """How often it was done of the times it could have been, 0 to 1."""
        return self.hits / self.chances if self.chances else 0.0


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit of the household: whose it is, nobody asks."""

    targets: tuple[str, ...]
    ups: tuple[bool, ...]
    """For each target: whether it is switched on or opened, or the contrary."""
    reason: Reason
    evidence: Evidence
    days: frozenset[int] = EVERY_DAY
    """Monday is 0; the days on which a person's day began (at four in the morning)."""
    limits: tuple[Limit, ...] = ()
    minute: float = 0.0
    """The usual time of day, in minutes after midnight."""
    levels: Mapping[str, float] = field(default_factory=dict[str, float])
    """By target, how bright (percent), far (percent) or warm (degrees) it is set, where that repeats."""
    sets: bool = False
    """Whether only the level is set: the thing was on already."""

    @property
    def score(self) -> float:
        """How good an explanation it is: sure, and sharp."""
        reason = self.reason
        vague = reason.spread / 60 if isinstance(reason, Timely) else 0.01 + reason.delay_s / 7_200
        return self.evidence.lower - vague - 0.01 * len(self.limits)
