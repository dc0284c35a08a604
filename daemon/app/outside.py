"""Tools of others, as they are put together where any are configured: what asks them, and which door shows them."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.app.talking import Talking
from daemon.config import Config
from daemon.operations import Operations
from daemon.reasoner.model import Model
from daemon.supervise import HealthTable
from skills.effect import Effect

if TYPE_CHECKING:
    # Of a house that has none, nobody waits for these.
    from daemon.mcp.asking import Asking
    from daemon.mcp.servers import Servers


@dataclass(frozen=True, slots=True)
class Outside:
    """The servers, and how people ask them; ``None`` where there are none."""

    servers: "Servers | None" = None
    asking: "Asking | None" = None

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return self.asking.effects() if self.asking is not None else ()


@asynccontextmanager
async def outside_of(config: Config, house: House, kept: Kept, model: Model | None) -> AsyncGenerator[Outside]:
    """Hold what asks tools of others; what it starts ends with it. Nothing is started before somebody asks.

    Raises:
        ConfigError: a server cannot be had as it is configured.
        StoreError: it cannot be read what is approved.
    """
    if not config.mcp:
        yield Outside()
        return
    from daemon.mcp.asking import Asking
    from daemon.mcp.servers import Servers
    from daemon.mcp.wiring import servers_of

    servers = Servers(servers_of(config.mcp), kept.store, kept.clock, model)
    await servers.begin()
    try:
        yield Outside(servers, Asking(servers, house.household))
    finally:
        await servers.close()


def let_look_up(outside: Outside, talking: Talking, operations: Operations, table: HealthTable) -> None:
    """Have servers asked by sentences, and shown at the terminal."""
    asking = outside.asking
    if outside.servers is None or asking is None:
        return
    from daemon.mcp.servers import PART
    from daemon.operations.mcp import McpOperations

    operations.take(McpOperations(outside.servers))
    table.ask(PART, outside.servers.health)
    grammars = talking.understanding.grammars
    before = grammars.before
    grammars.before = lambda text: before(text) or asking.meaning(text)
