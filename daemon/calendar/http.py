"""Requests to the server of a calendar: to its own host only, with deadlines, and without believing its sizes."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from daemon.calendar.model import BIGGEST_CALENDAR, AwayError, RubbishError

if TYPE_CHECKING:  # heavy to import, and needed only by houses that have a calendar
    from httpx import AsyncClient

CONNECT_S, ANSWER_S, WHOLE_S = 4.0, 10.0, 60.0
"""To connect, between two pieces of an answer, and for one request in all."""
_REASONS: Mapping[int, str] = {
    401: "it does not accept the user name and password",
    403: "it does not allow that",
    404: "there is nothing at this address",
    507: "it has no space left",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """The way to one address."""

    def __init__(self, url: str, *, username: str | None = None, password: str | None = None) -> None:
        self.url = url
        self._auth = (username, password or "") if username is not None else None
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["AsyncClient"]:
        """Hold a connection open."""
        from httpx import AsyncClient, Timeout

        # The environment's proxies are not asked: what is in the calendar is nobody else's business. Redirects are not
        # followed: they would carry the password to where it was not meant to go.
        deadlines = Timeout(ANSWER_S, connect=CONNECT_S)
        async with AsyncClient(auth=self._auth, timeout=deadlines, trust_env=False) as client:
            yield client

    async def send(
        self,
        client: "AsyncClient",
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Reply:
        """Send one request and return its answer, whatever its status.

        Raises:
            AwayError: no answer came.
            RubbishError: the answer is too large.
        """
        from httpx import HTTPError, InvalidURL

        given = {"Content-Type": "application/xml; charset=utf-8", **(headers or {})}
        data = body.encode() if body is not None else None
        pieces: list[bytes] = []
        size = 0
        try:
            async with (
                asyncio.timeout(WHOLE_S),
                client.stream(method, self._origin + path, headers=given, content=data) as answer,
            ):
                async for piece in answer.aiter_bytes():
                    size += len(piece)
                    if size > BIGGEST_CALENDAR:
                        raise RubbishError(f"it sends more than {BIGGEST_CALENDAR // 1024 // 1024} MB")
                    pieces.append(piece)
                return Reply(answer.status_code, dict(answer.headers), b"".join(pieces))
        except (HTTPError, InvalidURL, TimeoutError) as error:
            raise AwayError(f"it does not answer ({type(error).__name__})") from error

    def refusal(self, reply: Reply) -> str:
        """Return why an answer is not the one that was wanted, for people."""
        if 300 <= reply.status < 400:
            where = re.sub(r"[^\x21-\x7e]", "", reply.headers.get("location", ""))[:200]
            return f"it has moved: put the new address {where!r} into the configuration"
        return _REASONS.get(reply.status, f"it answers with status {reply.status}")
