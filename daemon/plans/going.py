"""A plan in memory: what it is, where it stands, and what is in hand of it."""

import asyncio
import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from daemon.plans.form import digest_of_wish, plan_of
from daemon.plans.model import Plan, StepId
from daemon.plans.previewing import Preview
from daemon.plans.progress import At, Mark, Status, acts_now, counted
from daemon.plans.rows import PlanRow, Stored
from daemon.plans.stored import read_stored
from daemon.schedule.ledger import cause_of, cause_text
from skills.model import Cause
from skills.planned import Planned, Waits
from skills.plans import PlanForm

log = logging.getLogger("hearth." + __name__)


@dataclass(eq=False, slots=True)
class Going:
    """One plan that is kept."""

    row: PlanRow
    plan: Plan
    marks: dict[StepId, Mark]
    preview: Preview | None = None
    """As it was shown; none after a restart, until somebody asks for it."""
    busy: dict[StepId, asyncio.Task[None]] = field(default_factory=dict[StepId, asyncio.Task[None]])
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    literal: dict[StepId, tuple[str, str]] = field(default_factory=dict[StepId, tuple[str, str]])
    """Of steps that wait for a person: the literal action, and its digest."""
    safety: set[StepId] = field(default_factory=set[StepId])
    """Of those, what is about safety."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while it is not being carried out."""
    told_half: bool = False
    carried: bool = False
    """Whether somebody carries it out already."""

    @property
    def id(self) -> str:
        """The plan's id."""
        return self.row.id

    @property
    def cause(self) -> Cause:
        """Who wished for it or, once it was begun, approved it."""
        return cause_of(self.row.cause)

    def becomes(self, status: Status, now: datetime, *, why: str = "") -> None:
        """Let it be another status from now on; whoever calls has it written down."""
        ended = None if status in (Status.RUNNING, Status.PAUSED, Status.UNDOING) else now
        self.row = replace(self.row, status=status, ended_at=ended, why=why or self.row.why)
        if ended is None:
            self.over.clear()

    def in_effect(self) -> Mapping[StepId, Mark]:
        """Return where its steps stand, those included that are being prepared and are not written down yet."""
        return {one: replace(mark, at=At.BEGUN) if one in self.busy else mark for one, mark in self.marks.items()}

    def seen(self, words: Mapping[StepId, str], wisher: str = "") -> Planned:
        """Return it as it is told of: by ``words`` for each step, and the name of a ``wisher`` who may not begin it."""
        done, of = counted(self.plan, self.marks)
        waits = [
            Waits(
                one,
                *self.literal.get(one, (words.get(one, one), digest_of_wish(one, {}))),
                mark.at is At.UNKNOWN,
                one in self.safety,
            )
            for one, mark in self.marks.items()
            if mark.at in (At.ASKED, At.UNKNOWN) and self.row.status in (Status.RUNNING, Status.PAUSED)
        ]
        now = tuple(words.get(one, one) for one, mark in self.marks.items() if mark.at is At.BEGUN)
        row, acts = self.row, acts_now(self.row.status, self.plan, self.in_effect())
        steps = tuple(words.values())
        return Planned(
            row.id,
            row.goal,
            row.status,
            row.digest,
            done,
            of,
            row.recipe,
            row.why,
            now,
            tuple(waits),
            acts,
            wisher,
            steps,
        )


def draft_of(form: PlanForm, plan: Plan, digest: str, cause: Cause, now: datetime) -> PlanRow:
    """Return the row of a new draft: its steps in the plan's order."""
    steps = tuple(one.model_copy(update={"needs": plan.step(StepId(one.id)).needs}) for one in form.steps)
    kept = form.model_copy(update={"steps": steps})
    return PlanRow(
        uuid.uuid4().hex[:12],
        plan.recipe,
        plan.goal,
        json.dumps(kept.model_dump(mode="json")),
        digest,
        Status.PROPOSED,
        cause_text(cause),
        now,
        begun_at=None,
        ended_at=None,
        why="",
    )


def going_of(stored: Stored) -> Going:
    """Return a plan as it was written down, by this version of Hearth or another.

    Raises:
        PlanError: it cannot be read any more, or not without changing what would be done.
    """
    row, marks = stored.read()
    form, left = read_stored(row.form)
    if left:
        log.warning("the plan %s was written by another Hearth; left out, as empty: %s", row.id, ", ".join(left))
    plan = plan_of(form)
    return Going(row, plan, {one.id: marks.get(one.id, Mark()) for one in plan.steps})
