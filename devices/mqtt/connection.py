"""One connection to an MQTT broker, from CONNECT to its end: paho-mqtt with its socket driven by the event loop."""

import asyncio
import logging
import select
import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from types import TracebackType
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from devices.dialects.model import Message
from devices.model import BridgeError
from devices.mqtt.client import dial, expiry, new_client
from devices.mqtt.ending import End, Ended, ended_by
from devices.mqtt.settings import MqttSettings
from devices.mqtt.topics import valid_topic

log = logging.getLogger("hearth." + __name__)

READ_SLICE_S = 0.005
"""Longest reading before other parts of the daemon get their turn; one message takes about 30 µs (docs/adr/0002).

More than twice the bridge's slice for understanding: what is too much for us must wait where newer states replace older
ones, not in the kernel and the broker, where it grows old and is dropped blindly.
"""
EXPIRY_S = 10
"""A command that has not reached its device by then must not reach it any more."""
SILENCE_S = 3.0
"""A broker that acknowledges nothing for so long is given no further commands: they would all fire when it wakes."""
FILTERS_PER_PACKET = 100
"""Also what is subscribed in one turn of the event loop: 6,000 at once take 40 ms."""
SEND_OFF_S = 1.0
"""How long the farewell may take."""

Receive = Callable[[str, bytes, bool], None]
"""Called with the topic, the payload and whether the broker had kept the message."""


class Connection:
    """One connection; used once, as a context manager. Leaving it says ``offline`` and closes it.

    There is a new one, with a new paho client and a clean session, for every attempt: what the old one had not
    delivered is gone with it and cannot be sent late.
    """

    def __init__(self, settings: MqttSettings, version: MQTTProtocolVersion, receive: Receive) -> None:
        self._settings = settings
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[bool] = self._loop.create_future()
        self.ended: asyncio.Future[Ended] = self._loop.create_future()
        """Done once the connection is no more, or never came about."""
        self._socket: socket.socket | None = None
        self._poll = select.poll()
        self._writing = False
        self._behind = False
        """Whether the last slice of reading left something unread."""
        self._ticking: asyncio.TimerHandle | None = None
        self._unacknowledged: dict[int, float] = {}
        self._status = f"{settings.base_topic}/status"
        self._expiry = expiry(version, EXPIRY_S)
        self._client = new_client(settings, version, will_topic=self._status)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.up:
            self._publish_status(b"offline")
            self._client.disconnect()
            self._flush()
            try:
                async with asyncio.timeout(SEND_OFF_S):
                    await asyncio.shield(self.ended)
            except TimeoutError:
                log.debug("the broker took no farewell")
        self._hang_up(Ended(End.LOST, "closed"))

    async def open(self, executor: Executor) -> bool:
        """Connect and return whether it worked; if not, ``ended`` says why.

        Looking up the name, connecting and the TLS handshake block, and happen in ``executor``.
        """
        try:
            async with asyncio.timeout(self._settings.connect_timeout_s):
                await self._loop.run_in_executor(executor, dial, self._client, self._settings)
                self._watch()
                return await self._opened
        except TimeoutError:
            kind = End.UNANSWERED if self._socket else End.UNREACHABLE
            self._hang_up(Ended(kind, f"no answer within {self._settings.connect_timeout_s:g} s"))
        except ssl.SSLCertVerificationError as error:
            self._hang_up(Ended(End.UNREACHABLE, f"its certificate is not trusted ({error.verify_message})"))
        except OSError as error:
            self._hang_up(Ended(End.UNREACHABLE, error.strerror or str(error) or type(error).__name__))
        except ValueError as error:
            self._hang_up(Ended(End.UNREACHABLE, str(error)))
        return False

    @property
    def up(self) -> bool:
        """Whether the broker has accepted us and the connection has not ended since, as far as we know."""
        return self._opened.done() and not self._opened.cancelled() and self._opened.result() and not self.ended.done()

    @property
    def is_silent(self) -> bool:
        """Whether the broker has left a message unacknowledged for longer than a healthy one ever does."""
        return self._waited_s() > SILENCE_S

    def send(self, message: Message, *, kept: bool = False) -> None:
        """Write a message to the socket at once; retained only if it is ``kept``, and then it does not expire.

        Raises:
            BridgeError: it cannot be sent now, and is not kept for later.
        """
        if not self.up:
            raise BridgeError("the MQTT broker is away")
        if self.is_silent:
            raise BridgeError(f"the MQTT broker has not acknowledged anything for {SILENCE_S:g} s")
        if not valid_topic(message.topic):
            raise BridgeError(f"{message.topic[:80]!r} is no topic that can be published on")
        properties = None if kept else self._expiry
        info = self._client.publish(message.topic, message.payload, qos=message.qos, retain=kept, properties=properties)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BridgeError(f"the MQTT connection did not take the message: {info.rc.name}")
        if message.qos and not info.is_published():
            self._unacknowledged[info.mid] = self._loop.time()
        self._flush()

    def say_online(self) -> None:
        """Publish the birth message, retained."""
        self._publish_status(b"online")
        self._flush()

    async def subscribe(self, filters: Iterable[str]) -> None:
        """Ask for the messages of these filters, and for what the broker has kept of them.

        With QoS 0: nothing is received twice, and Mosquitto 2.0 holds only 1,020 retained messages for a subscription
        with QoS 1 and drops the rest (its ``max_queued_messages`` and ``max_inflight_messages``).
        """
        for batch in _batches(filters):
            self._client.subscribe([(one, 0) for one in batch])
            self._flush()
            await asyncio.sleep(0)

    async def unsubscribe(self, filters: Iterable[str]) -> None:
        """Ask for no more messages of these filters."""
        for batch in _batches(filters):
            self._client.unsubscribe(batch)
            self._flush()
            await asyncio.sleep(0)

    # The socket, driven by the event loop

    def _watch(self) -> None:
        opened = self._client.socket()
        if not isinstance(opened, socket.socket):
            raise ConnectionError("the connection broke at once")
        # Without it the second of two commands waits for the answer to the first.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = opened
        self._poll.register(opened, select.POLLIN)
        # Only now: while it dials, paho calls from the executor's thread.
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_socket_close = lambda _client, _data, _socket: self._unwatch()
        self._loop.add_reader(opened.fileno(), self._on_readable)
        self._loop.call_soon(self._on_readable)  # TLS may have decrypted more than the handshake
        self._tick()

    def _unwatch(self) -> None:
        """Stop watching the socket; must happen before it is closed."""
        if self._socket is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            self._socket = None
        if self._ticking is not None:
            self._ticking.cancel()

    def _hang_up(self, ended: Ended) -> None:
        """Close the socket, if it is open, without another word."""
        closing = self._socket
        if closing is not None:
            self._client.on_socket_close = None
            self._unwatch()
            # Reset rather than close: what the kernel has not sent yet is dropped, not delivered late.
            closing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            closing.close()
        self._end(ended)

    def _end(self, ended: Ended) -> None:
        if not self.ended.done():
            self.ended.set_result(ended)
        if not self._opened.done():
            self._opened.set_result(False)

    def _on_readable(self) -> None:
        until = self._loop.time() + READ_SLICE_S
        self._behind = False
        while self._socket is not None and self._turn(self._client.loop_read) and self._readable():
            if self._loop.time() > until:
                self._behind = True
                break
        if self._socket is not None:
            # The kernel waits 40 ms with an acknowledgement, and Mosquitto as it comes waits for that with the next
            # message: what a device says to a command would come that much after the command's own acknowledgement.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        self._flush()

    def _readable(self) -> bool:
        held = self._socket
        decrypted = isinstance(held, ssl.SSLSocket) and held.pending() > 0
        return decrypted or (held is not None and bool(self._poll.poll(0)))

    def _flush(self) -> None:
        """See that what paho could not write at once is written as soon as the socket takes it.

        Without a callback for registering writers, paho 2.x writes in the very call that publishes.
        """
        if self._socket is not None and self._client.want_write() and not self._writing:
            self._writing = True
            self._loop.add_writer(self._socket.fileno(), self._on_writable)

    def _on_writable(self) -> None:
        self._writing = self._turn(self._client.loop_write) and self._client.want_write()
        if not self._writing and self._socket is not None:
            self._loop.remove_writer(self._socket.fileno())

    def _tick(self) -> None:
        """Let paho ping and notice silence, and give up a broker that acknowledges nothing."""
        self._ticking = self._loop.call_later(min(1.0, self._settings.keepalive_s / 8), self._tick)
        if self._waited_s() > EXPIRY_S:
            self._hang_up(Ended(End.LOST, f"it has acknowledged nothing for {EXPIRY_S} s"))
        else:
            self._turn(self._client.loop_misc)

    def _waited_s(self) -> float:
        """Return for how long the broker has owed us an acknowledgement that is not among what we have yet to read."""
        if self._behind:
            return 0.0
        oldest = next(iter(self._unacknowledged.values()), None)
        return 0.0 if oldest is None else self._loop.time() - oldest

    def _turn(self, work: Callable[[], MQTTErrorCode]) -> bool:
        """Let paho work, and return whether the connection is still there."""
        try:
            return work() == MQTTErrorCode.MQTT_ERR_SUCCESS
        except Exception:  # paho meets bytes from outside; whatever it stumbles over ends this connection only
            log.exception("paho-mqtt failed on what the broker sent")
            self._hang_up(Ended(End.LOST, "it sent something that makes no sense"))
            return False

    def _publish_status(self, payload: bytes) -> None:
        """Publish on our own status topic, retained."""
        self._client.publish(self._status, payload, qos=1, retain=True)

    # What paho tells; called in the event loop, and must not call paho

    def _on_connect(
        self,
        _client: paho.Client,
        _data: object,
        _flags: paho.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._end(ended_by(reason))
        elif not self._opened.done():
            self._opened.set_result(True)

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: object,
        flags: paho.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not self._opened.done():
            self._end(Ended(End.UNANSWERED, "it ends the connection instead of answering"))
        elif flags.is_disconnect_packet_from_server:
            self._end(ended_by(reason))
        elif reason.getName() == "Keep alive timeout":
            self._end(Ended(End.LOST, "it does not answer any more"))
        else:
            self._end(Ended(End.LOST, "the connection broke"))

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self._receive(topic, bytes(message.payload), message.retain)

    def _on_publish(
        self, _client: paho.Client, _data: object, mid: int, reason: ReasonCode, _properties: Properties
    ) -> None:
        self._unacknowledged.pop(mid, None)
        if reason.is_failure:
            log.warning("the broker did not take a message: %s", reason.getName())

    def _on_subscribe(
        self,
        _client: paho.Client,
        _data: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        refused = sum(reason.is_failure for reason in reasons)
        if refused:
            log.warning("the broker refused %d of %d subscriptions: see its access list", refused, len(reasons))


def _batches(filters: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(filters)
    for start in range(0, len(ordered), FILTERS_PER_PACKET):
        yield ordered[start : start + FILTERS_PER_PACKET]
