"""The little of Home Assistant that messages need: a service called over REST, events over its WebSocket."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from daemon.channels.deadline import DEADLINE_S
from daemon.channels.web import Web
from daemon.notify.model import ChannelError

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

LONGEST_EVENT = 256 * 1024


class Hub:
    """A Home Assistant, by its address and a token."""

    def __init__(self, web: Web, token: str) -> None:
        self._web, self._token = web, token

    async def call(self, domain: str, service: str, data: Mapping[str, object]) -> None:
        """Call a service, over REST.

        Raises:
            ChannelError: it was not carried out; lasting if there is no such service: the phone is not there.
        """
        await self._web.send("POST", f"api/services/{quote(domain, safe='')}/{quote(service, safe='')}", json=data)

    async def events(self, *types: str) -> AsyncGenerator[tuple[str, Mapping[str, object]]]:
        """Yield events until the connection breaks.

        Raises:
            ChannelError: it broke, or was refused.
        """
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException

        address = "ws" + self._web.base.removeprefix("http") + "/api/websocket"
        context = await asyncio.to_thread(self._web.trusted) if address.startswith("wss") else None
        try:
            async with connect(
                address, ssl=context, open_timeout=DEADLINE_S, close_timeout=1, max_size=LONGEST_EVENT, proxy=None
            ) as connection:
                async with asyncio.timeout(DEADLINE_S):
                    await self._begin(connection, types)
                async for frame in connection:
                    event = _event_of(_object(frame))
                    if event is not None:
                        yield event
        except (OSError, WebSocketException) as error:
            raise ChannelError(f"homeassistant: {self._web.host} went away ({type(error).__name__})") from None
        raise ChannelError(f"homeassistant: {self._web.host} closed the connection")

    async def _begin(self, connection: "ClientConnection", types: tuple[str, ...]) -> None:
        _object(await connection.recv())
        await connection.send(json.dumps({"type": "auth", "access_token": self._token}))
        if _object(await connection.recv()).get("type") != "auth_ok":
            remedy = "correct homeassistant.token_file"
            raise ChannelError(f"homeassistant: {self._web.host} does not let us in; {remedy}", lasting=True)
        for number, kind in enumerate(types, start=1):
            await connection.send(json.dumps({"id": number, "type": "subscribe_events", "event_type": kind}))


def _object(frame: str | bytes) -> Mapping[str, object]:
    try:
        found = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else {}


def _event_of(frame: Mapping[str, object]) -> tuple[str, Mapping[str, object]] | None:
    if frame.get("type") == "result" and frame.get("success") is False:
        remedy = "its token must be of an administrator"
        raise ChannelError(f"homeassistant: it does not let us listen; {remedy}", lasting=True)
    event = frame.get("event")
    if not isinstance(event, dict):
        return None
    told = cast("Mapping[str, object]", event)
    kind, data = told.get("event_type"), told.get("data")
    if not isinstance(kind, str) or not isinstance(data, dict):
        return None
    return kind, cast("Mapping[str, object]", data)
