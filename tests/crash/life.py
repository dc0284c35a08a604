"""One life of a ledger that will be killed: adds, hands over, cancels, and writes down what it was told is so."""

import asyncio
import json
import os
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.schedule import Due, DueId, Late, Lateness, Schedule, UnknownDueError
from daemon.store import Store
from skills.model import Cause, CauseId, Origin

CAUSE = Cause(CauseId("crash"), Origin.DAEMON)
PACE = "FREQ=SECONDLY;INTERVAL=2"
MOST_ONCE, MOST_AGAIN = 30, 6
"""So many rows of each sort are open at a time."""


class SetClock:
    """A real clock whose time of day somebody sets."""

    def __init__(self, now: datetime) -> None:
        self._apart = now - timedelta(seconds=time.monotonic())

    def now(self) -> datetime:
        return self._apart + timedelta(seconds=time.monotonic())

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    async def sleep_until(self, at: datetime) -> None:
        while self.now() < at:
            await asyncio.sleep(0.01)

    def set_by(self, step: timedelta) -> None:
        self._apart += step


@dataclass(frozen=True, slots=True)
class Life:
    """What is given to one life."""

    path: Path
    now: datetime
    zone: str
    seed: int
    last: bool = False
    """Nobody kills it, and it adds nothing: it ends once nothing is left."""


class Living:
    """Runs one life."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._random = random.Random(life.seed)
        self._clock = SetClock(life.now)
        self._taken: set[DueId] = set()
        # A line is one write: it is whole or not there, whenever we are killed.
        self._log = os.open(life.path.with_suffix(".log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def run(self) -> None:
        """Live until killed."""
        async with Store.open(self._life.path, self._clock) as store:
            schedule = Schedule(store, self._clock, ZoneInfo(self._life.zone))
            schedule.handle("note", self._take)
            started_s = time.monotonic()
            await schedule.begin()
            overdue = {one.id for one in schedule.open() if one.at <= self._clock.now() and one.paused_left_s is None}
            self._say(what="begun", aside=[due.id for due in schedule.aside])
            async with asyncio.TaskGroup() as group:
                running = group.create_task(schedule.run())
                group.create_task(self._caught_up(schedule, overdue, started_s))
                await (self._end(schedule) if self._life.last else self._act(schedule))
                running.cancel()

    async def _caught_up(self, schedule: Schedule, overdue: set[DueId], started_s: float) -> None:
        while overdue - self._taken:
            overdue = {one for one in overdue if (due := schedule.find(one)) is not None and due.at <= self._life.now}
            await asyncio.sleep(0.002)
        self._say(what="caught up", s=time.monotonic() - started_s, rows=len(overdue))

    async def _end(self, schedule: Schedule) -> None:
        for due in schedule.open():
            await schedule.resume(due.id)
        async with asyncio.timeout(50):
            while any(due.rule is None for due in schedule.open()):
                await asyncio.sleep(0.01)

    async def _act(self, schedule: Schedule) -> None:
        while True:
            match self._random.randrange(10):
                case 0 if schedule.open():
                    due = self._random.choice(schedule.open())
                    if due.rule is None and await schedule.cancel(due.id):
                        self._say(what="cancelled", id=due.id)
                case 1 if schedule.open():
                    await self._touch(schedule, self._random.choice(schedule.open()).id)
                case 2 if self._random.random() < 0.1:
                    self._clock.set_by(timedelta(seconds=self._random.choice((-86_400, -3600, -1, 1, 3600, 86_400))))
                case _ if sum(due.rule is None for due in schedule.open()) < MOST_ONCE:
                    await self._add(schedule)
                case _:
                    pass
            await asyncio.sleep(self._random.uniform(0, 0.01))

    async def _touch(self, schedule: Schedule, chosen: DueId) -> None:
        try:
            if self._random.random() < 0.5:
                await schedule.pause(chosen)
                await asyncio.sleep(0.005)
                await schedule.resume(chosen)
            else:
                await schedule.change(chosen, name="other")
        except UnknownDueError:
            return

    async def _add(self, schedule: Schedule) -> None:
        after_s = self._random.uniform(0, 0.3)
        late = self._random.choice((Late.RUN, Late.RUN, Late.ASK, Late.SKIP))
        at = self._clock.now() + timedelta(seconds=after_s)
        wall = at.astimezone(ZoneInfo(self._life.zone)).replace(tzinfo=None)
        full = sum(due.rule is not None for due in schedule.open()) >= MOST_AGAIN
        match self._random.randrange(2 if full else 0, 12):
            case 0:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, wall=wall, rule="FREQ=DAILY", late=late)
            case 1:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, after_s=after_s, rule=PACE, late=late)
            case 2 | 3 | 4:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, after_s=after_s, late=late)
            case 5 | 6 | 7:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, wall=wall, late=late)
            case _:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, at=at, late=late)
        self._say(what="added", id=due.id, late=late, once=due.rule is None)

    async def _take(self, due: Due, lateness: Lateness) -> None:
        by_wall = due.rule is None and not due.elapsed
        behind_s = (self._clock.now() - due.at).total_seconds() if by_wall else 0.0
        self._taken.add(due.id)
        self._say(what="fired", id=due.id, key=due.key, behind_s=behind_s, late=lateness.late, asked=lateness.asked)
        await asyncio.sleep(self._random.uniform(0, 0.01))
        if self._random.random() < 0.03:
            raise RuntimeError("a handler that fails")

    def _say(self, **fields: object) -> None:
        os.write(self._log, json.dumps(fields).encode() + b"\n")


def live(life: Life) -> None:
    """Live one life, in this process."""
    asyncio.run(Living(life).run())
