"""What expressions can see of the house."""

from collections.abc import Callable
from typing import Literal

from daemon.routines.functions.lists import items_of
from daemon.routines.functions.numbers import rounded
from daemon.routines.values import UNKNOWN, Value, number_of, spoken, tupled
from daemon.routines.world import World, state_value

_NOTHING = ("unknown", "unavailable")


def state(world: World, entity: Value, round: Value = False, with_unit: Value = False) -> Value:
    """Return an entity's state as text; ``unknown`` where there is no such entity, as Home Assistant has it."""
    seen = world.state(spoken(entity))
    if seen is None:
        return "unknown"
    number = number_of(seen.value)
    text = spoken(rounded(seen.value, 2)) if round and number is not None else seen.value
    unit = seen.attributes.get("unit_of_measurement")
    return f"{text} {unit}" if with_unit and unit is not None else text


def all_states(world: World) -> Value:
    """Return every entity's state."""
    return tuple(state_value(entity, world.state(entity)) for entity in sorted(world.entities()))


def state_of(world: World, name: Value) -> Value:
    """Return the whole state of an entity; for a domain, those of all its entities."""
    if "." in spoken(name):
        seen = world.state(spoken(name))
        return UNKNOWN if seen is None else state_value(spoken(name), seen)
    begins = f"{spoken(name)}."
    return tuple(
        state_value(entity, world.state(entity)) for entity in sorted(world.entities()) if entity.startswith(begins)
    )


def is_state(world: World, entity: Value, wanted: Value) -> Value:
    """Say whether an entity is in a state, or in one of some."""
    seen = world.state(spoken(entity))
    return seen is not None and seen.value in tupled(wanted)


def attribute(world: World, entity: Value, name: Value) -> Value:
    """Return an entity's attribute; none where it has none."""
    seen = world.state(spoken(entity))
    return None if seen is None else seen.attributes.get(spoken(name))


def is_attribute(world: World, entity: Value, name: Value, wanted: Value) -> Value:
    """Say whether an entity's attribute is something."""
    return attribute(world, entity, name) == wanted


def has_value(world: World, entity: Value) -> Value:
    """Say whether an entity is known and reachable."""
    seen = world.state(spoken(entity))
    return seen is not None and seen.value not in _NOTHING


def expanded(world: World, *names: Value) -> Value:
    """Return the whole states of entities, groups opened."""
    found: dict[str, None] = {}
    waiting = [item for name in names for item in items_of((name,) if isinstance(name, str) else name)]
    while waiting and len(found) < 10_000:
        item = waiting.pop(0)
        entity = spoken(item["entity_id"]) if isinstance(item, dict) and "entity_id" in item else spoken(item)
        inside = attribute(world, entity, "entity_id") if entity.startswith("group.") else None
        if isinstance(inside, tuple) and entity not in found:
            found[entity] = None
            waiting.extend(inside)
        else:
            found[entity] = None
    whole = (state_value(entity, world.state(entity)) for entity in sorted(found) if not entity.startswith("group."))
    return tuple(each for each in whole if each is not None)


def _inside(kind: Literal["area", "floor", "label", "device"]) -> Callable[[World, Value], Value]:
    return lambda world, name: tuple(sorted(world.members(kind, spoken(name))))


def _around(kind: Literal["area", "floor", "device"], place: Literal[0, 1]) -> Callable[[World, Value], Value]:
    """Return the function for the id (0) or the name (1) of what an entity belongs to; none for what is no entity."""

    def found(world: World, entity: Value) -> Value:
        belongs = world.belongs(spoken(entity), kind)
        return None if belongs is None else belongs[place]

    return found


SEEING: dict[str, Callable[..., Value]] = {
    "states": state,
    "states.all": all_states,
    "states.of": state_of,
    "is_state": is_state,
    "state_attr": attribute,
    "is_state_attr": is_attribute,
    "has_value": has_value,
    "expand": expanded,
    "area_entities": _inside("area"),
    "floor_entities": _inside("floor"),
    "label_entities": _inside("label"),
    "device_entities": _inside("device"),
    "device_id": _around("device", 0),
    "device_name": _around("device", 1),
    "area_id": _around("area", 0),
    "area_name": _around("area", 1),
    "floor_id": _around("floor", 0),
    "floor_name": _around("floor", 1),
    "is is_state": is_state,
    "is has_value": has_value,
}
