"""A house in which plans live: the twin behind the real gateway, journal, ledger, routines and store."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from daemon.actuate import Actuate
from daemon.automating import Routines, Topics
from daemon.automating.surroundings import Surroundings
from daemon.gateway import Gateway
from daemon.household import Household, Person, Role
from daemon.journal import Journal
from daemon.plans import Ground, Plans
from daemon.plans.agents import Agent
from daemon.presence import Presence
from daemon.schedule import Schedule
from daemon.store import Store
from devices.model import Bridge, EntityId
from devices.twin import Twin
from skills.actions import NoticeSend, device_call
from skills.effect import Effect, change
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.planned import Planned
from skills.plans import PlanForm, StepForm, plan_add, plan_start, step
from skills.views import NoCalendar
from tests.daemon.automating.house import NOON, ZONE, house
from tests.daemon.house import QUICK_S
from tests.doubles import ManualClock

ANN = Person(PersonId("ann"), "Ann", role=Role.OWNER)
KIM = Person(PersonId("kim"), "Kim", role=Role.CHILD)
CAUSE = Cause(CauseId("said"), Origin.TEXT, ANN.id)
SOON_S = 10.0


@dataclass
class Planning:
    """A daemon's plans and all that they stand on."""

    clock: ManualClock
    twin: Twin
    store: Store
    schedule: Schedule
    gateway: Gateway
    routines: Routines
    plans: Plans
    told: list[NoticeSend] = field(default_factory=list[NoticeSend])
    wishes: int = 0

    async def wish(self, action: Action, cause: Cause = CAUSE) -> Outcome:
        """Wish for something, each time anew."""
        self.wishes += 1
        return await self.gateway.submit(action, replace(cause, id=CauseId(f"said{self.wishes}")))

    async def draft(self, *steps: StepForm, goal: str = "Evening", **more: object) -> Planned:
        """Draw up a plan, which must be accepted."""
        form = PlanForm.model_validate({"goal": goal, "steps": [one.model_dump() for one in steps], **more})
        came = await self.wish(plan_add(form))
        assert came.verdict is Verdict.DONE, came.detail
        return self.plans.plans()[0]

    async def begin(self, *steps: StepForm, goal: str = "Evening", **more: object) -> Planned:
        """Draw up a plan and approve it."""
        one = await self.draft(*steps, goal=goal, **more)
        came = await self.wish(plan_start(one.id, one.digest))
        assert came.verdict is Verdict.DONE, came.detail
        return one

    def seen(self, id: str) -> Planned:
        """Return how a plan is."""
        return next(one for one in self.plans.plans() if one.id == id)

    async def until(self, id: str, *statuses: str) -> Planned:
        """Wait until a plan is one of these; return it."""
        async with asyncio.timeout(SOON_S):
            while self.seen(id).status not in statuses:
                await asyncio.sleep(0.002)
        return self.seen(id)

    async def until_step(self, id: str, step: str, status: str) -> Mapping[str, object]:
        """Wait until a step is so; return what is known of it."""
        async with asyncio.timeout(SOON_S):
            while True:
                marks = await self.marks(id)
                if marks[step]["status"] == status:
                    return marks[step]
                await asyncio.sleep(0.002)

    async def marks(self, id: str) -> Mapping[str, Mapping[str, object]]:
        """Return what is known of each step."""
        shown = await self.plans.shown(id)
        marks = shown["marks"]
        assert isinstance(marks, dict)
        return marks  # pyright: ignore[reportUnknownVariableType] - of JSON

    def sent(self) -> Sequence[tuple[str, str]]:
        """Return what devices were told to do."""
        return [(call.entity, call.service) for call in self.twin.sent]


def on(id: str, entity: EntityId, service: str = "turn_on", **more: object) -> StepForm:
    """Return a step that has a device do something."""
    form = step(id, device_call([entity], service))
    return form.model_copy(update=more)


@asynccontextmanager
async def planning(
    path: Path,
    clock: ManualClock | None = None,
    *,
    twin: Twin | None = None,
    bridge: Bridge | None = None,
    effects: Sequence[Effect] = (),
    agents: Sequence[Agent] = (),
) -> AsyncGenerator[Planning]:
    """Let plans live on a file; again and again on the same for what outlives a daemon."""
    clock = clock or ManualClock(NOON)
    twin = twin or house(clock)
    household = Household({ANN.id: ANN, KIM.id: KIM})
    told: list[NoticeSend] = []

    async def send(given: NoticeSend, cause: Cause) -> Outcome:
        told.append(given)
        return Outcome(Verdict.DONE)

    notices = change(NoticeSend, "notice.send", send, lambda given: given.text)
    async with Store.open(path, clock) as store:
        schedule, journal, topics = Schedule(store, clock, ZONE), Journal(store, clock), Topics()
        around = Surroundings(
            store, schedule, clock, ZONE, twin.home, household, Presence(twin.home, household),
            NoCalendar(), topics, lambda: None, (52.5, 13.4),
        )  # fmt: skip
        routines = Routines(around)
        plans = Plans(
            Ground(store, schedule, clock, ZONE, twin.home, household, routines, (52.5, 13.4)), lambda: agents
        )
        actuate = Actuate(twin.home, lambda _: bridge or twin, deadline_s=lambda _: QUICK_S)
        every = [*actuate.effects(), notices, *routines.effects(), *plans.effects(), *effects]
        gateway = Gateway(every, journal, store, household, clock, look={"device.call": actuate.look})
        routines.attach(gateway, journal)
        plans.attach(gateway)
        await schedule.begin()
        async with asyncio.TaskGroup() as group:
            runs = (gateway.run, schedule.run, routines.run, plans.run)
            tasks = [group.create_task(run()) for run in runs]
            await routines.ready()
            await plans.ready()
            yield Planning(clock, twin, store, schedule, gateway, routines, plans, told)
            for task in tasks:
                task.cancel()
