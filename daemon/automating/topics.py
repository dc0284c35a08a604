"""The MQTT topics that routines listen to, as a dialect of the bridge: it reads messages and knows no entities."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from devices.dialects import model as mqtt
from devices.model import Call, CallError, Entity, PayloadError

LONGEST_MESSAGE = 100_000
"""Bytes of a payload that is read: routines compare and quote it."""


class Topics:
    """Which topics are listened to, and who is told of a message on them. Nothing is done here."""

    name = "routines"

    def __init__(self) -> None:
        self.told: Callable[[str, str], None] = lambda _topic, _payload: None
        """Is told topic and payload of each message; nobody is until routines live."""
        self._plain: frozenset[str] = frozenset()
        self._patterns: Sequence[tuple[str, ...]] = ()

    def listen(self, filters: Iterable[str]) -> bool:
        """Listen to these topic filters from now on; return whether they are others than before.

        One that covers the whole broker is left out: the bridge would read everything.
        """
        wanted = {one for one in filters if one.strip("/") not in ("", "#", "+/#")}
        plain = frozenset(one for one in wanted if "+" not in one and "#" not in one)
        patterns = tuple(tuple(one.split("/")) for one in sorted(wanted - plain))
        changed = (plain, patterns) != (self._plain, self._patterns)
        self._plain, self._patterns = plain, patterns
        return changed

    def filters(self) -> frozenset[str]:
        """Return the topics that routines wait for."""
        return self._plain | {"/".join(one) for one in self._patterns}

    def wants(self, topic: str) -> bool:
        """Say whether a routine waits for messages on it."""
        return topic in self._plain or (bool(self._patterns) and self._fits(topic.split("/")))

    def newest_wins(self, topic: str) -> bool:
        """Say no: each message is an event."""
        del topic
        return False

    def receive(self, message: mqtt.Received) -> Sequence[mqtt.Change]:
        """Tell of a message; what the broker has kept is no event.

        Raises:
            PayloadError: it is no text, or too long.
        """
        if message.retained:
            return ()
        if len(message.payload) > LONGEST_MESSAGE:
            raise PayloadError(f"a message of {len(message.payload)} bytes, at most {LONGEST_MESSAGE} are read")
        try:
            text = message.payload.decode()
        except UnicodeDecodeError as error:
            raise PayloadError("a message that is no text") from error
        # Behind the other dialects: what a message says about the house is known when a routine looks.
        asyncio.get_running_loop().call_soon(self.told, message.topic, text)
        return ()

    def greet(self) -> Sequence[mqtt.Message]:
        """Return nothing: there is nothing to ask."""
        return ()

    def pending(self) -> Sequence[mqtt.Message]:
        """Return nothing."""
        return ()

    def encode(self, call: Call, entity: Entity) -> Sequence[mqtt.Message]:
        """Refuse: there are no entities here."""
        del entity
        raise CallError(f"{call.entity!r} is nothing that routines listen to")

    def _fits(self, words: Sequence[str]) -> bool:
        for pattern in self._patterns:
            for place, wanted in enumerate(pattern):
                if wanted == "#":
                    return not words[0].startswith("$")
                if place >= len(words) or wanted not in ("+", words[place]):
                    break
            else:
                if len(pattern) == len(words):
                    return True
        return False
