"""What may be asked of which entity: the table of services, and the check that every call passes before it is sent."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from devices.model import Call, CallError, Capability, Entity

Check = Callable[[Entity, object], str | None]
"""Says what is wrong with one value of a call's data, or ``None``."""

_PLAIN_ON_OFF = (
    "switch", "humidifier", "climate", "media_player", "water_heater", "input_boolean", "group", "automation",
    "script", "remote", "vacuum",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """One service: what the entity must be able to do, and what data it takes."""

    needs: Capability | None
    takes: Mapping[str, Check]
    requires: frozenset[str]
    """Data without which the call says nothing."""


def check(entity: Entity, call: Call) -> None:
    """Let a call pass that ``entity`` can carry out.

    Raises:
        CallError: the service is unknown, not of this domain, beyond the entity's capabilities, or its data are
            missing, unknown, or out of range.
    """
    service = SERVICES.get((entity.domain, call.service))
    if service is None:
        raise CallError(f"{entity.name!r} ({entity.domain}) has no service {call.service!r}")
    if service.needs is not None and service.needs not in entity.capabilities:
        raise CallError(f"{entity.name!r} cannot do {call.service!r}: it lacks {service.needs.value!r}")
    for key in service.requires - call.data.keys():
        raise CallError(f"{call.service!r} of {entity.name!r} needs {key!r}")
    for key, item in call.data.items():
        checker = service.takes.get(key)
        if checker is None:
            raise CallError(f"{call.service!r} of {entity.name!r} takes no {key!r}")
        problem = checker(entity, item)
        if problem:
            raise CallError(f"{call.service!r} of {entity.name!r}: {key} {problem}")


def _number(low: float, high: float, *, low_limit: str = "", high_limit: str = "") -> Check:
    """Return the check for a number between two bounds, which the entity's own ``limits`` may narrow."""

    def checked(entity: Entity, item: object) -> str | None:
        if isinstance(item, bool) or not isinstance(item, int | float) or not math.isfinite(item):
            return f"must be a number, not {item!r}"
        least = _limit(entity, low_limit, low)
        most = _limit(entity, high_limit, high)
        if not least <= item <= most:
            return f"must be between {least:g} and {most:g}, not {item:g}"
        return None

    return checked


def _limit(entity: Entity, key: str, otherwise: float) -> float:
    value = entity.limits.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise


def _one_of(limit: str) -> Check:
    """Return the check for a word among those that the entity's ``limits`` (or ``options``) name, if it names any."""

    def checked(entity: Entity, item: object) -> str | None:
        if not isinstance(item, str):
            return f"must be a word, not {item!r}"
        allowed = entity.options if limit == "options" else entity.limits.get(limit)
        words = cast("Sequence[object]", allowed) if isinstance(allowed, tuple | list) else ()
        if words and item not in words:
            return f"must be one of {', '.join(map(str, words))}, not {item!r}"
        return None

    return checked


def _needing(capability: Capability, inner: Check) -> Check:
    def checked(entity: Entity, item: object) -> str | None:
        if capability not in entity.capabilities:
            return f"is beyond it: it lacks {capability.value!r}"
        return inner(entity, item)

    return checked


def _text(_entity: Entity, item: object) -> str | None:
    return None if isinstance(item, str) and len(item) <= 255 else "must be a text of at most 255 characters"


def _flag(_entity: Entity, item: object) -> str | None:
    return None if isinstance(item, bool) else f"must be true or false, not {item!r}"


def _color(_entity: Entity, item: object) -> str | None:
    parts = cast("Sequence[object]", item) if isinstance(item, tuple | list) else ()
    if len(parts) == 3 and all(type(part) is int and 0 <= part <= 255 for part in parts):
        return None
    return f"must be three numbers from 0 to 255, not {item!r}"


_PERCENT = _number(0, 100)
_SECONDS = _number(0, 6_553)
"""What Zigbee's 16-bit tenths of a second can carry (ZCL 8, level control)."""

_LIGHT: Mapping[str, Check] = {
    "brightness": _needing(Capability.BRIGHTNESS, _number(0, 255)),
    "color_temp_kelvin": _needing(
        Capability.COLOR_TEMPERATURE, _number(1_000, 40_000, low_limit="min_kelvin", high_limit="max_kelvin")
    ),
    "rgb_color": _needing(Capability.COLOR, _color),
    "effect": _needing(Capability.EFFECT, _one_of("effects")),
    "transition": _SECONDS,
}
_TEMPERATURE = _number(-50, 100, low_limit="min", high_limit="max")


Row = tuple[str, str, Capability | None, Mapping[str, Check], str]
"""Domains, services, the capability needed, the data taken, and those of them that are required."""

_HUMIDITY = _number(0, 100, low_limit="min", high_limit="max")
_VALUE = _number(-1e9, 1e9, low_limit="min", high_limit="max")
_CODE: Mapping[str, Check] = {"code": _text}
_HEAT: Mapping[str, Check] = {
    "temperature": _needing(Capability.TARGET_TEMPERATURE, _TEMPERATURE),
    "target_temp_low": _needing(Capability.TARGET_RANGE, _TEMPERATURE),
    "target_temp_high": _needing(Capability.TARGET_RANGE, _TEMPERATURE),
    "hvac_mode": _one_of("hvac_modes"),
}
_SIREN: Mapping[str, Check] = {"tone": _text, "duration": _number(0, 65_535), "volume_level": _number(0, 1)}
_FAN: Mapping[str, Check] = {"percentage": _needing(Capability.SPEED, _PERCENT)}
_MEDIA: Mapping[str, Check] = {"media_content_id": _text, "media_content_type": _text}
_NO_DATA: Mapping[str, Check] = {}

_ROWS: tuple[Row, ...] = (
    (" ".join(_PLAIN_ON_OFF), "turn_on turn_off", Capability.ON_OFF, _NO_DATA, ""),
    ("light", "turn_on", Capability.ON_OFF, _LIGHT, ""),
    ("light", "turn_off", Capability.ON_OFF, {"transition": _SECONDS}, ""),
    ("fan", "turn_on", Capability.ON_OFF, _FAN, ""),
    ("fan siren", "turn_off", Capability.ON_OFF, _NO_DATA, ""),
    ("fan", "set_percentage", Capability.SPEED, _FAN, "percentage"),
    ("fan", "oscillate", Capability.OSCILLATE, {"oscillating": _flag}, "oscillating"),
    ("fan", "set_direction", Capability.DIRECTION, {"direction": _text}, "direction"),
    ("fan climate", "set_preset_mode", Capability.PRESET, {"preset_mode": _one_of("preset_modes")}, "preset_mode"),
    ("siren", "turn_on", Capability.ON_OFF, _SIREN, ""),
    ("cover", "open_cover close_cover", Capability.OPEN_CLOSE, _NO_DATA, ""),
    ("cover", "stop_cover", Capability.STOP, _NO_DATA, ""),
    ("cover", "set_cover_position", Capability.POSITION, {"position": _PERCENT}, "position"),
    ("cover", "set_cover_tilt_position", Capability.TILT, {"tilt_position": _PERCENT}, "tilt_position"),
    ("valve", "open_valve close_valve", Capability.OPEN_CLOSE, _NO_DATA, ""),
    ("valve", "stop_valve", Capability.STOP, _NO_DATA, ""),
    ("valve", "set_valve_position", Capability.POSITION, {"position": _PERCENT}, "position"),
    ("climate water_heater", "set_temperature", None, _HEAT, ""),
    ("climate", "set_hvac_mode", Capability.HVAC_MODE, {"hvac_mode": _one_of("hvac_modes")}, "hvac_mode"),
    ("climate", "set_fan_mode", Capability.FAN_MODE, {"fan_mode": _one_of("fan_modes")}, "fan_mode"),
    ("water_heater", "set_operation_mode", None, {"operation_mode": _one_of("operation_modes")}, "operation_mode"),
    ("lock", "lock unlock", Capability.LOCK, _CODE, ""),
    ("lock", "open", Capability.UNLATCH, _CODE, ""),
    ("media_player", "media_play media_pause media_stop", Capability.PLAY, _NO_DATA, ""),
    ("media_player", "media_next_track media_previous_track", Capability.NEXT_PREVIOUS, _NO_DATA, ""),
    ("media_player", "volume_set", Capability.VOLUME, {"volume_level": _number(0, 1)}, "volume_level"),
    ("media_player", "volume_mute", Capability.MUTE, {"is_volume_muted": _flag}, "is_volume_muted"),
    ("media_player", "select_source", Capability.SOURCE, {"source": _one_of("sources")}, "source"),
    ("media_player", "play_media", Capability.PLAY, _MEDIA, "media_content_id media_content_type"),
    ("media_player", "media_seek", Capability.SEEK, {"seek_position": _number(0, 1e6)}, "seek_position"),
    ("vacuum", "start", Capability.START, _NO_DATA, ""),
    ("vacuum", "stop", Capability.STOP, _NO_DATA, ""),
    ("vacuum lawn_mower", "pause", Capability.PAUSE, _NO_DATA, ""),
    ("vacuum", "return_to_base", Capability.RETURN_HOME, _NO_DATA, ""),
    ("vacuum", "locate", Capability.LOCATE, _NO_DATA, ""),
    ("vacuum", "set_fan_speed", Capability.SPEED, {"fan_speed": _one_of("fan_speeds")}, "fan_speed"),
    ("lawn_mower", "start_mowing", Capability.START, _NO_DATA, ""),
    ("lawn_mower", "dock", Capability.RETURN_HOME, _NO_DATA, ""),
    ("humidifier", "set_humidity", Capability.TARGET_HUMIDITY, {"humidity": _HUMIDITY}, "humidity"),
    ("humidifier", "set_mode", Capability.PRESET, {"mode": _one_of("preset_modes")}, "mode"),
    ("alarm_control_panel", "alarm_arm_home alarm_arm_away alarm_arm_night", Capability.ARM, _CODE, ""),
    ("alarm_control_panel", "alarm_arm_vacation alarm_disarm", Capability.ARM, _CODE, ""),
    ("button input_button", "press", Capability.PRESS, _NO_DATA, ""),
    ("scene", "turn_on", Capability.ACTIVATE, {"transition": _SECONDS}, ""),
    ("update", "install", Capability.INSTALL, _NO_DATA, ""),
    ("number input_number", "set_value", Capability.SET_VALUE, {"value": _VALUE}, "value"),
    ("text input_text", "set_value", Capability.SET_VALUE, {"value": _text}, "value"),
    ("select input_select", "select_option", Capability.SELECT_OPTION, {"option": _one_of("options")}, "option"),
)

SERVICES: Mapping[tuple[str, str], Service] = {
    (domain, name): Service(needs, takes, frozenset(requires.split()))
    for domains, names, needs, takes, requires in _ROWS
    for domain in domains.split()
    for name in names.split()
}
"""Every service by domain and name, as Home Assistant 2026.11 names them."""
