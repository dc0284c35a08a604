"""Looks up what is no device: how a list or a calendar was before a step, and what came of one that a kill cut off.

A step's wish names its try for ever, and what falls due keeps the cause that made it: the same row is found again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from daemon.schedule import Due, Schedule
from devices.names import fold
from skills.actions import Listed, alarm_cancel, list_add, list_remove, reminder_cancel, timer_cancel
from skills.automated import RoutinesView
from skills.events import EventAdd, event_cancel
from skills.model import Action, CauseId, Outcome, Verdict
from skills.routines import RoutineSwitch
from skills.views import AgendaView, AwayError, CalendarView, Kind

_NOT_THERE = Outcome(Verdict.FAILED)
"""It did not come to pass: it can be done again."""
_ROWS: dict[str, tuple[Kind, Callable[[int], Action]]] = {
    "reminder.add": (Kind.REMINDER, reminder_cancel),
    "alarm.set": (Kind.ALARM, alarm_cancel),
    "timer.start": (Kind.TIMER, timer_cancel),
}


@dataclass(frozen=True, slots=True)
class Looking:
    """Knows what stands in lists, calendars, the ledger and among routines. It changes nothing."""

    schedule: Schedule
    zone: ZoneInfo
    now: Callable[[], datetime]
    agenda: AgendaView
    calendar: CalendarView
    routines: RoutinesView

    async def back(self, effect: str, parameters: BaseModel) -> Action | None:
        """Return what takes a wish back, as things are now; ``None`` where its outcome alone can tell."""
        match parameters:
            case Listed() if effect in ("list.add", "list.complete"):
                there = await self._listed(parameters.list)
                if there is None:
                    return None
                if effect == "list.complete":
                    open_ = [one for one in parameters.items if one in there]
                    return list_add(parameters.list, open_) if open_ else None
                new = [one for one in parameters.items if fold(one) not in {fold(each) for each in there}]
                return list_remove(parameters.list, new) if new else None
            case _:
                return None

    async def came(self, effect: str, parameters: BaseModel, cause: CauseId) -> Outcome | None:
        """Return what came of a wish that was cut off: done, or failed where nothing did; ``None``: nobody can say."""
        if effect in _ROWS:
            return self._row(effect, parameters, cause)
        match parameters:
            case Listed():
                return await self._list(effect, parameters)
            case EventAdd() if parameters.rule is None:
                return await self._event(parameters)
            case RoutineSwitch() if effect in ("routine.enable", "routine.disable"):
                on = next((one.enabled for one in self.routines.routines() if one.id == parameters.id), None)
                if on is None:
                    return None
                return Outcome(Verdict.DONE) if on is (effect == "routine.enable") else _NOT_THERE
            case _:
                return None

    def _row(self, effect: str, parameters: BaseModel, cause: CauseId) -> Outcome | None:
        kind, back = _ROWS[effect]
        found = next((due for due in self._open(kind) if due.cause.id == cause), None)
        if found is not None:
            return Outcome(Verdict.DONE, undo=back(found.id))
        wall = getattr(parameters, "wall", None)
        at = datetime.fromisoformat(cast("str", wall)).replace(tzinfo=self.zone) if wall else None
        # What may have fallen due meanwhile leaves no open row.
        return None if at is None or at <= self.now() else _NOT_THERE

    async def _list(self, effect: str, parameters: Listed) -> Outcome | None:
        there = await self._listed(parameters.list)
        if there is None:
            return None
        known = {fold(one) for one in there}
        wanted = {fold(one) for one in parameters.items}
        there_already = wanted <= known if effect == "list.add" else wanted.isdisjoint(known)
        if effect != "list.add" and not there_already and not wanted <= known:
            return None
        return Outcome(Verdict.DONE) if there_already else _NOT_THERE

    async def _event(self, parameters: EventAdd) -> Outcome | None:
        begins = datetime.fromisoformat(parameters.begins).replace(tzinfo=self.zone)
        found = await self.calendar.events(begins, begins + timedelta(seconds=1))
        same = [one for one in found if one.title == parameters.title and one.begins == begins]
        if not same:
            return _NOT_THERE
        return Outcome(Verdict.DONE, undo=event_cancel([same[0].id]))

    async def _listed(self, name: str) -> Sequence[str] | None:
        try:
            return [one.text for one in await self.agenda.items(name) if not one.done]
        except AwayError:
            return None

    def _open(self, kind: Kind) -> Sequence[Due]:
        return self.schedule.open(kind)
