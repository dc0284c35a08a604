"""Devices that announce themselves by Home Assistant's MQTT discovery, in both forms it has
(https://www.home-assistant.io/integrations/mqtt/, 2026.8): one retained config for each entity, abbreviated and with a
base topic, or one for the whole device.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from devices.simulation.line import Payload, Voice, Will
from devices.simulation.part import Pace, Part

PREFIX = "homeassistant"
_AGAIN_S = 1.0
"""After the birth message; at once would meet subscriptions that are still being made, as its documentation warns."""

Report = Callable[[Part], Mapping[str, Payload]]
Command = Callable[[Part, str], None]


@dataclass(frozen=True, slots=True)
class Piece:
    """One entity of an announced device; topics are written below the base of the piece, ``/state``."""

    component: str
    key: str
    part: Part
    config: Mapping[str, object]
    report: Report
    """The condition as messages: topic below the base to payload."""
    commands: Mapping[str, Command] = field(default_factory=dict[str, Command])
    """What to do on a message: topic below the base to the change of the part."""


@dataclass(frozen=True, slots=True)
class Housing:
    """What all pieces of a device share."""

    node: str
    """The node id of the discovery topics, and the device's identifier."""
    base: str
    """Where its own topics begin: ``garden/weather``."""
    device: Mapping[str, object]
    """The ``dev`` block."""
    whole: bool = False
    """Announced device-based, in one message."""
    retained: bool = False
    """Whether its states are retained."""


class Announced:
    """One device with its pieces, on its own connection."""

    def __init__(self, housing: Housing, pieces: Mapping[str, Piece], pace: Pace) -> None:
        """Take the pieces by the names people use."""
        self._housing = housing
        self._pieces = pieces
        self._pace = pace
        self._commands = {
            f"{housing.base}/{piece.key}{suffix}": (piece.part, command)
            for piece in pieces.values()
            for suffix, command in piece.commands.items()
        }
        self.client_id = housing.node
        self.will = Will(f"{housing.base}/availability", "offline")
        self.filters: Sequence[str] = (f"{PREFIX}/status", *self._commands)
        self.parts: Mapping[str, Part] = {name: piece.part for name, piece in pieces.items()}
        self._voice: Voice | None = None
        for piece in pieces.values():
            piece.part.report = partial(self._report, piece)

    def wake(self, voice: Voice) -> None:
        """Say: here, who, how."""
        self._voice = voice
        voice.publish(self.will.topic, "online", retain=True, qos=1)
        self._announce()

    def hear(self, topic: str, payload: str) -> None:
        """Carry out a command, or announce again when Home Assistant, or who stands for it, is born."""
        if topic == f"{PREFIX}/status":
            if payload == "online":
                self._pace.later(_AGAIN_S, self._announce)
            return
        part, command = self._commands[topic]
        part.obey(lambda: command(part, payload))

    def remind(self) -> None:
        """Tell every state again."""
        for piece in self._pieces.values():
            self._report(piece)

    def _announce(self) -> None:
        if self._voice is None:
            return
        if self._housing.whole:
            self._voice.publish(f"{PREFIX}/device/{self._housing.node}/config", self._whole(), retain=True)
        else:
            for piece in self._pieces.values():
                topic = f"{PREFIX}/{piece.component}/{self._housing.node}/{piece.key}/config"
                self._voice.publish(topic, self._single(piece), retain=True)
        for piece in self._pieces.values():
            self._report(piece)

    def _report(self, piece: Piece) -> None:
        if self._voice is not None:
            for suffix, payload in piece.report(piece.part).items():
                topic = f"{self._housing.base}/{piece.key}{suffix}"
                self._voice.publish(topic, payload, retain=self._housing.retained)

    def _single(self, piece: Piece) -> dict[str, object]:
        housing = self._housing
        topics = {key: f"~{value}" if _is_topic(value) else value for key, value in piece.config.items()}
        return {
            "~": f"{housing.base}/{piece.key}",
            **topics,
            "uniq_id": f"{housing.node}_{piece.key}",
            "avty_t": self.will.topic,
            "dev": housing.device,
        }

    def _whole(self) -> dict[str, object]:
        housing = self._housing
        components: dict[str, object] = {}
        for piece in self._pieces.values():
            base = f"{housing.base}/{piece.key}"
            topics = {key: f"{base}{value}" if _is_topic(value) else value for key, value in piece.config.items()}
            components[piece.key] = {"p": piece.component, **topics, "uniq_id": f"{housing.node}_{piece.key}"}
        origin = {"name": "hearth-simulation", "sw": "1.0"}
        return {"dev": housing.device, "o": origin, "avty": [{"t": self.will.topic}], "cmps": components, "qos": 1}


def _is_topic(value: object) -> bool:
    return isinstance(value, str) and value.startswith("/")
