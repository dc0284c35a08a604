"""Has people confirm what is about safety on another device than the one that the wish came from.

The gateway decides what waits and whose yes counts; here it is brought to phones and back. Nothing of it outlives the
process: a question that was open when Hearth was stopped is dropped and told, and its buttons do nothing any more.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from daemon.clock import Clock
from daemon.confirming import wording
from daemon.gateway import Approval, Gateway
from daemon.gateway.elsewhere import May
from daemon.gateway.limits import WORDLESS
from daemon.household import ANYBODY, Household, Person
from daemon.journal import Entry, Journal, Wish
from daemon.notify.delivery import Deliveries
from daemon.notify.model import Announce, Answer, Answered, Message, Notice, Urgency
from daemon.notify.notification import Contact
from daemon.precedence.ranks import PLANNED
from daemon.store import StoreError
from devices.home import Home
from skills.language import current, say, speaking
from skills.model import Cause, CauseId, Origin, Outcome, PersonId, Risk

log = logging.getLogger("hearth." + __name__)

PAGE, TERMINAL = "page", "terminal"
"""Where a question is answered that is not answered on a phone."""
MOST_ASKED = 4
"""People who are asked at once, where nobody knows who wishes for it."""
MOST_TO_DO = 64
"""Things to tell and answers to take that wait; more come only in a flood, and are dropped."""
LOOKED_S = 15.0
"""So long after its last look a page counts as looked at: it looks every 3 s."""
STOPPED_FOR = timedelta(minutes=15)
"""How long after it was asked a question that was cut off is worth a word."""
CONFIRM_PLAN = "plan.confirm"
"""The yes to a step of a plan that is about safety, in a talk: what it is about may have been drawn up by a model."""


@dataclass(eq=False, slots=True)
class _Asked:
    """A question that is out."""

    approval: Approval
    contacts: Sequence[tuple[Person, str]]
    language: str
    """In which the wish was made."""
    by: Cause | None = None
    """Who settled it; ``None`` too where it has expired."""
    agreed: bool = False


class Confirming:
    """Asks people on their phones and takes their answers; fulfils `daemon.gateway.elsewhere.Asker`."""

    def __init__(
        self,
        gateway: Gateway,
        deliveries: Deliveries,
        household: Household,
        home: Home,
        journal: Journal,
        clock: Clock,
        *,
        announce: Announce,
        follow: Announce,
    ) -> None:
        """Take ``announce``, which tells people wherever they are, and ``follow``, which tells programs that listen."""
        self._gateway, self._deliveries, self._household = gateway, deliveries, household
        self._home, self._journal, self._clock = home, journal, clock
        self._announce, self._follow = announce, follow
        self._open: dict[str, _Asked] = {}
        self._looked: dict[PersonId, float] = {}
        self._to_do: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue(MOST_TO_DO)

    async def run(self) -> None:
        """Ask, and take answers. Ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            while True:
                work = await self._to_do.get()
                group.create_task(_safely(work))

    # What the gateway asks

    def whom(self, wish: Wish, may: May) -> Sequence[PersonId]:
        """Return who is asked: who wishes for it, where they can be, else those who may say yes."""
        if wish.risk is not Risk.CRITICAL or wish.cause.id.startswith(PLANNED) or not self._is_due(wish):
            return ()
        people = self._household.people.values()
        able = [one.id for one in people if self._reaches(one) and may(_cause(one.id))]
        return [one for one in able if one == wish.cause.person] or able[:MOST_ASKED]

    def words(self, wish: Wish, people: Sequence[PersonId]) -> str:
        """Return the sentence by which who wished for it learns where it is asked."""
        known = [self._household.people[one] for one in people]
        phones = [one for one in known if self._phones(one)]
        return wording.asked(phones, own=[one.id for one in phones] == [wish.cause.person])

    def ask(self, approval: Approval, people: Sequence[PersonId]) -> None:
        """Ask them on all their phones; the page shows it by itself."""
        known = [self._household.people[one] for one in people]
        contacts = [(person, channel) for person in known for channel in self._phones(person)]
        asked = self._open[approval.id] = _Asked(approval, contacts, current().code)
        self._put(lambda: self._ask(asked))

    def settled(self, approval: Approval, outcome: Outcome, by: Cause | None, *, agreed: bool = False) -> None:
        """Take the question back from all phones, and tell what came of it."""
        asked = self._open.pop(approval.id, None)
        if asked is not None:
            asked.by, asked.agreed = by, agreed
            self._put(lambda: self._close(asked, outcome))

    def dropped(self, approval: str, wish: Entry) -> None:
        """Take back a question that was open when Hearth was stopped, and tell that nothing came of it."""
        if wish.risk is Risk.CRITICAL:
            self._put(lambda: self._drop(approval, wish))

    def counts(self, where: str) -> bool:
        """Say whether a yes counts that was given on a channel, the page or the terminal."""
        return where == TERMINAL or where in self._household.confirms_on

    # What comes from outside

    def looked(self, person: PersonId) -> None:
        """Take note that somebody looks at the page of the house, where all questions can be answered."""
        self._looked[person] = self._clock.monotonic()

    def answered(self, answered: Answered) -> bool:
        """Take a button that was pressed on a phone, without waiting; return whether it belongs to a question."""
        ours = answered.key.startswith(wording.KEY) and answered.person is not None
        if not ours or answered.channel not in self._household.confirms_on:
            # On MQTT anybody who may publish can say yes: only what carries a token counts.
            log.info("a yes or no on %s was not taken: it is to no question that was asked there", answered.channel)
            return False
        self._put(lambda: self._answer(answered))
        return True

    # Inside

    def _is_due(self, wish: Wish) -> bool:
        cause = wish.cause
        if cause.origin in WORDLESS or cause.tainted or wish.action.effect == CONFIRM_PLAN:
            return True
        return cause.origin is Origin.VOICE and self._household.confirms_spoken

    def _phones(self, person: Person) -> Sequence[str]:
        able = self._household.confirms_on - self._deliveries.poor()
        return [name for name in self._deliveries.ways_to(person) if name in able]

    def _reaches(self, person: Person) -> bool:
        looked_s = self._looked.get(person.id, -LOOKED_S)
        looks = self.counts(PAGE) and looked_s > self._clock.monotonic() - LOOKED_S
        return looks or bool(self._phones(person))

    def _put(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            self._to_do.put_nowait(work)
        except asyncio.QueueFull:
            log.error("too much is asked and answered at once: something was dropped")

    async def _ask(self, asked: _Asked) -> None:
        if not asked.contacts:
            return
        async with asyncio.TaskGroup() as group:
            sent = [group.create_task(self._send(asked, person, channel)) for person, channel in asked.contacts]
        if asked.approval.id in self._open and not any(one.result() for one in sent):
            with speaking(asked.language):
                await self._tell(asked.approval.wish.cause, wording.unreached(asked.approval.wish.what))

    async def _send(self, asked: _Asked, person: Person, channel: str) -> bool:
        """Ask one person on one channel; return whether it arrived there."""
        approval, contact = asked.approval, Contact(person.id, channel)
        with speaking(person.language):
            message = wording.question(approval, self._household)
            result, detail = await self._deliveries.send(message, person, contact)
        how = "asked" if result.arrived else f"could not ask ({detail})"
        told = f"{how} {person.name} on {channel}: {approval.wish.what}"
        try:
            await self._journal.note(approval.wish.cause, told, about=approval.entry)
        except StoreError as error:
            log.error("could not write down whom I asked: %s", error)
        if approval.id not in self._open:
            await self._deliveries.withdraw(message.key, person, contact)
        return result.arrived

    async def _answer(self, answered: Answered) -> None:
        person = self._household.known(answered.person)
        if person is None:
            log.info("a yes or no of somebody who is no longer of the house was not taken")
            return
        approval = answered.key.removeprefix(wording.KEY)
        asked, cause = self._open.get(approval), _cause(person.id, f"{answered.answer} on {answered.channel}")
        with speaking(person.language):
            if answered.answer is Answer.YES:
                outcome = await self._gateway.confirm(approval, cause, where=answered.channel)
            else:
                outcome = await self._gateway.dismiss(approval, cause)
            counted = asked is not None and asked.by is cause
            text = self._came(asked, outcome) if asked is not None and counted else wording.too_late(outcome)
            message = Message(f"{answered.key}-{person.id}", text, urgency=Urgency.INFO)
            await self._deliveries.send(message, person, Contact(person.id, answered.channel))

    async def _close(self, asked: _Asked, outcome: Outcome) -> None:
        async with asyncio.TaskGroup() as group:
            for person, channel in asked.contacts:
                group.create_task(self._take_back(asked.approval.id, person, channel))
            with speaking(asked.language):
                await self._tell(asked.approval.wish.cause, self._came(asked, outcome))

    async def _drop(self, approval: str, wish: Entry) -> None:
        async with asyncio.TaskGroup() as group:
            if self._clock.now() - wish.at <= STOPPED_FOR:
                notice = self._notice(wish.cause, wording.stopped(wish.what))
                group.create_task(_safely(lambda: self._announce(notice)))
            for person in self._household.people.values():
                for channel in self._phones(person):
                    group.create_task(self._take_back(approval, person, channel))

    async def _take_back(self, approval: str, person: Person, channel: str) -> None:
        await self._deliveries.withdraw(wording.key_of(approval), person, Contact(person.id, channel))

    def _came(self, asked: _Asked, outcome: Outcome) -> str:
        who = self._household.known(asked.by.person) if asked.by is not None else None
        what = asked.approval.effect.describe(asked.approval.parameters)
        if asked.by is None:
            return wording.left(what, outcome)
        return wording.came(what, outcome, who, agreed=asked.agreed, home=self._home)

    async def _tell(self, cause: Cause, text: str) -> None:
        """Tell who wished for something what came of it: aloud where they did, and whoever follows what is told."""
        notice = self._notice(cause, text)
        await self._follow(notice)
        for speaker in self._deliveries.speakers if cause.area is not None else ():
            contact = Contact(ANYBODY.id, speaker, cause.area)
            await self._deliveries.send(Message(notice.key, text, area=cause.area, at=notice.at), ANYBODY, contact)

    def _notice(self, cause: Cause, text: str) -> Notice:
        person, area = cause.person, cause.area
        mine = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON, person, cause.id, area=area)
        people = (person,) if person is not None and person in self._household.people else ()
        at, why = self._clock.now(), say("you asked for it")
        return Notice(text, "confirmation", at, mine, area=area, key=mine.id, people=people, reason=why, asked=True)


async def _safely(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Exception:  # an effect or a channel is foreign code, and one question must not end all others
        log.exception("something that was asked or answered on a phone broke")


def _cause(person: PersonId, said: str | None = None) -> Cause:
    """Return why something is done to which somebody said yes on a device of their own."""
    return Cause(CauseId(uuid.uuid4().hex), Origin.DASHBOARD, person, said=said)
