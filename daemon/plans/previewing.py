"""A plan as it is shown before anybody says yes: its steps, what becomes of the house, how long, and what stays."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from daemon.plans.checking import Checker
from daemon.plans.conflicts import Conflict, targets_of
from daemon.plans.model import Label, Plan, Step, StepId
from daemon.plans.rehearsing import Rehearsed
from skills.builtin.times import lasting, upcoming
from skills.builtin.words import listing
from skills.language import say, term
from skills.model import Risk

MOST_SPOKEN = 3
STEP_S = 2.0
"""About as long as a device takes to do something and to report it."""
UNDOABLE = frozenset({
    "device.call", "list.add", "list.remove", "list.complete", "event.add", "event.cancel", "event.move",
    "routine.enable", "routine.disable", "routine.add", "routine.remove", "reminder.add", "reminder.cancel",
    "timer.start", "alarm.set", "alarm.cancel", "satellite.volume", "satellite.mute",
})  # fmt: skip
"""Effects whose outcome says what takes them back."""
FOR_GOOD = frozenset({"button", "input_button", "scene", "script", "vacuum", "lawn_mower", "siren", "notify", "event"})
"""Domains of things that cannot be brought back to how they were."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One step as it is shown."""

    id: StepId
    what: str
    """An imperative without a full stop."""
    reason: str
    risk: Risk
    undoable: bool
    condition: str
    after_s: float
    needs: tuple[StepId, ...]
    at: datetime | None = None
    """Not before then, aware, in the zone of the house."""
    writes: bool = False
    """Whether it writes something, and changes no device: what of it cannot be rehearsed is told."""
    asks: bool = False
    quotes: bool = False
    """Whether somebody outside the house worded some of it: its literal text is always told."""

    def timed(self, now: datetime) -> str:
        """Return what it does, and when."""
        return self.what if self.at is None else f"{self.what} {upcoming(self.at, now)}"


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown of a plan."""

    goal: str
    digest: str
    steps: tuple[Shown, ...]
    seconds: float
    """About how long it takes."""
    rehearsed: Rehearsed
    conflicts: tuple[Conflict, ...]
    now: datetime
    """When it was looked at, aware, in the zone of the house."""
    notes: tuple[str, ...] = ()
    wisher: str = ""
    """The name of who would like it and may not begin it: whoever answers for it hears of every step."""

    @property
    def stays(self) -> Sequence[Shown]:
        """The steps that cannot be taken back."""
        return [one for one in self.steps if not one.undoable and one.risk > Risk.READ]

    @property
    def writes(self) -> Sequence[str]:
        """What would be put down: lists, calendars, reminders, notices and the like."""
        return [one.timed(self.now) for one in self.steps if one.writes]

    @property
    def lasts_until(self) -> datetime | None:
        """When the last is done that waits for a time of its own."""
        return max((one.at for one in self.steps if one.at is not None), default=None)

    def as_object(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {
            "goal": self.goal,
            "digest": self.digest,
            "seconds": round(self.seconds),
            "steps": [
                {**asdict(one), "risk": one.risk.name.lower(), "at": one.at.isoformat() if one.at else None}
                for one in self.steps
            ],
            "notes": list(self.notes),
            "writes": list(self.writes),
            "changes": [asdict(one) for one in self.rehearsed.changes],
            "rehearsed": self.rehearsed.played,
            "conflicts": [asdict(one) for one in self.conflicts],
            "not_undoable": [one.id for one in self.stays],
        }

    def spoken(self) -> str:
        """Return it short: how many steps, the three that matter, and what cannot be undone."""
        quoted = sum(one.quotes for one in self.steps)
        ranked = sorted(self.steps, key=lambda one: (not one.quotes, -one.risk, one.undoable))
        matter = ranked if self.wisher else ranked[: max(MOST_SPOKEN, quoted)]
        told = [one.timed(self.now) for one in self.steps if one in matter]
        if self.wisher:
            steps = listing(told)
            parts = [say("{who} would like this, {goal}: {steps}.", who=self.wisher, goal=self.goal, steps=steps)]
        elif len(self.steps) <= MOST_SPOKEN:
            parts = [say("{goal}: {steps}.", goal=self.goal, steps=listing(told))]
        else:
            n = len(self.steps)
            parts = [say("{goal} takes {n} steps, among them: {steps}.", goal=self.goal, n=n, steps=listing(told))]
        if (last := self.lasts_until) is not None:
            parts.append(say("The last of it is {when}.", when=upcoming(last, self.now)))
        elif self.seconds >= 90:
            parts.append(say("It takes about {length}.", length=lasting(60 * round(self.seconds / 60))))
        if self.stays:
            stays = listing([one.what for one in self.stays[:MOST_SPOKEN]])
            parts.append(say("This cannot be taken back: {steps}.", steps=stays))
        asked = [one.what for one in self.steps if one.risk is Risk.CRITICAL or one.asks]
        if asked:
            parts.append(say("I ask again before this: {steps}.", steps=listing(asked[:MOST_SPOKEN])))
        parts += self.notes
        parts += [words for one in self.conflicts[:1] if (words := _conflict(one))]
        return " ".join(parts)

    def written(self) -> str:
        """Return the whole of it, a line for each thing."""
        lines = [self.goal, *([say("{who} would like this:", who=self.wisher)] if self.wisher else [])]
        for number, one in enumerate(self.steps, 1):
            lines.append(f"{number:3}. [{one.id}] {one.timed(self.now)} ({', '.join(_marks(one))})")
            if one.reason:
                lines.append(f"       {say('because: {reason}', reason=one.reason)}")
        lines += self.notes
        if (last := self.lasts_until) is not None:
            lines.append(say("The last of it is {when}.", when=upcoming(last, self.now)))
        else:
            lines.append(say("It takes about {length}.", length=lasting(max(1, round(self.seconds)))))
        lines += [say("What would be written:"), *(f"  {one}" for one in self.writes)] if self.writes else []
        lines += self._changes()
        about = say("the house")
        lines += [
            say(
                "Conflict about {thing} with {other}: {rule}.",
                thing=one.entity or about,
                other=one.other,
                rule=one.rule,
            )
            for one in self.conflicts
        ]
        return "\n".join(lines)

    def _changes(self) -> Sequence[str]:
        if not self.rehearsed.played:
            return [say("It could not be rehearsed now; what it sets off in turn is not known.")]
        if not self.rehearsed.changes:
            return [say("Nothing in the house would change.")]
        late = self.lasts_until is not None
        lines = [say("What would change, each at its time:") if late else say("What would change:")]
        for one in self.rehearsed.changes:
            by = f"  ({say('the routine “{name}”', name=one.by)})" if one.by else ""
            pause = "" if late else f"+{one.after_s} s  "
            became = f"{one.before} → {one.after}" if one.before else f"→ {one.after}"
            lines.append(f"  {pause}{one.name}: {became}{by}")
        return lines


def _marks(one: Shown) -> Sequence[str]:
    """Return what to know of a step beside what it does."""
    marks = [term("risk", one.risk.name.lower())]
    marks += [] if one.undoable or one.risk is Risk.READ else [say("cannot be undone")]
    marks += [say("asked about once more")] if one.asks or one.risk is Risk.CRITICAL else []
    marks += [say("after {steps}", steps=listing(list(one.needs)))] if one.needs else []
    marks += [say("{length} later", length=lasting(one.after_s))] if one.after_s else []
    return [*marks, *([say("only if {condition}", condition=one.condition)] if one.condition else [])]


def preview(
    plan: Plan,
    digest: str,
    checker: Checker,
    rehearsal: Rehearsed,
    conflicts: Sequence[Conflict],
    *,
    now: datetime,
) -> Preview:
    """Return what is shown of a plan that was checked and rehearsed; ``now`` is in the zone of the house."""
    steps = tuple(
        Shown(
            one.id,
            checker.described(one),
            one.reason,
            checker.risk_of(one),
            is_undoable(one),
            one.condition,
            one.after_s,
            one.needs,
            one.at.astimezone(now.tzinfo) if one.at is not None else None,
            _writes(one, checker),
            one.asks,
            Label.THIRD_PARTY in checker.labels(plan, one).values(),
        )
        for one in plan.in_order()
    )
    every = (*conflicts, *rehearsal.conflicts)
    return Preview(plan.goal, digest, steps, seconds_of(plan), rehearsal, every, now)


def _writes(step: Step, checker: Checker) -> bool:
    return not targets_of(step) and not step.does.startswith("device.") and checker.risk_of(step) > Risk.READ


def is_undoable(step: Step) -> bool:
    """Say whether a step can be taken back, as far as that is known beforehand."""
    return step.does in UNDOABLE and not any(one.partition(".")[0] in FOR_GOOD for one in targets_of(step))


def seconds_of(plan: Plan) -> float:
    """Return about how long a plan takes: its longest way of steps that wait for each other."""
    ends: dict[StepId, float] = {}
    for step in plan.in_order():
        begins = max((ends.get(need, 0.0) for need in step.needs), default=0.0)
        ends[step.id] = begins + step.after_s + STEP_S
    return max(ends.values(), default=0.0)


def _conflict(one: Conflict) -> str:
    match one.kind:
        case "plan":
            return say("The plan {name} gives way to it.", name=one.other)
        case "routine" if one.entity:
            return say("The routine {name} changes some of it again.", name=one.other)
        case _:
            return ""
