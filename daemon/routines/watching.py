"""Tells which of some triggers a change sets off; purely, with a memory of what is being held and what is spent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daemon.routines.computing import computed, filled
from daemon.routines.evaluating import Around, in_range, length_of, level, number_seen, same
from daemon.routines.happening import happened
from daemon.routines.mentioning import mentioned
from daemon.routines.occurring import next_at
from daemon.routines.triggers import NumericTrigger, StateTrigger, TemplateTrigger, Trigger, When
from daemon.routines.values import Value, decoded, encoded, truth, tupled
from daemon.routines.world import Change, ClockMoved, StateChanged, World, state_value
from skills.walltime import later

Data = Mapping[str, Value]
_MINUTE = timedelta(minutes=1)
_HOLDING = (StateTrigger, NumericTrigger, TemplateTrigger)


@dataclass(frozen=True, slots=True)
class Held:
    """A trigger that fires when things stay as they are until a time."""

    trigger: int
    entity: str
    until: datetime
    length: timedelta
    data: Data


@dataclass(frozen=True, slots=True)
class Watched:
    """What watching remembers between two changes; as JSON it outlives a restart."""

    held: tuple[Held, ...] = ()
    spent: frozenset[tuple[int, str]] = frozenset()
    """Numbers that lie in their range and expressions that are so: they fire again once they were not."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A trigger that went off."""

    trigger: int
    """Its place in the list."""
    data: Data
    """The run's ``trigger`` variable."""
    variables: Data = field(default_factory=dict[str, Value])
    """The trigger's own variables, computed."""


def watched(triggers: Sequence[Trigger], around: Around) -> Watched:
    """Begin to watch: what is so already does not fire until it has not been so."""
    spent: set[tuple[int, str]] = set()
    for place, when in _live(triggers):
        if isinstance(when, NumericTrigger):
            for entity in when.entity_id:
                number = number_seen(when, entity, around.world.state(entity), around)
                if in_range(when, number, around.world):
                    spent.add((place, entity))
        elif isinstance(when, TemplateTrigger) and _is_so(when, around):
            spent.add((place, ""))
    return Watched(spent=frozenset(spent))


def observe(
    triggers: Sequence[Trigger], before: Watched, change: Change, around: Around
) -> tuple[Watched, tuple[Fired, ...]]:
    """Return what is remembered after a change, and what it set off, in the order of the triggers.

    The world must be as it is after the change. One and the same change is to be handed over once.
    """
    memory = _Memory(list(before.held), set(before.spent))
    fired: list[Fired] = []
    for place, when in _live(triggers):
        for entity, data in _set_off(place, when, change, memory, around):
            span = when.held if isinstance(when, _HOLDING) else None
            length = length_of(span, _with(around, triggers[place], data))
            if span is None:
                fired.append(_fired(triggers, place, data, around))
            elif length is not None:
                memory.held.append(Held(place, entity, later(around.world.now, length), length, data))
    now_s = around.world.now.timestamp()
    due = [held for held in memory.held if held.until.timestamp() <= now_s]
    fired += [_fired(triggers, held.trigger, {**held.data, "for": held.length}, around) for held in due]
    still = tuple(held for held in memory.held if held not in due)
    return Watched(still, frozenset(memory.spent)), tuple(sorted(fired, key=lambda each: each.trigger))


def next_look(triggers: Sequence[Trigger], memory: Watched, around: Around) -> datetime | None:
    """Return when time alone can set something off, at the earliest; then hand over a `ClockMoved`."""
    world = around.world
    found = [held.until for held in memory.held]
    for _, when in _live(triggers):
        at = next_at(when, world.now, world)
        if at is not None:
            found.append(at)
        if isinstance(when, TemplateTrigger) and mentioned(when.value_template).clock:
            found.append(world.now.replace(second=0, microsecond=0) + _MINUTE)
    return min(found, key=datetime.timestamp) if found else None


@dataclass(slots=True)
class _Memory:
    held: list[Held]
    spent: set[tuple[int, str]]

    def let_go(self, place: int, entity: str) -> None:
        self.held = [held for held in self.held if (held.trigger, held.entity) != (place, entity)]


def _set_off(place: int, when: When, change: Change, memory: _Memory, around: Around) -> Iterator[tuple[str, Data]]:
    """Yield what a change begins: the entity it is about, and the ``trigger`` variable."""
    match when, change:
        case StateTrigger(), StateChanged() if change.entity_id in when.entity_id:
            yield from _state(place, when, change, memory)
        case NumericTrigger(), StateChanged():
            yield from _numeric(place, when, change, memory, around)
        case TemplateTrigger(), StateChanged() | ClockMoved():
            yield from _template(place, when, change, memory, around)
        case _, ClockMoved():
            at = next_at(when, change.since, around.world)
            if at is not None and at.timestamp() <= around.world.now.timestamp():
                yield "", {"platform": "time", "now": at}
        case _:
            data = happened(when, change, around)
            if data is not None:
                yield "", data


def _state(place: int, when: StateTrigger, change: StateChanged, memory: _Memory) -> Iterator[tuple[str, Data]]:
    if change.old is None or change.new is None:
        # What we come to know, or lose, has not changed.
        memory.let_go(place, change.entity_id)
        return
    named = when.attribute
    old = change.old.value if named is None else change.old.attributes.get(named)
    new = change.new.value if named is None else change.new.attributes.get(named)
    anything = named is None and all(part is None for part in (when.from_, when.to, when.not_from, when.not_to))
    if old == new and not anything:
        return
    memory.let_go(place, change.entity_id)
    leaves = not when.from_ or any(same(old, wanted) for wanted in when.from_)
    comes = not when.to or any(same(new, wanted) for wanted in when.to)
    barred = any(same(old, wanted) for wanted in when.not_from or ()) or any(
        same(new, wanted) for wanted in when.not_to or ()
    )
    if leaves and comes and not barred:
        yield change.entity_id, _changed("state", change, when.attribute)


def _numeric(
    place: int, when: NumericTrigger, change: StateChanged, memory: _Memory, around: Around
) -> Iterator[tuple[str, Data]]:
    """Follow a number, or its threshold where an entity holds that."""
    moved = when.entity_id if change.entity_id in (when.above, when.below) else (change.entity_id,)
    for entity in moved:
        if entity not in when.entity_id:
            continue
        number = number_seen(when, entity, around.world.state(entity), around)
        inside = in_range(when, number, around.world)
        key = (place, entity)
        if inside is None:
            # Unreachable for a moment is neither: it must not fire a second time when it is back.
            memory.let_go(*key)
        elif not inside:
            memory.let_go(*key)
            if number is not None and _is_far(when, number, around.world):
                memory.spent.discard(key)
        elif key not in memory.spent:
            memory.spent.add(key)
            limits: Data = {"above": level(when.above, around.world), "below": level(when.below, around.world)}
            yield entity, {**_changed("numeric_state", change, when.attribute), "entity_id": entity, **limits}


def _is_far(when: NumericTrigger, number: float, world: World) -> bool:
    """Say whether a number outside its range is so far out that it may fire again."""
    above, below = level(when.above, world), level(when.below, world)
    too_low = above is not None and number <= above - when.hysteresis
    return too_low or (below is not None and number >= below + when.hysteresis)


def _template(
    place: int, when: TemplateTrigger, change: StateChanged | ClockMoved, memory: _Memory, around: Around
) -> Iterator[tuple[str, Data]]:
    looked_at = mentioned(when.value_template)
    if isinstance(change, StateChanged):
        if not looked_at.anything and change.entity_id not in looked_at.entities:
            return
    elif not looked_at.clock:
        return
    key = (place, "")
    if not _is_so(when, around):
        memory.let_go(*key)
        memory.spent.discard(key)
    elif key not in memory.spent:
        memory.spent.add(key)
        about = _changed("template", change, None) if isinstance(change, StateChanged) else {"platform": "template"}
        yield "", about


def _is_so(when: TemplateTrigger, around: Around) -> bool:
    return truth(computed(when.value_template, around.world, around.variables, around.seed))


def _changed(platform: str, change: StateChanged, attribute: str | None) -> Data:
    sides = {
        name: _with_context(state_value(change.entity_id, seen), change.context)
        for name, seen in (("from_state", change.old), ("to_state", change.new))
    }
    return {"platform": platform, "entity_id": change.entity_id, "attribute": attribute, "for": None, **sides}


def _with_context(state: Value, context: Data) -> Value:
    usual: Data = {"id": None, "parent_id": None, "user_id": None}
    return {**state, "context": {**usual, **context}} if isinstance(state, Mapping) else state


def _fired(triggers: Sequence[Trigger], place: int, data: Data, around: Around) -> Fired:
    trigger = triggers[place]
    named: Data = {"id": trigger.id or str(place), "idx": str(place), "alias": trigger.alias}
    whole: Data = {**data, **named}
    variables = filled(trigger.variables, around.world, {**around.variables, "trigger": whole}, around.seed)
    return Fired(place, whole, variables if isinstance(variables, Mapping) else {})


def _with(around: Around, trigger: Trigger, data: Data) -> Around:
    variables = {**around.variables, **_constants(trigger), "trigger": data}
    return Around(around.world, variables, around.seed)


def _constants(trigger: Trigger) -> Data:
    return {name: value for name, value in trigger.variables.items() if isinstance(value, bool | int | float | str)}


def _live(triggers: Sequence[Trigger]) -> Iterator[tuple[int, When]]:
    return ((place, trigger.when) for place, trigger in enumerate(triggers) if trigger.enabled)


def encoded_watch(memory: Watched) -> object:
    """Return what is remembered as JSON can hold it."""
    held = [
        encoded({"trigger": it.trigger, "entity": it.entity, "until": it.until, "for": it.length, "data": it.data})
        for it in memory.held
    ]
    return {"held": held, "spent": sorted([place, entity] for place, entity in memory.spent)}


def decoded_watch(thing: object) -> Watched:
    """Return what `encoded_watch` made this of; what is no such thing is left out."""
    whole = decoded(thing)
    if not isinstance(whole, Mapping):
        return Watched()
    held: list[Held] = []
    spent: set[tuple[int, str]] = set()
    for item in tupled(whole.get("held")):
        match item:
            case {
                "trigger": int(place),
                "entity": str(entity),
                "until": datetime() as until,
                "for": timedelta() as length,
                "data": Mapping() as data,
            }:
                held.append(Held(place, entity, until, length, data))
            case _:
                pass
    for item in tupled(whole.get("spent")):
        match item:
            case (int(place), str(entity)):
                spent.add((place, entity))
            case _:
                pass
    return Watched(tuple(held), frozenset(spent))
