"""Speech from a page: the browser's sound comes in over a WebSocket, and the answer goes out over it."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from importlib.resources import files
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from daemon.dashboard.failure import Failure
from daemon.dashboard.server import Serve
from voice.model import RATE_HZ, VoiceError
from voice.satellite import SatelliteError
from voice.satellites.browser import BrowserSatellite

log = logging.getLogger("hearth." + __name__)

HELLO_S = 5.0
"""How long a browser may take to say who it is."""
MOST = 8
"""Browsers at once."""
LONGEST_SOUND = RATE_HZ // 4 * 2
LONGEST_TEXT = 1_024
WAITING = 100
"""Messages that wait for a slow browser, 5 s of sound; one that takes less is let go."""
SEND_S = 5.0
SOUND = (RATE_HZ * 2 * 1.1, RATE_HZ * 2 * 10.0)
"""Bytes: what may come in a second, since clocks differ, and at once, after a network that stood still."""
MESSAGES = (10.0, 40.0)
"""The same for messages."""

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
PAGE: Mapping[str, tuple[str, str]] = {
    "/talk": ("talk.html", "text/html; charset=utf-8"),
    "/talk/talk.css": ("talk.css", "text/css; charset=utf-8"),
    "/talk/talk.js": ("talk.js", "text/javascript; charset=utf-8"),
    "/talk/microphone.js": ("microphone.js", "text/javascript; charset=utf-8"),
    "/talk/loudspeaker.js": ("loudspeaker.js", "text/javascript; charset=utf-8"),
}
"""The files of the page, by their paths. There is no secret in them."""


class Hello(BaseModel):
    """The first message: who wants to speak."""

    type: Literal["hello"]
    token: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,29}$")]
    room: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class Told(BaseModel):
    """Any other message."""

    type: Literal["pressed", "released", "played"]
    answer: int = 0
    """Which one was played."""


class Allowance:
    """What may come: so much in a second, and so much at once."""

    def __init__(self, per_s: float, at_once: float) -> None:
        """Full at first."""
        self._now = asyncio.get_running_loop().time
        self._per_s, self._at_once = per_s, at_once
        self._left, self._at_s = at_once, self._now()

    def allows(self, amount: float) -> bool:
        """Take so much of it, or say no."""
        now = self._now()
        self._left = min(self._at_once, self._left + (now - self._at_s) * self._per_s)
        self._at_s = now
        self._left -= amount
        return self._left >= 0


class Line:
    """What goes out to one browser: `voice.satellites.browser.Channel`."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._waiting = asyncio.Queue[Mapping[str, object] | bytes](WAITING)
        self._is_slow = asyncio.Event()

    def send(self, message: Mapping[str, object] | bytes) -> None:
        """Put it behind what waits."""
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._is_slow.set()
            raise SatelliteError("the browser takes less than it is sent") from None

    async def carry(self) -> Failure | None:
        """Send what waits, until the browser is gone or takes too little."""
        with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):  # the last is Starlette's for one that left
            while not self._is_slow.is_set():
                message = await self._waiting.get()
                async with asyncio.timeout(SEND_S):
                    if isinstance(message, bytes):
                        await self._socket.send_bytes(message)
                    else:
                        await self._socket.send_json(message)
        return None


class Browsers:
    """Those that are connected, each a satellite of its own."""

    def __init__(self, serve: Serve, bearer: str) -> None:
        self._serve, self._bearer = serve, bearer
        self._names = set[str]()

    async def attend(self, socket: WebSocket) -> None:
        """Serve one browser from its first message to its last."""
        await socket.accept()
        try:
            async with asyncio.timeout(HELLO_S):
                hello = self._greeted(await socket.receive_text())
        except (TimeoutError, WebSocketDisconnect, KeyError):  # the last is Starlette's for bytes
            hello = Failure(400, "bad-request", f"who you are was not said within {HELLO_S:g} s")
        if isinstance(hello, Failure):
            await _farewell(socket, hello)
            return
        self._names.add(hello.name)
        try:
            failure = await self._serve_until_gone(socket, hello)
        finally:
            self._names.discard(hello.name)
        if failure is not None:
            log.info("browser %s was let go: %s", hello.name, failure.code)
            await _farewell(socket, failure)

    def _greeted(self, text: str) -> Hello | Failure:
        try:
            hello = Hello.model_validate_json(text[:LONGEST_TEXT])
        except ValidationError as error:
            return _misunderstood(error)
        if not secrets.compare_digest(hello.token.encode(), self._bearer.encode()):
            return Failure(
                401, "unauthorized", "this needs the token of the house", "it is in api.token in the state directory"
            )
        if hello.name in self._names:
            return Failure(409, "name-taken", f"another browser is called {hello.name!r}", "give this one another name")
        if len(self._names) >= MOST:
            return Failure(503, "too-many", f"{MOST} browsers are connected", "close one of them")
        return hello

    async def _serve_until_gone(self, socket: WebSocket, hello: Hello) -> Failure | None:
        line = Line(socket)
        satellite = BrowserSatellite(f"browser-{hello.name}", line, room=hello.room)
        log.info("browser %s is here", hello.name)
        async with asyncio.TaskGroup() as group:
            ways = (
                group.create_task(line.carry()),
                group.create_task(self._served(satellite, line)),
                group.create_task(_read(socket, satellite)),
            )
            try:
                done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                satellite.leave()
                for way in ways:
                    way.cancel()
        return next((failure for way in done if (failure := way.result()) is not None), None)

    async def _served(self, satellite: BrowserSatellite, line: Line) -> Failure | None:
        def on_reply(said: str, reply: str) -> None:
            with suppress(SatelliteError):
                line.send({"type": "transcript", "said": said, "reply": reply})

        try:
            await self._serve(satellite, on_reply)
        except VoiceError as error:
            return Failure(503, error.code, str(error), "see: hearth doctor")
        return None


def talking(serve: Serve, bearer: str) -> APIRouter:
    """Return the route of the sound, and those of the page; the page needs no token, it asks for it."""
    router = APIRouter(include_in_schema=False)
    router.add_api_websocket_route("/api/voice", Browsers(serve, bearer).attend)
    for path, (name, kind) in PAGE.items():
        router.add_api_route(path, _file(name, kind))
    return router


def _file(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
    content = (files("daemon.dashboard") / "talk" / name).read_bytes()

    async def file() -> Response:
        return Response(content, media_type=kind, headers={"content-security-policy": CSP})

    return file


async def _read(socket: WebSocket, satellite: BrowserSatellite) -> Failure | None:
    """Take what comes until the browser leaves; return what is wrong with it if it sends what it must not."""
    sound, messages = Allowance(*SOUND), Allowance(*MESSAGES)
    while True:
        event = await socket.receive()
        if event["type"] == "websocket.disconnect":
            return None
        pcm, text = event.get("bytes"), event.get("text")
        if not (messages.allows(1) if pcm is None else sound.allows(len(pcm))):
            return Failure(429, "too-much", "more came than anybody says")
        if pcm is None:
            failure = _take(satellite, text or "")
            if failure is not None:
                return failure
        elif not pcm or len(pcm) > LONGEST_SOUND or len(pcm) % 2:
            return Failure(400, "bad-request", f"sound comes in 2 to {LONGEST_SOUND} bytes, int16 at {RATE_HZ} Hz")
        else:
            satellite.sound(pcm)


def _take(satellite: BrowserSatellite, text: str) -> Failure | None:
    try:
        told = Told.model_validate_json(text[:LONGEST_TEXT])
    except ValidationError as error:
        return _misunderstood(error)
    match told.type:
        case "pressed":
            satellite.press()
        case "released":
            satellite.release()
        case "played":
            satellite.played(told.answer)
    return None


def _misunderstood(error: ValidationError) -> Failure:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return Failure(400, "bad-request", f"{where}: {first['msg']}" if where else first["msg"])


async def _farewell(socket: WebSocket, failure: Failure) -> None:
    """Say why, and hang up."""
    with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(SEND_S):
            await socket.send_json({"type": "error", **failure.body()["error"]})
            await socket.close(1008, failure.code)
