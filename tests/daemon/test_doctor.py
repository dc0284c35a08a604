import sqlite3
from pathlib import Path

import pytest

from daemon.clock import SystemClock
from daemon.doctor import examine
from daemon.store import Store, StoreFileError
from daemon.supervise import Condition, Health


def row(part: str, state: Path) -> Health:
    return next(row for row in examine(None, state) if row.part == part)


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_database_of_ours_is_degraded(tmp_path: Path, content: bytes):
    """An empty one was once called fine, and the daemon refused it."""
    (tmp_path / "hearth.db").write_bytes(content)
    assert row("database", tmp_path).condition is Condition.DEGRADED


async def test_a_database_of_ours_is_fine(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", SystemClock()):
        assert row("database", tmp_path).condition is Condition.FINE


async def test_damage_that_was_met_is_remembered(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", SystemClock()) as store:

        def damaged(connection: sqlite3.Connection) -> None:
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error

        assert store.problem is None
        with pytest.raises(StoreFileError):
            await store.run_bare(damaged)
        await store.run_bare(lambda _: None)
        assert store.problem is not None


def test_a_configuration_that_cannot_be_used_is_degraded(tmp_path: Path):
    rows = examine(tmp_path / "nowhere.toml", tmp_path)
    assert {row.part: row.condition for row in rows}["configuration"] is Condition.DEGRADED
