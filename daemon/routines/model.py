"""A routine: what sets it off, what must be so, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType, TypeAlias

from daemon.routines.actions import Action
from daemon.routines.conditions import Condition
from daemon.routines.expressions import Data
from daemon.routines.triggers import Trigger
from daemon.routines.values import Raw

RoutineId = NewType("RoutineId", str)
Mode: TypeAlias = Literal["single", "restart", "queued", "parallel"]
DEFAULT_MAX = 10
"""How many runs of one queued or parallel routine there may be (Home Assistant 2026.11)."""


@dataclass(frozen=True, slots=True)
class Routine:
    """One routine, in one version."""

    id: RoutineId
    alias: str
    triggers: tuple[Trigger, ...]
    actions: tuple[Action, ...]
    conditions: tuple[Condition, ...] = ()
    description: str = ""
    mode: Mode = "single"
    max: int = DEFAULT_MAX
    """The most runs at once (``parallel``) or at once and waiting (``queued``); one in the other modes."""
    variables: Mapping[str, Data] = field(default_factory=dict[str, Data])
    """Computed at the start of every run, before the conditions."""
    enabled: bool = True
    version: int = 1
    """Counted up by whoever keeps it, with every change; a run goes on in the version it began with."""
    kept: Mapping[str, Raw] = field(default_factory=dict[str, Raw])
    """What was written beside it and has no meaning for us (``trace``, ``hide_entity``, a whole blueprint), for the
    export."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """One place of a routine that has no meaning here, and why."""

    routine: str
    where: str
    """As a path: ``actions[2].choose[0].conditions[1]``; empty for the whole."""
    why: str
    harmless: bool = False
    """True where nothing is lost by it: the place is switched off anyway, or has another name now."""
