"""Plays a plan on the twin, among all routines that are on, and says what would become of the house."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from daemon.plans.conflicts import Conflict, targets_of
from daemon.plans.model import Given, Plan, Step
from devices.model import EntityId, HomeView
from skills.builtin.states import said_state
from skills.builtin.words import degrees, percent, to_number
from skills.language import say

if TYPE_CHECKING:
    from daemon.automating.routines import Routines
    from daemon.routines.model import Routine
    from daemon.routines.playing.play import Line

OURS = "hearth_plan"
AFTER = timedelta(minutes=2)
"""So long after its last step a plan's echo is listened to: what it sets off in turn."""
PLAYED_S = 6.0
LONGEST_PAUSE_S = 600.0
"""A longer pause is played as so long, and what is done at a time of its own as if it were time: the house of next
week is not known anyhow.
"""


_SETTINGS: Mapping[str, Callable[[float], str]] = {
    "temperature": degrees,
    "target_temp_low": degrees,
    "target_temp_high": degrees,
    "humidity": percent,
    "percentage": percent,
    "current_position": percent,
    "brightness": lambda level: percent(100 * level / 255),
    "volume_level": lambda level: percent(100 * level),
}
"""Attributes that a change is told of, and how each is said."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one entity would become."""

    after_s: int
    """Since the beginning."""
    name: str
    before: str
    """In words, with what else of it changes: ``set to heat, 21 degrees``."""
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


async def rehearsed(plan: Plan, routines: Routines, home: HomeView, now: datetime) -> Rehearsed:
    """Play a plan; nothing in the house hears of it."""
    works = routines.works
    if works is None:
        return Rehearsed(played=False)
    from daemon.routines.playing.rehearsing import Begins, Rehearsal, rehearse
    from daemon.routines.playing.stage import Stage

    stage = Stage.of(works.house.now(now))
    settings = {one: seen.attributes for one in stage.entities() if (seen := stage.state(one)) is not None}
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
    changes: list[Change] = []
    for line in found.lines:
        if line.kind != "changed":
            continue
        before, after = _worded(line, settings.get(line.entity, {}), home)
        settings[line.entity] = {**settings.get(line.entity, {}), **line.attributes}
        if before != after:
            after_s = round((line.at - found.began).total_seconds())
            by = "" if line.routine in (OURS, None) else found.names.get(line.routine, line.routine)
            changes.append(Change(after_s, found.names.get(line.entity, line.entity), before, after, by))
    wanted = frozenset[str]().union(*(targets_of(one) for one in plan.steps))
    against = {
        (line.entity, line.routine)
        for line in found.lines
        if line.kind == "changed" and line.entity in wanted and line.routine not in (OURS, None)
    }
    rule = say("the routine has the last word, as it would without the plan")
    conflicts = [
        Conflict("routine", entity, found.names.get(by or "", by or ""), rule)
        for entity, by in sorted(against, key=str)
    ]
    running = [Conflict("routine", "", name, say("it runs and goes on beside the plan")) for name in live.values()]
    return Rehearsed(tuple(changes), (*conflicts, *running))


def _worded(line: Line, settings: Mapping[str, object], home: HomeView) -> tuple[str, str]:
    """Return in words what an entity is before and after a line, by its state and by what is set of it."""
    entity = home.entity(EntityId(line.entity))
    was, becomes = list[str](), list[str]()
    if line.before != line.after:
        states = (
            (line.before, line.after)
            if entity is None
            else (said_state(entity, line.before), said_state(entity, line.after))
        )
        was, becomes = [states[0]], [states[1]]
    for key, words in _SETTINGS.items():
        new, old = to_number(line.attributes.get(key)), to_number(settings.get(key))
        if new is not None and new != old:
            becomes.append(words(new))
            was += [words(old)] if old is not None else []
    return ", ".join(was), ", ".join(becomes)


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
