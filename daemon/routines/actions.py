"""What a routine does, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from daemon.routines.conditions import Condition
from daemon.routines.expressions import Data, Template
from daemon.routines.triggers import NotMeant, Span, Trigger
from daemon.routines.values import Raw


@dataclass(frozen=True, slots=True)
class Call:
    """One effect of the house: ``light.turn_on`` with a target and data."""

    action: str | Template
    target: Mapping[str, Data] | Template = field(default_factory=dict[str, Data])
    """``entity_id``, ``area_id``, ``floor_id``, ``label_id``, ``device_id``."""
    data: Mapping[str, Data] | Template = field(default_factory=dict[str, Data])
    response_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """Do nothing for so long."""

    delay: Span


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Wait until one of some triggers fires; then ``wait.trigger`` says which."""

    triggers: tuple[Trigger, ...]
    timeout: Span | None = None
    continue_on_timeout: bool = True


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Wait until an expression is so; then ``wait.completed`` says whether it came about."""

    wait_template: Template
    timeout: Span | None = None
    continue_on_timeout: bool = True


@dataclass(frozen=True, slots=True)
class Option:
    """One branch of a `Choose`."""

    conditions: tuple[Condition, ...]
    sequence: tuple["Action", ...]
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """The first branch whose conditions are met, else the default."""

    choose: tuple[Option, ...]
    default: tuple["Action", ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """One of two ways."""

    conditions: tuple[Condition, ...]
    then: tuple["Action", ...]
    otherwise: tuple["Action", ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """So often."""

    count: int | Template


@dataclass(frozen=True, slots=True)
class ForEach:
    """Once for each item, which is ``repeat.item``."""

    items: Data


@dataclass(frozen=True, slots=True)
class While:
    """As long as something is so, looked at before each turn."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Until:
    """Until something is so, looked at after each turn."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same steps again; ``repeat.index`` counts from 1. The interpreter bounds every loop."""

    how: Times | ForEach | While | Until
    sequence: tuple["Action", ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Branches side by side; over when all of them are."""

    branches: tuple[tuple["Action", ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Steps under one name."""

    sequence: tuple["Action", ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of the run."""

    reason: str | Template
    error: bool = False
    response_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Go on only if."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Assign:
    """Names for values."""

    variables: Mapping[str, Data]


@dataclass(frozen=True, slots=True)
class Fire:
    """An event, for other routines and for Home Assistant."""

    event: str | Template
    event_data: Mapping[str, Data] | Template = field(default_factory=dict[str, Data])


@dataclass(frozen=True, slots=True)
class Respond:
    """The answer to the sentence that began the run; nothing where no sentence did."""

    response: str | Template | None


@dataclass(frozen=True, slots=True)
class Notice:
    """Ours: tell people, on whatever channel reaches them."""

    message: str | Template
    title: str | Template | None = None
    to: tuple[str, ...] = ()
    """People's ids; empty: the household."""
    urgency: Literal["low", "normal", "high", "critical"] = "normal"


@dataclass(frozen=True, slots=True)
class Ask:
    """Ours: ask a person, and go on with the answer."""

    question: str | Template
    of: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    """What can be answered; empty: anything."""
    timeout: Span | None = None
    response_variable: str = "answer"
    """Where the answer stands afterwards; none where nobody answered in time."""
    continue_on_timeout: bool = True


Do: TypeAlias = (
    Call
    | Delay
    | WaitFor
    | WaitUntil
    | Choose
    | If
    | Repeat
    | Parallel
    | Group
    | Stop
    | Check
    | Assign
    | Fire
    | Respond
    | Notice
    | Ask
    | NotMeant
)


@dataclass(frozen=True, slots=True)
class Action:
    """One step."""

    do: Do
    alias: str | None = None
    enabled: bool = True
    continue_on_error: bool = False
    kept: Mapping[str, Raw] = field(default_factory=dict[str, Raw])
