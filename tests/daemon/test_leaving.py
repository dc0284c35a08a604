"""Who leaves in the middle of a turn: what was begun is done to its end, and is on record."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.app import Hearth
from daemon.app.running import Run
from daemon.control import SOCKET
from daemon.conversation import Answer
from devices.twin import Fault, Twin
from skills.model import Utterance
from tests.daemon.test_app import BLIND, LAMP, LOCK, daemon, say

BOTH = "set the desk lamp to 40 percent and close the office blind"


@asynccontextmanager
async def running(state: Path) -> AsyncGenerator[tuple[Hearth, Twin]]:
    """Run what carries things out and what takes requests, with a lamp that takes its time."""
    async with daemon(state) as (hearth, twin), asyncio.timeout(30), asyncio.TaskGroup() as group:
        twin.slow_s = 0.1
        twin.set_fault(LAMP, Fault.SLOW)
        tasks = [group.create_task(_run(one)) for one in hearth.runs if one.name in ("control", "deeds")]
        await hearth.control.listening.wait()
        yield hearth, twin
        for task in tasks:
            task.cancel()


async def _run(one: Run) -> None:
    await one.run()


async def hang_up(hearth: Hearth, twin: Twin, state: Path, op: str, text: str) -> Answer:
    """Say something, leave once the first thing was done, and return what came of it."""
    ended = asyncio.Queue[Answer]()

    def heard(_: Utterance, answer: Answer) -> None:
        ended.put_nowait(answer)

    hearth.conversation.listen(heard)
    before = len(twin.sent)
    _, writer = await asyncio.open_unix_connection(os.path.relpath(state / SOCKET))
    writer.write(json.dumps({"op": op, "text": text}).encode() + b"\n")
    while len(twin.sent) == before:
        await asyncio.sleep(0)
    writer.close()
    return await ended.get()


@pytest.mark.parametrize("op", ["ask.aloud", "ask"])
async def test_a_command_of_two_things_is_done_to_its_end_when_its_speaker_leaves(tmp_path: Path, op: str):
    async with running(tmp_path) as (hearth, twin):
        came = await hang_up(hearth, twin, tmp_path, op, BOTH)
        entries = await hearth.journal.undoable()
    assert [(call.entity, call.service) for call in twin.sent] == [(LAMP, "turn_on"), (BLIND, "close_cover")]
    assert (came.status, len(entries)) == ("done", 2)


async def test_what_was_done_for_who_left_is_known_and_taken_back(tmp_path: Path):
    async with running(tmp_path) as (hearth, twin):
        await hang_up(hearth, twin, tmp_path, "ask.aloud", BOTH)
        why = await say(hearth, "why is the office blind closed")
        back = await say(hearth, "undo that")
    assert BOTH in why.reply
    assert back.status == "done"


async def test_a_yes_is_carried_out_when_its_speaker_leaves(tmp_path: Path):
    async with running(tmp_path) as (hearth, twin):
        twin.set_fault(LOCK, Fault.SLOW)
        await say(hearth, "unlock the front door")
        came = await hang_up(hearth, twin, tmp_path, "ask.aloud", "yes")
    assert ([call.entity for call in twin.sent], came.status) == ([LOCK], "done")
