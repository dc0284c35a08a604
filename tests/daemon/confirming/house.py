"""A house whose people confirm on their phones: the real gateway, rules, notices and store over the twin."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from daemon.confirming import Confirming
from daemon.gateway import Gateway
from daemon.gateway.rules import Rules
from daemon.household import Household, Person, Role
from daemon.household.rights import Right
from daemon.journal import Journal
from daemon.lending import Lending
from daemon.notify.model import Answer, Channel, Message
from daemon.pins import Pins
from daemon.precedence import Precedence
from daemon.presence import Presence
from devices.model import AreaId
from devices.twin import Twin
from skills.actions import device_call
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId
from tests.channels import RecordedChannel
from tests.daemon.house import LOCK, actuate_over, twin_of
from tests.doubles import ManualClock
from tests.telling import Telling, telling

ANNA, BEN, KIM = PersonId("anna"), PersonId("ben"), PersonId("kim")
PEOPLE = (
    Person(ANNA, "Anna", Role.OWNER, {"ntfy": ("anna-phone",), "homeassistant": ("mobile_app_anna",)}),
    Person(BEN, "Ben", Role.ADULT, {"ntfy": ("ben-phone",)}),
    Person(KIM, "Kim", Role.CHILD, {"ntfy": ("kim-phone",)}),
)
HALL = AreaId("hall")
UNLOCK = device_call([LOCK], "unlock")
YES, NO = Answer.YES, Answer.NO
_numbers = itertools.count()


@dataclass
class There:
    """The house, running."""

    telling: Telling
    gateway: Gateway
    confirming: Confirming
    journal: Journal
    household: Household
    twin: Twin
    clock: ManualClock

    async def wish(
        self,
        action: Action = UNLOCK,
        origin: Origin = Origin.MODEL,
        person: PersonId | None = None,
        *,
        tainted: bool = False,
        area: AreaId | None = None,
    ) -> Outcome:
        """Return what comes of a wish, once everybody was asked who is."""
        cause = replace(self.cause(origin), person=person, tainted=tainted, area=area)
        outcome = await self.gateway.submit(action, cause)
        await self.telling.calm()
        return outcome

    def cause(self, origin: Origin = Origin.MODEL) -> Cause:
        """Return the cause of something that somebody said whom nobody knows."""
        return Cause(CauseId(f"c{next(_numbers)}"), origin, said="let them in")

    async def press(self, phone: RecordedChannel, person: PersonId, answer: Answer, key: str | None = None) -> None:
        """Let somebody press a button of the question on their phone, and wait until that has had its effect."""
        key = key or asked(phone, person)[0].key
        phone.answer(key, answer, at=self.clock.now(), person=person)
        await self.telling.calm()

    @property
    def calls(self) -> list[str]:
        """What was done to things."""
        return [call.service for call in self.twin.sent]

    async def recorded(self) -> str:
        """Return the journal as text: what, and the reason or detail."""
        return "\n".join(f"{one.what} | {one.detail}" for one in await self.journal.entries())


@asynccontextmanager
async def house(
    folder: Path,
    clock: ManualClock,
    *channels: Channel,
    speakers: Sequence[Channel] = (),
    people: Sequence[Person] = PEOPLE,
    rights: Sequence[Right] = (),
    spoken: bool = False,
    on: frozenset[str] = frozenset({"ntfy", "homeassistant", "page"}),
) -> AsyncGenerator[There]:
    """Run it; leaving ends it as a kill would, between two steps."""
    twin = twin_of()
    household = Household({one.id: one for one in people}, rights=tuple(rights), confirms_on=on, confirms_spoken=spoken)
    async with telling(folder, clock, channels=channels, speakers=speakers, people=people, home=twin.home) as there:
        journal = Journal(there.store, clock)
        precedence = Precedence(twin.home, household, Presence(twin.home, household), clock)
        lending = Lending(there.store, journal, twin.home, household, clock)
        rules = Rules(twin.home, lending, precedence, Pins(there.store, clock))
        gateway = Gateway(actuate_over(twin).effects(), journal, there.store, household, clock, rules=rules)
        notify = there.notify
        confirming = Confirming(
            gateway, notify.deliveries, household, twin.home, journal, clock,
            announce=notify.announce, follow=there.notices.announce,
        )  # fmt: skip
        gateway.ask_through(confirming)
        notify.on_yes_or_no(confirming.answered)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one()) for one in (gateway.run, confirming.run)]
            await there.calm()
            yield There(there, gateway, confirming, journal, household, twin, clock)
            for task in tasks:
                task.cancel()


def phones(*people: PersonId) -> RecordedChannel:
    """Return the phones of these people, all if none are named, on a channel whose buttons carry tokens."""
    return RecordedChannel("ntfy", frozenset(people) if people else None)


def asked(phone: RecordedChannel, person: PersonId) -> Sequence[Message]:
    """Return the questions that somebody can see on their phone."""
    return [message for (_, who), message in phone.shown.items() if who == person and message.answers]


def told(phone: RecordedChannel, person: PersonId) -> Sequence[str]:
    """Return what else they can see there."""
    return [message.text for (_, who), message in phone.shown.items() if who == person and not message.answers]
