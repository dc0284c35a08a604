"""A backup holds the database and the small files beside it, and brings both back."""

import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.app import DATABASE
from daemon.backups import back_up_all, restore_all
from daemon.history import History, Kept
from daemon.history.copying import copied
from daemon.past import FILE as HISTORY
from daemon.store import Store, StoreFileError
from tests.doubles import ManualClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BESIDE = {
    "api.token": b"token",
    "custom_sentences/en/ours.yaml": b"language: en\n",
    "muted.json": b"[]",
    "satellites/own.pem": b"key",
}


@pytest.fixture
async def state(tmp_path: Path) -> Path:
    """Return a state directory in use, with what may be kept and with what can be made again."""
    folder = tmp_path / "state"
    for name, content in {**BESIDE, "cache/en.bin": b"\0", "hearth.lock": b""}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600)
    async with Store.open(folder / DATABASE, ManualClock(NOON)):
        pass
    return folder


def files_in(state: Path) -> dict[str, bytes]:
    """Return the files beside the database by name."""
    found = {str(path.relative_to(state)): path.read_bytes() for path in state.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if not name.startswith(DATABASE)}


async def test_what_stands_beside_the_database_comes_back_on_another_machine(state: Path, tmp_path: Path):
    assert set(back_up_all(state, tmp_path / "backup", now=NOON)) == set(BESIDE)
    new = tmp_path / "new"
    new.mkdir()
    assert set(restore_all(tmp_path / "backup", new, now=NOON).files) == set(BESIDE)
    assert files_in(new) == BESIDE
    assert (new / "satellites/own.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    async with Store.open(new / DATABASE, ManualClock(NOON)) as store:
        assert store.problem is None


def test_a_copy_of_before_without_such_files_comes_back_too(state: Path, tmp_path: Path):
    (tmp_path / "new").mkdir()
    assert restore_all(state / DATABASE, tmp_path / "new", now=NOON).files == []


@pytest.mark.parametrize("name", ["/etc/passwd", "../muted.json", "custom_sentences/../../x.yaml", "hearth.db-wal"])
def test_a_name_that_is_not_ours_is_written_nowhere(state: Path, tmp_path: Path, name: str):
    back_up_all(state, tmp_path / "backup", now=NOON)
    with closing(sqlite3.connect(tmp_path / "backup")) as backup, backup:
        backup.execute("UPDATE backup_file SET name = ? WHERE name = 'muted.json'", (name,))
    new = tmp_path / "new"
    new.mkdir()
    restore_all(tmp_path / "backup", new, now=NOON)
    assert files_in(new) == {one: content for one, content in BESIDE.items() if one != "muted.json"}
    assert not (tmp_path / "muted.json").exists()


def test_what_is_no_backup_changes_nothing(state: Path, tmp_path: Path):
    (tmp_path / "backup").write_bytes(b"rubbish" * 1000)
    before = files_in(state)
    with pytest.raises(StoreFileError):
        restore_all(tmp_path / "backup", state, now=NOON)
    assert files_in(state) == before


CHANGES = [
    Kept(NOON - timedelta(days=age), "light.hall", value) for age, value in ((200, "on"), (50, "off"), (1, "on"))
]


async def remember(state: Path, changes: Sequence[Kept]) -> None:
    """Write a history."""
    async with History.open(state / HISTORY, ManualClock(NOON)) as history:
        for kept in changes:
            history.keep(kept)
        await history.flush()


async def recalled(state: Path) -> list[tuple[int, str | None]]:
    """Return how many days ago the lamp became what, as the history in a state directory says."""
    async with History.open(state / HISTORY, ManualClock(NOON)) as history:
        found = await history.between("light.hall", NOON - timedelta(days=999), NOON)
    return [((NOON - kept.at).days, kept.value) for kept in found]


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        # What a thing has been since before that goes along: else nobody would know what it was then.
        (90, [(200, "on"), (50, "off"), (1, "on")]),
        (30, [(50, "off"), (1, "on")]),
    ],
)
async def test_the_newest_of_the_history_comes_back(
    state: Path, tmp_path: Path, days: int, kept: list[tuple[int, str]]
):
    await remember(state, CHANGES)
    assert HISTORY in back_up_all(state, tmp_path / "backup", now=NOON, history_days=days)
    new = tmp_path / "new"
    new.mkdir()
    assert restore_all(tmp_path / "backup", new, now=NOON).history
    assert await recalled(new) == kept
    assert (new / HISTORY).stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(new / DATABASE)) as database:
        assert not database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'backup%'").fetchall()
    assert await recalled(state) == [(200, "on"), (50, "off"), (1, "on")]


async def test_a_history_that_is_there_is_put_aside_and_one_that_is_in_use_is_copied(state: Path, tmp_path: Path):
    async with History.open(state / HISTORY, ManualClock(NOON)) as history:
        for kept in CHANGES:
            history.keep(kept)
        await history.flush()
        back_up_all(state, tmp_path / "backup", now=NOON)
    new = tmp_path / "new"
    new.mkdir()
    await remember(new, [Kept(NOON, "light.hall", "off")])
    restore_all(tmp_path / "backup", new, now=NOON)
    assert len(await recalled(new)) == 3
    (aside,) = new.glob(f"{HISTORY}.replaced-*Z")
    async with History.open(aside, ManualClock(NOON)) as history:
        assert await history.amount() == 1


async def test_without_a_history_in_the_backup_the_one_that_is_there_stays(state: Path, tmp_path: Path):
    await remember(state, CHANGES)
    assert HISTORY not in back_up_all(state, tmp_path / "backup", now=NOON, history_days=0)
    assert not restore_all(tmp_path / "backup", state, now=NOON).history
    assert len(await recalled(state)) == 3


async def test_a_history_is_cut_until_it_is_small_enough_and_else_left_out(state: Path, tmp_path: Path):
    many = [Kept(NOON - timedelta(minutes=n), f"sensor.s{n % 50}", f"word {n}") for n in range(10_000)]
    await remember(state, many)
    small = tmp_path / "small.db"
    assert copied(state / HISTORY, small, now=NOON, days=90, most_bytes=400_000)
    assert small.stat().st_size <= 400_000
    assert not copied(state / HISTORY, small, now=NOON, days=90, most_bytes=1_000)
    assert not small.exists()


@pytest.mark.parametrize("content", [b"rubbish", zlib.compress(b"rubbish"), zlib.compress(b"\0" * (64 << 20))])
async def test_a_history_that_somebody_made_up_is_left_out(state: Path, tmp_path: Path, content: bytes):
    await remember(state, CHANGES)
    back_up_all(state, tmp_path / "backup", now=NOON)
    with closing(sqlite3.connect(tmp_path / "backup")) as backup, backup:
        backup.execute("UPDATE backup_history SET content = ?", (content,))
    assert not restore_all(tmp_path / "backup", state, now=NOON).history
    assert len(await recalled(state)) == 3
    assert not list(state.glob("*.new"))


async def test_a_damaged_history_does_not_keep_the_rest_from_being_backed_up(state: Path, tmp_path: Path):
    (state / HISTORY).write_bytes(b"rubbish" * 1_000)
    assert set(back_up_all(state, tmp_path / "backup", now=NOON)) == set(BESIDE)
