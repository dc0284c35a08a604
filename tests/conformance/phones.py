"""Servers that take messages, on the loopback: each does to a message what the real one and its app do to it."""

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from devices.homeassistant import HomeAssistant
from tests.devices.homeassistant.hub import Hub
from tests.devices.homeassistant.lab import lab

Object = Mapping[str, object]


@dataclass
class Faults:
    """How a server misbehaves; a test changes it at any time."""

    status: int = 200
    """What it answers to every request, other than 200."""
    hangs: bool = False

    async def before(self) -> Response | None:
        """Return the faulty answer, if there is one."""
        if self.hangs:
            await asyncio.sleep(60)
        return JSONResponse({"error": "as told"}, self.status) if self.status != 200 else None


@asynccontextmanager
async def served(app: Starlette) -> AsyncGenerator[int]:
    """Serve an application on the loopback; yield its port."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, log_level="critical", access_log=False,
        lifespan="off", ws="websockets-sansio",
        timeout_graceful_shutdown=0,
    )  # fmt: skip
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.005)
        try:
            yield int(server.servers[0].sockets[0].getsockname()[1])
        finally:
            server.should_exit = server.force_exit = True
            await serving


# ntfy


@dataclass
class NtfyServer:
    """An ntfy server, as documented for 2.17, where only `TOKEN` may read, and anybody may answer."""

    TOKEN = "tk_secret_of_ntfy"
    faults: Faults = field(default_factory=Faults)
    events: list[Object] = field(default_factory=list[Object])
    knows_clear: bool = True
    """Servers older than 2.16 do not."""
    since: list[str] = field(default_factory=list[str])
    """What each subscription asked for."""
    _ids = count(1)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _cut: int = 0

    def app(self) -> Starlette:
        """Return the server."""
        return Starlette(
            routes=[
                Route("/", self._publish, methods=["POST"]),
                Route("/{topics}/json", self._subscribe),
                Route("/{topic}/{sequence}/clear", self._clear, methods=["PUT"]),
                Route("/{topic}", self._say, methods=["POST"]),
            ]
        )

    def shown(self, topic: str) -> list[Object]:
        """Return what the app shows of a topic: of a sequence the newest, unless it was cleared."""
        found: dict[str, Object] = {}
        for event in self.events:
            if event["topic"] == topic:
                found.pop(str(event["sequence_id"]), None)
                if event["event"] == "message":
                    found[str(event["sequence_id"])] = event
        return list(found.values())

    async def cut(self) -> None:
        """End every subscription, as a restart does."""
        async with self._news:
            self._cut += 1
            self._news.notify_all()

    def _is_known(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.TOKEN}"

    async def _publish(self, request: Request) -> Response:
        if (fault := await self.faults.before()) is not None:
            return fault
        if not self._is_known(request):
            return JSONResponse({"code": 40301, "http": 403, "error": "forbidden"}, 403)
        given = cast("Object", await request.json())
        actions = cast("list[Object]", given.get("actions", []))
        fits = (
            re.fullmatch(r"[-_A-Za-z0-9]{1,64}", str(given["topic"]))
            and re.fullmatch(r"[-_A-Za-z0-9]{1,64}", str(given["sequence_id"]))
            and given["priority"] in range(1, 6)
            and len(str(given["message"]).encode()) <= 4096
            and len(actions) <= 3
            and all(action["label"] and str(action["url"]).startswith("http") for action in actions)
        )
        if not fits:
            return JSONResponse({"code": 40001, "http": 400, "error": "invalid request"}, 400)
        return JSONResponse(await self._tell({**given, "event": "message"}))

    async def _say(self, request: Request) -> Response:
        topic = request.path_params["topic"]
        if not topic.endswith("-answers") and not self._is_known(request):
            return JSONResponse({"code": 40301, "http": 403, "error": "forbidden"}, 403)
        said = (await request.body()).decode()
        return JSONResponse(await self._tell({"topic": topic, "message": said, "event": "message"}))

    async def _clear(self, request: Request) -> Response:
        if (fault := await self.faults.before()) is not None:
            return fault
        if not self.knows_clear:
            return JSONResponse({"code": 40401, "http": 404, "error": "page not found"}, 404)
        path = request.path_params
        event = {"topic": path["topic"], "sequence_id": path["sequence"], "event": "message_clear"}
        return JSONResponse(await self._tell(event))

    async def _tell(self, event: Object) -> Object:
        newest = f"m{next(self._ids)}"
        told = {"id": newest, "time": int(time.monotonic()), "sequence_id": newest, **event}
        async with self._news:
            self.events.append(told)
            self._news.notify_all()
        return told

    async def _subscribe(self, request: Request) -> Response:
        if not self._is_known(request):
            return JSONResponse({"code": 40301, "http": 403, "error": "forbidden"}, 403)
        since = request.query_params.get("since", "")
        self.since.append(since)
        ids = [str(event["id"]) for event in self.events]
        after = ids.index(since) + 1 if since in ids else 0 if since else len(ids)
        topics = frozenset(request.path_params["topics"].split(","))
        return StreamingResponse(self._stream(topics, after), media_type="application/x-ndjson")

    async def _stream(self, topics: frozenset[str], at: int) -> AsyncGenerator[str]:
        cut = self._cut
        yield json.dumps({"id": "x", "event": "open", "topic": ",".join(topics)}) + "\n"
        while self._cut == cut:
            for event in self.events[at:]:
                if event["topic"] in topics:
                    yield json.dumps(event) + "\n"
            at = len(self.events)
            async with self._news:
                while len(self.events) == at and self._cut == cut:
                    await self._news.wait()


async def press_ntfy(shown: Object, label: str) -> int:
    """Do what the app does when a button of a message is pressed; return what it was answered."""
    action = next(one for one in cast("list[dict[str, str]]", shown["actions"]) if one["label"] == label)
    async with httpx.AsyncClient(trust_env=False) as client:
        body = action.get("body", "")
        return (await client.request(action["method"], action["url"], content=body)).status_code


# Home Assistant and its app


@dataclass
class Phones:
    """The phones that a Home Assistant knows, by their services, and what their apps show."""

    known: frozenset[str]
    hub: Hub = field(default_factory=Hub)
    shown: dict[tuple[str, str], Object] = field(default_factory=dict[tuple[str, str], Object])
    """By phone and tag."""

    def __post_init__(self) -> None:
        self.hub.on_call = self._call

    async def fail(self, status: int) -> None:
        """Let calls be refused for what a status of HTTP stands for: 200, 401, 503."""
        code = {200: None, 401: "unauthorized"}.get(status, "home_assistant_error")
        self.hub.refusal = None if code is None else {"code": code, "message": f"No, {self.hub.token}"}

    def hang(self) -> None:
        """Let calls have no answer from now on."""
        self.hub.unanswered = frozenset({"call_service"})

    @asynccontextmanager
    async def bridged(self, *, connect: bool = True) -> AsyncGenerator[HomeAssistant]:
        """Yield a bridge to their Home Assistant; with ``connect``, once it is connected."""
        async with lab(self.hub, connect=connect) as there:
            yield there.bridge

    def _call(self, hub: Hub, command: Object) -> object:
        del hub
        given, phone = cast("dict[str, object]", command["service_data"]), str(command["service"])
        if command["domain"] != "notify" or phone not in self.known:
            return "not_found", f"Service {phone} not found."
        at = (phone, str(cast("Object", given["data"])["tag"]))
        if given["message"] == "clear_notification":
            self.shown.pop(at, None)
        else:
            self.shown[at] = {**given, "message": _rendered(str(given["message"]))}
        return None


def _rendered(message: str) -> str:
    """Do what old Home Assistants and the app for Android do to a message; what they would act on is an error."""
    assert not re.search(r"\{[{%#]", message), "Home Assistant 2024.3 renders this as a template"
    assert not re.fullmatch(r"command_\w+|request_location_update|remove_channel|TTS|clear_badge", message)
    return re.sub(r"<[^>]*>", "", message)


# Anything that Apprise can reach


@dataclass
class Webhook:
    """Takes Apprise's ``json://``."""

    faults: Faults = field(default_factory=Faults)
    came: list[Object] = field(default_factory=list[Object])

    def app(self) -> Starlette:
        """Return the server."""
        return Starlette(routes=[Route("/{secret}", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        if (fault := await self.faults.before()) is not None:
            return fault
        self.came.append(cast("Object", await request.json()))
        return JSONResponse({})
