"""Hears what people answer on a button to what is proposed: a yes makes the routine, later puts it off."""

import asyncio
import logging
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from daemon.clock import Clock
from daemon.errors import DaemonError
from daemon.habits.habits import Habits, key_of_notice
from daemon.notify import Notify, rows
from daemon.notify.model import Answer, Notice
from daemon.notify.notification import Notification
from daemon.store import Store, StoreError
from devices.model import HomeView
from skills.habits import habit_answer
from skills.habitual import Noticed
from skills.language import say
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Reply, Verdict

log = logging.getLogger("hearth." + __name__)


class Came(Protocol):
    """What came of wishes."""

    @property
    def reply(self) -> str:
        """What is said of it."""
        ...

    @property
    def outcomes(self) -> tuple[tuple[Action, Outcome], ...]:
        """Each with what came of it."""
        ...


class CarryOut(Protocol):
    """Carries out wishes that came without a sentence; see `daemon.conversation.Conversation.carry_out`."""

    async def __call__(self, reply: Reply, *, origin: Origin, person: PersonId | None, said: str) -> Came:
        """Return what came of them."""
        ...


class Answering:
    """Carries out what was answered to proposals; what was answered before a restart is heard after it."""

    def __init__(self, habits: Habits, notify: Notify, store: Store, home: HomeView, clock: Clock) -> None:
        """Nothing is heard before it is called back and runs."""
        self._habits, self._notify, self._store = habits, notify, store
        self._home, self._clock = home, clock
        self._answered = asyncio.Event()

    async def on_answer(self, key: str, answer: Answer, until: datetime | None) -> None:
        """Take note that there is an answer, see `daemon.notify.Notify.listen`: nothing may be done about it here."""
        del answer, until
        if key.startswith(key_of_notice("")):
            self._answered.set()

    async def run(self, carry_out: CarryOut) -> None:
        """Carry out what is answered; ends only by cancellation."""
        # What was proposed before the start is known only once it was read.
        await self._habits.read.wait()
        self._answered.set()
        while True:
            await self._answered.wait()
            self._answered.clear()
            try:
                await self.settle(carry_out)
            except (DaemonError, StoreError) as error:
                log.warning("an answer to a proposal could not be carried out: %s", error)

    async def settle(self, carry_out: CarryOut) -> None:
        """Carry out every answer to something that is still proposed.

        Raises:
            StoreError: what was answered cannot be read.
        """
        for noticed, since in self._habits.proposed():
            told = await self._pressed(noticed, since)
            if told is not None and told.answer is Answer.DONE:
                await self._accept(noticed, told, carry_out)
            elif told is not None and told.answer is Answer.SNOOZE:
                await self._put_off(noticed, told, carry_out)
            # Dismissed, it was seen: the next is proposed a day later.

    async def _pressed(self, noticed: Noticed, since: datetime) -> Notification | None:
        """Return the notice of a proposal, if a button of its own was pressed.

        "Got it", and what takes note of all notices at once, mean that it was seen, not that it is wanted.
        """
        key = key_of_notice(noticed.id)
        newest = await self._store.run_bare(lambda connection: rows.newest_of_key(connection, key))
        # An older one of the same habit was answered before it was put off.
        if newest is None or newest.notice.at < since:
            return None
        found = await self._store.run_bare(lambda connection: rows.by_id(connection, newest.id))
        if found is None:
            return None
        told, attempts = found
        return told if any(one.contact.channel == told.answered_on for one in attempts) else None

    async def _accept(self, noticed: Noticed, told: Notification, carry_out: CarryOut) -> None:
        from skills.builtin.habits import accepted, proposal

        said = proposal(noticed, self._home)
        came = await carry_out(
            accepted(noticed, self._home), origin=Origin.DASHBOARD, person=told.answered_by, said=said
        )
        if any(outcome.verdict is not Verdict.DONE for _, outcome in came.outcomes):
            await self._put_off(noticed, told, carry_out)
        cause = Cause(CauseId(uuid4().hex), Origin.DAEMON, told.answered_by)
        people = (told.answered_by,) if told.answered_by else ()
        await self._notify.announce(
            Notice(
                came.reply, "habits", self._clock.now(), cause, area=told.notice.area, people=people,
                reason=say("you answered to what I suggested"), asked=True,
            )
        )  # fmt: skip

    async def _put_off(self, noticed: Noticed, told: Notification, carry_out: CarryOut) -> None:
        said = say("answer “{answer}” to what I suggest", answer="later")
        wish = Reply("", [habit_answer(noticed.id, "later")])
        await carry_out(wish, origin=Origin.DASHBOARD, person=told.answered_by, said=said)
        # Later is two weeks for a proposal, not the minutes after which other notices come again.
        cause = Cause(CauseId(uuid4().hex), Origin.DAEMON, told.answered_by)
        await self._notify.close(told.notice.key, Answer.DISMISSED, cause)
