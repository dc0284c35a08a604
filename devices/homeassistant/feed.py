"""Reads the events of ``subscribe_entities``: Home Assistant's live feed in its compressed form.

``{"a": {id: {"s", "a", "c", "lc", "lu"}}, "c": {id: {"+": {...}, "-": {"a": [names]}}}, "r": [ids]}``: what is there
in full, what changed, and what is gone (``websocket_api/messages.py``, 2024.3 and 2026.11). ``lc`` is when the state
became what it is, seconds since 1970; ``c`` is the context: only its id where the rest is nothing or as it was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from devices.homeassistant.client import mapping
from devices.model import NOTHING


@dataclass(frozen=True, slots=True)
class Context:
    """What Home Assistant says of where a change came from."""

    id: str
    parent: str | None = None
    user: str | None = None
    """A user's id."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed of one entity."""

    id: str
    value: str | None = None
    """``None``: as before."""
    attributes: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    removed: tuple[str, ...] = ()
    """The attributes that are no more."""
    context: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """Of the context, what is not as it was: see `context_after`."""
    changed_at: datetime | None = None
    whole: bool = False
    """Whether it is everything there is to know, not a change."""


@dataclass(frozen=True, slots=True)
class Removed:
    """An entity is gone."""

    id: str


def read(event: Mapping[str, object]) -> Iterator[News | Removed]:
    """Yield what an event tells; what is not of its form is passed over."""
    removed = event.get("r")
    for key in cast("list[object]", removed) if isinstance(removed, list) else []:
        if isinstance(key, str):
            yield Removed(key)
    for key, told in mapping(event.get("a")).items():
        if isinstance(told, dict):
            yield _news(key, cast("Mapping[str, object]", told), whole=True)
    for key, told in mapping(event.get("c")).items():
        change = mapping(told)
        gone = mapping(change.get("-")).get("a")
        names = cast("list[object]", gone) if isinstance(gone, list) else []
        news = _news(key, mapping(change.get("+")), whole=False)
        yield News(
            key,
            news.value,
            news.attributes,
            tuple(name for name in names if isinstance(name, str)),
            news.context,
            news.changed_at,
        )


def _news(key: str, told: Mapping[str, object], *, whole: bool) -> News:
    value = told.get("s")
    return News(
        key,
        value if isinstance(value, str) else None,
        mapping(told.get("a")),
        context=_context(told.get("c")),
        changed_at=_moment(told.get("lc")),
        whole=whole,
    )


def context_after(before: Context | None, news: News) -> Context | None:
    """Return the context that an entity has after this: who it is of is told only where that is somebody else now."""
    told = news.context
    key = told.get("id", before.id if before is not None else None)
    if not isinstance(key, str):
        return None
    past = Context(key) if before is None or news.whole else before
    parent, user = told.get("parent_id", past.parent), told.get("user_id", past.user)
    return Context(key, parent if isinstance(parent, str) else None, user if isinstance(user, str) else None)


def _context(told: object) -> Mapping[str, object]:
    return {"id": told} if isinstance(told, str) else mapping(told)


def _moment(told: object) -> datetime | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        return datetime.fromtimestamp(told, UTC)
    except (OverflowError, ValueError, OSError):
        return None
