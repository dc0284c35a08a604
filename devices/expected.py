"""What a call should make of a state: for reading back, and for the twin."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import cast

from devices.model import NOTHING, Call, Capability, Entity, State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a state must show for a call to have taken effect."""

    values: tuple[str, ...] = ()
    """The values that mean success, the final one first; empty: any."""
    attributes: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    never: tuple[str, ...] = ()
    """The values that mean that it has not happened."""


def wanted(entity: Entity, call: Call) -> Wanted | None:
    """Return what the entity must report once ``call`` took effect; ``None`` if no report could show it (a button)."""
    make = _WANTED.get((entity.domain, call.service), _WANTED.get(("", call.service), _unseen))
    return make(entity, call.data)


def reached(entity: Entity, call: Call, before: State, now: State) -> bool:
    """Say whether ``now`` shows that ``call`` took effect, within what devices round (brightness, colour, position)."""
    goal = wanted(entity, call)
    if goal is None or not now.available or now.value == "unknown":
        return False
    if goal.values and now.value not in goal.values:
        return False
    if now.value in goal.never:
        return False
    return all(_agrees(entity, key, item, now.attributes.get(key), before) for key, item in goal.attributes.items())


def moving(entity: Entity, call: Call, now: State) -> bool:
    """Say whether the entity reports that it is on its way to what ``call`` wants: a cover that is closing."""
    ways = _ON_THE_WAY.get(call.service, ())
    if call.service in ("set_cover_position", "set_valve_position"):
        ways = ("opening", "closing")
    if call.service == "install":
        return bool(now.attributes.get("in_progress"))
    return entity.domain in ("cover", "valve", "lock", "alarm_control_panel") and now.value in ways


def after(entity: Entity, state: State, call: Call, *, at: datetime) -> State:
    """Return the state that ``call`` leads to if the device does exactly what it is told."""
    goal = wanted(entity, call)
    if goal is None:
        return replace(state, seen_at=at, reports=state.reports + 1)
    value = goal.values[0] if goal.values else _left_behind(entity, state, goal)
    attributes = {**state.attributes, **goal.attributes}
    if entity.domain == "light":
        _one_color_mode(attributes, call.data)
    changed_at = at if value != state.value or state.changed_at is None else state.changed_at
    return replace(
        state,
        value=value,
        attributes=MappingProxyType(attributes),
        seen_at=at,
        changed_at=changed_at,
        reports=state.reports + 1,
    )


# What each service leads to

Make = Callable[[Entity, Mapping[str, object]], Wanted | None]


def _unseen(_entity: Entity, _data: Mapping[str, object]) -> None:
    """Nothing that a report could show."""


def _value(*values: str) -> Make:
    return lambda _entity, _data: Wanted(values)


def _not(*values: str) -> Make:
    return lambda _entity, _data: Wanted(never=values)


def _attribute(key: str, *, into: str = "") -> Make:
    return lambda _entity, data: Wanted(attributes={into or key: data[key]})


def _light_on(_entity: Entity, data: Mapping[str, object]) -> Wanted:
    if data.get("brightness") == 0:
        return Wanted(("off",))
    return Wanted(("on",), {key: item for key, item in data.items() if key != "transition"})


def _fan_on(_entity: Entity, data: Mapping[str, object]) -> Wanted:
    return Wanted(("off",) if data.get("percentage") == 0 else ("on",), data)


def _end_position(position: int, value: str, attribute: str) -> Make:
    def make(entity: Entity, _data: Mapping[str, object]) -> Wanted:
        return Wanted((value,), {attribute: position} if Capability.POSITION in entity.capabilities else NOTHING)

    return make


def _position(_entity: Entity, data: Mapping[str, object]) -> Wanted:
    return Wanted(attributes={"current_position": data["position"]}, never=("opening", "closing"))


def _heat(_entity: Entity, data: Mapping[str, object]) -> Wanted:
    mode = data.get("hvac_mode")
    rest = {key: item for key, item in data.items() if key != "hvac_mode"}
    return Wanted((str(mode),) if mode else (), rest)


def _exactly(key: str) -> Make:
    return lambda _entity, data: Wanted((_as_text(data[key]),))


_WANTED: Mapping[tuple[str, str], Make] = {
    ("light", "turn_on"): _light_on,
    ("fan", "turn_on"): _fan_on,
    ("fan", "set_percentage"): _fan_on,
    ("climate", "turn_on"): _not("off"),
    ("media_player", "turn_on"): _not("off", "standby"),
    ("media_player", "turn_off"): _value("off", "standby"),
    ("water_heater", "turn_on"): _not("off"),
    ("vacuum", "turn_on"): _value("cleaning"),
    ("vacuum", "turn_off"): _value("docked", "returning", "idle"),
    ("", "turn_on"): _value("on"),
    ("", "turn_off"): _value("off"),
    ("scene", "turn_on"): _unseen,
    ("script", "turn_on"): _unseen,
    ("", "oscillate"): _attribute("oscillating"),
    ("", "set_direction"): _attribute("direction"),
    ("", "set_preset_mode"): _attribute("preset_mode"),
    ("", "open_cover"): _end_position(100, "open", "current_position"),
    ("", "close_cover"): _end_position(0, "closed", "current_position"),
    ("", "stop_cover"): _not("opening", "closing"),
    ("", "set_cover_position"): _position,
    ("", "set_cover_tilt_position"): _attribute("tilt_position", into="current_tilt_position"),
    ("", "open_valve"): _end_position(100, "open", "current_position"),
    ("", "close_valve"): _end_position(0, "closed", "current_position"),
    ("", "stop_valve"): _not("opening", "closing"),
    ("", "set_valve_position"): _position,
    ("", "set_temperature"): _heat,
    ("", "set_hvac_mode"): _exactly("hvac_mode"),
    ("", "set_fan_mode"): _attribute("fan_mode"),
    ("", "set_operation_mode"): _exactly("operation_mode"),
    ("", "lock"): _value("locked"),
    ("", "unlock"): _value("unlocked", "open"),
    ("", "open"): _value("open", "unlocked"),
    ("", "media_play"): _value("playing", "buffering"),
    ("", "media_pause"): _value("paused", "idle"),
    ("", "media_stop"): _value("idle", "off", "standby", "paused"),
    ("", "volume_set"): _attribute("volume_level"),
    ("", "volume_mute"): _attribute("is_volume_muted"),
    ("", "select_source"): _attribute("source"),
    ("", "play_media"): _value("playing", "buffering"),
    ("", "start"): _value("cleaning"),
    ("", "stop"): _value("idle", "docked", "paused"),
    ("", "pause"): _value("paused", "idle"),
    ("", "return_to_base"): _value("returning", "docked"),
    ("", "set_fan_speed"): _attribute("fan_speed"),
    ("", "start_mowing"): _value("mowing"),
    ("", "dock"): _value("returning", "docked"),
    ("", "set_humidity"): _attribute("humidity"),
    ("", "set_mode"): _attribute("mode"),
    ("", "alarm_arm_home"): _value("armed_home"),
    ("", "alarm_arm_away"): _value("armed_away"),
    ("", "alarm_arm_night"): _value("armed_night"),
    ("", "alarm_arm_vacation"): _value("armed_vacation"),
    ("", "alarm_disarm"): _value("disarmed"),
    ("", "install"): _value("off"),
    ("", "set_value"): _exactly("value"),
    ("", "select_option"): _exactly("option"),
}
_ON_THE_WAY: Mapping[str, tuple[str, ...]] = {
    "open_cover": ("opening",),
    "close_cover": ("closing",),
    "open_valve": ("opening",),
    "close_valve": ("closing",),
    "lock": ("locking",),
    "unlock": ("unlocking",),
    "open": ("opening", "unlocking"),
    "alarm_arm_home": ("arming",),
    "alarm_arm_away": ("arming",),
    "alarm_arm_night": ("arming",),
    "alarm_arm_vacation": ("arming",),
}


def _left_behind(entity: Entity, state: State, goal: Wanted) -> str:
    """Return the value that goes with ``goal`` where it names none."""
    position = goal.attributes.get("current_position")
    if position is not None:
        return "closed" if position == 0 else "open"
    if state.value not in goal.never:
        return state.value
    if entity.domain == "climate":
        modes = entity.limits.get("hvac_modes")
        known = cast("Sequence[object]", modes) if isinstance(modes, tuple | list) else ()
        return next((str(mode) for mode in known if mode != "off"), "heat")
    return {"cover": "open", "valve": "open", "media_player": "idle"}.get(entity.domain, "on")


def _one_color_mode(attributes: dict[str, object], data: Mapping[str, object]) -> None:
    """Drop the colour that a light no longer shows: it has a colour or a colour temperature, not both."""
    if "color_temp_kelvin" in data:
        attributes["color_mode"] = "color_temp"
        attributes.pop("rgb_color", None)
    elif "rgb_color" in data:
        attributes["color_mode"] = "rgb"
        attributes.pop("color_temp_kelvin", None)


# How far a report may be from what was asked

BRIGHTNESS_SLACK = 4
"""Of 255: Zigbee counts to 254, Tasmota and Shelly to 100, and both round."""
MIRED_SLACK = 6
"""Devices count colour temperature in mireds and round to what their two whites can mix."""
COLOR_SLACK = 48
"""Of 255, a channel, at full brightness: the way through xy and back costs up to 40 in saturated colours."""
POSITION_SLACK = 2
"""Of 100."""
TEMPERATURE_SLACK = 0.26
"""Degrees: thermostats round to halves, and to Fahrenheit's whole degrees and back."""
VOLUME_SLACK = 0.02


def _agrees(entity: Entity, key: str, asked: object, seen: object, before: State) -> bool:
    if key == "rgb_color":
        return _same_color(asked, seen)
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        return seen == asked
    if isinstance(seen, bool) or not isinstance(seen, int | float):
        # A device that never reports this attribute cannot contradict it, unless it did so before.
        return seen is None and key not in before.attributes and key in ("color_temp_kelvin", "humidity")
    if key == "color_temp_kelvin":
        return seen > 0 and abs(1e6 / asked - 1e6 / seen) <= MIRED_SLACK
    return abs(asked - seen) <= _slack(entity, key)


def _slack(entity: Entity, key: str) -> float:
    if key == "percentage":
        step = entity.limits.get("percentage_step")
        return max(2.0, float(step)) if isinstance(step, int | float) else 2.0
    if key in ("temperature", "target_temp_low", "target_temp_high"):
        return TEMPERATURE_SLACK
    return {"brightness": BRIGHTNESS_SLACK, "volume_level": VOLUME_SLACK, "humidity": 1.0}.get(key, POSITION_SLACK)


def _same_color(asked: object, seen: object) -> bool:
    one, other = _full_bright(asked), _full_bright(seen)
    return (
        one is not None
        and other is not None
        and all(abs(a - b) <= COLOR_SLACK for a, b in zip(one, other, strict=True))
    )


def _full_bright(color: object) -> tuple[float, ...] | None:
    parts = cast("Sequence[object]", color) if isinstance(color, tuple | list) else ()
    numbers = tuple(float(part) for part in parts if isinstance(part, int | float))
    top = max(numbers, default=0.0)
    return tuple(255 * part / top for part in numbers) if len(numbers) == 3 and top > 0 else None


def _as_text(item: object) -> str:
    return f"{item:g}" if isinstance(item, int | float) and not isinstance(item, bool) else str(item)
