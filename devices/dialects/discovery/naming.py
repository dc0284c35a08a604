"""What an announced thing is called, and what recognizes its device through another source."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from devices.dialects import json_payload
from devices.dialects.discovery.config import Config
from devices.model import Device, DeviceId
from devices.names import fold, slug

MAX_NAME: Final = 128
_MAX_IDENTIFIERS: Final = 16
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_IEEE = re.compile(r"(?:^|[^0-9a-z])(0x[0-9a-f]{16})(?:$|_)")
_MAC = re.compile(r"[0-9a-f]{12}")
_COLON_MAC = re.compile(r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}")
_SHELLY_MAC = re.compile(r"shelly[a-z0-9]*-([0-9a-f]{12})")


def clean(value: object) -> str | None:
    """Return a name without control characters and too many letters; ``None`` if nothing is left."""
    if not isinstance(value, str):
        return None
    return _CONTROL.sub(" ", value[: MAX_NAME * 2]).strip()[:MAX_NAME] or None


def normalized(identifier: str) -> str:
    """Return an identifier in the form that all dialects share: ``ieee:``, ``mac:``, else ``mqtt:``."""
    lowered = identifier.strip().lower()
    if match := _IEEE.search(lowered):
        return f"ieee:{match[1]}"
    if _MAC.fullmatch(lowered):
        return f"mac:{lowered}"
    if _COLON_MAC.fullmatch(lowered):
        return f"mac:{re.sub('[:-]', '', lowered)}"
    if match := _SHELLY_MAC.fullmatch(lowered):
        return f"mac:{match[1]}"
    return f"mqtt:{identifier.strip()[:MAX_NAME]}"


def device_of(config: Config) -> Device | None:
    """Return the device that a component belongs to; ``None`` if none is named or nothing identifies it."""
    values = json_payload.as_object(config.raw("device"))
    identifiers = _identifiers(values)
    if not identifiers:
        return None
    # The same device must get the same id from whichever of its components comes first.
    key = min(identifiers, key=lambda identifier: (("ieee", "mac", "mqtt").index(identifier.split(":")[0]), identifier))
    return Device(
        id=DeviceId(key),
        name=clean(values.get("name")) or key.split(":", 1)[1],
        manufacturer=clean(values.get("manufacturer")),
        model=clean(values.get("model")) or clean(values.get("model_id")),
        sw_version=clean(values.get("sw_version")),
        suggested_area=clean(values.get("suggested_area")),
        identifiers=identifiers,
        via="discovery",
    )


def _identifiers(values: Mapping[str, object]) -> frozenset[str]:
    given = values.get("identifiers")
    listed: Sequence[object] = json_payload.as_array(given) or (given,)
    found = {normalized(str(item)) for item in listed[:_MAX_IDENTIFIERS] if isinstance(item, str | int) and item}
    for connection in json_payload.as_array(values.get("connections"))[:_MAX_IDENTIFIERS]:
        pair = json_payload.as_array(connection)
        if len(pair) == 2 and pair[0] in ("mac", "zigbee") and isinstance(pair[1], str):
            found.add(normalized(pair[1]))
    return frozenset(found)


def name_of(config: Config, otherwise: str) -> str:
    """Return the full name, composed as Home Assistant does: ``Device Entity``, once each.

    An entity without a name of its own is called like its device, and by its device class beside that if it has one
    (``Thermometer Humidity``) and its name is not explicitly null, or empty as ESPHome 2024.10 says it.
    """
    own = clean(config.raw("name"))
    if own is None and not config.null("name") and config.raw("name") != "":
        own = clean(str(config.raw("device_class") or "").replace("_", " ").title())
    whole = clean(json_payload.as_object(config.raw("device")).get("name"))
    if whole is None:
        return own or clean(otherwise.replace("_", " ").title()) or config.platform
    if own is None:
        return whole
    if f" {fold(whole)} " in f" {fold(own)} ":
        return own
    return f"{whole} {own}"[:MAX_NAME]


def object_id_of(config: Config, name: str, otherwise: str) -> str:
    """Return what stands behind the dot of the entity's id."""
    wanted = clean(config.raw("default_entity_id")) or clean(config.raw("object_id"))
    if wanted is not None:
        return slug(wanted.removeprefix(f"{config.platform}."))
    found = slug(name)
    # A name in another script leaves nothing over; the topic's id is plain by its own rule.
    return found if found != "unnamed" else slug(otherwise)
