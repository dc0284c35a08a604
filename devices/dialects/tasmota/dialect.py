"""The dialect of Tasmota with what it has learned of the devices."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from devices import services
from devices.dialects.json_payload import as_object, parse_object, text
from devices.dialects.model import Change, Message, Received, Reported
from devices.dialects.roster import Roster
from devices.dialects.tasmota.announcement import Announcement, announcement
from devices.dialects.tasmota.outputs import outputs
from devices.dialects.tasmota.part import Part
from devices.dialects.tasmota.sensors import sensors
from devices.model import NOTHING, Call, CallError, Entity, EntityId, PayloadError

MOST_DEVICES = 1_000

_DISCOVERY = re.compile(r"tasmota/discovery/([0-9A-F]{12})/(config|sensors)")
_POWER = re.compile(r"POWER[0-9]{0,2}")
_READ = frozenset({"STATE", "SENSOR", "LWT"})
"""What is read of telemetry."""
_WRAPPED = ("StatusSNS", "StatusSTS")
"""Where the answers to ``Status 10`` and ``Status 11`` hold what telemetry has at the top."""


class _Node:
    """One device with its entities."""

    __slots__ = ("parts", "readers", "said")

    def __init__(self, said: Announcement, parts: Sequence[Part]) -> None:
        self.said = said
        self.parts = parts
        readers: dict[str, tuple[Part, ...]] = {}
        for part in parts:
            for key in part.keys:
                readers[key] = (*readers.get(key, ()), part)
        self.readers: Mapping[str, tuple[Part, ...]] = readers


class Tasmota:
    """Every Tasmota that announces itself under ``tasmota/discovery``, whatever the order in its FullTopic.

    A device that announces itself through Home Assistant's discovery instead (SetOption19 1, old firmware) is left to
    that dialect.
    """

    def __init__(self) -> None:
        self._roster = Roster()
        self._nodes: dict[str, _Node] = {}
        self._trees: dict[str, Mapping[str, object]] = {}
        self._heads: dict[str, tuple[str, bool]] = {}
        self._writers: dict[EntityId, tuple[Announcement, Part]] = {}
        self._pending: dict[str, list[Message]] = {}
        self._filters: frozenset[str] | None = None
        """As last returned; ``None`` once a device came or went."""

    @property
    def name(self) -> str:
        """``tasmota``."""
        return "tasmota"

    def filters(self) -> frozenset[str]:
        """Return the discovery topics, and for each device its telemetry and its results."""
        if self._filters is None:
            wanted = {"tasmota/discovery/+/config", "tasmota/discovery/+/sensors"}
            for node in self._nodes.values():
                wanted.add(f"{node.said.stat}+")
                wanted.update(f"{node.said.tele}{tail}" for tail in _READ)
            self._filters = frozenset(wanted)
        return self._filters

    def wants(self, topic: str) -> bool:
        """Say whether this is a discovery, or comes from a known device."""
        head, _, tail = topic.rpartition("/")
        known = self._heads.get(head)
        if known is not None:
            return not known[1] or tail in _READ
        return topic.startswith("tasmota/discovery/")

    def newest_wins(self, topic: str) -> bool:
        """Say yes for telemetry, which is whole; no for results, which tell only what changed."""
        known = self._heads.get(topic.rpartition("/")[0])
        return known is None or known[1]

    def receive(self, message: Received) -> Sequence[Change]:
        """Translate a discovery, a result or telemetry."""
        head, _, tail = message.topic.rpartition("/")
        known = self._heads.get(head)
        if known is None:
            return self._discover(message)
        node = self._nodes[known[0]]
        if known[1] and tail == "LWT":
            return self._will(node, message.payload)
        if not known[1] and _POWER.fullmatch(tail):
            told: Mapping[str, object] = {tail: text(message.payload, limit=1_024)}
        elif message.payload.startswith(b"{"):
            told = parse_object(message.payload)
            for key in _WRAPPED:
                told = as_object(told[key]) if key in told else told
        elif known[1] and message.payload:
            raise PayloadError(f"Tasmota's {tail} is no JSON object")
        else:
            return ()
        return self._reports(node, told)

    def greet(self) -> Sequence[Message]:
        """Return the questions for the present state of every device."""
        return [message for node in self._nodes.values() for message in _questions(node.said)]

    def pending(self) -> Sequence[Message]:
        """Return the questions to devices that have just announced themselves."""
        messages = [message for questions in self._pending.values() for message in questions]
        self._pending.clear()
        return messages

    def encode(self, call: Call, entity: Entity) -> Sequence[Message]:
        """Return one message: the command, or several of them as one ``Backlog``, so that they stay together.

        Raises:
            CallError: the entity is not of this dialect, or does not support it.
        """
        known = self._writers.get(entity.id)
        if known is None:
            raise CallError(f"{entity.id!r} is unknown to Tasmota")
        said, part = known
        services.check(part.entity, call)
        commands = part.write(call)
        if not commands:
            raise CallError(f"{call.service!r} of {entity.name!r} says nothing to be done")
        if len(commands) == 1:
            return [Message(said.command + commands[0][0], commands[0][1].encode())]
        backlog = ";".join(f"NoDelay;{command} {argument}" for command, argument in commands)
        return [Message(f"{said.command}Backlog", backlog.encode())]

    def _reports(self, node: _Node, told: Mapping[str, object]) -> Sequence[Change]:
        readers = node.readers
        touched = {part: None for key in told if key in readers for part in readers[key]}
        changes: list[Change] = []
        for part in touched:
            reading = part.read(told)
            if reading is not None:
                changes.append(Reported(part.entity.id, *reading))
        return changes

    def _will(self, node: _Node, payload: bytes) -> Sequence[Change]:
        word = text(payload, limit=1_024)
        if word not in (node.said.online, node.said.offline):
            raise PayloadError(f"Tasmota {node.said.mac} is neither online nor offline: {word[:60]!r}")
        # A device that sleeps by design says goodbye each time; its last reading is good until the next.
        return self._roster.reach(node.said.mac, word == node.said.online or node.said.sleeps)

    def _discover(self, message: Received) -> Sequence[Change]:
        found = _DISCOVERY.fullmatch(message.topic)
        if found is None:
            return ()
        mac, kind = found.groups()
        if kind == "sensors":
            return self._measure(mac, message.payload)
        if not message.payload:
            self._forget(mac)
            return self._roster.settle(mac, []).changes
        if mac not in self._nodes and len(self._nodes) >= MOST_DEVICES:
            return ()
        return self._settle(announcement(mac, message.payload))

    def _measure(self, mac: str, payload: bytes) -> Sequence[Change]:
        tree = as_object(parse_object(payload).get("sn")) if payload else NOTHING
        if mac not in self._trees and len(self._trees) >= MOST_DEVICES:
            return ()
        self._trees[mac] = tree
        node = self._nodes.get(mac)
        return self._settle(node.said) if node is not None else ()

    def _settle(self, said: Announcement) -> Sequence[Change]:
        parts = [*outputs(said), *sensors(said, self._trees.get(said.mac, NOTHING))]
        settled = self._roster.settle(said.mac, [part.entity for part in parts], said.device)
        paired = zip(parts, settled.placed, strict=True)
        placed = [replace(part, entity=entity) for part, entity in paired if entity is not None]
        unasked = said.mac in self._pending
        self._forget(said.mac)
        self._nodes[said.mac] = _Node(said, placed)
        self._heads[said.stat[:-1]] = (said.mac, False)
        self._heads[said.tele[:-1]] = (said.mac, True)
        self._writers |= {part.entity.id: (said, part) for part in placed}
        if settled.changes or unasked:
            self._pending[said.mac] = _questions(said)
        return settled.changes

    def _forget(self, mac: str) -> None:
        node = self._nodes.pop(mac, None)
        self._pending.pop(mac, None)
        self._filters = None
        if node is None:
            return
        for head in (node.said.stat[:-1], node.said.tele[:-1]):
            if self._heads.get(head, ("", False))[0] == mac:
                del self._heads[head]
        for part in node.parts:
            self._writers.pop(part.entity.id, None)


def _questions(said: Announcement) -> list[Message]:
    """Return the questions for outputs and for what is measured: neither is retained by the device."""
    return [Message(f"{said.command}STATE", b""), Message(f"{said.command}STATUS", b"10")]
