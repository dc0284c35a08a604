"""Finds routines that people keep undoing by hand, and what of them is to be changed for that."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Final, Literal, TypeAlias

from daemon.habits.chance import lower_bound, median, spread_of
from daemon.habits.doings import RoutineDid
from daemon.habits.model import EVERY_DAY, Who
from daemon.habits.reading import SLOW_S
from daemon.habits.record import Record
from daemon.routines.conditions import Condition, StateCondition, TimeCondition
from daemon.routines.model import Routine
from daemon.routines.triggers import TimeTrigger, Weekday

Change: TypeAlias = Literal["days", "dark", "light", "time", "off"]
AGAINST_S: Final = 600.0
"""Who does the contrary so soon did not want it."""
LEAST: Final = 4
LEAST_SURE: Final = 0.3
"""Of all its runs, undone: the least share for a change of the whole."""
OFTEN, SELDOM = 0.6, 0.2
AGAIN_S: Final = 3 * 3_600.0
SHARP: Final = 12.0
"""Minutes: so close together people then do it themselves."""
SAME_RUN_S: Final = 30.0
_WEEK: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(slots=True)
class Turned:
    """One time that a routine acted."""

    at: float
    undone: bool
    again: float | None = None
    """When a person then did it after all, on that day."""


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A routine that is undone again and again."""

    routine: Routine
    becomes: Routine | None
    """What is proposed; ``None``: that it is switched off."""
    change: Change
    hits: int
    chances: int
    targets: tuple[str, ...]


def unwanted(record: Record, did: Sequence[RoutineDid], routines: Sequence[Routine]) -> Iterator[Unwanted]:
    """Yield the routines that are on and that people keep undoing."""
    for routine in routines:
        mine = [one for one in did if one.routine == routine.id]
        if not routine.enabled or not mine:
            continue
        turned = list(_turned(record, mine))
        undone = [one for one in turned if one.undone]
        if len(undone) < LEAST:
            continue
        change, becomes = _changed(record, routine, turned)
        if change in ("time", "off") and lower_bound(len(undone), len(turned)) < LEAST_SURE:
            continue
        yield Unwanted(routine, becomes, change, len(undone), len(turned), tuple(sorted({one.entity for one in mine})))


def _turned(record: Record, did: Sequence[RoutineDid]) -> Iterator[Turned]:
    last: Turned | None = None
    for one in sorted(did, key=lambda each: each.at):
        turns = record.turns.get(one.entity)
        if turns is None:
            continue
        ours = next(
            ((at, up) for at, up, who in turns.between(one.at - 1, one.at + SLOW_S) if who == Who.ROUTINE), None
        )
        if ours is None:
            continue
        at, up = ours
        against = next((when for when, way, who in turns.between(at + 1, at + AGAINST_S)
                        if way != up and who == Who.PERSON), None)  # fmt: skip
        again = None if against is None else next(
            (when for when, way, who in turns.between(against, against + AGAIN_S) if way == up and who == Who.PERSON),
            None,
        )  # fmt: skip
        if last is not None and at - last.at < SAME_RUN_S:
            last.undone, last.again = last.undone or against is not None, last.again or again
            continue
        if last is not None:
            yield last
        last = Turned(at, against is not None, again)
    if last is not None:
        yield last


def _changed(record: Record, routine: Routine, turned: Sequence[Turned]) -> tuple[Change, Routine | None]:
    good = frozenset(
        day for day in EVERY_DAY
        if not (on := [one for one in turned if record.local(one.at).weekday() == day]) or _share(on) <= SELDOM
    )  # fmt: skip
    if _tells_apart(turned, lambda one: record.local(one.at).weekday() not in good):
        days: tuple[Weekday, ...] = tuple(_WEEK[day] for day in sorted(good))
        return "days", _with(routine, Condition(TimeCondition(weekday=days)))
    if _tells_apart(turned, lambda one: record.is_dark(one.at) is False):
        return "dark", _with(routine, Condition(StateCondition(("sun.sun",), ("below_horizon",))))
    if _tells_apart(turned, lambda one: record.is_dark(one.at) is True):
        return "light", _with(routine, Condition(StateCondition(("sun.sun",), ("above_horizon",))))
    again = [one.again for one in turned if one.again is not None]
    minutes = [record.days.minute(at) for at in again]
    triggers = routine.triggers
    if len(triggers) == 1 and isinstance(triggers[0].when, TimeTrigger) and len(again) >= LEAST:
        often = len(again) >= OFTEN * sum(one.undone for one in turned)
        if often and spread_of(minutes) <= SHARP:
            minute = round(median(minutes) / 5) * 5 % 1440
            when = replace(triggers[0].when, at=(time(minute // 60, minute % 60),))
            return "time", replace(routine, triggers=(replace(triggers[0], when=when),))
    return "off", None


def _tells_apart(turned: Sequence[Turned], bad: Callable[[Turned], bool]) -> bool:
    """Say whether it is undone in the bad cases, and hardly ever in the others."""
    wrong, right = [one for one in turned if bad(one)], [one for one in turned if not bad(one)]
    return len(wrong) >= LEAST and len(right) >= LEAST and _share(wrong) >= OFTEN and _share(right) <= SELDOM


def _with(routine: Routine, condition: Condition) -> Routine:
    return replace(routine, conditions=(*routine.conditions, condition))


def _share(turned: Sequence[Turned]) -> float:
    return sum(one.undone for one in turned) / len(turned)
