"""The way back: the calls that bring an entity to what it was."""

from collections.abc import Callable, Mapping, Sequence

from devices.model import NOTHING, Call, Capability, Entity


def restore_calls(entity: Entity, value: str, attributes: Mapping[str, object]) -> Sequence[Call]:
    """Return the calls that bring an entity back to what it was; none if that cannot be done."""
    make = _RESTORE.get(entity.domain)
    if make is None:
        return ()
    return tuple(Call(entity.id, service, data) for service, data in make(entity, value, attributes))


Way = tuple[str, Mapping[str, object]]
Restore = Callable[[Entity, str, Mapping[str, object]], Sequence[Way]]


def _restore_on_off(_entity: Entity, value: str, _attributes: Mapping[str, object]) -> Sequence[Way]:
    return ((f"turn_{value}", NOTHING),) if value in ("on", "off") else ()


def _restore_light(entity: Entity, value: str, attributes: Mapping[str, object]) -> Sequence[Way]:
    if value != "on":
        return _restore_on_off(entity, value, attributes)
    keys = ["brightness"]
    mode = attributes.get("color_mode")
    if mode == "color_temp" or (mode is None and "rgb_color" not in attributes):
        keys.append("color_temp_kelvin")
    elif Capability.COLOR in entity.capabilities:
        keys.append("rgb_color")
    return (("turn_on", {key: attributes[key] for key in keys if attributes.get(key) is not None}),)


def _restore_fan(entity: Entity, value: str, attributes: Mapping[str, object]) -> Sequence[Way]:
    percentage = attributes.get("percentage")
    if value == "on" and percentage and Capability.SPEED in entity.capabilities:
        return (("set_percentage", {"percentage": percentage}),)
    return _restore_on_off(entity, value, attributes)


def _restore_opening(entity: Entity, value: str, attributes: Mapping[str, object]) -> Sequence[Way]:
    ways: list[Way] = []
    position = attributes.get("current_position")
    if position is not None and Capability.POSITION in entity.capabilities:
        ways.append((f"set_{entity.domain}_position", {"position": position}))
    elif value in ("open", "opening", "closed", "closing"):
        ways.append((f"{'open' if value.startswith('open') else 'close'}_{entity.domain}", NOTHING))
    tilt = attributes.get("current_tilt_position")
    if tilt is not None and Capability.TILT in entity.capabilities:
        ways.append(("set_cover_tilt_position", {"tilt_position": tilt}))
    return ways


def _restore_attributes(*pairs: tuple[str, str, Capability | None]) -> Callable[..., list[Way]]:
    """Return what sets attributes back, each ``(attribute, service, capability needed)``."""

    def ways(entity: Entity, attributes: Mapping[str, object]) -> list[Way]:
        return [
            (service, {key: attributes[key]})
            for key, service, capability in pairs
            if attributes.get(key) is not None and (capability is None or capability in entity.capabilities)
        ]

    return ways


_HEATING = _restore_attributes(
    ("temperature", "set_temperature", Capability.TARGET_TEMPERATURE),
    ("preset_mode", "set_preset_mode", Capability.PRESET),
    ("fan_mode", "set_fan_mode", Capability.FAN_MODE),
)
_HUMIDITY = _restore_attributes(
    ("humidity", "set_humidity", Capability.TARGET_HUMIDITY), ("mode", "set_mode", Capability.PRESET)
)
_SOUND = _restore_attributes(
    ("volume_level", "volume_set", Capability.VOLUME),
    ("is_volume_muted", "volume_mute", Capability.MUTE),
    ("source", "select_source", Capability.SOURCE),
)


def _restore_climate(entity: Entity, value: str, attributes: Mapping[str, object]) -> Sequence[Way]:
    mode: list[Way] = []
    if value != "unknown" and Capability.HVAC_MODE in entity.capabilities:
        mode = [("set_hvac_mode", {"hvac_mode": value})]
    return [*mode, *_HEATING(entity, attributes)] if value != "off" else mode


def _restore_media(entity: Entity, value: str, attributes: Mapping[str, object]) -> Sequence[Way]:
    services = {"playing": "media_play", "paused": "media_pause", "idle": "media_stop", "off": "turn_off"}
    play: list[Way] = [(services[value], NOTHING)] if value in services else []
    return [*_SOUND(entity, attributes), *play] if value != "off" else play


def _restore_by(services: Mapping[str, str]) -> Restore:
    """Return what calls the one service that leads to the value."""
    return lambda _entity, value, _attributes: ((services[value], NOTHING),) if value in services else ()


def _restore_value(service: str, key: str) -> Restore:
    def make(entity: Entity, value: str, _attributes: Mapping[str, object]) -> Sequence[Way]:
        if value == "unknown":
            return ()
        return ((service, {key: float(value) if entity.domain == "number" else value}),)

    return make


_RESTORE: Mapping[str, Restore] = {
    "light": _restore_light,
    "fan": _restore_fan,
    "cover": _restore_opening,
    "valve": _restore_opening,
    "climate": _restore_climate,
    "water_heater": lambda entity, _value, attributes: _HEATING(entity, attributes),
    "humidifier": lambda entity, value, attributes: (
        *_restore_on_off(entity, value, attributes),
        *_HUMIDITY(entity, attributes),
    ),
    "media_player": _restore_media,
    "lock": _restore_by({"locked": "lock", "unlocked": "unlock"}),
    "vacuum": _restore_by({"cleaning": "start", "paused": "pause", "docked": "return_to_base"}),
    "lawn_mower": _restore_by({"mowing": "start_mowing", "paused": "pause", "docked": "dock"}),
    "alarm_control_panel": _restore_by(
        {
            "disarmed": "alarm_disarm",
            "armed_home": "alarm_arm_home",
            "armed_away": "alarm_arm_away",
            "armed_night": "alarm_arm_night",
            "armed_vacation": "alarm_arm_vacation",
        }
    ),
    "number": _restore_value("set_value", "value"),
    "text": _restore_value("set_value", "value"),
    "select": _restore_value("select_option", "option"),
    **dict.fromkeys(("switch", "siren", "input_boolean", "remote", "group", "automation"), _restore_on_off),
}
