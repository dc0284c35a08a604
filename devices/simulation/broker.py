"""The embedded broker: amqtt behind a server of ours, for a house on a machine that has no Mosquitto.

What amqtt 0.12.1 does otherwise than Mosquitto, as read in its source and tried: it speaks MQTT 3.1.1 only; it sends
at the subscriber's QoS even what was published with a lower one; a new client is sent retained messages that *others*
subscribed to; ``a/#`` does not match ``a``. Import and start take 0.2 s and about 15 MB.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator

CLOSE_S = 1.0
"""For connections to end before amqtt is shut down under them."""
_LISTENER = "default"
_CONFIG: dict[str, object] = {
    "listeners": {_LISTENER: {"type": "external", "bind": "127.0.0.1"}},
    "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
}


@contextlib.asynccontextmanager
async def broker(port: int) -> AsyncGenerator[int]:
    """Serve MQTT on 127.0.0.1 without a password and yield the port; 0 takes a free one."""
    from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter
    from amqtt.broker import Broker

    # amqtt logs each connection and each oddity of a client; what matters is seen at the clients.
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    served = Broker(_CONFIG)

    connections: set[asyncio.StreamWriter] = set()
    all_gone = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        try:
            await served.external_connected(StreamReaderAdapter(reader), StreamWriterAdapter(writer), _LISTENER)
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
