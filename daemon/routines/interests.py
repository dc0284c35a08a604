"""What a trigger has to be told of, so that ten thousand of them cost nothing while nothing happens to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from daemon.routines.mentioning import mentioned
from daemon.routines.triggers import (
    AtEntity,
    CalendarTrigger,
    EventTrigger,
    MqttTrigger,
    NumericTrigger,
    PatternTrigger,
    RecurrenceTrigger,
    RoutineTrigger,
    StateTrigger,
    SunTrigger,
    TagTrigger,
    TemplateTrigger,
    TimeTrigger,
    Trigger,
    WebhookTrigger,
    When,
    ZoneTrigger,
)
from daemon.routines.values import Secret

TAG_EVENT = "tag_scanned"
"""The event that tells of a tag (Home Assistant 2026.11, ``tag/const.py``)."""


@dataclass(frozen=True, slots=True)
class Interests:
    """Which changes triggers can be set off by; any other need not be handed to `watching.observe`."""

    entities: frozenset[str] = frozenset()
    anything: bool = False
    """True where a change of any entity may matter: an expression that looks at all of them."""
    clock: bool = False
    """True where time alone can set something off: `watching.next_look` says when."""
    topics: frozenset[str] = frozenset()
    """MQTT topic filters."""
    events: frozenset[str] = frozenset()
    calendars: frozenset[str] = frozenset()
    webhooks: frozenset[str | Secret] = frozenset()
    routines: frozenset[str] = frozenset()
    """Those whose end matters."""
    others: bool = False
    """True for sentences, start and stop, which are rare enough to be handed to all."""

    def __or__(self, other: "Interests") -> "Interests":
        return Interests(
            self.entities | other.entities,
            self.anything or other.anything,
            self.clock or other.clock,
            self.topics | other.topics,
            self.events | other.events,
            self.calendars | other.calendars,
            self.webhooks | other.webhooks,
            self.routines | other.routines,
            self.others or other.others,
        )


def interests_of(triggers: Iterable[Trigger]) -> Interests:
    """Return what triggers have to be told of; those that are switched off, of nothing."""
    found = (_of(trigger.when) for trigger in triggers if trigger.enabled)
    return reduce(Interests.__or__, found, Interests())


def _of(when: When) -> Interests:
    match when:
        case StateTrigger():
            return Interests(frozenset(when.entity_id))
        case NumericTrigger():
            limits = {limit for limit in (when.above, when.below) if isinstance(limit, str)}
            return Interests(frozenset({*when.entity_id, *limits}))
        case ZoneTrigger():
            return Interests(frozenset(when.entity_id))
        case TemplateTrigger():
            seen = mentioned(when.value_template)
            return Interests(seen.entities, seen.anything, seen.clock)
        case TimeTrigger():
            # What holds the time moves it.
            return Interests(frozenset(at.entity_id for at in when.at if isinstance(at, AtEntity)), clock=True)
        case RecurrenceTrigger() | PatternTrigger() | SunTrigger():
            return Interests(clock=True)
        case MqttTrigger():
            return Interests(topics=frozenset({when.topic}))
        case EventTrigger():
            return Interests(events=frozenset(when.event_type))
        case TagTrigger():
            return Interests(events=frozenset({TAG_EVENT}))
        case CalendarTrigger():
            return Interests(calendars=frozenset(when.entity_id))
        case WebhookTrigger():
            return Interests(webhooks=frozenset({when.webhook_id}))
        case RoutineTrigger():
            return Interests(routines=frozenset(when.routine))
        case _:
            return Interests(others=True)
