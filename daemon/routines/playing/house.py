"""What is known of a home when nobody runs it: its entities, places, services, and what its scenes and scripts do."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast

from daemon.errors import DaemonError
from daemon.routines.values import Value, spoken, value_of
from daemon.routines.world import World

LARGEST_FILE: Final = 20_000_000
"""Bytes; a house of 5,000 entities has about one million."""
PLACE: Final = (50.0, 10.0)
"""Where the sun is looked up for a home that does not say where it is: the middle of Europe."""
_KEYS: Final = frozenset({"id", "entity_id", "name", "aliases", "domain", "area", "state", "attributes"})
_TRUTHS: Final = {True: "on", False: "off", None: "unknown"}


class HouseError(DaemonError):
    """A file that is to describe a home cannot be used; the message says why."""

    code = "home-file-invalid"


@dataclass(frozen=True, slots=True)
class Thing:
    """One entity."""

    id: str
    name: str
    area: str | None = None
    state: str = "unknown"
    attributes: Mapping[str, Value] = field(default_factory=dict[str, Value])

    @property
    def domain(self) -> str:
        """``light`` of ``light.hall``."""
        return self.id.partition(".")[0]

    @property
    def kind(self) -> str:
        """The device class; empty where there is none."""
        return spoken(self.attributes.get("device_class") or "")


@dataclass(frozen=True, slots=True)
class Room:
    """An area or a floor."""

    id: str
    names: tuple[str, ...]
    floor: str | None = None


@dataclass(frozen=True, slots=True)
class House:
    """A home, as far as it is known."""

    things: Mapping[str, Thing] = field(default_factory=dict[str, Thing])
    areas: tuple[Room, ...] = ()
    floors: tuple[Room, ...] = ()
    services: frozenset[str] | None = None
    """Services for notices and speech (``notify.family``); none where the home does not list them."""
    scenes: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """What entities become by a scene: ``on 20%``, ``closed``."""
    scripts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """What a script calls, as ``lock.lock lock.front_door`` or ``light.turn_off all lights``."""
    place: tuple[float, float] = PLACE
    zone: str = "Europe/Berlin"
    known: bool = False
    """False where nobody said what there is: then nothing is missing from it."""

    def room(self, kind: Literal["area", "floor"], name: str) -> Room | None:
        """Return an area or a floor by its id or one of its names."""
        rooms = self.areas if kind == "area" else self.floors
        wanted = name.strip().casefold()
        return next((room for room in rooms if wanted in (room.id, *(each.casefold() for each in room.names))), None)

    def members(self, kind: Literal["area", "floor"], name: str) -> tuple[str, ...]:
        """Return the ids of the entities in a place; empty where there is no such place."""
        room = self.room(kind, name)
        if room is None:
            return ()
        areas = {room.id} if kind == "area" else {area.id for area in self.areas if area.floor == room.id}
        return tuple(thing.id for thing in self.things.values() if thing.area in areas)

    def area_of(self, entity: str) -> str | None:
        """Return the id of an entity's area."""
        thing = self.things.get(entity)
        return None if thing is None else thing.area

    def kind_of(self, entity: str) -> str:
        """Return an entity's device class; a guess by its name where nobody says what there is, else empty."""
        thing = self.things.get(entity)
        if thing is not None:
            return thing.kind
        named = next((kind for kind in _NAMED if entity.startswith("sensor.") and entity.endswith(kind)), "")
        return named if not self.known else ""


_OUTSIDE: Final = ("sun.sun", "zone.home")
"""What a world may know without listing it."""
_NAMED: Final = ("temperature", "humidity", "illuminance", "power", "battery")
NOWHERE: Final = House()
"""The home of which nothing is known."""


def house_seen(world: World) -> House:
    """Return the home that can be seen: as it is now, with the area and floor of each entity."""
    things: dict[str, Thing] = {}
    areas: dict[str, Room] = {}
    floors: dict[str, Room] = {}
    for entity in (*world.entities(), *_OUTSIDE):
        seen = world.state(entity)
        if seen is None:
            continue
        area, floor = world.belongs(entity, "area"), world.belongs(entity, "floor")
        if floor is not None:
            floors[floor[0]] = Room(floor[0], (floor[1],))
        if area is not None:
            areas[area[0]] = Room(area[0], (area[1],), None if floor is None else floor[0])
        name = spoken(seen.attributes.get("friendly_name") or entity)
        things[entity] = Thing(entity, name, None if area is None else area[0], seen.value, seen.attributes)
    return House(things, tuple(areas.values()), tuple(floors.values()), known=True)


def read_house(file: Path) -> House:
    """Return the home that a HOME file describes, with ``id`` or Home Assistant's ``entity_id`` and ``area_id``.

    Raises:
        HouseError: it cannot be read, or describes none.
    """
    import yaml

    try:
        if file.stat().st_size > LARGEST_FILE:
            raise HouseError(f"{str(file)!r} is larger than {LARGEST_FILE} bytes: that is no HOME file")
        raw: object = yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader, in C where there is one
    except (OSError, UnicodeDecodeError) as error:
        raise HouseError(f"HOME file {str(file)!r} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise HouseError(f"HOME file {str(file)!r} is neither YAML nor JSON: {error}") from error
    return house_from(raw)


def house_from(raw: object) -> House:
    """Return the home that a parsed HOME file describes.

    Raises:
        HouseError: it describes none.
    """
    top = value_of(raw)
    if not isinstance(top, Mapping) or not isinstance(top.get("entities"), tuple):
        raise HouseError("a HOME file has 'entities' in it, a list")
    things = {thing.id: thing for entry in _entries(top, "entities") if (thing := _thing(entry)).id}
    services = _items(top.get("notify_services"))
    return House(
        things=things,
        areas=tuple(_room(entry, "area_id") for entry in _entries(top, "areas")),
        floors=tuple(_room(entry, "floor_id") for entry in _entries(top, "floors")),
        services=frozenset(services) if services else None,
        scenes={name: _shown(value) for name, value in _pairs(top.get("scenes"))},
        scripts={name: _items(value) for name, value in _pairs(top.get("scripts"))},
        place=_place(top),
        zone=spoken(top.get("time_zone") or top.get("zone") or "Europe/Berlin"),
        known=True,
    )


def _entries(top: Mapping[str, Value], key: str) -> Iterable[Mapping[str, Value]]:
    entries = top.get(key)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, tuple) else []


def _pairs(value: Value) -> Iterable[tuple[str, Value]]:
    return value.items() if isinstance(value, Mapping) else ()


def _items(value: Value) -> tuple[str, ...]:
    return tuple(spoken(item) for item in value) if isinstance(value, tuple) else ()


def _shown(value: Value) -> Mapping[str, str]:
    return {entity: _word(state) for entity, state in _pairs(value)}


def _word(state: Value) -> str:
    # YAML 1.1 reads on and off as truth values.
    return _TRUTHS[state] if state is None or isinstance(state, bool) else spoken(state)


def _thing(entry: Mapping[str, Value]) -> Thing:
    inside = entry.get("attributes")
    given: Mapping[str, Value] = inside if isinstance(inside, Mapping) else {}
    others = {key: value for key, value in entry.items() if key not in _KEYS and value is not None}
    area = entry.get("area")
    state = entry.get("state")
    key = spoken(entry.get("entity_id") or entry.get("id") or "")
    if isinstance(state, Mapping):
        state = state.get("out")
    return Thing(
        key, spoken(entry.get("name") or key), None if area is None else spoken(area), _word(state), {**others, **given}
    )


def _room(entry: Mapping[str, Value], key: str) -> Room:
    named = spoken(entry.get("name") or "")
    floor = entry.get("floor")
    names = (named, *(spoken(value) for name, value in entry.items() if name.startswith("name_")))
    return Room(
        spoken(entry.get(key) or entry.get("id") or re.sub(r"\W+", "_", named.casefold())),
        (*names, *_items(entry.get("aliases"))),
        None if floor is None else spoken(floor),
    )


def _place(top: Mapping[str, Value]) -> tuple[float, float]:
    found = tuple(top.get(key) for key in ("latitude", "longitude"))
    numbers: Sequence[float] = [cast("float", value) for value in found if isinstance(value, int | float)]
    return (float(numbers[0]), float(numbers[1])) if len(numbers) == 2 else PLACE
