"""What stands at an address: asked with ``describe``, which commits nobody to anything and tells nothing of us."""

import asyncio
from contextlib import aclosing, suppress

from voice.wyoming.wire import Event, WireError, as_table, events, send

ASK_S = 3.0
_KINDS = ("satellite", "asr", "tts", "wake", "handle", "intent", "mic", "snd")


async def offered(host: str, port: int) -> tuple[str, ...]:
    """Return what is offered there, such as ``("satellite",)`` or ``("asr", "tts")``; empty if nothing answers."""
    with suppress(OSError, WireError):
        async with asyncio.timeout(ASK_S):
            return await _asked(host, port)
    return ()


async def _asked(host: str, port: int) -> tuple[str, ...]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        await send(writer, Event("describe"))
        async with aclosing(events(reader)) as messages:
            async for event in messages:
                if event.type == "info":
                    told = as_table(event.data)
                    return tuple(kind for kind in _KINDS if told.get(kind))
    finally:
        writer.close()
    return ()
