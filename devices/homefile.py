"""Reads and writes HOME files: a house in YAML or JSON, as in the fixtures of Home Assistant's sentence suites.

``floors: [{id, name, aliases}]``, ``areas: [{id, name, aliases, floor}]``, ``entities: [{id, name, aliases, domain,
area, state, attributes: {device_class, …}}]``. JSON is YAML, so one parser reads both.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from devices.home import Home
from devices.model import NOTHING, Area, AreaId, DeviceError, Entity, EntityId, Floor, FloorId, HomeView

LARGEST_FILE = 20_000_000
"""Bytes; a house of 5,000 entities has about one million."""


class HomeFileError(DeviceError):
    """A HOME file cannot be read or is written wrongly; the message names the file or the entry."""

    code = "home-file-invalid"


def read_home(file: Path, *, at: datetime) -> Home:
    """Return the house that a HOME file describes; its states are as of `at`.

    Raises:
        HomeFileError: the file cannot be read, or an entry lacks what it needs.
    """
    import yaml

    try:
        if file.stat().st_size > LARGEST_FILE:
            raise HomeFileError(f"{str(file)!r} is larger than {LARGEST_FILE} bytes: that is no HOME file")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HomeFileError(f"HOME file {str(file)!r} cannot be read: {error}") from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        raw = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    except yaml.YAMLError as error:
        raise HomeFileError(f"HOME file {str(file)!r} is neither YAML nor JSON: {error}") from error
    return home_from(raw, at=at)


def home_from(raw: object, *, at: datetime) -> Home:
    """Return the house that a parsed HOME file describes.

    Raises:
        HomeFileError: an entry is not of the form; it is named.
    """
    top = _mapping(raw, "a HOME file")
    floors = [_floor(entry) for entry in _entries(top, "floors")]
    areas = [_area(entry) for entry in _entries(top, "areas")]
    home = Home(floors=floors, areas=areas)
    for entry in _entries(top, "entities"):
        entity = _entity(entry)
        home.add(entity)
        home.observe(entity.id, _state(entry), _mapping(entry.get("attributes"), f"attributes of {entity.id!r}"), at=at)
    return home


def to_home_file(home: HomeView) -> dict[str, object]:
    """Return a house as the content of a HOME file: JSON values, hidden entities left out."""
    return {
        "floors": [{"id": f.id, "name": f.name, "aliases": list(f.aliases)} for f in home.floors()],
        "areas": [{"id": a.id, "name": a.name, "aliases": list(a.aliases), "floor": a.floor} for a in home.areas()],
        "entities": [_described(home, entity) for entity in home.entities() if not entity.hidden],
    }


def _described(home: HomeView, entity: Entity) -> dict[str, object]:
    state = home.state(entity.id)
    attributes = {} if state is None else dict(state.attributes)
    if entity.device_class is not None:
        attributes["device_class"] = entity.device_class
    return {
        "id": entity.id,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "domain": entity.domain,
        "area": entity.area,
        "state": "unknown" if state is None else state.value,
        "attributes": attributes,
    }


def _floor(entry: Mapping[str, object]) -> Floor:
    level = entry.get("level")
    return Floor(
        FloorId(_id(entry, "floor")),
        _text(entry, "name", "floor"),
        _aliases(entry),
        level if isinstance(level, int) else None,
    )


def _area(entry: Mapping[str, object]) -> Area:
    floor = entry.get("floor")
    name = _text(entry, "name", "area")
    return Area(AreaId(_id(entry, "area")), name, _aliases(entry), None if floor is None else FloorId(str(floor)))


def _entity(entry: Mapping[str, object]) -> Entity:
    key = _id(entry, "entity")
    area = entry.get("area")
    attributes = _mapping(entry.get("attributes"), f"attributes of {key!r}")
    device_class = attributes.get("device_class")
    unit = attributes.get("unit_of_measurement")
    return Entity(
        id=EntityId(key),
        name=_text(entry, "name", "entity"),
        domain=str(entry.get("domain") or key.partition(".")[0]),
        device_class=None if device_class is None else str(device_class),
        area=None if area is None else AreaId(str(area)),
        aliases=_aliases(entry),
        unit=None if unit is None else str(unit),
    )


def _state(entry: Mapping[str, object]) -> str:
    """Return the state; in Home Assistant's fixtures it may be ``{in: words, out: value}``."""
    state = entry.get("state")
    if isinstance(state, Mapping):
        state = cast("Mapping[str, object]", state).get("out")
    # YAML 1.1 reads on and off as truth values.
    words = {True: "on", False: "off", None: "unknown"}
    return words[state] if state is None or isinstance(state, bool) else str(state)


def _id(entry: Mapping[str, object], what: str) -> str:
    return _text(entry, "id", what) if "id" in entry else _text(entry, "name", what).casefold().replace(" ", "_")


def _text(entry: Mapping[str, object], key: str, what: str) -> str:
    value = entry.get(key)
    if value is None or isinstance(value, Mapping | list):
        raise HomeFileError(f"{what} {dict(entry)!r:.80} has no {key!r}")
    return str(value)


def _aliases(entry: Mapping[str, object]) -> tuple[str, ...]:
    aliases = entry.get("aliases")
    return tuple(str(alias) for alias in cast("list[object]", aliases)) if isinstance(aliases, list) else ()


def _entries(top: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    entries = top.get(key)
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise HomeFileError(f"{key!r} must be a list")
    return [_mapping(entry, f"an entry of {key!r}") for entry in cast("list[object]", entries)]


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if value is None:
        return NOTHING
    if not isinstance(value, Mapping):
        raise HomeFileError(f"{what} must be a mapping, not {type(value).__name__}")
    return {str(key): item for key, item in cast("Mapping[object, object]", value).items()}
