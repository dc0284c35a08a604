"""Keeps our device on the broker as it should be, and has done what is wanted there."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from daemon.conversation import Answer, Status
from daemon.notify.model import Answer as Noted
from daemon.notify.model import Notice
from daemon.presenting.device import EVENTS, Room, configurations
from daemon.presenting.doing import Doing
from daemon.presenting.facts import WORDY, Facts
from daemon.presenting.topics import Topics
from daemon.supervise import Condition, Health
from devices.dialects.model import Message
from devices.model import BridgeError, PayloadError
from skills.model import Origin, Utterance

log = logging.getLogger("hearth." + __name__)

LOOK_S = 0.5
"""How old a state may be that nobody tells us of: the stage of a satellite, a timer that was set."""
GATHER_S = 0.1
"""What changes within is published together: a send costs half a millisecond of processor, and nobody waits for it."""
SETTLE_S = 3.0
"""So long after Home Assistant started, or first heard of us, it has subscribed to what the broker does not keep."""
DEADLINE_S = 30.0
"""The longest for one command; a turn of the conversation ends well within."""
_NOTICED: Mapping[str, str] = {"timer": "timer_finished", "alarm": "alarm_ringing", "reminder": "reminder_due"}
_ENDED: Mapping[Status, str] = {Status.REFUSED: "refused", Status.NOT_UNDERSTOOD: "unknown"}


class Broker(Protocol):
    """Where it is published: `devices.mqtt.Mqtt`."""

    def publish(self, message: Message) -> None:
        """Write a message, or raise BridgeError."""
        ...

    def keep(self, message: Message) -> None:
        """Write a message that the broker keeps, or raise BridgeError."""
        ...


class Presenting:
    """Hearth as a device; or as none, and then what was shown before is taken back."""

    def __init__(
        self, broker: Broker, topics: Topics, facts: Facts, doing: Doing, rooms: Sequence[Room] | None
    ) -> None:
        """Show the house and these rooms; with ``None``, nothing."""
        self._broker, self._topics, self._facts, self._doing = broker, topics, facts, doing
        self._configs: Mapping[str, bytes] = {} if rooms is None else configurations(topics.place, rooms)
        self._shown = rooms is not None
        self._sent: dict[str, bytes] = {}
        self._again_s: float | None = None
        self._nonsense = 0
        self._stirred = asyncio.Event()
        if self._shown:
            topics.known = doing.knows

    async def run(self, notices: Callable[[], AsyncGenerator[Notice]]) -> None:
        """Publish and obey until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._publish())
            if self._shown:
                group.create_task(self._obey())
                group.create_task(self._follow(notices()))

    def health(self) -> Health:
        """Return what is shown, and how much of what was wanted made no sense."""
        if not self._shown:
            return Health("presenting", Condition.MISSING, "Hearth is no device on the broker", "set mqtt.present")
        wrong = f"; {self._nonsense} commands made no sense" if self._nonsense else ""
        return Health("presenting", Condition.FINE, f"a device with {len(self._configs)} entities{wrong}")

    def on_said(self, utterance: Utterance, answer: Answer) -> None:
        """Take note of what was said in the house, and how it ended."""
        if utterance.cause.origin is Origin.ROUTINE:
            return
        self._facts.said(utterance, answer)
        self._tell(_ENDED.get(answer.status, "command"), self._facts.told_of(utterance, answer))

    async def on_answer(self, key: str, answer: Noted, until: datetime | None) -> None:
        """Take note of what somebody answered to a notice."""
        del until
        if answer in (Noted.DONE, Noted.DISMISSED):
            self._tell("notice_acknowledged", {"key": key, "answer": answer})

    async def _follow(self, notices: AsyncGenerator[Notice]) -> None:
        async for notice in notices:
            self._facts.noticed(notice)
            self._stirred.set()
            if (event := _NOTICED.get(notice.kind)) is not None:
                self._tell(event, self._facts.told_of_notice(notice))

    def _tell(self, event: str, attributes: Mapping[str, object]) -> None:
        """Publish an event: it is news now, or never."""
        assert event in EVENTS
        payload = json.dumps({"event_type": event, **attributes}, ensure_ascii=False).encode("utf-8", "replace")
        with suppress(BridgeError):
            # Without an answer of the broker, which it would send for each command: there is nothing to do about it.
            self._broker.publish(Message(self._own("event"), payload, qos=0))
        self._stirred.set()

    async def _obey(self) -> None:
        while True:
            command = await self._topics.commands.get()
            try:
                async with asyncio.timeout(DEADLINE_S):
                    await self._doing.do(command)
            except PayloadError as error:
                self._nonsense += 1
                log.debug("nothing was done about %s: %s", command.key, error)
            except Exception:  # the border to the outside: what breaks here must not end the following commands
                log.exception("what was wanted of %s broke", command.key)
            self._stirred.set()

    async def _publish(self) -> None:
        await self._topics.connected.wait()
        while True:
            self._take_note()
            # What cannot be sent now is sent after the next connect, which the dialect's greeting tells.
            with suppress(BridgeError):
                self._bring_up_to_date()
            self._stirred.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stirred.wait()
            await asyncio.sleep(GATHER_S)

    def _take_note(self) -> None:
        """See whether there is a new connection, or a Home Assistant that has just started."""
        topics, now_s = self._topics, asyncio.get_running_loop().time()
        if topics.connected.is_set():
            self._sent.clear()
        if topics.connected.is_set() or topics.restarted.is_set():
            topics.connected.clear()
            topics.restarted.clear()
            self._again_s = now_s + SETTLE_S
        if self._again_s is not None and now_s >= self._again_s:
            self._again_s = None
            for key in WORDY:
                self._sent.pop(self._own(key), None)

    def _bring_up_to_date(self) -> None:
        for topic in sorted(self._topics.kept - self._configs.keys()):
            platform, _, key, _ = topic.split("/")[-4:]
            self._broker.keep(Message(topic, b""))
            if platform in ("sensor", "switch"):
                self._broker.keep(Message(self._own(key), b""))
            self._topics.kept.discard(topic)
        if not self._shown:
            return
        for topic, payload in self._configs.items():
            self._send(topic, payload, kept=True)
        for key, payload in self._facts.read().items():
            self._send(self._own(key), payload, kept=key not in WORDY)

    def _send(self, topic: str, payload: bytes, *, kept: bool) -> None:
        if self._sent.get(topic) == payload:
            return
        (self._broker.keep if kept else self._broker.publish)(Message(topic, payload))
        self._sent[topic] = payload

    def _own(self, key: str) -> str:
        return f"{self._topics.place.own}/{key}"
