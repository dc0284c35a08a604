"""A server that speaks as Ollama does (0.33, api.md), and goes wrong as it does, or what stands before it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

ANSWER = '{"kind": "no", "steps": [], "say": ""}'


@dataclass
class Server:
    """The server as a test sees it."""

    url: str = ""
    asked: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    headers: list[str] = field(default_factory=list[str])
    dropped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a client went away in the middle of an answer."""


def line(content: str, *, done: bool = False, **more: object) -> bytes:
    """Return one line of a stream."""
    told: dict[str, object] = {"model": "tiny", "created_at": "2026-11-22T12:00:00Z", "done": done}
    return json.dumps({**told, "message": {"role": "assistant", "content": content}, **more}).encode() + b"\n"


LAST = line("", done=True, done_reason="stop", prompt_eval_count=100, eval_count=9)
HALF = len(ANSWER) // 2
ANSWERS: Mapping[str, tuple[int, bytes]] = {
    "sound": (200, line(ANSWER[:HALF]) + line(ANSWER[HALF:]) + LAST),
    "missing": (404, b'{"error":"model \'tiny\' not found"}'),
    "busy": (503, b'{"error":"server busy, please try again.  maximum pending requests exceeded"}'),
    "unable": (400, b'{"error":"\\"tiny\\" does not support thinking"}'),
    "too-long": (400, b'{"error":"the prompt is longer than the context length"}'),
    "engine": (400, b'{"error":{"code":400,"message":"failed to parse grammar","type":"invalid_request_error"}}'),
    "broken": (500, b'{"error":"model runner has unexpectedly stopped"}'),
    "proxy": (502, b"<html><body>Bad Gateway</body></html>"),
    "garbage": (200, b"\x00\xff this is no JSON\n"),
    "foreign": (200, b'{"hello": "world"}\n'),
    "empty": (200, b""),
    "half": (200, line(ANSWER[:HALF])),
    "mid-error": (200, line(ANSWER[:HALF]) + b'{"error":"an error was encountered while running the model"}\n'),
    "cut-short": (200, line(ANSWER[:HALF]) + line("", done=True, done_reason="length", prompt_eval_count=100)),
    "truncated": (200, line(ANSWER) + line("", done=True, done_reason="stop", prompt_eval_count=8_190)),
    "loop": (200, line("again " * 5_000) + LAST),
}


def messages_of(asked: Mapping[str, object]) -> Sequence[str]:
    """Return what was asked, message by message, that of the system first; empty where a model was to be loaded."""
    return [one["content"] for one in cast("list[Mapping[str, str]]", asked["messages"])]


def system_of(asked: Mapping[str, object]) -> str:
    """Return the system's part of what was asked; empty where only the model was to be loaded."""
    return next(iter(messages_of(asked)), "")


@asynccontextmanager
async def ollama(
    mode: str = "sound", answer: Callable[[str], str] | None = None, *, deadline_s: float = 60.0
) -> AsyncGenerator[Server]:
    """Serve on a free port; ``hang`` never answers, ``stall`` stops in the middle.

    ``answer`` makes the answer from what the system's part of the prompt says.
    """
    server = Server()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        group.create_task(serve(reader, writer))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            server.headers.append(head)
            length = next(
                int(row.split(":")[1]) for row in head.splitlines() if row.lower().startswith("content-length")
            )
            server.asked.append(json.loads(await reader.readexactly(length)))
            status, body = ANSWERS.get(mode, (200, line(ANSWER[:HALF])))
            if answer is not None:
                body = line(answer(system_of(server.asked[-1]))) + LAST
            if not server.asked[-1]["stream"] and mode == "sound":
                body = LAST
            if mode != "hang":
                writer.write(
                    f"HTTP/1.1 {status} X\r\ncontent-type: application/x-ndjson\r\nconnection: close\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
            if mode in ("hang", "stall"):
                await reader.read()
                server.dropped.set()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with asyncio.timeout(deadline_s), asyncio.TaskGroup() as group:
        listening = await asyncio.start_server(connected, "127.0.0.1", 0)
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield server
        finally:
            listening.close()
