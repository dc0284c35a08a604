"""Computes expressions over a view of the house: no side effect, no exception, no endless work."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import assert_never

from daemon.routines.arithmetic import calculated, compared
from daemon.routines.expressions import (
    Branch,
    Calculation,
    Compared,
    Constant,
    Cut,
    Data,
    Each,
    Either,
    Every,
    Expression,
    Field,
    Items,
    Let,
    Name,
    Negative,
    Not,
    Part,
    Pick,
    Table,
    Template,
    Text,
    Use,
)
from daemon.routines.functions import called
from daemon.routines.functions.lists import items_of
from daemon.routines.functions.times import field_of
from daemon.routines.values import MOST_CHARACTERS, UNKNOWN, Unknown, Value, native, spoken
from daemon.routines.world import World

MOST_STEPS = 20_000
"""How many parts of one expression are computed before it counts as unknown; real ones take under 500."""


class _EnoughError(Exception):
    """An expression took too many steps."""


@dataclass(slots=True)
class _Scope:
    world: World
    names: ChainMap[str, Value]
    dice: Random
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _EnoughError


def computed(template: Template, world: World, variables: Mapping[str, Value], seed: str = "") -> Value:
    """Return what a template comes to, with the type that its text means.

    The same world, variables and seed give the same value, dice included.
    """
    dice = Random(f"{seed}{world.now.isoformat()}{template.source}")
    scope = _Scope(world, ChainMap({}, dict(variables)), dice)
    try:
        return _text(template.body, scope)
    except (_EnoughError, RecursionError):
        return UNKNOWN


def filled(data: Data, world: World, variables: Mapping[str, Value], seed: str = "") -> Value:
    """Return data with its templates computed; `UNKNOWN` stands in the places that have no answer."""
    if isinstance(data, Template):
        return computed(data, world, variables, seed)
    if isinstance(data, tuple):
        return tuple(filled(item, world, variables, f"{seed}.{place}") for place, item in enumerate(data))
    if isinstance(data, Mapping):
        return {key: filled(item, world, variables, f"{seed}.{key}") for key, item in data.items()}
    return data


def _text(text: Text, scope: _Scope) -> Value:
    found = list(_emitted(text.parts, scope))
    telling = [part for part in found if not (isinstance(part, str) and not part.strip())]
    if len(telling) == 1:
        return native(telling[0]) if isinstance(telling[0], str) else telling[0]
    whole = "".join(spoken(part) for part in found)
    return native(whole) if len(whole) <= MOST_CHARACTERS else UNKNOWN


def _emitted(parts: tuple[Part, ...], scope: _Scope) -> Iterator[Value]:
    for part in parts:
        scope.step()
        match part:
            case Let():
                _let(part, scope)
            case Branch():
                yield from _emitted(part.then if _value(part.test, scope) else part.otherwise, scope)
            case Each():
                yield from _each(part, scope)
            case _:
                yield _value(part, scope)


def _let(part: Let, scope: _Scope) -> None:
    value = _value(part.value, scope)
    if part.field is None:
        scope.names[part.name] = value
        return
    for names in scope.names.maps:
        space = names.get(part.name)
        if isinstance(space, Mapping):
            names[part.name] = {**space, part.field: value}
            return


def _each(part: Each, scope: _Scope) -> Iterator[Value]:
    outside = scope.names
    things = items_of(_value(part.over, scope))
    try:
        if part.only is not None:
            things = tuple(thing for thing in things if _value(part.only, _named(scope, outside, part.names, thing)))
        for place, thing in enumerate(things):
            _named(scope, outside, part.names, thing)
            scope.names["loop"] = {
                "index": place + 1,
                "index0": place,
                "first": place == 0,
                "last": place == len(things) - 1,
                "length": len(things),
            }
            yield from _emitted(part.parts, scope)
    finally:
        scope.names = outside
    if not things:
        yield from _emitted(part.otherwise, scope)


def _named(scope: _Scope, outside: ChainMap[str, Value], names: tuple[str, ...], thing: Value) -> _Scope:
    scope.names = outside.new_child()
    things = (thing,) if len(names) == 1 else items_of(thing)
    for place, name in enumerate(names):
        scope.names[name] = things[place] if place < len(things) else UNKNOWN
    return scope


def _value(expression: Expression, scope: _Scope) -> Value:  # a table of expressions
    scope.step()
    match expression:
        case Constant():
            return expression.value
        case Name():
            return scope.names.get(expression.name, UNKNOWN)
        case Field():
            return _field(_value(expression.of, scope), _value(expression.key, scope))
        case Cut():
            return _cut(expression, scope)
        case Items():
            return tuple(_value(item, scope) for item in expression.items)
        case Table():
            return {spoken(_value(key, scope)): _value(value, scope) for key, value in expression.pairs}
        case Calculation():
            left, right = _value(expression.left, scope), _value(expression.right, scope)
            return calculated(expression.sign, left, right)
        case Negative():
            number = _value(expression.of, scope)
            return -number if isinstance(number, int | float | timedelta) else UNKNOWN
        case Compared():
            return _compared(expression, scope)
        case Every():
            return _every(expression.parts, scope)
        case Either():
            return _either(expression.parts, scope)
        case Not():
            thing = _value(expression.of, scope)
            return UNKNOWN if isinstance(thing, Unknown) else not thing
        case Pick():
            return _value(expression.then if _value(expression.test, scope) else expression.otherwise, scope)
        case Use():
            given = tuple(_value(item, scope) for item in expression.given)
            named = {name: _value(item, scope) for name, item in expression.named}
            return called(scope.world, scope.dice, expression.name, given, named)
        case Text():
            return "".join(spoken(part) for part in _emitted(expression.parts, scope))[:MOST_CHARACTERS]
        case _:
            assert_never(expression)


def _every(parts: tuple[Expression, ...], scope: _Scope) -> Value:
    """Return the first that is surely not so; unknown if one is unknown, else the last."""
    result: Value = True
    for part in parts:
        value = _value(part, scope)
        if not value and not isinstance(value, Unknown):
            return value
        result = UNKNOWN if isinstance(result, Unknown) else value
    return result


def _either(parts: tuple[Expression, ...], scope: _Scope) -> Value:
    """Return the first that is so; unknown if one is unknown, else the last."""
    result: Value = False
    for part in parts:
        value = _value(part, scope)
        if value:
            return value
        result = UNKNOWN if isinstance(result, Unknown) else value
    return result


def _field(thing: Value, key: Value) -> Value:
    match thing, key:
        case Mapping(), _:
            return thing.get(spoken(key), UNKNOWN)
        case ((tuple() | str()), int()):
            return thing[key] if -len(thing) <= key < len(thing) else UNKNOWN
        case ((datetime() | timedelta()), str()):
            return field_of(thing, key)
        case _:
            return UNKNOWN


def _cut(cut: Cut, scope: _Scope) -> Value:
    thing = _value(cut.of, scope)
    ends = [None if end is None else _value(end, scope) for end in (cut.start, cut.stop)]
    places = [end for end in ends if end is None or isinstance(end, int)]
    return thing[slice(*places)] if isinstance(thing, str | tuple) and len(places) == len(ends) else UNKNOWN


def _compared(chain: Compared, scope: _Scope) -> Value:
    left = _value(chain.first, scope)
    for sign, other in chain.rest:
        right = _value(other, scope)
        holds = compared(sign, left, right)
        if holds is not True:
            return holds
        left = right
    return True
