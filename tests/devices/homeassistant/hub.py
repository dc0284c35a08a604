"""A stand-in for Home Assistant's WebSocket API that does what it is told, or what it should not."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from devices.homeassistant import Settings
from tests.broker import free_port

Object = dict[str, object]
ME, ANNA = "user-hearth", "user-anna"
LC = 1_767_322_800.0


class _Subscriber:
    def __init__(self, socket: ServerConnection, number: int, kind: str) -> None:
        self.socket, self.number, self.kind = socket, number, kind


@dataclass
class Hub:
    """What it knows, and how it misbehaves. Change the fields, or call `set`, `tell` and `break_off`."""

    port: int = field(default_factory=free_port)
    token: str = "right"
    areas: list[Object] = field(default_factory=list[Object])
    floors: list[Object] = field(default_factory=list[Object])
    devices: list[Object] = field(default_factory=list[Object])
    entries: dict[str, Object] = field(default_factory=dict[str, Object])
    exposed: dict[str, bool] = field(default_factory=dict[str, bool])
    states: dict[str, Object] = field(default_factory=dict[str, Object])
    running: bool = True
    administrator: bool = True
    silent: bool = False
    """Take what comes and say nothing: frozen, or cut off without a farewell."""
    refusal: Mapping[str, str] | None = None
    """What calls of services are answered with, in place of a result."""
    unanswered: frozenset[str] = frozenset()
    """The kinds of commands that get no answer."""
    calls: list[Object] = field(default_factory=list[Object])
    commands: list[str] = field(default_factory=list[str])
    logins: int = 0
    on_call: Callable[["Hub", Object], object] | None = None
    """What a call of a service does; returns its response, or code and message of an error."""
    on_ask: dict[str, Callable[[Object], object]] = field(default_factory=dict[str, Callable[[Object], object]])
    """What other kinds of commands are answered with."""
    before_entities: Callable[["Hub"], None] | None = None
    """Called while the registries are being read."""
    _subscribers: list[_Subscriber] = field(default_factory=list[_Subscriber])
    _sockets: set[ServerConnection] = field(default_factory=set[ServerConnection])
    _contexts: int = 0

    def settings(self, **changed: object) -> Settings:
        """Return what a bridge needs to reach it, impatient where nothing else is said."""
        quick: dict[str, object] = {"shortest_wait_s": 0.02, "longest_wait_s": 0.1, "answer_timeout_s": 2.0}
        url = f"http://127.0.0.1:{self.port}"
        return Settings(url, "right", **{**quick, **changed})  # pyright: ignore[reportArgumentType] - by name

    def put(self, id: str, value: str, *, context: object = "c0", **attributes: object) -> None:
        """Let an entity be there without telling anybody."""
        self.states[id] = {"s": value, "a": attributes, "c": context, "lc": LC}

    async def set(self, id: str, value: str, *, context: object = "c1", **attributes: object) -> None:
        """Change an entity and tell it as Home Assistant does: what changed, and what is no more."""
        before = self.states.get(id)
        self.put(id, value, context=context, **attributes)
        if before is None:
            await self.broadcast("entities", {"a": {id: self.states[id]}})
            return
        old = cast("Object", before["a"])
        plus: Object = {"c": _context_told(before["c"], context), "lc": LC + 1}
        plus |= {"s": value} if before["s"] != value else {}
        changed = {key: item for key, item in attributes.items() if old.get(key) != item}
        plus |= {"a": changed} if changed else {}
        told: Object = {"+": plus}
        gone = [key for key in old if key not in attributes]
        told |= {"-": {"a": gone}} if gone else {}
        await self.broadcast("entities", {"c": {id: told}})

    async def drop(self, id: str) -> None:
        """Remove an entity."""
        del self.states[id]
        await self.broadcast("entities", {"r": [id]})

    async def tell(self, event: str, **data: object) -> None:
        """Fire an event."""
        await self.broadcast(event, {"event_type": event, "data": data, "context": {"id": "c2"}})

    async def broadcast(self, kind: str, event: Object) -> None:
        """Send an event to everybody who listens."""
        for one in [one for one in self._subscribers if one.kind == kind]:
            await self.say(one.socket, {"id": one.number, "type": "event", "event": event})

    async def rubbish(self, frame: str | bytes) -> None:
        """Send something that is no message to everybody."""
        for socket in list(self._sockets):
            await socket.send(frame)

    def listened(self, kind: str) -> bool:
        """Return whether anybody listens to events of this type."""
        return any(one.kind == kind for one in self._subscribers)

    def break_off(self) -> None:
        """Reset every connection."""
        for socket in list(self._sockets):
            socket.transport.abort()

    async def say(self, socket: ServerConnection, message: object) -> None:
        if not self.silent:
            await socket.send(json.dumps(message))

    async def serve(self, socket: ServerConnection) -> None:
        """Speak with one client."""
        try:
            await socket.send(json.dumps({"type": "auth_required", "ha_version": "2026.11.0"}))
            said = json.loads(await socket.recv())
            self.logins += 1
            if said["access_token"] != self.token:
                await socket.send(json.dumps({"type": "auth_invalid", "message": "Invalid access token"}))
                return
            await socket.send(json.dumps({"type": "auth_ok", "ha_version": "2026.11.0"}))
            self._sockets.add(socket)
            async for frame in socket:
                if not self.silent:
                    await self._command(socket, cast("Object", json.loads(frame)))
        except ConnectionClosed:
            return
        finally:
            self._sockets.discard(socket)
            self._subscribers = [one for one in self._subscribers if one.socket is not socket]

    async def _command(self, socket: ServerConnection, command: Object) -> None:
        number, kind = cast("int", command["id"]), cast("str", command["type"])
        self.commands.append(kind)
        if kind in self.unanswered:
            return
        if kind == "ping":
            await self.say(socket, {"id": number, "type": "pong"})
            return
        answer = self._answer(kind, command)
        if isinstance(answer, tuple):
            code, words = cast("tuple[str, str]", answer)
            error = {"code": code, "message": words}
            await self.say(socket, {"id": number, "type": "result", "success": False, "error": error})
            return
        await self.say(socket, {"id": number, "type": "result", "success": True, "result": answer})
        if kind == "subscribe_entities":
            self._subscribers.append(_Subscriber(socket, number, "entities"))
            await self.say(socket, {"id": number, "type": "event", "event": {"a": self.states}})
        elif kind == "subscribe_events":
            self._subscribers.append(_Subscriber(socket, number, str(command["event_type"])))

    def _answer(self, kind: str, command: Object) -> object:
        admin_only = kind == "config/auth/list"
        if admin_only and not self.administrator:
            return "unauthorized", "Unauthorized"
        if kind in self.on_ask:
            return self.on_ask[kind](command)
        match kind:
            case "config/area_registry/list":
                return self.areas
            case "config/floor_registry/list":
                return self.floors
            case "config/device_registry/list":
                return self.devices
            case "config/entity_registry/list":
                return [{"entity_id": known} for known in self.entries]
            case "config/entity_registry/get_entries":
                if self.before_entities is not None:
                    self.before_entities(self)
                wanted = cast("Sequence[str]", command["entity_ids"])
                return {known: self.entries.get(known) for known in wanted}
            case "homeassistant/expose_entity/list":
                return {"exposed_entities": {known: {"conversation": yes} for known, yes in self.exposed.items()}}
            case "auth/current_user":
                return {"id": ME, "name": "Hearth"}
            case "config/auth/list":
                return [{"id": ME, "name": "Hearth"}, {"id": ANNA, "name": "Anna"}]
            case "get_config":
                return {"state": "RUNNING" if self.running else "STARTING"}
            case "call_service":
                return self._serve(command)
            case "config/label_registry/list":
                return "unknown_command", "Unknown command."
            case _:
                return None

    def _serve(self, command: Object) -> object:
        self.calls.append(command)
        if self.refusal is not None:
            return self.refusal["code"], self.refusal["message"]
        self._contexts += 1
        response = self.on_call(self, command) if self.on_call is not None else None
        if isinstance(response, tuple):
            return cast("tuple[str, str]", response)
        return {"context": {"id": f"ours-{self._contexts}", "user_id": ME}, "response": response}


def _context_told(before: object, after: object) -> object:
    """Return what is told of a context: only its id where the rest is as it was (``messages.py``, 2024.3)."""
    old = cast("Object", before) if isinstance(before, dict) else {"id": before}
    new = cast("Object", after) if isinstance(after, dict) else {"id": after}
    differs = {key: new.get(key) for key in ("parent_id", "user_id") if old.get(key) != new.get(key)}
    return {**differs, "id": new["id"]} if differs else new["id"]


@asynccontextmanager
async def hub(**fields: object) -> AsyncGenerator[Hub]:
    """Run one on a port of the loopback."""
    it = Hub(**fields)  # pyright: ignore[reportArgumentType] - by name
    async with open_again(it):
        yield it


@asynccontextmanager
async def open_again(it: Hub) -> AsyncGenerator[None]:
    """Let it listen, for the first time or again."""
    async with serve(it.serve, "127.0.0.1", it.port, close_timeout=0.1, compression=None, max_size=None):
        yield
