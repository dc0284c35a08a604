"""Zigbee2MQTT's kinds of entities that can be told something, but for lamps and thermostats: switch, cover, lock, fan,
siren.

Values and ranges are those of Zigbee2MQTT 2.12.1 and zigbee-herdsman-converters 26.112.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from devices.dialects.json_payload import as_number
from devices.dialects.zigbee2mqtt.feature import PUBLISHED, SETTABLE, Feature, is_on
from devices.dialects.zigbee2mqtt.part import Owner, Part, Reading, asks, capable, properties, switched, top_of
from devices.model import Call, Capability

Build = Callable[[Owner, Feature, Sequence[Feature]], Part | None]
"""Makes the part of one exposed kind, given all that the device exposes; ``None`` if something needed is missing."""

_OPENING = frozenset({"opening", "open", "forward", "up", "rising"})
_CLOSING = frozenset({"closing", "close", "backward", "back", "reverse", "down", "declining"})
_COVER_CLASSES = ("curtain", "blind", "shutter", "awning", "shade", "garage", "gate", "window", "door")
_SPEEDS = ("low", "medium", "high", *map(str, range(1, 10)))
_LOCKED = {"locked": "locked", "unlocked": "unlocked", "not_fully_locked": "jammed"}


def switch(owner: Owner, kind: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return a switch; one whose property is not called "state" switches a setting of the device and is hidden."""
    del exposes
    state = kind.find("state")
    if state is None:
        return None
    setting = not state.property.startswith("state")
    entity = replace(
        owner.entity("switch", kind.endpoint, kind.label or state.property if setting else ""),
        capabilities=frozenset({Capability.ON_OFF}),
        assumed_state=not state.may(PUBLISHED),
        hidden=setting,
    )

    def write(call: Call) -> dict[str, object]:
        return {state.property: state.on if call.service == "turn_on" else state.off}

    return Part(entity, properties(state), lambda payload: switched(state, payload, {}), write, asks(state))


def cover(owner: Owner, kind: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return a cover; whether it moves is read from ``motor_state``, ``moving`` or ``running`` where it tells."""
    state = kind.find("state")
    if state is None:
        return None
    position, tilt = kind.find("position"), kind.find("tilt")
    motor = next((e for e in exposes if e.name in ("motor_state", "moving") and not e.may(SETTABLE)), None)
    stops = not state.values or "STOP" in state.values
    entity = replace(
        owner.entity("cover", kind.endpoint),
        device_class=next((word for word in _COVER_CLASSES if word in owner.description), None),
        capabilities=capable(
            (Capability.OPEN_CLOSE, state),
            (Capability.STOP, state if stops else None),
            (Capability.POSITION, position),
            (Capability.TILT, tilt),
        ),
        assumed_state=not (state.may(PUBLISHED) or (position is not None and position.may(PUBLISHED))),
    )

    def read(payload: Mapping[str, object]) -> Reading | None:
        attributes: dict[str, object] = {}
        place = _percent(payload, position)
        if place is not None:
            attributes["current_position"] = place
        angle = _percent(payload, tilt)
        if angle is not None:
            attributes["current_tilt_position"] = angle
        value = _moving(payload, motor) or _standing(place, payload.get(state.property))
        return (value, attributes) if value or attributes else None

    words = {"open_cover": "OPEN", "close_cover": "CLOSE", "stop_cover": "STOP"}

    def write(call: Call) -> dict[str, object]:
        if call.service in words:
            return {state.property: words[call.service]}
        target, key = (position, "position") if call.service == "set_cover_position" else (tilt, "tilt_position")
        return {target.property: round(as_number(call.data[key]) or 0)} if target is not None else {}

    read_from = properties(state, position, tilt, motor)
    return Part(entity, read_from, read, write, asks(state, position, tilt))


def lock(owner: Owner, kind: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return a lock; ``lock_state``, what the bolt really does, counts more than ``state`` where both are told."""
    del exposes
    state, bolt = kind.find("state"), kind.find("lock_state")
    if state is None:
        return None
    setting = not state.property.startswith("state")
    entity = replace(
        owner.entity("lock", kind.endpoint, kind.label or state.property if setting else ""),
        capabilities=frozenset({Capability.LOCK}),
        assumed_state=not state.may(PUBLISHED),
        hidden=setting,
    )

    def read(payload: Mapping[str, object]) -> Reading | None:
        actual = _LOCKED.get(str(payload.get(bolt.property))) if bolt is not None else None
        on = is_on(state, payload.get(state.property))
        told = None if on is None else "locked" if on else "unlocked"
        return (actual or told, {}) if actual or told else None

    def write(call: Call) -> dict[str, object]:
        return {state.property: state.on if call.service == "lock" else state.off}

    return Part(entity, properties(state, bolt), read, write, asks(state, bolt))


def fan(owner: Owner, kind: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return a fan; its speeds are named modes or a number, and the percentage is spread evenly over them."""
    del exposes
    state, mode, speed = kind.find("state"), kind.find("mode"), kind.find("speed")
    if state is None:
        return None
    speeds = [word for word in _SPEEDS if mode is not None and word in mode.values]
    presets = tuple(word for word in (mode.values if mode else ()) if word not in (*speeds, "off"))
    entity = replace(
        owner.entity("fan", kind.endpoint),
        capabilities=capable(
            (Capability.ON_OFF, state),
            (Capability.SPEED, speed or (mode if speeds else None)),
            (Capability.PRESET, mode if presets else None),
        ),
        limits={"preset_modes": presets} if presets else {},
        assumed_state=not state.may(PUBLISHED),
    )
    top = top_of(speed)

    def read(payload: Mapping[str, object]) -> Reading | None:
        attributes: dict[str, object] = {}
        word = str(payload.get(mode.property)) if mode is not None else ""
        if word in speeds:
            attributes |= {"percentage": round(100 * (speeds.index(word) + 1) / len(speeds)), "preset_mode": None}
        elif word in presets:
            attributes |= {"preset_mode": word}
        if speed is not None and (level := as_number(payload.get(speed.property))) is not None:
            attributes["percentage"] = min(100, max(0, round(100 * level / top)))
        return switched(state, payload, attributes)

    def write(call: Call) -> dict[str, object]:
        share = as_number(call.data.get("percentage"))
        if call.service == "turn_off" or share == 0:
            return {state.property: state.off}
        wanted: dict[str, object] = {state.property: state.on}
        if mode is not None and call.service == "set_preset_mode":
            return {mode.property: call.data["preset_mode"]}
        if share is not None and speed is not None:
            wanted[speed.property] = max(1, round(share * top / 100))
        elif share is not None and mode is not None and speeds:
            wanted[mode.property] = speeds[max(1, round(share * len(speeds) / 100)) - 1]
        return wanted

    return Part(entity, properties(state, mode, speed), read, write, asks(state, mode, speed))


def siren(owner: Owner, warning: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return a siren that is told by the composite ``warning``; it never says whether it sounds."""
    del exposes
    mode = warning.find("mode")
    if mode is None:
        return None
    tones = tuple(tone for tone in mode.values if tone != "stop")
    levels, duration = warning.find("level"), warning.find("duration")
    entity = replace(
        owner.entity("siren", warning.endpoint),
        capabilities=capable(
            (Capability.ON_OFF, mode),
            (Capability.TONE, mode if tones else None),
            (Capability.DURATION, duration),
            (Capability.VOLUME, levels),
        ),
        limits={"tones": tones},
        assumed_state=True,
    )

    def write(call: Call) -> dict[str, object]:
        if call.service == "turn_off":
            return {warning.property: {"mode": "stop"}}
        asked = call.data.get("tone")
        wanted: dict[str, object] = {"mode": asked if asked in tones else (tones or ("emergency",))[-1], "strobe": True}
        if duration is not None and "duration" in call.data:
            wanted["duration"] = call.data["duration"]
        volume = as_number(call.data.get("volume_level"))
        if levels is not None and levels.values and volume is not None:
            steps = list(levels.values)
            wanted["level"] = steps[min(len(steps) - 1, int(volume * len(steps)))]
        return {warning.property: wanted}

    return Part(entity, (), lambda _: None, write)


def _percent(payload: Mapping[str, object], feature: Feature | None) -> int | None:
    level = as_number(payload.get(feature.property)) if feature is not None else None
    return None if level is None else min(100, max(0, round(level)))


def _moving(payload: Mapping[str, object], motor: Feature | None) -> str | None:
    word = str(payload.get(motor.property)).lower() if motor is not None else ""
    return "opening" if word in _OPENING else "closing" if word in _CLOSING else None


def _standing(place: int | None, state: object) -> str | None:
    if place is not None:
        return "open" if place > 0 else "closed"
    return {"OPEN": "open", "CLOSE": "closed"}.get(state) if isinstance(state, str) else None
