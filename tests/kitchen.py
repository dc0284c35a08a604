"""A kitchen with timers, alarms and reminders over the real ledger, and a clock that tests move."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.firing import Firing
from daemon.household import Household, Person
from daemon.insisting import Insisting, Ringer
from daemon.notices import Notice
from daemon.notify.model import Answer, Response
from daemon.presence import Presence
from daemon.reminders import Reminders
from daemon.schedule import Schedule, ScheduleError
from daemon.store import Store
from daemon.watching import Watching
from devices.home import Home
from devices.model import AreaId, Entity, EntityId
from skills.actions import (
    Condition,
)
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId
from skills.views import Appointment, Kind
from tests.doubles import ManualClock

ZONE = ZoneInfo("Europe/Berlin")
SOON_S = 5.0
JANE = PersonId("jane")
DOOR, WASHER, PHONE = map(EntityId, ("binary_sensor.front_door", "sensor.washer", "person.jane"))
OPENS = Condition(kind="becomes", entity=DOOR, state="on", words="the front door opens")
DONE = Condition(kind="done", entity=WASHER, words="the washing machine is done")
HOME = Condition(kind="arrives", words="Jane gets home")
CAUSE = Cause(CauseId("said"), Origin.VOICE, PersonId("jane"), area=AreaId("kitchen"), said="set a timer")


@dataclass
class Kitchen:
    """A ledger with what it hands over to, and a commander that only listens."""

    clock: ManualClock
    schedule: Schedule
    home: Home
    reminders: Reminders = field(init=False)
    insisting: Insisting = field(init=False)
    watching: Watching = field(init=False)
    heard: asyncio.Queue[Notice] = field(default_factory=asyncio.Queue[Notice])
    obeyed: list[tuple[str, Cause]] = field(default_factory=list[tuple[str, Cause]])
    deaf: int = 0
    """So many commands are not understood."""
    noted: set[str] = field(default_factory=set[str])
    """The keys of what somebody took note of."""

    full: bool = False
    """Whether no notice is taken."""

    async def announce(self, notice: Notice) -> None:
        """Hear a notice."""
        if self.full:
            raise ScheduleError("too much is due already")
        self.heard.put_nowait(notice)

    async def response(self, key: str) -> Response:
        """Say whether somebody took note."""
        return Response(any(one == key or one.startswith(f"{key}/") for one in self.noted))

    async def close(self, key: str, answer: Answer, cause: Cause) -> None:
        """Take note."""
        self.noted.add(key)

    async def answer(self, key: str) -> None:
        """Take note on a phone."""
        self.noted.add(key)
        await self.insisting.on_answer(key, Answer.DONE, None)
        await self.watching.on_answer(key, Answer.DONE, None)

    async def obey(
        self, text: str, *, id: CauseId, parent: Cause, area: AreaId | None, person: PersonId | None
    ) -> str | None:
        """Hear a command."""
        self.obeyed.append((text, parent))
        if len(self.obeyed) <= self.deaf:
            return None
        return f"Done in the {area} for {person}."

    async def do(self, action: Action, cause: Cause = CAUSE) -> Outcome:
        """Carry an action out as the gateway does."""
        effects = [*self.reminders.effects(), *self.insisting.effects()]
        effect = next(effect for effect in effects if effect.name == action.effect)
        parameters = effect.parameters.model_validate(action.arguments)
        assert effect.describe(parameters)
        return await effect.execute(parameters, cause)

    async def notice(self) -> Notice:
        """Return the next notice."""
        async with asyncio.timeout(SOON_S):
            return await self.heard.get()

    def only(self, kind: Kind = Kind.TIMER) -> Appointment:
        """Return the one open row of a kind."""
        (appointment,) = self.reminders.open(kind)
        return appointment

    async def moved(self, kind: Kind, before: datetime) -> datetime:
        """Wait until the one open row of a kind is due at another time; return that."""
        async with asyncio.timeout(SOON_S):
            while self.only(kind).at == before:
                await asyncio.sleep(0)
        return self.only(kind).at


def house() -> Home:
    """A front door with a contact, a washing machine on a plug, and a phone."""
    home = Home()
    home.add(Entity(DOOR, "Front Door", "binary_sensor", "door"))
    home.add(Entity(WASHER, "Washing Machine Power", "sensor", "power", unit="W"))
    home.add(Entity(PHONE, "Jane", "person"))
    return home


@asynccontextmanager
async def kitchen(
    folder: Path, clock: ManualClock | None = None, home: Home | None = None, ringer: Ringer | None = None
) -> AsyncGenerator[Kitchen]:
    clock, home = clock or ManualClock(), home or house()
    async with Store.open(folder / "hearth.db", clock) as store:
        schedule = Schedule(store, clock, ZONE)
        there = Kitchen(clock, schedule, home)
        household = Household({JANE: Person(JANE, "Jane")}, ZONE)
        watching = there.watching = Watching(schedule, home, Presence(home, household), household, clock)
        there.reminders = Reminders(schedule, watching.settle)
        there.reminders.listen(watching.refresh)
        insisting = Insisting(schedule, there, there.announce, clock=clock, zone=ZONE, ringer=ringer)
        there.insisting = insisting
        firing = Firing(schedule, there.announce, there, clock=clock, zone=ZONE, insisting=insisting, watching=watching)
        await schedule.begin()
        await firing.tell_aside()
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(schedule.run()), group.create_task(watching.run())]
            yield there
            for task in running:
                task.cancel()


async def advance(there: Kitchen, by_s: float) -> None:
    await there.clock.until_sleeping()
    await there.clock.advance(by_s)


async def settled(there: Kitchen) -> None:
    """Let what was reported be looked at, as far as it can be without time passing."""
    for _ in range(50):
        await asyncio.sleep(0.002)


async def report(there: Kitchen, entity: EntityId, *values: str) -> None:
    for value in values:
        there.home.observe(entity, value, at=there.clock.now())
        await settled(there)


@dataclass
class Bell:
    """A loudspeaker that only says what it was asked."""

    levels: list[float] = field(default_factory=list[float])
    rings: bool = False

    async def ring(self, area: AreaId | None, *, key: str, level: float) -> bool:
        self.levels.append(level)
        self.rings = True
        return True

    async def hush(self, key: str) -> None:
        self.rings = False


async def ring_on(there: Kitchen, steps: int) -> None:
    for _ in range(steps):
        await settled(there)
        await advance(there, 30)
    await settled(there)
