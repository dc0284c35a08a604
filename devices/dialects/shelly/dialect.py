"""The dialect of Shelly: the first generation's topics and the later ones' RPC behind one name."""

from collections.abc import Iterable, Sequence

from devices import services
from devices.dialects.learner import Learner
from devices.dialects.model import Change, Message, Received
from devices.dialects.roster import Roster, is_topic
from devices.dialects.shelly.gen1 import Gen1
from devices.dialects.shelly.gen2 import Gen2
from devices.model import Call, CallError, Entity


class Shelly:
    """Every Shelly that talks MQTT.

    Entities are learned from what a device tells: a first generation device describes itself by its topics, a later one
    by the status of its components.
    """

    def __init__(self, *, source: str = "hearth/shelly", prefixes: Iterable[str] = ()) -> None:
        """Start with nothing known.

        ``source`` is the topic below which devices answer (``<source>/rpc``). ``prefixes`` names the MQTT prefixes of
        later generations that have more than one level, such as ``home/kitchen/shelly``; the others are found.

        Raises:
            ValueError: one of them is no topic.
        """
        named = tuple(prefixes)
        for topic in (source, *named):
            if not is_topic(topic) or topic.startswith("/") or topic.endswith("/"):
                raise ValueError(f"{topic!r} is no topic for Shelly")
        roster = Roster()
        self._learner = Learner(roster)
        self._gen1 = Gen1(roster, self._learner)
        self._gen2 = Gen2(roster, self._learner, source=source, prefixes=named)

    @property
    def name(self) -> str:
        """``shelly``."""
        return "shelly"

    def filters(self) -> frozenset[str]:
        """Return the topics of both generations."""
        return self._gen1.filters() | self._gen2.filters()

    def wants(self, topic: str) -> bool:
        """Say whether one of the generations reads it."""
        return self._gen1.wants(topic) or self._gen2.wants(topic)

    def newest_wins(self, topic: str) -> bool:
        """Say yes for whole states; no for news, for answers, for announcements and for presses of a button."""
        if self._gen2.wants(topic):
            return self._gen2.newest_wins(topic)
        return not topic.endswith("/announce") and "/input_event/" not in topic

    def receive(self, message: Received) -> Sequence[Change]:
        """Translate one message."""
        if self._gen1.wants(message.topic):
            return self._gen1.receive(message.topic, message.payload)
        return self._gen2.receive(message)

    def greet(self) -> Sequence[Message]:
        """Return the calls to the first generation, and a question to each known later device."""
        return [*self._gen1.greet(), *self._gen2.greet()]

    def pending(self) -> Sequence[Message]:
        """Return the questions to devices that have shown up."""
        return [*self._gen1.pending(), *self._gen2.pending()]

    def encode(self, call: Call, entity: Entity) -> Sequence[Message]:
        """Return the one message that carries out the call.

        Raises:
            CallError: the entity is not of this dialect, or does not support it.
        """
        wire, described = self._learner.wire(entity.id), self._learner.described(entity.id)
        if wire is None or described is None:
            raise CallError(f"{entity.id!r} is unknown to Shelly")
        services.check(described, call)
        half = self._gen1 if wire[0].startswith("gen1 ") else self._gen2
        messages = half.encode(call, *wire)
        if not messages:
            raise CallError(f"{call.service!r} of {entity.name!r} says nothing to be done")
        return messages
