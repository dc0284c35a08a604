"""The bridge to everything that speaks MQTT: it stays connected, feeds the dialects and carries their calls."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from paho.mqtt.enums import MQTTProtocolVersion

from devices.dialects.model import Dialect, Message, Received
from devices.model import BridgeError, Call, CallError, PayloadError, Register
from devices.mqtt.census import Census
from devices.mqtt.connection import Connection
from devices.mqtt.ending import End, Ended
from devices.mqtt.health import MqttHealth
from devices.mqtt.inbox import Inbox
from devices.mqtt.retry import Jitter, Retry
from devices.mqtt.settings import MqttSettings
from devices.mqtt.topics import least, valid_filter

log = logging.getLogger("hearth." + __name__)

DRAIN_SLICE_S = 0.002
"""Longest reading of the inbox before other parts of the daemon get their turn."""
FOLLOW_S = 0.02
"""How long subscriptions may lag behind what the dialects want…"""
FOLLOW_SLOWLY_S = 0.25
"""…and how long while descriptions pour in."""
QUESTIONS_AT_ONCE = 50
"""Messages that are sent in one turn of the event loop, each in about 50 µs."""
CHANGES_AT_ONCE = 100
"""Changes that are passed on in one turn of the event loop: Zigbee2MQTT describes a whole house in one message."""
SETTLE_S = 0.5
"""Between subscribing and the dialects' greetings: 3,000 retained descriptions are read in about so long."""
COMPLAINTS = 200
"""Topics whose rubbish is logged, once each; what comes after is only counted."""

Answer = TypeVar("Answer")
_V5, _V311 = MQTTProtocolVersion.MQTTv5, MQTTProtocolVersion.MQTTv311


class Mqtt:
    """The bridge to one broker and to all dialects that are spoken over it."""

    name = "mqtt"

    def __init__(
        self,
        settings: MqttSettings,
        home: Register,
        dialects: Sequence[Dialect],
        *,
        now: Callable[[], datetime],
        jitter: Jitter = random.random,
    ) -> None:
        self._settings = settings
        self._dialects = tuple(dialects)
        self._now = now
        self._retry = Retry(settings, jitter)
        self._census = Census(home, max_entities=settings.max_entities)
        self._inbox = Inbox(max_messages=settings.max_waiting, max_bytes=settings.max_waiting_bytes)
        self._connection: Connection | None = None
        self._version = _V5
        self._v5_refused = self._v5_spoken = False
        self._wanted: Sequence[frozenset[str]] = ()
        self._subscribed: frozenset[str] = frozenset()
        self._learned = asyncio.Event()
        self._filtering = asyncio.Lock()
        self._detail = "not started"
        self._received = self._applied = self._unwanted = self._connects = 0
        self._rejected: Counter[str] = Counter()
        self._complained: set[str] = set()

    @property
    def health(self) -> MqttHealth:
        """How the bridge is now."""
        connection = self._connection
        silent = connection is not None and connection.is_silent
        return MqttHealth(
            connected=connection is not None and connection.up,
            detail="the MQTT broker accepts messages but acknowledges none" if silent else self._detail,
            received=self._received,
            applied=self._applied,
            waiting=len(self._inbox),
            coalesced=self._inbox.coalesced,
            dropped=self._inbox.dropped + self._unwanted,
            rejected=MappingProxyType(dict(self._rejected)),
            reconnects=max(0, self._connects - 1),
            entities=len(self._census),
            refused_entities=self._census.refused,
        )

    async def run(self) -> None:
        """Stay connected and keep reading; ends only by cancellation, after saying ``offline``."""
        executor = ThreadPoolExecutor(1, "hearth-mqtt-dial")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read())
                group.create_task(self._follow())
                group.create_task(self._stay_connected(executor))
        finally:
            self._detail = "stopped"
            # Not waiting: the thread may be in a look-up of the broker's name, which cannot be interrupted.
            executor.shutdown(wait=False, cancel_futures=True)

    async def call(self, call: Call) -> None:
        """Write the messages of a call to the broker's socket; nothing is kept for later.

        Raises:
            BridgeError: the broker is away or does not acknowledge what it is given.
            CallError: no such entity, or it does not support this.
        """
        found = self._census.addressee(call.entity)
        if found is None:
            raise CallError(f"{call.entity!r} is not reached over MQTT")
        dialect, entity = found
        messages = dialect.encode(replace(call, entity=entity.id), entity)
        for message in messages:
            self.publish(message)

    def publish(self, message: Message) -> None:
        """Write a message to the broker's socket, on a topic of ours; nothing is kept for later.

        Raises:
            BridgeError: the broker is away or does not acknowledge what it is given.
        """
        if self._connection is None:
            raise BridgeError(f"not connected: {self._detail}")
        self._connection.send(message)

    def keep(self, message: Message) -> None:
        """Write a message that the broker keeps: what we say of ourselves, never a command; an empty one clears it.

        Raises:
            BridgeError: the broker is away or does not acknowledge what it is given.
        """
        if self._connection is None:
            raise BridgeError(f"not connected: {self._detail}")
        self._connection.send(message, kept=True)

    def look_again(self) -> None:
        """Ask the dialects anew which topics they read: one of them was told of others by somebody else."""
        self._learned.set()

    # Connecting

    async def _stay_connected(self, executor: Executor) -> None:
        while True:
            ended, lived_s = await self._live(executor)
            if self._falls_back(ended):
                continue
            wait_s = self._retry.after(ended, lived_s=lived_s)
            detail = self._retry.explain(ended)
            if lived_s or detail != self._detail:
                log.warning("%s", detail)
            self._detail = detail
            log.debug("trying again in %.1f s", wait_s)
            await asyncio.sleep(wait_s)

    async def _live(self, executor: Executor) -> tuple[Ended, float]:
        """Connect once and stay until it ends; return how it ended and how many seconds it lived."""
        loop = asyncio.get_running_loop()
        lived_s = 0.0
        async with Connection(self._settings, self._version, self._on_message) as connection:
            if await connection.open(executor):
                began = loop.time()
                try:
                    await self._greet(connection)
                    await asyncio.shield(connection.ended)
                finally:
                    self._connection = None
                # Even the shortest life is one: 0 would say that there was none.
                lived_s = max(loop.time() - began, 0.001)
                await self._census.lost(self._now())
        return connection.ended.result(), lived_s

    def _falls_back(self, ended: Ended) -> bool:
        """Choose the version of MQTT for the next attempt, and return whether to make it at once."""
        if self._v5_refused or self._v5_spoken:
            return False
        was_v5 = self._version is _V5
        if ended.kind is End.VERSION:
            self._v5_refused = True
            self._version = _V311
            return was_v5
        # Some brokers know only silence as an answer; so does one that has not started yet, and may speak MQTT 5.
        self._version = _V311 if was_v5 and ended.kind is End.UNANSWERED else _V5
        return self._version is _V311

    async def _greet(self, connection: Connection) -> None:
        """Subscribe, say that we are there, and let the dialects ask for what they want to know."""
        self._connection = connection
        self._connects += 1
        self._v5_spoken = self._version is _V5
        version = "5" if self._v5_spoken else "3.1.1"
        self._detail = f"connected to {self._settings.host}:{self._settings.port} with MQTT {version}"
        log.info("%s", self._detail)
        self._census.found()
        async with self._filtering:
            self._subscribed = frozenset()
            self._wanted = ()
        await self._refilter()
        connection.say_online()
        # What the broker keeps is read first: what answers a greeting must find its topic subscribed.
        ended, _ = await asyncio.wait([connection.ended], timeout=SETTLE_S)
        if ended:
            return
        await self._refilter()
        for dialect in self._dialects:
            await self._send_all(self._asked(dialect, dialect.greet, ()))

    async def _refilter(self) -> None:
        """Subscribe and unsubscribe to what the dialects want now."""
        async with self._filtering:
            connection = self._connection
            nothing: frozenset[str] = frozenset()
            wanted = [self._asked(dialect, dialect.filters, nothing) for dialect in self._dialects]
            if connection is None or wanted == self._wanted:
                return
            before = self._wanted or [nothing] * len(wanted)
            fresh = nothing.union(*(now - then for now, then in zip(wanted, before, strict=True)))
            self._wanted = wanted
            filters = least(self._valid(wanted))
            # Again, too, what another dialect has subscribed already: the broker then repeats what it has kept.
            added, removed = filters - (self._subscribed - fresh), self._subscribed - filters
            self._subscribed = filters
            await connection.subscribe(added)
            await connection.unsubscribe(removed)

    def _valid(self, wanted: Sequence[frozenset[str]]) -> Iterator[str]:
        """Yield the filters that a broker takes; any other is counted."""
        for dialect, filters in zip(self._dialects, wanted, strict=True):
            for one in filters:
                if valid_filter(one):
                    yield one
                else:
                    self._reject(dialect.name, one, "cannot be subscribed")

    async def _follow(self) -> None:
        """Keep the subscriptions, and the questions to devices, up with what the dialects learn."""
        while True:
            await self._learned.wait()
            self._learned.clear()
            await self._refilter()
            # Behind the subscriptions: an answer that comes before its topic is subscribed is lost.
            for dialect in self._dialects:
                await self._send_all(self._asked(dialect, dialect.pending, ()))
            # Not after each message: the filters of a large house are thousands.
            await asyncio.sleep(FOLLOW_SLOWLY_S if self._inbox.holds_each else FOLLOW_S)

    async def _send_all(self, messages: Sequence[Message]) -> None:
        """Send what a dialect wants to ask; what cannot be sent now is asked again after the next connect."""
        for count, message in enumerate(messages, start=1):
            if self._connection is None:
                return
            try:
                self._connection.send(message)
            except BridgeError as error:
                log.debug("not asked on %r: %s", message.topic, error)
            if count % QUESTIONS_AT_ONCE == 0:
                await asyncio.sleep(0)

    # Reading

    def _on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Take in one message; called for each, in the middle of reading the socket."""
        self._received += 1
        if retained and topic.startswith(self._settings.base_topic + "/"):
            # Our own topics carry commands to us, and a kept command is one from the past.
            self._unwanted += 1
            return
        try:
            readers = [dialect for dialect in self._dialects if dialect.wants(topic)]
            newest_wins = all(dialect.newest_wins(topic) for dialect in readers)
        except Exception as error:  # a topic is a stranger's too; paho would end the connection over it
            self._reject(self.name, topic, f"{type(error).__name__}: {error}")
            log.debug("a dialect failed on a topic", exc_info=True)
            return
        if not readers and not self._inbox.holds_each:
            # Nobody wants it, and nothing waits that could change that.
            self._unwanted += 1
            return
        if len(payload) > self._settings.max_payload_bytes or not topic:
            self._reject(self.name, topic, f"a payload of {len(payload)} bytes, or a topic that is none")
            return
        self._inbox.put(Received(topic, payload, retained, self._now()), newest_wins=newest_wins)

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._inbox.wait()
            until = loop.time() + DRAIN_SLICE_S
            while (message := self._inbox.take()) is not None:
                await self._feed(message)
                if loop.time() > until:
                    # The rest of the daemon has its turn between two slices.
                    await asyncio.sleep(0)
                    break
            self._learned.set()

    async def _feed(self, message: Received) -> None:
        """Give a message to the dialects that read it, and what they make of it to the house."""
        wanted = False
        for dialect in self._dialects:
            try:
                if not dialect.wants(message.topic):
                    continue
                wanted = True
                changes = dialect.receive(message)
                for start in range(0, len(changes), CHANGES_AT_ONCE):
                    if start:
                        await asyncio.sleep(0)
                    part = changes[start : start + CHANGES_AT_ONCE]
                    self._census.take(dialect, part, topic=message.topic, at=message.at)
                await self._census.heard(message.topic, message.at)
            except PayloadError as error:
                self._reject(dialect.name, message.topic, str(error))
            except Exception as error:  # whatever strangers publish, a dialect that stumbles must not stop the others
                self._reject(dialect.name, message.topic, f"{type(error).__name__}: {error}")
                log.debug("the %s dialect failed", dialect.name, exc_info=True)
        self._applied += wanted
        self._unwanted += not wanted

    def _asked(self, dialect: Dialect, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        """Return what a dialect answers, or ``otherwise`` if what it has learned from strangers makes it stumble."""
        try:
            return question()
        except Exception as error:
            self._reject(dialect.name, "", f"{type(error).__name__}: {error}")
            log.debug("the %s dialect failed", dialect.name, exc_info=True)
            return otherwise

    def _reject(self, name: str, topic: str, why: str) -> None:
        """Count what makes no sense, and log it the first time for each of a limited number of topics."""
        self._rejected[name] += 1
        short = topic[:200]
        if short not in self._complained and len(self._complained) < COMPLAINTS:
            self._complained.add(short)
            log.warning("%s: dropped what came on %r: %s", name, short, why[:200])
