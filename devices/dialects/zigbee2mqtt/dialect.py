"""The dialect of Zigbee2MQTT 2.x with what it has learned of its devices and groups."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from devices import services
from devices.dialects.json_payload import (
    CATALOGUE_LIMIT,
    as_object,
    encode,
    is_array,
    parse,
    parse_object,
    text,
)
from devices.dialects.model import Change, Message, Received, Reported
from devices.dialects.roster import Roster, is_topic
from devices.dialects.zigbee2mqtt.catalogue import Group, Thing, group_device, group_parts, groups, things
from devices.dialects.zigbee2mqtt.part import Part
from devices.model import Call, CallError, Device, Entity, EntityId, PayloadError

_MAIN = frozenset({"light", "switch", "cover", "lock", "fan", "climate"})
"""The domains whose state is asked for: sleeping sensors would not answer, and would be asked in vain."""


class _Source:
    """One topic name with the parts that read its state."""

    __slots__ = ("available", "events", "owner", "parts", "readers", "topic_name")

    def __init__(self, owner: str, topic_name: str, parts: Sequence[Part]) -> None:
        self.owner = owner
        self.topic_name = topic_name
        self.parts = parts
        self.available = True
        self.events = any("action" in part.properties for part in parts)
        readers: dict[str, tuple[Part, ...]] = {}
        for part in parts:
            for key in part.properties:
                readers[key] = (*readers.get(key, ()), part)
        self.readers: Mapping[str, tuple[Part, ...]] = readers


class Zigbee2Mqtt:
    """Zigbee2MQTT under one base topic.

    It subscribes to each device's topic by name once ``bridge/devices`` was read, so that a retained state cannot come
    before its device, and its own ``/set`` messages do not come back. A device keeps its ``ieee:`` identifier when it
    is renamed, while its entities go and appear again, since their ids are made of the friendly name. What Zigbee2MQTT
    publishes attribute by attribute (``advanced.output: attribute``) is not read.
    """

    def __init__(self, base: str = "zigbee2mqtt") -> None:
        """Start with nothing known.

        Raises:
            ValueError: ``base`` is no topic.
        """
        if not is_topic(base) or base.startswith("/") or base.endswith("/"):
            raise ValueError(f"{base!r} is no base topic of Zigbee2MQTT")
        self._base = base
        self._bridge = {
            f"{base}/bridge/devices": self._devices,
            f"{base}/bridge/groups": self._groups,
            f"{base}/bridge/state": self._state_of_bridge,
            f"{base}/bridge/info": self._info,
        }
        self._roster = Roster()
        self._things: dict[str, Thing] = {}
        self._listed_groups: tuple[Group, ...] = ()
        self._sources: dict[str, _Source] = {}
        self._topics: dict[str, _Source] = {}
        self._availability: dict[str, _Source] = {}
        self._filters = frozenset(self._bridge)
        self._writers: dict[EntityId, tuple[_Source, Part]] = {}
        self._pending: dict[str, Message] = {}
        self._online = True
        self._cached = True

    @property
    def name(self) -> str:
        """``zigbee2mqtt``."""
        return "zigbee2mqtt"

    def filters(self) -> frozenset[str]:
        """Return the bridge's topics, and two for each device and group."""
        return self._filters

    def wants(self, topic: str) -> bool:
        """Say whether this is a state, an availability, or a list of the bridge."""
        return topic in self._topics or topic in self._availability or topic in self._bridge

    def newest_wins(self, topic: str) -> bool:
        """Say yes for states and lists; no for a remote control, where each press counts, and where Zigbee2MQTT was
        told not to keep states (``cache_state: false``): it then publishes only what changed.
        """
        source = self._topics.get(topic)
        return source is None or (self._cached and not source.events)

    def receive(self, message: Received) -> Sequence[Change]:
        """Translate a state, an availability, or a list of the bridge."""
        source = self._topics.get(message.topic)
        if source is not None:
            return self._state(source, message.payload)
        source = self._availability.get(message.topic)
        if source is not None:
            source.available = self._is_online(message.payload)
            return self._reach([source])
        handle = self._bridge.get(message.topic)
        # An empty payload only clears what was retained.
        return handle(message.payload) if handle is not None and message.payload else ()

    def greet(self) -> Sequence[Message]:
        """Return a request for the state of every device that answers one."""
        asked = (self._question(source) for source in self._sources.values())
        return [message for message in asked if message is not None]

    def pending(self) -> Sequence[Message]:
        """Return the requests to devices that have just appeared."""
        messages = list(self._pending.values())
        self._pending.clear()
        return messages

    def encode(self, call: Call, entity: Entity) -> Sequence[Message]:
        """Return the one message that sets what the call asks for.

        Raises:
            CallError: the entity is not of this dialect, or does not support it.
        """
        known = self._writers.get(entity.id)
        if known is None:
            raise CallError(f"{entity.id!r} is unknown to Zigbee2MQTT at {self._base!r}")
        source, part = known
        services.check(part.entity, call)
        if call.service == "install":
            request = {"id": source.topic_name}
            return [Message(f"{self._base}/bridge/request/device/ota_update/update", encode(request))]
        wanted = part.write(call)
        if not wanted:
            raise CallError(f"{call.service!r} of {entity.name!r} says nothing to be set")
        return [Message(f"{self._base}/{source.topic_name}/set", encode(wanted))]

    def _state(self, source: _Source, payload: bytes) -> Sequence[Change]:
        if not payload:
            return ()
        state = parse_object(payload)
        readers = source.readers
        touched = {part: None for key in state if key in readers for part in readers[key]}
        changes: list[Change] = []
        for part in touched:
            reading = part.read(state)
            if reading is not None:
                changes.append(Reported(part.entity.id, *reading))
        return changes

    def _is_online(self, payload: bytes) -> bool:
        words = text(payload, limit=1024)
        word = as_object(parse(payload)).get("state") if words.startswith("{") else words
        if word not in ("online", "offline"):
            raise PayloadError(f"availability is neither online nor offline: {words[:60]!r}")
        return word == "online"

    def _state_of_bridge(self, payload: bytes) -> Sequence[Change]:
        self._online = self._is_online(payload)
        return self._reach(self._sources.values())

    def _info(self, payload: bytes) -> Sequence[Change]:
        config = as_object(parse_object(payload, limit=CATALOGUE_LIMIT).get("config"))
        self._cached = as_object(config.get("advanced")).get("cache_state") is not False
        return ()

    def _devices(self, payload: bytes) -> Sequence[Change]:
        listed = _array(payload)
        found = {thing.ieee: thing for thing in things(listed, self._things)}
        changes: list[Change] = []
        for ieee, thing in self._things.items():
            now = found.get(ieee)
            # Renamed ones give up their ids first: two of them may have changed names.
            if now is None or now.topic_name != thing.topic_name:
                changes += self._drop(ieee)
        known, self._things = self._things, {}
        for ieee, thing in found.items():
            self._things[ieee] = thing
            if known.get(ieee) is not thing:
                parts, news = self._settle(ieee, thing.topic_name, thing.parts, thing.device)
                self._things[ieee] = replace(thing, parts=parts)
                changes += news
        # Groups are made of their members, so they follow every change of those.
        return [*changes, *self._settle_groups()]

    def _groups(self, payload: bytes) -> Sequence[Change]:
        self._listed_groups = tuple(groups(_array(payload)))
        return self._settle_groups()

    def _settle_groups(self) -> list[Change]:
        changes: list[Change] = []
        wanted = {f"group {group.number}": group for group in self._listed_groups}
        for owner in [key for key in self._sources if key.startswith("group ") and key not in wanted]:
            changes += self._drop(owner)
        for owner, group in wanted.items():
            device = group_device(group, self._base)
            parts = group_parts(group, self._things, device.id)
            changes += self._settle(owner, group.topic_name, parts, device)[1] if parts else self._drop(owner)
        self._index()
        return changes

    def _settle(
        self, owner: str, topic_name: str, parts: Sequence[Part], device: Device
    ) -> tuple[tuple[Part, ...], list[Change]]:
        settled = self._roster.settle(owner, [part.entity for part in parts], device)
        paired = zip(parts, settled.placed, strict=True)
        placed = tuple(
            part if entity is part.entity else replace(part, entity=entity) for part, entity in paired if entity
        )
        before = self._sources.get(owner)
        source = self._sources[owner] = _Source(owner, topic_name, placed)
        if before is not None and before.topic_name == topic_name:
            source.available = before.available
        else:
            question = self._question(source)
            if question is not None:
                self._pending[owner] = question
        return placed, [*settled.changes, *self._reach([source])]

    def _drop(self, owner: str) -> list[Change]:
        self._sources.pop(owner, None)
        self._pending.pop(owner, None)
        return self._roster.settle(owner, []).changes

    def _index(self) -> None:
        self._topics = {f"{self._base}/{source.topic_name}": source for source in self._sources.values()}
        self._availability = {f"{topic}/availability": source for topic, source in self._topics.items()}
        self._filters = frozenset((*self._bridge, *self._topics, *self._availability))
        self._writers = {part.entity.id: (s, part) for s in self._sources.values() for part in s.parts}

    def _reach(self, sources: Iterable[_Source]) -> list[Change]:
        return [
            change
            for source in sources
            for change in self._roster.reach(source.owner, source.available and self._online)
        ]

    def _question(self, source: _Source) -> Message | None:
        asks = {ask: "" for part in source.parts if part.entity.domain in _MAIN for ask in part.asks}
        return Message(f"{self._base}/{source.topic_name}/get", encode(asks)) if asks else None


def _array(payload: bytes) -> Sequence[object]:
    listed = parse(payload, limit=CATALOGUE_LIMIT)
    if not is_array(listed):
        raise PayloadError("the bridge's list is no JSON array")
    return listed
