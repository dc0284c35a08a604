"""What somebody who has their memory sealed says to the whole daemon is in no byte of its state directory."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from daemon import client
from tests.daemon.remembering.family import Family, family

PASSPHRASE = "seven green bottles"
TOLD = (
    "remember that my zyxmark000 is at the dentist",
    "I like zyxmark001",
    "my favourite plant is zyxmark002",
    "my goal is to learn zyxmark003 by May",
    "always bring the zyxmark004",
    "the zyxmark005 made a strange noise again",
    "I'm allergic to zyxmark006",
    "I practised zyxmark003 with zyxmark007 for two hours today",
    "turn on the lamp zyxmark008",
    "what is zyxmark009",
    "where is my zyxmark000?",
    "turn off zyxmark010",
    "no, it's in the zyxmark011 box",
    "what did we say about the zyxmark005?",
    "what do you know about me?",
    "Ben's birthday is zyxmark013",
    "forget everything about zyxmark006",
    "yes",
)
"""Of a profile, preferences, a goal, an instruction, episodes, progress; commands, questions, and what nobody took."""


def places(state: Path) -> dict[str, list[int]]:
    """Return which markers stand in which file."""
    found: dict[str, list[int]] = {}
    for path in state.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            found[path.name] = [number for number in range(20) if f"zyxmark{number:03}".encode() in content]
    return {name: numbers for name, numbers in found.items() if numbers}


@asynccontextmanager
async def served(state: Path) -> AsyncGenerator[Family]:
    """Yield the family in its house, with the socket that the command line asks."""
    async with family(state) as house, asyncio.TaskGroup() as group:
        serving = group.create_task(house.hearth.control.run())
        await house.hearth.control.listening.wait()
        yield house
        serving.cancel()


async def asks(house: Family, op: str, **fields: object) -> object:
    """Ask as the command line does, for Anna."""
    return await asyncio.to_thread(client.request, house.state, {"op": op, "person": "anna", **fields})


async def test_nothing_that_is_said_is_in_any_file(tmp_path: Path) -> None:
    async with served(tmp_path) as house:
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        for line in TOLD:
            await house.says("anna", line)
        assert places(tmp_path) == {}
        assert (await house.hearth.journal.verify()).ok
    assert places(tmp_path) == {}


async def test_nothing_that_is_said_while_locked_is_in_any_file_and_all_of_it_is_known_later(tmp_path: Path) -> None:
    async with served(tmp_path) as house:
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        await asks(house, "memory.lock")
        for line in TOLD:
            await house.says("anna", line)
        assert places(tmp_path) == {}
        assert (await house.hearth.journal.verify()).ok
    async with served(tmp_path) as house:
        await house.clock.advance(timedelta(days=1))
        assert "locked" in await house.says("anna", "what am I allergic to?")
        await asks(house, "memory.unlock", passphrase=PASSPHRASE)
        assert "zyxmark006" in await house.says("anna", "what am I allergic to?")
        assert "zyxmark005" in await house.says("anna", "what did we say about the noise?")
        assert places(tmp_path) == {}
