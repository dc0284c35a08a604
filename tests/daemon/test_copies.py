"""A damaged database is put aside for the newest copy that is whole, and never for nothing."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.app import DATABASE
from daemon.copies import FOLDER, KEPT, Copies, copies, forget_copies, rescue
from daemon.store import Store, StoreFileError
from tests.doubles import ManualClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def kept(state: Path, clock: ManualClock, times: int = 1) -> Path:
    """Run a store for so many days; return its file."""
    path = state / DATABASE
    async with Store.open(path, clock) as store:
        keeper = Copies(state, store, clock)
        for _ in range(times):
            await keeper.look()
            await clock.advance(timedelta(days=1, seconds=1).total_seconds())
    return path


def spoil(path: Path) -> None:
    """Overwrite the page on which the lists begin: the file can be opened, and nobody has noticed yet."""
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'list_item'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


async def test_a_copy_a_day_is_kept_and_the_oldest_go(tmp_path: Path):
    await kept(tmp_path, ManualClock(NOON), times=KEPT + 2)
    assert len(copies(tmp_path)) <= KEPT + 1
    assert copies(tmp_path)[0][0] > NOON + timedelta(days=KEPT)
    assert (tmp_path / FOLDER).stat().st_mode & 0o077 == 0


async def test_a_folder_that_cannot_be_had_costs_a_copy_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / FOLDER).write_bytes(b"somebody's file")
    await kept(tmp_path, ManualClock(NOON))
    assert "could not be made" in caplog.text


LEFT = ("hearth.db.backup-0011-{}", "hearth.db.replaced-{}", "hearth.db.replaced-{}-wal", "history.db.replaced-{}")
"""What migrating, restoring and rescuing leave beside the databases."""


@pytest.mark.parametrize("name", LEFT)
async def test_what_is_left_beside_goes_as_copies_do(tmp_path: Path, name: str):
    """Whoever has something forgotten is told that it is gone within a week."""
    old, young, strange = (tmp_path / name.format(at) for at in ("20261101T120000Z", "20261121T120000Z", "mine"))
    for path in (old, young, strange):
        path.write_bytes(b"")
    await kept(tmp_path, ManualClock(NOON))
    assert [path.exists() for path in (old, young, strange)] == [False, True, True]


async def test_whoever_cannot_wait_a_week_has_all_copies_deleted(tmp_path: Path):
    path = await kept(tmp_path, ManualClock(NOON), times=2)
    aside, strange = (path.with_name(f"{DATABASE}.{end}") for end in ("replaced-20261121T120000Z", "mine"))
    for other in (aside, strange):
        other.write_bytes(b"")
    assert len(forget_copies(tmp_path)) == 3
    assert (path.exists(), strange.exists(), aside.exists(), copies(tmp_path)) == (True, True, False, [])


@pytest.mark.parametrize("damage", ["header", "empty"])
async def test_a_file_that_cannot_be_used_is_replaced_by_the_newest_copy(tmp_path: Path, damage: str):
    path = await kept(tmp_path, ManualClock(NOON))
    content = b"" if damage == "empty" else b"rubbish" * 1000
    path.write_bytes(content)
    done = rescue(path, tmp_path, now=NOON)
    assert done is not None
    assert done.aside is not None
    assert done.aside.read_bytes() == content
    assert done.copied_at == NOON
    async with Store.open(path, ManualClock(NOON)):
        pass


async def test_damage_met_while_running_is_healed_by_the_next_start(tmp_path: Path):
    clock = ManualClock(NOON)
    path = await kept(tmp_path, clock)
    spoil(path)
    async with Store.open(path, clock) as store:
        with pytest.raises(StoreFileError):
            await store.run_bare(lambda c: c.execute("SELECT * FROM list_item").fetchall())
        with pytest.raises(StoreFileError):
            await Copies(tmp_path, store, clock).look()
    assert rescue(path, tmp_path, now=NOON) is not None
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    assert rescue(path, tmp_path, now=NOON) is None


async def test_a_damaged_copy_is_passed_over(tmp_path: Path):
    path = await kept(tmp_path, ManualClock(NOON), times=2)
    spoil(copies(tmp_path)[0][1])
    path.write_bytes(b"")
    done = rescue(path, tmp_path, now=NOON)
    assert done is not None
    assert done.copied_at == NOON


async def test_nothing_is_replaced_that_is_whole_or_has_no_copy(tmp_path: Path):
    path = tmp_path / DATABASE
    async with Store.open(path, ManualClock(NOON)):
        pass
    assert rescue(path, tmp_path, now=NOON) is None
    path.write_bytes(b"")
    assert rescue(path, tmp_path, now=NOON) is None
    assert path.read_bytes() == b""


async def test_a_damaged_database_is_not_copied_over_good_copies(tmp_path: Path):
    clock = ManualClock(NOON)
    path = await kept(tmp_path, clock)
    spoil(path)
    async with Store.open(path, clock) as store:
        await Copies(tmp_path, store, clock).look()
    assert [at for at, _ in copies(tmp_path)] == [NOON]
