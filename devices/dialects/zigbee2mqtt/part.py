"""One entity of a Zigbee2MQTT device: how it reads the published state, and how it writes what is to be set."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from devices.dialects.zigbee2mqtt.feature import GETTABLE, Feature, is_on
from devices.model import Call, Capability, DeviceId, Entity, EntityId
from devices.names import slug

Reading = tuple[str | None, dict[str, object]]
"""A value (``None``: not told) and attributes, as in `devices.dialects.model.Reported`."""
Read = Callable[[Mapping[str, object]], Reading | None]
"""Reads a published state; ``None`` if it says nothing about this entity."""
Write = Callable[[Call], dict[str, object]]
"""Returns the properties to be set by a call that `devices.services.check` has let pass."""

# The same few labels stand on every device of a house, and slugs are the costliest part of reading its list.
_slug = lru_cache(maxsize=1_024)(slug)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One entity with both directions."""

    entity: Entity
    properties: tuple[str, ...]
    """The published properties it reads."""
    read: Read
    write: Write
    asks: tuple[str, ...] = ()
    """The properties that the device answers when asked."""


@dataclass(frozen=True, slots=True)
class Owner:
    """What the parts of one device or group have in common."""

    name: str
    """As a person says it."""
    stem: str
    """The object id of its main entity."""
    device: DeviceId
    description: str = ""
    """What the maker says it is, folded: "ikea of sweden fyrtur roller blind"."""

    def entity(self, domain: str, *more: str) -> Entity:
        """Return an entity with id and name; ``more`` are words behind the device's, empty ones are left out."""
        words = [word.replace("_", " ").strip() for word in more if word]
        object_id = "_".join((self.stem, *map(_slug, words)))
        return Entity(EntityId(f"{domain}.{object_id}"), " ".join((self.name, *words)), domain, device=self.device)


def properties(*features: Feature | None) -> tuple[str, ...]:
    """Return the properties of those features that there are."""
    return tuple(feature.property for feature in features if feature is not None and feature.property)


def asks(*features: Feature | None) -> tuple[str, ...]:
    """Return the properties that may be asked for."""
    return tuple(f.property for f in features if f is not None and f.property and f.may(GETTABLE))


def capable(*pairs: tuple[Capability, Feature | None]) -> frozenset[Capability]:
    """Return the capabilities whose feature is there."""
    return frozenset(capability for capability, feature in pairs if feature is not None)


def switched(state: Feature, payload: Mapping[str, object], attributes: dict[str, object]) -> Reading | None:
    """Return the reading of something that is on or off and has these attributes."""
    on = is_on(state, payload.get(state.property))
    if on is None:
        return (None, attributes) if attributes else None
    return "on" if on else "off", attributes


def top_of(feature: Feature | None) -> float:
    """Return the greatest value of a level that starts at 0 or 1; 254 is Zigbee's for brightness."""
    return feature.high if feature is not None and feature.high and feature.high >= 1 else 254
