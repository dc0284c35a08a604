"""A whole daemon with a server of others beside it, approved as its owner does it: at the terminal."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from daemon.app import Hearth
from daemon.cli import main
from daemon.config import Config
from daemon.config.mcp import McpSection
from daemon.config.people import PersonEntry
from tests.daemon.mcp.peers import PAGES, sound
from tests.daemon.test_app import daemon

START_S = 10.0


def wiki(folder: Path, pages: Mapping[str, str] = PAGES, **given: object) -> McpSection:
    """Return the table of a server that is as it should be."""
    wire = sound(folder, pages)
    section = McpSection(command=wire.command, environment=dict(wire.environment), called=("encyclopedia", "Lexikon"))
    return section.model_copy(update=given)


async def hearth(state: Path, *arguments: str) -> int:
    """Run the command ``hearth`` against a daemon in this process; return its exit code."""
    return await asyncio.to_thread(main, [*arguments, "--state", str(state)])


@asynccontextmanager
async def household(
    state: Path,
    servers: Mapping[str, McpSection],
    approved: Sequence[str] = ("wiki.search",),
    people: Sequence[PersonEntry] = (),
) -> AsyncGenerator[Hearth]:
    """Run a daemon that may ask these tools."""
    async with (
        daemon(state, Config(mcp=servers, people=tuple(people))) as (built, _),
        asyncio.TaskGroup() as group,
    ):
        door = group.create_task(built.control.run())
        async with asyncio.timeout(START_S):
            await built.control.listening.wait()
        for tool in approved:
            assert await hearth(state, "mcp", "approve", tool, "--yes") == 0
        yield built
        door.cancel()
