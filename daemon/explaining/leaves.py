"""Which part of a condition said no, and which thing it looked at."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from daemon.explaining.past import Attempt
from daemon.routines.conditions import (
    AllOf,
    AnyOf,
    Condition,
    NoneOf,
    NumericCondition,
    StateCondition,
    SunCondition,
    TemplateCondition,
    ZoneCondition,
)
from daemon.routines.evaluating import Around, holds
from daemon.routines.mentioning import mentioned
from daemon.routines.walking import parts_of
from daemon.routines.world import World


def failing_leaf(attempt: Attempt, world: World) -> tuple[Condition | None, str | None]:
    """Return the innermost condition that kept an attempt from running, and the thing that it looked at."""
    if attempt.failing is None:
        return None, None
    around = Around(world, {"trigger": attempt.fired.data, **attempt.fired.variables})
    leaf = _leaf(attempt.failing, around)
    return leaf, _entity(leaf, around)


def looked_at(conditions: Iterable[Condition]) -> Iterator[str]:
    """Yield the entities that conditions look at."""
    for condition in conditions:
        for leaf in parts_of(condition, Condition):
            yield from _entities(leaf)


def _leaf(condition: Condition, around: Around) -> Condition:
    match condition.test:
        case AllOf(conditions=inner) | AnyOf(conditions=inner):
            no = next((each for each in inner if holds(each, around) is not True), None)
            return condition if no is None else _leaf(no, around)
        case NoneOf(conditions=inner):
            return next((each for each in inner if holds(each, around) is not False), condition)
        case _:
            return condition


def _entity(condition: Condition, around: Around) -> str | None:
    test = condition.test
    if isinstance(test, StateCondition | NumericCondition | ZoneCondition):
        for entity in test.entity_id:
            alone = replace(condition, test=replace(test, entity_id=(entity,)))
            if holds(alone, around) is not True:
                return entity
    return next(_entities(condition), None)


def _entities(condition: Condition) -> Iterator[str]:
    match condition.test:
        case StateCondition() | NumericCondition() | ZoneCondition():
            yield from condition.test.entity_id
        case SunCondition():
            yield "sun.sun"
        case TemplateCondition():
            yield from sorted(mentioned(condition.test.value_template).entities)
        case _:
            pass
