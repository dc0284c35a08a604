"""How bright, how warm or how far open things were set: when each level was settled on, and by whom."""

import json
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isnan, nan
from typing import Final, cast

from daemon.explaining.effects import state_is_up
from daemon.habits.model import Who

SETTLED_S: Final = 30.0
"""Levels that follow each other faster are one: a lamp that fades, a thumb on a dimmer."""
FULL: Final = 97.5
"""Percent, from which on a level is the whole: of a lamp that knows nothing else it says nothing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How the level of one kind of thing is told, and in which steps people mean it."""

    attribute: str
    service: str
    parameter: str
    near: float
    """Levels that are no further apart are the same to people."""
    step: float
    whole: float = 1.0
    """What the attribute counts for one of the parameter."""


SCALES: Final[Mapping[str, Scale]] = {
    "light": Scale("brightness", "light.turn_on", "brightness_pct", 7.5, 5, 2.55),
    "fan": Scale("percentage", "fan.set_percentage", "percentage", 5, 1),
    "cover": Scale("current_position", "cover.set_cover_position", "position", 10, 5),
    "climate": Scale("temperature", "climate.set_temperature", "temperature", 0.75, 0.5),
}
"""By domain."""


def scale_of(entity: str) -> Scale | None:
    """Return how a thing's level is told; none where it has none."""
    return SCALES.get(entity.partition(".")[0])


@dataclass(slots=True)
class Levels:
    """Which level one thing had from when on; the three lists go together, oldest first."""

    at: "array[float]" = field(default_factory=lambda: array("d"))
    """Seconds since 1970."""
    value: "array[float]" = field(default_factory=lambda: array("d"))
    """On the parameter's scale: percent, degrees; ``nan`` while the thing is off."""
    who: "array[int]" = field(default_factory=lambda: array("b"))
    """A `Who`."""

    def settled(self, at: float) -> float:
        """Return the level that a thing had once what was done at a moment was settled; ``nan``: none."""
        place = bisect_right(self.at, at + SETTLED_S)
        return self.value[place - 1] if place else nan

    def add(self, at: float, value: float, who: Who) -> None:
        """Add a level, which must be the newest."""
        self.at.append(at)
        self.value.append(value)
        self.who.append(who)

    def drop(self) -> None:
        """Leave out the newest."""
        for some in (self.at, self.value, self.who):
            some.pop()


def levelled(
    entity: str,
    rows: Iterable[tuple[float, str | None, str | None, str | None]],
    whose: Callable[[float, str | None], Who],
) -> Levels:
    """Return the levels of a thing that has any by its changes, oldest first: when, to what, by whom, and more as JSON.

    What fades is where it ends; who began it did it.
    """
    levels, scale = Levels(), SCALES[entity.partition(".")[0]]
    last, lost = float("-inf"), True
    known: dict[str, float] = {}
    for at, value, by, told in rows:
        up = state_is_up(value)
        if up is None:
            lost = lost or value in (None, "unavailable", "unknown")
            continue
        level = _level(told, scale, known) if up and told is not None else nan
        before = levels.value[-1] if levels.value else nan
        if level == before or (isnan(level) and isnan(before)):
            lost = False
            continue
        fades, last = at - last < SETTLED_S and not isnan(before), at
        if fades and not isnan(level):
            levels.value[-1] = level
        elif fades and len(levels.value) > 1 and not isnan(levels.value[-2]):
            # It faded out: what it was on the way was no level.
            levels.value[-1] = nan
        else:
            levels.add(at, level, Who.OTHER if lost else whose(at, by))
        lost = False
    return levels


def _level(told: str, scale: Scale, known: dict[str, float]) -> float:
    if told not in known:
        found = cast("Mapping[str, object]", json.loads(told)).get(scale.attribute)
        known[told] = found / scale.whole if isinstance(found, int | float) else nan
    return known[told]
