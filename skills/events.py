"""The effects on calendars, as typed constructors, as in `skills.actions`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from devices.model import AreaId
from skills.actions import Name, Parameters, Text, Wall, on_the_wall
from skills.model import Action

MOST_EVENTS = 50
"""Events that are cancelled at once."""
EventId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class EventAdd(Parameters):
    """Parameters of ``event.add``: put something in a calendar, from one wall time to another; by an RRULE, again."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    begins: Wall
    ends: Wall
    all_day: bool = False
    """Of the two walls, the days count then; the last is the first that is free again."""
    rule: Text | None = None
    calendar: Name | None = None
    """What it is called; ``None``: the first that can be written."""


class EventMove(Parameters):
    """Parameters of ``event.move``: let an event, or one of a series, begin and end at other wall times."""

    id: EventId
    begins: Wall
    ends: Wall
    all_day: bool = False


class EventCancel(Parameters):
    """Parameters of ``event.cancel``: take events out of their calendars; of a series those, or all of it."""

    ids: Annotated[tuple[EventId, ...], Field(min_length=1, max_length=MOST_EVENTS)]
    series: bool = False


class EventRestore(Parameters):
    """Parameters of ``event.restore``: put back what changes of a calendar made different."""

    changes: Annotated[tuple[int, ...], Field(min_length=1, max_length=MOST_EVENTS)]


class EventRemind(Parameters):
    """Parameters of ``event.remind``: remind so long before an event or series, or before each that is called so."""

    before_s: Annotated[float, Field(ge=0, le=28 * 86_400)]
    id: EventId | None = None
    words: Name | None = None
    """With neither, before every event."""
    area: AreaId | None = None


class EventUnremind(Parameters):
    """Parameters of ``event.unremind``: no longer remind by a rule that ``event.remind`` made."""

    rule: int


def event_add(
    title: str,
    begins: datetime,
    ends: datetime,
    *,
    all_day: bool = False,
    rule: str | None = None,
    calendar: str | None = None,
) -> Action:
    """Return the wish for an event on the wall of the house: ``event_add("dentist", at_three, at_four)``."""
    given: dict[str, object] = {"title": title, "begins": on_the_wall(begins), "ends": on_the_wall(ends)}
    return Action("event.add", {**given, "all_day": all_day, "rule": rule, "calendar": calendar})


def event_move(id: str, begins: datetime, ends: datetime, *, all_day: bool = False) -> Action:
    """Return the wish that an event takes place at another time."""
    walls = {"begins": on_the_wall(begins), "ends": on_the_wall(ends)}
    return Action("event.move", {"id": id, **walls, "all_day": all_day})


def event_cancel(ids: Sequence[str], *, series: bool = False) -> Action:
    """Return the wish that events do not take place."""
    return Action("event.cancel", {"ids": list(ids), "series": series})


def event_restore(changes: Sequence[int]) -> Action:
    """Return the wish to undo changes of calendars, by their numbers."""
    return Action("event.restore", {"changes": list(changes)})


def event_remind(
    before_s: float, *, id: str | None = None, words: str | None = None, area: AreaId | None = None
) -> Action:
    """Return the wish to be reminded before an event, before each that is called so, or before all."""
    return Action("event.remind", {"before_s": before_s, "id": id, "words": words, "area": area})


def event_unremind(rule: int) -> Action:
    """Return the wish not to be reminded by a rule any more."""
    return Action("event.unremind", {"rule": rule})
