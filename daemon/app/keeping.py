"""What is kept on disk: the database, the record and the ledger on it, and what became of a damaged one."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.copies import Copies, Rescue, rescue
from daemon.journal import Journal
from daemon.notify.model import Notice, Urgency
from daemon.schedule import Schedule
from daemon.sealing.seals import Seals
from daemon.store import Store, StoreError
from skills.model import Cause, CauseId, Origin

log = logging.getLogger("hearth." + __name__)

DATABASE = "hearth.db"
FORGET_S = 3_600.0
"""How often what is kept for some time only is looked through."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives the process, and the time that it is written with."""

    store: Store
    journal: Journal
    schedule: Schedule
    copies: Copies
    clock: Clock
    zone: ZoneInfo
    seals: Seals
    rescued: Rescue | None
    """What the database was replaced by, if it was damaged."""


@asynccontextmanager
async def keep(state: Path, clock: Clock, zone: ZoneInfo) -> AsyncGenerator[Kept]:
    """Hold the database of a state directory open.

    Raises:
        DaemonError: it cannot be used, and there is no copy of it.
    """
    rescued = await asyncio.to_thread(rescue, state / DATABASE, state, now=clock.now())
    async with Store.open(state / DATABASE, clock) as store:
        schedule, copies, seals = Schedule(store, clock, zone), Copies(state, store, clock), Seals(store, clock)
        await seals.begin()
        yield Kept(store, Journal(store, clock), schedule, copies, clock, zone, seals, rescued)


async def keep_forgetting(clock: Clock, forgets: Sequence[Callable[[], Awaitable[None]]]) -> None:
    """Have each delete what it has kept for long enough, again and again: a daemon may run for years."""
    while True:
        for forget in forgets:
            try:
                await forget()
            except StoreError as error:
                log.warning("what is old could not be deleted: %s", error)
        await clock.sleep(FORGET_S)


def notice_of(rescued: Rescue, now: datetime, zone: ZoneInfo) -> Notice:
    """Return what people must know: what they told the house since then is gone."""
    at = rescued.copied_at.astimezone(zone)
    text = f"My memory was damaged, so I went back to the copy of {at:%A}, {at:%H:%M}. What came after that is missing."
    cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON)
    return Notice(text, "store", now, cause, urgency=Urgency.IMPORTANT, key=f"store/{rescued.copied_at.isoformat()}")
