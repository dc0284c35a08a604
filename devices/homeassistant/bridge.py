"""The bridge: stays connected to one Home Assistant, keeps the house up with it, and carries calls to it."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from devices import services
from devices.homeassistant import forecasts
from devices.homeassistant.client import (
    AnswerError,
    Connection,
    Event,
    HubError,
    LostError,
    TokenError,
    connected,
    mapping,
)
from devices.homeassistant.feed import News, Removed, read
from devices.homeassistant.inventory import Inventory
from devices.homeassistant.mapping import service_of
from devices.homeassistant.registry import CHANGED, load, load_entries
from devices.homeassistant.settings import Settings
from devices.homeassistant.tracing import Tracing
from devices.model import NOTHING, BridgeError, Call, CallError, Entity, EntityId, Register

log = logging.getLogger("hearth." + __name__)

SLICE_S = 0.002
"""Longest applying of changes before other parts of the daemon get their turn."""
SETTLE_S = 0.1
"""A change of a registry seldom comes alone."""
ACCEPTED_S = 1.0
"""How long a call waits for Home Assistant's answer, which names its context: a script may run for minutes."""
LONGEST_CALL_S = 60.0
"""After so long the answer to a call no longer matters."""
STARTING_S = 1.0
"""How often a Home Assistant that is starting is asked whether it has everything now."""
STEADY_S = 10.0
"""A connection that lived so long was a good one: the waits start over."""
MOST_CALLS = 200
"""Calls whose answers are waited for."""
MOST_LISTENED = 1_000
"""Events kept for one listener that does not fetch them; what comes beyond is dropped."""

_WRONG = frozenset({"invalid_format", "not_found", "service_validation_error"})
"""Home Assistant's codes for a call that is a mistake of ours."""


@dataclass(frozen=True, slots=True)
class HubHealth:
    """How the bridge is, at one moment; the numbers count since it was built."""

    connected: bool
    """Whether it is connected and has told all it knows."""
    detail: str
    """One line for the owner."""
    refused: bool
    """Whether the token is not accepted: it is not tried again."""
    version: str
    """Home Assistant's, once known."""
    entities: int
    received: int
    applied: int
    rejected: int
    reconnects: int


class HomeAssistant:
    """The bridge to one Home Assistant."""

    name = "homeassistant"

    def __init__(
        self,
        settings: Settings,
        register: Register,
        *,
        now: Callable[[], datetime],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings, self._now, self._jitter = settings, now, jitter
        self._tracing = Tracing()
        self._inventory = Inventory(
            register,
            self._tracing,
            now=now,
            max_entities=settings.max_entities,
            exposed_only=settings.exposed_only,
        )
        self._connection: Connection | None = None
        self._calls: asyncio.TaskGroup | None = None
        self._calling = 0
        self._waiting: deque[News | Removed] = deque()
        self._arrived, self._changed = asyncio.Event(), asyncio.Event()
        self._came, self._went, self._idle = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._dirty: set[str] = set()
        """The ids of entities, or names of registries, that changed and are to be read again."""
        self._synced = self._refused = False
        self._detail, self._version = "not started", ""
        self._connects = self._received = self._rejected = self._applied = 0

    @property
    def health(self) -> HubHealth:
        """How the bridge is now."""
        connection = self._connection
        return HubHealth(
            connected=connection is not None and self._synced,
            detail=self._detail,
            refused=self._refused,
            version=self._version,
            entities=len(self._inventory),
            received=self._received + (connection.received if connection else 0),
            applied=self._applied,
            rejected=self._rejected + (connection.rejected if connection else 0) + self._inventory.refused,
            reconnects=max(0, self._connects - 1),
        )

    async def run(self) -> None:
        """Stay connected; ends only by cancellation. A token that is not accepted is not tried again."""
        failed = 0
        async with asyncio.TaskGroup() as self._calls:
            while True:
                began_s = asyncio.get_running_loop().time()
                try:
                    why = await self._live()
                except TokenError as error:
                    why = str(error)
                    await self._give_up(why)
                except HubError as error:
                    why = str(error)
                lived_s = asyncio.get_running_loop().time() - began_s
                failed = 1 if lived_s >= STEADY_S else failed + 1
                self._log(why)
                await asyncio.sleep(self._wait_s(failed))

    async def call(self, call: Call) -> str | None:
        """Hand a call over and return the id of its context, if Home Assistant gives one within `ACCEPTED_S`.

        Raises:
            BridgeError: there is no connection, or Home Assistant said no.
            CallError: no such entity, or it does not support this.
        """
        entity = self._inventory.entity(call.entity)
        if entity is None:
            raise CallError(f"{call.entity!r} is not reached through Home Assistant")
        services.check(entity, call)
        domain, service, data = service_of(call)
        connection, calls = self._live_connection(), self._calls
        if calls is None or self._calling >= MOST_CALLS:
            raise BridgeError(f"{MOST_CALLS} calls wait for Home Assistant already")
        # A group of ours is none there: its members are asked, all at once.
        own = self._inventory.is_group(entity.id)
        target = {"entity_id": list(entity.members) if own else entity.id}
        fields = {"domain": domain, "service": service, "service_data": data, "target": target}
        # In a task: whoever waits for it may go away, and its context must become known all the same.
        task = calls.create_task(self._deliver(connection, fields))
        done, _ = await asyncio.wait([task], timeout=ACCEPTED_S)
        came = task.result() if done else None
        match came:
            case AnswerError(reason=reason) if reason in _WRONG:
                raise CallError(str(came))
            case LostError() | None:
                # Perhaps it was carried out: what the entity reports decides.
                return None
            case HubError():
                raise came
            case str():
                return came

    async def serve(
        self,
        domain: str,
        service: str,
        data: Mapping[str, object] = NOTHING,
        target: Mapping[str, object] = NOTHING,
        *,
        returns: bool = False,
        timeout_s: float = 0.0,
    ) -> object:
        """Call any service, wait until it was carried out, and return its response if it ``returns`` one.

        Raises:
            HubError: it was not carried out, or nobody knows.
        """
        fields: dict[str, object] = {"domain": domain, "service": service, "service_data": dict(data)}
        if target:
            fields["target"] = dict(target)
        if returns:
            fields["return_response"] = True
        self._tracing.called()
        context = None
        try:
            answer = await self._live_connection().request("call_service", fields, timeout_s=timeout_s)
            context, response = _context_of(answer)
            return response
        finally:
            self._tracing.answered(context)

    async def ask(self, kind: str, **fields: object) -> object:
        """Send any command of the WebSocket API and return its result.

        Raises:
            HubError: it was refused, or there is no connection.
        """
        return await self._live_connection().request(kind, fields)

    async def services(self) -> Mapping[str, object]:
        """Return every service by domain and name, each with its fields, as Home Assistant has them now.

        Raises:
            HubError: there is no connection.
        """
        return mapping(await self.ask("get_services"))

    async def automation(self, id: str) -> Mapping[str, object]:
        """Return how an automation is written: its triggers, conditions and actions.

        Raises:
            HubError: there is none of this id, or the token is not of an administrator.
        """
        return mapping(mapping(await self.ask("automation/config", entity_id=id)).get("config"))

    async def automations(self) -> Mapping[EntityId, Mapping[str, object]]:
        """Return how each automation is written, by its id; those that are not told are left out.

        When it last ran is the attribute ``last_triggered`` of its state.

        Raises:
            HubError: there is no connection.
        """
        found: dict[EntityId, Mapping[str, object]] = {}
        for entity in self._inventory.of_domain("automation"):
            try:
                found[entity.id] = await self.automation(entity.id)
            except AnswerError as error:
                log.debug("%s", error)
        return found

    def room_of(self, id: str) -> str | None:
        """Return what the room is called where a device or an entity is, by its id there; ``None`` if that is open."""
        return self._inventory.registries.room_of(id)

    def offered(self, domain: str) -> Sequence[Entity]:
        """Return the entities of a domain, but those that are hidden there, or kept from assistants."""
        return self._inventory.offered(domain)

    async def events(self, *types: str) -> AsyncGenerator[tuple[str, Mapping[str, object]]]:
        """Yield type and data of each event of these types until the connection breaks.

        Raises:
            HubError: there is no connection, it may not be listened to, or the connection broke.
        """
        connection = self._live_connection()
        # One place more than events take: the end of the connection must always find one.
        queue: asyncio.Queue[tuple[str, Mapping[str, object]] | None] = asyncio.Queue(MOST_LISTENED + 1)

        def on_event(event: Event) -> None:
            if queue.qsize() < MOST_LISTENED:
                queue.put_nowait((str(event.get("event_type")), mapping(event.get("data"))))

        connection.ended.add_done_callback(lambda _: queue.put_nowait(None))
        for kind in types:
            await connection.subscribe("subscribe_events", on_event, {"event_type": kind})
        while True:
            event = await queue.get()
            if event is None:
                raise LostError(f"the connection to Home Assistant broke: {connection.ended.result()}")
            yield event

    async def wait_connected(self) -> None:
        """Return once it is connected and has told all it knows."""
        while not self._synced:
            await self._came.wait()

    async def wait_lost(self) -> None:
        """Return once there is no connection."""
        while self._connection is not None:
            await self._went.wait()

    # One connection

    async def _live(self) -> str:
        """Connect once, bring the house up to date, keep it so, and return why that ended."""
        async with connected(self._settings) as connection:
            self._begin(connection)
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [
                        group.create_task(self._guarded(connection, part))
                        for part in (self._synchronize, self._apply, self._follow, self._forecast)
                    ]
                    await asyncio.shield(connection.ended)
                    for task in tasks:
                        task.cancel()
            finally:
                await self._end(connection)
        return f"Home Assistant is gone: {connection.ended.result()}"

    async def _guarded(self, connection: Connection, part: Callable[[Connection], Awaitable[None]]) -> None:
        """Run a part of a connection's life; what fails in it ends the connection."""
        try:
            await part(connection)
        except HubError as error:
            connection.drop(str(error))

    def _begin(self, connection: Connection) -> None:
        self._waiting.clear()
        self._dirty.clear()
        self._arrived.clear()
        # Not idle before the first word: nothing may be taken for gone that was not told of yet.
        self._idle.clear()
        self._connection = connection
        self._connects += 1
        self._version = connection.version
        self._detail = f"connected to {self._settings.url} ({connection.version}), reading what is there"
        self._went.clear()

    async def _end(self, connection: Connection) -> None:
        self._connection, self._synced = None, False
        self._received += connection.received
        self._rejected += connection.rejected
        self._came.clear()
        self._went.set()
        await self._in_slices(self._inventory.lost())

    async def _synchronize(self, connection: Connection) -> None:
        """Read everything; what changes meanwhile is listened to already, so that nothing is lost in between."""
        # First of all: ids must rise, and coalescing is only for what is asked later.
        await self._optional(connection, "supported_features", {"features": {"coalesce_messages": 1}})
        for kind in CHANGED:
            await connection.subscribe("subscribe_events", self._on_registry, {"event_type": kind})
        await self._tracing.begin(connection)
        await load(connection, self._inventory.registries)
        await load_entries(connection, self._inventory.registries)
        self._inventory.lay_out()
        self._inventory.begin()
        await connection.subscribe("subscribe_entities", self._on_entities)
        await self._applied_all()
        starting = not await self._running(connection)
        self._synced = True
        self._detail = f"connected to {self._settings.url} ({connection.version})"
        log.info("%s: %d entities", self._detail, len(self._inventory))
        self._came.set()
        self._changed.set()
        while starting:
            # What is not there yet may only not be loaded yet.
            await asyncio.sleep(STARTING_S)
            starting = not await self._running(connection)
        await self._applied_all()
        await self._in_slices(self._inventory.prune())
        self._inventory.regroup()

    async def _running(self, connection: Connection) -> bool:
        config = mapping(await connection.request("get_config"))
        return config.get("state", "RUNNING") == "RUNNING"

    async def _optional(self, connection: Connection, kind: str, fields: Mapping[str, object]) -> None:
        try:
            await connection.request(kind, fields)
        except AnswerError as error:
            log.debug("%s", error)

    async def _apply(self, _: Connection) -> None:
        """Apply what arrived, in slices."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            until_s = loop.time() + SLICE_S
            while self._waiting and loop.time() < until_s:
                self._inventory.take(self._waiting.popleft())
                self._applied += 1
            if not self._waiting:
                self._inventory.group_new()
                self._arrived.clear()
                self._idle.set()
            await asyncio.sleep(0)

    async def _applied_all(self) -> None:
        """Return once everything that has arrived is applied."""
        await self._idle.wait()

    async def _follow(self, connection: Connection) -> None:
        """Read again what changed in the registries, and describe anew what that is about."""
        registries = self._inventory.registries
        while True:
            await self._changed.wait()
            self._changed.clear()
            if not self._synced or not self._dirty:
                continue
            await asyncio.sleep(SETTLE_S)
            dirty, self._dirty = self._dirty, set()
            ids = {one for one in dirty if "." in one}
            if dirty - ids:
                await load(connection, registries)
                self._inventory.lay_out()
            if ids:
                await load_entries(connection, registries, ids)
            await self._in_slices(self._inventory.redescribe(None if dirty - ids else ids))
            self._inventory.regroup()

    async def _forecast(self, connection: Connection) -> None:
        """Fetch forecasts now and then: Home Assistant gives them only to who asks."""
        while True:
            await self._came.wait()
            for station in self._inventory.of_domain("weather"):
                forecast = await forecasts.fetch(connection, station.id)
                if forecast:
                    self._inventory.take(News(station.id, attributes={"forecast": forecast}))
            await asyncio.sleep(forecasts.EVERY_S)

    def _on_entities(self, event: Event) -> None:
        self._idle.clear()
        self._waiting.extend(read(event))
        if len(self._waiting) > self._settings.max_waiting and self._connection is not None:
            self._connection.drop("more changes than we can follow: everything is read anew")
        self._arrived.set()

    def _on_registry(self, event: Event) -> None:
        told = mapping(event.get("data"))
        if event.get("event_type") == "entity_registry_updated" and isinstance(told.get("entity_id"), str):
            self._dirty.update(
                str(told[key]) for key in ("entity_id", "old_entity_id") if isinstance(told.get(key), str)
            )
        else:
            self._dirty.add(str(event.get("event_type")))
        self._changed.set()

    async def _in_slices(self, steps: Iterator[None]) -> None:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + SLICE_S
        for _ in steps:
            if loop.time() > until_s:
                await asyncio.sleep(0)
                until_s = loop.time() + SLICE_S

    # Calls

    async def _deliver(self, connection: Connection, fields: Mapping[str, object]) -> str | HubError | None:
        """Make a call and return the id of its context, or what went wrong."""
        self._calling += 1
        self._tracing.called()
        context = None
        try:
            answer = await connection.request("call_service", fields, timeout_s=LONGEST_CALL_S)
            context, _ = _context_of(answer)
        except HubError as error:
            return error
        finally:
            self._calling -= 1
            self._tracing.answered(context)
        return context

    def _live_connection(self) -> Connection:
        if self._connection is None or self._connection.ended.done():
            raise LostError(f"not connected: {self._detail}")
        return self._connection

    # Between connections

    async def _give_up(self, why: str) -> None:
        """Tell the owner, and wait for ever: each attempt with a wrong token counts towards a ban (``ip_ban``)."""
        self._refused = True
        self._log(why)
        await asyncio.Event().wait()

    def _wait_s(self, failed: int) -> float:
        settings = self._settings
        # The exponent is bounded: 2.0 ** 1024 is an error, and Home Assistant may be away for years.
        ceiling_s = min(settings.longest_wait_s, settings.shortest_wait_s * 2.0 ** min(failed - 1, 30))
        return max(settings.shortest_wait_s, ceiling_s * (0.5 + self._jitter() / 2))

    def _log(self, why: str) -> None:
        """Note what is wrong; it is logged once until something else is."""
        if why != self._detail:
            log.warning("%s", why)
        self._detail = why


def _context_of(answer: object) -> tuple[str | None, object]:
    """Return the id of the context and the response that a ``call_service`` is answered with."""
    context = mapping(mapping(answer).get("context")).get("id")
    return (context if isinstance(context, str) else None), mapping(answer).get("response")
