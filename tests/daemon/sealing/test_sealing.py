"""What is sealed is found again while it is open, and nowhere else."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.backups import back_up_all, restore_all
from daemon.memory import MemoryId, Note, RememberingError, Selection
from daemon.sealing import SealingError
from daemon.sealing.credentials import unlock_by_credentials
from daemon.sealing.seals import Seals
from daemon.store import Store, StoreError
from daemon.store.places import LockedShelfError
from tests.daemon.sealing.house import ANNA, BEN, PASSPHRASE, House, house, places
from tests.doubles import START

DENTIST = "my zyxmark1 is at the dentist in Bonn"


@pytest.fixture
async def sealed(tmp_path: Path) -> AsyncGenerator[House]:
    """Return a house in which Anna told things, then sealed them."""
    async with house(tmp_path) as home:
        await home.tells(DENTIST)
        await home.tells("my favourite plant is zyxmark2")
        await home.tells("the spare key is in the blue drawer", shared=True)
        await home.sealing.seal(ANNA, PASSPHRASE)
        yield home


async def test_what_was_plain_is_sealed_and_found_as_before(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.tells(DENTIST)
        await home.tells("my favourite plant is zyxmark2")
        await home.memory.embed_missing()
        found, told = await home.finds("what is at the dentist?"), await home.memory.export(person=ANNA)
        assert places(tmp_path) != []
        await home.sealing.seal(ANNA, PASSPHRASE)
        assert places(tmp_path) == []
        assert await home.finds("what is at the dentist?") == found
        assert await home.memory.export(person=ANNA) == told
        await home.tells("the zyxmark3 is under the stairs")
        assert (await home.finds("what is under the stairs?"))[0] == "the zyxmark3 is under the stairs"
        assert places(tmp_path) == []
    assert places(tmp_path) == []


async def test_after_a_restart_it_is_locked_and_the_passphrase_opens_it(sealed: House, tmp_path: Path) -> None:
    before = await sealed.memory.export(person=ANNA)
    async with house(tmp_path) as home:
        assert home.sealing.is_locked(ANNA)
        assert await home.finds("what is at the dentist?") == []
        assert await home.finds("where is the spare key?") == ["the spare key is in the blue drawer"]
        await home.sealing.unlock(ANNA, PASSPHRASE)
        assert (await home.finds("what is at the dentist?"))[0] == DENTIST
        assert await home.memory.export(person=ANNA) == before
        await home.sealing.lock(ANNA)
        assert await home.finds("what is at the dentist?") == []
        assert await home.known() == await home.known(BEN)


async def test_vectors_are_there_again_after_unlocking(sealed: House, tmp_path: Path) -> None:
    await sealed.memory.embed_missing()
    vectors = "SELECT id, vector FROM memory WHERE vector IS NOT NULL ORDER BY id"
    before = await sealed.store.run_bare(lambda c: c.execute(vectors).fetchall())
    async with house(tmp_path) as home:
        await home.sealing.unlock(ANNA, PASSPHRASE)
        assert await home.store.run_bare(lambda c: c.execute(vectors).fetchall()) == before
        assert len(before) == 3


async def test_a_correction_and_a_change_of_mind_outlive_a_restart(sealed: House, tmp_path: Path) -> None:
    plant = next(fact for fact in await sealed.memory.facts(person=ANNA) if fact.object == "zyxmark2")
    assert plant.id is not None
    await sealed.memory.correct(plant.id, "zyxmark4", person=ANNA)
    await sealed.tells("I live in Bonn")
    await sealed.tells("I moved to Kiel")
    told = await sealed.memory.export(person=ANNA)
    assert places(tmp_path) == []
    async with house(tmp_path) as home:
        await home.sealing.unlock(ANNA, PASSPHRASE)
        assert await home.memory.export(person=ANNA) == told


@pytest.mark.parametrize(
    "selection",
    [Selection([MemoryId(1)]), Selection(topic="dentist"), Selection(everything=True)],
    ids=["one thing", "a topic", "everything"],
)
async def test_what_is_forgotten_stays_forgotten(sealed: House, tmp_path: Path, selection: Selection) -> None:
    gone = await sealed.memory.forget(selection, person=ANNA)
    assert gone.memories
    left = await sealed.memory.export(person=ANNA)
    async with house(tmp_path) as home:
        await home.sealing.unlock(ANNA, PASSPHRASE)
        assert await home.memory.export(person=ANNA) == left
        assert DENTIST not in await home.finds("what is at the dentist?")


async def test_nights_merge_and_forget_what_is_open(sealed: House, tmp_path: Path) -> None:
    for _ in range(3):
        await sealed.clock.advance(timedelta(hours=1))
        until = sealed.clock.now() + timedelta(days=2)
        await sealed.memory.add(Note("good night, zyxmark5", sealed.clock.now(), "Anna", ANNA, "me", expires_at=until))
    await sealed.clock.advance(timedelta(days=1, hours=1))
    assert (await sealed.memory.merge(before=sealed.clock.now() - timedelta(days=1))).memories == 2
    await sealed.clock.advance(timedelta(days=3))
    assert (await sealed.memory.sweep()).memories == 1
    async with house(tmp_path) as home:
        await home.sealing.unlock(ANNA, PASSPHRASE)
        assert not await home.finds("good night")


async def test_what_is_said_while_locked_is_put_away_unread(sealed: House, tmp_path: Path) -> None:
    await sealed.sealing.lock(ANNA)
    await sealed.tells("my zyxmark6 is at the dentist in Bonn")
    await sealed.memory.import_batch([Note("the zyxmark7 is loud", sealed.clock.now(), "Anna", ANNA, "me")])
    assert places(tmp_path) == []
    [state] = await sealed.sealing.states()
    assert (state.is_open, state.waiting) == (False, 2)
    await sealed.tells("I like wine", BEN)
    assert "I like wine" in await sealed.known(BEN)


@pytest.mark.parametrize("text", ["", " ", "x" * 20_000], ids=["empty", "blank", "endless"])
async def test_what_could_not_be_taken_in_is_not_put_away(sealed: House, text: str) -> None:
    """It would be in the way of all that was said later."""
    await sealed.sealing.lock(ANNA)
    with pytest.raises(RememberingError):
        await sealed.tells(text)
    [state] = await sealed.sealing.states()
    assert state.waiting == 0


async def test_nothing_is_written_in_plain_by_whoever_does_not_know_of_it(sealed: House, tmp_path: Path) -> None:
    """A program of before, or a statement that forgot to ask where rows stand."""
    with closing(sqlite3.connect(tmp_path / "hearth.db")) as other:
        for table in ("memory_fact", "memory_posting", "memory_sketch", "memory"):
            columns = [row[1] for row in other.execute(f"PRAGMA table_info({table})")]
            values = ["anna" if column == "shelf" else 7 for column in columns]
            with pytest.raises(sqlite3.IntegrityError, match="sealed"):
                other.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", values)


async def test_a_fact_for_a_locked_shelf_is_refused(sealed: House) -> None:
    fact = next(fact for fact in await sealed.memory.facts(person=ANNA) if fact.visibility == "me")
    await sealed.sealing.lock(ANNA)
    with pytest.raises(LockedShelfError):
        await sealed.memory.remember(fact)


async def test_two_people_have_keys_of_their_own(sealed: House, tmp_path: Path) -> None:
    await sealed.tells("my zyxmark8 is in the attic", BEN)
    await sealed.sealing.seal(BEN, "another passphrase")
    with pytest.raises(SealingError, match="not the passphrase"):
        await sealed.sealing.unlock(BEN, PASSPHRASE)
    async with house(tmp_path) as home:
        await home.sealing.unlock(BEN, "another passphrase")
        assert home.sealing.is_locked(ANNA)
        assert await home.finds("what is in the attic?", BEN) != []
        assert await home.finds("what is at the dentist?", BEN) == []
        assert await home.finds("what is in the attic?", ANNA) == []


# Passphrases


async def test_a_wrong_passphrase_is_refused_with_a_growing_wait(sealed: House, tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        waits = [await _wait(home) for _ in range(6)]
        assert waits == [0, 0, 0, 0, 30, 60]
        with pytest.raises(SealingError, match="too many"):
            await home.sealing.unlock(ANNA, PASSPHRASE)
    async with house(tmp_path) as home:
        with pytest.raises(SealingError, match="too many"):
            await home.sealing.unlock(ANNA, PASSPHRASE)
        await home.clock.advance(timedelta(minutes=30))
        await home.sealing.unlock(ANNA, PASSPHRASE)
        [state] = await home.sealing.states()
        assert state.is_open


async def _wait(home: House) -> float:
    """Give a wrong passphrase; return the seconds until it was looked at."""
    begun, code = home.clock.now(), "passphrase-wait"
    while code == "passphrase-wait":
        with pytest.raises(SealingError) as caught:
            await home.sealing.unlock(ANNA, "wrong passphrase")
        code = caught.value.code
        if code == "passphrase-wait":
            await home.clock.advance(timedelta(seconds=10))
    return (home.clock.now() - begun).total_seconds()


async def test_a_short_passphrase_seals_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        with pytest.raises(SealingError, match="8 characters"):
            await home.sealing.seal(ANNA, "seven")
        assert not home.sealing.is_sealed(ANNA)


async def test_it_is_locked_by_itself_when_its_time_is_over(sealed: House) -> None:
    await sealed.sealing.unlock(ANNA, PASSPHRASE, lasting=timedelta(minutes=30))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(sealed.sealing.run())
        await sealed.clock.until_sleeping(1)
        await sealed.clock.advance(timedelta(minutes=29))
        assert not sealed.sealing.is_locked(ANNA)
        await sealed.clock.advance(timedelta(minutes=2))
        async with asyncio.timeout(10):
            while not sealed.sealing.is_locked(ANNA):
                await asyncio.sleep(0)
        running.cancel()
    assert await sealed.finds("what is at the dentist?") == []


async def test_what_the_service_manager_opened_and_somebody_locked_stays_locked(sealed: House, tmp_path: Path) -> None:
    """The part that locks broke off and was started again: the memory stood open once more."""
    (tmp_path / "memory-anna").write_text(PASSPHRASE)
    async with Store.open(tmp_path / "hearth.db", sealed.clock) as store:
        seals = Seals(store, sealed.clock)
        await seals.begin()
        sealing = await seals.sealing()
        for opened in (True, False):
            async with asyncio.TaskGroup() as group:
                running = group.create_task(seals.run({"CREDENTIALS_DIRECTORY": str(tmp_path)}))
                await sealed.clock.until_sleeping(1)
                assert sealing.is_locked(ANNA) is not opened
                await sealing.lock(ANNA)
                running.cancel()


async def test_what_is_damaged_when_it_is_read_anew_is_locked(sealed: House, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "hearth.db")) as file, file:
        flipped(file)
    with pytest.raises(SealingError, match="damaged or moved"):
        await sealed.sealing.reread(ANNA)
    assert sealed.sealing.is_locked(ANNA)


async def test_the_service_manager_may_hand_over_a_passphrase(sealed: House, tmp_path: Path) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "memory-anna").write_text(f"{PASSPHRASE}\n")
    async with house(tmp_path) as home:
        await unlock_by_credentials(home.sealing, {"CREDENTIALS_DIRECTORY": str(folder)})
        assert not home.sealing.is_locked(ANNA)
        await home.sealing.lock(ANNA)
        (folder / "memory-anna").write_text("wrong")
        await unlock_by_credentials(home.sealing, {"CREDENTIALS_DIRECTORY": str(folder)})
        assert home.sealing.is_locked(ANNA)


# Back to plain, and gone


async def test_with_the_passphrase_it_is_in_plain_again(sealed: House, tmp_path: Path) -> None:
    told = await sealed.memory.export(person=ANNA)
    with pytest.raises(SealingError):
        await sealed.sealing.unseal(ANNA, "wrong passphrase")
    await sealed.sealing.unseal(ANNA, PASSPHRASE)
    assert await sealed.memory.export(person=ANNA) == told
    assert not sealed.sealing.is_sealed(ANNA)
    await sealed.tells("the zyxmark3 is under the stairs")
    async with house(tmp_path) as home:
        assert not home.sealing.is_sealed(ANNA)
        assert (await home.finds("what is at the dentist?"))[0] == DENTIST
        assert (await home.finds("what is under the stairs?"))[0] == "the zyxmark3 is under the stairs"
        assert await home.store.run_bare(lambda c: c.execute("SELECT count(*) FROM sealed_row").fetchone()) == (0,)


async def test_it_stays_sealed_while_something_waits_that_only_its_keys_open(sealed: House) -> None:
    await sealed.sealing.lock(ANNA)
    await sealed.tells("my zyxmark6 is in the cellar")
    with pytest.raises(SealingError, match="not taken in yet"):
        await sealed.sealing.unseal(ANNA, PASSPHRASE)
    assert sealed.sealing.is_sealed(ANNA)
    [state] = await sealed.sealing.states()
    assert state.waiting == 1


async def test_without_it_all_of_it_is_deleted_and_one_begins_anew(sealed: House, tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        assert await home.sealing.discard(ANNA) > 0
        await home.tells("I like tea")
        assert [text for text in await home.known() if "zyxmark" in text] == []
        assert "I like tea" in await home.known()
        assert (await home.finds("where is the spare key?"))[0] == "the spare key is in the blue drawer"


# Damage and copies


def moved(file: sqlite3.Connection) -> None:
    one, other = (row[0] for row in file.execute("SELECT record FROM sealed_row WHERE name = 'memory' ORDER BY id"))
    file.execute("UPDATE sealed_row SET record = ? WHERE name = 'memory' AND id = 1", (other,))
    file.execute("UPDATE sealed_row SET record = ? WHERE name = 'memory' AND id = 2", (one,))


def flipped(file: sqlite3.Connection) -> None:
    (record,) = file.execute("SELECT record FROM sealed_row WHERE name = 'memory' AND id = 1").fetchone()
    broken = record[:-1] + bytes([record[-1] ^ 1])
    file.execute("UPDATE sealed_row SET record = ? WHERE name = 'memory' AND id = 1", (broken,))


@pytest.mark.parametrize("spoil", [moved, flipped])
async def test_what_was_tampered_with_does_not_open(
    sealed: House, tmp_path: Path, spoil: Callable[[sqlite3.Connection], None]
) -> None:
    await sealed.sealing.lock(ANNA)
    with closing(sqlite3.connect(tmp_path / "hearth.db")) as file, file:
        spoil(file)
    with pytest.raises(SealingError, match="damaged or moved"):
        await sealed.sealing.unlock(ANNA, PASSPHRASE)
    assert sealed.sealing.is_locked(ANNA)
    assert await sealed.finds("what is at the dentist?") == []


async def test_a_backup_holds_it_sealed_and_opens_where_it_is_restored(sealed: House, tmp_path: Path) -> None:
    told = await sealed.memory.export(person=ANNA)
    file, elsewhere = tmp_path / "elsewhere.backup", tmp_path / "new"
    elsewhere.mkdir()
    back_up_all(tmp_path, file, now=START)
    restore_all(file, elsewhere, now=START)
    assert places(tmp_path) == []
    async with house(elsewhere) as home:
        assert await home.finds("what is at the dentist?") == []
        await home.sealing.unlock(ANNA, PASSPHRASE)
        assert await home.memory.export(person=ANNA) == told


async def test_sealing_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.tells(DENTIST)
        broken = "CREATE TRIGGER no BEFORE INSERT ON sealed_row BEGIN SELECT RAISE(ABORT, 'no'); END"
        await home.store.run_bare(lambda c: c.execute(broken))
        with pytest.raises((sqlite3.IntegrityError, StoreError)):
            await home.sealing.seal(ANNA, PASSPHRASE)
        assert (await home.finds("what is at the dentist?"))[0] == DENTIST
        await home.store.run_bare(lambda c: c.execute("DROP TRIGGER no"))
        await home.sealing.seal(ANNA, PASSPHRASE)
        assert places(tmp_path) == []
