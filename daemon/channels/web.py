"""HTTP for channels: one client a server, and errors that say what to do and hold no secret."""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from daemon.channels.deadline import DEADLINE_S
from daemon.notify.model import ChannelError

if TYPE_CHECKING:
    import httpx

SILENCE_S = 120.0
"""ntfy says something every 45 s (``keepalive-interval``, 2.14), so a stream that says nothing for longer is dead."""
LONGEST_LINE = 64 * 1024
"""Characters of one line of a stream; a server that sends more is not one of those we know."""
_FOR_NOW = frozenset({408, 425, 429})
"""Refusals that pass; any other with a 4 does not."""


class Web:
    """The requests of one channel to one server. Opened as a context manager; connects when first used."""

    def __init__(self, channel: str, base: str, *, token: str | None, remedy: str) -> None:
        """Take the server's address, and for errors what to do where it refuses us."""
        self._channel, self._base, self._remedy = channel, base.rstrip("/"), remedy
        self._headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        self._host = urlsplit(base).netloc
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    @property
    def base(self) -> str:
        """The server's address, without a ``/`` at its end."""
        return self._base

    @property
    def host(self) -> str:
        """The server's name, for errors."""
        return self._host

    async def send(self, method: str, path: str, *, json: object | None = None) -> None:
        """Make a request and see that it was taken; the caller sets the deadline.

        Raises:
            ChannelError: it was not.
        """
        import httpx

        try:
            client = await self._opened()
            answer = await client.request(method, f"{self._base}/{path}", json=json)
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
            # Not its words: they may hold the address, and the address of some servers is a secret.
            raise ChannelError(f"{self._channel}: cannot reach {self._host} ({_reason(error)})") from None
        self._check(answer.status_code)

    @asynccontextmanager
    async def stream(self, path: str, query: Mapping[str, str]) -> AsyncGenerator[AsyncGenerator[str]]:
        """Open a stream and yield its lines; it ends when the server ends it, or says nothing for too long.

        Raises:
            ChannelError: it could not be opened, or broke.
        """
        import httpx

        timeout = httpx.Timeout(DEADLINE_S, read=SILENCE_S)
        try:
            client = await self._opened()
            async with client.stream("GET", f"{self._base}/{path}", params=query, timeout=timeout) as answer:
                self._check(answer.status_code)
                yield _lines(answer)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError) as error:
            raise ChannelError(f"{self._channel}: {self._host} went away ({_reason(error)})") from None

    def _check(self, status: int) -> None:
        if 200 <= status < 300:
            return
        if status in (401, 403):
            raise ChannelError(f"{self._channel}: {self._host} does not let us in; {self._remedy}", lasting=True)
        lasting = 300 <= status < 500 and status not in _FOR_NOW
        raise ChannelError(f"{self._channel}: {self._host} answered with {status}; {self._remedy}", lasting=lasting)

    async def _opened(self) -> "httpx.AsyncClient":
        async with self._opening:
            if self._client is None:
                # In a thread: reading the certificates of this machine takes 20 ms.
                self._client = await asyncio.to_thread(self._make)
            return self._client

    def _make(self) -> "httpx.AsyncClient":
        import httpx

        # It logs every address at INFO, and the address of some servers is a secret.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        # The authorities of this machine, to which a household can add its own.
        trusted = ssl.create_default_context()
        # Nothing from the environment, where a proxy or a .netrc would send tokens elsewhere.
        return httpx.AsyncClient(headers=self._headers, verify=trusted, trust_env=False, timeout=DEADLINE_S)


async def _lines(answer: "httpx.Response") -> AsyncGenerator[str]:
    rest = ""
    async for piece in answer.aiter_text():
        *whole, rest = (rest + piece).split("\n")
        if len(rest) > LONGEST_LINE:
            raise ChannelError("a stream came in lines without an end")
        for line in whole:
            yield line


def _reason(error: Exception) -> str:
    cause = error.__cause__ or error.__context__
    verification = next((one for one in (error, cause) if isinstance(one, ssl.SSLCertVerificationError)), None)
    if verification is not None or "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "its certificate is not trusted"
    return type(error).__name__
