"""What a skill watches for by itself: which states, for how long, and what is said about them then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from devices.model import Entity, HomeView, State

Urgency = Literal["info", "normal", "important", "critical"]


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that is watched, as it is now."""

    entity: Entity
    state: State
    """Known and available: what cannot be reached is not looked at, and stays as it was."""
    home: HomeView
    now: datetime
    """Aware, in the zone of the house."""
    settings: object | None = None
    """The skill's own settings."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is to be told about a thing."""

    text: str
    """A sentence: ``The freezer is open.``"""
    because: str
    """Why it is told, without a full stop: ``it has been open for 5 minutes``."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that a skill tells by itself. See `skills.api.Skill.watch`."""

    skill: str
    name: str
    """``proactive.windows``."""
    what: str
    words: tuple[str, ...]
    look: Callable[[Sight], Finding | None]
    about: Callable[[Entity], bool]
    beside: Callable[[Entity], bool] | None
    after: Callable[[Sight], bool] | None
    for_s: float
    clear_s: float
    every_s: float | None
    urgency: Urgency
    settings: object | None = None
