"""What an entity can be at all: the states of its domain (Home Assistant 2026.11), its own options and limits."""

from collections.abc import Iterable, Mapping
from typing import Final

from daemon.routines.linting.facts import ALL, Allowed, Range, canonical, none_of
from daemon.routines.playing.house import House, Thing
from daemon.routines.values import number_of, spoken

NOWHERE: Final = frozenset({"unavailable", "unknown"})
"""What anything can be."""
_ON_OFF: Final = "on off"
_STATES: Final[Mapping[str, str]] = {
    "light": _ON_OFF, "switch": _ON_OFF, "fan": _ON_OFF, "input_boolean": _ON_OFF, "binary_sensor": _ON_OFF,
    "siren": _ON_OFF, "automation": _ON_OFF, "script": _ON_OFF, "calendar": _ON_OFF, "humidifier": _ON_OFF,
    "remote": _ON_OFF, "update": _ON_OFF, "schedule": _ON_OFF,
    "cover": "open closed opening closing", "valve": "open closed opening closing",
    "lock": "locked unlocked locking unlocking jammed open opening",
    "timer": "idle active paused", "sun": "above_horizon below_horizon",
    "vacuum": "cleaning docked returning idle paused error",
    "lawn_mower": "mowing docked returning paused error",
    "media_player": "on off idle playing paused buffering standby",
    "alarm_control_panel": "disarmed armed_home armed_away armed_night armed_vacation armed_custom_bypass pending "
    "arming disarming triggered",
    "climate": "off heat cool heat_cool auto dry fan_only",
    "water_heater": "off eco electric performance high_demand heat_pump gas",
    "weather": "clear-night cloudy exceptional fog hail lightning lightning-rainy partlycloudy pouring rainy snowy "
    "snowy-rainy sunny windy windy-variant",
}  # fmt: skip
_PRESSED: Final = ("input_button", "button", "scene")
_NUMBERS: Final = ("input_number", "number", "counter", "zone", "todo")
_PERCENT: Final = ("battery", "humidity", "moisture")
_FROM_ZERO: Final = ("illuminance", "carbon_dioxide", "pm25", "duration", "distance", "volume")
_LIMITS: Final[Mapping[str, Range]] = {
    "brightness": Range(0, 255, with_low=True, with_high=True),
    "current_position": Range(0, 100, with_low=True, with_high=True),
    "percentage": Range(0, 100, with_low=True, with_high=True),
    "volume_level": Range(0, 1, with_low=True, with_high=True),
    "battery_level": Range(0, 100, with_low=True, with_high=True),
    "elevation": Range(-90, 90, with_low=True, with_high=True),
}
_LISTED: Final = {
    "preset_mode": "preset_modes",
    "fan_mode": "fan_modes",
    "source": "source_list",
    "effect": "effect_list",
}


def possible(entity: str, attribute: str, house: House) -> Allowed | None:
    """Return what an entity or one of its attributes can be; none where that is anybody's guess."""
    thing = house.things.get(entity)
    if attribute:
        return _attribute(thing, attribute)
    domain = entity.partition(".")[0]
    if thing is None and house.known:
        # It does not exist: what it could be is not the question.
        return None
    if thing is not None and (listed := _listed(thing, "hvac_modes" if domain == "climate" else "options")):
        return _of(listed)
    if domain in _PRESSED:
        # When it was pressed last: a time.
        return none_of("on", "off", "pressed", "press", "activated", "single")
    if domain == "device_tracker" or domain == "person":
        return _of({"home", "not_home", *_zones(house)}) if thing is not None else None
    if domain in _STATES:
        return _of(_STATES[domain].split())
    if domain in _NUMBERS or (domain == "sensor" and thing is not None and _is_number(thing)):
        return Allowed(words=NOWHERE, numbers=_range(thing))
    return None


def _of(words: Iterable[str]) -> Allowed:
    return Allowed(finite=frozenset(canonical(word) for word in words) | NOWHERE)


def _zones(house: House) -> Iterable[str]:
    return (thing.name for thing in house.things.values() if thing.domain == "zone")


def _listed(thing: Thing, key: str) -> tuple[str, ...]:
    options = thing.attributes.get(key)
    return tuple(_mode(spoken(option)) for option in options) if isinstance(options, tuple) else ()


def _mode(word: str) -> str:
    return {"True": "on", "False": "off"}.get(word, word)


def _is_number(thing: Thing) -> bool:
    unit = thing.attributes.get("unit_of_measurement") or thing.attributes.get("unit")
    return unit is not None and number_of(thing.state) is not None


def _range(thing: Thing | None) -> Range:
    if thing is None:
        return ALL
    low, high = number_of(thing.attributes.get("min")), number_of(thing.attributes.get("max"))
    if low is not None and high is not None:
        return Range(low, high, with_low=True, with_high=True)
    if thing.kind in _PERCENT:
        return Range(0, 100, with_low=True, with_high=True)
    if thing.kind in _FROM_ZERO or thing.domain in ("zone", "todo"):
        return Range(low=0, with_low=True)
    return ALL


def _attribute(thing: Thing | None, attribute: str) -> Allowed | None:
    listed = _listed(thing, _LISTED[attribute]) if thing is not None and attribute in _LISTED else ()
    if listed:
        return _of({*listed, "None"})
    limits = _LIMITS.get(attribute)
    # Without a word for it an attribute is not there, as a dark lamp's brightness.
    return None if limits is None else Allowed(words=NOWHERE | {"None"}, numbers=limits)
