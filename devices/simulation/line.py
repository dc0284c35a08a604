"""One simulated device's own connection to the broker, with a last will of its own, as real devices have it."""

import asyncio
import json
import logging
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from devices.simulation.part import Part

log = logging.getLogger("hearth." + __name__)

RECONNECT_S = 0.5
"""Between two attempts to come back. Real devices wait up to 10 s; after a broker's restart a demo should not."""
CONNECT_S = 3.0
"""paho connects blocking: a broker that does not answer must not stop the whole house for longer."""
KEEPALIVE_S = 30
"""Tasmota's default (``MqttKeepAlive``); ESPHome has 15, Shelly 60."""
ANNOUNCED = "simulation/announced"
"""Where a device says that it has said everything: the process counts these to know when it is ready."""

Payload = str | Mapping[str, object] | Sequence[object]


@dataclass(frozen=True, slots=True)
class Will:
    """The last will of a device: retained, QoS 1."""

    topic: str
    payload: str


class Voice(Protocol):
    """What a device may do with its connection."""

    def publish(self, topic: str, payload: Payload, *, retain: bool = False, qos: int = 0) -> None:
        """Send one message; a mapping or a list goes as compact JSON. Lost while the connection is away."""
        ...


class Gadget(Protocol):
    """A simulated device, or a gateway with many: it must know what to say when it wakes and how to answer."""

    @property
    def client_id(self) -> str:
        """Its MQTT client id, unique in the house."""
        ...

    @property
    def will(self) -> Will:
        """What the broker says when it is gone."""
        ...

    @property
    def filters(self) -> Sequence[str]:
        """The topics it listens to."""
        ...

    @property
    def parts(self) -> Mapping[str, Part]:
        """Its parts by the names people use."""
        ...

    def wake(self, voice: Voice) -> None:
        """Say everything that it says after each connect, and keep `voice` for later."""
        ...

    def hear(self, topic: str, payload: str) -> None:
        """Act on one message."""
        ...

    def remind(self) -> None:
        """Say again what it says from time to time."""
        ...


class Line:
    """Connects one gadget, and again when the connection is lost. Runs in the event loop, without threads."""

    def __init__(self, gadget: Gadget, host: str, port: int) -> None:
        self.gadget = gadget
        self._address = (host, port)
        self._loop = asyncio.get_running_loop()
        self._wanted = False
        self._retry: asyncio.TimerHandle | None = None
        self._client = self._built()

    def _built(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, client_id=self.gadget.client_id, protocol=MQTTProtocolVersion.MQTTv311
        )
        client.will_set(self.gadget.will.topic, self.gadget.will.payload, qos=1, retain=True)
        client.connect_timeout = CONNECT_S
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = self._on_socket_close
        client.on_socket_register_write = self._on_write_wanted
        client.on_socket_unregister_write = self._on_write_done
        return client

    def up(self) -> None:
        """Connect, now and whenever the connection is lost."""
        self._wanted = True
        self._connect()

    def drop(self) -> None:
        """Vanish without a word, as a device that lost its power: the broker speaks its last will."""
        self._wanted = False
        sock = self._client.socket()
        if isinstance(sock, socket.socket):
            sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Leave with the last will's words and a goodbye."""
        self._wanted = False
        if self._retry is not None:
            self._retry.cancel()
        if self._client.is_connected():
            self.publish(self.gadget.will.topic, self.gadget.will.payload, retain=True, qos=1)
            self._client.disconnect()

    def tick(self) -> None:
        """Keep the connection alive; to be called about once a second."""
        self._client.loop_misc()

    def publish(self, topic: str, payload: Payload, *, retain: bool = False, qos: int = 0) -> None:
        """Send one message, see `Voice`."""
        if self._client.is_connected():
            text = payload if isinstance(payload, str) else json.dumps(payload, separators=(",", ":"))
            self._client.publish(topic, text.encode(), qos=qos, retain=retain)

    def _connect(self) -> None:
        self._retry = None
        if not self._wanted:
            return
        try:
            self._client.connect(*self._address, keepalive=KEEPALIVE_S)
        except OSError as error:
            log.debug("%s cannot connect to %s:%s: %s", self.gadget.client_id, *self._address, error)
            self._try_again()

    def _try_again(self) -> None:
        if self._wanted and self._retry is None:
            self._retry = self._loop.call_later(RECONNECT_S, self._connect)

    def _on_connect(
        self, client: Client, data: object, flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        del data, flags, properties
        if code.is_failure:
            log.warning("%s was refused by the broker: %s", self.gadget.client_id, code)
            return
        client.subscribe([(topic, 0) for topic in (*self.gadget.filters,)])

    def _on_subscribe(self, client: Client, data: object, mid: int, codes: object, properties: object) -> None:
        del client, data, mid, codes, properties
        self.gadget.wake(self)
        self.publish(ANNOUNCED, self.gadget.client_id)

    def _on_disconnect(
        self, client: Client, data: object, flags: DisconnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        del client, data, flags, code, properties
        self._try_again()

    def _on_message(self, client: Client, data: object, message: MQTTMessage) -> None:
        del client, data
        try:
            self.gadget.hear(message.topic, message.payload.decode())
        except (ValueError, LookupError, TypeError) as error:
            # A device shrugs at what it does not understand; it must not take the house down.
            log.debug("%s shrugs at %s: %s", self.gadget.client_id, message.topic, error)

    def _on_socket_open(self, client: Client, data: object, sock: Any) -> None:
        del data
        self._loop.add_reader(sock, client.loop_read)

    def _on_socket_close(self, client: Client, data: object, sock: Any) -> None:
        del client, data
        self._loop.remove_reader(sock)

    def _on_write_wanted(self, client: Client, data: object, sock: Any) -> None:
        del data
        self._loop.add_writer(sock, client.loop_write)

    def _on_write_done(self, client: Client, data: object, sock: Any) -> None:
        del client, data
        self._loop.remove_writer(sock)
