"""Tells people how a plan goes: briefly on the way where it takes long, what it waits for, and how it ended."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from daemon.clock import Clock
from daemon.gateway import GatewayError
from daemon.household import Household, Role
from daemon.plans.going import Going
from daemon.plans.model import StepId
from daemon.plans.progress import At, Status, counted
from skills.actions import notice_send
from skills.builtin.words import listing
from skills.language import say
from skills.model import Action, Cause, CauseId, Origin, Outcome
from skills.plans import project_done

log = logging.getLogger("hearth." + __name__)

LONG = timedelta(seconds=60)
"""Of what takes less, nobody needs to be told on the way, nor that it went well: they are still there."""
MOST_QUEUED = 100

Submit = Callable[[Action, Cause], Awaitable[Outcome]]


class Telling:
    """Sends notices about plans, one after the other; when too many wait, the newest is dropped and logged."""

    def __init__(self, submit: Submit, clock: Clock) -> None:
        self._submit, self._clock = submit, clock
        self._queue: asyncio.Queue[tuple[Action, Cause]] = asyncio.Queue(MOST_QUEUED)
        self._asked: set[tuple[str, StepId, int]] = set()

    async def run(self) -> None:
        """Tell; ends only by cancellation."""
        while True:
            action, cause = await self._queue.get()
            try:
                await self._submit(action, cause)
            except GatewayError as error:
                log.error("people could not be told of a plan: %s", error)

    def half(self, going: Going) -> None:
        """Tell once how far a plan is that takes long, when half of it is done."""
        done, of = counted(going.plan, going.marks)
        if (
            going.told_half
            or going.row.status is not Status.RUNNING
            or not of // 2 <= done < of
            or not self._long(going)
        ):
            return
        going.told_half = True
        self.put(
            f"{going.id}/half", say("{goal}: {done} of {of} done.", goal=going.row.goal, done=done, of=of), going.cause
        )

    def waits(self, going: Going, *, unknown: bool) -> None:
        """Ask for the yes that steps wait for, or for what came of them; each once."""
        at = At.UNKNOWN if unknown else At.ASKED
        for step, mark in going.marks.items():
            if mark.at is not at or (going.id, step, mark.attempt) in self._asked:
                continue
            self._asked.add((going.id, step, mark.attempt))
            what = going.literal.get(step, (step, ""))[0]
            if unknown:
                text = say(
                    "{goal}: I do not know whether I did this: {what}. Was it done?", goal=going.row.goal, what=what
                )
            else:
                text = say("{goal} waits for a yes: {what}. Say “confirm the plan”.", goal=going.row.goal, what=what)
            self.put(f"{going.id}/{step}/{mark.attempt}", text, going.cause, urgent=True)

    def wished(self, id: str, plan: str, by: Cause, household: Household) -> None:
        """Tell the grown-ups of a plan that somebody would like who may not begin it."""
        text = say("{plan} Say “carry out the plan”.", plan=plan)
        for one in household.people.values():
            if one.role in (Role.OWNER, Role.ADULT):
                self.put(f"{id}/wish/{one.id}", text, replace(by, person=one.id))

    def ended(self, going: Going, items: Sequence[int]) -> None:
        """Tell how a plan ended; where all went well, ``items`` of projects that it was a step of are ticked off."""
        went_well = going.row.status is Status.DONE
        self.put(going.id, ended(going), going.cause, urgent=not went_well)
        for item in items if went_well else ():
            self._wish(project_done(item), Cause(CauseId(f"plan/{going.id}/ended/{item}"), Origin.DAEMON, again=True))

    def put(self, key: str, text: str, by: Cause, *, urgent: bool = False) -> None:
        """Have whoever approved the plan told; what went well is not worth a word if it was quick."""
        if not text:
            return
        people = [by.person] if by.person is not None else []
        wish = notice_send(
            text[:500], people=people, urgency="important" if urgent else "normal", key=f"plan/{key}"[:200]
        )
        self._wish(wish, Cause(CauseId(f"told/plan/{key}"), Origin.DAEMON, by.person, by.id, again=True))

    def _wish(self, wish: Action, cause: Cause) -> None:
        try:
            self._queue.put_nowait((wish, cause))
        except asyncio.QueueFull:
            log.warning("too many notices about plans wait; dropped: %s", cause.id)

    def _long(self, going: Going) -> bool:
        return going.row.begun_at is not None and self._clock.now() - going.row.begun_at >= LONG


def ended(going: Going) -> str:
    """Return how a plan ended; empty where nobody needs to hear it."""
    row = going.row
    long = row.begun_at is not None and row.ended_at is not None and row.ended_at - row.begun_at >= LONG
    done, of = counted(going.plan, going.marks)
    match row.status:
        case Status.DONE if not long:
            return ""
        case Status.DONE:
            return say("{goal} is done: {done} of {of} steps.", goal=row.goal, done=done, of=of)
        case Status.UNDONE | Status.FAILED:
            kept = [one for one, mark in going.marks.items() if mark.at in (At.KEPT, At.UNKNOWN)]
            parts = [say("{goal} did not work: {why}.", goal=row.goal, why=row.why or "?")]
            if row.status is Status.UNDONE:
                parts.append(say("I took back what I could."))
            if kept:
                parts.append(
                    say("This stays: {steps}.", steps=listing([going.literal.get(one, (one, ""))[0] for one in kept]))
                )
            return " ".join(parts)
        case _:
            return ""
