"""Whose wish counts more: the table of ADR 33, as plain functions.

============  =================================================================  ==========================
rank          who                                                                holds what it set for
============  =================================================================  ==========================
`SAFETY`      routines and the daemon, while smoke, gas or water is reported      as long as it is reported
`GROWN_UP`    owners, adults, and people of whom nobody knows who they are        `Household.hold` (30 min)
`MINOR`       children and guests, and a hand of which nobody knows whose it is   `Household.hold`
`AGENT`       plans, MCP and MQTT clients                                         `AGENT_HOLD` (10 min)
`ROUTINE`     routines, reminders                                                 not at all
`DAEMON`      the daemon by itself                                                not at all
============  =================================================================  ==========================

A wish wins over what is held by its own rank or by a lower one: of equals the later. A command that somebody put off
counts as theirs when it falls due, what the model made of somebody's words as if they had worded it, and what a routine
does that somebody started as if they did it. Who sets a thing in Home Assistant counts as what they are here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from daemon.household import Household, Role
from devices.model import EntityId
from skills.model import Cause, CauseId, Origin, PersonId

AGENT_HOLD = timedelta(minutes=10)
SAFETY_HOLD = timedelta(hours=4)
"""At the longest, should what reports the danger never be heard of again."""
DELAYED = "due/"
"""The ids of causes begin so whose command somebody put off."""
PLANNED = "plan/"
"""The ids of causes begin so that are steps of a plan, whichever door they come through."""
BY_HAND = "hand/"
"""The ids of causes begin so that stand for a hand at the thing itself, or for somebody in Home Assistant."""


class Rank(IntEnum):
    """How much a wish counts against others for the same thing."""

    DAEMON = 0
    ROUTINE = 1
    AGENT = 2
    MINOR = 3
    GROWN_UP = 4
    SAFETY = 5


@dataclass(frozen=True, slots=True)
class Hold:
    """What was set, by whom, and until when it is left alone by those who count less."""

    rank: Rank
    at: datetime
    until: datetime
    cause: CauseId
    person: PersonId | None
    service: str
    origin: Origin
    name: str | None = None
    """What whoever set it past the gateway is called, where that is told."""


def rank_of(cause: Cause, household: Household, *, alarm: bool) -> Rank:
    """Return how much a wish counts; ``alarm``: something reports a danger just now."""
    if cause.id.startswith(PLANNED) or cause.origin in (Origin.MCP, Origin.MQTT):
        return Rank.AGENT
    if cause.origin in (Origin.ROUTINE, Origin.REMINDER, Origin.DAEMON) and not cause.id.startswith(DELAYED):
        if alarm:
            return Rank.SAFETY
        return Rank.DAEMON if cause.origin is Origin.DAEMON else Rank.ROUTINE
    return Rank.MINOR if household.role_of(cause) in (Role.CHILD, Role.GUEST) else Rank.GROWN_UP


def held_for(rank: Rank, household: Household) -> timedelta | None:
    """Return for how long a wish of this rank holds what it set; ``None``: not at all."""
    match rank:
        case Rank.SAFETY:
            return SAFETY_HOLD
        case Rank.GROWN_UP | Rank.MINOR:
            return household.hold or None
        case Rank.AGENT:
            return AGENT_HOLD
        case Rank.ROUTINE | Rank.DAEMON:
            return None


def party_of(cause: Cause) -> str:
    """Return who pulls at a thing: all steps of one run or plan are one, and so is a person."""
    kind, _, rest = cause.id.partition("/")
    return f"{kind}/{rest.partition('/')[0]}" if rest else cause.person or cause.id


@dataclass(frozen=True, slots=True)
class Lost:
    """A wish that gives way at one thing."""

    entity: EntityId
    why: str
    """For people, without a full stop: ``Anna turned it off 10 minutes ago``."""
    to: str
    """What it gives way to: the cause of what is held."""
