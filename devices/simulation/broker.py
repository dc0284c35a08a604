"""The embedded broker: amqtt behind a server of ours, for a house on a machine that has no Mosquitto.

What amqtt 0.12.1 does otherwise than Mosquitto, as read in its source and tried: it speaks MQTT 3.1.1 only, and trips
over a CONNECT of MQTT 5 that has a last will instead of refusing it (we refuse for it); it sends at the subscriber's
QoS even what was published with a lower one; it delivers twice where two filters of one client match; a new client is
sent retained messages that *others* subscribed to; ``a/#`` does not match ``a``. Import and start take 0.2 s and 15 MB.
"""

# amqtt comes without type information, and its adapters are made for subclassing.
# mypy: disallow-subclassing-any=False
import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator

from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker

CLOSE_S = 1.0
"""For connections to end before amqtt is shut down under them."""
CONNECT_S = 5.0
"""A client that connects and says nothing is not kept."""
_LISTENER = "default"
_CONFIG: dict[str, object] = {
    "listeners": {_LISTENER: {"type": "external", "bind": "127.0.0.1"}},
    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
}
_UNACCEPTABLE = bytes((0x20, 0x02, 0x00, 0x01))
"""CONNACK of MQTT 3.1.1: unacceptable protocol version, section 3.2.2.3."""


class _Replayed(StreamReaderAdapter):
    """A stream of which the beginning was read already."""

    def __init__(self, beginning: bytes, reader: asyncio.StreamReader) -> None:
        super().__init__(reader)
        self._beginning = beginning

    async def read(self, n: int = -1) -> bytes:
        """Return ``n`` bytes, the beginning first; all that is left for -1."""
        taken = self._beginning if n == -1 else self._beginning[:n]
        self._beginning = self._beginning[len(taken) :]
        if len(taken) == n:
            return taken
        rest: bytes = await super().read(n if n == -1 else n - len(taken))
        return taken + rest


@contextlib.asynccontextmanager
async def broker(port: int) -> AsyncGenerator[int]:
    """Serve MQTT on 127.0.0.1 without a password and yield the port; 0 takes a free one."""
    # amqtt logs each connection and each oddity of a client; what matters is seen at the clients.
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    served = Broker(_CONFIG)
    connections: set[asyncio.StreamWriter] = set()
    all_gone = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        try:
            await _serve(served, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            return
        finally:
            writer.close()
            connections.discard(writer)
            if not connections:
                all_gone.set()

    await served.start()
    server = await asyncio.start_server(connected, "127.0.0.1", port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for writer in connections:
            writer.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S if connections else 0):
                await all_gone.wait()
        await served.shutdown()


async def _serve(served: Broker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async with asyncio.timeout(CONNECT_S):
        beginning = await _beginning(reader)
    if beginning[-1] > 4:
        writer.write(_UNACCEPTABLE)
        await writer.drain()
        return
    await served.external_connected(_Replayed(beginning, reader), StreamWriterAdapter(writer), _LISTENER)


async def _beginning(reader: asyncio.StreamReader) -> bytes:
    """Return a CONNECT up to its protocol version: type, length of 1 to 4 bytes, name of the protocol, version."""
    beginning = await reader.readexactly(2)
    while beginning[-1] & 0x80 and len(beginning) < 5:
        beginning += await reader.readexactly(1)
    name_length = await reader.readexactly(2)
    return beginning + name_length + await reader.readexactly(min(int.from_bytes(name_length), 6) + 1)
