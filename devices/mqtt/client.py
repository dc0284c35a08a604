"""A paho client made ready for one attempt to connect, and the attempt itself."""

import ssl
from collections.abc import Callable

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from devices.mqtt.settings import MqttSettings

MOST_UNACKNOWLEDGED = 10_000
"""Messages given to paho and not acknowledged: more than one for each entity of the largest house."""

_properties: Callable[[int], Properties] = Properties
"""paho's constructor has no types."""


def new_client(settings: MqttSettings, version: MQTTProtocolVersion, *, will_topic: str) -> paho.Client:
    """Return a client whose last will is ``offline``, retained, on ``will_topic``, and which never reconnects."""
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=None if version is MQTTProtocolVersion.MQTTv5 else True,
        protocol=version,
        reconnect_on_failure=False,
    )
    client.max_queued_messages_set(MOST_UNACKNOWLEDGED)
    client.connect_timeout = settings.connect_timeout_s
    if settings.username is not None:
        client.username_pw_set(settings.username, settings.password)
    client.will_set(will_topic, b"offline", qos=1, retain=True)
    return client


def expiry(version: MQTTProtocolVersion, seconds: int) -> Properties | None:
    """Return what makes a message expire; ``None`` where the version knows no such thing."""
    if version is not MQTTProtocolVersion.MQTTv5:
        return None
    properties = _properties(PacketTypes.PUBLISH)
    properties.MessageExpiryInterval = seconds
    return properties


def dial(client: paho.Client, settings: MqttSettings) -> None:
    """Look up the broker, connect, shake hands and send CONNECT; blocks.

    Raises:
        OSError: the broker cannot be reached, or not be trusted, or a certificate cannot be read.
        ValueError: the address makes no sense.
    """
    if settings.tls:
        context = ssl.create_default_context(cafile=settings.ca_file)
        context.sslsocket_class = _ClosedOnFailure
        if settings.cert_file:
            context.load_cert_chain(settings.cert_file, settings.key_file)
        client.tls_set_context(context)
    # paho gives up within twice its keepalive and one tick.
    keepalive_s = max(1, int(settings.keepalive_s * 0.9))
    if client.protocol is not MQTTProtocolVersion.MQTTv5:
        client.connect(settings.host, settings.port, keepalive_s)
        return
    properties = _properties(PacketTypes.CONNECT)
    # What is too long is counted when it comes; what is far too long should not even be sent to us.
    properties.MaximumPacketSize = 2 * settings.max_payload_bytes
    client.connect(settings.host, settings.port, keepalive_s, clean_start=True, properties=properties)


class _ClosedOnFailure(ssl.SSLSocket):
    """Closes itself when the other side cannot be trusted; paho-mqtt 2.2 leaves it open."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise
