"""What is kept on disk: the database, the record and the ledger on it, and what became of a damaged one."""

import asyncio
import uuid
from collections.abc import AsyncGenerator
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
from daemon.store import Store
from skills.model import Cause, CauseId, Origin

DATABASE = "hearth.db"


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives the process, and the time that it is written with."""

    store: Store
    journal: Journal
    schedule: Schedule
    copies: Copies
    clock: Clock
    zone: ZoneInfo
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
        schedule, copies = Schedule(store, clock, zone), Copies(state, store, clock)
        yield Kept(store, Journal(store, clock), schedule, copies, clock, zone, rescued)


def notice_of(rescued: Rescue, now: datetime, zone: ZoneInfo) -> Notice:
    """Return what people must know: what they told the house since then is gone."""
    at = rescued.copied_at.astimezone(zone)
    text = f"My memory was damaged, so I went back to the copy of {at:%A}, {at:%H:%M}. What came after that is missing."
    cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON)
    return Notice(text, "store", now, cause, urgency=Urgency.IMPORTANT, key=f"store/{rescued.copied_at.isoformat()}")
