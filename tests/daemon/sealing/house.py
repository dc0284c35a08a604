"""A memory that can be sealed, over a real database, and people who tell it things."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from daemon.journal import Journal
from daemon.memory import Memory, Note
from daemon.sealing.sealing import Sealing
from daemon.store import Store
from skills.model import PersonId
from tests.doubles import ManualClock

ANNA, BEN = PersonId("anna"), PersonId("ben")
PASSPHRASE = "seven green bottles"
CHEAP = 2**4
"""What scrypt costs in tests that are not about it."""
MARKER = b"zyxmark"


@dataclass(frozen=True, slots=True)
class House:
    """What remembers, and what seals."""

    store: Store
    clock: ManualClock
    memory: Memory
    sealing: Sealing
    journal: Journal

    async def tells(self, text: str, person: PersonId = ANNA, *, shared: bool = False) -> None:
        """Have a person tell something, a minute later."""
        await self.clock.advance(timedelta(minutes=1))
        shelf = "household" if shared else "me"
        await self.memory.take_in(Note(text, self.clock.now(), person, person, shelf), outright=True)

    async def finds(self, question: str, person: PersonId = ANNA) -> list[str]:
        """Return what is found for a question, the best first."""
        return [hit.text for hit in await self.memory.search(question, person=person)]

    async def known(self, person: PersonId = ANNA) -> list[str]:
        """Return what is known by what was told."""
        return [fact.text for fact in await self.memory.facts(person=person)]


@asynccontextmanager
async def house(state: Path) -> AsyncGenerator[House]:
    """Yield what stands in a state directory."""
    clock = ManualClock()
    async with Store.open(state / "hearth.db", clock) as store:
        memory = Memory(store, clock)

        async def look_anew(person: PersonId, *, is_open: bool) -> None:
            await memory.look_anew()

        sealing = Sealing(store, clock, look_anew, cost=CHEAP)
        await sealing.begin()
        await memory.begin()
        yield House(store, clock, memory, sealing, Journal(store, clock))


def places(state: Path, marker: bytes = MARKER) -> list[str]:
    """Return the files that hold a marker, in whatever case."""
    return [path.name for path in state.rglob("*") if path.is_file() and marker in path.read_bytes().lower()]
