"""How the built-in skills say what something is: a state in the words for its kind of thing, and how sure that is."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from devices.model import Entity, State
from skills.builtin.words import called, degrees, device_called, number, percent, to_number, when
from skills.language import say, term

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
        return term("state", _BINARY.get(entity.device_class or "", ("on", "off"))[value == "off"])
    if entity.domain == "sensor" and entity.device_class == "battery" and value in {"on", "off"}:
        return term("state", _BINARY["battery"][value == "off"])
    if entity.domain == "sensor":
        return with_unit(value, entity.unit)
    said = _OTHERS.get((entity.domain, value), value.replace("_", " "))
    if entity.domain == "climate" and value != "off":
        return say("set to {mode}", mode=term("mode", said))
    # What a house calls its rooms a person may be in: that is no word of a language.
    return said if entity.domain == "person" and value not in {"home", "not_home"} else term("state", said)


def stated(entity: Entity, state: State) -> str:
    """Return what a thing is, with what else matters of it: ``the lamp is on at 40 percent``."""
    value, attributes, things = said_state(entity, state.value), state.attributes, called(entity)
    match entity.domain:
        case "light" if state.value == "on" and (level := to_number(attributes.get("brightness"))) is not None:
            at = percent(100 * level / 255)
            return say("{things} {things:is|are} {state} at {percent}", things=things, state=value, percent=at)
        case "fan" if state.value == "on" and (speed := to_number(attributes.get("percentage"))) is not None:
            at = percent(speed)
            return say("{things} {things:is|are} {state} at {percent}", things=things, state=value, percent=at)
        case "cover" | "valve" if (position := to_number(attributes.get("current_position"))) not in (None, 0, 100):
            return say("{things} {things:is|are} {percent} open", things=things, percent=percent(position or 0))
        case "media_player" if state.value == "playing" and isinstance(title := attributes.get("media_title"), str):
            return say("{things} {things:is|are} playing {source}", things=things, source=title)
        case "climate" | "water_heater":
            value = _said_climate(value, to_number(attributes.get("temperature")), _measured(state))
        case "sensor":
            return say("{things} {things:is|are} {value}", things=things, value=value)
        case _:
            pass
    return say("{things} {things:is|are} {state}", things=things, state=value)


def with_unit(value: str, unit: str | None) -> str:
    """Return a sensor's value as it is said: ``21.5 degrees``, ``1200 watts``; text stays text."""
    measured = to_number(value)
    said = number(measured) if measured is not None else value.replace("_", " ")
    if not unit:
        return said
    return f"{said} {term('unit', _UNITS[unit]) if unit in _UNITS else unit}"


def is_known(state: State | None) -> bool:
    """Return whether the state says anything about now."""
    return state is not None and state.available and state.value not in {"unknown", "unavailable", ""}


def is_on(state: State | None) -> bool:
    """Return whether what is simply on or off is on, whatever it is doing."""
    return state is not None and is_known(state) and state.value not in {"off", "standby"}


def unknown(entity: Entity, state: State | None, now: datetime) -> str:
    """Return why nothing can be said: it cannot be reached, with what it last was, or it never reported."""
    thing = device_called(entity)
    if state is None or state.available:
        return say("I don't know yet: {things} {things:has|have} not reported", things=thing)
    if state.seen_at is None or state.value in {"unknown", "unavailable", ""}:
        return say("I can't reach {things:acc} right now", things=thing)
    text = "I can't reach {things:acc} right now; {things:it was|they were} last {state} {when}"
    return say(text, things=thing, state=said_state(entity, state.value), when=when(state.seen_at, now))


def as_of(entity: Entity, state: State, now: datetime) -> str:
    """Return how old or how sure a state is, with a leading comma; empty if it is fresh and reported."""
    if entity.assumed_state:
        return say(", as far as I know")
    limit = STALE_AFTER.get(entity.domain)
    if limit is None or state.seen_at is None or now - state.seen_at <= limit:
        return ""
    return say(", last reported {when}", when=when(state.seen_at, now))


def _measured(state: State) -> float | None:
    return to_number(state.attributes.get("current_temperature"))


def _said_climate(value: str, target: float | None, measured: float | None) -> str:
    # `value` is off only in the words of the language.
    is_set = target is not None and value != term("state", "off")
    said = say("set to {degrees}", degrees=degrees(target or 0.0)) if is_set else value
    return said if measured is None else say("{state}, and it is {degrees}", state=said, degrees=degrees(measured))
