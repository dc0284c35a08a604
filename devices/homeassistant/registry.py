"""What Home Assistant's registries say of floors, rooms, devices and entities."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from devices.homeassistant.client import AnswerError, Connection, mapping, objects
from devices.model import Area, AreaId, Device, DeviceId, Floor, FloorId

AT_ONCE = 500
"""Entities asked for in one command: an answer of about 400 kB, read in 5 ms."""
ASSISTANT = "conversation"
"""Home Assistant's name for its own assistant, to which the owner exposes entities."""
CHANGED = (
    "area_registry_updated",
    "device_registry_updated",
    "entity_registry_updated",
    "floor_registry_updated",
    "label_registry_updated",
)
"""The events that tell that a registry changed; anybody may listen to them (`SUBSCRIBE_ALLOWLIST`, 2024.3)."""
_IEEE = re.compile(r"(?:^|[^0-9a-z])(0x[0-9a-f]{16})(?:$|[^0-9a-z])")
_LONG = re.compile(r"[0-9a-f]{16}")
_MAC = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the entity registry says of one entity."""

    area: AreaId | None = None
    device: DeviceId | None = None
    aliases: tuple[str, ...] = ()
    hidden: bool = False
    """Hidden by somebody, or about the device's own diagnosis or configuration."""
    named: bool = False
    """Whether a person gave it its name."""
    unique: str | None = None
    """The integration and its id for the entity: ``mqtt:greenhouse_pump``."""
    device_class: str | None = None
    labels: tuple[str, ...] = ()


NOTHING_SAID = Entry()
"""For an entity that is in no registry: it comes from Home Assistant's YAML, without a ``unique_id``."""


@dataclass(slots=True)
class Registries:
    """Everything that the registries say, kept up to date by `load` and `load_entries`."""

    floors: Sequence[Floor] = ()
    areas: Sequence[Area] = ()
    devices: Mapping[DeviceId, Device] = field(default_factory=dict[DeviceId, Device])
    rooms: Mapping[DeviceId, AreaId] = field(default_factory=dict[DeviceId, AreaId])
    """Where devices stand."""
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """What labels are called, by id."""
    labelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The labels on rooms and devices, by their ids (2024.4 and later)."""
    exposed: dict[str, bool] = field(default_factory=dict[str, bool])
    """Whether the owner lets assistants have an entity, where that was ever decided."""

    def entry(self, key: str) -> Entry:
        """Return what is known of an entity."""
        return self.entries.get(key, NOTHING_SAID)

    def area_of(self, entry: Entry) -> AreaId | None:
        """Return where an entity is: as it says itself, else where its device stands."""
        return entry.area or (self.rooms.get(entry.device) if entry.device is not None else None)

    def room_of(self, key: str) -> str | None:
        """Return the name of the room where an entity or a device is, by its id."""
        area = self.area_of(self.entry(key)) if "." in key else self.rooms.get(DeviceId(key))
        return next((one.name for one in self.areas if one.id == area), None)


async def load(connection: Connection, registries: Registries) -> None:
    """Read every registry but that of entities, and what is exposed.

    Raises:
        HubError: Home Assistant does not answer.
    """
    registries.floors = [floor for item in await _listed(connection, "floor") if (floor := _floor(item))]
    areas = await _listed(connection, "area")
    registries.areas = [room for item in areas if (room := _area(item))]
    labelled = {str(item.get("area_id")): marks for item in areas if (marks := _texts(item, "labels"))}
    labels = await _listed(connection, "label")
    registries.labels = {str(item["label_id"]): str(item.get("name")) for item in labels if "label_id" in item}
    devices: dict[DeviceId, Device] = {}
    rooms: dict[DeviceId, AreaId] = {}
    for item in await _listed(connection, "device"):
        device = _device(item)
        if device is not None:
            devices[device.id] = device
            if isinstance(area := item.get("area_id"), str):
                rooms[device.id] = AreaId(area)
            if marks := _texts(item, "labels"):
                labelled[device.id] = marks
    registries.labelled = labelled
    registries.devices, registries.rooms = devices, rooms
    registries.exposed = await _exposed(connection)


async def load_entries(connection: Connection, registries: Registries, ids: Iterable[str] | None = None) -> None:
    """Read what the registry says of these entities; without ``ids``, of all.

    Raises:
        HubError: Home Assistant does not answer.
    """
    if ids is None:
        listed = await _listed(connection, "entity")
        registries.entries.clear()
        wanted = [str(item["entity_id"]) for item in listed if "entity_id" in item and not item.get("disabled_by")]
        del listed
    else:
        wanted = list(ids)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        answer = await connection.request("config/entity_registry/get_entries", {"entity_ids": part})
        found = mapping(answer)
        for key in part:
            item = mapping(found.get(key))
            if item:
                registries.entries[key] = _entry(item)
                # Again, since this is told whenever it changes, and to everybody.
                told = mapping(mapping(item.get("options")).get(ASSISTANT)).get("should_expose")
                if isinstance(told, bool):
                    registries.exposed[key] = told
            else:
                registries.entries.pop(key, None)


async def _listed(connection: Connection, kind: str) -> Sequence[Mapping[str, object]]:
    """Return what is in a registry; nothing for one that this version of Home Assistant does not have."""
    try:
        return objects(await connection.request(f"config/{kind}_registry/list"))
    except AnswerError as error:
        if error.reason == "unknown_command":
            return ()
        raise


async def _exposed(connection: Connection) -> dict[str, bool]:
    try:
        answer = await connection.request("homeassistant/expose_entity/list")
    except AnswerError:
        # Only administrators may ask; what is in the registry says it there, too.
        return {}
    exposed: dict[str, bool] = {}
    for key, said in mapping(mapping(answer).get("exposed_entities")).items():
        told = mapping(said).get(ASSISTANT)
        if isinstance(told, bool):
            exposed[key] = told
    return exposed


def _floor(item: Mapping[str, object]) -> Floor | None:
    key, level = item.get("floor_id"), item.get("level")
    if not isinstance(key, str):
        return None
    return Floor(FloorId(key), _text(item.get("name")) or key, _texts(item), level if isinstance(level, int) else None)


def _area(item: Mapping[str, object]) -> Area | None:
    key, floor = item.get("area_id"), item.get("floor_id")
    if not isinstance(key, str):
        return None
    return Area(
        AreaId(key), _text(item.get("name")) or key, _texts(item), FloorId(floor) if isinstance(floor, str) else None
    )


def _device(item: Mapping[str, object]) -> Device | None:
    key = item.get("id")
    if not isinstance(key, str):
        return None
    return Device(
        DeviceId(key),
        _text(item.get("name_by_user")) or _text(item.get("name")) or key,
        _text(item.get("manufacturer")),
        _text(item.get("model")),
        _text(item.get("sw_version")),
        identifiers=identifiers(item.get("identifiers"), item.get("connections")),
        via="homeassistant",
    )


def _entry(item: Mapping[str, object]) -> Entry:
    area, device = item.get("area_id"), item.get("device_id")
    platform, unique = _text(item.get("platform")), item.get("unique_id")
    return Entry(
        AreaId(area) if isinstance(area, str) else None,
        DeviceId(device) if isinstance(device, str) else None,
        _texts(item),
        bool(item.get("hidden_by") or item.get("entity_category")),
        _text(item.get("name")) is not None,
        f"{platform}:{unique}" if platform is not None and unique is not None else None,
        _text(item.get("device_class")) or _text(item.get("original_device_class")),
        _texts(item, "labels"),
    )


def identifiers(own: object, connections: object) -> frozenset[str]:
    """Return what recognizes a device through another source too, in the forms of `Device.identifiers`.

    An integration names its devices as it likes (``["mqtt", "zigbee2mqtt_0x00158d0001a2b3c4"]``, ``["shelly",
    "AABBCCDDEEFF"]``, ``["zha", "00:15:8d:00:01:a2:b3:c4"]``); connections are addresses (2024.3, device_registry.py).
    """
    pairs = [*_pairs(own), *_pairs(connections)]
    return frozenset(_normalized(kind, value) for kind, value in pairs if value)


def _normalized(kind: str, value: str) -> str:
    lowered = value.strip().lower()
    if match := _IEEE.search(lowered):
        return f"ieee:{match[1]}"
    plain = re.sub(r"[:.-]", "", lowered)
    if kind in ("zha", "zigbee") and _LONG.fullmatch(plain):
        return f"ieee:0x{plain}"
    if _MAC.fullmatch(plain):
        return f"mac:{plain}"
    return f"{kind}:{value.strip()}"


def _pairs(found: object) -> list[tuple[str, str]]:
    items = cast("list[object]", found) if isinstance(found, list) else []
    pairs = [cast("list[object]", item) for item in items if isinstance(item, list)]
    return [(str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2]


def _text(found: object) -> str | None:
    return found.strip() if isinstance(found, str) and found.strip() else None


def _texts(item: Mapping[str, object], key: str = "aliases") -> tuple[str, ...]:
    """Return a list of words; Home Assistant 2026 has a ``null`` among aliases, for the name itself."""
    found = item.get(key)
    words = cast("list[object]", found) if isinstance(found, list) else []
    return tuple(dict.fromkeys(text for word in words if (text := _text(word))))
