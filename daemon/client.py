"""The command line's side of the control socket. Standard library only: a command must start fast."""

import json
import os
import socket
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

SOCKET = "hearth.sock"
ANSWER_S = 10.0
"""What only looks something up is there in milliseconds: reaching this means that the daemon hangs."""
PATIENCE_S: Mapping[str, float] = {
    "ask": 60.0,
    "listen": 120.0,
    "undo": 180.0,
    "journal.verify": 600.0,
    "mcp": 300.0,
    "mcp.approve": 60.0,
    "mcp.call": 60.0,
}
"""What may take longer: each is more than the deadline inside the daemon."""
RETRY_S = 1.0
"""How long a daemon that has no place for another client is tried again."""


class ClientError(Exception):
    """The daemon said no, or could not be asked. ``code`` is for programs, ``remedy`` for people."""

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        """Take the three parts as they are shown."""
        super().__init__(message)
        self.code, self.remedy = code, remedy


class UnreachableError(ClientError):
    """No daemon listens in the state directory. Exit code 69."""

    def __init__(self, state: Path, why: str) -> None:
        """Name the directory that was looked in."""
        super().__init__("daemon-unreachable", f"no Hearth answers in {str(state)!r} ({why})", "start it: hearth run")


def ask(state: Path, op: str, *, timeout_s: float | None = None, **fields: object) -> object:
    """Return the result of one operation.

    Raises:
        UnreachableError: there is no daemon.
        ClientError: it refused, or did not answer within ``timeout_s`` (default: what such an operation may take).
    """
    return request(state, {"op": op, **fields}, timeout_s=timeout_s)


def request(state: Path, fields: Mapping[str, object], *, timeout_s: float | None = None) -> object:
    """Return the result of a request that is already put together; errors as for `ask`."""
    patience_s = PATIENCE_S.get(str(fields.get("op")), ANSWER_S) if timeout_s is None else timeout_s
    give_up_s = time.monotonic() + RETRY_S
    while True:
        try:
            with _connected(state, patience_s) as lines:
                return lines.request(fields)
        except ClientError as error:
            _wait_for_place(error, give_up_s)


def ask_aloud(
    state: Path, tell: Callable[[str], None], *, timeout_s: float | None = None, **fields: object
) -> tuple[Mapping[str, object], str]:
    """Say something; return the answer as ``ask`` has it, and what of its reply is still to be told.

    ``tell`` is given each sentence of it that can be told before the answer is there. Leaving by an exception, as by
    Ctrl-C, ends the turn over there too.

    Raises:
        UnreachableError: there is no daemon, or it ended in the middle.
        ClientError: it refused, or said nothing for ``timeout_s`` (default: what an answer may take).
    """
    patience_s = PATIENCE_S["ask"] if timeout_s is None else timeout_s
    give_up_s, told = time.monotonic() + RETRY_S, False
    while True:
        try:
            with closing(_followed(state, "ask.aloud", patience_s, fields)) as events:
                for event in events:
                    told, parts = True, cast("Mapping[str, object]", event)
                    if "answer" in parts:
                        return cast("Mapping[str, object]", parts["answer"]), str(parts["rest"])
                    tell(str(parts["say"]))
            raise UnreachableError(state, "it closed the connection")
        except ClientError as error:
            if told:
                raise
            _wait_for_place(error, give_up_s)


def _wait_for_place(error: ClientError, give_up_s: float) -> None:
    """Wait a moment where there was no place for us; raise what went wrong otherwise, or after too long."""
    if not _crowded(error):
        raise error
    if time.monotonic() > give_up_s:
        raise ClientError("busy", "too many clients ask at once", "close some and try again") from error
    time.sleep(0.02)


def _crowded(error: ClientError) -> bool:
    """Return whether there was no place for us, and nothing of what we asked was done."""
    return error.code == "busy" or isinstance(error.__cause__, BlockingIOError | BrokenPipeError)


def follow(state: Path, op: str, **fields: object) -> Generator[object]:
    """Yield the events of a stream until the daemon ends it.

    Raises:
        UnreachableError: there is no daemon.
        ClientError: it refused.
    """
    return _followed(state, op, None, fields)


def _followed(state: Path, op: str, timeout_s: float | None, fields: Mapping[str, object]) -> Generator[object]:
    with _connected(state, timeout_s) as lines:
        lines.send({"op": op, **fields})
        while (answer := lines.receive()) is not None:
            yield answer["event"]


def listens(state: Path) -> bool:
    """Return whether a daemon takes connections in a state directory."""
    try:
        with _connected(state, ANSWER_S):
            return True
    except ClientError:
        return False


class _Lines:
    def __init__(self, connection: socket.socket, state: Path) -> None:
        self._file = connection.makefile("rwb")
        self._state = state

    def send(self, request: Mapping[str, object]) -> None:
        self._file.write(json.dumps(request).encode() + b"\n")
        self._file.flush()

    def receive(self) -> Mapping[str, object] | None:
        line = self._file.readline()
        if not line:
            return None
        answer = cast("dict[str, object]", json.loads(line))
        error = answer.get("error")
        if isinstance(error, dict):
            parts = cast("dict[str, str]", error)
            raise ClientError(parts["code"], parts["message"], parts["remedy"])
        return answer

    def request(self, request: Mapping[str, object]) -> object:
        self.send(request)
        answer = self.receive()
        if answer is None:
            raise UnreachableError(self._state, "it closed the connection")
        return answer["result"]


@contextmanager
def _connected(state: Path, timeout_s: float | None) -> Generator[_Lines]:
    try:
        descriptor = os.open(state, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UnreachableError(state, error.strerror or str(error)) from error
    try:
        with closing(socket.socket(socket.AF_UNIX)) as connection:
            connection.settimeout(timeout_s)
            # Below an opened directory any path fits: a Unix address has only 107 bytes (unix(7)).
            connection.connect(f"/proc/self/fd/{descriptor}/{SOCKET}")
            yield _Lines(connection, state)
    except TimeoutError as error:
        raise ClientError("timeout", f"no answer within {timeout_s:g} seconds", "see: hearth doctor") from error
    except OSError as error:
        raise UnreachableError(state, error.strerror or str(error)) from error
    finally:
        os.close(descriptor)
