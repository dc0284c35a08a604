"""What somebody who has their memory sealed says to the whole daemon is in no byte of its state directory."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest

from daemon import client
from daemon.app import DATABASE
from daemon.app.running import Run
from daemon.copies import Copies
from daemon.store import Store
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


async def copied(house: Family) -> None:
    """Make the copy of a day."""
    await house.clock.advance(timedelta(days=1, seconds=1))
    async with Store.open(house.state / DATABASE, house.clock) as store:
        await Copies(house.state, store, house.clock).look()


async def test_nothing_that_is_said_is_in_any_file(tmp_path: Path) -> None:
    async with served(tmp_path) as house:
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        for line in TOLD:
            await house.says("anna", line)
        await copied(house)
        assert len(list(tmp_path.glob("copies/*.db"))) == 1
        assert places(tmp_path) == {}
        assert (await house.hearth.journal.verify()).ok
    assert places(tmp_path) == {}


async def test_what_was_said_before_is_sealed_with_the_record_of_it(tmp_path: Path) -> None:
    async with served(tmp_path) as house:
        for line in (*TOLD[:-2], "turn on the kitchen lamp"):
            await house.says("anna", line)
        before = await record(house)
        assert places(tmp_path) != {}
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        assert places(tmp_path) == {}
        found = await house.hearth.journal.verify()
        assert (found.ok, found.forgotten) == (True, 0)
        sealed = await record(house)
        assert {words for said, words in sealed if said is None} >= {"something that is sealed"}
        assert not any(said for said, _ in sealed)
        await asks(house, "memory.unseal", passphrase=PASSPHRASE)
        assert await record(house) == before
        assert (await house.hearth.journal.verify()).ok


async def record(house: Family) -> list[tuple[str | None, str]]:
    """Return what the record has of Anna's words."""
    entries = await house.hearth.journal.entries()
    return [(entry.cause.said, entry.what) for entry in entries if entry.cause.person == "anna"]


async def test_what_must_work_while_locked_does_and_can_be_undone(tmp_path: Path) -> None:
    async with served(tmp_path) as house:
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        await asks(house, "memory.lock")
        assert "tomorrow" in await house.says("anna", "remind me to feed the cat tomorrow at nine")
        assert "feed the cat" in await house.says("anna", "what are my reminders?")
        await house.says("anna", "undo that")
        assert "no reminders" in await house.says("anna", "what are my reminders?")
        await house.says("anna", "add milk to the shopping list")
        assert "milk" in await house.says("anna", "what is on the shopping list?")
        assert (await house.hearth.journal.verify()).ok


def sealed_entries(state: Path) -> set[int]:
    """Return of which entries of the record words are sealed."""
    with closing(sqlite3.connect(state / DATABASE)) as file:
        return {entry for (entry,) in file.execute("SELECT entry FROM sealed_words")}


async def test_a_topic_is_forgotten_in_the_sealed_record_too(tmp_path: Path) -> None:
    async with served(tmp_path) as house:
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        await house.says("anna", "remember that my zyxmark000 is at the dentist")
        await house.says("anna", "where is my zyxmark000?")
        before = sealed_entries(tmp_path)
        await house.says("anna", "forget everything about zyxmark000")
        assert "Forgotten" in await house.says("anna", "yes")
        assert before
        assert not before & sealed_entries(tmp_path)
        found = await house.hearth.journal.verify()
        assert found.ok
        assert found.forgotten > 0


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
        assert "locked" in await house.says("anna", "where is my zyxmark000?")
        await asks(house, "memory.unlock", passphrase=PASSPHRASE)
        assert "zyxmark006" in await house.says("anna", "what am I allergic to?")
        assert "zyxmark005" in await house.says("anna", "what did we say about the noise?")
        assert places(tmp_path) == {}


async def coached(house: Family) -> None:
    """Let a week pass in which nothing is heard of a goal, so that it is asked about."""
    runs = [one for one in house.hearth.runs if one.name in ("coaching", "notify")]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(running(one)) for one in runs]
        await house.clock.until_sleeping(1)
        await house.clock.advance(timedelta(days=8, hours=5.5))
        async with asyncio.timeout(30):
            while not coachings(house.state):
                await asyncio.sleep(0)
        for task in tasks:
            task.cancel()


async def running(one: Run) -> None:
    await one.run()


def coachings(state: Path) -> list[str]:
    """Return what people were asked about their goals."""
    with closing(sqlite3.connect(state / DATABASE)) as file:
        return [text for (text,) in file.execute("SELECT text FROM notification WHERE kind = 'coaching'")]


@pytest.mark.parametrize("first", ["sealed", "asked"])
async def test_a_notice_about_a_goal_has_none_of_its_words(tmp_path: Path, first: str) -> None:
    async with served(tmp_path) as house:
        await house.says("anna", "my goal is to learn zyxmark003 by May")
        if first == "asked":
            await coached(house)
            assert "zyxmark003" in coachings(tmp_path)[0]
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        if first == "sealed":
            await coached(house)
            assert coachings(tmp_path) == ["How is it going with the goal that you told me of?"]
        assert marked(tmp_path) == set()
        assert places(tmp_path) == {}


OUT_OF_COVER = (
    ("remind me to feed the zyxmark001 tomorrow at nine", {"due"}),
    ("add zyxmark002 to the shopping list", {"list_item"}),
    ("when I say zyxmark003 turn on the lamp", {"learned"}),
    ("remember that the spare key is in the zyxmark004 drawer", {"memory", "memory_fact", "memory_posting"}),
    ("set a zyxmark006 timer for ten minutes", {"due"}),
)
"""What stays readable, as it is said before one seals, and where it stands: nowhere else."""


@pytest.mark.parametrize(("line", "tables"), OUT_OF_COVER, ids=[line for line, _ in OUT_OF_COVER])
async def test_what_stays_readable_is_what_was_said_before(tmp_path: Path, line: str, tables: set[str]) -> None:
    async with served(tmp_path) as house:
        await asks(house, "memory.seal", passphrase=PASSPHRASE)
        await house.says("anna", line)
        assert marked(tmp_path) == tables


def marked(state: Path) -> set[str]:
    """Return the tables in which a marker stands."""
    with closing(sqlite3.connect(state / DATABASE)) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name for name in tables if "zyxmark" in repr(file.execute(f"SELECT * FROM {name}").fetchall())}
