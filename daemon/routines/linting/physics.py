"""Finds loops that go through the room: a lamp in front of its own light sensor, heating against cooling."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from daemon.routines.linting.facts import ALL, Range
from daemon.routines.linting.findings import Finding, named
from daemon.routines.linting.paths import Path
from daemon.routines.playing.effects import Effect
from daemon.routines.playing.house import House
from daemon.routines.values import number_of

_GLARE: Final = 400.0
"""Lux: what lamps of a room or a garden add at most at a sensor beside them; daylight alone gives thousands."""
_INERTIA: Final = 1.5
"""Kelvin, or percent of humidity: how far a room goes on after a heater stops, as a rule of thumb."""


@dataclass(frozen=True, slots=True)
class _Push:
    """That a path, begun by a sensor's value, drives this value up or down."""

    path: Path
    sensor: str
    attribute: str
    numbers: Range
    device: str
    way: Literal["up", "down"]
    actively: bool
    """False where something is switched off that drove it the other way."""
    goal: float | None = None
    """The value at which the device stops by itself."""


def physical_loops(paths: Sequence[Path], house: House) -> Iterator[Finding]:
    """Yield the pairs of paths of which each brings about, through the room, what sets off the other."""
    pushes = [push for path in paths for push in _pushes(path, house)]
    seen: set[frozenset[str]] = set()
    for up in (push for push in pushes if push.way == "up"):
        for down in (push for push in pushes if push.way == "down"):
            pair = frozenset((up.path.routine.id, down.path.routine.id))
            same = (up.sensor, up.attribute) == (down.sensor, down.attribute)
            if same and pair not in seen and _chases(up, down, pushes, house):
                seen.add(pair)
                yield _finding(up, down, house)


def _chases(up: _Push, down: _Push, pushes: Sequence[_Push], house: House) -> bool:
    on_below, on_above = up.numbers.high, down.numbers.low
    if on_below == ALL.high or on_above == ALL.low:
        return False
    if house.kind_of(up.sensor) == "illuminance":
        return up.device == down.device and on_above - on_below < _GLARE
    if not (up.actively and down.actively):
        return False
    stops_up = [push.numbers.low for push in pushes if _stops(push, up) and push.path is not down.path]
    stops_down = [push.numbers.high for push in pushes if _stops(push, down) and push.path is not up.path]
    reach_up = min(stops_up, default=on_below + _INERTIA if up.goal is None else up.goal)
    reach_down = max(stops_down, default=on_above - _INERTIA if down.goal is None else down.goal)
    return reach_up > on_above and reach_down < on_below


def _stops(push: _Push, other: _Push) -> bool:
    """Say whether a push switches off the device of another, by the same sensor."""
    return not push.actively and (push.device, push.sensor) == (other.device, other.sensor) and push.way != other.way


def _pushes(path: Path, house: House) -> Iterator[_Push]:
    for effect in path.last(None).values():
        for facts in path.cases[:8]:
            for (entity, attribute), allowed in facts.about.items():
                way = _drives(effect, entity, attribute, house)
                limited = allowed.numbers is not None and allowed.finite is None and allowed.numbers != ALL
                if way is not None and limited and allowed.numbers is not None:
                    active = effect.state not in ("off", None)
                    goal = number_of(effect.attributes.get("temperature", effect.attributes.get("humidity")))
                    yield _Push(path, entity, attribute, allowed.numbers, effect.entity, way, active, goal)


def _drives(effect: Effect, sensor: str, attribute: str, house: House) -> Literal["up", "down"] | None:  # a table
    """Return which way an effect drives a sensor's value; none where they have nothing to do with each other."""
    area = house.area_of(sensor)
    if area is None or house.area_of(effect.entity) != area or effect.state is None or not effect.sure:
        return None
    kind = house.kind_of(sensor) if not attribute else _ATTRIBUTES.get(attribute, "")
    domain = effect.entity.partition(".")[0]
    on = effect.state != "off"
    words = f"{effect.entity} {house.things[effect.entity].name}".lower()
    match kind:
        case "illuminance" if domain == "light" or (domain == "switch" and _any(words, _LAMPS)):
            return "up" if on else "down"
        case "temperature" if domain == "climate" and effect.state in ("heat", "cool"):
            return "up" if effect.state == "heat" else "down"
        case "temperature" if domain in ("switch", "climate", "input_boolean") and _any(words, _HEATERS):
            return "up" if on else "down"
        case "temperature" if domain in ("switch", "climate", "fan") and _any(words, _COOLERS):
            return "down" if on else "up"
        case "humidity" if domain in ("switch", "humidifier", "fan") and _any(words, ("dehumid", "dryer")):
            return "down" if on else "up"
        case "humidity" if domain in ("switch", "humidifier") and _any(words, ("humidif",)):
            return "up" if on else "down"
        case _:
            return None


_ATTRIBUTES: Final = {"current_temperature": "temperature", "current_humidity": "humidity"}
_LAMPS: Final = ("light", "lamp")
_HEATERS: Final = ("heater", "heating", "radiator", "boiler", "heiz")
_COOLERS: Final = ("conditioner", "_ac", "cooler", "cooling", "klima")


def _any(words: str, parts: Sequence[str]) -> bool:
    return any(part in words for part in parts)


def _finding(up: _Push, down: _Push, house: House) -> Finding:
    ids = tuple(dict.fromkeys((up.path.routine.id, down.path.routine.id)))
    if house.kind_of(up.sensor) == "illuminance":
        why = (
            f"{up.device} stands where {up.sensor} measures: its own light sets off {named(down.path.routine)}, and "
            f"the dark after it {named(up.path.routine)}, without end"
        )
        remedy = "Go by the sun or another sensor, or set the two limits far apart"
    else:
        why = (
            f"{up.device} by {named(up.path.routine)} and {down.device} by {named(down.path.routine)} work against "
            f"each other: each brings {up.sensor} to where the other one begins"
        )
        remedy = "Set their limits apart, or let only one of them run"
    return Finding("self_trigger" if len(ids) == 1 else "loop", ids, f"{why}. {remedy}.", up.sensor)
