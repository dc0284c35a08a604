"""The door to plans and projects: the effects by which they live, what skills may read, and what clients follow."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from daemon.automating.routines import Routines
from daemon.clock import Clock
from daemon.gateway import Gateway
from daemon.household import Household
from daemon.plans import rows
from daemon.plans.agents import Agent
from daemon.plans.answering import Answering
from daemon.plans.checking import Checker, Fault, refused
from daemon.plans.conflicts import ordered, with_plans
from daemon.plans.coordinator import Coordinator
from daemon.plans.drawing import drawn
from daemon.plans.form import digest_of, plan_of
from daemon.plans.going import Going, draft_of
from daemon.plans.handing import JUST_NOW_S, handed
from daemon.plans.hands import Hands
from daemon.plans.judging import Judge
from daemon.plans.looking import Looking
from daemon.plans.model import Plan, PlanError, StepId
from daemon.plans.previewing import Preview, preview
from daemon.plans.progress import LIVE, At, Mark, Status, counted
from daemon.plans.projects import Projects
from daemon.plans.rehearsing import rehearsed
from daemon.plans.runner import MOST_LIVE, Runner
from daemon.plans.showing import health_of, listed, shown
from daemon.plans.telling import Telling
from daemon.plans.waits import KIND, Waits
from daemon.policy import objection
from daemon.schedule import Due, Lateness, Schedule
from daemon.schedule.ledger import cause_text
from daemon.store import Store
from daemon.supervise import Health
from devices.home import Home
from skills.builtin.words import listing
from skills.effect import Effect, change
from skills.grammar.model import Understanding
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome, Risk, Verdict
from skills.planned import Planned, Project
from skills.plans import PlanAdd, PlanConfirm, PlanPoint, PlanResolve, PlanStart, plan_turn
from skills.views import AgendaView, CalendarView, NoAgenda, NoCalendar

log = logging.getLogger("hearth." + __name__)

ADD_S = 20.0
"""A rehearsal may take its time."""
READY_S = 8.0
TURN_S = 20.0
MOST_LEFT = 3
"""Steps that are named when a plan is stopped."""
UNDONE_S = 12.0
"""So long whoever wants a plan taken back waits for what comes of it; it goes on."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The parts that plans stand on."""

    store: Store
    schedule: Schedule
    clock: Clock
    zone: ZoneInfo
    home: Home
    household: Household
    routines: Routines
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    agenda: AgendaView = field(default_factory=NoAgenda)
    calendar: CalendarView = field(default_factory=NoCalendar)


class Plans:
    """The household's plans and projects. Fulfils `skills.plans.PlansView`."""

    def __init__(self, ground: Ground, agents: Callable[[], Sequence[Agent]] = tuple) -> None:
        """``agents`` makes those that plans may give work to, once the first of it is asked for."""
        self._ground = ground
        self._agents = Coordinator(agents)
        self._projects = Projects(ground.store, ground.schedule, ground.clock, ground.zone)
        self._checker: Checker | None = None
        self._runner: Runner | None = None
        self._telling: Telling | None = None
        self._answering = Answering(ground.household, self.faults)
        self._ready = asyncio.Event()
        self._followers: set[asyncio.Event] = set()
        ground.schedule.handle(KIND, self._fall_due)

    def attach(self, gateway: Gateway) -> None:
        """Take the door through which plans act; to be called before `run`."""
        ground = self._ground
        self._checker = Checker(ground.home, gateway, self._agents)
        self._projects.attach(gateway.submit)
        self._telling = Telling(gateway.submit, ground.clock)
        looking = Looking(
            ground.schedule, ground.zone, ground.clock.now, ground.agenda, ground.calendar, ground.routines
        )
        hands = Hands(gateway, self._checker, self._agents, ground.home, ground.clock, looking)
        judge = Judge(ground.home, ground.household, ground.zone, ground.clock, ground.place)
        self._runner = Runner(
            ground.store, ground.clock, Waits(ground.schedule), hands, holds=judge.holds, told=self._on_move
        )

    async def run(self) -> None:
        """Take up what the last process left, and carry plans out; ends only by cancellation.

        Raises:
            StoreError: it cannot be read.
        """
        assert self._runner is not None
        assert self._telling is not None
        if not self._ready.is_set():
            await self._projects.load()
            await self._runner.load()
            self._ready.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._runner.run())
            group.create_task(self._telling.run())

    async def ready(self) -> None:
        """Wait until plans are read."""
        await self._ready.wait()

    # For the gateway

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        add = change(PlanAdd, "plan.add", self._add, lambda it: say("draw up the plan {name}", name=it.plan.goal))
        start = change(PlanStart, "plan.start", self._start, lambda it: self._words(it.id))
        confirm = change(PlanConfirm, "plan.confirm", self._confirm, self._confirm_words)
        resolve = change(
            PlanResolve, "plan.resolve", self._resolve, lambda it: say("say what came of {step}", step=it.step)
        )
        return (
            # A draft changes nothing, and is nothing that one would take back.
            replace(add, risk=_reads, timeout_s=ADD_S),
            replace(start, risk=self._risk_of),
            replace(confirm, risk=self._risk_of_confirming),
            replace(resolve, risk=_reads),
            self._point("plan.stop", self._stop, lambda it: say("stop the plan {name}", name=self._goal(it.id))),
            self._point("plan.pause", self._pause, lambda it: say("let the plan {name} rest", name=self._goal(it.id))),
            self._point(
                "plan.resume", self._resume, lambda it: say("go on with the plan {name}", name=self._goal(it.id))
            ),
            self._point("plan.undo", self._undo, lambda it: say("take back the plan {name}", name=self._goal(it.id))),
            *self._projects.effects(),
        )

    # For skills

    def plans(self) -> Sequence[Planned]:
        """Return drafts, what is being carried out, and what ended lately; newest first."""
        kept = list(self._runner.kept.values()) if self._runner is not None else []
        return [one.seen(self._step_words(one), self._answering.wisher(one)) for one in reversed(kept)]

    def unread(self) -> Sequence[Planned]:
        """Return plans that another version of Hearth began and this one cannot read; they stand still."""
        return [listed(one) for one in self._runner.unread.values()] if self._runner is not None else []

    def health(self) -> Health:
        """Return whether every plan that was begun can be carried out."""
        return health_of(list(self._runner.unread.values()) if self._runner is not None else [])

    def projects(self) -> Sequence[Project]:
        """Return the projects that are not closed, by name."""
        return self._projects.open()

    def meaning(self, text: str) -> Understanding | None:
        """Return what a sentence means that is about a project though it does not name it; ``None`` where it is not."""
        return handed(text, self._projects.open(), self._projects.spoken_of(JUST_NOW_S))

    def approved(self, id: CauseId) -> tuple[Cause, datetime] | None:
        """Return by whom, and when, the plan was approved that a cause is a step of; none where it is of none."""
        kind, _, rest = id.partition("/")
        going = self._runner.kept.get(rest.partition("/")[0]) if kind == "plan" and self._runner is not None else None
        return None if going is None or going.row.begun_at is None else (going.cause, going.row.begun_at)

    # For clients

    async def shown(self, id: str) -> Mapping[str, object]:
        """Return a plan with all its steps, as it was shown and as it stands.

        Raises:
            PlanError: there is none.
        """
        going = self._going(id)
        if going.preview is None:
            seen = await self._previewed(going.plan, going.row.digest)
            going.preview = replace(seen, wisher=self._answering.wisher(going))
        return shown(going, going.preview, self._step_words(going))

    async def follow(self, id: str) -> AsyncGenerator[Mapping[str, object]]:
        """Yield a plan as it stands, again at each of its moves, until it is over.

        Raises:
            PlanError: there is none.
        """
        moved = asyncio.Event()
        self._followers.add(moved)
        try:
            while True:
                moved.clear()
                yield await self.shown(id)
                if self._going(id).row.status not in (*LIVE, Status.PROPOSED):
                    return
                await moved.wait()
        finally:
            self._followers.discard(moved)

    async def forget(self) -> None:
        """Delete drafts that nobody approved, and what ended long ago; to be called now and then.

        Raises:
            StoreError: they could not be.
        """
        now = self._ground.clock.now()
        await self._ground.store.run_bare(lambda connection: rows.forget(connection, now), urgent=True)
        if self._runner is not None:
            self._runner.forget()

    def faults(self, plan: Plan, cause: Cause) -> Sequence[Fault]:
        """Return what is wrong with a plan that somebody wishes for."""
        assert self._checker is not None
        found = self._checker.faults(plan)
        if found:
            return found
        risks = {one.id: self._checker.risk_of(one) for one in plan.steps}
        return refused(risks, cause, self._ground.household, self._ground.clock.now())

    # What is wished for

    async def _add(self, given: PlanAdd, cause: Cause) -> Outcome:
        runner = await self._living()
        assert self._checker is not None
        wrong = self._checker.faults(plan_of(given.plan))
        if wrong:
            return _faulty(wrong)
        try:
            made = await drawn(given.plan, self._agents, cause.person)
        except PlanError as error:
            return Outcome(Verdict.FAILED, str(error))
        if made.form is None:
            return Outcome(Verdict.DONE, told=" ".join(made.notes))
        plan = plan_of(made.form)
        wrong = self.faults(plan, cause)
        needs_grown_up = self._answering.for_a_grown_up(wrong, cause)
        if wrong and not needs_grown_up:
            return _faulty(wrong)
        plan, settled = ordered(plan)
        digest = digest_of(plan)
        shown = await self._previewed(plan, digest)
        wisher = self._answering.name(cause) if needs_grown_up else ""
        shown = replace(shown, conflicts=(*settled, *shown.conflicts), notes=made.notes, wisher=wisher)
        row = draft_of(made.form, plan, digest, cause, self._ground.clock.now())
        await runner.keep(Going(row, plan, {one.id: Mark() for one in plan.steps}, shown))
        if needs_grown_up:
            assert self._telling is not None
            self._telling.wished(row.id, shown.spoken(), cause, self._ground.household)
            return Outcome(Verdict.DONE, told=say("{plan} A grown-up has to say yes to it.", plan=shown.spoken()))
        return Outcome(Verdict.DONE, told=say("{plan} Shall I?", plan=shown.spoken()))

    async def _start(self, given: PlanStart, cause: Cause) -> Outcome:
        runner = await self._living()
        going = runner.kept.get(given.id)
        if going is None or going.row.status is not Status.PROPOSED:
            return Outcome(Verdict.FAILED, say("there is no such draft of a plan"))
        if given.digest != going.row.digest:
            return Outcome(Verdict.FAILED, say("it is another plan than the one that was shown"))
        if len(runner.live()) >= MOST_LIVE:
            return Outcome(Verdict.FAILED, say("{n} plans are being carried out already", n=MOST_LIVE))
        wrong = self.faults(going.plan, cause)
        if wrong:
            return Outcome(Verdict.FAILED, "; ".join(one.why for one in wrong[:3]))
        await runner.start(going, cause)
        return Outcome(Verdict.DONE, undo=plan_turn("undo", going.id))

    async def _stop(self, runner: Runner, going: Going, cause: Cause) -> Outcome:
        del cause
        if going.row.status is Status.PROPOSED:
            await runner.stop(going, Status.STOPPED, say("it was not wanted"))
            return Outcome(Verdict.DONE, told=say("All right, I leave it."))
        if going.row.status not in LIVE:
            return Outcome(Verdict.FAILED, say("it is not being carried out"))
        open_ = [one for one, mark in going.marks.items() if not mark.over]
        await runner.stop(going, Status.STOPPED, say("it was stopped"))
        done, of = counted(going.plan, going.marks)
        of += sum(mark.at is At.SKIPPED for mark in going.marks.values())
        broken = [mark for mark in going.marks.values() if mark.at is At.UNKNOWN]
        rest = [say("One of them was broken off half way.")] if broken else []
        words = self._step_words(going)
        left = [words[one] for one in open_ if going.marks[one].at is At.SKIPPED]
        rest += [say("Not done: {steps}.", steps=listing(left[:MOST_LEFT]))] if left else []
        return Outcome(Verdict.DONE, told=" ".join([say("Stopped: {done} of {of} done.", done=done, of=of), *rest]))

    async def _pause(self, runner: Runner, going: Going, cause: Cause) -> Outcome:
        del cause
        if going.row.status is not Status.RUNNING:
            return Outcome(Verdict.FAILED, say("it is not being carried out"))
        await runner.pause(going, on=True)
        return Outcome(Verdict.DONE, undo=plan_turn("resume", going.id))

    async def _resume(self, runner: Runner, going: Going, cause: Cause) -> Outcome:
        del cause
        if going.row.status is not Status.PAUSED:
            return Outcome(Verdict.FAILED, say("it does not rest"))
        await runner.pause(going, on=False)
        return Outcome(Verdict.DONE, undo=plan_turn("pause", going.id))

    async def _undo(self, runner: Runner, going: Going, cause: Cause) -> Outcome:
        del cause
        if going.row.status in (Status.PROPOSED, Status.UNDOING, Status.UNDONE):
            return Outcome(Verdict.FAILED, say("there is nothing of it to take back"))
        await runner.stop(going, Status.UNDOING, say("it was taken back"))
        try:
            async with asyncio.timeout(UNDONE_S):
                await going.over.wait()
        except TimeoutError:
            return Outcome(Verdict.UNCONFIRMED, say("it is still being taken back"))
        words = self._step_words(going)
        stays = [words[one] for one, mark in going.marks.items() if mark.at in (At.KEPT, At.UNKNOWN)]
        if not stays:
            return Outcome(Verdict.DONE)
        return Outcome(Verdict.PARTLY, say("this could not be taken back: {steps}", steps=listing(stays)))

    async def _confirm(self, given: PlanConfirm, cause: Cause) -> Outcome:
        runner = await self._living()
        going = runner.kept.get(given.id)
        step = StepId(given.step)
        mark = going.marks.get(step) if going is not None else None
        if going is None or mark is None or mark.at is not At.ASKED:
            return Outcome(Verdict.FAILED, say("that question is no longer open"))
        if going.literal.get(step, ("", ""))[1] != given.digest:
            return Outcome(Verdict.FAILED, say("it is another plan than the one that was shown"))
        assert self._checker is not None
        risk = self._checker.risk_of(going.plan.step(step))
        why_not = objection(risk, cause, self._ground.household)
        if why_not is not None:
            return Outcome(Verdict.REFUSED, why_not)
        if risk is Risk.CRITICAL and cause.origin is Origin.VOICE:
            if not given.aloud:
                return Outcome(Verdict.REFUSED, say("that is about safety: say “confirm the plan”"))
            # The gateway has just asked for it as for the step itself, by a PIN where there is one.
            cause = replace(cause, origin=Origin.TEXT) if cause.person is not None else cause
        yes = cast("Mapping[str, object]", json.loads(cause_text(cause)))
        await runner.mark(going, step, replace(mark, at=At.TO_DO, yes=yes, since=self._ground.clock.now()))
        return Outcome(Verdict.DONE)

    async def _resolve(self, given: PlanResolve, cause: Cause) -> Outcome:
        why_not = objection(Risk.REVERSIBLE, cause, self._ground.household)
        if why_not is not None:
            return Outcome(Verdict.REFUSED, why_not)
        runner = await self._living()
        going = runner.kept.get(given.id)
        step = StepId(given.step)
        mark = going.marks.get(step) if going is not None else None
        if going is None or mark is None or mark.at is not At.UNKNOWN:
            return Outcome(Verdict.FAILED, say("that question is no longer open"))
        becomes = {"done": At.DONE, "skip": At.SKIPPED, "again": At.TO_DO}[given.how]
        attempt = mark.attempt + (given.how == "again")
        await runner.mark(going, step, replace(mark, at=becomes, attempt=attempt, since=self._ground.clock.now()))
        return Outcome(Verdict.DONE)

    # Inside

    async def _previewed(self, plan: Plan, digest: str) -> Preview:
        assert self._checker is not None
        runner = await self._living()
        found = await rehearsed(plan, self._ground.routines, self._ground.home, self._ground.clock.now())
        others = with_plans(plan, [(one.plan, one.marks) for one in runner.live() if one.row.digest != digest])
        now = self._ground.clock.now().astimezone(self._ground.zone)
        return preview(plan, digest, self._checker, found, others, now=now)

    def _risk_of(self, parameters: BaseModel) -> Risk:
        """Return the worst of a plan's steps; what is about safety is asked once more when it comes to it."""
        going = self._runner.kept.get(cast("PlanStart", parameters).id) if self._runner is not None else None
        if going is None or self._checker is None:
            return Risk.READ
        worst = max(self._checker.risk_of(one) for one in going.plan.steps)
        return min(worst, Risk.CONSEQUENTIAL)

    def _risk_of_confirming(self, parameters: BaseModel) -> Risk:
        given = cast("PlanConfirm", parameters)
        going = self._runner.kept.get(given.id) if self._runner is not None else None
        aloud = given.aloud and going is not None and StepId(given.step) in going.safety
        return Risk.CRITICAL if aloud else Risk.READ

    def _point(
        self,
        name: str,
        turn: Callable[[Runner, Going, Cause], Awaitable[Outcome]],
        describe: Callable[[PlanPoint], str],
    ) -> Effect:
        async def turned(given: PlanPoint, cause: Cause) -> Outcome:
            runner = await self._living()
            going = runner.kept.get(given.id)
            if going is not None:
                return await turn(runner, going, cause)
            if given.id not in runner.unread:
                return Outcome(Verdict.FAILED, say("there is no such plan"))
            if name != "plan.stop":
                return Outcome(Verdict.FAILED, say("this version cannot read it"))
            await runner.give_up(given.id)
            return Outcome(Verdict.DONE, told=say("That plan is given up."))

        return replace(change(PlanPoint, name, turned, describe), timeout_s=TURN_S)

    def _words(self, id: str) -> str:
        going = self._runner.kept.get(id) if self._runner is not None else None
        if going is None or going.preview is None:
            return say("carry out the plan {name}", name=self._goal(id))
        return say("carry out this plan: {plan}", plan=going.preview.spoken().rstrip("."))

    def _confirm_words(self, given: PlanConfirm) -> str:
        going = self._runner.kept.get(given.id) if self._runner is not None else None
        what = going.literal.get(StepId(given.step), ("", ""))[0] if going is not None else ""
        return what if what and given.aloud else say("say yes to: {what}", what=what or given.step)

    def _goal(self, id: str) -> str:
        if self._runner is None:
            return id
        going, unread = self._runner.kept.get(id), self._runner.unread.get(id)
        return going.row.goal if going is not None else unread.goal if unread is not None else id

    def _step_words(self, going: Going) -> Mapping[StepId, str]:
        if self._checker is None:
            return {}
        return {one.id: self._checker.described(one) for one in going.plan.steps}

    def _on_move(self, going: Going, how: str) -> None:
        for follower in self._followers:
            follower.set()
        assert self._telling is not None
        if how == "step":
            self._telling.half(going)
        elif how == "ended":
            self._telling.ended(going, self._projects.steps_called(going.row.goal))
        else:
            self._telling.waits(going, unknown=how == At.UNKNOWN.value)

    def _going(self, id: str) -> Going:
        going = self._runner.kept.get(id) if self._runner is not None else None
        unread = self._runner.unread.get(id) if self._runner is not None else None
        if unread is not None:
            raise PlanError(f"the plan {id!r} cannot be read: {listed(unread).why}")
        if going is None:
            raise PlanError(f"there is no plan {id!r}; see: hearth plan list")
        return going

    async def _fall_due(self, due: Due, lateness: Lateness) -> None:
        runner = await self._living()
        await runner.fall_due(due, lateness)

    async def _living(self) -> Runner:
        try:
            async with asyncio.timeout(READY_S):
                await self._ready.wait()
        except TimeoutError as error:
            raise PlanError(say("plans are not read yet")) from error
        assert self._runner is not None
        return self._runner


def _faulty(wrong: Sequence[Fault]) -> Outcome:
    return Outcome(Verdict.FAILED, "; ".join(f"{one.step}: {one.why}" if one.step else one.why for one in wrong[:3]))


def _reads(_: BaseModel) -> Risk:
    """What a plan does passes the policy by itself, step by step."""
    return Risk.READ
