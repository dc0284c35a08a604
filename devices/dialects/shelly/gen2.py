"""Shellies of the second generation and later: JSON-RPC over ``<prefix>/rpc``, news on ``<prefix>/events/rpc``.

Nobody announces the prefix. It is the device's id unless the owner changed it (firmware 1.4), so ``+/online`` and
``+/events/rpc`` find every prefix of one level; deeper ones must be named. A prefix is then asked, one question after
the other, who it is, how it is set up, and how things stand. Needed on the device: "RPC over MQTT" and "RPC status
notifications", both on by default.
"""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from devices.dialects.json_payload import (
    as_array,
    as_integer,
    as_name,
    as_object,
    as_text,
    encode,
    is_object,
    parse_object,
    text,
)
from devices.dialects.learner import Learner, Sighting
from devices.dialects.model import Change, Message, Received
from devices.dialects.roster import Roster, is_topic
from devices.dialects.shelly.components import press, request, sightings
from devices.model import NOTHING, Call, Device, DeviceId, PayloadError

MOST_DEVICES = 500
MOST_QUESTIONS = 1_024
"""Questions without an answer yet; the oldest are given up first."""
ASK_AGAIN = timedelta(seconds=60)
"""How long after a question that was not answered the next sign of life may bring another."""

_INFO, _CONFIG, _STATUS = "Shelly.GetDeviceInfo", "Shelly.GetConfig", "Shelly.GetStatus"
_ADDRESS = re.compile(r"[0-9a-f]{12}")


@dataclass(slots=True)
class _Node:
    """One device by its prefix; ``device`` is there once it said who it is, ``ready`` is true once it said how it is
    set up: what it tells before would give its entities names that do not last.
    """

    prefix: str
    device: Device | None = None
    config: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    kinds: frozenset[str] = frozenset()
    """The kinds of components of which it has several."""
    ready: bool = False
    asked_at: datetime | None = None
    sleeps: bool = False

    @property
    def owner(self) -> str:
        return f"gen2 {self.prefix}"


class Gen2:
    """The later generations' half of the dialect."""

    def __init__(self, roster: Roster, learner: Learner, *, source: str, prefixes: Iterable[str]) -> None:
        self._roster = roster
        self._learner = learner
        self._source = source
        self._prefixes = frozenset(prefixes)
        deep = (f"{prefix}/{tail}" for prefix in self._prefixes for tail in ("online", "events/rpc"))
        self._filters = frozenset(("+/online", "+/events/rpc", f"{source}/rpc", *deep))
        self._nodes: dict[str, _Node] = {}
        self._questions: dict[int, tuple[str, str]] = {}
        self._number = 0
        self._pending: deque[Message] = deque(maxlen=MOST_QUESTIONS)

    def filters(self) -> frozenset[str]:
        """Return where devices show up, where they answer, and each known one's status topics."""
        return self._filters

    def wants(self, topic: str) -> bool:
        """Say whether it is a sign of life, news, an answer, or a status of a known device."""
        prefix, tail = _split(topic)
        if tail in ("online", "events/rpc"):
            return "/" not in prefix or prefix in self._prefixes
        return topic == f"{self._source}/rpc" or (tail == "status" and prefix in self._nodes)

    def newest_wins(self, topic: str) -> bool:
        """Say yes for what is whole; no for news, which tell only what changed, and for answers."""
        return _split(topic)[1] in ("online", "status")

    def receive(self, message: Received) -> Sequence[Change]:
        """Translate a sign of life, news, an answer, or a status."""
        if message.topic == f"{self._source}/rpc":
            return self._answered(parse_object(message.payload), message.at) if message.payload else ()
        prefix, tail = _split(message.topic)
        if tail == "online":
            return self._online(prefix, message)
        if not message.payload:
            return ()
        if tail == "events/rpc":
            return self._news(prefix, parse_object(message.payload), message.at)
        node = self._nodes.get(prefix)
        if node is None or node.device is None or not node.ready:
            return ()
        component = message.topic.rpartition("/")[2]
        return self._see(node, node.device, {component: parse_object(message.payload)})

    def greet(self) -> Sequence[Message]:
        """Return the question for the present state to every known device."""
        return [self._question(prefix, _STATUS) for prefix, node in self._nodes.items() if node.ready]

    def pending(self) -> Sequence[Message]:
        """Return the questions that follow from what was received."""
        messages = list(self._pending)
        self._pending.clear()
        return messages

    def encode(self, call: Call, owner: str, key: str) -> Sequence[Message]:
        """Return the request that carries out a call that was checked."""
        asked = request(call, key)
        return [] if asked is None else [self._request(owner.removeprefix("gen2 "), *asked)]

    def _online(self, prefix: str, message: Received) -> Sequence[Change]:
        node = self._nodes.get(prefix)
        if not message.payload:
            # Cleared by hand: the device is not coming back.
            self._nodes.pop(prefix, None)
            self._filters -= {f"{prefix}/status/+"}
            return self._learner.forget(node.owner) if node is not None else ()
        word = text(message.payload, limit=1_024)
        if word not in ("true", "false"):
            return ()
        if node is None:
            # Others publish "online" too; those are asked only once they speak like a Shelly.
            if word == "true" and (prefix.startswith("shelly") or prefix in self._prefixes):
                self._ask(prefix, message.at)
            return ()
        if word == "true":
            self._ask(prefix, message.at)
        return self._roster.reach(node.owner, word == "true" or node.sleeps)

    def _news(self, prefix: str, frame: Mapping[str, object], at: datetime) -> Sequence[Change]:
        method, source = as_text(frame.get("method")) or "", as_text(frame.get("src")) or ""
        params = as_object(frame.get("params"))
        if not method.startswith("Notify") or not source or not params:
            return ()
        node = self._nodes.get(prefix)
        if node is None or node.device is None or not node.ready:
            self._ask(prefix, at)
            node = self._nodes.get(prefix)
            if node is None or method != "NotifyFullStatus" or "devicepower:0" not in params:
                return ()
            # It runs on a battery and may not stay awake for our questions: its own words must do.
            node.device = node.device or _device(prefix, {"id": source, "mac": source[-12:]})
            node.ready = True
        if method == "NotifyEvent":
            return self._events(node, node.device, params)
        return self._see(node, node.device, params)

    def _events(self, node: _Node, device: Device, params: Mapping[str, object]) -> Sequence[Change]:
        listed = [as_object(event) for event in as_array(params.get("events"))[:64]]
        if any(event.get("event") == "config_changed" for event in listed):
            self._pending.append(self._question(node.prefix, _INFO))
        seen = (press(event) for event in listed)
        return self._learner.see(node.owner, device, [sighting for sighting in seen if sighting is not None])

    def _answered(self, frame: Mapping[str, object], at: datetime) -> Sequence[Change]:
        number, result = as_integer(frame.get("id")), frame.get("result")
        asked = self._questions.pop(number, None) if number is not None else None
        node = self._nodes.get(asked[0]) if asked is not None else None
        if asked is None or node is None:
            return ()
        if not is_object(result):
            raise PayloadError(f"Shelly {asked[0]!r} refuses {asked[1]}: {str(frame.get('error'))[:120]}")
        node.asked_at = at
        if asked[1] == _INFO:
            if node.device != (told := _device(node.prefix, result)):
                node.device = told
                self._learner.rename(node.owner)
            self._pending.append(self._question(node.prefix, _CONFIG))
        elif asked[1] == _CONFIG:
            self._pending.append(self._question(node.prefix, _STATUS))
            return self._configured(node, result)
        elif node.device is not None:
            return self._see(node, node.device, result)
        return ()

    def _configured(self, node: _Node, config: Mapping[str, object]) -> Sequence[Change]:
        before, node.config, node.kinds, node.ready = node.config, config, _several(config), True
        if before and _components(before) != _components(config):
            # Another profile: what was a cover may be two relays now.
            return self._learner.forget(node.owner)
        if _face(before) != _face(config):
            self._learner.rename(node.owner)
        return ()

    def _see(self, node: _Node, device: Device, status: Mapping[str, object]) -> Sequence[Change]:
        if "devicepower:0" in status:
            external = as_object(as_object(status["devicepower:0"]).get("external"))
            node.sleeps = external.get("present") is not True
        found: list[Sighting] = []
        for key, told in status.items():
            kind = key.partition(":")[0]
            if is_object(told):
                config = as_object(node.config.get(key))
                lit = _feeds_light(node.config, key)
                found.extend(sightings(key, told, config, alone=kind not in node.kinds, lit=lit))
        return self._learner.see(node.owner, device, found)

    def _ask(self, prefix: str, at: datetime) -> None:
        node = self._nodes.get(prefix)
        if node is None:
            if len(self._nodes) >= MOST_DEVICES or not is_topic(prefix):
                return
            node = self._nodes[prefix] = _Node(prefix)
            self._filters |= {f"{prefix}/status/+"}
        if node.asked_at is not None and abs(at - node.asked_at) < ASK_AGAIN:
            return
        node.asked_at = at
        self._pending.append(self._question(prefix, _STATUS if node.config else _INFO))

    def _question(self, prefix: str, method: str) -> Message:
        message = self._request(prefix, method, {})
        self._questions[self._number] = (prefix, method)
        if len(self._questions) > MOST_QUESTIONS:
            del self._questions[next(iter(self._questions))]
        return message

    def _request(self, prefix: str, method: str, params: Mapping[str, object]) -> Message:
        self._number += 1
        frame: dict[str, object] = {"id": self._number, "src": self._source, "method": method}
        if params:
            frame["params"] = params
        return Message(f"{prefix}/rpc", encode(frame))


def _split(topic: str) -> tuple[str, str]:
    """Return prefix and kind of a topic: ``online``, ``events/rpc``, ``status``, or empty."""
    head, _, tail = topic.rpartition("/")
    if tail == "online":
        return head, "online"
    prefix, _, middle = head.rpartition("/")
    if middle == "status":
        return prefix, "status"
    return (prefix, "events/rpc") if (middle, tail) == ("events", "rpc") else (topic, "")


def _device(prefix: str, info: Mapping[str, object]) -> Device:
    mac = (as_text(info.get("mac")) or "").lower()
    address = f"mac:{mac}" if _ADDRESS.fullmatch(mac) else f"mqtt:{prefix}"
    name = as_name(info.get("name")) or as_name(info.get("id")) or prefix
    return Device(
        DeviceId(f"shelly_{mac if _ADDRESS.fullmatch(mac) else prefix}"),
        name,
        manufacturer="Shelly",
        model=as_name(info.get("app")) or as_name(info.get("model")),
        sw_version=as_name(info.get("ver")),
        identifiers=frozenset({address}),
        via="shelly",
    )


def _components(config: Mapping[str, object]) -> frozenset[str]:
    return frozenset(key for key in config if ":" in key)


def _face(config: Mapping[str, object]) -> object:
    """Return what of a configuration shows in names and domains."""
    names = {key: as_object(config[key]).get("name") for key in _components(config)}
    return names, as_object(as_object(config.get("sys")).get("ui_data")).get("consumption_types")


def _several(config: Mapping[str, object]) -> frozenset[str]:
    kinds = [key.partition(":")[0] for key in _components(config)]
    return frozenset(kind for kind in set(kinds) if kinds.count(kind) > 1)


def _feeds_light(config: Mapping[str, object], key: str) -> bool:
    """Say whether the owner chose "light" as what the relay feeds; the choices stand in the order of the relays."""
    kind, _, number = key.partition(":")
    if kind != "switch" or not number.isascii() or not number.isdigit() or len(number) > 3:
        return False
    shown = as_object(as_object(config.get("sys")).get("ui_data"))
    chosen = as_array(shown.get("consumption_types"))
    return int(number) < len(chosen) and str(chosen[int(number)]).lower() in ("light", "lights")
