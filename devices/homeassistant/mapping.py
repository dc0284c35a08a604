"""Home Assistant's entities, states and services in our words, and calls in its own: pure functions."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from devices.homeassistant.capabilities import DESCRIBING, capabilities, limits, words
from devices.homeassistant.registry import Registries
from devices.model import NOTHING, Call, Entity, EntityId

SILENT = "unavailable"
"""The state of what Home Assistant cannot reach."""
NEVER_NAMED = frozenset({
    "automation", "calendar", "camera", "conversation", "counter", "device_tracker", "event", "geo_location", "image",
    "image_processing", "notify", "persistent_notification", "schedule", "stt", "sun", "tag", "timer", "todo", "tts",
    "wake_word", "zone", "assist_satellite", "ai_task",
})  # fmt: skip
"""Domains that nobody means with a name; they are reachable by id. Exposing an automation makes it nameable."""
TOLD = frozenset({"sensor", "binary_sensor", "person", "weather"})
"""Domains that can only be read: not exposing them in Home Assistant, which is its default for most, hides nothing."""
_NO_MEMBERS = frozenset({"scene", "script", "automation", "person"})
_NOISE = frozenset({
    "icon", "entity_picture", "entity_picture_local", "attribution", "access_token", "restored", "editable", "id",
    "gps_accuracy", "latitude", "longitude", "supported_languages", "frontend_stream_type",
    "hs_color", "xy_color", "color_temp",
})  # fmt: skip
"""Attributes that say nothing of how a thing is, or that are nobody's business: positions, and keys to pictures."""
_ID = re.compile(r"[a-z0-9_]{1,64}\.[a-z0-9_]{1,200}")
LONGEST = 2_000
"""Characters of a text attribute that are kept."""


def is_id(text: str) -> bool:
    """Say whether this can be the id of an entity."""
    return _ID.fullmatch(text) is not None


def entity_of(id: str, attributes: Mapping[str, object], registries: Registries, *, exposed_only: bool) -> Entity:
    """Return an entity of Home Assistant as one of ours, from its describing attributes and the registries."""
    domain, _, object_id = id.partition(".")
    entry = registries.entry(id)
    name = attributes.get("friendly_name")
    kind = attributes.get("device_class") or entry.device_class
    unit = attributes.get("unit_of_measurement")
    grouped = () if domain in _NO_MEMBERS else words(attributes.get("entity_id"))
    can = capabilities(domain, attributes)
    return Entity(
        EntityId(id),
        name.strip() if isinstance(name, str) and name.strip() else object_id.replace("_", " ").title(),
        domain,
        device_class=kind if isinstance(kind, str) else None,
        area=registries.area_of(entry),
        device=entry.device if entry.device in registries.devices else None,
        aliases=entry.aliases,
        capabilities=can,
        members=tuple(EntityId(member) for member in grouped if is_id(member) and member != id),
        options=words(attributes.get("options")),
        limits=MappingProxyType(limits(domain, attributes)) if can else NOTHING,
        unit=unit if isinstance(unit, str) else None,
        assumed_state=attributes.get("assumed_state") is True,
        hidden=entry.hidden or _kept_back(domain, registries.exposed.get(id), exposed_only=exposed_only),
        unique=entry.unique,
    )


def _kept_back(domain: str, exposed: bool | None, *, exposed_only: bool) -> bool:
    """Say whether nobody is to name an entity: its domain is none for that, or the owner keeps it from assistants."""
    if domain in NEVER_NAMED:
        return not exposed
    return exposed_only and exposed is False and domain not in TOLD


def attributes_of(attributes: Mapping[str, object]) -> Mapping[str, object]:
    """Return the attributes that tell how an entity is, in our forms; a ``None`` among them removes one."""
    found: dict[str, object] = {}
    for key, item in attributes.items():
        if key in _NOISE or key in DESCRIBING:
            continue
        if isinstance(item, str) and len(item) > LONGEST:
            item = item[:LONGEST]
        found[key] = tuple(cast("list[object]", item)) if isinstance(item, list) else item
    return found


def service_of(call: Call) -> tuple[str, str, Mapping[str, object]]:
    """Return domain, service and data of a call that `devices.services.check` let pass, in Home Assistant's words."""
    domain = call.entity.partition(".")[0]
    data = {
        key: list(cast("tuple[object, ...]", item)) if isinstance(item, tuple) else item
        for key, item in call.data.items()
    }
    if domain == "group":
        # A group of mixed domains has no services of its own.
        return "homeassistant", call.service, data
    return domain, call.service, data
