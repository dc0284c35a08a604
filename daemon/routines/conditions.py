"""What must be so for a routine to go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal, TypeAlias

from daemon.routines.expressions import Template
from daemon.routines.triggers import Level, NotMeant, Span, SunEvent, Weekday
from daemon.routines.values import Raw, Scalar


@dataclass(frozen=True, slots=True)
class StateCondition:
    """Entities (or one attribute of them) are in one of some states."""

    entity_id: tuple[str, ...]
    state: tuple[Scalar, ...]
    """A state may be the id of an entity, whose state is then wanted."""
    attribute: str | None = None
    held: Span | None = None
    """Since at least so long."""
    match: Literal["all", "any"] = "all"


@dataclass(frozen=True, slots=True)
class NumericCondition:
    """Numbers lie in a range; the limits themselves do not."""

    entity_id: tuple[str, ...]
    above: Level | None = None
    below: Level | None = None
    attribute: str | None = None
    value_template: Template | None = None


@dataclass(frozen=True, slots=True)
class TimeCondition:
    """It is some time of day; from ``after`` on, up to but not at ``before``, over midnight where that is earlier."""

    after: time | str | None = None
    """A time, or the entity that holds it."""
    before: time | str | None = None
    weekday: tuple[Weekday, ...] = ()


@dataclass(frozen=True, slots=True)
class SunCondition:
    """It is after or before sunrise or sunset, of today."""

    after: SunEvent | None = None
    before: SunEvent | None = None
    after_offset: timedelta = timedelta()
    before_offset: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ZoneCondition:
    """Each of these people is in one of these zones."""

    entity_id: tuple[str, ...]
    zone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriggerCondition:
    """It was one of these triggers, by id or place, that began the run."""

    id: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateCondition:
    """An expression is so."""

    value_template: Template


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each of them; so where there are none."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of them."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Not one of them."""

    conditions: tuple["Condition", ...]


Test: TypeAlias = (
    StateCondition
    | NumericCondition
    | TimeCondition
    | SunCondition
    | ZoneCondition
    | TriggerCondition
    | TemplateCondition
    | AllOf
    | AnyOf
    | NoneOf
    | NotMeant
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be so."""

    test: Test
    alias: str | None = None
    enabled: bool = True
    """A disabled condition is as if it were not there."""
    kept: Mapping[str, Raw] = field(default_factory=dict[str, Raw])
