"""Writing iCalendar: a new event, one moved, one time of a series left out; all else in an object stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from daemon.calendar.ics import events_of, instant, parse, stamped
from daemon.calendar.model import RubbishError

if TYPE_CHECKING:  # heavy to import, and needed only by houses that have a calendar
    from icalendar import Calendar, Event

_OF_THE_SERIES = ("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Span:
    """When something is to take place: walls of the house, or days."""

    begins: datetime
    """Without a zone."""
    ends: datetime
    all_day: bool = False


def composed(title: str, span: Span, *, uid: str, rule: str | None, zone: ZoneInfo, now: datetime) -> str:
    """Return the text of a new event."""
    from icalendar import Calendar, Event, vRecur

    event = Event()
    event.add("UID", uid)
    event.add("SUMMARY", title)
    event.add("DTSTAMP", now.astimezone(UTC))
    _set_span(event, span, zone)
    if rule is not None:
        event.add("RRULE", vRecur.from_ical(rule.removeprefix("RRULE:")))
    if span.all_day:
        event.add("TRANSP", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Hearth//EN")
    calendar.add_component(event)
    return _written(calendar)


def moved(ics: str, recurrence: str | None, span: Span, *, zone: ZoneInfo, now: datetime) -> str:
    """Return an object with one of its times, or its only one, at another time.

    Raises:
        RubbishError: it has no such time.
    """
    from icalendar import Event

    calendar = parse(ics)
    event = _of(events_of(calendar), recurrence, zone)
    if event is None:
        master = _master(events_of(calendar))
        event = Event()
        for name, value in master.property_items(recursive=False):
            if name not in (*_OF_THE_SERIES, "BEGIN", "END"):
                event.add(name, value, encode=False)
        assert recurrence is not None
        _put(event, "RECURRENCE-ID", _like(master.get("DTSTART").dt, recurrence, zone))
        calendar.add_component(event)
    _set_span(event, span, zone)
    _touch(event, now)
    return _written(calendar)


def without(ics: str, recurrence: str, *, zone: ZoneInfo, now: datetime) -> str:
    """Return a series without one of its times.

    Raises:
        RubbishError: it is no series.
    """
    calendar = parse(ics)
    own = _of(events_of(calendar), recurrence, zone)
    if own is not None:
        calendar.subcomponents.remove(own)
    master = _master(events_of(calendar))
    master.add("EXDATE", [_like(master.get("DTSTART").dt, recurrence, zone)])
    _touch(master, now)
    return _written(calendar)


def is_same(one: str, other: str) -> bool:
    """Return whether two texts say the same about when, what and which time of a series."""
    return _essence(one) == _essence(other)


def _essence(ics: str) -> object:
    names = ("UID", "SUMMARY", "DTSTART", "DTEND", "RRULE", "SEQUENCE", "STATUS", "RECURRENCE-ID", "EXDATE")
    found: list[str] = []
    for event in events_of(parse(ics)):
        lines = event.content_lines()
        found += sorted(str(line) for line in lines if line.split(":")[0].split(";")[0].upper() in names)
    return sorted(found)


def _of(events: Sequence["Event"], recurrence: str | None, zone: ZoneInfo) -> "Event | None":
    if recurrence is None:
        return _master(events)
    for event in events:
        if "RECURRENCE-ID" in event and stamped(event.get("RECURRENCE-ID").dt, zone) == recurrence:
            return event
    return None


def _master(events: Sequence["Event"]) -> "Event":
    found = next((event for event in events if "RECURRENCE-ID" not in event), None)
    if found is None:
        raise RubbishError("the series that it is one of is not there")
    return found


def _like(first: date, recurrence: str, zone: ZoneInfo) -> date:
    """Return the name of one time of a series as a value of the sort, and in the zone, of its first time."""
    if not isinstance(first, datetime):
        return datetime.strptime(recurrence[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    at = datetime.strptime(recurrence, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    local = at.astimezone(first.tzinfo or zone)
    return local if first.tzinfo is not None else local.replace(tzinfo=None)


def _set_span(event: "Event", span: Span, zone: ZoneInfo) -> None:
    event.pop("DURATION", None)
    if span.all_day:
        _put(event, "DTSTART", span.begins.date())
        _put(event, "DTEND", span.ends.date())
        return
    # In the zone that the event has: whoever wrote it may live elsewhere.
    had = getattr(event.get("DTSTART"), "dt", None)
    own = had.tzinfo if isinstance(had, datetime) and had.tzinfo is not None else zone
    floating = isinstance(had, datetime) and had.tzinfo is None
    for name, wall in (("DTSTART", span.begins), ("DTEND", span.ends)):
        at = instant(wall, zone).astimezone(zone if floating else own)
        _put(event, name, at.replace(tzinfo=None) if floating else at)


def _put(event: "Event", name: str, value: date) -> None:
    event.pop(name, None)
    event.add(name, value)


def _touch(event: "Event", now: datetime) -> None:
    sequence = int(event.pop("SEQUENCE", 0))
    event.add("SEQUENCE", sequence + 1)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        event.pop(name, None)
        event.add(name, now.astimezone(UTC))


def _written(calendar: "Calendar") -> str:
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")
