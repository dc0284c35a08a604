"""What can be said of the things of a house, and the state of Home Assistant's that it is for each kind of them."""

from collections.abc import Mapping

from devices.model import Entity

_SENSOR = "binary_sensor"
Row = tuple[str, frozenset[str] | None, str | None]
"""Domain, device classes (``None``: all), state (``None``: any change)."""


def _row(domain: str, classes: str, value: str | None) -> Row:
    return domain, frozenset(classes.split()) if classes else None, value


_SWITCHED = ("light", "switch", "fan", "input_boolean", "siren", "humidifier", "media_player", "automation", "remote")
_OPENINGS = "door window opening garage_door"
_MOVES = "motion occupancy presence moving"

CONCEPTS: Mapping[str, tuple[Row, ...]] = {
    "open": (_row(_SENSOR, _OPENINGS, "on"), _row("cover", "", "open"), _row("valve", "", "open")),
    "closed": (_row(_SENSOR, _OPENINGS, "off"), _row("cover", "", "closed"), _row("valve", "", "closed")),
    "locked": (_row("lock", "", "locked"), _row(_SENSOR, "lock", "off")),
    "unlocked": (_row("lock", "", "unlocked"), _row(_SENSOR, "lock", "on")),
    "on": (
        *(_row(domain, "", "on") for domain in _SWITCHED),
        _row(_SENSOR, "running power plug heat cold light", "on"),
        _row("scene", "", None),
        _row("script", "", "on"),
        _row("climate", "", "heat"),
        _row("vacuum", "", "cleaning"),
        _row("timer", "", "active"),
    ),
    "off": (
        *(_row(domain, "", "off") for domain in _SWITCHED),
        _row(_SENSOR, "running power plug heat cold light", "off"),
        _row("climate", "", "off"),
        _row("vacuum", "", "docked"),
        _row("timer", "", "idle"),
    ),
    "motion": (_row(_SENSOR, _MOVES, "on"),),
    "no_motion": (_row(_SENSOR, _MOVES, "off"),),
    "here": (_row(_SENSOR, "occupancy presence", "on"), _row(_SENSOR, "motion", "on")),
    "empty": (_row(_SENSOR, "occupancy presence", "off"), _row(_SENSOR, "motion", "off")),
    "pressed": (_row("input_button", "", None), _row("button", "", None), _row("event", "", None)),
    "finished": (
        _row(_SENSOR, "running power", "off"),
        _row("vacuum", "", "docked"),
        _row("timer", "", "idle"),
        _row("media_player", "", "idle"),
    ),
    "wet": (_row(_SENSOR, "moisture", "on"),),
    "dry": (_row(_SENSOR, "moisture", "off"),),
    "smoke": (_row(_SENSOR, "smoke", "on"),),
    "gas": (_row(_SENSOR, "gas carbon_monoxide", "on"),),
    "low": (_row(_SENSOR, "battery", "on"),),
    "disarmed": (_row("alarm_control_panel", "", "disarmed"),),
    "armed_away": (_row("alarm_control_panel", "", "armed_away"),),
    "armed_home": (_row("alarm_control_panel", "", "armed_home"),),
    "armed_night": (_row("alarm_control_panel", "", "armed_night"),),
    "triggered": (_row("alarm_control_panel", "", "triggered"), _row(_SENSOR, "smoke gas moisture sound", "on")),
    "playing": (_row("media_player", "", "playing"),),
    "event": (_row("calendar", "", "on"),),
    "rings": (_row(_SENSOR, "", "on"), _row("event", "", None)),
}

_PAIRS = {
    "open": "closed",
    "locked": "unlocked",
    "on": "off",
    "motion": "no_motion",
    "wet": "dry",
    "here": "empty",
}
OPPOSITES: Mapping[str, str] = _PAIRS | {other: one for one, other in _PAIRS.items()}


def state_of(concept: str, entity: Entity) -> tuple[str | None] | None:
    """Return the state that a concept is for an entity, in a tuple; ``None`` if it cannot be said of it."""
    for domain, classes, value in CONCEPTS.get(concept, ()):
        if entity.domain == domain and (classes is None or (entity.device_class or "") in classes):
            return (value,)
    return None


def kinds_of(concept: str, entity: Entity) -> frozenset[str]:
    """Return what an entity may be called beside its name: its domain, its class, the classes of the concept."""
    own = {entity.domain, entity.device_class or ""}
    if entity.device_class in {"garage", "garage_door", "gate"}:
        own |= {"door"}
    if concept == "rings":
        own |= {"door"}
    if concept in {"motion", "no_motion", "here", "empty"} and entity.device_class in _MOVES.split():
        own |= {"motion"}
    return frozenset(own)
