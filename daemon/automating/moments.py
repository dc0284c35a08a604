"""Starts and ends of what stands in calendars, as routines wait for them: one row of the ledger, for the next."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from daemon.automating.dues import Dues
from daemon.automating.living import Kept
from daemon.clock import Clock
from daemon.routines.triggers import CalendarTrigger
from daemon.routines.world import CalendarMoment
from daemon.schedule import Due
from devices.names import slug
from skills.model import Cause, CauseId, Origin
from skills.views import CalendarView, Event

KEY = "calendar/"
AHEAD = timedelta(days=2)
LOOK = timedelta(hours=1)
"""A calendar may have another entry by then: so often it is looked at again, if a routine waits for one."""
_CAUSE = Cause(CauseId("routine/calendar"), Origin.DAEMON)


class Moments:
    """Knows when the next moment is that a routine waits for."""

    def __init__(self, calendar: CalendarView, clock: Clock, zone: ZoneInfo, dues: Dues) -> None:
        self._calendar, self._clock, self._zone, self._dues = calendar, clock, zone, dues

    def replan(self) -> None:
        """Have the calendars looked at at once: another routine waits for them."""
        now = self._clock.now()
        self._dues.want(KEY, now, {"since": now.isoformat()}, _CAUSE)

    async def due(self, due: Due, routines: Iterable[Kept]) -> Sequence[CalendarMoment]:
        """Return what has come since the row was written, and have the next one written.

        Raises:
            StoreError: the calendars cannot be read.
        """
        since, now = datetime.fromisoformat(str(due.payload["since"])), self._clock.now()
        wanted: set[tuple[str, Literal["start", "end"], timedelta]] = {
            (entity, when.event, when.offset)
            for kept in routines
            if kept.routine.enabled
            for trigger in kept.routine.triggers
            if trigger.enabled and isinstance(when := trigger.when, CalendarTrigger)
            for entity in when.entity_id
        }
        if not wanted:
            return ()
        furthest = max(abs(offset) for _, _, offset in wanted)
        events = await self._calendar.events(since - furthest, now + AHEAD + furthest)
        found = [
            (at, CalendarMoment(entity, which, offset, self._entry(event)))
            for entity, which, offset in wanted
            for event in events
            if entity.partition(".")[2].removeprefix("hearth_") == slug(event.calendar)
            and (at := (event.begins if which == "start" else event.ends) + offset).timestamp() > since.timestamp()
        ]
        coming = [at for at, _ in found if at.timestamp() > now.timestamp()]
        self._dues.want(KEY, min([*coming, now + LOOK], key=datetime.timestamp), {"since": now.isoformat()}, _CAUSE)
        return [moment for at, moment in found if at.timestamp() <= now.timestamp()]

    def _entry(self, event: Event) -> dict[str, str | bool]:
        return {
            "summary": event.title,
            "start": event.begins.astimezone(self._zone).isoformat(),
            "end": event.ends.astimezone(self._zone).isoformat(),
            "description": "",
            "location": event.place,
            "all_day": event.all_day,
        }
