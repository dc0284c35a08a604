"""One server, as the daemon has it: a helper process, started when asked, with deadlines, killed when in doubt."""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from daemon.mcp.model import McpError, Tool, ToolError
from skills.language import say

log = logging.getLogger("hearth." + __name__)

START_S = 15.0
"""To the first list of its tools: Python and the SDK take two seconds on a busy machine, a server four more."""
LONGEST_LINE = 4 << 20
"""Bytes of the helper's answer: a hundred tools with the longest schemas."""


@dataclass(frozen=True, slots=True)
class Wire:
    """How a server is reached: by a program that is started, or at an address."""

    command: tuple[str, ...] = ()
    url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    call_s: float = 8.0
    idle_s: float = 120.0


class Peer:
    """Asks one thing after the other. Whatever goes wrong or is cancelled half way ends the helper and its server."""

    def __init__(self, name: str, wire: Wire) -> None:
        """Take what the server is called, and how it is reached; nothing is started yet."""
        self.name, self._wire = name, wire
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._tools: Sequence[Tool] = ()

    @property
    def pid(self) -> int | None:
        """The helper's process; ``None`` while it does not run."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def tools(self) -> Sequence[Tool]:
        """Return what tools it has now.

        Raises:
            McpError: it cannot be reached, is too slow or broke.
        """
        async with self._turn:
            if await self._begun():
                return self._tools
            self._tools = _tools(await self._asked({"do": "tools"}))
            return self._tools

    async def call(self, tool: str, fingerprint: str, arguments: Mapping[str, object]) -> str:
        """Return what a tool answers, if it still is the one of this fingerprint.

        Raises:
            ToolError: it answered that it cannot do this.
            McpError: it cannot be reached, is too slow or broke, or the tool is not what it was.
        """
        async with self._turn:
            await self._begun()
            asked = {"do": "call", "tool": tool, "fingerprint": fingerprint, "arguments": dict(arguments)}
            answer = await self._asked(asked)
        text = answer.get("text")
        if not isinstance(text, str) or answer.get("failed") is True:
            raise ToolError(say("{server} cannot answer that", server=self.name))
        return text

    async def close(self) -> None:
        """End the helper and its server, if they run."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        # Its own group, and not reaped yet: the number cannot be anybody else's.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _begun(self) -> bool:
        """Have the helper run; return whether it was started just now, and so has just told its tools."""
        process = self._process
        # It ends by itself after a while: then its output has ended, though it may not be known yet that it has.
        if process is not None and process.returncode is None and not _ended(process):
            return False
        await self.close()
        self._process = await _start()
        wire = self._wire
        server: Mapping[str, object] = {
            "command": wire.command,
            "url": wire.url,
            "environment": dict(wire.environment),
            "headers": dict(wire.headers),
            "call_s": wire.call_s,
            "idle_s": wire.idle_s,
        }
        self._tools = _tools(await self._asked(server, within_s=START_S))
        return True

    async def _asked(self, request: Mapping[str, object], *, within_s: float | None = None) -> Mapping[str, object]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        sound = False
        try:
            async with asyncio.timeout(within_s or self._wire.call_s):
                process.stdin.write(json.dumps(request).encode() + b"\n")
                await process.stdin.drain()
                answer = _object(await process.stdout.readline())
            sound = "error" not in answer or answer["error"] in ("changed", "gone")
        except TimeoutError as error:
            raise McpError(say("{server} does not answer", server=self.name)) from error
        except (OSError, ValueError) as error:
            raise McpError(say("{server} broke off", server=self.name)) from error
        finally:
            if not sound:
                await asyncio.shield(self.close())
        if "error" in answer:
            raise self._failure(str(answer["error"]), str(answer.get("message", "")))
        return answer

    def _failure(self, code: str, message: str) -> McpError:
        match code:
            case "no-sdk":
                return McpError(say("what speaks with tools of others is not installed"))
            case "changed":
                return McpError(say("a tool of {server} has changed, and has to be approved again", server=self.name))
            case "gone":
                return McpError(say("{server} no longer has that tool", server=self.name))
            case _:
                log.info("mcp server %s cannot be used: %r", self.name, message)
                return McpError(say("{server} cannot be reached", server=self.name))


async def _start() -> asyncio.subprocess.Process:
    # No more than a program needs to be found and run, since the server gets it too: no credentials, no HEARTH_….
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ")}
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "daemon.mcp.helper"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=kept,
            limit=LONGEST_LINE,
            start_new_session=True,
        )
    except OSError as error:
        raise McpError(f"a process for it cannot be started: {error}") from error


def _ended(process: asyncio.subprocess.Process) -> bool:
    return process.stdout is None or process.stdout.at_eof()


def _object(line: bytes) -> Mapping[str, object]:
    """Return an answer.

    Raises:
        ValueError: it is none, or nothing came any more.
    """
    answer: object = json.loads(line)
    if not isinstance(answer, dict):
        raise ValueError("no JSON object")
    return cast("Mapping[str, object]", answer)


def _tools(answer: Mapping[str, object]) -> Sequence[Tool]:
    given = cast("list[Mapping[str, object]]", answer["tools"])
    return [
        Tool(
            str(one["name"]),
            str(one["description"]),
            cast("Mapping[str, object]", one["schema"]),
            str(one["fingerprint"]),
            one["writes"] is True,
        )
        for one in given
    ]
