"""Finds routines that set each other, or themselves, off without end: suspected by looking, confirmed by playing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, product
from typing import Final

from daemon.routines.actions import Call, Fire
from daemon.routines.interests import interests_of
from daemon.routines.linting.facts import Allowed, Facts, Key
from daemon.routines.linting.findings import Finding, listed, named
from daemon.routines.linting.moments import DAY, DAYS
from daemon.routines.linting.paths import Path, plain
from daemon.routines.linting.together import meeting
from daemon.routines.linting.words import NOWHERE, possible
from daemon.routines.model import Routine
from daemon.routines.playing.house import House
from daemon.routines.playing.play import BUS, Play, names_of
from daemon.routines.playing.stage import Stage, zone_of
from daemon.routines.triggers import EventTrigger, NumericTrigger, StateTrigger, ZoneTrigger
from daemon.routines.values import Value, number_of
from daemon.routines.world import EventFired

_MOST_RUNS: Final = 48
"""A reminder that calls itself again for a night stays below it."""
_LONG: Final = timedelta(days=30)
_WORLDS: Final = 24
"""How many beginnings are tried for one circle of routines."""


def loops(routines: Sequence[Routine], paths: Mapping[str, Sequence[Path]], house: House) -> Iterator[Finding]:
    """Yield each circle of routines that, played, never comes to rest."""
    known: dict[str, Routine] = {routine.id: routine for routine in routines}
    seen: set[frozenset[str]] = set()
    for circle in circles(routines, paths):
        for ids in _runaways([known[id_] for id_ in circle], paths, house):
            if ids not in seen:
                seen.add(ids)
                yield _finding([known[id_] for id_ in circle if id_ in ids])


def circles(routines: Sequence[Routine], paths: Mapping[str, Sequence[Path]]) -> Iterator[tuple[str, ...]]:
    """Yield the groups of routines each of which can, over the others, come back to itself."""
    edges = _edges(routines, paths)
    reach = {id_: _reached(id_, edges) for id_ in edges if edges[id_]}
    done: set[str] = set()
    for routine in routines:
        if routine.id in done or routine.id not in reach.get(routine.id, ()):
            continue
        circle = tuple(each.id for each in routines
                       if each.id in reach[routine.id] and routine.id in reach.get(each.id, ()))  # fmt: skip
        done.update(circle)
        yield circle


def _edges(routines: Sequence[Routine], paths: Mapping[str, Sequence[Path]]) -> dict[str, set[str]]:
    """Return which routine can set off which, by what it writes and fires."""
    by_entity: dict[str, set[str]] = {}
    by_event: dict[str, set[str]] = {}
    by_name: dict[str, set[str]] = {}
    anything: set[str] = set()
    for routine in routines:
        interests = interests_of(routine.triggers)
        anything |= {routine.id} if interests.anything or interests.topics or interests.routines else set()
        for entity in interests.entities:
            by_entity.setdefault(entity, set()).add(routine.id)
        for event in interests.events:
            by_event.setdefault(event, set()).add(routine.id)
        for name in names_of(routine):
            by_name.setdefault(name, set()).add(routine.id)
    edges: dict[str, set[str]] = {}
    on_bus = {id_ for event in BUS for id_ in by_event.get(event, ())}
    for routine in routines:
        found = edges.setdefault(routine.id, set())
        for act in (act for path in paths[routine.id] for act in path.acts):
            for effect in act.effects:
                found |= by_entity.get(effect.entity, set())
                if effect.entity.startswith("timer."):
                    found |= {id_ for event, ids in by_event.items() if event.startswith("timer.") for id_ in ids}
            if isinstance(act.do, Fire):
                found |= by_event.get(act.do.event, set()) if isinstance(act.do.event, str) else set()
            if act.service in ("mqtt.publish", "scene.turn_on") or act.service.startswith("script."):
                found |= anything
            if act.service.startswith("automation.") and isinstance(act.do, Call):
                found |= {id_ for name, ids in by_name.items() if name in repr(act.do.target) for id_ in ids}
        if any(path.acts for path in paths[routine.id]):
            found |= anything | on_bus
    return edges


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(edges[start])
    while todo:
        id_ = todo.pop()
        if id_ not in found:
            found.add(id_)
            todo += edges.get(id_, ())
    return found


def _runaways(circle: Sequence[Routine], paths: Mapping[str, Sequence[Path]], house: House) -> Iterator[frozenset[str]]:
    for opening in islice(_openings(circle, paths, house), _WORLDS * len(circle)):
        found = _played(circle, opening, house)
        if found:
            yield found
            return


@dataclass(frozen=True, slots=True)
class _Opening:
    """A house, and what happens in it first."""

    path: Path
    facts: Facts
    written: Mapping[str, str]
    """What entities that are written begin with, so that they change."""


def _openings(circle: Sequence[Routine], paths: Mapping[str, Sequence[Path]], house: House) -> Iterator[_Opening]:
    for routine in circle:
        others = [paths[other.id] for other in circle if other.id != routine.id]
        for path in paths[routine.id]:
            if path.trigger is None or not path.acts:
                continue
            for company in islice(product(*others), 12):
                for facts in _agreeing(path, company, house)[:2]:
                    for flipped in (False, True):
                        yield _Opening(path, facts, _beginnings((path, *company), house, flipped=flipped))


def _agreeing(path: Path, company: Sequence[Path], house: House) -> tuple[Facts, ...]:
    """Return what is possible as a path begins, and its company's conditions hold too, as far as that is theirs."""
    written = tuple(entity for each in (path, *company) for entity in each.last(None))
    cases = path.cases
    for each in company:
        wished = tuple(facts.forgetting(*written) for facts in each.checked)
        cases = meeting(cases, wished, house) or cases
    return cases


def _beginnings(paths: Sequence[Path], house: House, *, flipped: bool) -> Mapping[str, str]:
    """Return for each entity that is written a state that it is not written into; flipped: what it ends with."""
    found: dict[str, str] = {}
    for path in paths:
        for act in path.acts:
            for effect in act.effects:
                thing = house.things.get(effect.entity)
                state = effect.state or (thing.state if thing is not None else "off")
                found.setdefault(effect.entity, state if flipped else another(effect.entity, state, house))
    return found


_TIMES: Final = (("2026-01-01T08:00:00+00:00", "2026-01-01T09:00:00+00:00"), ("08:00:00", "09:00:00"))
_OTHER: Final = {
    "on": "off", "off": "on", "open": "closed", "closed": "open", "locked": "unlocked", "unlocked": "locked",
    "active": "idle", "heat": "off", "cool": "off", "home": "not_home", "playing": "idle", "idle": "off",
}  # fmt: skip


def another(entity: str, state: str, house: House) -> str:
    """Return what an entity may be instead of something."""
    if entity.startswith(("input_datetime.", "input_button.", "button.")):
        return next(each for each in _TIMES[entity.partition(".")[0] == "input_datetime"] if each != state)
    if entity.startswith("input_text."):
        return f"{state} again"
    number = number_of(state)
    other = f"{number + 1:g}" if number is not None else _OTHER.get(state, "off")
    allowed = possible(entity, "", house)
    if allowed is None or allowed.has(other) or allowed.finite is None:
        return other
    return next(iter(sorted(allowed.finite - NOWHERE - {state})), other)


def _played(circle: Sequence[Routine], opening: _Opening, house: House) -> frozenset[str]:
    """Return the routines that run without end after an opening; nothing where all comes to rest."""
    now = _moment_of(opening.facts.moments, house)
    stage = Stage(house, now)
    for entity in {name for routine in circle for name in interests_of(routine.triggers).entities}:
        if stage.state(entity) is None:
            stage.put(entity, "off")
    for entity, state in opening.written.items():
        stage.put(entity, state)
    for key, allowed in opening.facts.about.items():
        _set_up(stage, key, allowed)
    for routine in circle:
        stage.put(f"automation.{routine.id}", "on")
    _before(stage, opening.path)
    play = Play(circle, stage, by_clock=False, most_runs=_MOST_RUNS)
    _open(play, stage, opening)
    play.go(now + _LONG)
    return _turning(play) if play.ran_away else frozenset()


def _turning(play: Play) -> frozenset[str]:
    """Return the routines in the chain of causes behind the last run, but its beginning."""
    chain: list[str] = []
    number: int | None = max(play.causes)
    while number is not None:
        chain.append(play.routine_of[number])
        number = play.causes[number]
    return frozenset(chain[: len(chain) // 2]) if len(chain) >= _MOST_RUNS // 2 else frozenset()


def _moment_of(moments: int, house: House) -> datetime:
    """Return one of some moments, which are bits for the minutes of certain days: noon, or when a window opens."""
    # Where a window opens, so that what goes round in it has time to.
    openings = moments & ~(moments << 1 | 1) or moments
    place = (openings & -openings).bit_length() - 1
    noon = 12 * 60
    if moments >> noon & 1:
        place = noon
    day, minute = DAYS[place // DAY], place % DAY
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone_of(house.zone))


def _set_up(stage: Stage, key: Key, allowed: Allowed) -> None:
    entity, attribute = key
    if entity.startswith("~"):
        return
    seen = stage.state(entity)
    shown: Value = None if seen is None else seen.attributes.get(attribute) if attribute else seen.value
    if shown is not None and allowed.has(str(shown)):
        return
    word = witness(allowed)
    if attribute:
        stage.put(entity, "on" if seen is None else seen.value, {attribute: number_of(word) or word})
    else:
        stage.put(entity, word)


def witness(allowed: Allowed) -> str:
    """Return one thing that is possible."""
    if allowed.finite is not None:
        found = sorted(allowed.finite - allowed.barred - NOWHERE) or sorted(allowed.finite - allowed.barred)
        return found[0] if found else "unknown"
    numbers = allowed.numbers
    if numbers is not None and (numbers.low > float("-inf") or numbers.high < float("inf")):
        low = numbers.low if numbers.low > float("-inf") else numbers.high - 2
        high = numbers.high if numbers.high < float("inf") else numbers.low + 2
        return f"{(low + high) / 2:g}"
    if allowed.words:
        return min(allowed.words)
    return next(word for word in ("off", "on", "idle", "~") if word not in allowed.barred)


def _before(stage: Stage, path: Path) -> None:
    """Let what a trigger watches be something else, as it was before it fired."""
    when = path.trigger.when if path.trigger is not None else None
    match when:
        case StateTrigger(entity_id=(entity, *_)):
            after = stage.state(entity)
            state = "off" if after is None else after.value
            from_ = str(when.from_[0]) if when.from_ and not isinstance(when.from_[0], bool) else None
            if when.attribute is None:
                stage.put(entity, from_ or another(entity, state, stage.house))
        case NumericTrigger(entity_id=(entity, *_), attribute=None):
            low, high = when.above, when.below
            stage.put(entity, f"{low - 1:g}" if isinstance(low, int | float) else
                      f"{high + 1:g}" if isinstance(high, int | float) else "0")  # fmt: skip
        case ZoneTrigger(entity_id=(who, *_)):
            stage.put(who, "not_home" if when.event == "enter" else when.zone.partition(".")[2])
        case _:
            pass


def _open(play: Play, stage: Stage, opening: _Opening) -> None:
    path = opening.path
    assert path.trigger is not None
    when = path.trigger.when
    match when:
        case StateTrigger(entity_id=(entity, *_)) | NumericTrigger(entity_id=(entity, *_), attribute=None):
            allowed = opening.facts.about.get((entity, ""))
            if isinstance(when, StateTrigger) and when.attribute is not None:
                name = when.attribute
                inner = opening.facts.about.get((entity, name))
                word = witness(inner) if inner is not None else "17"
                play.become(entity, "on", {name: number_of(word) or word})
                return
            seen = stage.state(entity)
            play.become(
                entity,
                witness(allowed)
                if allowed is not None
                else another(entity, "off" if seen is None else seen.value, stage.house),
            )
        case ZoneTrigger(entity_id=(who, *_)):
            play.become(who, when.zone.partition(".")[2] if when.event == "enter" else "not_home")
        case EventTrigger(event_type=(event, *_)):
            play.happen(EventFired(event, plain(when.event_data)))
        case _:
            play.fire(path.routine.id, path.routine.triggers.index(path.trigger))


def _finding(circle: Sequence[Routine]) -> Finding:
    ids = tuple(routine.id for routine in circle)
    if len(circle) == 1:
        why = f"{named(circle[0])} sets itself off: what it does is what it waits for, and so on without end"
        remedy = "Let it wait for something else, or add a condition that its own action ends"
        return Finding("self_trigger", ids, f"{why}. {remedy}.")
    why = f"{listed(named(routine) for routine in circle)} set each other off without end"
    remedy = "Let one of them go by what a person or a sensor does, or add a condition that ends the round"
    return Finding("loop", ids, f"{why}. {remedy}.")
