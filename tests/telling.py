"""A house that tells people things, over the real store and ledger, with channels that record and a clock that tests
move.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.household import Household, Person, Role
from daemon.journal import Journal
from daemon.notices import Notices
from daemon.notify import Manners, Notify
from daemon.notify.model import Answer, Channel, Notice, Urgency
from daemon.presence import Presence
from daemon.schedule import Schedule
from daemon.store import Store
from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId
from skills.actions import Parameters
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId
from tests.channels import RecordedChannel
from tests.doubles import ManualClock

ZONE = ZoneInfo("UTC")
ANNA, BEN, CLEO = PersonId("anna"), PersonId("ben"), PersonId("cleo")
KITCHEN, BEDROOM, HALL = AreaId("kitchen"), AreaId("bedroom"), AreaId("hall")
CAUSE = Cause(CauseId("sensor"), Origin.MQTT)
PEOPLE = (Person(ANNA, "Anna", Role.OWNER), Person(BEN, "Ben"), Person(CLEO, "Cleo", Role.CHILD))
AREAS = (Area(KITCHEN, "Kitchen"), Area(BEDROOM, "Bedroom"), Area(HALL, "Hall"))
CALM_TURNS = 12
"""So many turns of the loop with nothing under way: then nothing more comes by itself."""


@dataclass
class Telling:
    """Everything that tells, running."""

    clock: ManualClock
    store: Store
    schedule: Schedule
    notify: Notify
    notices: Notices
    presence: Presence
    home: Home

    async def calm(self) -> None:
        """Wait until everything that is under way has come to its end."""
        calm = 0
        async with asyncio.timeout(20):
            while calm < CALM_TURNS:
                await asyncio.sleep(0)
                idle = not self.store.waiting and not self.notify.busy
                calm = calm + 1 if idle else 0

    async def tell(self, notice: Notice) -> None:
        """Raise a notice and wait until its first step is taken."""
        await self.notify.announce(notice)
        await self.calm()

    async def pass_time(self, by: timedelta | float) -> None:
        """Let time pass, stopping wherever something is due."""
        by = by if isinstance(by, timedelta) else timedelta(seconds=by)
        until = self.clock.now() + by
        await self.calm()
        while (left := until - self.clock.now()) > timedelta(0):
            nexts = [self.schedule.left(due.id) for due in self.schedule.open("notify")]
            soonest = min((one for one in nexts if one > timedelta(0)), default=left)
            await self.clock.advance(min(left, soonest))
            await self.calm()

    async def do(self, action: Action, cause: Cause) -> Outcome:
        """Carry an action out as the gateway does."""
        effect = next(effect for effect in self.notify.effects() if effect.name == action.effect)
        given = cast("Parameters", effect.parameters.model_validate(dict(action.arguments)))
        assert effect.describe(given)
        outcome = await effect.execute(given, cause)
        await self.calm()
        return outcome

    async def rows(self) -> list[Mapping[str, object]]:
        """Return all notices, oldest first, as `hearth notices --json` has them."""
        return list(reversed(await self.notify.reading.recent(1_000)))

    async def last(self) -> Mapping[str, object]:
        """Return the newest notice."""
        return (await self.rows())[-1]

    def at_home(self, person: PersonId, where: str) -> None:
        """Let a person's tracker report."""
        tracker = EntityId(f"person.{person}")
        self.home.add(Entity(tracker, person.title(), "person"))
        self.home.observe(tracker, where, at=self.clock.now())


@asynccontextmanager
async def telling(
    folder: Path,
    clock: ManualClock,
    *,
    speakers: Sequence[Channel] = (),
    channels: Sequence[Channel] = (),
    people: Sequence[Person] = PEOPLE,
    manners: Manners | None = None,
    home: Home | None = None,
) -> AsyncGenerator[Telling]:
    """Run everything that tells, on the database in a folder; leaving ends it as a kill would, between two steps."""
    household = Household({person.id: person for person in people})
    home = home or Home(areas=AREAS)
    presence = Presence(home, household)
    async with Store.open(folder / "hearth.db", cast("Clock", clock)) as store:
        schedule = Schedule(store, clock, ZONE)
        journal = Journal(store, clock)
        notices = Notices(journal)
        notify = Notify(
            store,
            schedule,
            journal,
            household,
            presence,
            notices.announce,
            clock=clock,
            manners=manners,
            speakers=speakers,
            channels=channels,
        )
        await schedule.begin()
        await notify.begin()
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(schedule.run()), group.create_task(notify.run())]
            there = Telling(clock, store, schedule, notify, notices, presence, home)
            await there.calm()
            yield there
            for task in running:
                task.cancel()


def notice(
    text: str = "The parcel has come.",
    *,
    at: datetime,
    people: Sequence[PersonId] = (ANNA,),
    urgency: Urgency = Urgency.NORMAL,
    key: str = "",
    cause: Cause = CAUSE,
    asked: bool = False,
    area: AreaId | None = None,
    kind: str = "post",
    once: bool = False,
) -> Notice:
    """Return something that people should be told."""
    return Notice(
        text,
        kind,
        at,
        cause,
        area=area,
        key=key,
        people=tuple(people),
        urgency=urgency,
        answers=(Answer.DONE, Answer.SNOOZE, Answer.NOT_ME),
        asked=asked,
        once=once,
    )


def shown(channel: RecordedChannel, person: PersonId) -> list[str]:
    """Return what a person can see on their device now."""
    return [message.text for (_, who), message in channel.shown.items() if who == person]
