"""Finds what is done after something else: a door that opens, somebody who comes home, the television going on."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from daemon.habits.chance import log_tail, lower_bound, median, spread_of
from daemon.habits.exposure import Exposure
from daemon.habits.model import FIRST_HOME, LAST_OUT, WORKDAYS, Evidence, Following, Habit, Limit, Who
from daemon.habits.record import Record
from daemon.habits.timely import (
    CHANCE,
    LEAST_HITS,
    LEAST_LIFT,
    LEAST_RECENT,
    LEAST_SURE,
    LEAST_WEEKS,
    Stream,
    has_ended,
)

HORIZON_DAYS: Final = 56
LONGEST_S: Final = {"contact": 300.0, "motion": 180.0, "person": 600.0, "thing": 120.0}
"""By what the event is of: so long after it something may still be because of it."""
LEAST_S: Final = 20.0
MACHINE_S: Final = 0.7
"""Nobody is so regular; a lamp that is bound to a switch is."""
MOST_NEIGHBOURS: Final = 400
"""With more things that report, only those of the same room are looked at, and who comes and goes."""
BOTH_WAYS: Final = 0.2
_BETTER: Final = 0.08
_REST: Final = 0.4


@dataclass(slots=True)
class _Event:
    """One time at which it could have been done after the event."""

    at: float
    hit: float | None


def following(record: Record, stream: Stream, neighbours: Sequence[tuple[str, bool]]) -> Iterator[Habit]:
    """Yield what a stream's acts may follow."""
    since = max(record.since, record.until - HORIZON_DAYS * 86_400.0)
    acts = [at for at in stream.acts if at >= since]
    if len(acts) < LEAST_HITS:
        return
    for name, up in neighbours:
        if name == stream.entity:
            continue
        times = record.events(name, up=up)
        role = "person" if name in (FIRST_HOME, LAST_OUT) else record.places[name].role
        delays = list(_delays(acts, times, LONGEST_S[role]))
        if len(delays) < LEAST_HITS or len(delays) < 0.1 * (len(times) - bisect_left(times, since)):
            continue
        if role == "thing" and _is_both_ways(acts, times):
            continue
        found = _followed(record, stream, (name, up), _within(delays, LONGEST_S[role]), since)
        if found is not None:
            yield found


def neighbours_of(record: Record) -> "Callable[[str], Sequence[tuple[str, bool]]]":
    """Return what gives, for a thing, the events that its acts may follow."""
    events: list[tuple[str, bool]] = []
    if record.presence is not None:
        events += [(FIRST_HOME, True), (LAST_OUT, False)]
    people = [one for one, place in record.places.items() if place.role == "person"]
    if len(people) > 1:
        events += [(one, up) for one in people for up in (True, False)]
    everywhere = list(events)
    rooms: dict[str | None, list[tuple[str, bool]]] = {}
    for one, place in record.places.items():
        ways = {"person": (), "motion": (True,), "contact": (True, False), "thing": (True, False)}[place.role]
        rooms.setdefault(place.area, []).extend((one, up) for up in ways)
    if sum(map(len, rooms.values())) <= MOST_NEIGHBOURS:
        everywhere += [one for some in rooms.values() for one in some]
        return lambda _entity: everywhere
    return lambda entity: [*everywhere, *rooms.get(record.places[entity].area, [])[:MOST_NEIGHBOURS]]


def _delays(acts: Sequence[float], times: Sequence[float], longest_s: float) -> Iterator[float]:
    place, many = 0, len(times)
    for at in acts:
        # Both are in the order of time: what was before the last act is not looked through again.
        place = bisect_right(times, at - 0.2, place, many)
        if place and at - times[place - 1] <= longest_s:
            yield at - times[place - 1]


def _is_both_ways(acts: Sequence[float], times: Sequence[float]) -> bool:
    """Say whether the event as well comes after the act: then somebody does both, in any order."""
    longest_s = LONGEST_S["thing"]
    return len(list(_delays(times, acts, longest_s))) >= BOTH_WAYS * max(1, len(list(_delays(acts, times, longest_s))))


def _within(delays: Sequence[float], longest_s: float) -> float:
    """Return how long after the event the most of them came, with some room."""
    ordered = sorted(delays)
    return min(longest_s, max(LEAST_S, 1.6 * ordered[int(0.85 * (len(ordered) - 1))]))


def _followed(record: Record, stream: Stream, event: tuple[str, bool], within_s: float, since: float) -> Habit | None:
    name, up = event
    chances = list(_chances(stream, record.events(name, up=up), within_s, since, record.until))
    if len(chances) < LEAST_HITS:
        return None
    limits: tuple[Limit, ...] = ()
    person = name in (FIRST_HOME, LAST_OUT) or record.places[name].role == "person"
    for _ in range(2):
        found = _sharper(record, chances, person=person)
        if found is None:
            break
        limit, chances = found
        limits = (*limits, limit)
    return _sound(record, stream, Following(name, up, 0.0, within_s), chances, limits)


def _chances(stream: Stream, times: Sequence[float], within_s: float, since: float, until: float) -> Iterator[_Event]:
    last = float("-inf")
    for place in range(bisect_left(times, since), len(times)):
        at = times[place]
        if at < last + within_s or at + within_s > until:
            continue
        if stream.turns.was_up(at) != (not stream.up):
            continue
        turns = [(when, who) for when, up, who in stream.turns.between(at + 0.2, at + within_s) if up == stream.up]
        if turns and turns[0][1] != Who.PERSON:
            continue
        last = at
        yield _Event(at, turns[0][0] if turns else None)


def _sharper(record: Record, chances: Sequence[_Event], *, person: bool) -> tuple[Limit, list[_Event]] | None:
    """Return what makes it surer, and the chances that are left then; none where nothing does."""
    best: tuple[float, Limit, list[_Event]] | None = None
    whole = lower_bound(_hits(chances), len(chances))
    tests: dict[Limit, Callable[[float], bool | None]] = {
        "dark": record.is_dark,
        "light": lambda at: None if (dark := record.is_dark(at)) is None else not dark,
        "workday": lambda at: record.local(at).weekday() in WORKDAYS,
        "weekend": lambda at: record.local(at).weekday() not in WORKDAYS,
    }
    if not person:
        tests["home"] = lambda at: record.presence is not None and record.days.somebody(at - 60, at)
    for limit, test in tests.items():
        left = [one for one in chances if test(one.at) is True]
        rest = [one for one in chances if test(one.at) is False]
        if len(rest) < 5 or len(left) < LEAST_HITS or _hits(rest) / len(rest) > _REST:
            continue
        lower = lower_bound(_hits(left), len(left))
        if lower >= whole + _BETTER and (best is None or lower > best[0]):
            best = lower, limit, left
    return None if best is None else (best[1], best[2])


def _sound(
    record: Record, stream: Stream, following: Following, chances: Sequence[_Event], limits: tuple[Limit, ...]
) -> Habit | None:
    exposure = Exposure(record, stream)
    hits = [one for one in chances if one.hit is not None]
    moments = tuple(one.hit for one in hits if one.hit is not None)
    if len(hits) < LEAST_HITS or moments[-1] - moments[0] < LEAST_WEEKS * 7 * 86_400 * 0.85:
        return None
    lower, recent = lower_bound(len(hits), len(chances)), _hits(chances[-10:]) / len(chances[-10:])
    if lower < LEAST_SURE or recent < LEAST_RECENT or has_ended(record, moments):
        return None
    by_chance = sum(exposure.at(record.days.minute(one.at), following.within_s / 60) for one in chances) / len(chances)
    share = len(hits) / len(chances)
    if share < LEAST_LIFT * by_chance or log_tail(len(hits), len(chances), by_chance) + log(40 * stream.tests) > CHANCE:
        return None
    delays = [one.hit - one.at for one in hits if one.hit is not None]
    if spread_of(delays) < MACHINE_S and median(delays) < 5:
        return None
    reason = Following(following.event, following.up, median(delays), following.within_s)
    evidence = Evidence(len(hits), len(chances), lower, share / max(by_chance, 1e-6), recent, moments)
    minute = median([record.days.minute(at) for at in moments]) % 1440
    return Habit((stream.entity,), (stream.up,), reason, evidence, limits=limits, minute=minute)


def _hits(chances: Sequence[_Event]) -> int:
    return sum(1 for one in chances if one.hit is not None)
