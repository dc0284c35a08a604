"""Finds what is done at a time of day: by the clock, by the sun, by the light outside; on which days of the week."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log
from typing import Final

from daemon.habits.anchors import NEAR_SUN, Measure, measures
from daemon.habits.chance import log_tail, lower_bound, median, spread_of
from daemon.habits.exposure import Exposure
from daemon.habits.model import EVERY_DAY, WEEKEND, WORKDAYS, Evidence, Habit, Timely, Who
from daemon.habits.record import Record, Turns

HORIZONS: Final = (56, 35, 22)
"""Days looked back: a habit may be younger than two months; three weeks are the least."""
HALVES: Final = (6.0, 10.0, 16.0, 25.0, 35.0)
"""Minutes to either side of the middle."""
LEAST_HITS: Final = 8
LEAST_WEEKS: Final = 2.8
LEAST_SURE: Final = 0.55
LEAST_RECENT: Final = 0.5
LEAST_LIFT: Final = 3.0
CHANCE: Final = log(1e-4)
"""The most likely that chance alone may make it, after all that was looked at was counted in."""
TRIED: Final = 400
"""Windows, anchors, days and horizons that one thing is tried with."""
MACHINE_MINUTES: Final = 0.25
"""A person is not that punctual; a timer in the device is."""
MOST_SPREAD: Final = 14.0
"""Minutes: who does it at any time of the evening has no time that one could propose."""
LEAST_SCORE: Final = 0.5
EARLIER_S: Final = 3 * 3_600.0
"""Where it was done so shortly before, it could have been done at the time too."""
WORTH: Final = 0.35
"""Of the weeks: on fewer of them it is not looked whether it could have been done."""
ODD_SURE, ODD_ELSEWHERE, ODD_KNOWN = 0.6, 0.25, 3
"""Of days that are neither all, nor the working days, nor the weekend, more is asked: there are many such sets."""
_SET_BONUS: Final = {EVERY_DAY: 0.05, WORKDAYS: 0.04, WEEKEND: 0.02}
"""The plainer set of days, where two are about as good."""
_ELSEWHERE: Final = 0.35
"""On days that are left out it may be done no more often than this."""


@dataclass(frozen=True, slots=True)
class Stream:
    """What people did with one thing in one direction."""

    entity: str
    up: bool
    turns: Turns
    acts: Sequence[float]
    """When, oldest first."""
    tests: int
    """How many streams are looked through in all: each has its chance to look like a habit."""
    sets: bool = False
    """Whether it is about a level that a thing was set to which was on already; ``turns`` say when it had that."""


@dataclass(frozen=True)
class _Look:
    """What is looked through, and how time is measured in it."""

    record: Record
    stream: Stream
    exposure: Exposure
    measure: Measure
    since: float

    @cached_property
    def frame(self) -> Sequence[tuple[int, float]]:
        """The days that count, by their numbers, and from when on minutes are counted on them."""
        days, zero = self.record.days, self.measure.zero
        numbers = range(days.number(self.since), len(days.dates))
        whole = (number for number in numbers if days.lived[number] and days.is_whole(number))
        return [(number, begins) for number in whole if (begins := zero(number)) is not None]

    def bounds(self, number: int, zero: float, window: tuple[float, float]) -> tuple[float, float]:
        """Return when a window begins and ends on a day."""
        days = self.record.days
        if self.measure.anchor == "clock" and not days.is_plain(number):
            return days.moment(number, window[0]), days.moment(number, window[1])
        return zero + window[0] * 60, zero + window[1] * 60


@dataclass(slots=True)
class _Day:
    """One day on which it could have been done."""

    number: int
    weekday: int
    hit: float | None
    """When it was done, if it was."""
    minute: float = 0.0
    """Its distance from the anchor."""


def timely(record: Record, stream: Stream) -> Iterator[Habit]:
    """Yield the best explanation of a stream by each measure, for each cluster that it has."""
    exposure = Exposure(record, stream)
    for horizon in HORIZONS:
        since = record.until - horizon * 86_400.0
        if since < record.since - 7 * 86_400.0 and horizon != HORIZONS[-1]:
            continue
        acts = [at for at in stream.acts if at >= since]
        if len(acts) < LEAST_HITS - 2:
            continue
        for measure in measures(record, acts, up=stream.up):
            yield from _by_measure(_Look(record, stream, exposure, measure, max(since, record.since)), acts)


def _by_measure(look: _Look, acts: Sequence[float]) -> Iterator[Habit]:
    placed = sorted((offset, number, at) for at in acts for number, offset in _offsets(look.record, look.measure, at))
    best: list[Habit] = []
    for half in HALVES:
        for low in _peaks(placed, 2 * half):
            if _is_worth(look.record, placed, low, low + 2 * half):
                found = _judged(look, (low, low + 2 * half))
                best += [found] if found is not None else []
    best.sort(key=lambda one: -one.score)
    taken: set[float] = set()
    for one in best:
        if not taken.intersection(one.evidence.moments):
            taken.update(one.evidence.moments)
            yield one


def _is_worth(record: Record, placed: Sequence[tuple[float, int, float]], low: float, high: float) -> bool:
    """Say whether it is done often enough in a window to look closer: in all, and on one day of the week."""
    within = {number for _, number, _ in placed[bisect_left(placed, (low,)) : bisect_right(placed, (high, 1 << 31))]}
    if len(within) < LEAST_HITS - 2:
        return False
    counts = Counter(record.days.weekdays[number] for number in within)
    if len(within) < LEAST_HITS and max(counts.values()) < LEAST_HITS - 2:
        return False
    weeks = (max(within) - min(within)) / 7 + 1
    return any(count >= WORTH * weeks for count in counts.values())


def _offsets(record: Record, measure: Measure, at: float) -> Iterator[tuple[int, float]]:
    number = record.days.number(at)
    zero = measure.zero(number)
    if zero is None:
        return
    # By the clock, not by the seconds that went by: days on which clocks change have others.
    offset = record.days.minute(at) if measure.anchor == "clock" else (at - zero) / 60
    if measure.anchor == "clock" or abs(offset) <= NEAR_SUN:
        yield number, offset


def _peaks(placed: Sequence[tuple[float, int, float]], width: float) -> Iterator[float]:
    """Yield where the windows begin that hold the most days, the fullest first; no two of them overlap."""
    least = LEAST_HITS - 2
    offsets = [offset for offset, _, _ in placed]
    if not any(later <= earlier + width for earlier, later in zip(offsets, offsets[least - 1 :], strict=False)):
        # Most things are so: no window holds enough, and there is nothing to count.
        return
    counts: dict[int, int] = {}
    windows: list[tuple[int, float]] = []
    end = 0
    for low, number, _ in placed:
        while end < len(placed) and offsets[end] <= low + width:
            counts[placed[end][1]] = counts.get(placed[end][1], 0) + 1
            end += 1
        if len(counts) >= least:
            # In the middle of what it could hold, so that the next day's falls in too.
            windows.append((len(counts), low - (low + width - offsets[end - 1]) / 2))
        counts[number] -= 1
        if not counts[number]:
            del counts[number]
    chosen: list[float] = []
    for _, low in sorted(windows, reverse=True):
        if all(abs(low - other) >= width for other in chosen):
            chosen.append(low)
            yield low
        if len(chosen) >= 4:
            return


def _judged(look: _Look, window: tuple[float, float]) -> Habit | None:
    chances = list(_chances(look, window))
    best: Habit | None = None
    best_worth = 0.0
    for days in _sets(chances):
        within = [one for one in chances if one.weekday in days]
        outside = [one for one in chances if one.weekday not in days]
        odd = days not in _SET_BONUS
        if outside and not odd and _share(outside) > _ELSEWHERE:
            continue
        found = _sound(look, window[1] - window[0], within, days)
        if found is None or (odd and found.evidence.lower < ODD_SURE):
            continue
        worth = found.evidence.lower + _SET_BONUS.get(days, 0.0)
        if worth > best_worth:
            best, best_worth = found, worth
    return best


def _chances(look: _Look, window: tuple[float, float]) -> Iterator[_Day]:
    """Yield the days on which somebody was there and the thing was as it was before."""
    days, stream, measure = look.record.days, look.stream, look.measure
    turns, up = stream.turns, stream.up
    times, ups, who = turns.at, turns.up, turns.who
    for number, zero in look.frame:
        low, high = look.bounds(number, zero, window)
        weekday, first = days.weekdays[number], bisect_left(times, low)
        if not first or ups[first - 1] == up or not days.somebody(low, high):
            # Who did it earlier did not do it then; what was so all the time says nothing.
            if any(ups[place] == up and who[place] == Who.PERSON for place in turns.within(low - EARLIER_S, low)):
                yield _Day(number, weekday, None)
            continue
        for place in range(first, len(times)):
            if times[place] > high:
                yield _Day(number, weekday, None)
                break
            if ups[place] == up:
                if who[place] == Who.PERSON:
                    at = times[place]
                    minute = days.minute(at) if measure.anchor == "clock" else (at - zero) / 60
                    yield _Day(number, weekday, at, minute)
                break
        else:
            yield _Day(number, weekday, None)


def _sets(chances: Sequence[_Day]) -> Iterator[frozenset[int]]:
    """Yield the sets of days of the week on which it may be done, of those that can be sure enough."""
    known, missed = [0] * 7, [0] * 7
    for one in chances:
        known[one.weekday] += 1
        missed[one.weekday] += one.hit is None

    def is_sure(days: frozenset[int]) -> bool:
        of = sum(known[day] for day in days)
        return lower_bound(of - sum(missed[day] for day in days), of) >= LEAST_SURE

    # A day on which it was never possible says nothing for itself.
    plain = [days for days in (EVERY_DAY, WORKDAYS, WEEKEND) if all(known[day] >= 2 for day in days)]
    yield from (days for days in plain if is_sure(days))
    often = frozenset(day for day in EVERY_DAY if known[day] >= 2 and 1.0 - missed[day] / known[day] >= 0.6)
    if not often or often in plain or not is_sure(often):
        return
    rest = EVERY_DAY - often
    if all(known[day] >= ODD_KNOWN and 1.0 - missed[day] / known[day] <= ODD_ELSEWHERE for day in rest):
        yield often


def _sound(look: _Look, width: float, within: Sequence[_Day], days: frozenset[int]) -> Habit | None:
    """Return the habit, if it is one."""
    hits = [one for one in within if one.hit is not None]
    moments = tuple(one.hit for one in hits if one.hit is not None)
    least = LEAST_HITS if len(days) > 1 else LEAST_HITS - 2
    if len(hits) < least or moments[-1] - moments[0] < LEAST_WEEKS * 7 * 86_400 * (0.85 if len(days) > 1 else 1.2):
        return None
    lower = lower_bound(len(hits), len(within))
    newest = within[-10:]
    recent = 1.0 - _share_missed(newest)
    if lower < LEAST_SURE or recent < LEAST_RECENT or has_ended(look.record, moments):
        return None
    clock, measure = look.record.days.minute, look.measure
    by_chance = look.exposure.by_chance(median([clock(at) for at in moments]), width, moments)
    share = len(hits) / len(within)
    if (
        share < LEAST_LIFT * by_chance
        or log_tail(len(hits), len(within), by_chance) + log(TRIED * look.stream.tests) > CHANCE
    ):
        return None
    offsets = [one.minute for one in hits]
    spread = spread_of(offsets)
    if (
        spread > MOST_SPREAD
        or lower - spread / 60 < LEAST_SCORE
        or (measure.anchor == "clock" and spread < MACHINE_MINUTES)
    ):
        return None
    # Of the last two weeks, as far as there are enough: what drifts is proposed as it is now.
    middle = median(offsets[-10:])
    timely = Timely(measure.anchor, middle, min(offsets), max(offsets), spread, measure.sensor, measure.level)
    evidence = Evidence(len(hits), len(within), lower, share / max(by_chance, 1e-6), recent, moments)
    minute = median([clock(at) for at in moments[-10:]]) % 1440
    return Habit((look.stream.entity,), (look.stream.up,), timely, evidence, days, minute=minute)


def has_ended(record: Record, moments: Sequence[float]) -> bool:
    """Say whether it was not done for so long, of the days on which somebody was there, that it is over."""
    count, numbers = 0, dict[int, int]()
    for number, lived in enumerate(record.days.lived):
        count += lived
        numbers[number] = count
    days = sorted({numbers[record.days.number(at)] for at in moments})
    gaps = [float(later - earlier) for earlier, later in pairwise(days)]
    return count - days[-1] > max(7.0, 2.2 * median(gaps))


def _share(days: Sequence[_Day]) -> float:
    return 1.0 - _share_missed(days)


def _share_missed(days: Sequence[_Day]) -> float:
    return sum(1 for one in days if one.hit is None) / len(days) if days else 1.0
