"""A house in which routines live: the twin behind the real gateway, journal, ledger and store, on a test's clock."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.actuate import Actuate
from daemon.automating import Routines, Topics
from daemon.automating.surroundings import Hub, Surroundings
from daemon.gateway import Gateway
from daemon.household import Household, Person, Role
from daemon.journal import Journal
from daemon.presence import Presence
from daemon.routines.steps import Asking
from daemon.schedule import Schedule
from daemon.store import Store
from devices.home import Home
from devices.model import Bridge, Capability, Entity, EntityId
from devices.twin import Twin
from skills.actions import NoticeSend
from skills.effect import change
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.routines import routine_add
from skills.views import CalendarView, NoCalendar
from tests.daemon.house import ENTITIES, QUICK_S
from tests.doubles import ManualClock

ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
"""A Monday, noon in Berlin."""
MOTION, DOOR, HEAT = map(EntityId, ("binary_sensor.motion", "binary_sensor.door", "sensor.heat"))
PHONE, SCENE = EntityId("device_tracker.ann"), EntityId("scene.cosy")
MORE = (
    Entity(MOTION, "Hall Motion", "binary_sensor", device_class="motion"),
    Entity(DOOR, "Front Door", "binary_sensor", device_class="door"),
    Entity(HEAT, "Heat", "sensor", device_class="temperature"),
    Entity(PHONE, "Ann's Phone", "device_tracker"),
    Entity(SCENE, "Cosy", "scene", capabilities=frozenset({Capability.ACTIVATE})),
)
ANN = Person(PersonId("ann"), "Ann", Role.OWNER, trackers=(PHONE,))
CAUSE = Cause(CauseId("said"), Origin.TEXT)
SOON_S = 10.0


@dataclass
class Living:
    """A daemon's routines and all that they stand on."""

    clock: ManualClock
    twin: Twin
    store: Store
    schedule: Schedule
    journal: Journal
    gateway: Gateway
    routines: Routines
    topics: Topics
    hub: Hub | None = None
    told: list[NoticeSend] = field(default_factory=list[NoticeSend])

    async def add(self, text: str) -> Outcome:
        """Keep a routine; it must be understood."""
        return await self.wish(routine_add(text))

    async def wish(self, action: Action) -> Outcome:
        """Wish for something, each time anew."""
        self.wishes += 1
        return await self.gateway.submit(action, replace(CAUSE, id=CauseId(f"said{self.wishes}")))

    wishes: int = 0

    def becomes(self, entity: EntityId, value: str, **attributes: object) -> None:
        """Have a device report."""
        self.twin.home.observe(entity, value, attributes, at=self.clock.now())

    async def passes(self, seconds: float) -> None:
        """Let time pass, and what it brings about happen."""
        await self.settled()
        await self.clock.advance(seconds)
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing more happens by itself."""
        works = self.routines.works
        assert works is not None
        async with asyncio.timeout(SOON_S):
            for _ in range(6):
                await asyncio.sleep(0)
                await works.desk.written()
                while self._acts() or works.dues.unsettled:
                    await asyncio.sleep(0.001)
                await self.store.run(lambda _session: None)
                await asyncio.sleep(0.002)

    def _acts(self) -> bool:
        """Say whether something is being carried out that will come to an end by itself."""
        works = self.routines.works
        assert works is not None
        steps = (step for live in works.engine.live.values() for step in live.pending.values())
        return any(not isinstance(step, Asking) for step in steps)

    def sent(self) -> Sequence[tuple[str, str]]:
        """Return what devices were told to do."""
        return [(call.entity, call.service) for call in self.twin.sent]

    async def results(self) -> Sequence[tuple[str, str | None]]:
        """Return how runs ended, oldest first."""
        return [(str(one["routine"]), str(one["result"]) if one["result"] else None) for one in await self.runs()]

    async def runs(self) -> Sequence[dict[str, object]]:
        """Return the runs, oldest first."""
        await self.settled()
        return [dict(one) for one in (await self.routines.traces(None, limit=100))[::-1]]


@asynccontextmanager
async def living(
    path: Path,
    clock: ManualClock | None = None,
    *,
    twin: Twin | None = None,
    calendar: CalendarView | None = None,
    bridge: Bridge | None = None,
    hub: Hub | None = None,
) -> AsyncGenerator[Living]:
    """Let routines live on a file; again and again on the same for what outlives a daemon."""
    clock = clock or ManualClock(NOON)
    twin = twin or house(clock)
    household = Household({ANN.id: ANN})
    told: list[NoticeSend] = []

    async def send(given: NoticeSend, cause: Cause) -> Outcome:
        told.append(given)
        return Outcome(Verdict.DONE)

    notices = change(NoticeSend, "notice.send", send, lambda given: given.text)
    async with Store.open(path, clock) as store:
        schedule, journal, topics = Schedule(store, clock, ZONE), Journal(store, clock), Topics()
        around = Surroundings(
            store, schedule, clock, ZONE, twin.home, household, Presence(twin.home, household),
            calendar or NoCalendar(), topics, lambda: None, (52.5, 13.4), hub,
        )  # fmt: skip
        routines = Routines(around)
        actuate = Actuate(twin.home, lambda _: bridge or twin, deadline_s=lambda _: QUICK_S)
        effects = [*actuate.effects(), notices, *routines.effects()]
        gateway = Gateway(effects, journal, store, household, clock, look={"device.call": actuate.look})
        routines.attach(gateway, journal)
        await schedule.begin()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(run()) for run in (gateway.run, schedule.run, routines.run)]
            await routines.ready()
            yield Living(clock, twin, store, schedule, journal, gateway, routines, topics, hub, told)
            for task in tasks:
                task.cancel()


def house(clock: ManualClock) -> Twin:
    """Return the house, everything at rest and known."""
    twin = Twin(Home(), (*ENTITIES, *MORE), now=clock.now)
    for entity, value in ((MOTION, "off"), (DOOR, "off"), (HEAT, "20"), (PHONE, "home")):
        twin.home.observe(entity, value, at=clock.now())
    return twin
