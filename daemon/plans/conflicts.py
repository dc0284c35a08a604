"""What pulls at the same thing: steps of one plan, other plans, and routines that run; named, and settled by rule.

Steps of one plan
    that tell one entity different things and are in no order are done in the order they are written in. Where the time
    of one is over when that of the other comes, they are in order, and none hangs on what came of the other.
Another plan that is being carried out
    gives way to the newer one: its steps about the same entities that are yet to come are left out.
A routine that runs, or that the plan would set off
    is named and goes on: what it does afterwards is its household's wish, too, and is seen in the rehearsal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from daemon.plans.model import Given, Plan, Step, StepId
from daemon.plans.progress import At, Marks
from skills.language import say


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two that want something else of one entity, and who has their way."""

    kind: str
    """``steps``, ``plan`` or ``routine``."""
    entity: str
    other: str
    """The step, plan or routine that the plan meets."""
    rule: str


def targets_of(step: Step) -> frozenset[str]:
    """Return the entities that a step is known beforehand to be about."""
    if step.does != "device.call":
        return frozenset()
    targets = step.arguments.get("targets")
    if not isinstance(targets, Given) or not isinstance(targets.value, list | tuple):
        return frozenset()
    return frozenset(map(str, targets.value))  # pyright: ignore[reportUnknownArgumentType] - of JSON


def ordered(plan: Plan) -> tuple[Plan, Sequence[Conflict]]:
    """Return the plan with steps that pull at one entity put in order, and what was settled."""
    steps = list(plan.steps)
    found: list[Conflict] = []
    for place, step in enumerate(steps):
        for earlier in steps[:place]:
            shared = targets_of(earlier) & targets_of(step)
            settled = replace(plan, steps=tuple(steps))
            apart = earlier.id not in settled.before(step.id) and step.id not in settled.before(earlier.id)
            if not shared or not apart or _same(earlier, step) or _over_before(earlier, step):
                continue
            steps[place] = step = replace(step, needs=(*step.needs, earlier.id))
            rule = say("{first} first, then {second}", first=earlier.id, second=step.id)
            found += [Conflict("steps", one, earlier.id, rule) for one in shared]
    return replace(plan, steps=tuple(steps)), found


def given_way(old: Plan, marks: Marks, new: Plan) -> Mapping[StepId, str]:
    """Return the steps of an older plan that give way to a newer, and what about."""
    wanted = frozenset[str]().union(*(targets_of(one) for one in new.steps))
    open_ = [one for one in old.steps if marks[one.id].at in (At.TO_DO, At.ASKED)]
    return {one.id: ", ".join(sorted(shared)) for one in open_ if (shared := targets_of(one) & wanted)}


def with_plans(new: Plan, others: Iterable[tuple[Plan, Marks]]) -> Sequence[Conflict]:
    """Return what a new plan takes from those that are being carried out."""
    rule = say("the newer plan has its way")
    return [
        Conflict("plan", entity, old.goal, rule)
        for old, marks in others
        for about in given_way(old, marks, new).values()
        for entity in about.split(", ")
    ]


def _over_before(one: Step, other: Step) -> bool:
    return one.until is not None and other.at is not None and one.until <= other.at


def _same(one: Step, other: Step) -> bool:
    first = {key: value for key, value in one.arguments.items() if key != "targets"}
    return first == {key: value for key, value in other.arguments.items() if key != "targets"}
