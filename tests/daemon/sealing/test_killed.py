"""A real daemon that is killed while somebody's memory is sealed, and the command line beside it."""

import asyncio
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daemon.cli import main
from tests.daemon.sealing.house import PASSPHRASE, places
from tests.process import Running, running

pytestmark = [pytest.mark.system, pytest.mark.slow]

CONFIG = """
[[people]]
id = "anna"
name = "Anna"
role = "owner"
"""
TOLD = (
    "remember that my zyxmark1 is at the dentist",
    "I'm allergic to zyxmark2",
    "my goal is to learn zyxmark3 by May",
    "the zyxmark4 made a strange noise again",
    "what is zyxmark5",
)


COUNT = """
SELECT (SELECT count(*) FROM memory) + (SELECT count(*) FROM sealed_row WHERE name = 'memory')
    + (SELECT count(*) FROM sealed_note)
"""


async def told(daemon: Running) -> None:
    """Say all of it, and wait until what was said is kept: three told, three said by the way, one of them answered."""
    with closing(sqlite3.connect(daemon.state / "hearth.db")) as file:
        (before,) = file.execute(COUNT).fetchone()
        for line in TOLD:
            await daemon.say(line, person="anna")
        async with asyncio.timeout(30):
            while file.execute(COUNT).fetchone()[0] < before + 6:
                await asyncio.sleep(0.1)


async def asked(daemon: Running, op: str) -> None:
    await daemon.ask(op, person="anna", passphrase=PASSPHRASE)


async def test_a_kill_leaves_nothing_in_plain_and_loses_nothing(tmp_path: Path) -> None:
    state, config = tmp_path / "state", tmp_path / "hearth.toml"
    config.write_text(CONFIG)
    async with running(state, "--config", str(config)) as daemon:
        await told(daemon)
        assert places(state) != []
        await asked(daemon, "memory.seal")
        assert places(state) == []
        await daemon.ask("memory.lock", person="anna")
        await told(daemon)
        assert places(state) == []
        await asked(daemon, "memory.unlock")
        await told(daemon)
        assert places(state) == []
        daemon.kill()
        await daemon.process.wait()
        assert places(state) == []
    async with running(state, "--config", str(config)) as daemon:
        assert "locked" in str((await daemon.say("what am I allergic to?", person="anna"))["reply"])
        await asked(daemon, "memory.unlock")
        assert "zyxmark2" in str((await daemon.say("what am I allergic to?", person="anna"))["reply"])
        assert places(state) == []
    assert places(tmp_path) == []


def test_the_command_line_asks_for_the_passphrase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state, config = tmp_path / "state", tmp_path / "hearth.toml"
    config.write_text(CONFIG)

    async def seal() -> None:
        async with running(state, "--config", str(config)) as daemon:
            await asked(daemon, "memory.seal")

    asyncio.run(seal())

    def hearth(*arguments: str, typed: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return main(["memory", *arguments, "--person", "anna", "--state", str(state)])

    assert hearth("add", "my zyxmark6 is in the attic", typed=f"{PASSPHRASE}\n") == 0
    assert hearth("search", "what is in the attic?", typed=f"{PASSPHRASE}\n") == 0
    assert "zyxmark6" in capsys.readouterr().out
    assert hearth("search", "what is in the attic?", typed="wrong passphrase\n") == 64
    assert hearth("export", typed="") == 64
    told = capsys.readouterr()
    assert "zyxmark6" not in told.out
    assert "that is not the passphrase" in told.err
    assert places(state) == []
