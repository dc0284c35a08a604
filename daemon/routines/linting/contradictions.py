"""Finds two routines that at one moment want opposite things of one entity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from daemon.routines.actions import Parallel
from daemon.routines.linting.facts import canonical
from daemon.routines.linting.findings import Finding, named
from daemon.routines.linting.neighbours import Neighbours
from daemon.routines.linting.paths import Path, ways_of
from daemon.routines.linting.telling import told_trigger
from daemon.routines.linting.together import Joined, meeting, together
from daemon.routines.model import Routine
from daemon.routines.playing.effects import Effect
from daemon.routines.playing.house import House
from daemon.routines.values import Value, spoken
from daemon.routines.walking import parts_of

_STEPWISE: Final = (
    "input_select",
    "select",
    "input_number",
    "number",
    "input_text",
    "counter",
    "timer",
    "input_datetime",
)
"""Domains in which one routine may well refine what another just chose."""
_SETTINGS: Final = (
    "temperature", "current_position", "brightness", "percentage", "target_temp_low", "target_temp_high", "humidity",
    "preset_mode", "fan_mode", "volume_level", "source",
)  # fmt: skip


def contradictions(paths: Sequence[Path], house: House) -> Iterator[Finding]:
    """Yield each pair of routines that can send an entity to opposite states at one moment."""
    seen: set[frozenset[str]] = set()
    near = Neighbours(paths)
    for one in paths:
        joined = [Joined(one, one.cases), *together(one, near.around(one), house)]
        for place, first in enumerate(joined):
            for second in joined[place + 1 :]:
                pair = frozenset((first.path.routine.id, second.path.routine.id))
                found = None if len(pair) < 2 or pair in seen else _pulled(first, second, house)
                if found is not None:
                    seen.add(pair)
                    yield _finding(one, first, second, found)


def side_by_side(routine: Routine, house: House) -> Iterator[Finding]:
    """Yield that branches of a routine that run side by side want opposite things of one entity at one moment."""
    for step in parts_of(routine.actions, Parallel):
        alone = [replace(routine, actions=branch, conditions=()) for branch in step.branches]
        branches = [ways_of(each, house).paths for each in alone]
        for place, one in enumerate(branches):
            pairs = ((mine, theirs) for other in branches[place + 1 :] for mine in one for theirs in other)
            for mine, theirs in pairs:
                found = _pulled(Joined(mine, mine.cases), Joined(theirs, theirs.cases), house)
                if found is not None:
                    wants = " and ".join(_wanted(effect) for effect in found)
                    why = f"{named(routine)} wants {found[0].entity} {wants} in branches that run side by side"
                    remedy = "Do one after the other, or give one of them up"
                    yield Finding("contradiction", (routine.id,), f"{why}. {remedy}.", found[0].entity)
                    return


def _pulled(one: Joined, other: Joined, house: House) -> tuple[Effect, Effect] | None:
    """Return the effects in which two paths disagree, at once or after the same time."""
    knocked = one.by is not None or other.by is not None
    # What one routine sets off in another comes a little later; so only what is done at once counts then.
    mine, theirs = (
        {key: effect for key, effect in each.path.timed().items() if not knocked or key[0] == 0}
        for each in (one, other)
    )
    for key in mine.keys() & theirs.keys():
        if opposed(mine[key], theirs[key], states_only=knocked) and meeting(one.cases, other.cases, house):
            return mine[key], theirs[key]
    return None


def opposed(one: Effect, other: Effect, *, states_only: bool = False) -> bool:
    """Say whether two effects on one entity cannot both be had."""
    if not (one.sure and other.sure):
        return False
    if one.state is not None and other.state is not None and one.state != other.state:
        return not (states_only and one.entity.partition(".")[0] in _STEPWISE)
    return not states_only and any(_differ(_settings(one), _settings(other), key) for key in _SETTINGS)


def _settings(effect: Effect) -> Mapping[str, Value]:
    """Return what an effect sets; what is opened is open all the way."""
    if effect.entity.startswith(("cover.", "valve.")) and effect.state in ("open", "closed"):
        return {"current_position": 100 if effect.state == "open" else 0, **effect.attributes}
    return effect.attributes


def _differ(one: Mapping[str, Value], other: Mapping[str, Value], key: str) -> bool:
    if key not in one or key not in other:
        return False
    return canonical(spoken(one[key])) != canonical(spoken(other[key]))


def _finding(root: Path, one: Joined, other: Joined, effects: tuple[Effect, Effect]) -> Finding:
    when = told_trigger(root.trigger.when) if root.trigger is not None else "one begins"
    wants = [_wanted(effect) for effect in effects]
    routines = [one.path.routine, other.path.routine]
    why = (
        f"When {when}, {named(routines[0])} wants {effects[0].entity} {wants[0]} and {named(routines[1])} wants it "
        f"{wants[1]}, at the same moment and under conditions that can both hold"
    )
    ids = tuple(routine.id for routine in routines)
    remedy = "Let their conditions exclude each other, or give one of them up"
    return Finding("contradiction", ids, f"{why}. {remedy}.", effects[0].entity)


def _wanted(effect: Effect) -> str:
    shown = ", ".join(f"{key} {value}" for key, value in effect.attributes.items())
    return " with ".join(word for word in (effect.state or "", shown) if word) or "otherwise"
