"""The wire to a server that is started here: a line is a message, and one that is too long is the last.

The SDK's own reader (mcp 2.3) has no longest line, copies all it holds for each piece that comes (300 MB without a line
break: 15 s of processor) and ends at bytes that are no UTF-8. It also starts servers in a session of their own, where
they outlive whoever is killed.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

import anyio
import mcp_types
from anyio.abc import ObjectReceiveStream, ObjectSendStream
from mcp.client._transport import TransportStreams
from mcp.shared.message import SessionMessage

LONGEST_LINE = 1 << 20
"""Bytes of a message; what is longer ends the connection."""
LEAVE_S = 1.0
"""How long a server may take to end once its input does."""


@asynccontextmanager
async def piped(command: Sequence[str], environment: Mapping[str, str]) -> AsyncGenerator[TransportStreams]:
    """Start a server in this process group, and yield what is read from it and written to it.

    Raises:
        OSError: it cannot be started.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(environment),
        limit=LONGEST_LINE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    arrived, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    written, leaving = anyio.create_memory_object_stream[SessionMessage](0)
    async with anyio.create_task_group() as group:
        group.start_soon(_receive, process.stdout, arrived)
        group.start_soon(_send, leaving, process.stdin)
        try:
            yield read, written
        finally:
            with anyio.CancelScope(shield=True):
                process.stdin.close()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LEAVE_S):
                        await process.wait()
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            group.cancel_scope.cancel()


async def _receive(source: asyncio.StreamReader, into: ObjectSendStream[SessionMessage | Exception]) -> None:
    """Hand over message by message; what is none, a stray print, is passed over."""
    async with into:
        with suppress(ValueError, anyio.BrokenResourceError):  # ValueError: a line that is too long
            while line := await source.readline():
                try:
                    message = mcp_types.jsonrpc_message_adapter.validate_json(
                        line.decode(errors="replace"), by_name=False
                    )
                except ValueError:
                    continue
                await into.send(SessionMessage(message))


async def _send(source: ObjectReceiveStream[SessionMessage], into: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        async with source:
            async for one in source:
                text = one.message.model_dump_json(by_alias=True, exclude_unset=True)
                into.write(text.encode(errors="replace") + b"\n")
                await into.drain()
