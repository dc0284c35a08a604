"""Tools of others, as they are put together: what asks them, and which door shows them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.app.talking import Talking
from daemon.config import Config
from daemon.mcp.asking import Asking
from daemon.mcp.servers import PART, Servers
from daemon.mcp.wiring import servers_of
from daemon.operations import Operations
from daemon.operations.mcp import McpOperations
from daemon.reasoner.model import Model
from daemon.supervise import HealthTable


@dataclass(frozen=True, slots=True)
class Outside:
    """The servers, and how people ask them."""

    servers: Servers
    asking: Asking


@asynccontextmanager
async def outside_of(config: Config, house: House, kept: Kept, model: Model | None) -> AsyncGenerator[Outside]:
    """Hold what asks tools of others; what it starts ends with it. Nothing is started before somebody asks.

    Raises:
        ConfigError: a server cannot be had as it is configured.
        StoreError: it cannot be read what is approved.
    """
    servers = Servers(servers_of(config.mcp), kept.store, kept.clock, model)
    await servers.begin()
    try:
        yield Outside(servers, Asking(servers, house.household))
    finally:
        await servers.close()


def let_look_up(outside: Outside, talking: Talking, operations: Operations, table: HealthTable) -> None:
    """Have servers asked by sentences, and shown at the terminal."""
    operations.take(McpOperations(outside.servers))
    if not outside.servers.by_name:
        return
    table.ask(PART, outside.servers.health)
    grammars = talking.understanding.grammars
    before = grammars.before
    grammars.before = lambda text: before(text) or outside.asking.meaning(text)
