"""Brings notices to people: carries out one step after the other until somebody took note."""

import asyncio
import logging
import sqlite3
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.clock import Clock
from daemon.journal import Journal
from daemon.notify import rows
from daemon.notify.counts import Counts
from daemon.notify.delivery import Deliveries
from daemon.notify.digest import digest_of
from daemon.notify.model import Announce, Message, Notice, Urgency
from daemon.notify.notification import (
    Attempt,
    Contact,
    Held,
    Notification,
    NotificationId,
    Result,
    State,
    message_of,
)
from daemon.notify.ongoing import Ongoing, is_for, released, told_just_now, waits_too
from daemon.notify.standing import Standings
from daemon.notify.steps import JOINABLE, End, Hold, Step, Tell, next_step
from daemon.schedule import Due, Lateness, Schedule, ScheduleError, UnknownDueError
from daemon.store import Store, StoreError
from skills.language import speaking
from skills.model import PersonId

log = logging.getLogger("hearth." + __name__)

KIND = "notify"
"""Of the rows in the ledger: when the next step of a notice is due."""
MOST_OPEN = 1_000
"""Notices under way; of more, only what is important is taken, up to twice as many."""
FIRST_S = 30.0
"""When a notice is looked at again if its first step, which is taken at once, comes to nothing."""
NOT_YET_S = 1.0
"""When to look again if nothing can be sent yet, or no longer: we begin or end."""
MEND_S = 60.0
"""How often to look for notices that nothing brings on: their row of the ledger was given up."""
SHOWN_FOR = timedelta(days=2)
"""How long after an answer it is worth taking messages back from devices, over a restart too."""
_RECENT = (Held.RETRY, *JOINABLE)


class Chains:
    """Tells people what they should know, and keeps at it until one of them has taken note.

    Every step is on disk before it is taken, and when the next is due is a row of the time ledger: a kill can repeat a
    message, under the same key, and loses none. Whatever changes a notice takes its turn; no channel is waited for in
    it.
    """

    def __init__(
        self,
        store: Store,
        schedule: Schedule,
        journal: Journal,
        standings: Standings,
        deliveries: Deliveries,
        counts: Counts,
        announce: Announce,
        *,
        clock: Clock,
    ) -> None:
        """Have the ledger hand over the steps; ``announce`` tells those who follow, and is told every notice once."""
        self._store, self._schedule, self._journal = store, schedule, journal
        self._standings, self._deliveries, self._announce = standings, deliveries, announce
        self._clock, self._counts = clock, counts
        self._people_moved, self._running = asyncio.Event(), asyncio.Event()
        self.ongoing: dict[NotificationId, Ongoing] = {}
        self.turn = asyncio.Lock()
        self._group: asyncio.TaskGroup | None = None
        self.busy = 0
        """Messages that are being sent or taken back, those that wait to be taken back again not counted."""
        schedule.handle(KIND, self._on_due)

    # Beginning and running

    async def begin(self) -> None:
        """Read what is open. To be called after the ledger has begun and before `run`.

        Raises:
            StoreError: it cannot be read.
        """
        now = self._clock.now()
        found = await self._store.run_bare(lambda connection: rows.load_open(connection, now), urgent=True)
        await self._counts.begin()
        self.ongoing = {one.id: Ongoing(one, list(attempts)) for one, attempts in found}
        for due in self._schedule.open(KIND):
            mine = self.ongoing.get(NotificationId(int(str(due.payload["notification"]))))
            if mine is None:
                await self._schedule.cancel(due.id)
            else:
                mine.due = due.id

    async def run(self) -> None:
        """Carry on with what is open. Ends only by cancellation."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._running.set()
                group.create_task(self._follow_people())
                await self._resume()
                while True:
                    await self._mend()
                    await self._clock.sleep(MEND_S)
        finally:
            self._group = None
            self._running.clear()

    async def _resume(self) -> None:
        """Send again what was cut off, and take back what was answered just before we were stopped."""
        for mine in list(self.ongoing.values()):
            if mine.attempts and mine.attempts[-1].result is Result.UNKNOWN and mine.notification.held is None:
                await self._moved(mine.notification.id)
        since = self._clock.now() - SHOWN_FOR
        with suppress(StoreError):
            for one, attempt in await self._store.run_bare(lambda connection: rows.load_shown(connection, since)):
                self._spawn_withdraw(one, attempt)

    async def _mend(self) -> None:
        """Give every open notice a row of the ledger that has lost its own."""
        for mine in list(self.ongoing.values()):
            if mine.due is None or self._schedule.find(mine.due) is None:
                with suppress(StoreError, ScheduleError):
                    async with self.turn:
                        if mine.notification.id in self.ongoing:
                            await self.wait(mine, self._clock.now())

    def people_moved(self) -> None:
        """Note that somebody came or went: what waits for them is looked at again."""
        self._people_moved.set()

    async def _follow_people(self) -> None:
        while True:
            await self._people_moved.wait()
            self._people_moved.clear()
            await self.stir()

    # Raising

    async def send(self, notice: Notice) -> NotificationId | None:
        """Take a notice; once this returns, not even a kill takes it. Return its id, or that of the one it adds to.

        ``None``: it was told before, or there are too many. On a full disk it is told once, without a record.

        Raises:
            ScheduleError: there is too much in the ledger.
        """
        notice = notice if notice.key else replace(notice, key=uuid.uuid4().hex)
        try:
            async with self.turn:
                mine, fresh = await self._taken(notice)
                if fresh and mine is not None:
                    await self.advance(mine)
        except StoreError as error:
            log.error("a notice could not be written down: %s", error)
            await self._announced(notice)
            self._tell_unwritten(notice)
            return None
        if fresh:
            await self._announced(notice)
        return mine.notification.id if mine is not None else None

    async def _taken(self, notice: Notice) -> tuple[Ongoing | None, bool]:
        """Write a notice down; return it, and whether it is a new one."""
        now = self._clock.now()
        open_one = next((one for one in self.ongoing.values() if one.notification.notice.key == notice.key), None)
        if open_one is not None:
            if not notice.once:
                before = open_one.notification
                # What is quoted stays quoted, and the words of the household stay theirs.
                alike = notice.cause.tainted == before.notice.cause.tainted
                newest = replace(before.notice, text=notice.text) if alike else before.notice
                later = replace(before, notice=newest, count=before.count + 1)
                await self.write(open_one, later)
            return open_one, False
        known = await self._store.run_bare(lambda connection: rows.newest_of_key(connection, notice.key))
        if known is not None and (notice.once or told_just_now(known, now)):
            return None, False
        full = len(self.ongoing) >= (MOST_OPEN if notice.urgency < Urgency.IMPORTANT else 2 * MOST_OPEN)
        notification = Notification(NotificationId(0), notice, now)
        if full:
            log.error("%d notices are open: %r is not told", len(self.ongoing), notice.kind)
            end = replace(notification, state=State.MISSED, note="too many notices were open", ended_at=now)
            await self._store.run_bare(lambda connection: rows.insert(connection, end))
            return None, False
        new = await self._store.run_bare(lambda connection: rows.insert(connection, notification), urgent=True)
        mine = self.ongoing[new] = Ongoing(replace(notification, id=new))
        await self.wait(mine, now + timedelta(seconds=FIRST_S))
        return mine, True

    async def _announced(self, notice: Notice) -> None:
        try:
            await self._announce(notice)
        except Exception:  # those who follow must not decide whether people are told
            log.exception("those who follow could not be told")

    def _tell_unwritten(self, notice: Notice) -> None:
        """Tell a notice once, on the first way there is: a full disk must not silence an alarm."""
        notification = Notification(NotificationId(0), notice, self._clock.now(), released=True)
        step = next_step(notification, (), self._standings.situation(notification, self._clock.now()))
        if self._group is not None and isinstance(step, Tell):
            for contact in step.contacts:
                message = self._message(notification, contact)
                person = self._standings.person(contact.person)
                self._group.create_task(self._deliveries.send(replace(message, key=notice.key), person, contact))

    # Stepping

    async def _on_due(self, due: Due, lateness: Lateness) -> None:
        del lateness
        await self._running.wait()
        async with self.turn:
            mine = self.ongoing.get(NotificationId(int(str(due.payload["notification"]))))
            if mine is not None and mine.due == due.id:
                await self.advance(mine)

    async def _moved(self, id: NotificationId, *, again: bool = False) -> None:
        """Take the next step now, since something has changed; ``again`` ends a wait for the next round."""
        with suppress(StoreError, ScheduleError):
            async with self.turn:
                mine = self.ongoing.get(id)
                if mine is not None:
                    await self.advance(mine, again=again)

    async def advance(self, mine: Ongoing, *, again: bool = False) -> None:
        """Take the next step; the turn is ours."""
        now = self._clock.now()
        before = mine.notification
        if self._group is None:
            await self.wait(mine, now + timedelta(seconds=NOT_YET_S))
            return
        again = again and before.held is not Held.SNOOZE
        over = before.held_until is not None and (before.held_until <= now or again)
        if over:
            await self.write(mine, released(before))
        step: Step = next_step(mine.notification, mine.attempts, self._standings.situation(mine.notification, now))
        if isinstance(step, Tell) and over and (mates := self._mates(mine, before, now)):
            await self._join([mine, *mates])
            return
        match step:
            case Tell():
                await self._tell(mine, step, now)
            case Hold(until, held):
                if (held, until) != (mine.notification.held, mine.notification.held_until):
                    await self.write(mine, replace(mine.notification, held=held, held_until=until))
                await self.wait(mine, until)
            case End(state, note):
                await self.end(mine, replace(mine.notification, state=state, note=note))

    async def _tell(self, mine: Ongoing, step: Tell, now: datetime) -> None:
        notification = replace(mine.notification, held=None, held_until=None)
        fresh = [Attempt(0, contact, notification.round, now, step.because) for contact in step.contacts]

        def work(connection: sqlite3.Connection) -> list[Attempt]:
            rows.update(connection, notification)
            return rows.begin_attempts(connection, notification.id, fresh)

        begun = await self._store.run_bare(work, urgent=True)
        mine.notification = notification
        mine.attempts += begun
        assert self._group is not None
        self.busy += len(begun)
        for attempt in begun:
            self._group.create_task(self._deliver(notification, attempt))
        await self.wait(mine, now + timedelta(seconds=step.wait_s), after_s=step.wait_s)

    async def _deliver(self, notification: Notification, attempt: Attempt) -> None:
        try:
            contact = attempt.contact
            message = self._message(notification, contact)
            person = self._standings.person(contact.person)
            with speaking(person.language):
                result, detail = await self._deliveries.send(message, person, contact)
            settled = replace(attempt, result=result, detail=detail, settled_at=self._clock.now())
            await self._settle(notification.id, settled)
            await self.note(notification.notice, f"{_sent(settled, person.name)}: {notification.notice.text}")
        finally:
            self.busy -= 1

    def _message(self, notification: Notification, contact: Contact) -> Message:
        """Return a notice as a channel gets it now, in the language of whoever it is for."""
        with speaking(self._standings.person(contact.person).language):
            return message_of(notification, contact, self._clock.now(), self._standings.zone)

    async def _settle(self, id: NotificationId, settled: Attempt) -> None:
        """Put down what came of a message, and go on if it came to nothing."""
        with suppress(StoreError):
            await self._store.run_bare(lambda connection: rows.settle_attempt(connection, settled), urgent=True)
        async with self.turn:
            mine = self.ongoing.get(id)
            if mine is None:
                # Somebody answered on another channel meanwhile.
                if settled.result is not Result.LASTING:
                    self._spawn_withdraw(id, settled)
                return
            mine.attempts = [settled if one.id == settled.id else one for one in mine.attempts]
            if mine.notification.held is Held.SNOOZE or settled.contact.person in mine.notification.declined:
                self._spawn_withdraw(id, settled)
            step = [one for one in mine.attempts if one.at == settled.at]
            # What could not be written is taken up again by the row of the ledger, or else mended.
            with suppress(StoreError, ScheduleError):
                if settled.result.arrived:
                    await self._counts.told(mine.notification, settled, mine.attempts)
                elif all(one.result in (Result.FAILED, Result.LASTING) for one in step):
                    await self.advance(mine)
        if settled.result.arrived and settled.contact.area is None:
            await self._reached(settled.contact.person)

    async def _reached(self, person: PersonId) -> None:
        """Tell now what a person could not be told before: they can be reached again."""
        waiting = [
            mine.notification.id
            for mine in self.ongoing.values()
            if mine.notification.held is Held.RETRY
            and person in {attempt.contact.person for attempt in mine.attempts}
            and not any(attempt.result.arrived for attempt in mine.attempts)
        ]
        for one in waiting:
            await self._moved(one, again=True)

    async def end(self, mine: Ongoing, notification: Notification) -> None:
        """Put down how it ended; what is on devices of what was acknowledged is taken back."""
        ended = replace(notification, held=None, held_until=None, ended_at=self._clock.now())
        await self.write(mine, ended)
        self.ongoing.pop(ended.id, None)
        if mine.due is not None:
            # A row that stays finds nothing to bring on when it is due.
            with suppress(StoreError):
                await self._schedule.cancel(mine.due)
        if ended.state is State.ACKNOWLEDGED:
            for attempt in mine.attempts:
                self._spawn_withdraw(ended.id, attempt)
        if ended.state is State.MISSED:
            log.info("not told: a notice of kind %s, %s", ended.notice.kind, ended.note)
            await self.note(ended.notice, f"not told, {ended.note}: {ended.notice.text}")

    def _mates(self, mine: Ongoing, before: Notification, now: datetime) -> list[Ongoing]:
        """Return what waited beside this notice, for the same people, and is to be told together with it."""
        if before.held not in _RECENT or before.urgency is Urgency.CRITICAL or mine.arrived:
            return []
        return [
            other
            for other in self.ongoing.values()
            if other is not mine
            and other.notification.notice.people == before.notice.people
            and other.notification.urgency is not Urgency.CRITICAL
            and waits_too(other, now)
        ]

    async def _join(self, together: Sequence[Ongoing]) -> None:
        """Tell notices as one."""
        now = self._clock.now()
        people = together[0].notification.notice.people
        with speaking(self._standings.person(people[0]).language if len(people) == 1 else None):
            digest = digest_of([mine.notification for mine in together], now, self._standings.zone)

        def work(connection: sqlite3.Connection) -> NotificationId:
            written = rows.insert(connection, digest)
            for mine in together:
                told = replace(mine.notification, state=State.DIGESTED, told_in=written, note="it was told with others")
                rows.update(connection, replace(told, held=None, held_until=None, ended_at=now))
            return written

        new = await self._store.run_bare(work, urgent=True)
        one = self.ongoing[new] = Ongoing(replace(digest, id=new))
        await self.wait(one, now + timedelta(seconds=FIRST_S))
        for mine in together:
            self.ongoing.pop(mine.notification.id, None)
            if mine.due is not None:
                await self._schedule.cancel(mine.due)
        await self.advance(one)

    # What a person wants

    async def stir(self) -> None:
        """Look again at what waits for people: they may be told now."""
        waiting = (Held.QUIET, Held.DISTURB, Held.AWAY)
        for mine in list(self.ongoing.values()):
            if mine.notification.held in waiting:
                await self._moved(mine.notification.id, again=True)

    async def caught_up(self, person: PersonId | None) -> None:
        """End what is held for a person, or for everybody, and what was missed: they were just told all of it."""
        async with self.turn:
            for mine in list(self.ongoing.values()):
                if mine.notification.held is not None and is_for(mine.notification, person):
                    note = "they asked what they missed"
                    said = replace(mine.notification, answered_by=person, answered_on="aloud", note=note)
                    await self.end(mine, replace(said, state=State.ACKNOWLEDGED))
            now = self._clock.now()
            await self._store.run_bare(lambda connection: rows.missed_no_longer(connection, person, now))

    async def forget(self) -> None:
        """Delete some of what ended long ago."""
        now = self._clock.now()
        await self._store.run_bare(lambda connection: rows.forget(connection, now), urgent=True)

    # Inside

    async def wait(self, mine: Ongoing, at: datetime, *, after_s: float | None = None) -> None:
        """Have the ledger bring a notice up then, or after so much elapsed time."""
        moment = None if after_s is not None else at
        if mine.due is not None:
            with suppress(UnknownDueError):
                await self._schedule.change(mine.due, at=moment, after_s=after_s)
                return
        payload, cause = {"notification": mine.notification.id}, mine.notification.notice.cause
        due = await self._schedule.add(kind=KIND, payload=payload, cause=cause, at=moment, after_s=after_s)
        mine.due = due.id

    async def write(self, mine: Ongoing, notification: Notification) -> None:
        """Put down what became of a notice."""
        await self._store.run_bare(lambda connection: rows.update(connection, notification), urgent=True)
        mine.notification = notification

    def take_back(self, mine: Ongoing, person: PersonId | None) -> None:
        """Take a notice off the devices of a person, or of all."""
        for attempt in mine.attempts:
            if person is None or attempt.contact.person == person:
                self._spawn_withdraw(mine.notification.id, attempt)

    def _spawn_withdraw(self, id: NotificationId, attempt: Attempt) -> None:
        if attempt.result in (Result.LASTING, Result.PENDING) or attempt.withdrawn_at is not None:
            return
        if self._group is not None:
            self._group.create_task(self._withdraw(id, attempt))

    async def _withdraw(self, id: NotificationId, attempt: Attempt) -> None:
        person = self._standings.person(attempt.contact.person)
        if await self._deliveries.withdraw(f"hearth-{id}", person, attempt.contact):
            now = self._clock.now()
            with suppress(StoreError):
                await self._store.run_bare(lambda connection: rows.mark_withdrawn(connection, attempt.id, now))

    async def note(self, notice: Notice, what: str) -> None:
        """Put a step on record, with the cause of its notice."""
        try:
            await self._journal.note(notice.cause, what)
        except StoreError as error:
            log.error("could not write down what was told: %s", error)


def _sent(settled: Attempt, name: str) -> str:
    """Return how a message went: ``told Anna on ntfy, delivered``."""
    where = f"aloud in {settled.contact.area}" if settled.contact.area is not None else f"on {settled.contact.channel}"
    if settled.result.arrived:
        return f"told {name} {where}, {settled.result}"
    return f"could not tell {name} {where}, {settled.detail}"
