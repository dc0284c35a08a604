"""What is due, noted, in the calendars, and was told: rows for programs."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict
from datetime import timedelta

from daemon.agenda import Agenda
from daemon.control import ControlError, Operation, Request, Stream
from daemon.household import Household
from daemon.notices import Notices
from daemon.notify.reading import Reading
from daemon.operations.fields import Fields, number
from daemon.operations.shapes import cause_json
from daemon.reminders import called
from daemon.schedule import Due
from devices.home import Home
from skills.model import Origin
from skills.views import Appointment, CalendarView, Kind

MOST_DAYS = 366
"""Days of the calendars in one answer."""
MOST_NOTICES = 10_000
"""Notices in one answer."""


class AgendaOperations:
    """Reads what is to come and what people were told."""

    def __init__(
        self,
        home: Home,
        household: Household,
        fields: Fields,
        *,
        agenda: Agenda,
        calendar: CalendarView,
        notices: Notices,
        told: Reading,
    ) -> None:
        """Take what keeps them."""
        self._home, self._household, self._fields = home, household, fields
        self._agenda, self._calendar = agenda, calendar
        self._notices, self._told = notices, told

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; nothing is wished for here."""
        del origin
        return {
            "due": self._due,
            "lists": self._lists,
            "calendar": self._events,
            "notices": self._told_lately,
            "notices.budget": self._allowances,
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return the notices, as they are told."""
        return {"notices.follow": self._follow}

    async def _due(self, request: Request) -> object:
        wanted = request.get("kind")
        kinds = [kind for kind in Kind if wanted in (None, kind.value)]
        if not kinds:
            raise ControlError("bad-request", f"there is no kind {wanted!r}", f"use one of {', '.join(Kind)}")
        rows = [self._appointment(one) for kind in kinds for one in self._agenda.open(kind)]
        aside = [due for due in self._agenda.aside() if wanted in (None, due.kind)]
        return [*rows, *(self._set_aside(due) for due in aside)]

    def _set_aside(self, due: Due) -> Mapping[str, object]:
        return {
            "id": due.id,
            "kind": due.kind,
            "at": self._fields.iso(due.at),
            "name": due.name,
            "text": called(due),
            "command": None,
            "rule": due.rule,
            "left_s": 0.0,
            "aside": True,
        }

    def _appointment(self, one: Appointment) -> Mapping[str, object]:
        area = self._home.area(one.area) if one.area else None
        left_s = (one.at - self._fields.now()).total_seconds() if one.paused_left_s is None else one.paused_left_s
        return {
            **asdict(one),
            "at": self._fields.iso(one.at) if one.paused_left_s is None else None,
            "left_s": round(max(0.0, left_s), 3),
            "area": area.name if area else one.area,
            "aside": False,
        }

    async def _lists(self, request: Request) -> object:
        name = request.get("list")
        return [asdict(item) for item in await self._agenda.items(name if isinstance(name, str) else None)]

    async def _events(self, request: Request) -> object:
        days = number(request, "days", 7, most=MOST_DAYS)
        person, now = self._fields.person(request), self._fields.now()
        notes = self._calendar.calendars(person=person)
        found = await self._calendar.events(now, now + timedelta(days=days), person=person)
        iso = self._fields.iso
        return {
            "calendars": [{**asdict(note), "as_of": iso(note.as_of)} for note in notes],
            "events": [{**asdict(event), "begins": iso(event.begins), "ends": iso(event.ends)} for event in found],
        }

    async def _told_lately(self, request: Request) -> object:
        rows = await self._told.recent(number(request, "limit", 50, most=MOST_NOTICES))
        return [self._fields.zoned(row) for row in rows]

    async def _allowances(self, request: Request) -> object:
        person = self._fields.person(request)
        people = [person] if person is not None else list(self._household.people)
        return [{"person": one, **asdict(each)} for one in people for each in self._told.allowances(one)]

    async def _follow(self, request: Request) -> AsyncGenerator[object]:
        del request
        async for notice in self._notices.follow():
            yield {
                "text": notice.text,
                "kind": notice.kind,
                "at": self._fields.iso(notice.at),
                "late": notice.late,
                "area": notice.area,
                "cause": cause_json(notice.cause),
            }
