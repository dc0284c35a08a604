"""Home Assistant's labels as groups that people can name: "turn off the Christmas lights"."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from devices.homeassistant.registry import Registries
from devices.model import Capability, Entity, EntityId
from devices.names import fold, slug

MIXED = "group"
"""The domain of a label on things of more than one: they have only being on and off in common."""
_MOST = 200
"""Labels that become groups."""
_RESTING = frozenset({"off", "closed", "locked", "idle", "docked", "standby", "unknown"})


def groups(entities: Iterable[Entity], registries: Registries) -> Sequence[Entity]:
    """Return a group for each label that is on things which can do something together.

    A label is on an entity, on its device, or on the room of either, as for Home Assistant's own ``label_id`` target
    (2024.4). What nobody may name is in no group; a label that is called like a room or a floor is none, since there
    the room is meant. Groups have no room.
    """
    if not registries.labels:
        return ()
    labelled: defaultdict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        if entity.capabilities and not entity.hidden and not entity.members:
            for label in _labels_of(entity, registries):
                labelled[label].append(entity)
    places = {fold(one.name) for one in registries.areas} | {fold(one.name) for one in registries.floors}
    named = [(key, name) for key, name in registries.labels.items() if fold(name) not in places]
    made = (_group(key, name, labelled[key]) for key, name in named[:_MOST] if key in labelled)
    return [group for group in made if group is not None]


def _labels_of(entity: Entity, registries: Registries) -> frozenset[str]:
    on = registries.labelled
    place = on.get(entity.area, ()) if entity.area is not None else ()
    device = on.get(entity.device, ()) if entity.device is not None else ()
    return frozenset({*registries.entry(entity.id).labels, *device, *place})


def _group(key: str, name: str, members: Sequence[Entity]) -> Entity | None:
    can = frozenset[Capability].intersection(*(one.capabilities for one in members))
    domains = {one.domain for one in members}
    if len(domains) > 1:
        can &= {Capability.ON_OFF}
    if not can:
        return None
    domain = domains.pop() if len(domains) == 1 else MIXED
    ids = tuple(EntityId(one.id) for one in members)
    return Entity(EntityId(f"{domain}.label_{slug(key)}"), name, domain, capabilities=can, members=ids)


def value_of(values: Sequence[str]) -> str:
    """Return the state of a group from those of its members: of several, one that is not at rest."""
    return next((value for value in values if value not in _RESTING), values[0] if values else "unknown")
