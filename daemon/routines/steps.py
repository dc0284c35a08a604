"""What goes into a run and what comes out of it: plain values, for whoever carries them out, shows or counts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from daemon.routines.values import Value
from daemon.routines.world import Change

Result: TypeAlias = Literal["finished", "stopped", "failed", "declined"]
"""``declined``: a condition of the routine did not hold, so nothing was done."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What came of a call."""

    wait: int
    done: bool = True
    response: Value = None
    why: str = ""
    """What went wrong, where it is not done."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a person said to a question."""

    wait: int
    answer: Value


@dataclass(frozen=True, slots=True)
class Halted:
    """The run is to end now: a newer one replaces it, or a person wants it."""

    why: str


Event: TypeAlias = Returned | Answered | Halted | Change


@dataclass(frozen=True, slots=True)
class Calling:
    """An effect to be carried out; what comes of it is to be handed back as `Returned`."""

    where: str
    wait: int
    action: str
    target: Mapping[str, tuple[str, ...]]
    """By ``entity_id``, ``area_id``, ``floor_id``, ``label_id``, ``device_id``; empty where it needs none."""
    data: Mapping[str, Value]
    deadline: datetime
    wants_response: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """The run waits; with each number only the last one counts."""

    where: str
    wait: int
    kind: Literal["time", "triggers", "expression"]
    look_at: datetime
    """When a `ClockMoved` must come at the latest, whether or not anything else happens: a row of the time ledger."""
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """A question to people; an answer is to be handed back as `Answered`, a `ClockMoved` at the deadline."""

    where: str
    wait: int
    question: str
    of: tuple[str, ...]
    answers: tuple[str, ...]
    deadline: datetime


@dataclass(frozen=True, slots=True)
class Noticing:
    """Something people are to be told."""

    where: str
    message: str
    title: str | None
    to: tuple[str, ...]
    urgency: Literal["low", "normal", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Firing:
    """An event to be fired."""

    where: str
    event_type: str
    data: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Responding:
    """What the sentence that began the run is answered with."""

    where: str
    response: str | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition that was looked at; for the trace."""

    where: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Went:
    """The way that was taken at a fork or a loop's turn, or what was named; for the trace."""

    where: str
    way: str
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True)
class Stumbled:
    """A step that failed, and the run went on because that was wanted."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over."""

    where: str
    result: Result
    why: str = ""
    response: Value = None


Step: TypeAlias = Calling | Waiting | Asking | Noticing | Firing | Responding | Checked | Went | Stumbled | Ended
