"""A memory over a real database, and notes to put into it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from daemon.memory import Embedder, Memory, Note
from daemon.store import Store
from skills.model import PersonId
from tests.doubles import START, ManualClock

ANNA, BEN = PersonId("anna"), PersonId("ben")


@asynccontextmanager
async def memory_in(
    folder: Path, *, clock: ManualClock | None = None, embedder: Embedder | None = None
) -> AsyncGenerator[Memory]:
    """Open the memory in a folder."""
    clock = clock or ManualClock()
    async with Store.open(folder / "hearth.db", clock) as store:
        memory = Memory(store, clock, embedder=embedder)
        await memory.begin()
        yield memory


def said(text: str, person: PersonId | None = None, *, days_ago: float = 0, at: datetime = START) -> Note:
    """Return a note that stands on the household's shelf, or on a person's own."""
    when = at - timedelta(days=days_ago)
    return Note(text, when, speaker=person, person=person, visibility="me" if person else "household")
