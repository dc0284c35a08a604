"""What every request passes first: whom it means, how long it is, and what a browser may do with the answer."""

import ipaddress
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from daemon.dashboard.failure import Failure

log = logging.getLogger("hearth." + __name__)

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
"""The ASGI 3.0 interface, whose messages are dictionaries of anything."""

LONGEST_BODY = 64 * 1024
"""Bytes of a request's body: a sentence is short."""
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # The address of the page that a button opens holds its token.
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
"""What goes with every answer; nothing of another site may read, frame or script it."""


class _TooLongError(Exception):
    """More came than a body may have."""


class Guard:
    """An ASGI application around another: lets in what is for this house and of a sane length, and counts."""

    def __init__(self, app: App, hosts: Iterable[str], answered: Counter[str]) -> None:
        """Take the names under which the house is asked for, and what counts the answers by status.

        An address in numbers is always let in: a name can be rebound to ours, an address cannot (DNS rebinding).
        """
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
        if scope["type"] != "http":
            await self._connect(scope, receive, send, headers)
            return
        answer = _Answer(send, self._answered)
        failure = self._objection(headers)
        if failure is None:
            failure = await self._pass_on(scope, receive, answer)
        if failure is not None:
            await answer.fail(failure)

    async def _connect(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        """Let in a WebSocket, from pages of this house only: browsers let any page open one to anywhere."""
        host, origin = (headers.get(name, b"").decode("latin-1").lower() for name in (b"host", b"origin"))
        if not self._is_ours(host) or (origin and origin.partition("://")[2] != host):
            self._answered["403"] += 1
            await send({"type": "websocket.close", "code": 1008})
            return
        self._answered["101"] += 1
        try:
            await self._app(scope, receive, send)
        except Exception:  # as below
            log.exception("could not go on with %r", scope["path"][:200])

    def _objection(self, headers: dict[bytes, bytes]) -> Failure | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._is_ours(host):
            remedy = "add it to dashboard.hosts"
            return Failure(421, "unknown-host", f"this house is not called {host[:100]!r}", remedy)
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > len(str(LONGEST_BODY)) or int(length) > LONGEST_BODY:
            return _too_long()
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.lower().rpartition(":")[0] if not host.endswith("]") and ":" in host else host.lower()
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return True

    async def _pass_on(self, scope: Scope, receive: Receive, answer: "_Answer") -> Failure | None:
        got = 0

        async def limited() -> Event:
            nonlocal got
            event = await receive()
            got += len(event.get("body", b""))
            if got > LONGEST_BODY:
                # At once: whoever reads the body may take what is raised here for something else.
                await answer.fail(_too_long())
                raise _TooLongError
            return event

        try:
            await self._app(scope, limited, answer.send)
        except _TooLongError:
            return None
        except Exception as error:  # the border to clients: what breaks here must be told, and must not end the server
            # Not the whole address: there may be a token in it.
            log.exception("could not answer %s %r", scope["method"], scope["path"][:200])
            return Failure(500, "internal", type(error).__name__, "see the log")
        return None


class _Answer:
    """Puts our headers on an answer, and notes how it went."""

    def __init__(self, send: Send, answered: Counter[str]) -> None:
        self._send, self._answered = send, answered
        self._begun = self._failed = False

    async def send(self, event: Event) -> None:
        if not self._failed:
            await self._pass_on(event)

    async def _pass_on(self, event: Event) -> None:
        if event["type"] == "http.response.start":
            self._begun = True
            self._answered[str(event["status"])] += 1
            # A page says itself what it may run.
            given = list(event.get("headers", ()))
            names = {bytes(name).lower() for name, _ in given}
            event["headers"] = [*given, *(one for one in HEADERS if one[0] not in names)]
        await self._send(event)

    async def fail(self, failure: Failure) -> None:
        """Tell what went wrong, and let nothing follow; too late once an answer has begun."""
        if self._begun:
            return
        self._failed = True
        # What is still under way is not read: the connection ends with this answer.
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        await self._pass_on({"type": "http.response.start", "status": failure.status, "headers": headers})
        await self._pass_on({"type": "http.response.body", "body": failure.encoded()})


def _too_long() -> Failure:
    return Failure(413, "too-long", f"a request may have {LONGEST_BODY} bytes")
