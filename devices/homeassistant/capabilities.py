"""What an entity of Home Assistant can be asked to do, from its attributes.

Bits of ``supported_features`` and names of attributes as in the domains' ``const.py`` of 2024.3 and 2026.11.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from devices.model import Capability

C = Capability

_PLAIN: Mapping[str, frozenset[C]] = {
    "switch": frozenset({C.ON_OFF}),
    "input_boolean": frozenset({C.ON_OFF}),
    "group": frozenset({C.ON_OFF}),
    "script": frozenset({C.ON_OFF}),
    "automation": frozenset({C.ON_OFF}),
    "remote": frozenset({C.ON_OFF}),
    "light": frozenset({C.ON_OFF}),
    "fan": frozenset({C.ON_OFF}),
    "siren": frozenset({C.ON_OFF}),
    "humidifier": frozenset({C.ON_OFF, C.TARGET_HUMIDITY}),
    "lock": frozenset({C.LOCK}),
    "button": frozenset({C.PRESS}),
    "input_button": frozenset({C.PRESS}),
    "scene": frozenset({C.ACTIVATE}),
    "number": frozenset({C.SET_VALUE}),
    "input_number": frozenset({C.SET_VALUE}),
    "text": frozenset({C.SET_VALUE}),
    "input_text": frozenset({C.SET_VALUE}),
    "select": frozenset({C.SELECT_OPTION}),
    "input_select": frozenset({C.SELECT_OPTION}),
    "alarm_control_panel": frozenset({C.ARM}),
}
"""What every entity of a domain can do."""

_BITS: Mapping[str, Mapping[int, C]] = {
    "light": {4: C.EFFECT},
    "cover": {1: C.OPEN_CLOSE, 2: C.OPEN_CLOSE, 4: C.POSITION, 8: C.STOP, 128: C.TILT},
    "valve": {1: C.OPEN_CLOSE, 2: C.OPEN_CLOSE, 4: C.POSITION, 8: C.STOP},
    "climate": {
        1: C.TARGET_TEMPERATURE, 2: C.TARGET_RANGE, 4: C.TARGET_HUMIDITY, 8: C.FAN_MODE, 16: C.PRESET,
        128: C.ON_OFF, 256: C.ON_OFF,
    },
    "water_heater": {1: C.TARGET_TEMPERATURE, 8: C.ON_OFF},
    "fan": {1: C.SPEED, 2: C.OSCILLATE, 4: C.DIRECTION, 8: C.PRESET},
    "lock": {1: C.UNLATCH},
    "media_player": {
        1: C.PLAY, 2: C.SEEK, 4: C.VOLUME, 8: C.MUTE, 16: C.NEXT_PREVIOUS, 32: C.NEXT_PREVIOUS, 128: C.ON_OFF,
        256: C.ON_OFF, 512: C.PLAY, 2048: C.SOURCE, 4096: C.PLAY, 16384: C.PLAY,
    },
    "vacuum": {
        1: C.ON_OFF, 4: C.PAUSE, 8: C.STOP, 16: C.RETURN_HOME, 32: C.SPEED, 512: C.LOCATE, 8192: C.START,
    },
    "lawn_mower": {1: C.START, 2: C.PAUSE, 4: C.RETURN_HOME},
    "siren": {4: C.TONE, 8: C.VOLUME, 16: C.DURATION},
    "humidifier": {1: C.PRESET},
    "update": {1: C.INSTALL},
}  # fmt: skip
_COLORS = frozenset({"hs", "xy", "rgb", "rgbw", "rgbww"})
_BARE = frozenset({"onoff", "unknown"})
_ARMING: Mapping[int, str] = {1: "arm_home", 2: "arm_away", 4: "arm_night", 32: "arm_vacation"}
_AS_IS = ("hvac_modes", "fan_modes", "preset_modes")
_LIMITS: Mapping[str, str] = {
    "min_color_temp_kelvin": "min_kelvin", "max_color_temp_kelvin": "max_kelvin", "effect_list": "effects",
    "min_temp": "min", "max_temp": "max", "target_temp_step": "step", "source_list": "sources",
    "fan_speed_list": "fan_speeds", "available_modes": "preset_modes", "min_humidity": "min", "max_humidity": "max",
    "operation_list": "operation_modes", "min": "min", "max": "max", "step": "step",
    **{key: key for key in _AS_IS},
}  # fmt: skip
DESCRIBING = frozenset({
    *_LIMITS, "supported_features", "supported_color_modes", "min_mireds", "max_mireds", "options", "friendly_name",
    "device_class", "unit_of_measurement", "assumed_state", "entity_id", "code_format", "code_arm_required",
    "available_tones", "swing_modes", "sound_mode_list",
})  # fmt: skip
"""The attributes that say what an entity is, not how it is."""


def capabilities(domain: str, attributes: Mapping[str, object]) -> frozenset[C]:
    """Return what an entity can do."""
    features = attributes.get("supported_features")
    bits = features if isinstance(features, int) else 0
    found = set(_PLAIN.get(domain, ())) | {it for bit, it in _BITS.get(domain, {}).items() if bits & bit}
    if domain == "light":
        modes = set(words(attributes.get("supported_color_modes")))
        found |= {C.BRIGHTNESS} if modes - _BARE else set()
        found |= {C.COLOR_TEMPERATURE} if "color_temp" in modes else set()
        found |= {C.COLOR} if modes & _COLORS else set()
    if domain == "climate":
        hvac_modes = words(attributes.get("hvac_modes"))
        found |= {C.HVAC_MODE} if hvac_modes else set()
        # Before 2024.2 nothing told of turning on and off; the modes do.
        found |= {C.ON_OFF} if "off" in hvac_modes and len(hvac_modes) > 1 else set()
    return frozenset(found)


def limits(domain: str, attributes: Mapping[str, object]) -> Mapping[str, object]:
    """Return what may be asked of an entity, in the words of `Entity.limits`."""
    found: dict[str, object] = {}
    for key, ours in _LIMITS.items():
        value = attributes.get(key)
        if isinstance(value, list):
            found[ours] = words(cast("object", value))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[ours] = value
    if domain == "alarm_control_panel":
        features = attributes.get("supported_features")
        bits = features if isinstance(features, int) else 0
        found["arm_modes"] = tuple(word for bit, word in _ARMING.items() if bits & bit)
    if domain in ("lock", "alarm_control_panel"):
        found["code_required"] = attributes.get("code_format") is not None
    if domain == "scene":
        found["affects"] = words(attributes.get("entity_id"))
    return found


def words(found: object) -> tuple[str, ...]:
    """Return the words in a list."""
    items = cast("Sequence[object]", found) if isinstance(found, list | tuple) else ()
    return tuple(item for item in items if isinstance(item, str))
