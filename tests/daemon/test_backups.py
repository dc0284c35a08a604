"""A backup holds the database and the small files beside it, and brings both back."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.app import DATABASE
from daemon.backups import back_up_all, restore_all
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
    assert set(back_up_all(state, tmp_path / "backup")) == set(BESIDE)
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
    back_up_all(state, tmp_path / "backup")
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
