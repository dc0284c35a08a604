"""Where a plan stands, and what that means for what comes next: values and plain functions, without clock or disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

from daemon.plans.model import Label, Plan, PlanError, Step, StepId, Taken
from skills.language import say
from skills.model import Action, Verdict

SOON_S = 60.0
MOST_AT_ONCE = 4
"""As many steps of a plan are done side by side."""
STRANGE = "it is not known what it takes from other steps"
RETRIES_S = (2.0, 10.0)
"""So long after a try that failed comes the next, where twice is the same as once; after these it has failed."""


class Status(StrEnum):
    """How a plan is."""

    PROPOSED = "proposed"
    RUNNING = "running"
    PAUSED = "paused"
    UNDOING = "undoing"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    UNDONE = "undone"
    """It failed, or was taken back, and what can be undone is."""


LIVE = frozenset({Status.RUNNING, Status.PAUSED, Status.UNDOING})


class At(StrEnum):
    """How a step is."""

    TO_DO = "to do"
    BEGUN = "begun"
    """Written down before it is handed over; after a kill it is looked up under the same cause."""
    ASKED = "asked"
    """It waits for a person's yes to its literal action."""
    UNKNOWN = "unknown"
    """Nobody knows whether it was done: it can be neither read back nor repeated, so a person is asked."""
    DONE = "done"
    SKIPPED = "skipped"
    """Its condition did not hold, what it needs was left out, or the plan was stopped before."""
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"
    KEPT = "kept"
    """Done, and could not be taken back."""


_OVER = frozenset({At.DONE, At.SKIPPED, At.FAILED, At.UNDONE, At.KEPT})


@dataclass(frozen=True, slots=True)
class Result:
    """What a step came to, as other steps may take it by reference."""

    value: object = None
    """As JSON has it."""
    label: Label = Label.SENSOR


@dataclass(frozen=True, slots=True)
class Mark:
    """How one step is."""

    at: At = At.TO_DO
    attempt: int = 1
    """Names the try for ever, in the cause of its wish: the same try is never carried out twice."""
    since: datetime | None = None
    not_before: datetime | None = None
    verdict: Verdict | None = None
    why: str = ""
    undo: Action | None = None
    result: Result = field(default_factory=Result)
    order: int = 0
    """The how-manieth it was to be done; it is taken back in reverse."""
    back: int = 0
    """How often it was tried to take it back."""
    yes: Mapping[str, object] | None = None
    """Who confirmed it, as JSON; none where nobody had to."""

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return self.at in _OVER


Marks = Mapping[StepId, Mark]


def part_of(result: Result, path: Sequence[str]) -> object:
    """Return a part of a result: keys of tables, and places in lists.

    Raises:
        PlanError: there is no such part.
    """
    thing: object = result.value
    for key in path:
        match thing:
            case dict():
                thing = cast("dict[str, object]", thing).get(key)
            case list() if key.isdecimal() and int(key) < len(cast("list[object]", thing)):
                thing = cast("list[object]", thing)[int(key)]
            case _:
                raise PlanError(f"{STRANGE}: {'.'.join(path)}")
    return thing


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done now."""

    begin: tuple[StepId, ...] = ()
    skip: Mapping[StepId, str] = field(default_factory=dict[StepId, str])
    """Steps that are left out, and why."""
    look_at: datetime | None = None
    """When something comes to be done by time alone."""
    ends: Status | None = None


def next_of(plan: Plan, marks: Marks, now: datetime) -> Next:
    """Return what comes next in a plan that runs."""
    failed = [one for one in plan.steps if marks[one.id].at is At.FAILED and not one.optional]
    if failed and plan.if_fails == "undo":
        # What is being done is waited for: it may have to be taken back, too.
        busy = any(mark.at is At.BEGUN for mark in marks.values())
        return Next() if busy else Next(ends=Status.UNDOING)
    skip = {one.id: why for one in plan.steps if marks[one.id].at is At.TO_DO and (why := _hopeless(plan, one, marks))}
    asked = {one.id: one.until for one in plan.steps if marks[one.id].at is At.ASKED and one.until is not None}
    skip |= {one: say("its time has passed") for one, until in asked.items() if now > until}
    if skip:
        return Next(skip=skip)
    if all(marks[one.id].over for one in plan.steps):
        return Next(ends=Status.FAILED if failed else Status.DONE)
    free = MOST_AT_ONCE - sum(mark.at is At.BEGUN for mark in marks.values())
    times = {one.id: _time_of(one, marks) for one in plan.steps if _is_free(one, marks)}
    ready = tuple(one for one, at in times.items() if at is None or at <= now)[: max(0, free)]
    later = [at for at in times.values() if at is not None and at > now]
    later += [until + timedelta(seconds=1) for until in asked.values()]
    return Next(begin=ready, look_at=min(later, default=None))


def to_undo(plan: Plan, marks: Marks) -> StepId | None:
    """Return the step that is taken back next, the last that was done first; none where nothing is left."""
    done = [one.id for one in plan.steps if _is_there(marks[one.id])]
    return max(done, key=lambda one: (marks[one].at is At.UNDOING, marks[one].order), default=None)


def _is_there(mark: Mark) -> bool:
    # What failed or was cut off half way may have done a part of it.
    return mark.at in (At.DONE, At.UNDOING) or (mark.at in (At.FAILED, At.UNKNOWN) and mark.undo is not None)


def again_at(mark: Mark, now: datetime) -> datetime | None:
    """Return when a try that failed is repeated; none where there were enough."""
    if mark.attempt > len(RETRIES_S):
        return None
    return now + timedelta(seconds=RETRIES_S[mark.attempt - 1])


def counted(plan: Plan, marks: Marks) -> tuple[int, int]:
    """Return how many steps are done, of how many that are not left out."""
    kept = [one for one in plan.steps if marks[one.id].at is not At.SKIPPED]
    return sum(marks[one.id].at is At.DONE for one in kept), len(kept)


def acts_now(status: Status, plan: Plan, marks: Marks) -> bool:
    """Say whether a plan does something now or will within a minute, as far as that hangs on nobody's yes."""
    if status is not Status.RUNNING:
        return status is Status.UNDOING
    return any(
        marks[one.id].at is At.BEGUN
        or (marks[one.id].at is At.TO_DO and all(_is_quick(plan.step(each), marks) for each in _chain(plan, one)))
        for one in plan.steps
    )


def _chain(plan: Plan, step: Step) -> Sequence[StepId]:
    return [step.id, *plan.before(step.id)]


def _is_quick(step: Step, marks: Marks) -> bool:
    at = marks[step.id].at
    return marks[step.id].over or (at not in (At.ASKED, At.UNKNOWN) and step.at is None and step.after_s <= SOON_S)


def waiting(plan: Plan, marks: Marks) -> Sequence[StepId]:
    """Return the steps that a person must say something about."""
    return [one.id for one in plan.steps if marks[one.id].at in (At.ASKED, At.UNKNOWN)]


def _hopeless(plan: Plan, step: Step, marks: Marks) -> str:
    for need in step.needs:
        if marks[need].at is At.FAILED or (marks[need].at is At.SKIPPED and not plan.step(need).optional):
            return f"it needs {need}"
        if need in _taken_of(step) and marks[need].at is At.SKIPPED:
            return f"it needs what {need} comes to"
    return ""


def _taken_of(step: Step) -> frozenset[StepId]:
    return frozenset(one.of for one in step.arguments.values() if isinstance(one, Taken))


def _is_free(step: Step, marks: Marks) -> bool:
    return marks[step.id].at is At.TO_DO and all(marks[need].at in (At.DONE, At.SKIPPED) for need in step.needs)


def _time_of(step: Step, marks: Marks) -> datetime | None:
    """Return when a step may begin whose needs are over; none: at once."""
    mark = marks[step.id]
    if mark.not_before is not None or not step.after_s:
        return mark.not_before or step.at
    times = (mark.since, *(marks[need].since for need in step.needs))
    latest = max((at for at in times if at is not None), default=None)
    if latest is None:
        return step.at
    after = latest + timedelta(seconds=step.after_s)
    return after if step.at is None else max(after, step.at)
