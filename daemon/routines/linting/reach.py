"""Finds routines that can never do anything, and branches that are never taken."""

from collections.abc import Iterator, Sequence
from typing import Final

from daemon.routines.actions import Action, Ask, Call, Choose, Fire, If, Notice, Repeat, Respond
from daemon.routines.conditions import Condition
from daemon.routines.linting.assuming import NOTHING_KNOWN, Assumer
from daemon.routines.linting.findings import Finding, listed, named
from daemon.routines.linting.paths import Ways
from daemon.routines.linting.starting import starts
from daemon.routines.linting.telling import told_condition, told_trigger
from daemon.routines.model import Routine
from daemon.routines.playing.house import House
from daemon.routines.run import Frame, inner_of, place_of
from daemon.routines.triggers import NotMeant
from daemon.routines.walking import branches_of, parts_of

_ACTING: Final = (Call, Notice, Fire, Ask, Respond)


def unreached(routine: Routine, ways: Ways, house: House) -> Iterator[Finding]:
    """Yield that a routine never acts, or else the branches of it that are never taken."""
    live = [trigger for trigger in routine.triggers if trigger.enabled]
    acting = [
        where for where, action in _placed(routine.actions, (Frame("actions"),)) if isinstance(action.do, _ACTING)
    ]
    if not ways.whole or not acting or not live or all(isinstance(trigger.when, NotMeant) for trigger in live):
        return
    if any(parts_of(routine.actions, NotMeant)) or any(parts_of(routine.conditions, NotMeant)):
        return
    if not any((where, "act") in ways.reached for where in acting):
        yield Finding("never_fires", (routine.id,), _why_never(routine, house))
        return
    dead = list(_dead_branches(routine.actions, (Frame("actions"),), ways))
    if dead:
        places = listed(dead)
        why = f"{named(routine)} acts, but never takes {places}: what it would need is never so when it is looked at"
        yield Finding("unreachable_branch", (routine.id,), f"{why}. Correct its condition, or drop the branch.")


def _why_never(routine: Routine, house: House) -> str:
    assumer = Assumer(house, routine)
    live = [place for place, trigger in enumerate(routine.triggers) if trigger.enabled]
    able = [place for place in live if starts(assumer, place)]
    if not able:
        what = listed(told_trigger(routine.triggers[place].when) for place in live)
        return f"{named(routine)} can never begin: {what} never comes about. Correct the trigger."
    fault = _first_fault(assumer, able, routine.conditions)
    if fault is None:
        return f"{named(routine)} can begin, but no way through it leads to an action. Correct its conditions."
    alone = not assumer.assume(NOTHING_KNOWN, fault, so=True)
    what = told_condition(fault)
    when = listed(told_trigger(routine.triggers[place].when) for place in able)
    why = f"{what} is never so" if alone else f"when {when}, it is never so that {what}, with what else must be so"
    return f"{named(routine)} never does anything: {why}. Correct the condition, or the trigger."


def _first_fault(assumer: Assumer, able: Sequence[int], conditions: Sequence[Condition]) -> Condition | None:
    for count, condition in enumerate(conditions, start=1):
        if not any(assumer.given(starts(assumer, place), conditions[:count]) for place in able):
            return condition
    return None


def _placed(sequence: tuple[Action, ...], frames: tuple[Frame, ...]) -> Iterator[tuple[str, Action]]:
    for place, action in enumerate(sequence):
        if action.enabled:
            here = (*frames[:-1], Frame(frames[-1].branch, place))
            yield place_of(here), action
            for branch in branches_of(action.do):
                yield from _placed(inner_of(action.do, branch), (*here, Frame(branch)))


def _dead_branches(sequence: tuple[Action, ...], frames: tuple[Frame, ...], ways: Ways) -> Iterator[str]:
    """Yield the outermost branches that act, and are never entered."""
    for place, action in enumerate(sequence):
        if not action.enabled:
            continue
        here = (*frames[:-1], Frame(frames[-1].branch, place))
        where = place_of(here)
        if isinstance(action.do, _ACTING) and (where, "act") not in ways.reached:
            yield f"the step {where}"
            return
        for branch in branches_of(action.do):
            inner = inner_of(action.do, branch)
            acts = any(isinstance(each.do, _ACTING) for _, each in _placed(inner, (Frame(branch),)))
            if acts and (where, branch) not in ways.reached:
                if isinstance(action.do, Choose | If | Repeat):
                    yield _branch_named(action, branch, where)
            elif acts:
                yield from _dead_branches(inner, (*here, Frame(branch)), ways)


def _branch_named(action: Action, branch: str, where: str) -> str:
    name, _, place = branch.partition(":")
    do = action.do
    if isinstance(do, Choose) and name == "choose":
        option = do.choose[int(place)]
        shown = option.alias or " and ".join(told_condition(each) for each in option.conditions)
        return f"the branch {where}.choose[{place}] ({shown})"
    return f"the branch {where}.{name}"
