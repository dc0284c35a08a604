"""Which entities an expression looks at, so that nobody has to ask it after every change in the house."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import cast

from daemon.routines.expressions import Constant, Template, Use
from daemon.routines.functions.lists import PASSING_ON

_ENTITY = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
_CLOCKS = frozenset({"now", "utcnow", "today_at", "relative_time", "time_since"})
_LOOKING = frozenset({"states", "states.of", "is_state", "state_attr", "is_state_attr", "has_value"})
_EVERYTHING = frozenset(
    {"states.all", "expand", "area_entities", "floor_entities", "label_entities", "device_entities"}
)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What an expression looks at."""

    entities: frozenset[str]
    anything: bool = False
    """True where it may look at entities that only come out while it is computed."""
    clock: bool = False
    """True where time alone can change what it comes to."""


def mentioned(template: Template) -> Mentioned:
    """Return what a template looks at."""
    parts = list(_parts(template.body))
    words = {part.value for part in parts if isinstance(part, Constant) and isinstance(part.value, str)}
    uses = [part for part in parts if isinstance(part, Use)]
    open_ended = any(
        use.name in _EVERYTHING
        or (use.name in _LOOKING and not _is_named(use))
        or (use.name == "states.of" and _is_domain(use))
        or (use.name in PASSING_ON and any(isinstance(item, Constant) and item.value in _LOOKING for item in use.given))
        for use in uses
    )
    entities = frozenset(word for word in words if _ENTITY.fullmatch(word)) | _joined(uses)
    return Mentioned(entities, open_ended, any(use.name in _CLOCKS for use in uses))


def _is_named(use: Use) -> bool:
    return bool(use.given) and (isinstance(use.given[0], Constant) or bool(_joined([use])))


def _is_domain(use: Use) -> bool:
    first = use.given[0] if use.given else None
    return isinstance(first, Constant) and "." not in str(first.value)


def _joined(uses: list[Use]) -> frozenset[str]:
    """Return the entities written as ``states.sensor.outside``, whose halves stand apart in the tree."""
    found: set[str] = set()
    for use in uses:
        words = [str(part.value) for part in _parts(use.given[0]) if isinstance(part, Constant)] if use.given else []
        if use.name == "states.of" and len(words) == 2:
            found.add("".join(words))
    return frozenset(found)


def _parts(thing: object) -> Iterator[object]:
    """Yield a tree's parts, itself first."""
    if isinstance(thing, tuple):
        for item in cast(tuple[object, ...], thing):
            yield from _parts(item)
    elif is_dataclass(thing):
        yield thing
        for field in fields(thing):
            yield from _parts(getattr(thing, field.name))
