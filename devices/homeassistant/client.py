"""One WebSocket connection to Home Assistant: commands with an answer each, subscriptions, and a heartbeat.

Written against https://developers.home-assistant.io/docs/api/websocket and tried on 2024.3.3. Errors::

    BridgeError
    └── HubError         anything that went wrong with Home Assistant
        ├── LostError    the connection broke, or could not be made; what was sent may have been carried out
        ├── TokenError   it does not accept our token: trying again would only lock us out
        └── AnswerError  it answered a command with "no"
"""

import asyncio
import json
import logging
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from devices.homeassistant.settings import Settings
from devices.model import NOTHING, BridgeError

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

log = logging.getLogger("hearth." + __name__)

CLOSE_S = 1.0
"""How long a farewell may take."""
READ_SLICE_S = 0.005
"""Longest reading before the rest of the daemon gets its turn."""
MOST_ASKED = 1_000
"""Commands that may wait for their answers at once."""

Event = Mapping[str, object]
Handler = Callable[[Event], None]
"""Called with each event of a subscription, in the middle of reading; must not block."""


class HubError(BridgeError):
    """Something went wrong with Home Assistant; the message says what, and what to do where that is known."""

    code = "homeassistant-error"


class LostError(HubError):
    """The connection broke or could not be made. A command that waited may have been carried out."""

    code = "homeassistant-lost"


class TokenError(HubError):
    """Home Assistant does not accept our token."""

    code = "homeassistant-token"


class AnswerError(HubError):
    """Home Assistant answered a command with an error; `reason` is its own code, such as ``unknown_command``."""

    code = "homeassistant-refused"

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Connection:
    """A connection that has been let in; made by `connected`."""

    def __init__(self, socket: "ClientConnection", settings: Settings, version: str) -> None:
        self.version = version
        """Home Assistant's: ``2024.3.3``."""
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[str] = self._loop.create_future()
        """Done once the connection is of no use any more, with the reason."""
        self.received = 0
        """Messages of any kind."""
        self.rejected = 0
        """Messages that made no sense, and events that nobody could read."""
        self._socket = socket
        self._settings = settings
        self._answers: dict[int, asyncio.Future[Mapping[str, object]]] = {}
        self._handlers: dict[int, Handler] = {}
        self._last = 0
        self._sending = asyncio.Lock()
        self._heard_at_s = self._loop.time()

    async def request(self, kind: str, fields: Mapping[str, object] = NOTHING, *, timeout_s: float = 0.0) -> object:
        """Send a command with these ``fields`` and return the ``result`` of its answer.

        Raises:
            AnswerError: Home Assistant said no.
            LostError: the connection broke meanwhile.
            HubError: no answer came in time, or too much waits already.
        """
        return await self._ask(kind, fields, timeout_s or self._settings.answer_timeout_s, None)

    async def subscribe(self, kind: str, handler: Handler, fields: Mapping[str, object] = NOTHING) -> None:
        """Send a command that is answered with events from then on; they end with the connection.

        Raises:
            AnswerError: Home Assistant said no, for one because the token is not of an administrator.
            HubError: as for `request`.
        """
        await self._ask(kind, fields, self._settings.answer_timeout_s, handler)

    def drop(self, why: str) -> None:
        """Give the connection up at once."""
        self._finish(why)
        self._socket.transport.abort()

    async def read(self) -> None:
        """Read until the connection ends; says why in `ended` and raises nothing."""
        from websockets.exceptions import ConnectionClosed

        why = "it closed the connection"
        try:
            until_s = self._loop.time() + READ_SLICE_S
            async for frame in self._socket:
                self._heard_at_s = self._loop.time()
                self._take_frame(frame)
                if self._loop.time() > until_s:
                    # What is buffered is handed over without a turn of the loop in between.
                    await asyncio.sleep(0)
                    until_s = self._loop.time() + READ_SLICE_S
        except (ConnectionClosed, OSError) as error:
            why = f"the connection broke ({error})"
        finally:
            self._finish(why)

    async def beat(self) -> None:
        """Ask whether Home Assistant is there whenever it is quiet; give the connection up if it does not answer."""
        while not self.ended.done():
            quiet_s = self._loop.time() - self._heard_at_s
            if quiet_s < self._settings.quiet_s:
                await asyncio.sleep(self._settings.quiet_s - quiet_s)
                continue
            try:
                await self.request("ping", timeout_s=self._settings.pong_timeout_s)
            except HubError:
                self.drop(f"it said nothing for {self._loop.time() - self._heard_at_s:.0f} s")

    async def _ask(self, kind: str, fields: Mapping[str, object], timeout_s: float, handler: Handler | None) -> object:
        if self.ended.done():
            raise LostError(f"not connected: {self.ended.result()}")
        if len(self._answers) >= MOST_ASKED:
            raise HubError(f"{MOST_ASKED} commands wait for Home Assistant already")
        future: asyncio.Future[Mapping[str, object]] = self._loop.create_future()
        number = 0
        try:
            async with asyncio.timeout(timeout_s):
                async with self._sending:
                    # Numbered as they are sent: Home Assistant refuses an id that is not higher than the one before.
                    number = self._last = self._last + 1
                    self._answers[number] = future
                    if handler is not None:
                        self._handlers[number] = handler
                    await self._send({"id": number, "type": kind, **fields})
                answer = await future
        except TimeoutError:
            raise HubError(f"Home Assistant did not answer {kind!r} within {timeout_s:g} s") from None
        finally:
            self._answers.pop(number, None)
        if answer.get("type") == "pong" or answer.get("success") is True:
            return answer.get("result")
        self._handlers.pop(number, None)
        error = mapping(answer.get("error"))
        reason, words = str(error.get("code", "unknown")), str(error.get("message", ""))[:300]
        raise AnswerError(f"Home Assistant said no to {kind!r}: {words or reason}", reason)

    async def _send(self, message: Mapping[str, object]) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            await self._socket.send(json.dumps(message))
        except (ConnectionClosed, OSError) as error:
            raise LostError(f"the connection to Home Assistant broke ({error})") from error

    def _take_frame(self, frame: str | bytes) -> None:
        try:
            found = json.loads(frame)
        except (ValueError, RecursionError):
            self.rejected += 1
            return
        # Several messages in one frame: what we said we understand (``coalesce_messages``).
        for message in cast("list[object]", found) if isinstance(found, list) else [cast("object", found)]:
            self.received += 1
            self._take(mapping(message))

    def _take(self, message: Mapping[str, object]) -> None:
        number, kind = message.get("id"), message.get("type")
        if not isinstance(number, int):
            self.rejected += 1
            return
        if kind == "event":
            self._pass_on(number, message.get("event"))
            return
        future = self._answers.get(number)
        if kind not in ("result", "pong"):
            self.rejected += 1
        elif future is not None and not future.done():
            future.set_result(message)

    def _pass_on(self, number: int, event: object) -> None:
        handler = self._handlers.get(number)
        if handler is None or not isinstance(event, dict):
            self.rejected += 1
            return
        try:
            handler(cast("Event", event))
        except Exception:  # what a stranger's integration puts into an event must not end the connection
            self.rejected += 1
            log.debug("an event of Home Assistant could not be read", exc_info=True)

    def _finish(self, why: str) -> None:
        if self.ended.done():
            return
        self.ended.set_result(why)
        for future in self._answers.values():
            if not future.done():
                future.set_exception(LostError(f"the connection to Home Assistant broke: {why}"))


@asynccontextmanager
async def connected(settings: Settings) -> AsyncGenerator[Connection]:
    """Connect, be let in, and read until the end of the block or of the connection; see `Connection.ended`.

    Raises:
        TokenError: Home Assistant does not accept the token.
        LostError: it cannot be reached, or does not speak as it should.
    """
    from websockets.exceptions import WebSocketException

    try:
        async with asyncio.timeout(settings.connect_timeout_s):
            socket = await _dial(settings)
    # A ValueError is an address that is none.
    except (OSError, ValueError, WebSocketException, TimeoutError) as error:
        raise LostError(f"Home Assistant at {settings.url} cannot be reached: {_why(error)}") from error
    try:
        try:
            async with asyncio.timeout(settings.connect_timeout_s):
                connection = Connection(socket, settings, await _let_in(socket, settings))
        except (OSError, WebSocketException, TimeoutError) as error:
            raise LostError(f"Home Assistant at {settings.url} does not let us in: {_why(error)}") from error
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(connection.read()), group.create_task(connection.beat())]
            try:
                yield connection
            finally:
                for task in tasks:
                    task.cancel()
    finally:
        await socket.close()


async def _dial(settings: Settings) -> "ClientConnection":
    from websockets.asyncio.client import connect

    class Straight(connect):
        """Follows no redirect: the token is for the address that the owner wrote down."""

        def process_redirect(self, exc: Exception) -> Exception | str:
            return exc

    # In a thread: reading the certificates of this machine takes 20 ms.
    context = await asyncio.to_thread(_trusted, settings) if settings.websocket.startswith("wss:") else None
    return await Straight(
        settings.websocket,
        ssl=context,
        compression=None,
        open_timeout=settings.connect_timeout_s,
        ping_interval=None,
        close_timeout=CLOSE_S,
        max_size=settings.max_frame_bytes,
        proxy=None,
    )


def _trusted(settings: Settings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=settings.ca_file)


async def _let_in(socket: "ClientConnection", settings: Settings) -> str:
    """Show the token and return Home Assistant's version."""
    await socket.recv()
    await socket.send(json.dumps({"type": "auth", "access_token": settings.token}))
    try:
        answer = mapping(json.loads(await socket.recv()))
    except ValueError:
        answer = mapping(None)
    if answer.get("type") == "auth_invalid":
        remedy = "make a new long-lived access token there and write it into homeassistant.token_file"
        raise TokenError(f"Home Assistant at {settings.url} does not accept our token; {remedy}")
    if answer.get("type") != "auth_ok":
        raise LostError(f"{settings.url} does not answer as Home Assistant does; correct homeassistant.url")
    return str(answer.get("ha_version", ""))


def mapping(found: object) -> Mapping[str, object]:
    """Return an object as it came; an empty one in place of anything else."""
    return cast("Mapping[str, object]", found) if isinstance(found, dict) else NOTHING


def objects(found: object) -> Sequence[Mapping[str, object]]:
    """Return the objects in a list; anything else in it, or in its place, is passed over."""
    items = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("Mapping[str, object]", item) for item in items if isinstance(item, dict)]


def _why(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message}); name your authority in homeassistant.ca_file"
    if isinstance(error, TimeoutError):
        return "no answer"
    return str(error) or type(error).__name__
