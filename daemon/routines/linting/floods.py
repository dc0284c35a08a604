"""Finds messages and commands that come without a bound, from a source that hardly ever rests."""

from collections.abc import Iterator, Sequence
from typing import Final

from daemon.routines.actions import Action, Call, Delay, Notice, Repeat, Times, Until, WaitFor, WaitUntil, While
from daemon.routines.conditions import Condition, NumericCondition, StateCondition, TemplateCondition
from daemon.routines.expressions import Constant, Name, Template
from daemon.routines.linting.assuming import seconds
from daemon.routines.linting.findings import Finding, named
from daemon.routines.linting.moments import DAYS
from daemon.routines.linting.paths import Act, Path, effects_in, looked_at
from daemon.routines.linting.starting import period_s
from daemon.routines.linting.words import NOWHERE
from daemon.routines.mentioning import mentioned
from daemon.routines.model import Routine
from daemon.routines.playing.house import House
from daemon.routines.triggers import EventTrigger, MqttTrigger, NumericTrigger, PatternTrigger, StateTrigger, Trigger
from daemon.routines.walking import parts_of

_TOLD: Final = ("notify", "tts", "persistent_notification")
_QUIET: Final = ("logbook", "system_log", "counter", "input_datetime", "recorder", "scene", "homeassistant")
"""Services that may well be called often: they write down, count, or ask."""
_RARELY_S: Final = 600.0
"""A message at most this often is a reminder, one that comes more often is a flood."""
_PAUSE_S: Final = 300.0
"""A run that keeps the next away for so long after each message sends reminders."""
_SOME_A_DAY: Final = 6
_COMMANDS_S: Final = 30.0
"""A command at most this often is upkeep."""
_SOME: Final = 20
"""So many turns of a loop are a bound."""
_RESTLESS: Final = (
    "power", "current", "voltage", "illuminance", "temperature", "humidity", "carbon_dioxide", "pressure", "energy",
    "signal_strength", "sound_pressure", "speed", "wind_speed", "pm25", "frequency", "apparent_power",
)  # fmt: skip
"""Device classes of sensors that report every few seconds or minutes (Zigbee2MQTT 2.12, ESPHome 2026.11 defaults)."""
_JUMPY: Final = ("power", "apparent_power", "illuminance", "current", "wind_speed", "sound_pressure")
"""Device classes whose values waver: clouds, gusts, motors that switch."""
_BUS: Final = ("state_changed", "call_service", "time_changed")
"""Events of the bus that come many times a second."""


def floods(routine: Routine, paths: Sequence[Path], house: House) -> Iterator[Finding]:
    """Yield that a routine sends without a bound."""
    for action in parts_of(routine.actions, Action):
        if action.enabled and isinstance(action.do, Repeat) and _runs_hot(action.do, house):
            why = (
                f"{named(routine)} repeats without a wait in the loop: it sends as fast as it can as long as that lasts"
            )
            yield Finding("flood", (routine.id,), f"{why}. Put a delay into the loop, or a limit on its turns.")
            return
    for path in paths:
        source = None if path.trigger is None else _source(path.trigger, house)
        if source is None:
            continue
        what, often_s = source
        act = next((act for act in path.acts if _floods(act, path, often_s)), None)
        if act is not None:
            told = "a message" if _is_message(act) else f"{act.service}"
            why = f"{named(routine)} sends {told} {what}, and nothing holds it back"
            remedy = (
                "Ask for a threshold (numeric_state), for a time it must hold (for), or send at most once in a while"
            )
            yield Finding("flood", (routine.id,), f"{why}. {remedy}.")
            return


def _source(trigger: Trigger, house: House) -> tuple[str, float] | None:
    """Return how a trigger that hardly rests is put in words, and how often it fires in seconds; none for others."""
    match trigger.when:
        case PatternTrigger() as when:
            often_s = period_s(when)
            return (f"every {_length(often_s)}", often_s) if often_s < _RARELY_S else None
        case StateTrigger(to=None, from_=None, held=None) as when if {*(when.not_to or ())} <= NOWHERE:
            restless = [entity for entity in when.entity_id if _is_restless(entity, when.attribute, house)]
            return (f"with every report of {restless[0]}", 10.0) if restless else None
        case StateTrigger(to=("on",), held=None) as when:
            moving = [entity for entity in when.entity_id if house.kind_of(entity) == "motion"]
            return (f"each time somebody passes {moving[0]}", 60.0) if moving else None
        case NumericTrigger(held=None, hysteresis=0.0, value_template=None) as when:
            jumpy = [entity for entity in when.entity_id if house.kind_of(entity) in _JUMPY and when.attribute is None]
            return (f"each time {jumpy[0]} crosses a limit it wavers about", 30.0) if jumpy else None
        case EventTrigger() as when if set(when.event_type) & set(_BUS) and not when.event_data:
            return ("with everything that happens in the house", 1.0)
        case MqttTrigger() as when if when.topic in ("#", "+/#") or when.topic.endswith("/#"):
            return (f"with every message on {when.topic}", 10.0)
        case _:
            return None


def _is_restless(entity: str, attribute: str | None, house: House) -> bool:
    if attribute is not None:
        return attribute in ("elevation", "azimuth", "media_position", "gps_accuracy", "latitude", "longitude")
    domain = entity.partition(".")[0]
    if entity == "sun.sun":
        # Its elevation is an attribute.
        return True
    return domain == "sensor" and house.kind_of(entity) in _RESTLESS


def _floods(act: Act, path: Path, often_s: float) -> bool:
    if _is_message(act):
        return often_s < _RARELY_S and _pause_s(path) < _PAUSE_S and not _is_held_back(path, for_commands=False)
    if not isinstance(act.do, Call) or act.service.partition(".")[0] in _QUIET or not act.service:
        return False
    if any(parts_of((act.do.data, act.do.target), Template)):
        # It hands the value on, which is what it is for.
        return False
    return max(often_s, _pause_s(path)) < _COMMANDS_S and not _is_held_back(path, for_commands=True)


def _is_message(act: Act) -> bool:
    return isinstance(act.do, Notice) or act.service.partition(".")[0] in _TOLD


def _pause_s(path: Path) -> float:
    """Return how long a run keeps the next from beginning, or puts it off; 0 where runs pile up."""
    if path.routine.mode in ("queued", "parallel"):
        return 0.0
    lengths = [seconds(wait.delay) for wait in path.waits if isinstance(wait, Delay)]
    others = [wait for wait in path.waits if isinstance(wait, WaitFor | WaitUntil)]
    return sum(length if length is not None else _RARELY_S for length in lengths) + _RARELY_S * len(others)


def _is_held_back(path: Path, *, for_commands: bool) -> bool:
    """Say whether a condition bounds how often a path is taken: by what it does itself, by its last run, by a step."""
    conditions = _conditions(path.routine)
    when = path.trigger.when if path.trigger is not None else None
    if isinstance(when, PatternTrigger) and _a_day(path) <= _SOME_A_DAY:
        return True
    if isinstance(when, StateTrigger) and when.to and conditions:
        return True
    changed = {effect.entity for each in path.acts for effect in each.effects}
    for test in parts_of(conditions, StateCondition):
        if set(test.entity_id) & changed:
            return True
    seen = list(parts_of(conditions, TemplateCondition))
    for asked in seen:
        source = asked.value_template.source
        if "last_triggered" in source or "from_state" in source:
            return True
        if mentioned(asked.value_template).entities & changed:
            return True
    for numeric in parts_of(conditions, NumericCondition):
        if set(numeric.entity_id) & changed:
            return True
    if for_commands and isinstance(when, PatternTrigger):
        return False
    if for_commands:
        own = frozenset(when.entity_id) if isinstance(when, StateTrigger) else frozenset[str]()
        return bool(conditions) and (not looked_at(conditions) or not looked_at(conditions) <= own)
    return bool(seen) and not any(_by_states(asked) for asked in seen)


def _a_day(path: Path) -> float:
    """Return how often a day a path of a time pattern is taken at most, by the hours that are possible."""
    assert path.trigger is not None
    assert isinstance(path.trigger.when, PatternTrigger)
    minutes = max((facts.moments.bit_count() / len(DAYS) for facts in path.cases), default=0.0)
    return minutes * max(1.0, 60.0 / period_s(path.trigger.when))


def _by_states(test: TemplateCondition) -> bool:
    """Say whether a template only looks at states, and so holds as long as they do."""
    names = {part.name for part in parts_of(test.value_template.body, Name)}
    return "this" not in names


def _conditions(routine: Routine) -> tuple[Condition, ...]:
    return (*routine.conditions, *(each for each in parts_of(routine.actions, Condition)))


def _runs_hot(loop: Repeat, house: House) -> bool:
    """Say whether a loop sends again and again without a pause that is worth the name."""
    calls = [call for call in parts_of(loop.sequence, Call) if isinstance(call.action, str)]
    told = any(str(call.action).partition(".")[0] in _TOLD for call in calls) or any(parts_of(loop.sequence, Notice))
    if not calls and not told:
        return False
    pause_s = sum(
        seconds(wait.delay) or 1.0 if seconds(wait.delay) != 0 else 0.0 for wait in parts_of(loop.sequence, Delay)
    )
    waits = any(parts_of(loop.sequence, WaitFor)) or any(parts_of(loop.sequence, WaitUntil))
    if waits or pause_s >= (60.0 if told else 0.2):
        return False
    match loop.how:
        case Times(count):
            return isinstance(count, int) and count > _SOME and told
        case While(conditions) | Until(conditions):
            changed = {effect.entity for call in calls for effect in effects_in(call, house)}
            return not _is_bounded(conditions, changed)
        case _:
            return False


def _is_bounded(conditions: tuple[Condition, ...], changed: set[str]) -> bool:
    """Say whether a loop ends by itself: it counts its turns, or changes what it goes by."""
    for template in parts_of(conditions, Template):
        counts = any(part.name == "repeat" for part in parts_of(template.body, Name))
        if counts and any(isinstance(part.value, int) for part in parts_of(template.body, Constant)):
            return True
    return bool(looked_at(conditions) & changed)


def _length(length_s: float) -> str:
    return f"{length_s:g} seconds" if length_s < 120 else f"{length_s / 60:g} minutes"
