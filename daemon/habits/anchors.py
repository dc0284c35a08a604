"""What a time of day may be measured from: the clock, the sun, or a sensor outside that reads less than so much."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

from daemon.habits.chance import median
from daemon.habits.model import Anchor
from daemon.habits.record import Record

NEAR_SUN: Final = 120.0
"""Minutes from sunrise or sunset, beyond which it is not the sun that matters."""
SENSOR_OLD_S: Final = 4_000.0
"""A reading so old says nothing: the history keeps one an hour of what is long past."""
_NOON: Final = 13 * 60.0


@dataclass(frozen=True)
class Measure:
    """One way to measure: per day the moment from which minutes are counted."""

    anchor: Anchor
    zero: Callable[[int], float | None]
    """When it is, of a day by its number, in seconds since 1970; none: not on that day."""
    sensor: str | None = None
    level: float = 0.0


def measures(record: Record, times: Sequence[float], *, up: bool) -> list[Measure]:
    """Return the ways in which the times of some acts can be measured."""
    days = record.days
    found = [
        Measure("clock", lambda number: days.moment(number, 0)),
        Measure("sunrise", lambda number: days.sun("sunrise", days.dates[number])),
        Measure("sunset", lambda number: days.sun("sunset", days.dates[number])),
    ]
    for sensor, readings in record.lux.items():
        found += _by_light(record, sensor, readings, times, up=up)
    return found


def _by_light(
    record: Record, sensor: str, readings: Sequence[tuple[float, float]], times: Sequence[float], *, up: bool
) -> list[Measure]:
    """Return the measure by when it grows as dark (or as light) outside as it usually was at the acts."""
    moments = record.lux_times[sensor]
    levels: list[float] = []
    for at in times:
        place = bisect_right(moments, at) - 1
        if place >= 0 and at - moments[place] < SENSOR_OLD_S:
            levels.append(log10(max(0.1, readings[place][1])))
    if len(levels) < len(times) * 0.6:
        return []
    level = 10 ** median(levels)
    if level < 1:
        # As dark as at night: that is no moment.
        return []
    level = float(f"{level:.1g}") if level < 100 else float(f"{level:.2g}")
    crossings: dict[int, float | None] = {}

    def zero(number: int) -> float | None:
        if number not in crossings:
            crossings[number] = _crossing(record, readings, moments, number, level, up=up)
        return crossings[number]

    return [Measure("lux", zero, sensor, level)]


def _crossing(
    record: Record,
    readings: Sequence[tuple[float, float]],
    moments: Sequence[float],
    number: int,
    level: float,
    *,
    up: bool,
) -> float | None:
    """Return when it became darker than a level in an afternoon; where things are switched off: lighter, by noon."""
    begins = record.days.moment(number, _NOON if up else 4 * 60)
    ends = record.days.moment(number, 24 * 60 if up else _NOON)
    before = True
    for place in range(bisect_left(moments, begins), bisect_right(moments, ends)):
        beyond = readings[place][1] < level if up else readings[place][1] > level
        if beyond and not before:
            return moments[place]
        before = beyond
    return None
