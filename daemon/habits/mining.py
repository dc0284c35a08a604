"""Looks through a household's past for habits: of each thing the best explanations, and together what goes together."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from daemon.habits.following import following, neighbours_of
from daemon.habits.model import Following, Habit, Reason, Timely, Who
from daemon.habits.reading import leave_out_timers
from daemon.habits.record import Record, Turns
from daemon.habits.setting import level_of, settings
from daemon.habits.timely import LEAST_HITS, Stream, timely

LEAST_OWN: Final = 0.6
"""Of a further explanation, this share of the acts must not be explained already."""
CLOSE: Final = 0.75
"""Where the sharper measure spreads more than this share of the other, nobody can tell which of them it is."""
TOGETHER_S: Final = 600.0
TOGETHER: Final = 0.7
MOST_TOGETHER: Final = 12
REST_S: Final = 0.002
"""After each thing the thread makes way: whoever speaks meanwhile must not wait."""


def mine(record: Record, *, rest_s: float = 0.0) -> list[Habit]:
    """Return the habits of a household, the surest first; for a thread of its own, which rests after each thing."""
    streams = list(_streams(record))
    near = neighbours_of(record)
    found: list[Habit] = []
    for stream in streams:
        stream = replace(stream, tests=len(streams))
        among = [*timely(record, stream), *following(record, stream, near(stream.entity))]
        found += [_with_level(record, one, stream) for one in _explaining(among)]
        if rest_s:
            time.sleep(rest_s)
    return sorted(_together(found), key=lambda one: -one.score)


def _with_level(record: Record, habit: Habit, stream: Stream) -> Habit:
    level = level_of(record, stream.entity, habit.evidence.moments) if stream.up else None
    levels = {} if level is None else {stream.entity: level}
    return replace(habit, levels=levels, sets=stream.sets)


def _leave_out_clocks(record: Record, turns: Turns) -> None:
    """Note what a thing did by itself: always in the same half minute of the day."""
    for up in (True, False):
        minutes = [
            (place, record.days.minute(at))
            for place, at in enumerate(turns.at)
            if turns.up[place] == up and turns.who[place] == Who.PERSON
        ]
        counts = Counter(round(2 * minute) for _, minute in minutes)
        for half, _ in counts.most_common(2):
            same = [place for place, minute in minutes if abs(2 * minute - half) <= 0.75]
            around = sum(1 for _, minute in minutes if abs(2 * minute - half) <= 6)
            if len(same) >= LEAST_HITS and len(same) >= 0.8 * around:
                for place in same:
                    turns.who[place] = Who.OTHER


def _streams(record: Record) -> Iterator[Stream]:
    for entity, place in record.places.items():
        if place.role != "thing":
            continue
        yield from _set(record, entity)
        turns = record.turns[entity]
        if turns.who.count(Who.PERSON) < LEAST_HITS - 2:
            # Most of a house: no person's hand was on it, so that there is nothing to look for.
            continue
        _leave_out_clocks(record, turns)
        for up in (True, False):
            acts = turns.times(up=up, who=Who.PERSON)
            if len(acts) >= LEAST_HITS - 2:
                yield Stream(entity, up, turns, acts, 1)


def _set(record: Record, entity: str) -> Iterator[Stream]:
    """Yield what was done with a thing that was on already: each level that it was often set to."""
    for turns in settings(record, entity):
        leave_out_timers(turns)
        _leave_out_clocks(record, turns)
        acts = turns.times(up=True, who=Who.PERSON)
        if len(acts) >= LEAST_HITS - 2:
            yield Stream(entity, True, turns, acts, 1, sets=True)


def _explaining(among: Sequence[Habit]) -> list[Habit]:
    """Return the best explanations, each of acts that no better one explains."""
    told: list[Habit] = []
    explained: set[float] = set()
    for one in sorted(among, key=lambda each: -each.score):
        moments = set(one.evidence.moments)
        if len(moments - explained) < LEAST_OWN * len(moments):
            continue
        explained |= moments
        if not _is_in_doubt(one, among):
            told.append(one)
    return told


def _is_in_doubt(one: Habit, among: Sequence[Habit]) -> bool:
    """Say whether the clock and the sun explain the same acts about as well: then the coming weeks will tell."""
    if not isinstance(one.reason, Timely):
        return False
    for other in among:
        if not isinstance(other.reason, Timely) or (one.reason.anchor == "clock") == (other.reason.anchor == "clock"):
            continue
        both = set(one.evidence.moments) & set(other.evidence.moments)
        if len(both) < 0.6 * len(one.evidence.moments) or other.evidence.lower < one.evidence.lower - 0.12:
            continue
        if one.reason.spread > CLOSE * other.reason.spread:
            return True
    return False


def _together(habits: Sequence[Habit]) -> Iterator[Habit]:
    """Yield habits, in one what is done for the same reason on the same occasions."""
    left = sorted(habits, key=lambda one: -one.score)
    while left:
        first = left.pop(0)
        for other in list(left):
            if len(first.targets) < MOST_TOGETHER and _belongs(first, other):
                left.remove(other)
                first = _joined(first, other)
        yield first


def _belongs(one: Habit, other: Habit) -> bool:
    if set(one.targets) & set(other.targets) or not _alike(one.reason, other.reason):
        return False
    if one.sets or other.sets or one.limits != other.limits or one.days != other.days:
        return False
    moments = other.evidence.moments
    near = sum(1 for at in one.evidence.moments if any(abs(at - each) <= TOGETHER_S for each in moments))
    return near >= TOGETHER * max(len(one.evidence.moments), len(moments))


def _alike(one: Reason, other: Reason) -> bool:
    match one, other:
        case Timely(), Timely():
            return one.anchor == other.anchor and abs(one.offset - other.offset) <= TOGETHER_S / 60
        case Following(), Following():
            return (one.event, one.up) == (other.event, other.up)
        case _:
            return False


def _joined(one: Habit, other: Habit) -> Habit:
    weaker = min(one, other, key=lambda each: each.evidence.lower)
    evidence = replace(weaker.evidence, moments=one.evidence.moments)
    levels = {**one.levels, **other.levels}
    return replace(
        one, targets=(*one.targets, *other.targets), ups=(*one.ups, *other.ups), evidence=evidence, levels=levels
    )
