"""What an explanation finds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from daemon.explaining.past import Attempt, Broken
from daemon.explaining.timeline import Event
from daemon.routines.conditions import Condition
from daemon.routines.world import Seen

Cause: TypeAlias = Literal[
    "routine",
    "person",
    "manual",
    "home-assistant",
    "power",
    "unavailable",
    "broker-down",
    "device-failed",
    "refused",
    "not-confirmed",
    "held-back",
    "overridden",
    "already-running",
    "loop",
    "late-report",
    "condition-false",
    "trigger-not-met",
    "entity-missing",
    "routine-disabled",
    "routine-edited",
    "routines-paused",
    "setting-changed",
    "restart",
    "clock-change",
    "unknown",
]
NotMet: TypeAlias = Literal["broken", "already", "never", "not-yet", "before"]
"""Why a trigger was not met: it did not hold long enough; it was so already; it never came to it; its time has
not come; it went off before, and not since."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause, and what is known around it; what does not apply is empty."""

    cause: Cause
    entity: str | None = None
    """Of a routine what set it off, of a condition what it looked at, else the thing itself."""
    thing: str | None = None
    """What was asked about."""
    up: bool | None = None
    """Which way the thing went, or was to go."""
    routine: str | None = None
    also_routine: str | None = None
    person: str | None = None
    by: str | None = None
    """The door, the switch, Home Assistant's automation."""
    via: str | None = None
    """The script or scene between."""
    at: datetime | None = None
    """When the cause was."""
    event: Event | None = None
    """The record that tells."""
    attempt: Attempt | None = None
    began: datetime | None = None
    """When the run began."""
    back: Seen | None = None
    """What the trigger's thing became before the run was through."""
    waited: timedelta | None = None
    failing: Condition | None = None
    seen: Seen | None = None
    """What the failing condition's thing, or the trigger's, was."""
    not_met: NotMet | None = None
    broken: Broken | None = None
    until: datetime | None = None
    after: Event | None = None
    """What happened next to it."""
    withheld: bool = False
    """It was asked why it did not happen."""
    notes: tuple[Event, ...] = field(default=())
    """What else is on record about it, for an answer that does not know."""
