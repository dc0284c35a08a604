"""Zigbee2MQTT's ``climate``: radiator valves and room thermostats (Zigbee2MQTT 2.12.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from devices.dialects.json_payload import as_name, as_number
from devices.dialects.zigbee2mqtt.feature import Feature
from devices.dialects.zigbee2mqtt.part import Owner, Part, Reading, asks, properties
from devices.model import Call, Capability

_ACTIONS = {"idle": "idle", "heat": "heating", "cool": "cooling", "fan_only": "fan"}
_TURN_ON = ("heat_cool", "heat", "cool", "auto")
"""Which mode "on" means, first that there is; Home Assistant chooses in this order."""


def thermostat(owner: Owner, kind: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return a thermostat: with one setpoint, or with a low and a high one where it heats and cools."""
    heat = kind.find("occupied_heating_setpoint", "current_heating_setpoint")
    cool = kind.find("occupied_cooling_setpoint")
    single = heat or cool
    if single is None:
        return None
    both = heat is not None and cool is not None
    modes, presets, fans = kind.find("system_mode"), kind.find("preset"), kind.find("fan_mode")
    room, action = kind.find("local_temperature"), kind.find("running_state")
    humidity = next((e for e in exposes if e.name == "humidity"), None)
    # "sleep" is a mode of Zigbee that Home Assistant's words do not have.
    offered = tuple(word for word in (modes.values if modes else ()) if word != "sleep")
    entity = replace(
        owner.entity("climate", kind.endpoint),
        capabilities=_capabilities(both, offered, presets, fans),
        limits=_limits(single, offered, presets, fans),
        unit=single.unit or "°C",
    )

    def read(payload: Mapping[str, object]) -> Reading | None:
        attributes: dict[str, object] = {}
        for key, feature in (
            ("target_temp_low" if both else "temperature", single),
            ("target_temp_high", cool if both else None),
            ("current_temperature", room),
            ("current_humidity", humidity),
        ):
            number = as_number(payload.get(feature.property)) if feature is not None else None
            if number is not None:
                attributes[key] = number
        for key, feature in (("preset_mode", presets), ("fan_mode", fans)):
            word = as_name(payload.get(feature.property)) if feature is not None else None
            if word is not None:
                attributes[key] = word
        doing = _ACTIONS.get(str(payload.get(action.property))) if action is not None else None
        if doing:
            attributes["hvac_action"] = doing
        fixed = ("heat" if heat else "cool") if attributes else None
        mode = as_name(payload.get(modes.property)) if modes is not None else fixed
        return (mode, attributes) if mode or attributes else None

    def write(call: Call) -> dict[str, object]:
        wanted: dict[str, object] = {}
        if modes is not None and (mode := _mode(call, offered)):
            wanted[modes.property] = mode
        for key, feature in (
            ("temperature", single),
            ("target_temp_low", heat),
            ("target_temp_high", cool),
            ("preset_mode", presets),
            ("fan_mode", fans),
        ):
            if feature is not None and key in call.data:
                wanted[feature.property] = call.data[key]
        return wanted

    read_from = properties(heat, cool, room, humidity, modes, action, presets, fans)
    return Part(entity, read_from, read, write, asks(modes, single, room, action))


def _capabilities(
    both: bool, offered: Sequence[str], presets: Feature | None, fans: Feature | None
) -> frozenset[Capability]:
    able = {Capability.TARGET_RANGE if both else Capability.TARGET_TEMPERATURE}
    if offered:
        able.add(Capability.HVAC_MODE)
    if "off" in offered:
        able.add(Capability.ON_OFF)
    if presets is not None:
        able.add(Capability.PRESET)
    if fans is not None:
        able.add(Capability.FAN_MODE)
    return frozenset(able)


def _limits(
    single: Feature, offered: Sequence[str], presets: Feature | None, fans: Feature | None
) -> dict[str, object]:
    limits: dict[str, object] = {"min": single.low, "max": single.high, "step": single.step}
    limits |= {
        "hvac_modes": tuple(offered),
        "preset_modes": tuple(presets.values) if presets else (),
        "fan_modes": tuple(fans.values) if fans else (),
    }
    return {key: value for key, value in limits.items() if value not in (None, ())}


def _mode(call: Call, offered: Sequence[str]) -> str | None:
    if call.service == "turn_off":
        return "off"
    if call.service == "turn_on":
        return next((mode for mode in (*_TURN_ON, *offered) if mode in offered and mode != "off"), None)
    mode = call.data.get("hvac_mode")
    return mode if isinstance(mode, str) else None
