"""How the built-in skills say what something is: a state in the words for its kind of thing, and how sure that is."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from devices.model import Entity, State
from skills.builtin.words import degrees, device_called, is_plural, number, percent, to_number, when

STALE_AFTER: Mapping[str, timedelta] = {"sensor": timedelta(hours=2), "binary_sensor": timedelta(hours=26)}
"""After this long without a report the age is said too. Zigbee sensors report at least hourly, sleepy contacts daily
(Zigbee2MQTT 2.12, device availability: passive devices time out after 25 hours); actuators speak when they change.
"""

_UNITS: Mapping[str, str] = {
    "°C": "degrees",
    "°F": "degrees Fahrenheit",
    "K": "kelvin",
    "%": "percent",
    "W": "watts",
    "kW": "kilowatts",
    "Wh": "watt hours",
    "kWh": "kilowatt hours",
    "V": "volts",
    "A": "amperes",
    "lx": "lux",
    "hPa": "hectopascals",
    "ppm": "parts per million",
    "m/s": "metres per second",
    "km/h": "kilometres per hour",
    "m": "metres",
    "cm": "centimetres",
    "mm": "millimetres",
    "L": "litres",
    "m³": "cubic metres",
    "s": "seconds",
    "min": "minutes",
    "h": "hours",
    "dBm": "decibels",
    "µg/m³": "micrograms per cubic metre",
}
_OPENINGS = frozenset({"door", "garage_door", "opening", "window", "gate"})
_BINARY: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(_OPENINGS, ("open", "closed")),
    "motion": ("detecting motion", "clear"),
    "occupancy": ("occupied", "empty"),
    "presence": ("occupied", "empty"),
    "smoke": ("detecting smoke", "clear"),
    "gas": ("detecting gas", "clear"),
    "carbon_monoxide": ("detecting carbon monoxide", "clear"),
    "moisture": ("wet", "dry"),
    "lock": ("unlocked", "locked"),
    "battery": ("low", "normal"),
    "problem": ("reporting a problem", "fine"),
    "plug": ("plugged in", "unplugged"),
    "running": ("running", "not running"),
    "power": ("on", "off"),
    "connectivity": ("connected", "disconnected"),
    "vibration": ("vibrating", "still"),
}
"""What on and off mean for a binary sensor of a device class (Home Assistant's, 2026.11)."""
_OTHERS: Mapping[tuple[str, str], str] = {
    ("person", "not_home"): "away",
    ("person", "home"): "at home",
    ("alarm_control_panel", "armed_away"): "armed",
    ("alarm_control_panel", "armed_home"): "armed for home",
    ("alarm_control_panel", "armed_night"): "armed for the night",
    ("alarm_control_panel", "armed_vacation"): "armed for vacation",
    ("vacuum", "docked"): "at its base",
    ("lawn_mower", "docked"): "at its base",
    ("vacuum", "returning"): "on its way back",
    ("lawn_mower", "returning"): "on its way back",
    ("vacuum", "error"): "stuck with an error",
    ("lawn_mower", "error"): "stuck with an error",
}


def said_state(entity: Entity, value: str) -> str:
    """Return a state's value in the words for this kind of thing: a window sensor that is ``on`` is ``open``."""
    if entity.domain == "binary_sensor" and value in {"on", "off"}:
        return _BINARY.get(entity.device_class or "", ("on", "off"))[value == "off"]
    if entity.domain == "sensor" and entity.device_class == "battery" and value in {"on", "off"}:
        return _BINARY["battery"][value == "off"]
    if entity.domain == "sensor":
        return with_unit(value, entity.unit)
    said = _OTHERS.get((entity.domain, value), value.replace("_", " "))
    return f"set to {said}" if entity.domain == "climate" and value != "off" else said


def said_fully(entity: Entity, state: State) -> str:
    """Return the state with what else matters of it: ``on at 40 percent``, ``set to 21 degrees, and it is 19.5``."""
    value, attributes = said_state(entity, state.value), state.attributes
    match entity.domain:
        case "light" if state.value == "on" and (level := to_number(attributes.get("brightness"))) is not None:
            return f"{value} at {percent(100 * level / 255)}"
        case "fan" if state.value == "on" and (speed := to_number(attributes.get("percentage"))) is not None:
            return f"{value} at {percent(speed)}"
        case "cover" | "valve" if (position := to_number(attributes.get("current_position"))) not in (None, 0, 100):
            return f"{percent(position or 0)} open"
        case "media_player" if state.value == "playing" and isinstance(attributes.get("media_title"), str):
            return f"{value} {attributes['media_title']}"
        case "climate" | "water_heater":
            return _said_climate(value, to_number(attributes.get("temperature")), _measured(state))
        case _:
            return value


def with_unit(value: str, unit: str | None) -> str:
    """Return a sensor's value as it is said: ``21.5 degrees``, ``1200 watts``; text stays text."""
    measured = to_number(value)
    said = number(measured) if measured is not None else value.replace("_", " ")
    return f"{said} {_UNITS.get(unit, unit)}" if unit else said


def is_known(state: State | None) -> bool:
    """Return whether the state says anything about now."""
    return state is not None and state.available and state.value not in {"unknown", "unavailable", ""}


def is_on(state: State | None) -> bool:
    """Return whether what is simply on or off is on, whatever it is doing."""
    return state is not None and is_known(state) and state.value not in {"off", "standby"}


def unknown(entity: Entity, state: State | None, now: datetime) -> str:
    """Return why nothing can be said: it cannot be reached, with what it last was, or it never reported."""
    verb = "were" if is_plural(entity) else "was"
    if state is None or state.available:
        return f"I don't know yet: {device_called(entity)} {'have' if is_plural(entity) else 'has'} not reported"
    start = f"I can't reach {device_called(entity)} right now"
    if state.seen_at is None or state.value in {"unknown", "unavailable", ""}:
        return start
    it = "they" if is_plural(entity) else "it"
    return f"{start}; {it} {verb} last {said_state(entity, state.value)} {when(state.seen_at, now)}"


def as_of(entity: Entity, state: State, now: datetime) -> str:
    """Return how old or how sure a state is, with a leading comma; empty if it is fresh and reported."""
    if entity.assumed_state:
        return ", as far as I know"
    limit = STALE_AFTER.get(entity.domain)
    if limit is None or state.seen_at is None or now - state.seen_at <= limit:
        return ""
    return f", last reported {when(state.seen_at, now)}"


def _measured(state: State) -> float | None:
    return to_number(state.attributes.get("current_temperature"))


def _said_climate(value: str, target: float | None, measured: float | None) -> str:
    said = value if value == "off" or target is None else f"set to {degrees(target)}"
    return said if measured is None else f"{said}, and it is {degrees(measured)}"
