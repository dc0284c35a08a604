"""What the memory does at night, and that it is on record."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from daemon.app.keeping import DATABASE
from daemon.household import Household
from daemon.journal import Journal
from daemon.memory import Memory, Note
from daemon.remembering import Nights, Opening
from daemon.store import Store
from tests.doubles import START, ManualClock


async def test_a_night_merges_forgets_and_writes_it_down(tmp_path: Path) -> None:
    clock = ManualClock()
    async with Store.open(tmp_path / DATABASE, clock) as store:
        journal, opening = Journal(store, clock), Opening(lambda: Memory(store, clock), Household())
        memory = await opening.memory()
        until = START + timedelta(days=30)
        await memory.import_batch(
            [Note("turn on the lamp", START, ref=f"said/{n}", expires_at=until) for n in range(5)]
        )
        await memory.add(Note("the zyxquill code is 17", START, expires_at=START + timedelta(hours=1)))
        await clock.advance(timedelta(days=2))
        await Nights(opening, store, journal, clock, UTC).tidy()
        assert [kept.note.text for kept in await memory.listed()] == ["turn on the lamp"]
        told = [entry.what for entry in await journal.entries()]
        assert told[:2] == ["merged 4 memories that said the same", "forgot 1 memories whose time was over"]
    assert b"zyxquill" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


async def test_where_nothing_is_remembered_nothing_is_loaded(tmp_path: Path) -> None:
    clock, made = ManualClock(), list[Memory]()
    async with Store.open(tmp_path / DATABASE, clock) as store:

        def make() -> Memory:
            made.append(Memory(store, clock))
            return made[0]

        await Nights(Opening(make, Household()), store, Journal(store, clock), clock, UTC).tidy()
    assert made == []


async def test_it_is_done_once_a_night(tmp_path: Path) -> None:
    import asyncio

    clock = ManualClock(datetime(2026, 3, 1, 1, 50, tzinfo=UTC))
    async with Store.open(tmp_path / DATABASE, clock) as store:
        journal, opening = Journal(store, clock), Opening(lambda: Memory(store, clock), Household())
        memory = await opening.memory()
        await memory.add(Note("a", clock.now(), expires_at=clock.now() + timedelta(minutes=5)))
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            night = group.create_task(Nights(opening, store, journal, clock, UTC).run())
            await clock.until_sleeping()
            assert len(await memory.listed()) == 1
            await clock.advance(timedelta(minutes=15))
            while await memory.listed():
                await asyncio.sleep(0)
            night.cancel()
