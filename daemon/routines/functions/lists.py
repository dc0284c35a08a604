"""What expressions can do with lists and mappings."""

import json
import operator
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from daemon.routines.values import MOST_ITEMS, UNKNOWN, Value, encoded, tupled

Inner = Callable[[str, tuple[Value, ...]], Value]
"""Another function of the table, called by its name."""


def items_of(thing: Value) -> tuple[Value, ...]:
    """Return what a loop over a thing sees: a list's items, a mapping's keys, a text's letters."""
    return tuple(thing)[:MOST_ITEMS] if isinstance(thing, str | Mapping) else tupled(thing)


def part_of(thing: Value, path: Value) -> Value:
    """Return what stands in a mapping or list at a path like ``attributes.friendly_name``."""
    for key in str(path).split("."):
        if isinstance(thing, Mapping):
            thing = thing.get(key, UNKNOWN)
        elif isinstance(thing, tuple) and key.isdigit() and int(key) < len(thing):
            thing = thing[int(key)]
        else:
            return UNKNOWN
    return thing


def mapped(inner: Inner, items: Value, name: Value = None, *given: Value, **named: Value) -> Value:
    """Return a list with a filter applied to each item, or one attribute of each."""
    if "attribute" in named:
        found = [part_of(item, named["attribute"]) for item in items_of(items)]
        return tuple(named.get("default", UNKNOWN) if item is UNKNOWN else item for item in found)
    return tuple(inner(str(name), (item, *given)) for item in items_of(items))


def selected(inner: Inner, items: Value, name: Value = None, *given: Value) -> Value:
    """Return the items that meet a test; without one, those that are something."""
    return tuple(item for item in items_of(items) if _meets(inner, item, name, given))


def rejected(inner: Inner, items: Value, name: Value = None, *given: Value) -> Value:
    """Return the items that do not meet a test."""
    return tuple(item for item in items_of(items) if not _meets(inner, item, name, given))


def select_by(inner: Inner, items: Value, path: Value, name: Value = None, *given: Value) -> Value:
    """Return the items of which a part meets a test."""
    return tuple(item for item in items_of(items) if _meets(inner, part_of(item, path), name, given))


def reject_by(inner: Inner, items: Value, path: Value, name: Value = None, *given: Value) -> Value:
    """Return the items of which a part does not meet a test."""
    return tuple(item for item in items_of(items) if not _meets(inner, part_of(item, path), name, given))


def _meets(inner: Inner, thing: Value, name: Value, given: tuple[Value, ...]) -> bool:
    return bool(thing if name is None else inner(f"is {name}", (thing, *given)))


def in_order(items: Value, reverse: Value = False, case: Value = False, attribute: Value = None) -> Value:
    """Return a list sorted; texts without regard to case, unless that is wanted."""

    def key(item: Value) -> Any:
        part = part_of(item, attribute) if attribute is not None else item
        return part.lower() if isinstance(part, str) and not case else part

    return tuple(sorted(items_of(items), key=key, reverse=bool(reverse)))


def unique(items: Value, case: Value = False, attribute: Value = None) -> Value:
    """Return a list without what comes again."""
    found: dict[str, Value] = {}
    for item in items_of(items):
        part = part_of(item, attribute) if attribute is not None else item
        found.setdefault(str(part).lower() if isinstance(part, str) and not case else repr(part), item)
    return tuple(found.values())


def grouped(items: Value, attribute: Value) -> Value:
    """Return pairs of a part's value and the items that have it."""
    groups: dict[str, tuple[Value, list[Value]]] = {}
    for item in items_of(items):
        part = part_of(item, attribute)
        groups.setdefault(json.dumps(encoded(part), sort_keys=True), (part, []))[1].append(item)
    return tuple({"grouper": part, "list": tuple(found)} for part, found in groups.values())


def counted(*ends: Value) -> Value:
    """Return whole numbers in a row."""
    numbers = [end for end in ends if isinstance(end, int)]
    return tuple(range(*numbers)[:MOST_ITEMS]) if len(numbers) == len(ends) else UNKNOWN


def chosen(dice: Random, items: Value) -> Value:
    """Return one of a list's items, by dice that fall the same way for the same run."""
    things = items_of(items)
    return dice.choice(things) if things else UNKNOWN


def _length(thing: Value) -> Value:
    return len(thing) if isinstance(thing, str | Mapping | tuple) else UNKNOWN


def _ends(place: int) -> Callable[[Value], Value]:
    return lambda items: items_of(items)[place] if items_of(items) else UNKNOWN


def _reversed(thing: Value) -> Value:
    return thing[::-1] if isinstance(thing, str) else tuple(reversed(items_of(thing)))


def _pairs(thing: Value) -> Value:
    return tuple(thing.items()) if isinstance(thing, Mapping) else UNKNOWN


def _get(thing: Value, key: Value, instead: Value = None) -> Value:
    return thing.get(str(key), instead) if isinstance(thing, Mapping) else UNKNOWN


def _combined(*things: Value) -> Value:
    return {key: item for thing in things if isinstance(thing, Mapping) for key, item in thing.items()}


def _flat(items: Value) -> Value:
    return tuple(part for item in items_of(items) for part in (item if isinstance(item, tuple) else (item,)))


def _values(thing: Value) -> Value:
    return tuple(thing.values()) if isinstance(thing, Mapping) else UNKNOWN


def _zipped(*lists: Value) -> Value:
    return tuple(zip(*(items_of(each) for each in lists), strict=False))


def _union(one: Value, other: Value) -> Value:
    return unique(items_of(one) + items_of(other))


def _common(one: Value, other: Value) -> Value:
    return tuple(item for item in items_of(one) if item in items_of(other))


def _without(one: Value, other: Value) -> Value:
    return tuple(item for item in items_of(one) if item not in items_of(other))


LISTS: dict[str, Callable[..., Value]] = {
    "list": items_of,
    "set": unique,
    "length": _length,
    "count": _length,
    "first": _ends(0),
    "last": _ends(-1),
    "reverse": _reversed,
    "sort": in_order,
    "unique": unique,
    "groupby": grouped,
    "range": counted,
    "flatten": _flat,
    "combine": _combined,
    "items": _pairs,
    "zip": _zipped,
    "union": _union,
    "intersect": _common,
    "difference": _without,
    "contains": operator.contains,
    ".get": _get,
    ".items": _pairs,
    ".keys": items_of,
    ".values": _values,
    ".count": operator.countOf,
    ".index": operator.indexOf,
}
PASSING_ON: dict[str, Callable[..., Value]] = {
    "map": mapped,
    "select": selected,
    "reject": rejected,
    "selectattr": select_by,
    "rejectattr": reject_by,
}
