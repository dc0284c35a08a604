"""Our own topics as a dialect of the MQTT bridge: commands to us, and what is kept of us from before.

The bridge gives a dialect's `PayloadError` to its count of what makes no sense; nothing that ends so was done.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from daemon.presenting.device import Place
from devices.dialects import model as mqtt
from devices.model import Call, CallError, Entity, PayloadError
from devices.ours import is_ours

LONGEST_COMMAND = 8_192
"""Bytes: 2,000 characters of an utterance, in any script."""
MOST_WAITING = 20
"""Commands that wait to be carried out; of more, the newest is dropped: only a flood makes so many."""
MOST_KEPT = 1_000
"""Configurations of ours that are remembered."""


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants of us."""

    key: str
    """``ask``, ``mute_kitchen``."""
    text: str


class Topics:
    """What is wanted of us, and which configurations of ours the broker keeps. Nothing is done here."""

    name = "presenting"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.commands: asyncio.Queue[Command] = asyncio.Queue(MOST_WAITING)
        self.kept: set[str] = set()
        """The topics of the configurations that the broker is known to keep: our own, and no longer wanted ones."""
        self.known: Callable[[str], bool] = lambda _: False
        """Says whether a command is one; nothing is, until somebody carries them out."""
        self.connected, self.restarted = asyncio.Event(), asyncio.Event()
        """Set by a new connection to the broker; and by a Home Assistant that has just started."""
        self._status = f"{place.discovery}/status"
        self._prefix, self._node = f"{place.own}/", f"/{place.node}/"

    def filters(self) -> frozenset[str]:
        """Return the topics of commands, of our configurations, and of Home Assistant's birth message."""
        place = self.place
        return frozenset({f"{place.own}/+/set", f"{place.discovery}/+/{place.node}/+/config", self._status})

    def wants(self, topic: str) -> bool:
        """Say whether it is one of them."""
        return topic == self._status or self._is_command(topic) or self._is_config(topic)

    def newest_wins(self, topic: str) -> bool:
        """Say no: each command counts."""
        del topic
        return False

    def receive(self, message: mqtt.Received) -> Sequence[mqtt.Change]:
        """Take a command, or take note of what the broker keeps.

        Raises:
            PayloadError: it is no command, or one from the past, or one too many.
        """
        if message.topic == self._status:
            if message.payload == b"online" and not message.retained:
                self.restarted.set()
        elif self._is_config(message.topic):
            self._note(message)
        else:
            self._take(message)
        return ()

    def greet(self) -> Sequence[mqtt.Message]:
        """Have everything told anew."""
        self.connected.set()
        return ()

    def pending(self) -> Sequence[mqtt.Message]:
        """Return nothing."""
        return ()

    def encode(self, call: Call, entity: Entity) -> Sequence[mqtt.Message]:
        """Refuse: there are no entities here."""
        del entity
        raise CallError(f"{call.entity!r} is not something that Hearth presents")

    def _take(self, message: mqtt.Received) -> None:
        key = message.topic.removeprefix(self._prefix).removesuffix("/set")
        if message.retained:
            raise PayloadError("a command that was kept is one from the past")
        if not self.known(key):
            raise PayloadError(f"there is nothing to be set called {key[:80]!r}")
        if len(message.payload) > LONGEST_COMMAND:
            raise PayloadError(f"a command of {len(message.payload)} bytes, at most {LONGEST_COMMAND} are read")
        try:
            text = message.payload.decode()
        except UnicodeDecodeError as error:
            raise PayloadError("a command that is no text") from error
        if self.commands.full():
            raise PayloadError(f"more than {MOST_WAITING} commands at once")
        self.commands.put_nowait(Command(key, text))

    def _note(self, message: mqtt.Received) -> None:
        """Note a configuration that stands where ours do; one that somebody else put there is left alone."""
        if not message.payload:
            self.kept.discard(message.topic)
        elif len(self.kept) < MOST_KEPT and _is_our_config(message.payload):
            self.kept.add(message.topic)

    def _is_command(self, topic: str) -> bool:
        return topic.startswith(self._prefix) and topic.endswith("/set")

    def _is_config(self, topic: str) -> bool:
        return topic.endswith("/config") and self._node in topic and topic.startswith(f"{self.place.discovery}/")


def _is_our_config(payload: bytes) -> bool:
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and is_ours(cast("dict[str, object]", told).get("unique_id"))
