"""Entities that are known by what they say: nobody announces them, so each first report describes one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from devices.dialects.json_payload import NAME_LIMIT
from devices.dialects.model import Change, Reported
from devices.dialects.roster import Roster
from devices.model import NOTHING, Capability, Device, Entity, EntityId
from devices.names import slug

MOST_KEYS = 128
"""Entities of one device."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entity as one message shows it: what it said, and what can be told of it from that."""

    key: str
    """What it is called among those of its device, on the wire."""
    domain: str
    value: str | None = None
    attributes: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    label: str = ""
    """The words behind the device's name; empty for its main entity."""
    name: str = ""
    """A name of its own that stands instead of the device's."""
    capabilities: frozenset[Capability] = frozenset()
    limits: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    device_class: str | None = None
    unit: str | None = None
    hidden: bool = False


class Learner:
    """The entities of devices by their keys; what they can do only grows, since a message may show a part of it."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._keys: dict[str, dict[str, Entity]] = {}
        self._placed: dict[str, dict[str, EntityId]] = {}
        self._stale: dict[str, set[str]] = {}
        self._wires: dict[EntityId, tuple[str, str]] = {}

    def see(self, owner: str, device: Device, sightings: Iterable[Sighting]) -> list[Change]:
        """Return the entities that appeared or grew by these sightings, and their reports."""
        seen = list(sightings)
        known = self._keys.setdefault(owner, {})
        stale = self._stale.get(owner, set())
        grown = False
        for sighting in seen:
            before = known.get(sighting.key)
            if before is not None and sighting.capabilities <= before.capabilities and sighting.key not in stale:
                continue
            if before is not None or len(known) < MOST_KEYS:
                known[sighting.key] = _described(sighting, device, before)
                stale.discard(sighting.key)
                grown = True
        changes = self._settle(owner, device) if grown else []
        placed = self._placed.get(owner, {})
        for sighting in seen:
            entity = placed.get(sighting.key)
            if entity is not None and (sighting.value is not None or sighting.attributes):
                changes.append(Reported(entity, sighting.value, sighting.attributes))
        return changes

    def rename(self, owner: str) -> None:
        """Have each entity of the owner described anew by its next sighting."""
        self._stale[owner] = set(self._keys.get(owner, ()))

    def forget(self, owner: str) -> list[Change]:
        """Return the end of all the owner's entities."""
        self._keys.pop(owner, None)
        self._stale.pop(owner, None)
        for entity in self._placed.pop(owner, {}).values():
            self._wires.pop(entity, None)
        return self._roster.settle(owner, []).changes

    def wire(self, id: EntityId) -> tuple[str, str] | None:
        """Return whose it is and its key there; ``None`` if it is unknown."""
        return self._wires.get(id)

    def described(self, id: EntityId) -> Entity | None:
        """Return the entity as it is described now."""
        wire = self._wires.get(id)
        return None if wire is None else self._roster.entities(wire[0])[id][0]

    def _settle(self, owner: str, device: Device) -> list[Change]:
        known = self._keys[owner]
        settled = self._roster.settle(owner, list(known.values()), device)
        for entity in self._placed.get(owner, {}).values():
            self._wires.pop(entity, None)
        pairs = zip(known, settled.placed, strict=True)
        placed = {key: found.id for key, found in pairs if found is not None}
        self._placed[owner] = placed
        self._wires |= {entity: (owner, key) for key, entity in placed.items()}
        return settled.changes


def _described(sighting: Sighting, device: Device, before: Entity | None) -> Entity:
    able = sighting.capabilities if before is None else sighting.capabilities | before.capabilities
    name = " ".join(word for word in (sighting.name or device.name, sighting.label) if word)[:NAME_LIMIT]
    return Entity(
        EntityId(f"{sighting.domain}.{slug(name)}"),
        name,
        sighting.domain,
        sighting.device_class,
        device=device.id,
        capabilities=able,
        limits={**(before.limits if before is not None else NOTHING), **sighting.limits},
        unit=sighting.unit,
        hidden=sighting.hidden,
    )
