"""Plays a plan on the twin, among all routines that are on, and says what would become of the house."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from daemon.plans.conflicts import Conflict, targets_of
from daemon.plans.model import Given, Plan, Step

if TYPE_CHECKING:
    from daemon.automating.routines import Routines
    from daemon.routines.model import Routine

OURS = "hearth_plan"
AFTER = timedelta(minutes=2)
"""So long after its last step a plan's echo is listened to: what it sets off in turn."""
PLAYED_S = 6.0
LONGEST_PAUSE_S = 600.0
"""A longer pause is played as so long, and what is done at a time of its own as if it were time: the house of next
week is not known anyhow.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What one entity would become."""

    after_s: int
    """Since the beginning."""
    name: str
    before: str
    after: str
    by: str
    """The routine that does it; empty for the plan itself."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal showed."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    played: bool = True
    """False where it could not be played, and nothing is known of what it sets off."""


async def rehearsed(plan: Plan, routines: Routines, now: datetime) -> Rehearsed:
    """Play a plan; nothing in the house hears of it."""
    works = routines.works
    if works is None:
        return Rehearsed(played=False)
    from daemon.routines.playing.rehearsing import Begins, Rehearsal, rehearse
    from daemon.routines.playing.stage import Stage

    stage = Stage.of(works.house.now(now))
    kept = [one.routine for one in works.engine.kept.values()]
    live = {str(one.routine.id): one.routine.alias for one in works.engine.live.values()}
    length = timedelta(seconds=sum(min(one.after_s, LONGEST_PAUSE_S) for one in plan.steps)) + AFTER

    def play() -> Rehearsal:
        ours = _as_routine(plan)
        return rehearse([ours, *kept], stage, Begins(ours.id), length)

    try:
        async with asyncio.timeout(PLAYED_S):
            found = await asyncio.to_thread(play)
    except TimeoutError:
        return Rehearsed(played=False)
    changes = tuple(
        Change(
            round((line.at - found.began).total_seconds()),
            found.names.get(line.entity, line.entity),
            line.before,
            line.after,
            "" if line.routine in (OURS, None) else found.names.get(line.routine, line.routine),
        )
        for line in found.lines
        if line.kind == "changed" and line.before != line.after
    )
    wanted = frozenset[str]().union(*(targets_of(one) for one in plan.steps))
    against = {
        (line.entity, line.routine)
        for line in found.lines
        if line.kind == "changed" and line.entity in wanted and line.routine not in (OURS, None)
    }
    rule = "the routine has the last word, as it would without the plan"
    conflicts = [
        Conflict("routine", entity, found.names.get(by or "", by or ""), rule)
        for entity, by in sorted(against, key=str)
    ]
    running = [Conflict("routine", "", name, "it runs and goes on beside the plan") for name in live.values()]
    return Rehearsed(changes, (*conflicts, *running))


def _as_routine(plan: Plan) -> Routine:
    from daemon.routines.reading import read_object

    actions = [part for step in plan.in_order() for part in _actions(step)]
    raw = {"id": OURS, "alias": plan.goal, "triggers": [], "actions": actions}
    read = read_object(raw)
    return replace(read.routines[0], enabled=True)


def _actions(step: Step) -> Sequence[Mapping[str, object]]:
    """Return a step as a routine says it; what is no call of a device is told as the effect it is."""
    pause = [{"delay": {"seconds": min(step.after_s, LONGEST_PAUSE_S)}}] if step.after_s else []
    plain = {key: one.value for key, one in step.arguments.items() if isinstance(one, Given)}
    targets = sorted(targets_of(step))
    if targets:
        service = str(plain.get("service", ""))
        domains = dict.fromkeys(one.partition(".")[0] for one in targets)
        data = cast("Mapping[str, object]", plain.get("data") or {})
        calls: list[Mapping[str, object]] = [
            {
                "action": f"{domain}.{service}",
                "target": {"entity_id": [one for one in targets if one.startswith(f"{domain}.")]},
                "data": dict(data),
            }
            for domain in domains
        ]
    else:
        calls = [{"action": step.does if "." in step.does else f"plan.{step.does}", "data": {}}]
    if step.condition:
        return [*pause, {"if": [{"condition": "template", "value_template": step.condition}], "then": calls}]
    return [*pause, *calls]
