"""What ``bridge/devices`` and ``bridge/groups`` list: devices with their parts, groups with their members."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from devices.dialects.json_payload import as_array, as_integer, as_name, as_object, as_text, encode
from devices.dialects.roster import is_topic
from devices.dialects.zigbee2mqtt import actuators
from devices.dialects.zigbee2mqtt.feature import SETTABLE, Feature, features
from devices.dialects.zigbee2mqtt.lamp import light
from devices.dialects.zigbee2mqtt.part import Owner, Part, Write
from devices.dialects.zigbee2mqtt.sensors import plain, update
from devices.dialects.zigbee2mqtt.thermostat import thermostat
from devices.model import Capability, Device, DeviceId
from devices.names import fold, slug

MOST_DEVICES = 1_000
MOST_PARTS = 200
MOST_MEMBERS = 256

_IEEE = re.compile(r"0x[0-9a-f]{16}")
_ENDPOINT = re.compile(r"[0-9]{1,3}")
_BUILDERS: Mapping[str, actuators.Build] = {
    "light": light,
    "switch": actuators.switch,
    "cover": actuators.cover,
    "lock": actuators.lock,
    "fan": actuators.fan,
    "climate": thermostat,
}
_GROUPED = ("light", "switch", "cover", "lock")
"""The kinds that Zigbee2MQTT 2.12.1 gives a group."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One device of the list."""

    ieee: str
    topic_name: str
    """The friendly name as it stands in topics."""
    device: Device
    exposes: tuple[Feature, ...]
    endpoints: Mapping[int, str]
    """The names of its endpoints."""
    digest: int
    """Of everything listed about it: what is listed twice is read once."""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the list."""

    number: int
    topic_name: str
    members: tuple[tuple[str, int], ...]
    """IEEE address and endpoint number."""
    scenes: tuple[tuple[int, str], ...] = ()
    parts: tuple[Part, ...] = field(default=())


def things(listed: Sequence[object], known: Mapping[str, Thing]) -> Iterable[Thing]:
    """Return the devices that work: not the coordinator, not disabled, known to Zigbee2MQTT and interviewed.

    One that is listed as it was comes back as the ``known`` object itself.
    """
    for item, _ in zip(listed, range(MOST_DEVICES), strict=False):
        raw = as_object(item)
        definition = as_object(raw.get("definition"))
        ieee = (as_text(raw.get("ieee_address")) or "").lower()
        name = as_text(raw.get("friendly_name")) or ""
        if raw.get("type") == "Coordinator" or raw.get("disabled") is True or not definition:
            continue
        if not (_IEEE.fullmatch(ieee) and _is_name(name)):
            continue
        digest = hash(encode(raw))
        before = known.get(ieee)
        yield before if before is not None and before.digest == digest else _thing(ieee, name, raw, digest)


def groups(listed: Sequence[object]) -> Iterable[Group]:
    """Return the groups that have a usable name."""
    for item, _ in zip(listed, range(MOST_DEVICES), strict=False):
        raw = as_object(item)
        number, name = as_integer(raw.get("id")), as_text(raw.get("friendly_name")) or ""
        if number is not None and _is_name(name):
            yield Group(number, name, tuple(_members(raw)), tuple(_scenes(raw)))


def group_device(group: Group, base: str) -> Device:
    """Return the group as a device, so that it is known to be the one that Zigbee2MQTT announces elsewhere: there it is
    called by the character codes of the base topic and its number (2.12.1, getDevicePayload).
    """
    codes = "".join(str(ord(letter)) for letter in base)
    return Device(
        DeviceId(f"zigbee2mqtt_{slug(base)}_group_{group.number}"),
        _spoken(group.topic_name),
        manufacturer="Zigbee2MQTT",
        model="Group",
        identifiers=frozenset({f"mqtt:zigbee2mqtt_{codes}_{group.number}"}),
        via="zigbee2mqtt",
    )


def group_parts(group: Group, things: Mapping[str, Thing], device: DeviceId) -> tuple[Part, ...]:
    """Return an entity for each kind that the group's members have, and one for each scene kept in the group.

    Colour and brightness are offered if any member has them, colour temperature within what all can do.
    """
    members = [(things[ieee], end) for ieee, end in group.members if ieee in things]
    owner = Owner(_spoken(group.topic_name), slug(group.topic_name), device)
    parts: list[Part] = []
    for kind in _GROUPED:
        matching = [(expose, part) for thing, end in members for expose, part in _of_kind(thing, kind, end)]
        if not matching:
            continue
        built = _BUILDERS[kind](owner, _merged(kind, [expose for expose, _ in matching]), ())
        if built is not None:
            members_of_kind = {part.entity.id: part.entity.device_class for _, part in matching}
            classes = set(members_of_kind.values())
            entity = replace(
                built.entity,
                members=tuple(members_of_kind),
                device_class=classes.pop() if len(classes) == 1 else None,
            )
            # A group is no one to be asked: Zigbee reads go to a device.
            parts.append(replace(built, entity=entity, asks=()))
    for number, name in group.scenes:
        able = frozenset({Capability.ACTIVATE})
        scene = replace(owner.entity("scene", name), capabilities=able, assumed_state=True)
        parts.append(Part(scene, (), lambda _: None, _recall(number)))
    return tuple(parts)


def _thing(ieee: str, name: str, raw: Mapping[str, object], digest: int) -> Thing:
    definition = as_object(raw.get("definition"))
    maker, model, what = (as_name(definition.get(key)) for key in ("vendor", "model", "description"))
    area, slash, _ = name.partition("/")
    device = Device(
        DeviceId(f"zigbee2mqtt_{ieee}"),
        _spoken(name),
        manufacturer=maker,
        model=f"{what} ({model})" if what and model else model,
        sw_version=as_name(raw.get("software_build_id")),
        suggested_area=_spoken(area) if slash else None,
        identifiers=frozenset({f"ieee:{ieee}"}),
        via="zigbee2mqtt",
    )
    exposes = features(definition.get("exposes"))
    owner = Owner(device.name, slug(name), device.id, fold(f"{maker} {model} {what}"))
    parts = list(_parts(owner, exposes))[: MOST_PARTS - 1]
    if definition.get("supports_ota") is True:
        parts.append(update(owner))
    return Thing(ieee, name, device, exposes, _endpoints(raw), digest, tuple(parts))


def _parts(owner: Owner, exposes: Sequence[Feature]) -> Iterable[Part]:
    for expose in exposes:
        build = _BUILDERS.get(expose.kind)
        if expose.name == "warning" and expose.kind == "composite" and expose.may(SETTABLE):
            build = actuators.siren
        part = (build or plain)(owner, expose, exposes)
        if part is not None:
            yield part
        if expose.kind == "climate":
            yield from _beside(owner, expose, exposes)


def _beside(owner: Owner, climate: Feature, exposes: Sequence[Feature]) -> Iterable[Part]:
    """Return the thermostat's own thermometer, unless the device has another, and its hidden details."""
    known = {expose.name for expose in exposes}
    for inner in climate.features:
        shown = inner.name == "local_temperature" and not known & {"temperature", "local_temperature"}
        detail = inner.name in ("local_temperature_calibration", "pi_heating_demand", "pi_cooling_demand")
        if shown or detail:
            part = plain(owner, replace(inner, category="diagnostic" if detail else ""), exposes)
            if part is not None:
                yield part


def _of_kind(thing: Thing, kind: str, endpoint: int) -> Iterable[tuple[Feature, Part]]:
    name = thing.endpoints.get(endpoint, "")
    for expose in thing.exposes:
        if expose.kind != kind or expose.endpoint not in ("", name):
            continue
        read = {inner.property for inner in expose.features}
        for part in thing.parts:
            if part.entity.domain == kind and not part.entity.hidden and read & set(part.properties):
                yield expose, part


def _merged(kind: str, exposes: Sequence[Feature]) -> Feature:
    """Return one kind with every feature that any of them has, under its name without endpoint."""
    merged: dict[str, Feature] = {}
    for inner in (inner for expose in exposes for inner in expose.features):
        key = inner.property.removesuffix(f"_{inner.endpoint}") if inner.endpoint else inner.property
        known = merged.get(inner.name)
        if known is not None and inner.name == "color_temp":
            low = max((f.low for f in (known, inner) if f.low is not None), default=None)
            high = min((f.high for f in (known, inner) if f.high is not None), default=None)
            merged[inner.name] = replace(known, low=low, high=high)
        elif known is None:
            merged[inner.name] = replace(inner, property=key, endpoint="")
    return Feature(kind, features=tuple(merged.values()))


def _recall(number: int) -> Write:
    return lambda _: {"scene_recall": number}


def _members(raw: Mapping[str, object]) -> Iterable[tuple[str, int]]:
    for item, _ in zip(as_array(raw.get("members")), range(MOST_MEMBERS), strict=False):
        member = as_object(item)
        ieee, endpoint = as_text(member.get("ieee_address")), as_integer(member.get("endpoint"))
        if ieee is not None:
            yield ieee.lower(), endpoint or 0


def _scenes(raw: Mapping[str, object]) -> Iterable[tuple[int, str]]:
    for item, _ in zip(as_array(raw.get("scenes")), range(MOST_MEMBERS), strict=False):
        scene = as_object(item)
        number, name = as_integer(scene.get("id")), as_name(scene.get("name"))
        if number is not None:
            yield number, name or f"Scene {number}"


def _endpoints(raw: Mapping[str, object]) -> Mapping[int, str]:
    listed = as_object(raw.get("endpoints"))
    named = {int(key): as_text(as_object(end).get("name")) for key, end in listed.items() if _ENDPOINT.fullmatch(key)}
    return {number: name for number, name in named.items() if name is not None}


def _is_name(name: str) -> bool:
    """Say whether a friendly name may stand in a topic; "bridge" is Zigbee2MQTT itself."""
    return is_topic(name) and name != "bridge" and not name.startswith(("bridge/", "/")) and not name.endswith("/")


def _spoken(name: str) -> str:
    return " ".join(name.replace("/", " ").replace("_", " ").split()) or name
