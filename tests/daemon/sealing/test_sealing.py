"""What is sealed is found again while it is open, and in no byte of any file."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from daemon.memory import Memory, Note
from daemon.sealing.sealing import Sealing
from daemon.store import Store
from skills.model import PersonId
from tests.doubles import ManualClock

ANNA, BEN = PersonId("anna"), PersonId("ben")
PASSPHRASE = "seven green bottles"
CHEAP = 2**4
"""What scrypt costs in tests that are not about it."""


@dataclass
class House:
    store: Store
    clock: ManualClock
    memory: Memory
    sealing: Sealing

    async def tells(self, text: str, person: PersonId = ANNA, *, shared: bool = False) -> None:
        await self.clock.advance(timedelta(minutes=1))
        shelf = "household" if shared else "me"
        await self.memory.take_in(Note(text, self.clock.now(), person, person, shelf), outright=True)

    async def finds(self, question: str, person: PersonId = ANNA) -> list[str]:
        return [hit.text for hit in await self.memory.search(question, person=person)]


@asynccontextmanager
async def house(state: Path, clock: ManualClock | None = None) -> AsyncGenerator[House]:
    clock = clock or ManualClock()
    async with Store.open(state / "hearth.db", clock) as store:
        memory = Memory(store, clock)

        async def look_anew(person: PersonId, *, is_open: bool) -> None:
            await memory.look_anew()

        sealing = Sealing(store, clock, look_anew, cost=CHEAP)
        await sealing.begin()
        await memory.begin()
        yield House(store, clock, memory, sealing)


def places(state: Path, marker: str = "zyxmark") -> list[str]:
    """Return the files that hold a marker, in whatever case."""
    return [path.name for path in state.rglob("*") if path.is_file() and marker.encode() in path.read_bytes().lower()]


async def test_what_was_plain_is_sealed_and_found_as_before(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.tells("my zyxmark1 is at the dentist in Bonn")
        await home.tells("my favourite plant is zyxmark2")
        await home.memory.embed_missing()
        found, facts = await home.finds("what is at the dentist?"), await home.memory.facts(person=ANNA)
        assert places(tmp_path) != []
        await home.sealing.seal(ANNA, PASSPHRASE)
        assert places(tmp_path) == []
        assert await home.finds("what is at the dentist?") == found
        assert await home.memory.facts(person=ANNA) == facts
        await home.tells("the zyxmark3 is under the stairs")
        assert (await home.finds("what is under the stairs?"))[0] == "the zyxmark3 is under the stairs"
        assert places(tmp_path) == []
    assert places(tmp_path) == []


async def test_after_a_restart_it_is_locked_and_the_passphrase_opens_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.tells("my zyxmark1 is at the dentist in Bonn")
        await home.tells("the spare key is in the blue drawer", shared=True)
        await home.sealing.seal(ANNA, PASSPHRASE)
        before = await home.memory.export(person=ANNA)
    async with house(tmp_path) as home:
        assert home.sealing.is_locked(ANNA)
        assert await home.finds("what is at the dentist?") == []
        assert await home.finds("where is the spare key?") == ["the spare key is in the blue drawer"]
        await home.sealing.unlock(ANNA, PASSPHRASE)
        assert (await home.finds("what is at the dentist?"))[0] == "my zyxmark1 is at the dentist in Bonn"
        assert await home.memory.export(person=ANNA) == before
        await home.sealing.lock(ANNA)
        assert await home.finds("what is at the dentist?") == []
        assert await home.memory.facts(person=ANNA) == await home.memory.facts()


async def test_what_is_said_while_locked_is_put_away_unread(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.sealing.seal(ANNA, PASSPHRASE)
        await home.sealing.lock(ANNA)
        await home.tells("my zyxmark1 is at the dentist in Bonn")
        await home.memory.import_batch([Note("the zyxmark2 is loud", home.clock.now(), "Anna", ANNA, "me")])
        assert places(tmp_path) == []
        [state] = await home.sealing.states()
        assert (state.is_open, state.waiting) == (False, 2)
        await home.tells("I like wine", BEN)
        assert [fact.person for fact in await home.memory.facts(person=BEN)] == [BEN]
