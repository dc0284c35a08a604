"""Says whether a condition holds, over any view of the house: yes, no, or that nobody knows, which counts as no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import assert_never

from daemon.routines.computing import computed, filled
from daemon.routines.conditions import (
    AllOf,
    AnyOf,
    Condition,
    NoneOf,
    NumericCondition,
    StateCondition,
    SunCondition,
    TemplateCondition,
    TimeCondition,
    TriggerCondition,
    ZoneCondition,
)
from daemon.routines.functions.times import as_length, time_of
from daemon.routines.triggers import Level, NotMeant, NumericTrigger, Span, SunEvent
from daemon.routines.values import UNKNOWN, Scalar, Unknown, Value, number_of, spoken, truth
from daemon.routines.world import Seen, World, state_value

_AWAY = ("unknown", "unavailable")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Around:
    """What a condition is asked in: the house, and what the run knows."""

    world: World
    variables: Mapping[str, Value] = field(default_factory=dict[str, Value])
    seed: str = ""
    """For dice in templates: the same seed falls the same way."""


def all_hold(conditions: Iterable[Condition], around: Around) -> bool | None:
    """Say whether every condition holds; none where that hangs on something nobody knows."""
    return _all(holds(condition, around) for condition in conditions if condition.enabled)


def holds(condition: Condition, around: Around) -> bool | None:
    """Say whether a condition holds; none where nobody knows. One that is switched off holds."""
    if not condition.enabled:
        return True
    match condition.test:
        case StateCondition() as test:
            return _state(test, around)
        case NumericCondition() as test:
            return _all(_numeric(test, entity, around) for entity in test.entity_id)
        case TimeCondition() as test:
            return _time(test, around.world)
        case SunCondition() as test:
            return _sun(test, around.world)
        case ZoneCondition() as test:
            return _all(_any(inside(around.world, who, zone) for zone in test.zone) for who in test.entity_id)
        case TriggerCondition() as test:
            return _trigger(test, around.variables)
        case TemplateCondition() as test:
            value = computed(test.value_template, around.world, around.variables, around.seed)
            return None if isinstance(value, Unknown) else truth(value)
        case AllOf() as test:
            return all_hold(test.conditions, around)
        case AnyOf() as test:
            return _any(holds(each, around) for each in test.conditions if each.enabled)
        case NoneOf() as test:
            met = _any(holds(each, around) for each in test.conditions if each.enabled)
            return None if met is None else not met
        case NotMeant():
            return None
        case _:
            assert_never(condition.test)


def inside(world: World, who: str, zone: str) -> bool | None:
    """Say whether a person or tracker is in a zone; none where that is not known."""
    return was_inside(world, world.state(who), zone)


def was_inside(world: World, seen: Seen | None, zone: str) -> bool | None:
    """Say whether a person, as seen, is or was in a zone: by ``in_zones``, else by the word for the place."""
    if seen is None or seen.value in _AWAY:
        return None
    zones = seen.attributes.get("in_zones")
    if isinstance(zones, tuple) and zones:
        return zone in zones
    thing = zone.partition(".")[2]
    place = world.state(zone)
    name = None if place is None else place.attributes.get("friendly_name")
    names = {thing, thing.replace("_", " "), spoken(name).lower() if name is not None else thing}
    return seen.value.lower() in names


def same(actual: Value, wanted: Scalar) -> bool:
    """Say whether a state or attribute is what was written for it; ``on`` and yes are one, ``20`` and ``20.0`` too."""
    if actual is None or wanted is None or isinstance(actual, Unknown):
        return actual is wanted
    if isinstance(wanted, bool) and isinstance(actual, str):
        return actual.lower() in (("on", "true") if wanted else ("off", "false"))
    if isinstance(actual, bool) and isinstance(wanted, str):
        return wanted.lower() in (("on", "true") if actual else ("off", "false"))
    if spoken(actual) == spoken(wanted):
        return True
    if isinstance(actual, str) and isinstance(wanted, str):
        return False
    number, other = number_of(actual), number_of(wanted)
    return number is not None and number == other


def length_of(span: Span | None, around: Around) -> timedelta | None:
    """Return a length of time, computed where it must be; none where there is none or it makes no sense."""
    if span is None or isinstance(span, timedelta):
        return span
    value = filled(span if not isinstance(span, Mapping) else dict(span), around.world, around.variables, around.seed)
    if isinstance(value, timedelta):
        return value
    if isinstance(value, Mapping):
        numbers = {unit: number_of(item) for unit, item in value.items()}
        known = {unit: number for unit, number in numbers.items() if number is not None}
        return timedelta(**known) if len(known) == len(numbers) else None
    number = number_of(value)
    if number is not None:
        return timedelta(seconds=min(number, 10 * 365 * 86_400)) if number >= 0 else None
    try:
        read = as_length(value, UNKNOWN)
    except ValueError:
        return None
    return read if isinstance(read, timedelta) and read >= timedelta() else None


def number_seen(
    test: NumericTrigger | NumericCondition, entity: str, seen: Seen | None, around: Around
) -> float | None:
    """Return the number that a numeric trigger or condition looks at; none where there is none."""
    if seen is None:
        return None
    if test.value_template is not None:
        variables = {**around.variables, "state": state_value(entity, seen)}
        return number_of(computed(test.value_template, around.world, variables, around.seed))
    return number_of(seen.value if test.attribute is None else seen.attributes.get(test.attribute))


def level(limit: Level | None, world: World) -> float | None:
    """Return a threshold's number; none where the entity that holds it has none."""
    if not isinstance(limit, str):
        return limit
    seen = world.state(limit)
    return None if seen is None else number_of(seen.value)


def in_range(test: NumericTrigger | NumericCondition, number: float | None, world: World) -> bool | None:
    """Say whether a number lies between the limits, which themselves do not count."""
    above, below = level(test.above, world), level(test.below, world)
    if number is None or (test.above is not None and above is None) or (test.below is not None and below is None):
        return None
    return (above is None or number > above) and (below is None or number < below)


def clock_of(at: time | str, world: World) -> time | None:
    """Return a time of day, from the entity that holds it where it is one's."""
    if isinstance(at, time):
        return at
    seen = world.state(at)
    if seen is None:
        return None
    try:
        return time.fromisoformat(seen.value)
    except ValueError:
        found = time_of(world, seen.value)
        return None if found is None else found.astimezone(world.now.tzinfo).time()


def _state(test: StateCondition, around: Around) -> bool | None:
    each = (_state_of(test, entity, around) for entity in test.entity_id)
    return _any(each) if test.match == "any" else _all(each)


def _state_of(test: StateCondition, entity: str, around: Around) -> bool | None:
    seen = around.world.state(entity)
    if seen is None:
        return None
    actual: Value = seen.value if test.attribute is None else seen.attributes.get(test.attribute)
    if not any(same(actual, wanted) or same(actual, _state_named(wanted, around.world)) for wanted in test.state):
        return False
    if test.held is None:
        return True
    held = length_of(test.held, around)
    since = seen.since if test.attribute is None else seen.updated or seen.since
    return None if held is None else around.world.now.timestamp() - since.timestamp() >= held.total_seconds()


def _state_named(wanted: Scalar, world: World) -> Scalar:
    """Return the state of the entity that a wanted state names (``input_select.mode``), else what is wanted."""
    if not isinstance(wanted, str) or not wanted.startswith("input_"):
        return wanted
    seen = world.state(wanted)
    return wanted if seen is None else seen.value


def _numeric(test: NumericCondition, entity: str, around: Around) -> bool | None:
    number = number_seen(test, entity, around.world.state(entity), around)
    return in_range(test, number, around.world)


def _time(test: TimeCondition, world: World) -> bool | None:
    if test.weekday and _DAYS[world.now.weekday()] not in test.weekday:
        return False
    after = None if test.after is None else clock_of(test.after, world)
    before = None if test.before is None else clock_of(test.before, world)
    if (test.after is not None and after is None) or (test.before is not None and before is None):
        return None
    now = world.now.time()
    if after is not None and before is not None and after > before:
        return now >= after or now < before
    return (after is None or now >= after) and (before is None or now < before)


def _sun(test: SunCondition, world: World) -> bool | None:
    """Say whether it is between two of the sun's moments; by night, after sunset and before sunrise, over midnight."""
    after = _sun_at(test.after, test.after_offset, world)
    before = _sun_at(test.before, test.before_offset, world)
    if (test.after is not None and after is None) or (test.before is not None and before is None):
        return None
    now = world.now.timestamp()
    if after is not None and before is not None and after > before:
        return now >= after.timestamp() or now <= before.timestamp()
    return (after is None or now >= after.timestamp()) and (before is None or now <= before.timestamp())


def _sun_at(event: SunEvent | None, offset: timedelta, world: World) -> datetime | None:
    at = None if event is None else world.sun(event, world.now.date())
    return None if at is None else at + offset


def _trigger(test: TriggerCondition, variables: Mapping[str, Value]) -> bool:
    trigger = variables.get("trigger")
    if not isinstance(trigger, Mapping):
        return False
    return spoken(trigger.get("id")) in test.id or spoken(trigger.get("idx")) in test.id


def _all(found: Iterable[bool | None]) -> bool | None:
    unsure = False
    for each in found:
        if each is False:
            return False
        unsure = unsure or each is None
    return None if unsure else True


def _any(found: Iterable[bool | None]) -> bool | None:
    unsure = False
    for each in found:
        if each is True:
            return True
        unsure = unsure or each is None
    return None if unsure else False
