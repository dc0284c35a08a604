"""Tests of `daemon.store.file` and of the migrations: nothing of a household's is ever replaced or lost."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import daemon.store.habit_tables
import daemon.store.household_tables
import daemon.store.mcp_tables
import daemon.store.plan_tables
import daemon.store.routine_tables
import daemon.store.sealed_tables
import daemon.store.tables
import daemon.store.voice_tables
from daemon.journal import Journal
from daemon.store import Store, StoreError, StoreFileError
from daemon.store.file import APPLICATION_ID, back_up, prepare, restore, revision_of
from daemon.store.migrations import MIGRATIONS, REVISIONS, Migrations
from tests.doubles import START, ManualClock

DATABASES = Path(__file__).parent / "databases"
NEXT = f"{int(REVISIONS[-1]) + 1:04}"
"""A revision that there is not yet."""
SAVED = [path.stem for path in sorted(DATABASES.glob("*.db"))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hearth.db"


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def schema(path: Path) -> list[tuple[object, ...]]:
    rows = query(path, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name")
    return [(*row[:3], " ".join(str(row[3]).split())) for row in rows]


# What is found at the start


def test_a_missing_file_is_created(path: Path):
    prepare(path, MIGRATIONS, now=START)
    assert revision_of(path) == MIGRATIONS.head
    assert query(path, "PRAGMA application_id") == [(APPLICATION_ID,)]


def test_a_present_file_stays_as_it_is(path: Path):
    prepare(path, MIGRATIONS, now=START)
    before = path.read_bytes()
    prepare(path, MIGRATIONS, now=START)
    assert (path.read_bytes(), [entry.name for entry in path.parent.iterdir()]) == (before, ["hearth.db"])


def test_what_a_kill_left_half_made_is_cleared_away(path: Path):
    path.with_name("hearth.db.new").write_bytes(b"half a database")
    prepare(path, MIGRATIONS, now=START)
    assert [entry.name for entry in path.parent.iterdir()] == ["hearth.db"]


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("shopping list: milk, eggs, a new database\n" * 100)


def strange(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE states (id INTEGER)")
        connection.commit()


def damaged(path: Path) -> None:
    prepare(path, MIGRATIONS, now=START)
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8000)


def truncated(path: Path) -> None:
    prepare(path, MIGRATIONS, now=START)
    path.write_bytes(path.read_bytes()[:5000])


def without_a_revision(path: Path) -> None:
    prepare(path, MIGRATIONS, now=START)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.commit()


def newer(path: Path) -> None:
    prepare(path, MIGRATIONS, now=START)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (empty, "store-empty"),
        (text, "store-foreign"),
        (strange, "store-foreign"),
        (damaged, "store-corrupt"),
        (truncated, "store-corrupt"),
        (without_a_revision, "store-corrupt"),
        (newer, "store-newer"),
        (a_folder, "store-unreadable"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_not_replaced(path: Path, spoil: Callable[[Path], None], code: str):
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreFileError, match=r"hearth\.db") as caught:
        prepare(path, MIGRATIONS, now=START)
    assert caught.value.code == code
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_log_without_its_file_is_refused(path: Path):
    path.with_name("hearth.db-wal").write_bytes(b"something")
    with pytest.raises(StoreFileError, match="put it back"):
        prepare(path, MIGRATIONS, now=START)
    assert not path.exists()


# Migrations


def test_every_revision_but_the_newest_has_a_saved_database():
    assert tuple(SAVED) == REVISIONS[:-1]


@pytest.mark.parametrize("revision", SAVED)
def test_a_saved_database_becomes_what_a_new_one_is_and_keeps_its_entries(path: Path, revision: str):
    shutil.copy(DATABASES / f"{revision}.db", path)
    fresh = path.with_name("fresh.db")
    prepare(fresh, MIGRATIONS, now=START)
    told = "SELECT id, at, kind, cause, words.said, words.body FROM entry JOIN entry_words AS words ON entry = id"
    # Since then the words stand beside the entries.
    entries = query(path, told if revision >= "0012" else "SELECT id, at, kind, cause, said, body FROM entry")
    prepare(path, MIGRATIONS, now=START)
    assert schema(path) == schema(fresh)
    assert entries
    assert query(path, told) == entries


@pytest.mark.parametrize("broken", [False, True], ids=["sound", "tampered with"])
async def test_a_record_is_as_sound_after_the_migration_as_it_was_before(path: Path, broken: bool):
    shutil.copy(DATABASES / "0011.db", path)
    if broken:
        with closing(sqlite3.connect(path)) as knife:
            knife.executescript("DROP TRIGGER entry_not_edited; UPDATE entry SET origin = 'text';")
    async with Store.open(path, ManualClock()) as store:
        found = await Journal(store, ManualClock()).verify()
    assert found.ok is not broken


def test_the_schema_file_is_what_the_migrations_make(path: Path):
    migrated = path.with_name("migrated.db")
    sqlite3.connect(migrated).close()
    MIGRATIONS.upgrade(migrated)
    prepare(path, MIGRATIONS, now=START)
    assert schema(path) == schema(migrated)
    for table in ("alembic_version", "entry_head"):
        assert query(path, f"SELECT * FROM {table}") == query(migrated, f"SELECT * FROM {table}")


def test_the_classes_are_what_the_schema_is(path: Path):
    prepare(path, MIGRATIONS, now=START)
    tables = SQLModel.metadata.tables
    owned = {name for name in tables if tables[name] in declared()}
    in_file = {str(row[0]) for row in query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert owned == in_file - {"alembic_version", "sqlite_sequence"}
    for name in owned:
        columns = query(path, f"SELECT name, \"notnull\" OR pk FROM pragma_table_info('{name}')")
        assert columns == [(column.name, int(not column.nullable)) for column in tables[name].columns]


def declared() -> list[object]:
    modules = (
        daemon.store.tables,
        daemon.store.routine_tables,
        daemon.store.plan_tables,
        daemon.store.household_tables,
        daemon.store.mcp_tables,
        daemon.store.habit_tables,
        daemon.store.sealed_tables,
        daemon.store.voice_tables,
    )
    rows = [row for module in modules for row in vars(module).values()]
    return [getattr(row, "__table__", None) for row in rows if isinstance(row, type)]


def test_a_migration_leaves_a_backup_of_before(path: Path):
    shutil.copy(DATABASES / "0001.db", path)
    prepare(path, MIGRATIONS, now=START)
    assert revision_of(path.with_name("hearth.db.backup-0001-20260301T120000Z")) == "0001"


def test_the_last_three_backups_are_kept(path: Path):
    for day in range(5):
        shutil.copy(DATABASES / "0001.db", path)
        prepare(path, MIGRATIONS, now=START + timedelta(days=day))
    kept = sorted(backup.name[-16:] for backup in path.parent.glob("*.backup-*"))
    assert kept == ["20260303T120000Z", "20260304T120000Z", "20260305T120000Z"]


def test_what_is_only_in_the_log_is_migrated_too(path: Path):
    shutil.copy(DATABASES / "0001.db", path)
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE late (word TEXT)")
    writer.execute("INSERT INTO late VALUES ('here')")
    writer.commit()
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{path.with_name('cut.db')}{suffix}")
    writer.close()
    prepare(path.with_name("cut.db"), MIGRATIONS, now=START)
    assert query(path.with_name("cut.db"), "SELECT word FROM late") == [("here",)]


def with_one_more(tmp_path: Path, body: str) -> Migrations:
    """Return Hearth's migrations with one more that runs ``body``."""
    folder = tmp_path / "migrations %d"
    shutil.copytree(MIGRATIONS.folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    code = (
        f"from alembic import op\nimport os\nrevision = '{NEXT}'\ndown_revision = '{REVISIONS[-1]}'\ndef upgrade():\n"
    )
    (folder / f"versions/{NEXT}_next.py").write_text(code + "".join(f"    {line}\n" for line in body.splitlines()))
    return Migrations(folder, (*REVISIONS, NEXT))


CHANGE = "op.execute('CREATE TABLE more (id INTEGER)')\nop.execute('DROP TABLE approval')\n"


def test_a_further_migration_runs(path: Path, tmp_path: Path):
    prepare(path, MIGRATIONS, now=START)
    prepare(path, with_one_more(tmp_path, CHANGE), now=START)
    assert revision_of(path) == NEXT


@pytest.mark.parametrize(
    "fault",
    ["raise RuntimeError('no')", "op.execute('SELECT * FROM nothing')", "op.execute('PRAGMA user_version = ')"],
)
def test_a_failing_migration_leaves_the_file_as_it_was(path: Path, tmp_path: Path, fault: str):
    prepare(path, MIGRATIONS, now=START)
    before = path.read_bytes()
    with pytest.raises(StoreFileError, match=NEXT) as caught:
        prepare(path, with_one_more(tmp_path, CHANGE + fault), now=START)
    assert caught.value.code == "store-migration"
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir() if "hearth.db" in entry.name] == ["hearth.db"]


def test_a_migration_that_leaves_a_dangling_reference_fails(path: Path, tmp_path: Path):
    prepare(path, MIGRATIONS, now=START)
    fault = "op.execute(\"INSERT INTO entry_target VALUES ('light.a', 77)\")"
    with pytest.raises(StoreFileError, match="dangling"):
        prepare(path, with_one_more(tmp_path, fault), now=START)
    assert revision_of(path) == REVISIONS[-1]


MIGRATE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from daemon.store.file import prepare
from daemon.store.migrations import Migrations
now = datetime(2026, 3, 1, tzinfo=UTC)
prepare(Path(sys.argv[1]), Migrations(Path(sys.argv[2]), tuple(sys.argv[3:])), now=now)
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", range(3))
def test_a_kill_within_a_migration_leaves_the_file_as_it_was_and_the_next_start_goes_on(
    path: Path, tmp_path: Path, step: int
):
    shutil.copy(DATABASES / "0001.db", path)
    before = path.read_bytes()
    lines = CHANGE.splitlines()
    lines.insert(step, "os.environ.get('KILL') and os.kill(os.getpid(), 9)")
    migrations = with_one_more(tmp_path, "\n".join(lines))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "KILL": "1"}
    command = [sys.executable, "-c", MIGRATE, str(path), str(migrations.folder), *migrations.revisions]
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    prepare(path, migrations, now=START)
    assert revision_of(path) == NEXT
    assert not list(path.parent.glob("*.new*"))


def test_a_file_that_another_program_has_open_is_not_migrated(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("daemon.store.file.BUSY_S", 0.05)
    prepare(path, MIGRATIONS, now=START)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE theirs (id INTEGER)")
        other.execute("BEGIN")
        other.execute("SELECT * FROM theirs").fetchall()
        with pytest.raises(StoreError) as caught:
            prepare(path, with_one_more(tmp_path, CHANGE), now=START)
    assert caught.value.code == "store-locked"


# Backups by hand


def test_a_backup_of_a_database_in_use_can_be_brought_back(path: Path):
    prepare(path, MIGRATIONS, now=START)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE mine (id INTEGER)")
        connection.commit()
        back_up(path, path.with_name("copy.db"))
    path.write_text("")
    aside = restore(path.with_name("copy.db"), path, now=START)
    assert aside is not None
    assert aside.read_text() == ""
    assert query(path, "SELECT name FROM sqlite_master WHERE name = 'mine'") == [("mine",)]


@pytest.mark.parametrize("spoil", [empty, text, strange, damaged])
def test_what_is_no_backup_of_ours_is_not_brought_back(path: Path, spoil: Callable[[Path], None]):
    prepare(path, MIGRATIONS, now=START)
    spoil(path.with_name("copy.db"))
    with pytest.raises(StoreFileError):
        restore(path.with_name("copy.db"), path, now=START)
    assert revision_of(path) == MIGRATIONS.head
