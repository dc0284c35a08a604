"""What was forgotten, in whatever way, is in no byte of the state directory of a daemon, copies of a week included."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.app import DATABASE
from daemon.app.running import Run
from daemon.copies import KEPT, Copies, copies, rescue
from daemon.store import Store
from tests.daemon.remembering.family import Family, family

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
    "play zyxmark011",
    "what did we say about the zyxmark005?",
)
"""Of a profile, preferences, a goal, an instruction, episodes, progress; commands, questions, and what nobody took."""


def places(state: Path) -> dict[str, list[int]]:
    """Return which markers stand in which file."""
    found: dict[str, list[int]] = {}
    for path in state.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            found[path.name] = [number for number in range(12) if f"zyxmark{number:03}".encode() in content]
    return {name: numbers for name, numbers in found.items() if numbers}


async def coached(house: Family) -> None:
    """Let a week pass in which nothing is heard of the goal, so that it is asked about."""
    runs = [one for one in house.hearth.runs if one.name in ("coaching", "notify")]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_running(one)) for one in runs]
        await house.clock.until_sleeping(1)
        await house.clock.advance(timedelta(days=8, hours=5.5))
        async with asyncio.timeout(30):
            while not await _notices(house.state):
                await asyncio.sleep(0)
        for task in tasks:
            task.cancel()


async def _running(one: Run) -> None:
    await one.run()


async def _notices(state: Path) -> int:
    with closing(sqlite3.connect(state / DATABASE)) as file:
        return int(file.execute("SELECT count(*) FROM notification WHERE text LIKE '%zyxmark%'").fetchone()[0])


async def copied(house: Family, days: int) -> None:
    """Make the copies of so many days."""
    async with Store.open(house.state / DATABASE, house.clock) as store:
        keeper = Copies(house.state, store, house.clock)
        for _ in range(days):
            await house.clock.advance(timedelta(days=1, seconds=1))
            await keeper.look()


@pytest.mark.parametrize(
    "wishes",
    [
        ["forget everything you know about me", "yes"],
        [line for number in range(12) for line in (f"forget everything about zyxmark{number:03}", "yes")],
    ],
    ids=["everything", "topic by topic"],
)
async def test_no_marker_is_left_in_any_file_and_none_comes_back(tmp_path: Path, wishes: list[str]) -> None:
    async with family(tmp_path) as house:
        for line in TOLD:
            await house.says("anna", line)
        await coached(house)
        assert {number for found in places(tmp_path).values() for number in found} == set(range(12))
        for wish in wishes:
            await house.says("anna", wish)
        assert (await house.hearth.journal.verify()).ok
        assert await _notices(tmp_path) == 0
    assert places(tmp_path) == {}


async def test_copies_and_what_was_set_aside_lose_it_within_a_week(tmp_path: Path) -> None:
    """A damaged database that was gone back from stays beside the one in use, with all that was ever told."""
    async with family(tmp_path) as house:
        for line in TOLD:
            await house.says("anna", line)
        await copied(house, 1)
        clock = house.clock
    path = tmp_path / DATABASE
    path.write_bytes(b"rubbish zyxmark000" * 1000)
    assert rescue(path, tmp_path, now=clock.now()) is not None
    (tmp_path / f"{DATABASE}.backup-0001-{clock.now():%Y%m%dT%H%M%SZ}").write_bytes(b"zyxmark001")
    async with family(tmp_path) as house:
        await house.clock.set(clock.now())
        await house.says("anna", "forget everything you know about me")
        assert "within a week" in await house.says("anna", "yes")
        assert DATABASE not in places(tmp_path)
        assert len(places(tmp_path)) == 3
        await copied(house, KEPT + 1)
    assert len(copies(tmp_path)) == KEPT
    assert places(tmp_path) == {}


async def test_nothing_of_a_talk_off_the_record_is_logged_or_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "don't remember this")
        for line in TOLD:
            await house.says("anna", line)
        await house.clock.advance(timedelta(hours=2))
        await house.says("anna", "what did I say about the noise?")
        await copied(house, 1)
    assert places(tmp_path) == {}
    assert "zyxmark" not in caplog.text
