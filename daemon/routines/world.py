"""What a routine can see of the house, and what can happen in it: today, in a recording, on a twin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from daemon.routines.triggers import SunEvent
from daemon.routines.values import Secret, Value


@dataclass(frozen=True, slots=True)
class Seen:
    """What an entity is, or was."""

    value: str
    """Home Assistant's word: ``on``, ``21.5``, ``home``, ``unavailable``."""
    since: datetime
    """When it became that."""
    attributes: Mapping[str, Value] = field(default_factory=dict[str, Value])
    updated: datetime | None = None
    """When an attribute changed last; none where that was not after `since`."""


class World(Protocol):
    """A view of the house at one moment. It must not change while one of our functions looks at it."""

    @property
    def now(self) -> datetime:
        """The time, aware, in the house's own zone."""
        ...

    def state(self, entity: str) -> Seen | None:
        """Return what an entity is; none where there is no such entity."""
        ...

    def entities(self) -> Iterable[str]:
        """Return the ids of all entities, in any order."""
        ...

    def members(self, kind: Literal["area", "floor", "label", "device"], name: str) -> tuple[str, ...]:
        """Return the ids of the entities in a place (by id or name); empty where there is none."""
        ...

    def belongs(self, entity: str, kind: Literal["area", "floor", "device"]) -> tuple[str, str] | None:
        """Return the id and the name of what an entity belongs to; none where it belongs to none."""
        ...

    def sun(self, event: SunEvent, day: date) -> datetime | None:
        """Return when the sun rises or sets on a day; none where it does not, or the place is unknown."""
        ...


@dataclass(frozen=True, slots=True)
class StateChanged:
    """An entity became something else, came (no `old`) or went (no `new`)."""

    entity_id: str
    old: Seen | None
    new: Seen | None
    context: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """``id``, ``parent_id``, ``user_id``: whose doing it was, where that is known."""


@dataclass(frozen=True, slots=True)
class ClockMoved:
    """Time went on, from just after `since` to the world's now."""

    since: datetime
    """When the last change was handed over, of whatever kind: what fell due before that has fired already."""


@dataclass(frozen=True, slots=True)
class MessageCame:
    """A message over MQTT."""

    topic: str
    payload: str


@dataclass(frozen=True, slots=True)
class EventFired:
    """An event of Home Assistant's bus or of a routine."""

    event_type: str
    data: Mapping[str, Value] = field(default_factory=dict[str, Value])
    context: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True)
class CalendarMoment:
    """So long after the start or the end of a calendar's entry; the driver reads the offsets it owes from triggers."""

    entity_id: str
    event: Literal["start", "end"]
    offset: timedelta
    entry: Mapping[str, Value]
    """``summary, start, end, description, location, all_day``."""


@dataclass(frozen=True, slots=True)
class WebhookCalled:
    """A call of one of our addresses."""

    webhook_id: str | Secret
    method: str = "POST"
    local: bool = True
    json: Value = None
    data: Mapping[str, Value] = field(default_factory=dict[str, Value])
    query: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that somebody said, or the phrase that somebody's sentence was recognized as."""

    text: str
    slots: Mapping[str, Value] = field(default_factory=dict[str, Value])
    person: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class HomeTurned:
    """The home started or is about to stop."""

    event: Literal["start", "shutdown"]


@dataclass(frozen=True, slots=True)
class TagRead:
    """An NFC tag was held to something."""

    tag_id: str
    device_id: str | None = None


@dataclass(frozen=True, slots=True)
class RoutineEnded:
    """A run is over."""

    routine: str
    result: Literal["finished", "stopped", "failed"]


Change: TypeAlias = (
    StateChanged
    | ClockMoved
    | MessageCame
    | EventFired
    | CalendarMoment
    | WebhookCalled
    | Said
    | HomeTurned
    | TagRead
    | RoutineEnded
)


def state_value(entity: str, seen: Seen | None) -> Value:
    """Return an entity's state as expressions see it: ``state``, ``attributes``, ``entity_id``, ``last_changed``."""
    if seen is None:
        return None
    domain, _, thing = entity.partition(".")
    name = seen.attributes.get("friendly_name")
    return {
        "entity_id": entity,
        "domain": domain,
        "object_id": thing,
        "name": name if isinstance(name, str) else thing.replace("_", " "),
        "state": seen.value,
        "attributes": seen.attributes,
        "last_changed": seen.since,
        "last_updated": seen.updated or seen.since,
        "last_reported": seen.updated or seen.since,
    }
