"""What a command makes of a thing: on or off, up or down, and which things a routine, scene or script would move."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from daemon.explaining.timeline import Event, Timeline
from daemon.explaining.words import words_of
from daemon.routines.actions import Ask, Call, Delay, Notice
from daemon.routines.expressions import Data
from daemon.routines.model import Routine
from daemon.routines.values import Value
from daemon.routines.walking import parts_of, placed_actions

_UP = words_of("on open opening unlocked unlocking unlocks armed cleaning playing heat cool auto heat_cool dry")
_UP_TOO = frozenset({"fan_only", "active", "running", "triggered", "home", "running_program"})
_DOWN = words_of("off closed closing locked locking disarmed docked returning idle paused standby not_home")
_UP_VERB = re.compile(r"turn_on|^open|unlock|^start|alarm_arm|play$|media_play|enable|increment|^press|activate")
_DOWN_VERB = re.compile(r"turn_off|^close|^lock|stop|disarm|pause|return_to|disable|decrement|cancel")
_TELLING = ("notify.", "tts.", "persistent_notification.")
NOBODY = "notice"
"""Stands for the entity where a routine tells people something."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step of a routine does to one thing."""

    entity: str
    action: str
    up: bool | None
    """True: on, open, unlocked, started; false: the contrary; none: neither."""
    after: timedelta
    """How long after the run's beginning at the earliest, as far as its delays say."""


def state_is_up(value: str | None) -> bool | None:
    """Say whether a state is one of doing something: on, open, unlocked, armed; none where it is neither."""
    if value is None:
        return None
    if value in _UP or value in _UP_TOO or value.startswith("armed"):
        return True
    return False if value in _DOWN else None


def action_is_up(action: str, data: Mapping[str, Value] | None = None) -> bool | None:
    """Say whether a command switches on or opens, or the contrary; none where it only sets something."""
    verb = action.rpartition(".")[2]
    if verb == "set_hvac_mode" and data is not None:
        return state_is_up(str(data.get("hvac_mode", "")))
    position = (data or {}).get("position")
    if verb == "set_cover_position" and isinstance(position, int | float):
        return position > 0
    if _DOWN_VERB.search(verb):
        return False
    return True if _UP_VERB.search(verb) else None


def result_of(action: str, data: Mapping[str, Value]) -> str | None:
    """Return the state that a command leads to, where it is plain from the command."""
    domain, _, verb = action.partition(".")
    up = action_is_up(action, data)
    for key in ("hvac_mode", "value", "option", "time", "datetime", "date"):
        if verb.startswith(("set_", "select_")) and isinstance(told := data.get(key), str | int | float):
            return str(told)
    if up is None:
        return None
    if verb.startswith("alarm_arm"):
        return verb.removeprefix("alarm_").replace("arm_", "armed_")
    words = {"cover": ("open", "closed"), "lock": ("unlocked", "locked"), "vacuum": ("cleaning", "returning")}
    words |= {"alarm_control_panel": ("armed", "disarmed"), "valve": ("open", "closed"), "media_player": ("on", "off")}
    return words.get(domain, ("on", "off"))[0 if up else 1]


def touched(event: Event, timeline: Timeline) -> Iterator[tuple[str, bool | None]]:
    """Yield what a command moves, and which way: scenes, scripts and ``all`` are followed to their things."""
    if event.entity is None or event.action is None:
        if event.script is not None:
            yield from _inside(event.script, timeline)
        return
    yield from _moved(event.entity, event.action, event.data, timeline)


def effects_of(routine: Routine, timeline: Timeline) -> Iterator[Effect]:
    """Yield what a routine does to things, in the file's order."""
    waited = timedelta()
    for place, action in placed_actions(routine):
        if isinstance(action.do, Delay) and "." not in place and isinstance(action.do.delay, timedelta):
            waited += action.do.delay
        if isinstance(action.do, Notice | Ask):
            yield Effect(NOBODY, "notice", True, waited)
        if isinstance(action.do, Call) and isinstance(action.do.action, str):
            for entity, up in _called(action.do, timeline):
                yield Effect(entity, action.do.action, up, waited)


def delay_of(routine: Routine) -> timedelta:
    """Return how long a run takes by its delays alone."""
    return sum((each.delay for each in parts_of(routine, Delay) if isinstance(each.delay, timedelta)), timedelta())


def _called(call: Call, timeline: Timeline) -> Iterator[tuple[str, bool | None]]:
    action = str(call.action)
    if action.startswith(_TELLING):
        yield NOBODY, True
        return
    data: Mapping[str, Data] = call.data if isinstance(call.data, Mapping) else {}
    target: Mapping[str, object] = {**data, **(call.target if isinstance(call.target, Mapping) else {})}
    plain = {key: item for key, item in data.items() if isinstance(item, bool | int | float | str)}
    for key in ("entity_id", "area_id"):
        for name in _names(target.get(key)):
            yield from _moved(name, action, plain, timeline)
    if action.startswith("script.") and not _names(target.get("entity_id")):
        yield from _inside(action, timeline)


def _names(thing: object) -> tuple[str, ...]:
    if isinstance(thing, str):
        return tuple(part.strip() for part in thing.split(","))
    return tuple(str(each) for each in thing) if isinstance(thing, tuple) else ()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - parts of a target are data of any kind


def _moved(name: str, action: str, data: Mapping[str, Value], timeline: Timeline) -> Iterator[tuple[str, bool | None]]:
    up = action_is_up(action, data)
    domain = action.partition(".")[0]
    if name in timeline.contents:
        yield name, up
        yield from _inside(name, timeline)
    elif name in timeline.areas or name == "all":
        of = (thing for thing in timeline.things.values() if domain in ("homeassistant", thing.domain))
        yield from ((thing.id, up) for thing in of if name in ("all", thing.area))
    else:
        yield name, up


def _inside(name: str, timeline: Timeline) -> Iterator[tuple[str, bool | None]]:
    for entity, doing in timeline.contents.get(name, ()):
        up = action_is_up(doing) if "." in doing else state_is_up(doing.partition(" ")[0])
        if "." in entity:
            yield entity, up
        else:
            yield from ((thing.id, up) for thing in timeline.things.values() if thing.domain == entity)
