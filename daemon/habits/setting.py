"""Finds the levels that things are set to again and again: when they are switched on, or of what is on already."""

from collections.abc import Iterator, Sequence
from math import isnan
from typing import Final

from daemon.habits.chance import lower_bound, median
from daemon.habits.levels import FULL, Levels, Scale, scale_of
from daemon.habits.model import Who
from daemon.habits.record import Record, Turns

LEAST_KNOWN: Final = 6
LEAST_SAME: Final = 0.6
"""Least confidence that it is this level, see `daemon.habits.chance.lower_bound`: seven of seven, nine of eleven."""
NEWEST: Final = 20
"""Acts that tell the level: what drifts is proposed as it is now."""
MOST_LEVELS: Final = 3
"""Of one thing."""


def level_of(record: Record, entity: str, moments: Sequence[float]) -> float | None:
    """Return the level that a thing was set to at some moments, as people would say it; none where it varied."""
    levels, scale = record.levels.get(entity), scale_of(entity)
    if levels is None or scale is None:
        return None
    found = [levels.settled(at) for at in moments[-NEWEST:]]
    known = [one for one in found if not isnan(one)]
    if len(known) < LEAST_KNOWN:
        return None
    middle = median(known[-10:])
    near = sum(1 for one in known if abs(one - middle) <= scale.near)
    if lower_bound(near, len(found)) < LEAST_SAME or _is_all_there_is(middle, levels, scale):
        return None
    return max(scale.step, round(middle / scale.step) * scale.step)


def settings(record: Record, entity: str) -> Iterator[Turns]:
    """Yield, for each level that people often set a thing to that was on already, when it came to that and left it."""
    levels, scale = record.levels.get(entity), scale_of(entity)
    if levels is None or scale is None:
        return
    acts = sorted(
        levels.value[place]
        for place in range(1, len(levels.at))
        if levels.who[place] == Who.PERSON and not isnan(levels.value[place]) and not isnan(levels.value[place - 1])
    )
    for _ in range(MOST_LEVELS):
        near = [[one for one in acts if abs(one - each) <= scale.near] for each in set(acts)]
        if not near or len(most := max(near, key=len)) < LEAST_KNOWN:
            return
        middle = median(most)
        acts = [one for one in acts if abs(one - middle) > 2 * scale.near]
        yield _turns(levels, middle, scale.near)


def _turns(levels: Levels, middle: float, near: float) -> Turns:
    turns, before = Turns(), float("nan")
    for at, value, who in zip(levels.at, levels.value, levels.who, strict=True):
        up = abs(value - middle) <= near
        if not turns.up or up != turns.up[-1]:
            # What comes to it by going on is a habit of switching it on.
            turns.add(at, up=up, who=Who.OTHER if up and isnan(before) else Who(who))
        before = value
    return turns


def _is_all_there_is(middle: float, levels: Levels, scale: Scale) -> bool:
    whole = scale.parameter != "temperature" and middle >= FULL
    return whole and all(isnan(one) or one >= FULL for one in levels.value)
