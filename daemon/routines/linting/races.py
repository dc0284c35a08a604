"""Finds outcomes that hang on which of two runs, or two waits, is first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from daemon.routines.actions import Call, Delay, Fire, Notice
from daemon.routines.doing import ids_of
from daemon.routines.expressions import Template
from daemon.routines.linting.assuming import Cases
from daemon.routines.linting.contradictions import opposed
from daemon.routines.linting.facts import Allowed, Facts
from daemon.routines.linting.findings import Finding, listed, named
from daemon.routines.linting.moments import ALWAYS
from daemon.routines.linting.neighbours import Neighbours
from daemon.routines.linting.paths import Act, Path, plain
from daemon.routines.linting.starting import coincide
from daemon.routines.linting.together import meeting
from daemon.routines.linting.words import possible
from daemon.routines.mentioning import mentioned
from daemon.routines.playing.effects import Effect
from daemon.routines.playing.house import House
from daemon.routines.triggers import EventTrigger, StateTrigger
from daemon.routines.values import spoken
from daemon.routines.walking import parts_of


def races(paths: Sequence[Path], house: House) -> Iterator[Finding]:
    """Yield each race between waits, and each between a run that writes and one that reads."""
    yield from _by_waits(paths, house)
    yield from _by_return(paths, house)
    yield from _by_order(paths, house)


# Waits


_AS_BEFORE: Final = "as it was"


@dataclass(frozen=True, slots=True)
class _Span:
    """That an entity is put into a state for a while, and then back."""

    paths: tuple[Path, ...]
    entity: str
    first: str
    then: str
    by: str
    """What ends it; two that are ended by the same do not cut each other short."""

    @property
    def path(self) -> Path:
        return self.paths[0]


def _by_waits(paths: Sequence[Path], house: House) -> Iterator[Finding]:
    by_timer = [path for path in paths if _timer_behind(path) is not None]
    by_entity: dict[str, list[_Span]] = {}
    for path in paths:
        for span in _spans(path, by_timer):
            by_entity.setdefault(span.entity, []).append(span)
    seen: set[tuple[str, ...]] = set()
    for spans in by_entity.values():
        for place, one in enumerate(spans):
            found = [_alone(one), *(_between(one, other, house) for other in spans[place + 1 :])]
            for finding in found:
                if finding is not None and finding.routines not in seen:
                    seen.add(finding.routines)
                    yield finding


def _spans(path: Path, by_timer: Sequence[Path]) -> Iterator[_Span]:
    if path.trigger is None:
        return
    ends: dict[str, Effect] = {effect.entity: effect for act in path.acts if act.phase for effect in act.effects}
    ends |= {entity: Effect(entity, _AS_BEFORE) for entity in _restored(path)}
    started = {effect.entity for effect in path.last().values() if effect.entity.startswith("timer.")}
    for entity, effect in path.last().items():
        end = ends.get(entity)
        if end is not None and opposed(effect, end):
            yield _Span((path,), entity, _value(effect), _value(end), _wait_of(path))
        for other in by_timer:
            last = other.last().get(entity)
            timer = _timer_behind(other)
            if timer in started and last is not None and opposed(effect, last):
                yield _Span((path, other), entity, _value(effect), _value(last), f"timer {timer}")


def _value(effect: Effect) -> str:
    """Return what an effect makes of its entity, in a word or two."""
    shown = ", ".join(f"{key} {spoken(value)}" for key, value in effect.attributes.items())
    return effect.state if effect.state is not None and not shown else f"{effect.state or ''} {shown}".strip()


def _restored(path: Path) -> Iterator[str]:
    """Yield the entities of which a path takes a picture before it waits, and which it puts back as they were."""
    later = {entity for act in path.acts if act.phase for entity in _scenes(act)}
    for act in path.acts:
        if act.service == "scene.create" and act.phase == 0 and isinstance(act.do, Call):
            data = plain(act.do.data)
            if f"scene.{spoken(data.get('scene_id'))}" in later:
                yield from ids_of(data.get("snapshot_entities"))


def _scenes(act: Act) -> Iterator[str]:
    if act.service == "scene.turn_on" and isinstance(act.do, Call):
        yield from ids_of(plain(act.do.target).get("entity_id", plain(act.do.data).get("entity_id")))


def _wait_of(path: Path) -> str:
    """Return what a path waits for; each delay is its own, what is waited for is the same for all who do."""
    if any(isinstance(wait, Delay) for wait in path.waits):
        return f"delay of {path.routine.id}"
    return " ".join(repr(wait) for wait in path.waits)


def _timer_behind(path: Path) -> str | None:
    match path.trigger and path.trigger.when:
        case EventTrigger(event_type=("timer.finished",), event_data=data):
            return spoken(value) if isinstance(value := data.get("entity_id"), str) else None
        case StateTrigger(entity_id=(name,), to=("idle",)) if name.startswith("timer."):
            return name
        case _:
            return None


def _between(one: _Span, other: _Span, house: House) -> Finding | None:
    if one.path.routine.id == other.path.routine.id or one.entity != other.entity or one.by == other.by:
        return None
    if _bars(one) and _bars(other):
        return None
    if not meeting(_without(one.path.checked, one.entity), _without(other.path.checked, one.entity), house):
        return None
    routines = {path.routine.id: path.routine for span in (one, other) for path in span.paths}
    names = listed(named(routine) for routine in routines.values())
    why = (
        f"{names} change {one.entity} ({one.first}, {other.first}) and change it back after waits of their own: "
        f"the wait that is over first cuts the other one short"
    )
    return Finding(
        "race", tuple(routines), f"{why}. Let them share one timer, or one routine with mode restart.", one.entity
    )


def _alone(one: _Span) -> Finding | None:
    routine = one.path.routine
    if routine.mode != "parallel" or routine.max < 2 or one.by.startswith("timer") or _bars(one):
        return None
    why = (
        f"{named(routine)} may run several times side by side, and each run turns {one.entity} {one.then} after its "
        f"own wait: the first that is over cuts the others short"
    )
    return Finding("race", (routine.id,), f"{why}. Use mode restart.", one.entity)


def _bars(span: _Span) -> bool:
    """Say whether a span only begins where the entity is not yet what it is put into."""
    states = [facts.about.get((span.entity, "")) for facts in span.path.checked]
    return bool(states) and all(state is not None and not state.has(span.first) for state in states)


def _without(cases: Cases, entity: str) -> Cases:
    return tuple(facts.forgetting(entity) for facts in cases)


# Coming back


def _by_return(paths: Sequence[Path], house: House) -> Iterator[Finding]:
    """Yield each run that goes on waiting, and acts, though what began it is over and another has acted on that."""
    seen: set[frozenset[str]] = set()
    near = Neighbours(paths)
    for late in paths:
        ends = {effect.entity: effect for act in late.acts if act.phase for effect in act.effects}
        if not ends or late.rechecked or late.trigger is None or not all(isinstance(it, Delay) for it in late.waits):
            continue
        for back in near.beside(late):
            pair = frozenset((late.routine.id, back.routine.id))
            if pair in seen or back.trigger is None or _stopped(late, back):
                continue
            now = back.last()
            entity = next((name for name in ends.keys() & now if opposed(ends[name], now[name])), None)
            if entity is not None and _reverses(back, late, house):
                seen.add(pair)
                yield _overtaken(late, back, entity)


def _reverses(back: Path, late: Path, house: House) -> bool:
    """Say whether one trigger is the end of what the other began with, and both may come shortly after each other."""
    one, other = (_whenever(path.began) for path in (back, late))
    return bool(one and other) and not meeting(one, other, house) and bool(meeting(back.checked, late.checked, house))


def _whenever(cases: Cases) -> Cases:
    """Return what is known of states alone, at any time."""
    return tuple(Facts(ALWAYS, facts.about) for facts in cases)


def _stopped(late: Path, back: Path) -> bool:
    """Say whether a path ends the runs of another, or cannot overtake them."""
    if back.routine.id == late.routine.id:
        return late.routine.mode != "parallel"
    return any(act.service in ("automation.turn_off", "automation.toggle") for act in back.acts)


def _overtaken(late: Path, back: Path, entity: str) -> Finding:
    why = (
        f"{named(late.routine)} waits before it acts on {entity}, and goes on waiting when {named(back.routine)} has "
        f"already done the contrary: who comes back within that time finds it undone"
    )
    remedy = (
        f"Give the trigger of {named(late.routine)} a time to hold (for) instead of the delay, or look again after it"
    )
    ids = tuple(dict.fromkeys((late.routine.id, back.routine.id)))
    return Finding("race", ids, f"{why}. {remedy}.", entity)


# Order


def _by_order(paths: Sequence[Path], house: House) -> Iterator[Finding]:
    seen: set[frozenset[str]] = set()
    near = Neighbours(paths)
    for writer in paths:
        written = writer.last()
        for reader in near.beside(writer) if written else ():
            pair = frozenset((writer.routine.id, reader.routine.id))
            if len(pair) < 2 or pair in seen or not _begin_at_once(writer, reader):
                continue
            entity = next((name for name in written if _hangs_on(reader, writer, written[name], house)), None)
            if entity is not None:
                seen.add(pair)
                yield _ordered(writer, reader, entity)


def _begin_at_once(one: Path, other: Path) -> bool:
    return one.trigger is not None and other.trigger is not None and coincide(one.trigger.when, other.trigger.when)


def _hangs_on(reader: Path, writer: Path, effect: Effect, house: House) -> bool:
    """Say whether what a path does depends on whether another has written an entity yet."""
    if not meeting(_without(reader.cases, effect.entity), writer.cases, house):
        return False
    if any(_tells(act.do, effect.entity) for act in reader.now()):
        return True
    own = reader.last()
    acts = list(reader.now())
    if not acts or (own.get(effect.entity) == effect and set(own) == {effect.entity}):
        return False
    return any(
        _differs(facts, reader_facts.about.get((effect.entity, "")), effect, house)
        for facts in writer.cases
        for reader_facts in reader.checked
    )


def _differs(before: Facts, needed: Allowed | None, effect: Effect, house: House) -> bool:
    if needed is None:
        return False
    if effect.state is None:
        return not effect.sure
    known = before.about.get((effect.entity, ""))
    base = possible(effect.entity, "", house)
    words = base.finite if base is not None and base.finite is not None else frozenset({"~something else"})
    lively = words - {"unavailable", "unknown"}
    return any((known is None or known.has(word)) and needed.has(word) != needed.has(effect.state) for word in lively)


def _tells(do: object, entity: str) -> bool:
    return isinstance(do, Call | Notice | Fire) and any(
        entity in mentioned(template).entities for template in parts_of(do, Template)
    )


def _ordered(writer: Path, reader: Path, entity: str) -> Finding:
    why = (
        f"{named(writer.routine)} and {named(reader.routine)} are set off by the same; the second looks at {entity}, "
        "which the first changes: what happens hangs on which of them runs first"
    )
    remedy = f"Let {named(reader.routine)} be set off by the change of {entity}, or do both in one routine"
    return Finding("race", (writer.routine.id, reader.routine.id), f"{why}. {remedy}.", entity)
