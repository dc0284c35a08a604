"""Serves the house over HTTP for as long as the daemon runs; a port that is taken is waited for."""

import asyncio
import contextlib
import logging
import os
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from daemon.config import DashboardSection
from daemon.control import Operation
from daemon.dashboard.metrics import Metric
from daemon.notify.model import Answered
from daemon.supervise import Condition, Health, HealthTable
from daemon.tokens import Token
from voice.satellite import Satellite

if TYPE_CHECKING:
    import uvicorn

    from daemon.dashboard.guard import App

log = logging.getLogger("hearth." + __name__)

PORT_WAIT_S = 30.0
"""How long until a port that was taken is tried again."""
_REMEDY = "free the port, or set dashboard.port to another (0: any that is free) and restart"
FAREWELL_S = 2.0
"""How long answers that are under way may take once the daemon ends."""
MOST_AT_ONCE = 64
"""Connections; further ones are told to try later."""


PING_S = (10.0, 10.0)
"""How often a browser that is connected is asked whether it is there, and how long it may take to say so."""
LONGEST_FRAME = 16 * 1024
"""Bytes of one message over a WebSocket: a quarter of a second of sound has 8,000."""
Serve = Callable[[Satellite, Callable[[str, str], None]], Awaitable[None]]
"""Serves a satellite until it is cancelled, and tells what was said and answered: `daemon.rooms.Rooms.serve`."""


class Buttons(Protocol):
    """Who knows what a token stands for: `daemon.tokens.Tokens`."""

    def read(self, token: str) -> Token:
        """Return what it says, or raise `TokenError`."""
        ...

    async def redeem(self, token: str) -> Answered:
        """Use it, or raise `TokenError`."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What the house offers over HTTP."""

    operations: Mapping[str, Operation]
    """By the names of the control socket."""
    table: HealthTable
    buttons: Buttons
    answered: Callable[[Answered], Awaitable[None]]
    """Is given what a button stood for; returns once that is taken."""
    measures: Callable[[], Sequence[Metric]] = tuple
    serve: Serve | None = None
    """Listens to a browser; without, there is no such page."""


class Dashboard:
    """The HTTP server of one daemon."""

    def __init__(self, settings: DashboardSection, house: House, *, bearer: str) -> None:
        """Take ``bearer``, the token that a program must bring to use the operations."""
        self._settings, self._house, self._bearer = settings, house, bearer
        self._health = Health("dashboard", Condition.DEGRADED, "it has not started yet", "it starts by itself")
        self.listening = asyncio.Event()
        """Set while clients can connect."""
        self.port: int | None = None
        """The port it listens on."""

    def health(self) -> Health:
        """Return whether it can be reached, and where."""
        return self._health

    async def run(self) -> None:
        """Serve until cancelled; a port that is taken is tried again later."""
        while True:
            try:
                listener = listening(self._settings)
            except OSError as error:
                await self._wait(error)
                continue
            with listener:
                await self._listen(listener)

    async def _listen(self, listener: socket.socket) -> None:
        self.port = int(listener.getsockname()[1])
        self._health = Health("dashboard", Condition.FINE, f"http://{self._settings.host}:{self.port}")
        self.listening.set()
        try:
            await _knock(listener)
            # Only now, and beside the loop: what serves takes half a second to import, and 15 MiB.
            server = await asyncio.to_thread(lambda: _server(self._app()))
            await _serve(server, listener)
        finally:
            self.listening.clear()
            self._health = Health("dashboard", Condition.DEGRADED, "it ended", "it is started again by itself")

    def _app(self) -> "App":
        from daemon.dashboard.api import application
        from daemon.dashboard.guard import Guard

        given = self._settings
        hosts = {"localhost", given.host, *given.hosts}
        if given.url is not None:
            hosts.add(urlsplit(given.url).hostname or "")
        answered = Counter[str]()
        return Guard(application(self._house, self._bearer, answered), hosts, answered)

    async def _wait(self, error: OSError) -> None:
        where = f"{self._settings.host}:{self._settings.port}"
        # Its own words say the address again; those for a name that is not found are no system error's.
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)
        problem = f"cannot listen on {where} ({why})"
        if self._health.detail != problem:
            log.warning("dashboard: %s; %s", problem, _REMEDY)
        self._health = Health("dashboard", Condition.DEGRADED, problem, _REMEDY)
        await asyncio.sleep(PORT_WAIT_S)


def listening(settings: DashboardSection) -> socket.socket:
    """Return a socket that listens where the page is to be.

    Raises:
        OSError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family)


async def _knock(listener: socket.socket) -> None:
    """Wait until somebody wants to connect."""
    loop, knocked = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(listener, knocked.set)
    try:
        await knocked.wait()
    finally:
        loop.remove_reader(listener)


async def _serve(server: "uvicorn.Server", listener: socket.socket) -> None:
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve([listener]))
        try:
            await asyncio.shield(serving)
        finally:
            # Of its own accord, not cancelled: so it lets clients go first.
            server.should_exit = True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await asyncio.shield(serving)


def _server(app: "App") -> "uvicorn.Server":
    import uvicorn

    class Server(uvicorn.Server):
        """One that leaves the signals to the daemon."""

        @contextlib.contextmanager
        def capture_signals(self) -> Generator[None]:
            """Capture none: ending is by cancellation."""
            yield

    config = uvicorn.Config(
        app,
        loop="none",
        http="h11",
        ws="websockets-sansio",
        ws_max_size=LONGEST_FRAME,
        ws_ping_interval=PING_S[0],
        ws_ping_timeout=PING_S[1],
        # Sound cannot be compressed like that, and what could be is short.
        ws_per_message_deflate=False,
        lifespan="off",
        # Of its log, the addresses: there may be tokens in them.
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_AT_ONCE,
        timeout_graceful_shutdown=1,
    )
    config.load()
    return Server(config)
