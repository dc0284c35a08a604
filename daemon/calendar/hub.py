"""Calendars that Home Assistant has: whatever it can show, from a file of its own to somebody's account."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from daemon.calendar.feed import differing
from daemon.calendar.model import MOST_ITEMS, AwayError, Item, Pulled, RefusedError
from daemon.clock import Clock
from devices.homeassistant import HomeAssistant
from devices.homeassistant.client import HubError, mapping, objects

if TYPE_CHECKING:  # heavy to import, and needed only by houses that have a calendar
    from icalendar import Event

PAST, AHEAD = timedelta(days=31), timedelta(days=400)
"""What is asked for: Home Assistant works series out by itself, and tells each time as an event of its own."""
LONGEST_S = 60.0
"""It may have to ask somebody's server first."""


class HubCalendar:
    """One calendar of Home Assistant, which is only read: fulfils `daemon.calendar.model.Source`."""

    read_only = True

    def __init__(self, hub: HomeAssistant, entity: str, clock: Clock) -> None:
        """Take the id that it has there: ``calendar.family``."""
        self._hub, self._entity, self._clock = hub, entity, clock

    async def pull(self, token: str | None, known: Mapping[str, str]) -> Pulled:
        """Return what differs from what is known, by ``calendar.get_events`` (2023.12 and later).

        Raises:
            AwayError: Home Assistant does not answer, or has no such calendar.
        """
        del token
        now = self._clock.now()
        span = {"start_date_time": (now - PAST).isoformat(), "end_date_time": (now + AHEAD).isoformat()}
        target = {"entity_id": self._entity}
        try:
            answer = await self._hub.serve("calendar", "get_events", span, target, returns=True, timeout_s=LONGEST_S)
        except HubError as error:
            raise AwayError(f"Home Assistant does not tell what is in {self._entity!r}: {error}") from error
        told = mapping(mapping(answer).get(self._entity))
        if "events" not in told:
            raise AwayError(f"Home Assistant has no calendar {self._entity!r}")
        events = objects(told["events"])[:MOST_ITEMS]
        return await asyncio.to_thread(lambda: differing(_written(events), known, None))

    async def fetch(self, href: str) -> Item | None:
        """Return an event as it is there now.

        Raises:
            AwayError: Home Assistant does not answer.
        """
        return (await self.pull(None, {})).changed.get(href)

    async def put(self, href: str, ics: str, *, etag: str | None) -> str:
        """Refuse: it is written to where it is kept."""
        del href, ics, etag
        raise RefusedError("calendars of Home Assistant are only read here")

    async def delete(self, href: str, *, etag: str) -> None:
        """Refuse: it is written to where it is kept."""
        del href, etag
        raise RefusedError("calendars of Home Assistant are only read here")

    def href_of(self, uid: str) -> str:
        """Return the UID."""
        return uid


def _written(events: Sequence[Mapping[str, object]]) -> bytes:
    """Return them as one iCalendar text; what is no event is left out."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Hearth//EN")
    seen = set[str]()
    for told in events:
        event = _event(told)
        if event is not None and str(event["UID"]) not in seen:
            seen.add(str(event["UID"]))
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(told: Mapping[str, object]) -> "Event | None":
    from icalendar import Event

    begins, ends = _moment(told.get("start")), _moment(told.get("end"))
    if begins is None or ends is None or type(begins) is not type(ends):
        return None
    event = Event()
    # It tells no id: one that is moved is another one.
    words = "\n".join(str(told.get(key)) for key in ("start", "end", "summary", "location"))
    event.add("UID", sha256(words.encode(errors="replace")).hexdigest()[:32])
    event.add("DTSTART", begins)
    event.add("DTEND", ends)
    for name, key in (("SUMMARY", "summary"), ("LOCATION", "location")):
        if isinstance(text := told.get(key), str) and text:
            event.add(name, text)
    if not isinstance(begins, datetime):
        event.add("TRANSP", "TRANSPARENT")
    return event


def _moment(told: object) -> datetime | date | None:
    """Return a time in UTC, or a day; both come as ISO 8601."""
    try:
        text = str(told)
        return date.fromisoformat(text) if "T" not in text else datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
