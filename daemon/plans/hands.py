"""Carries out one step: fills in what it takes from others, judges it once more, and says what its mark becomes."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import BaseModel, ValidationError

from daemon.actuate import way_back
from daemon.clock import Clock
from daemon.gateway import Gateway, GatewayError
from daemon.plans.agents import Work
from daemon.plans.checking import Checker, steered
from daemon.plans.coordinator import Coordinator
from daemon.plans.form import digest_of_wish
from daemon.plans.looking import Looking
from daemon.plans.model import Given, Label, PlanError, Step, worst
from daemon.plans.progress import STRANGE, At, Mark, Marks, Result, again_at, part_of
from daemon.schedule.ledger import cause_of
from devices.home import Home
from devices.model import EntityId, State
from skills.actions import DeviceCall, DeviceRestore
from skills.effect import Effect
from skills.language import say
from skills.model import Action, Cause, CauseId, Origin, Outcome, Risk, Verdict

log = logging.getLogger("hearth." + __name__)

KNOWN_S = 15.0
"""How long after a start a device may take to be known."""
RESTORE = "device.restore"
MOST_AGAIN = 3
"""So often it is tried anew what a kill cut off before anything came of it."""
MOST_BACK = 3
"""So often it is tried once more to bring something back."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A step whose arguments are known."""

    effect: Effect
    action: Action
    parameters: BaseModel
    labels: Mapping[str, Label]
    risk: Risk

    @property
    def tainted(self) -> bool:
        """Whether a stranger's text takes part in it."""
        return Label.THIRD_PARTY in self.labels.values()

    @property
    def digest(self) -> str:
        """Stands for exactly this wish."""
        return digest_of_wish(self.action.effect, self.action.arguments)

    @property
    def what(self) -> str:
        """The literal action, an imperative without a full stop."""
        return self.effect.describe(self.parameters)


class Hands:
    """Carries out steps through the gateway."""

    def __init__(
        self,
        gateway: Gateway,
        checker: Checker,
        agents: Coordinator,
        home: Home,
        clock: Clock,
        looking: Looking,
    ) -> None:
        self._gateway, self._checker, self._agents = gateway, checker, agents
        self._home, self._clock, self._looking = home, clock, looking
        self._began_s = clock.monotonic()

    def ready(self, step: Step, marks: Marks) -> Ready:
        """Return a step with what it takes from others filled in.

        Raises:
            PlanError: its effect does not take that, or a stranger's text would choose what it is about.
        """
        effect = self._checker.effects.get(step.does)
        if effect is None:
            raise PlanError(say("there is no {effect} any more", effect=step.does))
        given, labels = filled(step, marks)
        try:
            parameters = effect.parameters.model_validate(given)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, wrong["loc"]))
            raise PlanError(f"{step.does}: {place}: {wrong['msg']}") from error
        risk = effect.risk(parameters)
        why = steered(labels, risk)
        if why:
            raise PlanError(why)
        return Ready(effect, Action(step.does, given), parameters, labels, risk)

    def asks(self, step: Step, marks: Marks) -> bool:
        """Say whether a step waits for a yes of its own: it is about safety, or holds what nobody saw beforehand."""
        if step.agent is not None:
            return False
        try:
            ready = self.ready(step, marks)
        except PlanError:
            return False
        if step.asks:
            return True
        unseen = any(not isinstance(one, Given) for one in step.arguments.values()) and ready.tainted
        return ready.risk is Risk.CRITICAL or (unseen and ready.risk > Risk.READ)

    async def prepared(self, step: Step, marks: Marks) -> Mark:
        """Return the mark with which a step is written down as begun: with the way back to how things are now.

        A try that a kill cuts off comes back without one, and what was done of it must be undoable all the same.
        """
        mark = replace(marks[step.id], at=At.BEGUN, since=self._clock.now(), not_before=None)
        if step.agent is not None:
            return mark
        try:
            ready = self.ready(step, marks)
        except PlanError:
            return mark
        if mark.undo is not None:
            return mark
        if not isinstance(ready.parameters, DeviceCall):
            return replace(mark, undo=await self._looking.back(step.does, ready.parameters))
        await self._known(ready.parameters)
        if not ready.effect.repeatable(ready.parameters):
            return mark
        return replace(mark, undo=way_back(self._home, _states(self._home, ready.parameters.targets)))

    async def carry_out(self, id: str, step: Step, marks: Marks, by: Cause) -> Mark:
        """Carry out a step that is written down as begun, or find out what came of it before a kill."""
        mark = marks[step.id]
        try:
            if step.agent is not None:
                return await self._worked(id, step, marks, by)
            ready = self.ready(step, marks)
        except PlanError as error:
            return _ended(mark, At.FAILED, self._clock.now(), why=str(error))
        await self._known(ready.parameters)
        cause = _cause(f"plan/{id}/{step.id}/{mark.attempt}", by, mark, ready)
        outcome = await self._submit(ready.action, cause, mark)
        if outcome.verdict is Verdict.UNCONFIRMED and not isinstance(ready.parameters, DeviceCall):
            found = await self._looking.came(step.does, ready.parameters, cause.id)
            if found is not None and found.verdict is Verdict.FAILED and mark.attempt <= MOST_AGAIN:
                return replace(mark, at=At.TO_DO, attempt=mark.attempt + 1, why=outcome.detail)
            outcome = found or outcome
        return judged(mark, outcome, ready, self._clock.now())

    async def take_back(self, id: str, step: Step, mark: Mark, by: Cause) -> Mark:
        """Take back a step that was done; after a kill it is looked first whether it is taken back already."""
        if mark.undo is None:
            return _ended(mark, At.KEPT, self._clock.now(), why=say("there is no way back"))
        if await self._restored(mark.undo):
            return _ended(mark, At.UNDONE, self._clock.now())
        name = CauseId(f"plan/{id}/{step.id}/undo/{mark.back}")
        cause = replace(by, id=name, parent=by.id, origin=Origin.ROUTINE, door=None, again=True, said=None)
        outcome = await self._submitted(mark.undo, cause)
        if outcome.verdict is Verdict.DONE or await self._restored(mark.undo):
            return _ended(mark, At.UNDONE, self._clock.now())
        if mark.undo.effect == RESTORE and outcome.verdict is not Verdict.REFUSED and mark.back < MOST_BACK:
            # To bring something back twice is the same as once.
            return replace(mark, back=mark.back + 1, why=outcome.detail)
        return _ended(mark, At.KEPT, self._clock.now(), why=outcome.detail)

    async def _submit(self, action: Action, cause: Cause, mark: Mark) -> Outcome:
        outcome = await self._submitted(action, cause)
        if outcome.verdict is Verdict.WAITING and outcome.approval is not None and mark.yes is not None:
            # Somebody said yes to exactly this; the gateway judges whether they may.
            yes = cause_of(json.dumps(mark.yes))
            return await self._gateway.approve(outcome.approval, yes)
        if outcome.verdict is Verdict.WAITING and outcome.approval is not None:
            await self._gateway.dismiss(outcome.approval, cause)
        return outcome

    async def _submitted(self, action: Action, cause: Cause) -> Outcome:
        try:
            return await self._gateway.submit(action, cause)
        except GatewayError as error:
            return Outcome(Verdict.FAILED, str(error))

    async def _worked(self, id: str, step: Step, marks: Marks, by: Cause) -> Mark:
        mark = marks[step.id]
        given, labels = filled(step, marks)
        work = Work(f"plan/{id}/{step.id}/{mark.attempt}", given, labels, by.person)
        result = await self._agents.work(step.agent or "", work)
        done = _ended(mark, At.DONE, self._clock.now())
        return replace(done, verdict=Verdict.DONE, result=result)

    async def _known(self, parameters: BaseModel) -> None:
        """Wait just after a start until what is called is known."""
        left_s = self._began_s + KNOWN_S - self._clock.monotonic()
        if left_s <= 0 or not isinstance(parameters, DeviceCall):
            return
        await self._wait_for(parameters.targets, left_s)

    async def _wait_for(self, targets: Sequence[EntityId], seconds: float) -> None:
        unknown = [one for one in targets if (state := self._home.state(one)) is None or state.reports == 0]
        async with asyncio.TaskGroup() as group:
            for one in unknown:
                group.create_task(self._home.wait_until(one, lambda state: state.reports > 0, timeout_s=seconds))

    async def _restored(self, undo: Action) -> bool:
        """Say whether everything is already as it was."""
        if undo.effect != RESTORE:
            return False
        shots = DeviceRestore.model_validate(dict(undo.arguments)).states
        left_s = self._began_s + KNOWN_S - self._clock.monotonic()
        if left_s > 0:
            await self._wait_for([one.entity for one in shots], left_s)
        return all(
            (state := self._home.state(one.entity)) is not None
            and state.available
            and state.value == one.value
            and all(state.attributes.get(key) == item for key, item in one.attributes.items())
            for one in shots
        )


def filled(step: Step, marks: Marks) -> tuple[dict[str, object], dict[str, Label]]:
    """Return the arguments of a step and where each comes from.

    Raises:
        PlanError: what it is to be given is not there.
    """
    given: dict[str, object] = {}
    labels: dict[str, Label] = {}
    for key, one in step.arguments.items():
        if isinstance(one, Given):
            given[key], labels[key] = one.value, one.label
            continue
        source = marks[one.of]
        if source.at is not At.DONE:
            raise PlanError(f"{STRANGE}: {one.of}")
        given[key], labels[key] = part_of(source.result, one.path), source.result.label
        if source.result.label is Label.THIRD_PARTY and one.path[:1] == ("verdict",):
            # Whether something was done is what we read back, whatever else came with it.
            labels[key] = Label.SENSOR
    return given, labels


def judged(mark: Mark, outcome: Outcome, ready: Ready, now: datetime) -> Mark:
    """Return what a step is after what came of its try."""
    repeatable = ready.effect.repeatable(ready.parameters)
    match outcome.verdict:
        case Verdict.DONE:
            told = {"verdict": outcome.verdict.value, "told": outcome.told, "detail": outcome.detail}
            # What the other side answered is its text, not ours.
            label = Label.THIRD_PARTY if outcome.told else worst([Label.SENSOR, *ready.labels.values()])
            done = _ended(mark, At.DONE, now, why=outcome.detail)
            return replace(done, verdict=outcome.verdict, undo=mark.undo or outcome.undo, result=Result(told, label))
        case Verdict.WAITING:
            return replace(mark, at=At.ASKED, since=now, attempt=mark.attempt + 1, yes=None, why=ready.what)
        case Verdict.REFUSED if mark.yes is not None:
            # Whoever said yes may not: somebody else still can.
            return replace(mark, at=At.ASKED, since=now, attempt=mark.attempt + 1, yes=None, why=outcome.detail)
        case Verdict.REFUSED:
            return replace(_ended(mark, At.FAILED, now, why=outcome.detail), verdict=outcome.verdict)
        case Verdict.FAILED | Verdict.PARTLY | Verdict.UNCONFIRMED:
            again = again_at(mark, now) if repeatable else None
            tried = replace(mark, undo=mark.undo or outcome.undo, verdict=outcome.verdict, why=outcome.detail)
            if again is not None:
                return replace(tried, at=At.TO_DO, attempt=mark.attempt + 1, not_before=again)
            if outcome.verdict is Verdict.UNCONFIRMED and not repeatable:
                return replace(tried, at=At.UNKNOWN, since=now)
            return _ended(tried, At.FAILED, now, why=outcome.detail)


def _ended(mark: Mark, at: At, now: datetime, *, why: str = "") -> Mark:
    return replace(mark, at=at, since=now, not_before=None, why=why)


def _cause(id: str, by: Cause, mark: Mark, ready: Ready) -> Cause:
    """Return the cause of one try, the same after a kill.

    What the plan's approval covers comes in the name of who approved it, set up beforehand; what needs a yes of its
    own comes through the door of who said that yes, so that the policy asks for it, and is answered with it.
    """
    # Back to the wish, where it was somebody else's than the yes: the yes is in the journal by the plan's id.
    mine = replace(by, id=CauseId(id), parent=by.parent or by.id, again=True, said=None)
    if mark.yes is not None:
        yes = cause_of(json.dumps(mark.yes))
        return replace(mine, origin=yes.origin, person=yes.person, area=yes.area, tainted=ready.tainted)
    if ready.risk is Risk.CRITICAL:
        return mine
    return replace(mine, origin=Origin.ROUTINE, door=None, tainted=False)


def _states(home: Home, targets: Sequence[EntityId]) -> Sequence[State]:
    """Return how entities are now, for groups each thing in them."""
    found: dict[EntityId, State] = {}
    seen: set[EntityId] = set()
    todo = list(targets)
    while todo:
        one = todo.pop(0)
        entity, state = home.entity(one), home.state(one)
        if one in seen or entity is None or state is None:
            continue
        seen.add(one)
        todo += entity.members
        if not entity.members:
            found[one] = state
    return tuple(found.values())
