"""How the built-in skills say what something is: a state in the words for its kind of thing, with its unit."""

from collections.abc import Mapping
from datetime import datetime

from devices.model import Entity, State
from skills.builtin.words import described, is_plural, number, to_number, when

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


def with_unit(value: str, unit: str | None) -> str:
    """Return a sensor's value as it is said: ``21.5 degrees``, ``1200 watts``; text stays text."""
    measured = to_number(value)
    said = number(measured) if measured is not None else value.replace("_", " ")
    return f"{said} {_UNITS.get(unit, unit)}" if unit else said


_OPEN_CLASSES = frozenset({"door", "garage_door", "opening", "window", "gate"})
_BINARY: Mapping[str, tuple[str, str]] = {
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
    "connectivity": ("connected", "disconnected"),
    "vibration": ("vibrating", "still"),
}


def said_state(entity: Entity, value: str) -> str:
    """Return a state's value in the words for this kind of thing: a window sensor that is ``on`` is ``open``."""
    if entity.domain == "binary_sensor" and value in {"on", "off"}:
        pair = ("open", "closed") if entity.device_class in _OPEN_CLASSES else _BINARY.get(entity.device_class or "")
        return (pair or ("on", "off"))[value == "off"]
    if entity.domain == "sensor":
        return with_unit(value, entity.unit)
    return value.replace("_", " ")


def out_of_reach(entity: Entity, state: State | None, now: datetime) -> str:
    """Return that the thing cannot be reached, with what it last was if it ever said so."""
    start = f"I can't reach {described(entity)} right now"
    if state is None or state.value == "unknown" or state.seen_at is None:
        return start
    return f"{start}; {'they were' if is_plural(entity) else 'it was'} last {said_state(entity, state.value)} " + when(
        state.seen_at, now
    )
