"""Which part of this package builds which component, and the entity that comes of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from devices.dialects import json_payload
from devices.dialects.discovery.cleaners import lawn_mower, vacuum
from devices.dialects.discovery.climates import climate, humidifier, water_heater
from devices.dialects.discovery.component import Build, Component, Reader, Update
from devices.dialects.discovery.config import Config
from devices.dialects.discovery.fans import fan
from devices.dialects.discovery.inputs import button, number, scene, select, text
from devices.dialects.discovery.json_lights import json_light
from devices.dialects.discovery.lights import light, template_light
from devices.dialects.discovery.openings import cover, valve
from devices.dialects.discovery.payload import Payload, head
from devices.dialects.discovery.sensors import binary_sensor, device_tracker, event, sensor, update
from devices.dialects.discovery.switches import alarm_control_panel, lock, siren, switch
from devices.model import Device, Entity, EntityId, PayloadError

MAX_ATTRIBUTES: Final = 64

_LIGHTS: Final[Mapping[str, Build]] = {
    "basic": light,
    "default": light,
    "json": json_light,
    "mqtt_json": json_light,
    "template": template_light,
}


def _light(config: Config) -> Component:
    schema = config.text("schema", "basic").lower()
    if schema not in _LIGHTS:
        raise PayloadError(f"'schema' is none of {', '.join(_LIGHTS)}: {head(schema)}")
    return _LIGHTS[schema](config)


BUILDERS: Final[Mapping[str, Build]] = {
    "alarm_control_panel": alarm_control_panel,
    "binary_sensor": binary_sensor,
    "button": button,
    "climate": climate,
    "cover": cover,
    "device_tracker": device_tracker,
    "event": event,
    "fan": fan,
    "humidifier": humidifier,
    "lawn_mower": lawn_mower,
    "light": _light,
    "lock": lock,
    "number": number,
    "scene": scene,
    "select": select,
    "sensor": sensor,
    "siren": siren,
    "switch": switch,
    "text": text,
    "update": update,
    "vacuum": vacuum,
    "valve": valve,
    "water_heater": water_heater,
}
"""Every other component (camera, image, tag, device_automation, notify, and what is still to come) is passed over."""

_OWN: Final = frozenset(
    ("assumed_state", "available", "brightness", "color_mode", "color_temp", "color_temp_kelvin", "current_humidity",
     "current_position", "current_temperature", "current_tilt_position", "device_class", "direction", "effect",
     "entity_category", "event_type", "fan_mode", "fan_speed", "friendly_name", "hs_color", "humidity", "hvac_action",
     "hvac_mode", "icon", "name", "oscillating", "percentage", "preset_mode", "rgb_color", "state", "swing_mode",
     "target_temp_high", "target_temp_low", "temperature", "unique_id", "unit_of_measurement", "xy_color")
)  # fmt: skip
"""What an entity says of itself in its own way: the free attributes beside it must not overwrite that."""


def build(config: Config) -> Component:
    """Return the component that a configuration describes.

    Raises:
        PayloadError: it describes none.
    """
    part = BUILDERS[config.platform](config)
    if not part.readers and not part.services:
        raise PayloadError("it has no topic to read and none to command")
    part.reads(config.state_topic("json_attributes_topic"), _attributes(config))
    return part


def _attributes(config: Config) -> Reader:
    read = config.read("json_attributes_template")
    templated = "json_attributes_template" in config

    def reader(payload: Payload) -> Update | None:
        if templated:
            said = read(payload)
            if said is None:
                return None
            payload = Payload(said.encode())
        values = json_payload.as_object(payload.json)
        found: dict[str, object] = {}
        for key, value in values.items():
            if key not in _OWN and len(key) <= MAX_ATTRIBUTES and len(found) < MAX_ATTRIBUTES:
                found[key] = value
        return Update(attributes=found) if found else None

    return reader


def described(config: Config, part: Component, *, id: EntityId, name: str, device: Device | None) -> Entity:
    """Return the entity that a component is."""
    kind = part.device_class
    return Entity(
        id=id,
        name=name,
        domain=part.domain,
        device_class=kind.lower() if kind is not None and len(kind) <= MAX_ATTRIBUTES else None,
        device=device.id if device is not None else None,
        capabilities=frozenset(part.capabilities),
        options=part.options,
        limits=MappingProxyType(part.limits),
        unit=part.unit,
        assumed_state=part.assumed_state,
        unique=f"mqtt:{unique}" if (unique := config.optional("unique_id")) else None,
        hidden="entity_category" in config or not config.flag("enabled_by_default", otherwise=True),
    )
