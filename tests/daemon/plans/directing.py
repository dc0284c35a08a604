"""A whole daemon over the twin that is told directives: rooms, heating, doors, lists, calendars, and a clock."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import MethodType
from zoneinfo import ZoneInfo

from daemon.app import Hearth, build
from daemon.app.running import Run
from daemon.config import Config
from daemon.conversation import Answer
from daemon.plans import Plans
from devices.model import AreaId, Capability, Entity, EntityId
from devices.twin import Twin
from skills.model import Origin, PersonId
from skills.planned import Planned
from tests.daemon.german_house import Late
from tests.doubles import ManualClock

C = Capability
ZONE = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=ZONE)
_DIM = frozenset({C.ON_OFF, C.BRIGHTNESS})
_HEAT = frozenset({C.TARGET_TEMPERATURE, C.HVAC_MODE})
_LIMITS = {"min": 5, "max": 30, "hvac_modes": ("off", "heat")}
ENTITIES = (
    Entity(EntityId("light.hall"), "Hall Light", "light", area=AreaId("hall"), capabilities=_DIM),
    Entity(EntityId("light.living"), "Floor Lamp", "light", area=AreaId("living_room"), capabilities=_DIM),
    Entity(EntityId("climate.guest"), "Guest Heater", "climate", area=AreaId("guest_room"), capabilities=_HEAT,
           limits=_LIMITS),
    Entity(EntityId("climate.living"), "Living Heater", "climate", area=AreaId("living_room"), capabilities=_HEAT,
           limits=_LIMITS),
    Entity(EntityId("lock.front"), "Front Door", "lock", area=AreaId("hall"), capabilities=frozenset({C.LOCK})),
    Entity(EntityId("media_player.tv"), "Television", "media_player", area=AreaId("living_room"),
           capabilities=frozenset({C.ON_OFF, C.PLAY})),
)  # fmt: skip
ROOMS = ({"name": "Hall"}, {"name": "Living Room"}, {"name": "Guest Room"})
PEOPLE = ({"id": "ann", "name": "Ann", "role": "owner"}, {"id": "kim", "name": "Kim", "role": "child"})
RUNS = frozenset({"plans", "routines", "schedule", "gateway", "calendars"})
SOON_S = 20.0


class Directed:
    """A house that is told what to do."""

    def __init__(self, hearth: Hearth, clock: ManualClock) -> None:
        self.hearth, self.plans, self.clock = hearth, plans_in(hearth), clock

    async def said(self, text: str, *, person: str | None = "ann", origin: Origin = Origin.TEXT) -> Answer:
        return await self.hearth.conversation.answer(
            text, origin=origin, person=PersonId(person) if person else None, area=AreaId("living_room")
        )

    async def replies(self, *texts: str) -> Sequence[str]:
        return [(await self.said(text)).reply for text in texts]

    def plan(self) -> Planned:
        return self.plans.plans()[0]

    async def at(self, when: datetime) -> None:
        """Let the time come by, and what is due then be done."""
        await self.clock.advance(when - self.clock.now())

    async def until_done(self, done: int) -> None:
        """Wait until so many steps are done."""
        async with asyncio.timeout(SOON_S):
            while self.plan().done < done:
                await asyncio.sleep(0.01)

    async def until(self, *statuses: str) -> None:
        async with asyncio.timeout(SOON_S):
            while self.plan().status not in statuses:
                await asyncio.sleep(0.01)

    async def until_waiting(self) -> None:
        """Wait until a step asks for a yes."""
        async with asyncio.timeout(SOON_S):
            while not self.plan().waits:
                await asyncio.sleep(0.01)


class Twinned(Directed):
    """Such a house over the twin."""

    def __init__(self, hearth: Hearth, clock: ManualClock, twin: Twin) -> None:
        super().__init__(hearth, clock)
        self.twin = twin

    async def until_sent(self, *calls: tuple[str, str]) -> None:
        """Wait until devices were told all of this."""
        async with asyncio.timeout(SOON_S):
            while not set(calls) <= {(call.entity, call.service) for call in self.twin.sent}:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def directed(
    state: Path,
    clock: ManualClock | None = None,
    twin: Twin | None = None,
    *,
    language: str = "en",
    **sections: object,
) -> AsyncGenerator[Twinned]:
    """Let a house live on a state directory; with the clock and the twin of another, it is the same one later."""
    bridge, clock = Late(), clock or ManualClock(MONDAY)
    config = Config.model_validate(
        {
            "home": {"language": language, "areas": ROOMS, "zone": "Europe/Berlin"},
            "people": PEOPLE,
            **sections,
        }
    )
    async with build(config, state, clock=clock, environment={}, bridge=bridge) as hearth:
        bridge.twin = Twin(hearth.home, ENTITIES, now=clock.now)
        if twin is not None:
            for one in twin.home.entities():
                known = twin.home.state(one.id)
                assert known is not None
                hearth.home.observe(one.id, known.value, known.attributes, at=clock.now())
        else:
            for heater in ("climate.guest", "climate.living"):
                hearth.home.observe(EntityId(heater), "heat", {"temperature": 19.5}, at=clock.now())
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_alive(one)) for one in hearth.runs if one.name in RUNS]
            house = Twinned(hearth, clock, bridge.twin)
            await house.plans.ready()
            yield house
            for task in tasks:
                task.cancel()


async def _alive(one: Run) -> None:
    await one.run()


def proposing(tool: str, value: str = "") -> Callable[[str], str]:
    """Return a model that proposes one tool."""
    return lambda _: json.dumps({"kind": "do", "steps": [{"tool": tool, "things": [], "value": value}], "say": ""})


def plans_in(hearth: Hearth) -> Plans:
    """Return what carries out plans in a daemon."""
    run = next(one.run for one in hearth.runs if one.name == "plans")
    assert isinstance(run, MethodType)
    assert isinstance(run.__self__, Plans)
    return run.__self__
