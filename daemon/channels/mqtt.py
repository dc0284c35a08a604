"""MQTT: a message as JSON on ``hearth/notify/<address>``, for whatever shows messages; answers on ``…/answer``.

Never retained. What comes in counts as the person's own answer: who may publish there is for the broker to say.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import cast

from daemon.channels.shown import text_of, title_of
from daemon.household import Person
from daemon.notify.model import Answer, Answered, ChannelError, Message, Receipt
from devices.dialects import model as mqtt
from devices.model import BridgeError, Call, CallError, Entity, PayloadError

MOST_WAITING = 100
"""Answers that wait to be taken; of more, the oldest is dropped: only a flood makes so many."""
LONGEST_ANSWER = 4_096


class Topics:
    """The topics of messages as a dialect of the MQTT bridge: it reads what people answer."""

    name = "notify"

    def __init__(self, base: str, people: Sequence[Person], channel: str) -> None:
        """Take the base topic, ``hearth``, and those whose answers to read."""
        self._base, self._channel = base, channel
        self._people = {
            f"{self.of(address)}/answer": person for person in people for address in person.addresses.get(channel, ())
        }
        self.answers: asyncio.Queue[Answered] = asyncio.Queue(MOST_WAITING)

    def of(self, address: str) -> str:
        """Return the topic on which an address gets its messages."""
        return f"{self._base}/notify/{address}"

    def filters(self) -> frozenset[str]:
        """Return the topics of answers."""
        return frozenset(self._people)

    def wants(self, topic: str) -> bool:
        """Say whether it is a topic of answers."""
        return topic in self._people

    def newest_wins(self, topic: str) -> bool:
        """Say that each answer counts."""
        del topic
        return False

    def receive(self, message: mqtt.Received) -> Sequence[mqtt.Change]:
        """Take an answer: ``{"key": …, "answer": "done"}``.

        Raises:
            PayloadError: it is none.
        """
        if message.retained:
            # The broker says it anew at every connection, and whoever said it meant it once.
            raise PayloadError("an answer that the broker keeps; publish answers without retain")
        key, answer = _read(message.payload)
        person = self._people[message.topic]
        if self.answers.full():
            self.answers.get_nowait()
        self.answers.put_nowait(Answered(key, answer, self._channel, message.at, person.id))
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
        raise CallError(f"{call.entity!r} is nothing that messages are about")


class OverMqtt:
    """Messages to people on MQTT topics."""

    name = "mqtt"

    def __init__(self, topics: Topics, publish: Callable[[mqtt.Message], None]) -> None:
        """Take ``publish``, which writes a message to the broker or raises `BridgeError`."""
        self._topics, self._publish = topics, publish

    def reaches(self, person: Person) -> bool:
        """Say whether an address of this person is known."""
        return bool(person.addresses.get(self.name))

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Publish to each address of the person."""
        self._tell(
            person,
            {
                "key": message.key,
                "title": title_of(message),
                "text": text_of(message),
                "urgency": message.urgency.name.lower(),
                "answers": list(message.answers),
                "at": message.at.isoformat() if message.at is not None else None,
            },
        )
        return Receipt.ACCEPTED

    async def withdraw(self, key: str, person: Person) -> None:
        """Tell each address that a message is over."""
        self._tell(person, {"key": key, "withdrawn": True})

    async def answers(self) -> AsyncGenerator[Answered]:
        """Yield what people answer."""
        while True:
            yield await self._topics.answers.get()

    def _tell(self, person: Person, told: Mapping[str, object]) -> None:
        addresses = person.addresses.get(self.name, ())
        if not addresses:
            raise ChannelError(f"mqtt: no address of {person.id!r} is known; give one in addresses", lasting=True)
        payload = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        try:
            for address in addresses:
                self._publish(mqtt.Message(self._topics.of(address), payload))
        except BridgeError as error:
            raise ChannelError(f"mqtt: {error}") from error


def _read(payload: bytes) -> tuple[str, Answer]:
    if len(payload) > LONGEST_ANSWER:
        raise PayloadError(f"an answer of {len(payload)} bytes")
    try:
        said = cast("object", json.loads(payload))
    except (ValueError, RecursionError) as error:
        raise PayloadError("not JSON") from error
    if not isinstance(said, dict):
        raise PayloadError("no JSON object")
    given = cast("Mapping[str, object]", said)
    key, answer = given.get("key"), given.get("answer")
    if not isinstance(key, str) or not isinstance(answer, str) or answer not in set(Answer):
        raise PayloadError(f"no answer: it needs 'key' and 'answer', one of {', '.join(Answer)}")
    return key, Answer(answer)
