"""The process that speaks with one server, through the official SDK; run as ``python -m daemon.mcp.helper``.

It is apart since the SDK takes a second and 70 MiB to import, and since what a bad server does to it (a line without
end, a flood, a connection that tears down its caller) is then done to a process that can be killed. One JSON object a
line: the first on standard input says which server, each further one asks; each is answered by one line. It ends with
its input, or once nobody has asked for a while, and takes along whatever it started.
"""

import asyncio
import json
import os
import resource
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

from daemon.mcp.model import fingerprint

if TYPE_CHECKING:
    from mcp import Client
    from mcp.client._transport import TransportStreams
    from mcp_types import CallToolResult, Tool

MOST_TOOLS = 100
MOST_PAGES = 10
LONGEST_SCHEMA = 20_000
"""Characters of a tool's description and schema as JSON; one with more is passed over."""
LONGEST_RESULT = 16_000
"""Characters of what a tool answers; the rest is cut off."""
MOST_MEMORY = 512 << 20
"""Bytes that this process may hold, not what it starts: it has 70 MiB of its own."""


class UnfitError(Exception):
    """What was asked cannot be done; the code says why."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.code = code


def main() -> None:
    """Serve standard input until it ends, then end everything that was started for it."""
    with suppress(OSError):  # the service may not
        os.nice(5)
    try:
        asyncio.run(_serve())
    finally:
        # The group is this process's own, see `daemon.mcp.peer`: nothing outlives it, however it was begun.
        os.killpg(0, signal.SIGKILL)


async def _serve() -> None:
    asked = await _input()
    server = cast("Mapping[str, object]", json.loads(await asked.readline()))
    try:
        from mcp import Client
    except ImportError:
        _answer({"error": "no-sdk"})
        return
    seconds = float(str(server["call_s"]))
    try:
        async with Client(_bounded(server), cache=None, read_timeout_seconds=seconds) as client:
            await _talk(client, asked, float(str(server["idle_s"])))
    except Exception as error:  # noqa: BLE001 - foreign code: whatever a server makes of the SDK ends in one line
        _answer({"error": "unreachable", "message": _told(error)})


async def _talk(client: "Client", asked: asyncio.StreamReader, idle_s: float) -> None:
    """Answer until nobody asks any more, or the server is of no use."""
    try:
        _answer({"tools": [described(tool) for tool in await _tools(client)]})
        while line := await _next(asked, idle_s):
            _answer(await _done(client, cast("Mapping[str, object]", json.loads(line))))
    except Exception as error:  # noqa: BLE001 - as above; at once, since a bad server is slow to take leave of
        _answer({"error": "unreachable", "message": _told(error)})


async def _input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _next(asked: asyncio.StreamReader, idle_s: float) -> bytes:
    try:
        async with asyncio.timeout(idle_s):
            return await asked.readline()
    except TimeoutError:
        return b""


@asynccontextmanager
async def _bounded(server: Mapping[str, object]) -> "AsyncGenerator[TransportStreams]":
    """Open the wire to a server; from then on this process may hold so much memory and no more."""
    url = server.get("url")
    if isinstance(url, str):
        import httpx2
        from mcp.client.streamable_http import streamable_http_client

        headers = cast("dict[str, str]", server["headers"])
        timeout = float(str(server["call_s"]))
        async with (
            httpx2.AsyncClient(headers=headers, timeout=timeout, trust_env=False, follow_redirects=False) as client,
            streamable_http_client(url, http_client=client) as streams,
        ):
            _limit()
            yield streams
        return
    from daemon.mcp.pipe import piped

    environment = {**os.environ, **cast("dict[str, str]", server["environment"])}
    async with piped(cast("list[str]", server["command"]), environment) as streams:
        _limit()
        yield streams


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


async def _tools(client: "Client") -> "list[Tool]":
    found: list[Tool] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = await client.list_tools(cursor=cursor, cache_mode="bypass")
        found += page.tools
        cursor = page.next_cursor
        if cursor is None or len(found) >= MOST_TOOLS:
            break
    return [tool for tool in found[:MOST_TOOLS] if len(tool.model_dump_json()) <= LONGEST_SCHEMA]


def described(tool: "Tool") -> Mapping[str, object]:
    """Return a tool as the daemon is told of it. All is in the fingerprint but what nobody here reads."""
    whole = tool.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"icons", "meta"})
    hints = tool.annotations
    reads, destroys = (hints.read_only_hint, hints.destructive_hint) if hints is not None else (None, None)
    return {
        "name": tool.name,
        "description": tool.description or "",
        "schema": tool.input_schema,
        "fingerprint": fingerprint(whole),
        "writes": reads is False or (reads is None and destroys is True),
    }


async def _done(client: "Client", request: Mapping[str, object]) -> Mapping[str, object]:
    try:
        tools = await _tools(client)
        if request["do"] == "tools":
            return {"tools": [described(tool) for tool in tools]}
        return _result(await _called(client, tools, request))
    except UnfitError as error:
        return {"error": error.code, "message": str(error)}


async def _called(client: "Client", tools: "list[Tool]", request: Mapping[str, object]) -> "CallToolResult":
    """Call a tool if it still is the one that was approved: what a server shows may change between two calls."""
    now = next((described(tool) for tool in tools if tool.name == request["tool"]), None)
    if now is None:
        raise UnfitError("gone")
    if now["fingerprint"] != request["fingerprint"]:
        raise UnfitError("changed")
    return await client.call_tool(str(request["tool"]), cast("dict[str, object]", request["arguments"]))


def _result(result: "CallToolResult") -> Mapping[str, object]:
    texts = [block.text for block in result.content if block.type == "text"]
    return {"text": "\n".join(texts)[:LONGEST_RESULT], "failed": bool(result.is_error)}


def _told(error: BaseException) -> str:
    """Return in few words what went wrong, of a group the first."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return f"{type(error).__name__}: {error}"[:200]


def _answer(value: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
