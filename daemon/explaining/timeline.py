"""What is on record of a house between two moments: what a "why" is answered from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal, TypeAlias

from daemon.routines.model import Routine
from daemon.routines.triggers import SunEvent
from daemon.routines.values import Value
from daemon.routines.world import Seen
from devices.model import Area, Entity

Kind: TypeAlias = Literal[
    "became",
    "hand",
    "elsewhere",
    "asked",
    "did",
    "retried",
    "refused",
    "failed",
    "silent",
    "message",
    "confirm-asked",
    "confirm-denied",
    "confirm-timeout",
    "gone",
    "back",
    "all-gone",
    "all-back",
    "broker-down",
    "broker-up",
    "stopped",
    "started",
    "began",
    "ended",
    "held",
    "paused",
    "resumed",
    "disabled",
    "enabled",
    "edited",
    "looped",
    "declined",
    "removed",
    "renamed",
    "clock-changed",
    "recording",
]
"""``became`` a state was reported, nobody says why; ``hand`` a hand on the thing; ``elsewhere`` Home Assistant;
``asked`` a person, through one of our doors; ``did`` a routine or script, and ``retried`` it; ``silent`` a command was
not confirmed; ``gone``, ``back`` a thing's reachability; ``stopped``, ``started`` the daemon's; ``began``, ``ended`` a
routine's run, ``held`` a notice was kept back, ``looped`` was stopped by the guard, ``declined`` by a limit;
``recording`` nothing is on record before."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; what does not apply to its kind is empty."""

    at: datetime
    kind: Kind
    entity: str | None = None
    to: str | None = None
    """The state it came to; of a rename the new id."""
    action: str | None = None
    """The command: ``light.turn_on``."""
    data: Mapping[str, Value] = field(default_factory=dict[str, Value])
    routine: str | None = None
    others: tuple[str, ...] = ()
    """Further routines it is about."""
    script: str | None = None
    person: str | None = None
    door: str | None = None
    """Through what it came: ``voice``, ``dashboard``, ``wall switch``, ``automation.sunset``."""
    text: str | None = None
    """Words that were said, a device's message, a reason, what was changed."""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of it. Events are in the order of time, and none is after `now`."""

    now: datetime
    """When it is asked, in the zone of the house."""
    things: Mapping[str, Entity]
    areas: Mapping[str, Area] = field(default_factory=dict[str, Area])
    initial: Mapping[str, Seen] = field(default_factory=dict[str, Seen])
    """What was so before the first event."""
    events: tuple[Event, ...] = ()
    routines: tuple[Routine, ...] = ()
    """As they are in force."""
    contents: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict[str, tuple[tuple[str, str], ...]])
    """What scenes and scripts do: the entity (or a domain, for all of it), and the command or the state."""
    sun: Mapping[SunEvent, time] = field(default_factory=dict[SunEvent, time])

    def name(self, id: str) -> str:
        """Return what a thing or a person is called; its id in words, where it is not there any more."""
        thing = self.things.get(id)
        return thing.name if thing is not None else id.partition(".")[2].replace("_", " ") or id

    def routine(self, id: str | None) -> Routine | None:
        """Return a routine in force."""
        return next((each for each in self.routines if each.id == id), None)

    def sun_at(self, event: SunEvent, day: date) -> datetime | None:
        """Return when the sun rises or sets on a day."""
        clock = self.sun.get(event)
        return None if clock is None else datetime.combine(day, clock, tzinfo=self.now.tzinfo)
