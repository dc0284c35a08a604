"""Tests of ``hearth memory`` beside a daemon: what it must not do to the files of one that runs."""

import shutil
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.lock import locked
from daemon.store.file import revision_of
from daemon.store.migrations import MIGRATIONS

OLD = Path(__file__).parent / "databases" / "0012.db"
FIND = ("memory", "search", "key", "--state")


def test_the_database_of_an_older_daemon_that_runs_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Somebody updated Hearth, did not restart it, and looked for a note: what came later was lost."""
    shutil.copy(OLD, database := tmp_path / "hearth.db")
    with locked(tmp_path):
        assert main([*FIND, str(tmp_path)]) == 69
    assert "is of another version than this command; restart it" in capsys.readouterr().err
    assert revision_of(database) == "0012"
    assert not list(tmp_path.glob("*.backup-*"))


def test_without_a_daemon_it_is_migrated_and_a_backup_is_kept(tmp_path: Path):
    shutil.copy(OLD, database := tmp_path / "hearth.db")
    assert main([*FIND, str(tmp_path)]) == 0
    assert revision_of(database) == MIGRATIONS.head
    assert len(list(tmp_path.glob("*.backup-0012-*"))) == 1


def test_beside_a_daemon_of_this_version_it_works(tmp_path: Path):
    assert main(["memory", "add", "the key is in the drawer", "--state", str(tmp_path)]) == 0
    with locked(tmp_path):
        assert main([*FIND, str(tmp_path)]) == 0
