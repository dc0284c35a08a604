"""A history that cannot be opened just now: said once, tried again, and never put aside for it."""

import asyncio
import logging
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.history import History, Kept
from daemon.history.history import AGAIN_S
from tests.doubles import ManualClock

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)
SOON_S = 10.0


async def kept_in(file: Path, clock: ManualClock) -> list[str]:
    """Return of what a history has something, once it could be opened."""
    async with History.open(file, clock) as history:
        return list(await history.things())


async def test_a_history_that_cannot_be_reached_is_opened_once_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A folder that is not there stands for all that passes: SQLite says `SQLITE_CANTOPEN` then."""
    file, away, clock = tmp_path / "state" / "history.db", tmp_path / "away", ManualClock(NOW)
    file.parent.mkdir()
    async with History.open(file, clock) as history:
        history.keep(Kept(NOW - timedelta(hours=1), "light.hall", "on"))
        await history.flush()
    file.parent.rename(away)
    caplog.set_level(logging.INFO, "hearth")
    async with asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
        opening = group.create_task(kept_in(file, clock))
        for _ in range(3):
            await clock.until_sleeping()
            await clock.advance(AGAIN_S)
        await clock.until_sleeping()
        away.rename(file.parent)
        await clock.advance(AGAIN_S)
        assert await opening == ["light.hall"]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert not list(file.parent.glob("*.damaged"))


FULL = """
import asyncio, logging, pathlib, sys
from datetime import datetime, UTC
from daemon.history import History, Kept
from tests.doubles import ManualClock

logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stdout, level=logging.INFO)
NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)

async def kept(folder, clock):
    async with History.open(folder / "history.db", clock) as history:
        history.keep(Kept(NOW, "light.hall", "on"))
        await history.flush()
        return list(await history.things())

async def once(folder, clock):
    fill(folder / "film")
    opening = asyncio.ensure_future(kept(folder, clock))
    for _ in range(3):
        await clock.until_sleeping()
        await clock.advance(60)
    await clock.until_sleeping()
    (folder / "film").unlink()
    await clock.advance(60)
    print(await opening, sorted(one.name for one in folder.glob("*.damaged")))

def fill(film):
    with film.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass

asyncio.run(once(pathlib.Path(sys.argv[1]), ManualClock(NOW)))
"""


@pytest.mark.slow
def test_on_a_really_full_disk_a_history_is_begun_once_there_is_room(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no mount namespaces here")
    script = tmp_path / "script.py"
    script.write_text(FULL)
    disk = tmp_path / "disk"
    disk.mkdir()
    command = f"mount -t tmpfs -o size=256k none {disk} && exec {sys.executable} {script} {disk}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    ran = subprocess.run(
        [unshare, "-rm", "sh", "-c", command], env=environment, capture_output=True, text=True, check=False, timeout=50
    )
    said = ran.stdout.splitlines()
    assert [line.split()[0] for line in said] == ["WARNING", "INFO", "['light.hall']"], ran.stderr
    assert said[-1] == "['light.hall'] []"
    assert "full" in said[0]
