"""The dialect of ESPHome nodes that tell their states over MQTT and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from devices import services
from devices.dialects.esphome.components import COMPONENTS, commands, sighting
from devices.dialects.json_payload import as_name, as_text, parse_object, text
from devices.dialects.learner import Learner
from devices.dialects.model import Change, Message, Received
from devices.dialects.roster import Roster, is_topic
from devices.model import Call, CallError, Device, DeviceId, Entity, PayloadError

MOST_NODES = 500
MOST_ANNOUNCED = 20_000
"""Discovery topics that are remembered, of whatever publisher: who is a node is known only later."""

_DISCOVER = "esphome/discover/"


@dataclass(slots=True)
class _Node:
    """One node that said on ``esphome/discover`` that it is there."""

    device: Device
    met: bool = False
    """It told on ``<node>/status`` whether it is there."""


class Esphome:
    """ESPHome nodes whose discovery is switched off (``mqtt: discovery: false``).

    A node that announces itself through Home Assistant's discovery says more there (units, ranges, options, device
    classes) than its topics tell, so this dialect leaves it to that one. It reads all announcements from the start,
    asks for ``<node>/status`` when a node shows up, and for its states only when that status came and no announcement
    had. A broker answers subscriptions in their order, so the announcements that are retained come before the status.
    When one comes later, the node's entities go at once.

    Known from topics alone are switches, lights, sensors, covers, valves, fans, climates, numbers, selects, texts and
    locks, each from its first state on; a button has no state and stays unknown. The node's topic prefix must be its
    name, as ESPHome has it by default.
    """

    def __init__(self, discovery_prefix: str = "homeassistant") -> None:
        """Start with nothing known.

        Raises:
            ValueError: ``discovery_prefix`` is no topic.
        """
        if not is_topic(discovery_prefix) or discovery_prefix.startswith("/") or discovery_prefix.endswith("/"):
            raise ValueError(f"{discovery_prefix!r} is no topic for discovery")
        self._prefix = f"{discovery_prefix}/"
        self._roster = Roster()
        self._learner = Learner(self._roster)
        self._nodes: dict[str, _Node] = {}
        self._announcements: dict[str, set[str]] = {}
        """The topics under Home Assistant's discovery by the node that they name."""
        self._remembered = 0
        self._filters: frozenset[str] | None = None
        """As last returned; ``None`` once a node came, went, or changed sides."""

    @property
    def name(self) -> str:
        """``esphome``."""
        return "esphome"

    def filters(self) -> frozenset[str]:
        """Return where nodes show up, and for each what is to be known of it now."""
        if self._filters is None:
            wanted = {f"{_DISCOVER}+", f"{self._prefix}+/+/+/config"}
            for name in self._nodes:
                wanted.add(f"{name}/status")
                if self._is_ours(name):
                    wanted |= {f"{name}/+/+/state", f"{name}/+/+/+/state"}
            self._filters = frozenset(wanted)
        return self._filters

    def wants(self, topic: str) -> bool:
        """Say whether it is a node that shows up, its status, an announcement, or a state of one that is ours."""
        head, _, rest = topic.partition("/")
        if head in self._nodes:
            return rest == "status" or (rest.endswith("/state") and self._is_ours(head))
        return topic.startswith(_DISCOVER) or self._announced_node(topic) is not None

    def newest_wins(self, topic: str) -> bool:
        """Say yes for states, no for what shows up or is announced."""
        return topic.endswith(("/state", "/status"))

    def receive(self, message: Received) -> Sequence[Change]:
        """Translate one message."""
        topic = message.topic
        if topic.startswith(_DISCOVER):
            return self._discovered(topic.removeprefix(_DISCOVER), message.payload)
        announced = self._announced_node(topic)
        if announced is not None:
            return self._announced(announced, topic, message.payload)
        name, _, rest = topic.partition("/")
        node = self._nodes.get(name)
        if node is None or not message.payload:
            return ()
        if rest == "status":
            return self._status(name, node, message.payload)
        steps = rest.split("/")
        if not self._is_ours(name) or len(steps) not in (3, 4) or steps[-1] != "state" or steps[0] not in COMPONENTS:
            return ()
        detail = steps[2] if len(steps) == 4 else ""
        found = sighting(steps[0], steps[1], detail, message.payload) if is_topic(steps[1]) else None
        return self._learner.see(name, node.device, [found] if found is not None else [])

    def greet(self) -> Sequence[Message]:
        """Return the call to all nodes to show up; their states are retained by default."""
        return [Message("esphome/discover", b"")]

    def pending(self) -> Sequence[Message]:
        """Return nothing: a node tells all its states when it is subscribed to."""
        return ()

    def encode(self, call: Call, entity: Entity) -> Sequence[Message]:
        """Return the messages that carry out the call, one for each thing that is set.

        Raises:
            CallError: the entity is not of this dialect, or does not support it.
        """
        wire, described = self._learner.wire(entity.id), self._learner.described(entity.id)
        if wire is None or described is None:
            raise CallError(f"{entity.id!r} is unknown to ESPHome")
        services.check(described, call)
        name, key = wire
        messages = [Message(f"{name}/{key}/{tail}", payload) for tail, payload in commands(call, key)]
        if not messages:
            raise CallError(f"{call.service!r} of {entity.name!r} says nothing to be done")
        return messages

    def _discovered(self, name: str, payload: bytes) -> Sequence[Change]:
        self._filters = None
        if not payload:
            self._nodes.pop(name, None)
            return self._learner.forget(name)
        said = parse_object(payload)
        # A node by the name of the discovery topic would hide every announcement.
        taken = ("esphome", self._prefix.partition("/")[0])
        if not is_topic(name) or "/" in name or name in taken or as_text(said.get("name")) != name:
            raise PayloadError(f"an ESPHome node shows up as {name[:60]!r} and calls itself otherwise")
        if name not in self._nodes and len(self._nodes) >= MOST_NODES:
            return ()
        mac = (as_text(said.get("mac")) or "").lower()
        device = Device(
            DeviceId(f"esphome_{name}"),
            as_name(said.get("friendly_name")) or name.replace("-", " ").replace("_", " "),
            manufacturer="ESPHome",
            model=as_name(said.get("board")) or as_name(said.get("platform")),
            sw_version=as_name(said.get("version")),
            identifiers=frozenset({f"mac:{mac}" if len(mac) == 12 and mac.isalnum() else f"mqtt:{name}"}),
            via="esphome",
        )
        node = self._nodes.get(name)
        if node is None:
            self._nodes[name] = _Node(device)
        elif node.device != device:
            node.device = device
            self._learner.rename(name)
        return ()

    def _announced_node(self, topic: str) -> str | None:
        """Return the node that a discovery topic names."""
        if not topic.startswith(self._prefix):
            return None
        steps = topic.removeprefix(self._prefix).split("/")
        return steps[1] if len(steps) == 4 and steps[3] == "config" else None

    def _is_ours(self, name: str) -> bool:
        return self._nodes[name].met and name not in self._announcements

    def _announced(self, name: str, topic: str, payload: bytes) -> Sequence[Change]:
        known = self._announcements.get(name, set[str]())
        if not payload:
            self._remembered -= topic in known
            known.discard(topic)
            if not known:
                self._announcements.pop(name, None)
                self._filters = None
            return ()
        if topic in known or self._remembered >= MOST_ANNOUNCED:
            return ()
        known.add(topic)
        self._remembered += 1
        self._announcements[name] = known
        if name not in self._nodes:
            return ()
        self._filters = None
        return self._learner.forget(name)

    def _status(self, name: str, node: _Node, payload: bytes) -> Sequence[Change]:
        word = text(payload, limit=1_024)
        if word not in ("online", "offline"):
            raise PayloadError(f"ESPHome node {name!r} is neither online nor offline: {word[:60]!r}")
        if not node.met:
            node.met = True
            self._filters = None
        return self._roster.reach(name, word == "online")
