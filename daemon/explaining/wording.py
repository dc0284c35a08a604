"""The words for things, states, lengths of time and routines in an explanation."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from daemon.explaining.finding import Finding
from daemon.explaining.timeline import Timeline
from daemon.routines.values import Value, spoken
from devices.model import Entity, EntityId
from skills.builtin.states import said_state
from skills.builtin.words import amount, clock, listing
from skills.builtin.words import called as called_thing
from skills.builtin.words import when as when_was
from skills.language import say, term
from skills.language.words import Words

_MOVED: Final[Mapping[str, tuple[str, str]]] = {
    "cover": ("opened", "closed"),
    "valve": ("opened", "closed"),
    "lock": ("unlocked", "locked"),
    "alarm_control_panel": ("armed", "disarmed"),
    "vacuum": ("started", "stopped"),
}
_SET: Final = (
    "temperature",
    "color_name",
    "brightness_pct",
    "position",
    "percentage",
    "value",
    "option",
    "time",
    "volume_level",
)
_DOORS: Final[Mapping[str, str]] = {
    "wall switch": "at the wall switch",
    "button": "at its button",
    "remote control": "with the remote control",
    "key": "with the key",
}


def thing(id: str, timeline: Timeline) -> Words:
    """Return a thing by its name with an article; one that is not there any more by its id in words."""
    known = timeline.things.get(id)
    domain = id.partition(".")[0]
    return called_thing(known or Entity(EntityId(id), timeline.name(id), domain))


def state_of(id: str, value: str, timeline: Timeline) -> str:
    """Return a state in the words for this thing."""
    known = timeline.things.get(id) or Entity(EntityId(id), timeline.name(id), id.partition(".")[0])
    return said_state(known, value)


def quoted(routine: str | None, timeline: Timeline) -> str:
    """Return a routine by its name, in quotation marks."""
    found = timeline.routine(routine)
    return say("“{name}”", name=found.alias if found is not None and found.alias else routine or "")


def who(person: str | None, timeline: Timeline) -> str:
    """Return a person's name; "someone" where it is not known."""
    return term("person", "someone") if person is None else timeline.name(person)


def moved(found: Finding) -> str:
    """Return what was done to a thing, as a participle: ``switched off``, ``set to 17``."""
    data: Mapping[str, Value] = {} if found.event is None else found.event.data
    told = [spoken(data[key]) for key in _SET if key in data]
    if told:
        return say("set to {value}", value=listing(told))
    if found.up is None:
        return term("moved", "changed")
    domain = (found.thing or "").partition(".")[0]
    return term("moved", _MOVED.get(domain, ("switched on", "switched off"))[0 if found.up else 1])


def door(name: str | None) -> str:
    """Return where somebody's hand was: `` at the wall switch``; empty where that is not known."""
    return "" if name is None else term("door", _DOORS.get(name, name))


def length(span: timedelta) -> str:
    """Return a length of time: ``5 minutes``, ``90 seconds``, ``2 hours``."""
    seconds = round(span.total_seconds())
    if seconds >= 3600 and seconds % 1800 == 0:
        return amount(seconds / 3600, "hour")
    if seconds >= 60 and (seconds % 60 == 0 or seconds >= 600):
        return amount(round(seconds / 60), "minute")
    return amount(seconds, "second")


def when(at: datetime | None, timeline: Timeline) -> str:
    """Return when something was, as seen from when it is asked."""
    return "" if at is None else when_was(at, timeline.now)


def at_clock(at: datetime, timeline: Timeline) -> str:
    """Return a time of day in the house."""
    return clock(at.astimezone(timeline.now.tzinfo))
