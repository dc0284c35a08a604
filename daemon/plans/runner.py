"""Carries plans out so that a kill at any moment neither loses a step nor does one twice.

What is decided is written down before it is done. A step is begun on disk before its wish goes out; the wish names its
try for ever, and the gateway carries a wish with such a cause out once (`skills.model.Cause.again`), asking the device
where a kill left open what came of it. Every time that is waited for is a row of the ledger.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from daemon.clock import Clock
from daemon.plans import rows
from daemon.plans.conflicts import given_way
from daemon.plans.going import Going, going_of
from daemon.plans.hands import Hands
from daemon.plans.model import Plan, PlanError, Step, StepId
from daemon.plans.progress import LIVE, At, Mark, Next, Status, next_of, to_undo
from daemon.plans.stored import Unread
from daemon.plans.waits import Waits
from daemon.schedule import Due, Lateness
from daemon.schedule.ledger import cause_text
from daemon.store import Store, StoreError
from skills.language import say
from skills.model import Cause, Risk

log = logging.getLogger("hearth." + __name__)

AGAIN_S = 2.0
"""When to try again where the store could not be used; nothing is done meanwhile."""
MOST_LIVE = 20
MOST_DRAFTS = 20
"""Of more than these, the oldest goes."""

Holds = Callable[[Plan, Step, Mapping[StepId, Mark]], bool | None]
"""Says whether the condition of a step holds; ``None``: nobody knows."""
Told = Callable[[Going, str], None]
"""Is told that a plan moved: ``asked``, ``unknown``, ``ended`` or ``step``. It must not wait."""


class Runner:
    """Keeps plans, and carries out those that were approved."""

    def __init__(self, store: Store, clock: Clock, waits: Waits, hands: Hands, *, holds: Holds, told: Told) -> None:
        self._store, self._clock, self._waits, self._hands = store, clock, waits, hands
        self._holds, self._told = holds, told
        self.kept: dict[str, Going] = {}
        """Drafts, what is being carried out, and what ended lately; oldest first."""
        self.unread: dict[str, Unread] = {}
        """What was begun by another version of Hearth, and cannot be carried out by this one; by id."""
        self._begun: asyncio.Queue[Going] = asyncio.Queue()

    async def load(self) -> None:
        """Take up what the last process left.

        Raises:
            StoreError: it cannot be read.
        """
        self._waits.begin()
        for stored in await self._store.run_bare(rows.load):
            try:
                self.kept[stored.id] = going_of(stored)
            except PlanError as error:
                level = logging.ERROR if stored.begun else logging.DEBUG
                log.log(level, "the plan %s cannot be read and is left as it is: %s", stored.id, error)
                if stored.begun:
                    self.unread[stored.id] = Unread(stored.id, stored.goal, str(error))
        for going in self.kept.values():
            for step in going.plan.steps:
                if going.marks[step.id].at in (At.ASKED, At.UNKNOWN):
                    self._word(going, step)

    async def run(self) -> None:
        """Carry out what was begun and has not ended; ends only by cancellation, and may be called again after it."""
        for going in self.live():
            self._begun.put_nowait(going)
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._carry(await self._begun.get()))

    async def fall_due(self, due: Due, lateness: Lateness) -> None:
        """Let time come by for a plan."""
        del lateness
        going = self.kept.get(self._waits.taken(due))
        if going is not None:
            going.wake.set()

    # What people wish for

    async def keep(self, going: Going) -> None:
        """Keep a draft, in place of one of the same recipe that was not begun.

        Raises:
            StoreError: it could not be written.
        """
        recipe = going.row.recipe
        drafts = [one for one in self.kept.values() if one.row.status is Status.PROPOSED]
        same = [one.id for one in drafts if recipe and one.row.recipe == recipe]
        others = [one.id for one in drafts if one.id not in same]
        old = [*same, *others[: 1 - MOST_DRAFTS]]

        def write(connection: sqlite3.Connection) -> None:
            rows.drop(connection, old)
            rows.put(connection, going.row, going.marks)

        await self._store.run_bare(write)
        for one in old:
            del self.kept[one]
        self.kept[going.id] = going

    def forget(self) -> None:
        """Drop from memory what ended, but for the newest, and drafts that are too old to be approved."""
        oldest = self._clock.now() - rows.DRAFTS_KEPT
        drafts = [one.id for one in self.kept.values() if one.row.status is Status.PROPOSED]
        ended = [one.id for one in self.kept.values() if one.row.status not in (*LIVE, Status.PROPOSED)]
        for gone in (*(one for one in drafts if self.kept[one].row.made_at < oldest), *ended[: -rows.MOST_READ]):
            del self.kept[gone]

    async def give_up(self, id: str) -> None:
        """Let a plan that cannot be read be stopped: nothing more of it is done, by any version.

        Raises:
            StoreError: it could not be written.
        """
        now, why = self._clock.now(), self.unread[id].why
        await self._store.run_bare(lambda connection: rows.end(connection, id, now, why))
        self.unread.pop(id, None)

    async def start(self, going: Going, cause: Cause) -> None:
        """Begin to carry out a draft, in the name of who approved it; older plans give way to it.

        Where somebody else wished for it, their wish stays what its steps are traced back to.

        Raises:
            StoreError: it could not be written; nothing was begun.
        """
        now = self._clock.now()
        before, wish = going.row, going.cause
        parent = wish.id if wish.person != cause.person else None
        cause = replace(cause, parent=parent)
        going.row = replace(before, status=Status.RUNNING, cause=cause_text(cause), begun_at=now)
        going.marks = {one: replace(mark, since=now) for one, mark in going.marks.items()}
        try:
            await self._put(going, going.marks)
        except StoreError:
            going.row = before
            raise
        for old in self.live():
            away = given_way(old.plan, old.in_effect(), going.plan) if old is not going else dict[StepId, str]()
            if away:
                why = say("the plan {name} came later", name=going.row.goal)
                await self._mark(old, {one: replace(old.marks[one], at=At.SKIPPED, why=why, since=now) for one in away})
                old.wake.set()
        self._begun.put_nowait(going)

    def live(self) -> Sequence[Going]:
        """Return the plans that were begun and have not ended."""
        return [one for one in self.kept.values() if one.row.status in LIVE]

    async def stop(self, going: Going, status: Literal[Status.STOPPED, Status.UNDOING], why: str) -> None:
        """Begin nothing more of a plan, from this moment on, and break off what is being done; or take it all back.

        Raises:
            StoreError: it could not be written; it stands still all the same.
        """
        now = self._clock.now()
        going.becomes(status, now, why=why)
        tasks = list(going.busy.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        broken = say("it was broken off")
        marks = {
            one: replace(mark, at=At.UNKNOWN, why=broken, since=now)
            if mark.at is At.BEGUN
            else replace(mark, at=At.SKIPPED, since=now, why=why)
            for one, mark in going.marks.items()
            if mark.at in (At.BEGUN, At.TO_DO, At.ASKED)
        }
        await self._mark(going, marks)
        going.wake.set()
        if status is Status.STOPPED:
            await self._waits.want(going.id, None, going.cause)
            self._told(going, "ended")
        else:
            self._begun.put_nowait(going)

    async def pause(self, going: Going, *, on: bool) -> None:
        """Let a plan rest after what is being done, or go on.

        Raises:
            StoreError: it could not be written.
        """
        going.becomes(Status.PAUSED if on else Status.RUNNING, self._clock.now())
        await self._put(going, {})
        self._told(going, "step")
        going.wake.set()

    async def mark(self, going: Going, id: StepId, mark: Mark) -> None:
        """Let a step be what a person says, and go on.

        Raises:
            StoreError: it could not be written.
        """
        await self._mark(going, {id: mark})
        going.wake.set()

    # Carrying out

    async def _carry(self, going: Going) -> None:
        if going.carried:
            return
        going.carried = True
        try:
            await self._carried(going)
        finally:
            going.carried = False

    async def _carried(self, going: Going) -> None:
        async with asyncio.TaskGroup() as group:
            while going.row.status in LIVE:
                going.wake.clear()
                try:
                    await self._turn(going, group)
                except StoreError as error:
                    log.warning("the plan %s stands still, since nothing can be written down: %s", going.id, error)
                    await self._clock.sleep(AGAIN_S)
                    continue
                if going.row.status in LIVE:
                    await going.wake.wait()

    async def _turn(self, going: Going, group: asyncio.TaskGroup) -> None:
        """Begin all that can be begun now."""
        if going.row.status is Status.RUNNING:
            for step in going.plan.steps:
                # Cut off by a kill: looked up under the same cause.
                if going.marks[step.id].at is At.BEGUN and step.id not in going.busy:
                    self._hand_out(going, step, group)
            while (found := self._next(going)).skip:
                now = self._clock.now()
                left = {
                    one: replace(going.marks[one], at=At.SKIPPED, why=why, since=now) for one, why in found.skip.items()
                }
                await self._mark(going, left)
            if found.ends is not None:
                await self._end(going, found.ends)
            for ready in found.begin:
                await self._begin(going, going.plan.step(ready), group)
            await self._waits.want(going.id, found.look_at, going.cause)
        elif going.row.status is Status.UNDOING and not going.busy:
            last = to_undo(going.plan, going.marks)
            if last is None:
                await self._end(going, Status.UNDONE)
            else:
                self._hand_out(going, going.plan.step(last), group, back=True)

    def _next(self, going: Going) -> Next:
        return next_of(going.plan, going.in_effect(), self._clock.now())

    async def _begin(self, going: Going, step: Step, group: asyncio.TaskGroup) -> None:
        now, mark = self._clock.now(), going.marks[step.id]
        if mark.attempt == 1 and step.until is not None and now > step.until:
            await self._mark(going, {step.id: replace(mark, at=At.SKIPPED, why=say("its time has passed"), since=now)})
            going.wake.set()
        elif mark.attempt == 1 and step.condition and (holds := self._holds(going.plan, step, going.marks)) is not True:
            why = say("its condition does not hold") if holds is False else say("nobody knows whether it is wanted")
            await self._mark(going, {step.id: replace(mark, at=At.SKIPPED, why=why, since=now)})
            going.wake.set()
        elif mark.yes is None and self._hands.asks(step, going.marks):
            await self._mark(going, {step.id: replace(mark, at=At.ASKED, since=now)})
            self._word(going, step)
            self._told(going, "asked")
            going.wake.set()
        else:
            self._hand_out(going, step, group)

    def _hand_out(self, going: Going, step: Step, group: asyncio.TaskGroup, *, back: bool = False) -> None:
        work = self._take_back(going, step) if back else self._do(going, step)
        going.busy[step.id] = group.create_task(self._in_hand(going, step.id, work))

    async def _in_hand(self, going: Going, id: StepId, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        finally:
            going.busy.pop(id, None)
            going.wake.set()

    async def _do(self, going: Going, step: Step) -> None:
        if going.marks[step.id].at is not At.BEGUN:
            begun = await self._hands.prepared(step, going.marks)
            order = 1 + max(mark.order for mark in going.marks.values())
            await self._surely(going, step.id, replace(begun, order=begun.order or order))
        came = await self._hands.carry_out(going.id, step, going.marks, going.cause)
        await self._surely(going, step.id, came)
        if came.at in (At.ASKED, At.UNKNOWN):
            self._word(going, step)
            self._told(going, came.at.value)

    async def _take_back(self, going: Going, step: Step) -> None:
        await self._surely(going, step.id, replace(going.marks[step.id], at=At.UNDOING))
        came = await self._hands.take_back(going.id, step, going.marks[step.id], going.cause)
        await self._surely(going, step.id, came)

    async def _end(self, going: Going, status: Status) -> None:
        failed = [one.id for one in going.plan.steps if going.marks[one.id].at is At.FAILED and not one.optional]
        why = "; ".join(going.marks[one].why for one in failed)
        now = self._clock.now()
        going.becomes(status, now, why=why)
        left = {
            one: replace(mark, at=At.SKIPPED, since=now, why=say("the plan failed"))
            for one, mark in going.marks.items()
            if mark.at in (At.TO_DO, At.ASKED)
        }
        await self._mark(going, left)
        if status in LIVE:
            going.wake.set()
            return
        going.over.set()
        await self._waits.want(going.id, None, going.cause)
        log.info("the plan %s (%s) is %s", going.id, going.row.goal, status)
        self._told(going, "ended")

    def _word(self, going: Going, step: Step) -> None:
        """Keep the literal words of a step that waits for a person."""
        try:
            ready = self._hands.ready(step, going.marks)
        except PlanError:
            return
        going.literal[step.id] = ready.what, ready.digest
        if ready.risk is Risk.CRITICAL:
            going.safety.add(step.id)

    # Writing down

    async def _surely(self, going: Going, id: StepId, mark: Mark) -> None:
        """Write down what a step is, however often that must be tried: nothing goes on before."""
        while True:
            try:
                await self._mark(going, {id: mark})
                return
            except StoreError as error:
                log.warning("where the plan %s stands could not be written down: %s", going.id, error)
                await self._clock.sleep(AGAIN_S)

    async def _mark(self, going: Going, marks: Mapping[StepId, Mark]) -> None:
        await self._put(going, marks)
        going.marks |= marks
        self._told(going, "step")

    async def _put(self, going: Going, marks: Mapping[StepId, Mark]) -> None:
        row = going.row
        await self._store.run_bare(lambda connection: rows.put(connection, row, marks))
