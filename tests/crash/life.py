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

from daemon.household import Household
from daemon.insisting import KIND as AGAIN
from daemon.insisting import Insisting
from daemon.notify.model import Answer, Notice, Response
from daemon.presence import Presence
from daemon.reminders.noted import Noted
from daemon.schedule import Due, DueId, Late, Lateness, Schedule, UnknownDueError
from daemon.store import Store
from daemon.watching import Watching
from devices.home import Home
from devices.model import Entity, EntityId
from skills.actions import Condition
from skills.model import Cause, CauseId, Origin
from skills.views import Kind

CAUSE = Cause(CauseId("crash"), Origin.DAEMON)
PACE = "FREQ=SECONDLY;INTERVAL=2"
MOST_ONCE, MOST_AGAIN, MOST_TIED = 30, 6, 4
"""So many rows of each sort are open at a time."""
DOOR = EntityId("binary_sensor.door")
TIED = Noted(text="look", on=Condition(kind="becomes", entity=DOOR, state="on", words="the door is open"))


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
        self._home = Home()
        self._home.add(Entity(DOOR, "Door", "binary_sensor", "door"))
        log = life.path.with_suffix(".log")
        lines = log.read_bytes().splitlines() if log.exists() else []
        self._noted = {said["key"] for said in map(json.loads, lines) if said["what"] == "noted"}
        # A line is one write: it is whole or not there, whenever we are killed.
        self._log = os.open(life.path.with_suffix(".log"), os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def run(self) -> None:
        """Live until killed."""
        async with Store.open(self._life.path, self._clock) as store:
            schedule = Schedule(store, self._clock, ZoneInfo(self._life.zone))
            household = Household()
            watching = Watching(schedule, self._home, Presence(self._home, household), household, self._clock)
            insisting = Insisting(
                schedule, self, self._announce, clock=self._clock, zone=ZoneInfo(self._life.zone), ringer=None
            )

            async def ring(due: Due, lateness: Lateness) -> None:
                await insisting.begin(due, Kind.ALARM, "", key=f"due/{due.key}", area=None)
                await self._take(due, lateness)

            schedule.handle("note", self._take)
            schedule.handle(Kind.REMINDER, self._take)
            schedule.handle(Kind.ALARM, ring)
            self._home.observe(DOOR, self._random.choice(("on", "off")), at=self._clock.now())
            started_s = time.monotonic()
            await schedule.begin()
            overdue = {one.id for one in schedule.open() if one.at <= self._clock.now() and one.paused_left_s is None}
            self._say(what="begun", aside=[due.id for due in schedule.aside])
            async with asyncio.TaskGroup() as group:
                running = [group.create_task(schedule.run()), group.create_task(watching.run())]
                group.create_task(self._caught_up(schedule, overdue, started_s))
                await (self._end(schedule, insisting) if self._life.last else self._act(schedule, watching, insisting))
                for task in running:
                    task.cancel()

    async def response(self, key: str) -> Response:
        """Say whether somebody took note: that outlives us, as the notices do."""
        return Response(any(one == key or one.startswith(f"{key}/") for one in self._noted))

    async def close(self, key: str, answer: Answer, cause: Cause) -> None:
        """Take note."""
        self._note(key)

    async def _announce(self, notice: Notice) -> None:
        self._say(what="rang", key=notice.key)

    def _note(self, key: str) -> None:
        self._noted.add(key)
        self._say(what="noted", key=key)

    async def _silence(self, schedule: Schedule, insisting: Insisting) -> None:
        """Take note of what rings; we may be killed before it is silent."""
        for due in schedule.open(AGAIN):
            key = str(due.payload["key"])
            self._note(key)
            await asyncio.sleep(0)
            await insisting.on_answer(key, Answer.DONE, None)

    async def _caught_up(self, schedule: Schedule, overdue: set[DueId], started_s: float) -> None:
        while overdue - self._taken:
            overdue = {one for one in overdue if (due := schedule.find(one)) is not None and due.at <= self._life.now}
            await asyncio.sleep(0.002)
        self._say(what="caught up", s=time.monotonic() - started_s, rows=len(overdue))

    async def _end(self, schedule: Schedule, insisting: Insisting) -> None:
        for due in schedule.open():
            await schedule.resume(due.id)
        async with asyncio.timeout(50):
            while any(due.rule is None for due in schedule.open()):
                for value in ("off", "on"):
                    self._home.observe(DOOR, value, at=self._clock.now())
                    await asyncio.sleep(0.02)
                await self._silence(schedule, insisting)

    async def _act(self, schedule: Schedule, watching: Watching, insisting: Insisting) -> None:
        while True:
            match self._random.randrange(13):
                case 0 if schedule.open():
                    due = self._random.choice(schedule.open())
                    if due.rule is None and await schedule.cancel(due.id):
                        self._say(what="cancelled", id=due.id)
                case 1 if schedule.open():
                    await self._touch(schedule, self._random.choice(schedule.open()).id)
                case 2 if self._random.random() < 0.1:
                    self._clock.set_by(timedelta(seconds=self._random.choice((-86_400, -3600, -1, 1, 3600, 86_400))))
                case 3:
                    self._home.observe(DOOR, self._random.choice(("on", "off")), at=self._clock.now())
                case 4 if len(schedule.open(Kind.REMINDER)) < MOST_TIED:
                    await self._tie(schedule)
                    watching.refresh()
                case 5 if schedule.open(AGAIN):
                    await self._silence(schedule, insisting)
                case _ if sum(due.rule is None for due in schedule.open()) < MOST_ONCE:
                    await self._add(schedule)
                case _:
                    pass
            await asyncio.sleep(self._random.uniform(0, 0.01))

    async def _tie(self, schedule: Schedule) -> None:
        payload = TIED.model_dump(mode="json", exclude_defaults=True)
        due = await schedule.add(kind=Kind.REMINDER, payload=payload, cause=CAUSE, after_s=30 * 86_400.0)
        self._say(what="added", id=due.id, late=Late.RUN, once=True)

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
        match self._random.randrange(2 if full else 0, 14):
            case 0:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, wall=wall, rule="FREQ=DAILY", late=late)
            case 1:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, after_s=after_s, rule=PACE, late=late)
            case 2 | 3 | 4:
                due = await schedule.add(kind="note", payload={}, cause=CAUSE, after_s=after_s, late=late)
            case 12 | 13:
                due = await schedule.add(kind=Kind.ALARM, payload={}, cause=CAUSE, wall=wall)
                late = Late.RUN
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
