"""Tests of `daemon.store`: transactions, full disks, kills."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from daemon.clock import SystemClock
from daemon.store import DiskFullError, Store, StoreError
from daemon.store.errors import StoreFileError
from tests.doubles import ManualClock


def put(key: str, size: int = 1):
    """Return work that writes one row with a body of ``size`` bytes."""

    def work(session: Session) -> None:
        session.connection().exec_driver_sql("CREATE TABLE IF NOT EXISTS note (key TEXT PRIMARY KEY, body BLOB)")
        session.connection().exec_driver_sql("INSERT INTO note VALUES (?, zeroblob(?))", (key, size))

    return work


def keys(session: Session) -> list[str]:
    return [row[0] for row in session.connection().exec_driver_sql("SELECT key FROM note ORDER BY key")]


async def test_what_was_written_is_there_after_opening_again(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:
        await store.run(put("a"))
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:
        assert await store.run(keys) == ["a"]


async def test_work_that_raises_leaves_nothing_behind(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:
        await store.run(put("a"))
        with pytest.raises(IntegrityError):
            await store.run(lambda session: (put("b")(session), put("a")(session)))
        assert await store.run(keys) == ["a"]


async def test_what_was_handed_over_is_written_even_if_its_caller_leaves(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store, asyncio.TaskGroup() as group:
        callers = [group.create_task(store.run(put(key))) for key in "abc"]
        await asyncio.sleep(0)
        for caller in callers:
            caller.cancel()
        assert await store.run(keys) == ["a", "b", "c"]


async def test_the_file_is_set_up_for_a_daemon(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:

        def settings(session: Session) -> list[object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return [session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

        assert await store.run(settings) == ["wal", 1, 1, 2000]


async def test_only_its_owner_may_read_the_file(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", ManualClock()):
        assert (tmp_path / "hearth.db").stat().st_mode & 0o077 == 0


async def test_leaving_ends_the_log_and_the_thread(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:
        await store.run(put("a"))
    assert not (tmp_path / "hearth.db-wal").exists()
    with pytest.raises(StoreError) as caught:
        await store.run(keys)
    assert caught.value.code == "store-closed"


async def test_another_program_that_holds_the_file_is_an_error_that_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("daemon.store.BUSY_S", 0.05)
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:
        shell = sqlite3.connect(tmp_path / "hearth.db", isolation_level=None)
        shell.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            await store.run(put("a"))
        shell.close()
        await store.run(put("a"))
    assert caught.value.code == "store-locked"


async def test_more_transactions_than_may_wait_are_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.store.MOST_WAITING", 2)
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store, asyncio.TaskGroup() as group:
        for key in "ab":
            group.create_task(store.run(put(key)))
        await asyncio.sleep(0)
        with pytest.raises(StoreError) as caught:
            await store.run(put("c"))
    assert caught.value.code == "store-busy"


# A full disk, once as SQLite's own limit and once as a real file system


async def test_a_full_disk_is_told_and_passes_without_a_restart(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:
        await store.run(put("a"))
        await limit_pages(store, 40)
        with pytest.raises(DiskFullError, match="free some"):
            await store.run(put("b", 1_000_000))
        assert store.full
        assert await store.run(keys) == ["a"]
        await limit_pages(store, 100_000)
        await store.run(put("c", 1_000_000))
        assert not store.full


async def limit_pages(store: Store, pages: int) -> None:
    await store.run(lambda session: session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}").close())


def mounted(script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run Python in a mount namespace of its own, with a small file system at ``tmp_path``."""
    command = f"mount -t tmpfs -o size=3m none {tmp_path} && exec {sys.executable} -c '{script}' {tmp_path}"
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "true"], check=False, capture_output=True).returncode:
        pytest.skip("no mount namespaces here")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        [unshare, "-rm", "sh", "-c", command], env=environment, capture_output=True, text=True, check=False, timeout=50
    )


FULL = """
import asyncio, pathlib, sys
from daemon.clock import SystemClock
from daemon.store import DiskFullError, Store
from tests.daemon.test_store import keys, put

async def main(folder):
    async with Store.open(folder / "hearth.db", SystemClock()) as store:
        await store.run(put("a"))
        (folder / "film").write_bytes(bytes(1 << 20))
        filled = 0
        try:
            for filled in range(1000):
                await store.run(put(f"b{filled}", 50_000))
        except DiskFullError:
            print("full", store.full)
        await store.run(lambda session: session.connection().exec_driver_sql(
            "DELETE FROM note WHERE key > ?", ("b",)).close(), urgent=True)
        print(await store.run(keys), (folder / "hearth.db.reserve").exists())
        (folder / "film").unlink()
        await store.run(put("c", 50_000))
        print(await store.run(keys), store.full)

asyncio.run(main(pathlib.Path(sys.argv[1])))
"""


@pytest.mark.slow
def test_on_a_really_full_disk_the_reserve_lets_things_be_deleted(tmp_path: Path):
    ran = mounted(FULL.replace("'", '"'), tmp_path)
    assert ran.stdout.splitlines() == ["full True", "['a'] False", "['a', 'c'] False"], ran.stderr


READ_ONLY = """
import asyncio, pathlib, subprocess, sys
from daemon.clock import SystemClock
from daemon.store import Store, StoreError

async def main(folder):
    async with Store.open(folder / "hearth.db", SystemClock()):
        pass
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    try:
        async with Store.open(folder / "hearth.db", SystemClock()):
            pass
    except StoreError as error:
        print(error.code, "make it writable" in str(error))

asyncio.run(main(pathlib.Path(sys.argv[1])))
"""


@pytest.mark.slow
def test_a_read_only_file_system_is_named_as_such(tmp_path: Path):
    ran = mounted(READ_ONLY, tmp_path)
    assert ran.stdout == "store-read-only True\n", ran.stderr


# Kills

WRITER = """
import asyncio, pathlib, sys
from daemon.clock import SystemClock
from daemon.store import Store
from tests.daemon.test_store import put

async def main(path, prefix):
    async with Store.open(path, SystemClock()) as store:
        for number in range(100_000):
            def two(session):
                put(f"{prefix}-{number:06}-a", 3_000)(session)
                put(f"{prefix}-{number:06}-b", 3_000)(session)
            await store.run(two)
            print(f"{prefix}-{number:06}", flush=True)

asyncio.run(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
"""


@pytest.mark.slow
def test_no_kill_loses_what_was_acknowledged_or_tears_a_transaction(tmp_path: Path):
    path, acknowledged = tmp_path / "hearth.db", set[str]()
    for round_ in range(20):
        acknowledged |= killed_writer(path, f"{round_:02}", after=1 + round_ * 7 % 40)
    with sqlite3.connect(path) as connection:
        found = {row[0] for row in connection.execute("SELECT key FROM note")}
        damage = connection.execute("PRAGMA integrity_check").fetchone()[0]
    pairs = {key[:-2] for key in found}
    assert damage == "ok"
    assert acknowledged <= pairs
    assert found == {f"{pair}-{half}" for pair in pairs for half in "ab"}


def killed_writer(path: Path, prefix: str, *, after: int) -> set[str]:
    """Let a process write until it has acknowledged ``after`` transactions, kill it, return what it acknowledged."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", WRITER, str(path), prefix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(after)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    # The last line may be torn: what was not printed whole was not acknowledged.
    return {line.strip() for line in lines if line.endswith("\n")}


async def test_a_file_damaged_while_in_use_is_named_with_the_remedy(tmp_path: Path):
    path = tmp_path / "hearth.db"
    async with Store.open(path, SystemClock()) as store:
        await store.run(put("a", 500_000))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 400_000)
    with pytest.raises(StoreFileError, match="hearth restore"):
        async with Store.open(path, SystemClock()) as store:
            await store.run(keys)
