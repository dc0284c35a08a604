"""ntfy: messages to the topic that a person's phone follows, with buttons that answer on a topic beside it.

Facts from the documentation of ntfy 2.14 to 2.17: JSON publishing at the root, ``sequence_id`` and ``clear`` since
2.16 (an older server takes a repeat for a new message, and knows no ``clear``), lines of JSON from ``<topics>/json``.
"""

import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import cast
from urllib.parse import quote

from daemon.channels.again import Waits
from daemon.channels.buttons import Buttons
from daemon.channels.deadline import in_time
from daemon.channels.shown import MOST_BUTTONS, label, mark, text_of, title_of
from daemon.channels.web import Web
from daemon.household import Person
from daemon.notify.model import Answer, Answered, ChannelError, Message, Receipt, Urgency

log = logging.getLogger("hearth." + __name__)

PRIORITIES = {Urgency.INFO: 2, Urgency.NORMAL: 3, Urgency.IMPORTANT: 4, Urgency.CRITICAL: 5}
"""1 to 5; 5 rings longer, and overrides "do not disturb" where the person allows it in the app."""
ANSWERS = "-answers"
"""What the topic of a person's answers has behind the person's own."""
BACK_S = 3600
"""How far back answers are asked for at the start: what was pressed while we were away. A server keeps 12 h."""


class Ntfy:
    """Messages to people over one ntfy server."""

    name = "ntfy"

    def __init__(self, web: Web, people: Sequence[Person], buttons: Buttons, *, api: str | None = None) -> None:
        """Take the people whose answers to listen for, and ``api``: where buttons go instead of the answer topic."""
        self._web, self._buttons, self._api = web, buttons, api
        self._topics = sorted({topic for person in people for topic in person.addresses.get(self.name, ())})

    def reaches(self, person: Person) -> bool:
        """Say whether a topic of this person is known."""
        return bool(person.addresses.get(self.name))

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Publish to each topic of the person."""
        async with in_time(self.name, self._web.host):
            for topic in self._topics_of(person):
                await self._web.send("POST", "", json=self._publication(message, person, topic))
        return Receipt.ACCEPTED

    async def withdraw(self, key: str, person: Person) -> None:
        """Clear the message on the person's devices; a server that knows no clearing leaves it there."""
        async with in_time(self.name, self._web.host):
            for topic in self._topics_of(person):
                await self._clear(topic, key)

    async def answers(self) -> AsyncGenerator[Answered]:
        """Yield what is pressed; after a gap, what was pressed meanwhile, for a token is taken only once."""
        if not self._topics or self._api is not None:
            return
        since, waits = f"{BACK_S}s", Waits()
        path = ",".join(quote(topic + ANSWERS) for topic in self._topics) + "/json"
        while True:
            try:
                async with self._web.stream(path, {"since": since}) as lines, aclosing(lines):
                    async for line in lines:
                        waits.reset()
                        newest, said = _read(line)
                        since = newest or since
                        answered = await self._buttons.pressed(said) if said else None
                        if answered is not None:
                            yield answered
            except ChannelError as error:
                log.info("%s; listening again soon", error)
            await waits.wait()

    async def _clear(self, topic: str, key: str) -> None:
        try:
            await self._web.send("PUT", f"{quote(topic)}/{mark(key)}/clear")
        except ChannelError as error:
            if not error.lasting:
                raise
            log.debug("not cleared: %s", error)

    def _topics_of(self, person: Person) -> Sequence[str]:
        topics = person.addresses.get(self.name, ())
        if not topics:
            raise ChannelError(f"ntfy: no topic of {person.id!r} is known; give one in addresses", lasting=True)
        return topics

    def _publication(self, message: Message, person: Person, topic: str) -> dict[str, object]:
        # Without "markdown" it is plain text, whatever stands in it.
        return {
            "topic": topic,
            "sequence_id": mark(message.key),
            "title": title_of(message),
            "message": text_of(message),
            "priority": PRIORITIES[message.urgency],
            "actions": [
                self._action(label(message, answer), self._token(message, answer, person), topic)
                for answer in message.answers[:MOST_BUTTONS]
            ],
        }

    def _token(self, message: Message, answer: Answer, person: Person) -> str:
        return self._buttons.issue(message.key, answer, person.id, channel=self.name, until=message.until)

    def _action(self, label: str, token: str, topic: str) -> dict[str, object]:
        action: dict[str, object] = {"action": "http", "label": label, "method": "POST", "clear": True}
        if self._api is not None:
            return {**action, "url": f"{self._api}?token={token}"}
        # Without our access token: everyone who follows the topic would get it. The answer topic is to be open for
        # writing; what is written there counts only with a token of ours.
        return {**action, "url": f"{self._web.base}/{quote(topic + ANSWERS)}", "body": token}


def _read(line: str) -> tuple[str, str]:
    """Return the id of a line and what was said, both empty where there is none."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(event, dict) or cast("dict[str, object]", event).get("event") != "message":
        return "", ""
    said = cast("dict[str, object]", event)
    newest, text = said.get("id"), said.get("message")
    return (newest if isinstance(newest, str) and len(newest) < 100 else ""), (text if isinstance(text, str) else "")
