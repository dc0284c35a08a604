"""What can set a routine off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Literal, TypeAlias

from daemon.routines.expressions import Data, Template
from daemon.routines.values import Raw, Scalar, Secret

Span: TypeAlias = timedelta | Template | Mapping[str, Data]
"""A length of time; a template, or a mapping of units with templates, is computed when it is needed."""
Level: TypeAlias = float | str
"""A threshold: a number, or the entity that holds it."""
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SunEvent: TypeAlias = Literal["sunrise", "sunset"]


@dataclass(frozen=True, slots=True)
class NotMeant:
    """A part we have no meaning for, kept word for word; it never fires, is never met and never carried out."""

    raw: Raw
    why: str


@dataclass(frozen=True, slots=True)
class StateTrigger:
    """An entity's state (or one attribute) becomes another."""

    entity_id: tuple[str, ...]
    from_: tuple[Scalar, ...] | None = None
    """``None``: whatever it was; empty: any state, but a change of attributes alone does not count."""
    to: tuple[Scalar, ...] | None = None
    not_from: tuple[Scalar, ...] | None = None
    not_to: tuple[Scalar, ...] | None = None
    attribute: str | None = None
    held: Span | None = None
    """How long it must stay so before it counts."""


@dataclass(frozen=True, slots=True)
class NumericTrigger:
    """A number comes into a range from outside it."""

    entity_id: tuple[str, ...]
    above: Level | None = None
    below: Level | None = None
    attribute: str | None = None
    value_template: Template | None = None
    """Computes the number, with the entity's state as ``state``."""
    held: Span | None = None
    hysteresis: float = 0.0
    """Ours: how far beyond the limit it must have gone back before it can fire again; in the number's unit, from 0."""


@dataclass(frozen=True, slots=True)
class AtEntity:
    """The time that an entity holds (``input_datetime``, a sensor with a time), and how long after it."""

    entity_id: str
    offset: timedelta = timedelta()


Moment: TypeAlias = time | AtEntity


@dataclass(frozen=True, slots=True)
class TimeTrigger:
    """A time of day, on every day or some."""

    at: tuple[Moment, ...]
    weekday: tuple[Weekday, ...] = ()


@dataclass(frozen=True, slots=True)
class RecurrenceTrigger:
    """Ours: a rule of RFC 5545 on the house's clock: ``FREQ=MONTHLY;BYMONTHDAY=1``."""

    rule: str
    at: time
    """The time of day, which is also when it begins."""


@dataclass(frozen=True, slots=True)
class PatternTrigger:
    """Whenever the clock's parts fit: a number, ``/5`` for every fifth, ``*`` for each; none means the lowest."""

    hours: str | None = None
    minutes: str | None = None
    seconds: str | None = None


@dataclass(frozen=True, slots=True)
class SunTrigger:
    """Sunrise or sunset, or so long after it (before, where negative)."""

    event: SunEvent
    offset: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class ZoneTrigger:
    """Somebody comes into a zone or leaves it."""

    entity_id: tuple[str, ...]
    zone: str
    event: Literal["enter", "leave"] = "enter"


@dataclass(frozen=True, slots=True)
class MqttTrigger:
    """A message on a topic (with MQTT's wildcards)."""

    topic: str
    payload: str | None = None
    value_template: Template | None = None
    """Applied to the payload (``value``, ``value_json``) before it is compared with ``payload``."""


@dataclass(frozen=True, slots=True)
class EventTrigger:
    """An event of Home Assistant's or of our own routines."""

    event_type: tuple[str, ...]
    event_data: Mapping[str, Data] = field(default_factory=dict[str, Data])
    """What the event's data must hold at least."""


@dataclass(frozen=True, slots=True)
class CalendarTrigger:
    """An entry of a calendar starts or ends, or so long after that."""

    entity_id: tuple[str, ...]
    event: Literal["start", "end"] = "start"
    offset: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class WebhookTrigger:
    """A call of an address of ours from outside."""

    webhook_id: str | Secret
    allowed_methods: tuple[str, ...] = ()
    local_only: bool = True


@dataclass(frozen=True, slots=True)
class PhraseTrigger:
    """A sentence that somebody says; ``{slots}`` catch words."""

    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HomeTrigger:
    """The home (Home Assistant's and ours) starts or stops."""

    event: Literal["start", "shutdown"]


@dataclass(frozen=True, slots=True)
class TagTrigger:
    """An NFC tag is read."""

    tag_id: tuple[str, ...]
    device_id: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateTrigger:
    """An expression becomes so."""

    value_template: Template
    held: Span | None = None


@dataclass(frozen=True, slots=True)
class RoutineTrigger:
    """Ours: a run of another routine is over."""

    routine: tuple[str, ...]
    result: tuple[str, ...] = ("finished",)
    """``finished``, ``stopped`` (by a condition or a stop) or ``failed``."""


When: TypeAlias = (
    StateTrigger
    | NumericTrigger
    | TimeTrigger
    | RecurrenceTrigger
    | PatternTrigger
    | SunTrigger
    | ZoneTrigger
    | MqttTrigger
    | EventTrigger
    | CalendarTrigger
    | WebhookTrigger
    | PhraseTrigger
    | HomeTrigger
    | TagTrigger
    | TemplateTrigger
    | RoutineTrigger
    | NotMeant
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """One way for a routine to begin."""

    when: When
    id: str | None = None
    alias: str | None = None
    enabled: bool = True
    variables: Mapping[str, Data] = field(default_factory=dict[str, Data])
    kept: Mapping[str, Raw] = field(default_factory=dict[str, Raw])
    """What was written beside it and has no meaning (``metadata``), for the export."""
