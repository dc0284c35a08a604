"""Timers of the real process: told when they are done, and told once and late after a kill."""

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from daemon import client
from tests.process import Running, running

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

SOON_S = 20.0
"""As long as anything may take on a slow machine; nothing is asserted to take long."""
LATE_S = 6.0
"""Longer than what counts as on time."""


def first_notice(state: Path) -> dict[str, object]:
    """Return the next notice, as a follower gets it."""
    return cast("dict[str, object]", next(iter(client.follow(state, "notices.follow"))))


async def said(daemon: Running) -> Sequence[str]:
    """Return every notice that is on record."""
    entries = cast("list[dict[str, str]]", await daemon.ask("journal", limit=100))
    return [entry["what"] for entry in entries if entry["what"].startswith("said: ")]


async def test_a_timer_is_told_to_who_follows(tmp_path: Path):
    async with running(tmp_path / "state") as daemon, asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
        following = group.create_task(asyncio.to_thread(first_notice, daemon.state))
        answer = await daemon.say("set a tea timer for 1 second")
        notice = await following
        left = await daemon.ask("due")
    assert (answer["reply"], answer["status"]) == ("I set a tea timer for 1 second.", "done")
    assert (notice["text"], notice["late"]) == ("Your tea timer is done.", False)
    assert left == []


async def told_after_a_start(state: Path) -> Sequence[str]:
    """Run the daemon until nothing is due; return every notice that is on record then."""
    async with running(state) as daemon, asyncio.timeout(SOON_S):
        while not (told := await said(daemon)) or await daemon.ask("due"):
            await asyncio.sleep(0.05)
    return told


async def test_the_command_line_lists_what_is_due_and_noted(tmp_path: Path):
    async with running(tmp_path / "state") as daemon:
        for text in (
            "set a tea timer for 1 hour",
            "remind me tomorrow at 8 to call mum",
            "add milk to my shopping list",
        ):
            assert (await daemon.say(text))["status"] == "done"
        timers = await hearth(daemon.state, "timers")
        due = json.loads(await hearth(daemon.state, "due", "--json"))
        reminders = await hearth(daemon.state, "reminders")
        lists = await hearth(daemon.state, "lists")
    assert "tea timer, 3" in timers
    assert [(row["kind"], row["name"], row["text"]) for row in due] == [
        ("timer", "tea", ""),
        ("reminder", None, "call mum"),
    ]
    assert "reminder call mum" in reminders
    assert lists == "shopping: [ ] milk\n"


async def hearth(state: Path, *arguments: str) -> str:
    """Return what a command prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "daemon", *arguments, "--state", str(state), stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0
    return printed.decode()


async def test_a_timer_that_ended_while_the_daemon_was_dead_is_told_late_and_once(tmp_path: Path):
    async with running(tmp_path / "state") as daemon:
        await daemon.say("set a tea timer for 2 seconds")
        daemon.kill()
        await daemon.process.wait()
    await asyncio.sleep(2 + LATE_S)  # time itself is what this is about
    first = await told_after_a_start(tmp_path / "state")
    told = await told_after_a_start(tmp_path / "state")
    assert told == first
    assert len(told) == 1
    assert told[0].startswith("said: Your tea timer was done ")
    assert told[0].endswith(" ago, while I was away.")
