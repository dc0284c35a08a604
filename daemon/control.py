"""The Unix socket by which the command line drives the daemon: one JSON object a line, both ways.

A request is ``{"op": NAME, …}``; the answer is ``{"result": …}`` or ``{"error": {"code", "message", "remedy"}}``; a
stream answers with ``{"event": …}`` lines until either side closes; an error is its last. Only the user who runs the
daemon can open it.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import cast

from daemon.errors import DaemonError

log = logging.getLogger("hearth." + __name__)

SOCKET = "hearth.sock"
LONGEST_LINE = 16 << 20
"""Bytes of one request: a sound file comes in one."""
MOST_CLIENTS = 256
BACKLOG = 512
"""Clients that wait to be taken in; the kernel tells further ones to try again."""
CROWDED_IDLE_S = 60.0
"""When all places are taken, a client that has said nothing for so long makes room."""
DRAIN_S = 2.0
"""How long the rest of an overlong request is read, so that its sender gets to read why it was refused."""
IDLE_S = 3600.0
"""A client that says nothing for so long is let go; a chat may be left open over lunch."""

Request = Mapping[str, object]
Operation = Callable[[Request], Awaitable[object]]
Stream = Callable[[Request], AsyncGenerator[object]]


class ControlError(Exception):
    """A request that cannot be answered: ``code`` for programs, the message and ``remedy`` for people."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        """Take the three parts as they are shown."""
        super().__init__(message)
        self.code, self.remedy = code, remedy


class SocketError(DaemonError):
    """The socket cannot be made in the state directory. Exit code 78."""

    code = "socket-unusable"


class Control:
    """Serves operations and streams on the socket in the state directory."""

    def __init__(self, state: Path, operations: Mapping[str, Operation], streams: Mapping[str, Stream]) -> None:
        """Take the tables of what can be asked for."""
        self._state = state
        self._operations = operations
        self._streams = streams
        self._clients = 0
        self._idle: dict[asyncio.StreamWriter, float] = {}
        """Clients that say nothing, and since when: the longest first."""
        self.listening = asyncio.Event()
        """Set once clients can connect."""

    async def run(self) -> None:
        """Serve until cancelled; the socket is there once this has started and gone when it ends.

        Raises:
            SocketError: it cannot be made.
        """
        with contextlib.closing(_Directory(self._state)) as directory:
            try:
                directory.unlink()
                server = await asyncio.start_unix_server(
                    self._serve, directory.address, limit=LONGEST_LINE, backlog=BACKLOG
                )
                (self._state / SOCKET).chmod(0o600)
            except OSError as error:
                path = str(self._state / SOCKET)
                raise SocketError(f"cannot listen on {path!r} ({error.strerror}); move away what is there") from error
            self.listening.set()
            try:
                await server.serve_forever()
            finally:
                directory.unlink()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients += 1
        try:
            if self._clients > MOST_CLIENTS and not self._made_room():
                await _send(writer, _failure(ControlError("busy", "too many clients", "close some and try again")))
                return
            while await self._turn(reader, writer):
                pass
        except (ConnectionError, TimeoutError):
            log.debug("a client of the control socket went away")
        finally:
            self._clients -= 1
            writer.close()

    def _made_room(self) -> bool:
        """Let the client go that has said nothing for the longest, if that is long."""
        writer = next(iter(self._idle), None)
        if writer is None or asyncio.get_running_loop().time() - self._idle[writer] < CROWDED_IDLE_S:
            return False
        del self._idle[writer]
        writer.close()
        return True

    async def _turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one line; false when the client is done or cannot be understood."""
        try:
            self._idle[writer] = asyncio.get_running_loop().time()
            async with asyncio.timeout(IDLE_S):
                line = await reader.readline()
        except ValueError:
            await _send(writer, _failure(ControlError("too-long", f"a request may have {LONGEST_LINE} bytes")))
            await _drain(reader)
            return False
        finally:
            self._idle.pop(writer, None)
        if not line.endswith(b"\n"):
            return False
        try:
            request = _parsed(line)
            stream = self._streams.get(str(request.get("op")))
            if stream is not None:
                await self._pour(stream(request), line, reader, writer)
                return False
            await _send(writer, {"result": await self._operation(request)(request)})
        except ConnectionError:
            raise
        # The border to clients: what breaks here must be told, and must not end the server.
        except Exception as error:  # noqa: BLE001 - `_told` logs it
            await _send(writer, _told(error, line))
        return True

    def _operation(self, request: Request) -> Operation:
        name = str(request.get("op"))
        operation = self._operations.get(name)
        if operation is None:
            raise ControlError("unknown-operation", f"the daemon knows no {name!r}", "is it the same version?")
        return operation

    async def _pour(
        self, events: AsyncGenerator[object], line: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Send events until they end or fail, or the client closes its side; what makes them is ended with that."""
        async with asyncio.TaskGroup() as group:

            async def pump() -> None:
                try:
                    async with contextlib.aclosing(events):
                        async for event in events:
                            await _send(writer, {"event": event})
                except ConnectionError:
                    log.debug("a client of the control socket went away")
                except Exception as error:  # noqa: BLE001 - as in `_turn`
                    with contextlib.suppress(ConnectionError):
                        await _send(writer, _told(error, line))
                reader.feed_eof()

            pumping = group.create_task(pump())
            with contextlib.suppress(ConnectionError):
                await reader.read()
            pumping.cancel()


class _Directory:
    """The state directory, opened: an address below it fits any path (a Unix address has 107 bytes, unix(7))."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self.address = f"/proc/self/fd/{self._descriptor}/{SOCKET}"

    def unlink(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(SOCKET, dir_fd=self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


def _parsed(line: bytes) -> Request:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ControlError("bad-request", f"not a JSON object on one line: {error}") from error
    if not isinstance(request, dict):
        raise ControlError("bad-request", "a request is a JSON object with 'op'")
    if b"\\u" in line:
        # JSON can hold half of a character, which nothing can write down or say.
        text = json.dumps(request, ensure_ascii=False)
        request = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return cast("Request", request)


def _asked(line: bytes) -> str:
    """Return which operation a line asks for, as far as it can be told."""
    try:
        return str(_parsed(line).get("op"))[:100]
    except ControlError:
        return "what is no request"


def _told(error: Exception, line: bytes) -> Mapping[str, object]:
    """Return what the client that sent a line reads of what went wrong; a bug stands in the log."""
    match error:
        case ControlError():
            return _failure(error)
        case DaemonError():
            return _failure(ControlError(error.code, str(error)))
        case ExceptionGroup(exceptions=[Exception() as only]):
            return _told(only, line)
        case _:
            # Not the line: it may hold what somebody said.
            log.error("the control socket could not answer %r", _asked(line), exc_info=error)
            return _failure(ControlError("internal", f"{type(error).__name__}: {error}", "see the log"))


def _failure(error: ControlError) -> Mapping[str, object]:
    return {"error": {"code": error.code, "message": str(error), "remedy": error.remedy}}


async def _drain(reader: asyncio.StreamReader) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            while await reader.read(LONGEST_LINE):
                pass


async def _send(writer: asyncio.StreamWriter, answer: Mapping[str, object]) -> None:
    writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
    await writer.drain()
