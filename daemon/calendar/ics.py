"""Reading iCalendar (RFC 5545): a text split into its objects, and each object's times within a window.

What comes in is hostile until shown otherwise: its size, its number of objects and of times are bounded, a rule that
never comes ends with the window, and what cannot be read is left out.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, cast

from daemon.calendar.model import (
    BIGGEST_CALENDAR,
    BIGGEST_ITEM,
    LONGEST_PLACE,
    LONGEST_TITLE,
    MOST_ITEMS,
    Item,
    RubbishError,
    Slot,
    cleaned,
)
from skills.walltime import at_wall

if TYPE_CHECKING:  # heavy to import, and needed only by houses that have a calendar
    from icalendar import Calendar, Event

log = logging.getLogger("hearth." + __name__)

MOST_TIMES = 1_000
"""Times of one series within the window."""
MOST_LOOKED_AT = 100_000
"""Times of one series that are passed over to come to the window: a daily one since 1900 has 46,000."""
MOST_A_DAY = 24
MOST_RULES = 4
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
LONGEST = timedelta(days=3 * 366)

_RULES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
"""How often what stands in a calendar may come; more often is a mistake, or an attack."""
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_RARE_PARTS = frozenset({"BYSETPOS", "BYWEEKNO", "BYYEARDAY"})
_CLOCK_PARTS = ("BYHOUR", "BYMINUTE", "BYSECOND")


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that is looked at, and the zone that times without one are in."""

    since: datetime
    until: datetime
    zone: tzinfo


def parse(ics: str | bytes) -> "Calendar":
    """Return a text as a calendar.

    Raises:
        RubbishError: it is none, or is too large.
    """
    from icalendar import Calendar

    if len(ics) > BIGGEST_CALENDAR:
        raise RubbishError(f"it is larger than {BIGGEST_CALENDAR // 1024 // 1024} MB")
    try:
        found = Calendar.from_ical(ics)
    except Exception as error:  # foreign code on foreign text: whatever it raises, it is no calendar to us
        raise RubbishError(f"it is no iCalendar text: {str(error)[:120]}") from error
    if found.name != "VCALENDAR":
        raise RubbishError("it is no iCalendar text: it has no VCALENDAR")
    return found


def split(ics: str | bytes) -> tuple[Mapping[str, Item], int]:
    """Return the objects of a text by UID, each with the zones it needs, and how many were left out.

    Raises:
        RubbishError: it is no calendar, or is too large.
    """
    from icalendar import Calendar

    whole = parse(ics)
    zones = {str(zone.get("TZID")): zone for zone in whole.walk("VTIMEZONE")}
    by_uid: dict[str, list[Event]] = {}
    skipped = 0
    for event in events_of(whole):
        uid = str(event.get("UID", ""))
        if uid and (uid in by_uid or len(by_uid) < MOST_ITEMS):
            by_uid.setdefault(uid, []).append(event)
        else:
            skipped += 1
    items: dict[str, Item] = {}
    for uid, events in by_uid.items():
        one = Calendar()
        one.add("VERSION", "2.0")
        one.add("PRODID", str(whole.get("PRODID", "-//Hearth//EN")))
        wanted = {str(tzid) for event in events for tzid in _zones_of(event)}
        for part in (*(zones[tzid] for tzid in sorted(wanted) if tzid in zones), *events):
            one.add_component(part)
        data = one.to_ical()
        if len(data) > BIGGEST_ITEM:
            skipped += 1
        else:
            items[uid] = Item(sha256(data).hexdigest()[:16], data.decode())
    return items, skipped


def events_of(calendar: "Calendar") -> Sequence["Event"]:
    """Return the events in a calendar."""
    return cast("Sequence[Event]", calendar.walk("VEVENT"))


def times(ics: str, window: Window) -> Sequence[Slot]:
    """Return when an object takes place within a window, and, where it comes once only, at whatever time that is.

    Raises:
        RubbishError: it is no calendar.
    """
    found: dict[tuple[str, str | None], Slot | None] = {}
    # What differs in a series takes the place of what its rule says, wherever it stands in the text.
    for event in sorted(events_of(parse(ics)), key=lambda event: "RECURRENCE-ID" in event):
        try:
            if "RECURRENCE-ID" in event:
                found.update(_override(event, window))
            else:
                found.update({(slot.uid, slot.recurrence): slot for slot in _series(event, window)})
        except Exception:  # foreign code on foreign text: one event that is wrong must not hide the others
            log.debug("an event cannot be read", exc_info=True)
    return [slot for slot in found.values() if slot is not None][:MOST_TIMES]


def stamped(value: date, zone: tzinfo) -> str:
    """Return a date or a time as the name of one time of a series: ``20260302``, ``20260302T140000Z``."""
    return f"{value:%Y%m%d}" if not isinstance(value, datetime) else f"{instant(value, zone):%Y%m%dT%H%M%SZ}"


def instant(value: date, zone: tzinfo) -> datetime:
    """Return a date, a floating time, or a time in a zone as a point in time, in UTC."""
    if not isinstance(value, datetime):
        return at_wall(value, time(0), zone).astimezone(UTC)
    return at_wall(value.date(), value.time(), value.tzinfo or zone).astimezone(UTC)


def _override(event: "Event", window: Window) -> Mapping[tuple[str, str | None], Slot | None]:
    recurrence = stamped(_value(event, "RECURRENCE-ID"), window.zone)
    slot = _slot(event, _value(event, "DTSTART"), recurrence, window.zone)
    inside = slot is not None and slot.ends >= window.since and slot.begins < window.until
    return {(str(event["UID"]), recurrence): slot if inside else None}


def _series(event: "Event", window: Window) -> Iterator[Slot]:
    first = _value(event, "DTSTART")
    if "RRULE" not in event and "RDATE" not in event:
        slot = _slot(event, first, None, window.zone)
        if slot is not None:
            yield slot
        return
    excluded = {stamped(value, window.zone) for value in _dates(event, "EXDATE")}
    length = _length(event, first, window.zone)
    came: set[str] = set()
    starts = islice(_starts(event, first, window), MOST_LOOKED_AT)
    for start in starts:
        name = stamped(start, window.zone)
        begins = instant(start, window.zone)
        skipped = name in excluded or f"{start:%Y%m%d}" in excluded or name in came
        if skipped or begins + length <= window.since or begins >= window.until:
            continue
        came.add(name)
        slot = _slot(event, start, name, window.zone)
        if slot is not None:
            yield slot
        if len(came) >= MOST_TIMES:
            return


def _starts(event: "Event", first: date, window: Window) -> Iterator[date]:
    """Return when a series begins each time, in the form of its first time."""
    yield first
    yield from _dates(event, "RDATE")
    for rule in _several(event.get("RRULE"))[:MOST_RULES]:
        yield from _by_rule(cast("Mapping[str, list[object]]", rule), first, window)


def _by_rule(rule: Mapping[str, list[object]], first: date, window: Window) -> Iterator[date]:
    from dateutil.rrule import rrulestr

    if not _is_sane(rule):
        return
    parts = {name.upper(): ",".join(_said(one) for one in values) for name, values in rule.items()}
    until = next(iter(rule.get("UNTIL", [])), None)
    count = int(str(next(iter(rule.get("COUNT", [MOST_LOOKED_AT])))))
    for end_of_it in ("UNTIL", "COUNT"):
        parts.pop(end_of_it, None)
    wall = first.replace(tzinfo=None) if isinstance(first, datetime) else datetime.combine(first, time(0))
    # With an end of its own, a rule that never comes (30 February) is not looked for until the year 9999.
    end = window.until.astimezone(window.zone).replace(tzinfo=None) + timedelta(days=1)
    text = ";".join(f"{name}={value}" for name, value in parts.items()) + f";UNTIL={end:%Y%m%dT%H%M%S}"
    try:
        walls = iter(rrulestr(text, dtstart=wall))
    except (ValueError, TypeError, KeyError):
        return
    for at in islice(walls, max(0, count)):
        start: date = at.replace(tzinfo=first.tzinfo) if isinstance(first, datetime) else at.date()
        if isinstance(until, date) and _is_beyond(start, until, window.zone):
            return
        yield start


def _said(value: object) -> str:
    written = getattr(value, "to_ical", None)
    return cast("bytes", written()).decode() if written is not None else str(value)


def _is_sane(rule: Mapping[str, list[object]]) -> bool:
    """Return whether a rule comes as calendars' do; dateutil looks for what never comes until the year 9999."""
    often = str(next(iter(rule.get("FREQ", [])), "")).upper()
    a_day = 1
    for part in _CLOCK_PARTS:
        a_day *= len(rule.get(part, [0])) or 1
    paced = all(int(str(interval)) >= 1 for interval in rule.get("INTERVAL", []))
    plain = often in ("MONTHLY", "YEARLY") or not _RARE_PARTS & rule.keys()
    days = [int(str(day)) for day in rule.get("BYMONTHDAY", [])]
    months = [int(_said(month)) for month in rule.get("BYMONTH", [])] or [1]
    possible = not days or any(abs(day) <= _LONGEST_MONTHS[month - 1] for day in days for month in months)
    return often in _RULES and a_day <= MOST_A_DAY and paced and plain and possible


def _is_beyond(start: date, until: date, zone: tzinfo) -> bool:
    if isinstance(until, datetime) and isinstance(start, datetime):
        return instant(start, zone) > instant(until, start.tzinfo or zone)
    return date(start.year, start.month, start.day) > date(until.year, until.month, until.day)


def _slot(event: "Event", start: date, recurrence: str | None, zone: tzinfo) -> Slot | None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or not EARLIEST_YEAR <= start.year <= LATEST_YEAR:
        return None
    begins = instant(start, zone)
    all_day = not isinstance(start, datetime)
    if all_day:
        days = max(1, round(_length(event, _value(event, "DTSTART"), zone) / timedelta(days=1)))
        ends = instant(start + timedelta(days=days), zone)
    else:
        ends = begins + _length(event, _value(event, "DTSTART"), zone)
    attendees = event.get("ATTENDEE")
    return Slot(
        str(event["UID"]),
        recurrence,
        cleaned(event.get("SUMMARY", ""), LONGEST_TITLE) or "something without a title",
        cleaned(event.get("LOCATION", ""), LONGEST_PLACE),
        begins,
        ends,
        all_day,
        busy=str(event.get("TRANSP", "")).upper() != "TRANSPARENT",
        guests=attendees is not None,
    )


def _length(event: "Event", first: date, zone: tzinfo) -> timedelta:
    """Return how long it takes, elapsed; what cannot be is nothing, or as long as it may be."""
    if "DTEND" in event:
        length = instant(_value(event, "DTEND"), zone) - instant(first, zone)
    elif isinstance(found := getattr(event.get("DURATION"), "dt", None), timedelta):
        length = found
    else:
        length = timedelta(0) if isinstance(first, datetime) else timedelta(days=1)
    return min(max(length, timedelta(0)), LONGEST)


def _value(event: "Event", name: str) -> date:
    value: object = getattr(event[name], "dt", None)
    if not isinstance(value, date) or not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        raise ValueError(f"{name} is no time: {value!r}")
    return value


def _dates(event: "Event", name: str) -> Iterator[date]:
    """Return the dates and times of a property that may be there several times, each with several values."""
    for line in _several(event.get(name)):
        for one in cast("list[object]", getattr(line, "dts", [])):
            found = cast("object", getattr(one, "dt", None))
            value = cast("tuple[object, ...]", found)[0] if isinstance(found, tuple) else found
            if isinstance(value, date) and EARLIEST_YEAR <= value.year <= LATEST_YEAR:
                yield value


def _several(value: object) -> Sequence[object]:
    if value is None:
        return ()
    return cast("list[object]", value) if isinstance(value, list) else (value,)


def _zones_of(event: "Event") -> Iterator[object]:
    for _, value in event.property_items(recursive=False):
        parameters = getattr(value, "params", None)
        if parameters and "TZID" in parameters:
            yield parameters["TZID"]
