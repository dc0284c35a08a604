"""The time ledger: everything that is due at some time, kept so that nothing of it is lost or happens twice."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from daemon.clock import SLICE_S, Clock
from daemon.schedule.due import GRACE, Due, DueId, Late, Lateness, ScheduleError, UnknownDueError, plain
from daemon.schedule.ledger import (
    Record,
    begin_handling,
    blank,
    due_of,
    forget,
    insert,
    instant,
    leave_handling,
    load,
    move,
    rewrite,
    settle,
    stamp,
    to_disk,
)
from daemon.schedule.times import Given, after_this, judged, set_back, timed
from daemon.schedule.waiting import Waiting
from daemon.store import Store, StoreError
from skills.language import say, speaking
from skills.model import Cause, PersonId

__all__ = ["GRACE", "Due", "DueId", "Handler", "Late", "Lateness", "Schedule", "ScheduleError", "UnknownDueError"]

log = logging.getLogger("hearth." + __name__)

T = TypeVar("T")
Handler = Callable[[Due, Lateness], Awaitable[None]]

DAY_S = 86_400.0
MOST_OPEN = 200_000
MOST_AT_ONCE = 32
"""So many rows are being handled at a time; the others that are due wait for one of them to end."""
HANDLER_S = 900.0
"""A handler hands over, it does not wait for people: one that takes longer has failed."""
RETRIES_S = (1.0, 5.0, 30.0, 120.0, 600.0)
LONGEST_REST_S = 86_400.0
LONGEST_WAIT_S = 60.0
"""Between two tries to put on record what was done already."""


@dataclass(slots=True)
class _InHand:
    """An occurrence that was taken and has not ended: its handling runs, or waits to be tried again."""

    record: Record
    lateness: Lateness
    begun_s: float
    """On the monotonic clock, when it should have been handed over."""


class Schedule:
    """Keeps the ledger, and hands over what is due to the handler of its kind.

    An occurrence is settled once its handler has returned: after a crash it may be handed over again, with the same
    `Due.key`, but never after it was settled.
    """

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._waiting = Waiting(clock)
        self._handlers: dict[str, Handler] = {}
        self._language_of: Callable[[PersonId | None], str | None] = lambda _: None
        self._in_hand: dict[DueId, _InHand] = {}
        self._running = 0
        self._begun = False
        self._stirred = False
        self._rest: asyncio.Task[None] | None = None
        self.aside: Sequence[Due] = ()
        """What was set aside within a week, since every start that handled it ended badly. A person must be told."""

    # Writing down

    async def add(
        self,
        *,
        kind: str,
        payload: Mapping[str, object],
        cause: Cause,
        at: datetime | None = None,
        wall: datetime | None = None,
        after_s: float | None = None,
        rule: str | None = None,
        late: Late = Late.RUN,
        window_s: float = DAY_S,
        owner: PersonId | None = None,
        name: str | None = None,
        zone: ZoneInfo | None = None,
    ) -> Due:
        """Write down something that will be due; once this returns, not even a power cut takes it.

        Args:
            kind: which handler it goes to.
            payload: what the handler needs, as JSON.
            cause: why it will be done.
            at: a point in time, aware. It follows a clock that is set.
            wall: what the clock on the wall will show, naive. It follows the zone, too.
            after_s: so much elapsed time from now. A clock that is set does not move it.
            rule: how it recurs, counted from that time on, which may be past; the first is still to come.
            late: what becomes of it when we are away then.
            window_s: with `Late.RUN`, how late it may still be done without asking.
            owner: whose it is.
            name: what people call it.
            zone: of the wall, if it is not that of the house.

        Raises:
            ScheduleError: it makes no sense, or there is too much already.
            StoreError: it could not be written.
        """
        if len(self._waiting) >= MOST_OPEN:
            raise ScheduleError(say("{n} things are due already: cancel some", n=MOST_OPEN))
        now = self._clock.now()
        fresh = blank(kind, plain(payload), cause, now)._replace(late=late, window_s=window_s, owner=owner, name=name)
        record = timed(fresh, Given(at, wall, after_s, rule, zone), self._zone, now)
        record = await self._durably(lambda connection: insert(connection, record))
        self._put(record)
        return due_of(record, self._zone)

    async def change(
        self,
        id: DueId,
        *,
        at: datetime | None = None,
        wall: datetime | None = None,
        after_s: float | None = None,
        rule: str | None = None,
        zone: ZoneInfo | None = None,
        payload: Mapping[str, object] | None = None,
        name: str | None = None,
    ) -> Due:
        """Move a row to another time, or give it another payload or name; what is not given stays.

        With a new time it is a new occurrence, of the rule that is given or none; one that is being handled no longer
        counts. A paused timer stays paused, with the new time left.

        Raises:
            UnknownDueError: it is not open.
            ScheduleError: the new time makes no sense.
            StoreError: it could not be written; all is as before.
        """
        old = self._open(id)
        record = old._replace(
            payload=plain(payload) if payload is not None else old.payload, name=name if name is not None else old.name
        )
        if at is not None or wall is not None or after_s is not None or rule is not None:
            record = timed(record, Given(at, wall, after_s, rule, zone), self._zone, self._clock.now())
            left_s = after_s if old.paused_left_s is not None else None
            record = record._replace(fired=old.fired + 1, begun=0, paused_left_s=left_s)
        return await self._rewritten(record, old)

    async def pause(self, id: DueId) -> Due:
        """Stop a row from coming due, keeping what was left; a paused one stays as it is.

        Raises:
            UnknownDueError: it is not open, or is being handled.
            StoreError: it could not be written.
        """
        old = self._open(id)
        if self._is_in_hand(old):
            raise UnknownDueError(say("{what} is due already", what=id))
        if old.paused_left_s is not None:
            return due_of(old, self._zone)
        return await self._rewritten(old._replace(paused_left_s=max(0.0, self._waiting.left_s(old))), old)

    async def resume(self, id: DueId) -> Due:
        """Let a paused row go on: a timer with what was left, what recurs with its next time, all else as it was.

        Raises:
            UnknownDueError: it is not open.
            StoreError: it could not be written.
        """
        old = self._open(id)
        if old.paused_left_s is None:
            return due_of(old, self._zone)
        now = self._clock.now()
        record = old._replace(paused_left_s=None)
        if old.elapsed:
            record = record._replace(at=stamp(now + timedelta(seconds=old.paused_left_s)), derived_at=stamp(now))
        elif old.rule is not None and instant(old.at) <= now:
            record = after_this(record, self._zone, now, timedelta(0), "paused")
        return await self._rewritten(record, old)

    async def cancel(self, id: DueId) -> bool:
        """Settle a row without its coming due; return whether it was open.

        Raises:
            StoreError: it could not be written; it is still open.
        """
        record = self._waiting.remove(id)
        now = self._clock.now()
        try:
            return await self._durably(lambda connection: settle(connection, id, note="cancelled", at=now))
        except StoreError:
            if record is not None:
                self._put(record)
            raise

    # Looking

    def open(self, kind: str | None = None) -> Sequence[Due]:
        """Return what is open, soonest first: what is paused and what is being handled included."""
        chosen = [record for record in self._waiting if kind is None or record.kind == kind]
        return [due_of(record, self._zone) for record in sorted(chosen, key=self._waiting.left_s)]

    def find(self, id: DueId) -> Due | None:
        """Return an open row."""
        record = self._waiting.get(id)
        return due_of(record, self._zone) if record is not None else None

    def left(self, id: DueId) -> timedelta:
        """Return how long it is until a row is due, exact for timers while the clock is set; negative if it was.

        Raises:
            UnknownDueError: it is not open.
        """
        return timedelta(seconds=self._waiting.left_s(self._open(id)))

    async def forget(self) -> None:
        """Delete some of what was settled long ago; to be called now and then.

        Raises:
            StoreError: it could not be.
        """
        now = self._clock.now()
        await self._store.run_bare(lambda connection: forget(connection, now), urgent=True)

    # Handing over

    def speak(self, language_of: Callable[[PersonId | None], str | None]) -> None:
        """Have what is due worded in the language of whose it is; ``None`` is that of the house."""
        self._language_of = language_of

    def handle(self, kind: str, handler: Handler) -> None:
        """Let a handler have what is due of a kind. To be called before `run`.

        It returns once the thing is safely in other hands, and may raise: then it is tried again, six times in all.
        """
        if kind in self._handlers:
            raise ScheduleError(f"there is a handler of {kind!r} already")
        self._handlers[kind] = handler

    async def begin(self) -> None:
        """Read the ledger. `run` does it, too; before it, or `run`, nothing of earlier starts is open.

        Raises:
            StoreError: it cannot be read.
        """
        if self._begun:
            return
        now = self._clock.now()
        found, aside = await self._store.run_bare(lambda connection: load(connection, self._zone, now), urgent=True)
        self._begun = True
        self.aside = [due_of(record, self._zone) for record in aside]
        for due in self.aside:
            log.error("set aside %s %d: every start that handled it ended badly", due.kind, due.id)
        back = [record for record in found if record.rule is not None and instant(record.derived_at) > now]
        again = {record.id: set_back(record, self._zone, now) for record in back}
        self._waiting.fill(again.get(record.id, record) for record in found)

    async def run(self) -> None:
        """Hand over what is due, when it is due. Ends only by cancellation; may be called again after an error.

        Raises:
            StoreError: the ledger cannot be read.
        """
        await self.begin()
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._stirred = False
                    await self._follow_clock()
                    await self._hand_over(group)
                    await self._wait(group)
        finally:
            held = self._put_down()
            try:
                await self._store.run_bare(lambda connection: leave_handling(connection, held))
            except StoreError as error:
                log.warning("could not put on record what was being handled: %s", error)

    def _put_down(self) -> Sequence[Record]:
        """Let everything that was being handled wait again; return it."""
        held = [record for record in self._waiting if self._is_in_hand(record)]
        self._in_hand.clear()
        self._running = 0
        for record in held:
            self._waiting.put(record)
        return held

    async def _wait(self, group: asyncio.TaskGroup) -> None:
        """Wait until something is due or has changed, or a set clock is to be noticed."""
        if self._stirred:
            return
        next_s = SLICE_S if self._running >= MOST_AT_ONCE else self._waiting.next_s()
        # Where nothing waits for the clock on the wall, nobody needs to know that it was set.
        resting = self._clock.sleep(LONGEST_REST_S if next_s is None else min(max(0.0, next_s), SLICE_S))
        self._rest = group.create_task(resting)
        await asyncio.wait([self._rest])
        self._rest = None

    def _stir(self) -> None:
        self._stirred = True
        if self._rest is not None:
            self._rest.cancel()

    async def _follow_clock(self) -> None:
        step_s = self._waiting.stepped_s()
        if not step_s:
            return
        log.info("the clock was set by %.1f s", step_s)
        moved = self._waiting.timers_by_the_wall()
        for record in self._waiting if step_s < 0 else ():
            again = set_back(record, self._zone, self._clock.now())
            if again is not record and not self._is_in_hand(record):
                self._waiting.put(again)
                moved.append(again)
        try:
            await self._store.run_bare(lambda connection: move(connection, moved))
        except StoreError as error:
            log.warning("could not put on record that the clock was set: %s", error)

    async def _hand_over(self, group: asyncio.TaskGroup) -> None:
        """Let everything that is due be handled, as far as there is room."""
        fresh: list[_InHand] = []
        while self._running < MOST_AT_ONCE and (taken := self._waiting.take()) is not None:
            record, by = taken
            if self._is_in_hand(record):
                self._running += 1
                group.create_task(self._handle(self._in_hand[record.id]))
            elif record.kind not in self._handlers:
                log.error("nobody handles %r: %d waits for a start with its handler", record.kind, record.id)
            elif (lateness := judged(record, self._zone, self._clock.now(), by)) is None:
                self._running += 1
                group.create_task(self._skip(record, by))
            else:
                self._running += 1
                in_hand = _InHand(record, lateness, self._clock.monotonic() - by.total_seconds())
                self._in_hand[record.id] = in_hand
                fresh.append(in_hand)
        in_time = [in_hand for in_hand in fresh if not in_hand.lateness.late]
        late = [in_hand for in_hand in fresh if in_hand.lateness.late]
        if in_time:
            # What comes in time does not wait for the disk. If it ends us, it is late the next time, and counted.
            group.create_task(self._begin_handling(in_time))
            for in_hand in in_time:
                group.create_task(self._handle(in_hand))
        if late:
            await self._begin_handling(late)
            for in_hand in late:
                group.create_task(self._handle(in_hand))

    async def _skip(self, record: Record, by: timedelta) -> None:
        log.info("skipped %s %d: it is %s late", record.kind, record.id, by)
        try:
            await self._settle(record, by, f"skipped: {by.total_seconds():.0f} s late")
        finally:
            self._running -= 1
            self._stir()

    async def _begin_handling(self, begun: Sequence[_InHand]) -> None:
        ids = [in_hand.record.id for in_hand in begun]
        try:
            await self._store.run_bare(lambda connection: begin_handling(connection, ids))
        except StoreError as error:
            # It is handed over all the same: that somebody is reminded counts for more than the guard.
            log.warning("could not put on record what is being handled: %s", error)

    async def _handle(self, in_hand: _InHand) -> None:
        record = in_hand.record
        try:
            if not self._is_open_still(in_hand):
                self._let_go(in_hand)
                return
            try:
                due = due_of(record, self._zone)
                with speaking(self._language_of(due.owner)):
                    async with asyncio.timeout(HANDLER_S):
                        await self._handlers[record.kind](due, in_hand.lateness)
            except Exception as error:  # whatever a handler may raise: the others go on
                log.exception("could not handle %s %d, attempt %d", record.kind, record.id, in_hand.lateness.attempt)
                await self._failed(in_hand, error)
            else:
                note = f"{in_hand.lateness.by.total_seconds():.0f} s late" if in_hand.lateness.late else None
                await self._over(in_hand, note)
        finally:
            self._running -= 1
            self._stir()

    async def _failed(self, in_hand: _InHand, error: Exception) -> None:
        tried = in_hand.lateness.attempt
        if tried > len(RETRIES_S):
            log.error("gave up on %s %d", in_hand.record.kind, in_hand.record.id)
            await self._over(in_hand, f"failed: {error}")
            return
        before = in_hand.lateness
        late_s = self._clock.monotonic() - in_hand.begun_s + RETRIES_S[tried - 1]
        in_hand.lateness = Lateness(
            max(before.by, timedelta(seconds=late_s)), before.asked, before.missed, attempt=tried + 1
        )
        if not self._is_open_still(in_hand):
            self._let_go(in_hand)
            return
        self._waiting.again(in_hand.record.id, RETRIES_S[tried - 1])

    async def _over(self, in_hand: _InHand, note: str | None) -> None:
        by = timedelta(seconds=max(0.0, self._clock.monotonic() - in_hand.begun_s))
        await self._settle(in_hand.record, by, note)
        self._let_go(in_hand)

    def _let_go(self, in_hand: _InHand) -> None:
        if self._in_hand.get(in_hand.record.id) is in_hand:
            del self._in_hand[in_hand.record.id]

    async def _settle(self, record: Record, by: timedelta, note: str | None) -> None:
        """Put on record that an occurrence is over, and when the next one is. Tried until it works."""
        wait_s = 1.0
        while (current := self._waiting.get(record.id)) is not None and current.fired == record.fired:
            over = after_this(current, self._zone, self._clock.now(), by, note)
            work = partial(rewrite, record=over, fired=record.fired)
            try:
                written = await self._store.run_bare(work, urgent=True)
            except StoreError as error:
                log.warning("could not settle %s %d: %s", record.kind, record.id, error)
                await self._clock.sleep(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                continue
            if written and self._waiting.get(record.id) is not None:
                self._put(over)
            return

    # Rows

    def _open(self, id: DueId) -> Record:
        record = self._waiting.get(id)
        if record is None:
            raise UnknownDueError(f"nothing is open under {id}")
        return record

    async def _rewritten(self, record: Record, old: Record) -> Due:
        written = await self._durably(lambda connection: rewrite(connection, record, fired=old.fired))
        if not written or self._waiting.get(record.id) is None:
            raise UnknownDueError(say("{what} came due in the meantime", what=old.id))
        self._put(record)
        return due_of(record, self._zone)

    def _put(self, record: Record) -> None:
        if self._is_in_hand(record) and record.settled_at is None:
            self._waiting.amend(record)
        else:
            self._waiting.put(record)
            self._stir()

    def _is_open_still(self, in_hand: _InHand) -> bool:
        current = self._waiting.get(in_hand.record.id)
        return current is not None and current.fired == in_hand.record.fired

    def _is_in_hand(self, record: Record) -> bool:
        in_hand = self._in_hand.get(record.id)
        return in_hand is not None and in_hand.record.fired == record.fired

    async def _durably(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in one transaction, and wait until it is on the disk itself."""
        value = await self._store.run_bare(work)
        await self._store.run_bare(lambda _: to_disk(self._store.path))
        return value
