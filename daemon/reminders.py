"""Timers, alarms and reminders: rows of the time ledger, and the effects that make, change and end them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from daemon.schedule import Due, DueId, Schedule, ScheduleError
from daemon.store import StoreError
from devices.model import AreaId
from skills.actions import (
    AlarmSet,
    AlarmSnooze,
    Appointed,
    Parameters,
    ReminderAdd,
    TimerChange,
    TimerStart,
    alarm_cancel,
    alarm_set,
    reminder_add,
    reminder_cancel,
    timer_cancel,
    timer_change,
    timer_pause,
    timer_resume,
    timer_start,
)
from skills.builtin.times import lasting, timer_named
from skills.builtin.words import with_article
from skills.effect import Effect, change
from skills.model import Action, Cause, Origin, Outcome, Verdict
from skills.views import Appointment, Kind

P = TypeVar("P", bound=Parameters)

MOST_OPEN = 500
"""Open rows of one kind; more is a loop, not a household."""
COMMAND_LATE_S = 600.0
"""A command that waited for a timer is not carried out later than this: the house is not as it was."""
DAY_S = 86_400.0
SHORTEST_S = 1.0
"""What is left at least of a timer that was shortened: one that is over cannot be heard to be changed."""

_WORDLESS = (Origin.MODEL, Origin.MCP, Origin.MQTT)
"""Doors through which comes what no person of the household has worded."""


class Noted(BaseModel):
    """What a row of the ledger carries for us."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    length_s: float | None = None
    text: str = ""
    command: str | None = None
    area: AreaId | None = None
    tainted: bool = False
    """Whether what is to be done came from outside the household, or was worded by no person of it."""


class Reminders:
    """Makes, changes and ends what falls due for people, for the gateway; says what is open, for everyone."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._rang: Due | None = None

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(TimerStart, "timer.start", _told(self._start), _start_words),
            change(TimerChange, "timer.change", _told(self._change), self._change_words),
            change(
                Appointed, "timer.pause", _told(self._pause), lambda given: f"pause {self._called(Kind.TIMER, given)}"
            ),
            change(
                Appointed,
                "timer.resume",
                _told(self._resume),
                lambda given: f"resume {self._called(Kind.TIMER, given)}",
            ),
            change(Appointed, "timer.cancel", _told(self._cancel_timer), self._cancel_words(Kind.TIMER)),
            change(AlarmSet, "alarm.set", _told(self._set_alarm), _alarm_words),
            change(Appointed, "alarm.cancel", _told(self._cancel_alarm), self._cancel_words(Kind.ALARM)),
            change(
                AlarmSnooze, "alarm.snooze", _told(self._snooze), lambda given: f"ring again in {lasting(given.for_s)}"
            ),
            change(ReminderAdd, "reminder.add", _told(self._remind), lambda given: f"remind: {given.text}"),
            change(Appointed, "reminder.cancel", _told(self._forget), self._cancel_words(Kind.REMINDER)),
        ]

    def open(self, kind: Kind) -> Sequence[Appointment]:
        """Return what is open of a kind, the next first."""
        return [self._appointment(due) for due in self._schedule.open(kind)]

    def rang(self, due: Due) -> None:
        """Remember an alarm that rings now: it is what is snoozed."""
        self._rang = due

    # Timers

    async def _start(self, given: TimerStart, cause: Cause) -> Outcome:
        noted = _noted(cause, given.area, length_s=given.length_s, command=given.command)
        due = await self._added(Kind.TIMER, noted, cause, after_s=given.length_s, name=given.name)
        return _done(timer_cancel(due.id)) if due else _full("timers")

    async def _change(self, given: TimerChange, cause: Cause) -> Outcome:
        del cause
        due = self._find(Kind.TIMER, given.id)
        if due is None:
            return _gone("timer")
        left_s = self._left_s(due)
        new_s = max(SHORTEST_S, left_s + given.by_s)
        await self._schedule.change(due.id, after_s=new_s)
        return _done(timer_change(due.id, left_s - new_s))

    async def _pause(self, given: Appointed, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(Kind.TIMER, given.id)) is None:
            return _gone("timer")
        await self._schedule.pause(due.id)
        return _done(timer_resume(due.id))

    async def _resume(self, given: Appointed, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(Kind.TIMER, given.id)) is None:
            return _gone("timer")
        await self._schedule.resume(due.id)
        return _done(timer_pause(due.id))

    async def _cancel_timer(self, given: Appointed, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(Kind.TIMER, given.id)) is None:
            return _gone("timer")
        noted, left_s = noted_of(due), self._left_s(due)
        await self._schedule.cancel(due.id)
        return _done(timer_start(left_s, name=due.name, area=noted.area, command=noted.command))

    # Alarms and reminders

    async def _set_alarm(self, given: AlarmSet, cause: Cause) -> Outcome:
        wall = datetime.fromisoformat(given.wall)
        noted = _noted(cause, given.area)
        due = await self._added(Kind.ALARM, noted, cause, wall=wall, rule=given.rule, name=given.name)
        return _done(alarm_cancel(due.id)) if due else _full("alarms")

    async def _cancel_alarm(self, given: Appointed, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(Kind.ALARM, given.id)) is None:
            return _gone("alarm")
        await self._schedule.cancel(due.id)
        wall = due.wall
        return _done(alarm_set(wall, rule=due.rule, area=noted_of(due).area) if wall else None)

    async def _snooze(self, given: AlarmSnooze, cause: Cause) -> Outcome:
        if self._rang is None:
            return Outcome(Verdict.FAILED, "no alarm has rung")
        noted = _noted(cause, noted_of(self._rang).area)
        due = await self._added(Kind.ALARM, noted, cause, after_s=given.for_s, name=self._rang.name)
        return _done(alarm_cancel(due.id)) if due else _full("alarms")

    async def _remind(self, given: ReminderAdd, cause: Cause) -> Outcome:
        wall = datetime.fromisoformat(given.wall) if given.wall else None
        if (wall is None) == (given.after_s is None):
            return Outcome(Verdict.FAILED, "a reminder needs a time, and only one")
        noted = _noted(cause, given.area, text=given.text)
        due = await self._added(Kind.REMINDER, noted, cause, wall=wall, after_s=given.after_s, rule=given.rule)
        return _done(reminder_cancel(due.id)) if due else _full("reminders")

    async def _forget(self, given: Appointed, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(Kind.REMINDER, given.id)) is None:
            return _gone("reminder")
        noted, wall = noted_of(due), due.wall
        await self._schedule.cancel(due.id)
        again = reminder_add(
            noted.text,
            wall=wall,
            after_s=None if wall else self._left_s(due),
            rule=due.rule,
            area=noted.area,
        )
        return _done(again)

    # What they share

    async def _added(
        self,
        kind: Kind,
        noted: Noted,
        cause: Cause,
        *,
        wall: datetime | None = None,
        after_s: float | None = None,
        rule: str | None = None,
        name: str | None = None,
    ) -> Due | None:
        if len(self._schedule.open(kind)) >= MOST_OPEN:
            return None
        payload = noted.model_dump(mode="json", exclude_defaults=True)
        return await self._schedule.add(
            kind=kind,
            payload=payload,
            cause=cause,
            wall=wall,
            after_s=after_s,
            rule=rule,
            window_s=COMMAND_LATE_S if noted.command else DAY_S,
            owner=cause.person,
            name=name,
        )

    def _find(self, kind: Kind, id: int) -> Due | None:
        due = self._schedule.find(DueId(id))
        return due if due is not None and due.kind == kind else None

    def _left_s(self, due: Due) -> float:
        return max(SHORTEST_S, self._schedule.left(due.id).total_seconds())

    def _appointment(self, due: Due) -> Appointment:
        noted = noted_of(due)
        return Appointment(
            due.id,
            Kind(due.kind),
            due.at,
            due.name,
            noted.text,
            noted.area,
            noted.length_s,
            due.paused_left_s,
            due.rule,
            noted.command,
        )

    def _called(self, kind: Kind, given: Appointed) -> str:
        due = self._find(kind, given.id)
        return with_article(called(due)) if due else f"a {kind} that is not there"

    def _change_words(self, given: TimerChange) -> str:
        by = f"{lasting(abs(given.by_s))} {'longer' if given.by_s >= 0 else 'shorter'}"
        return f"let {self._called(Kind.TIMER, given)} run {by}"

    def _cancel_words(self, kind: Kind) -> Callable[[Appointed], str]:
        return lambda given: f"cancel {self._called(kind, given)}"


def called(due: Due) -> str:
    """Return what a row is, without an article: ``pasta timer``, ``alarm``, ``reminder to call mum``."""
    noted = noted_of(due)
    match Kind(due.kind):
        case Kind.TIMER:
            return timer_named(due.name, noted.length_s)
        case Kind.ALARM:
            return f"{due.name} alarm" if due.name else "alarm"
        case Kind.REMINDER:
            return f"reminder to {noted.text}"


def noted_of(due: Due) -> Noted:
    """Return what a row carries."""
    return Noted.model_validate(due.payload)


def _noted(cause: Cause, area: AreaId | None, **fields: object) -> Noted:
    tainted = cause.tainted or cause.origin in _WORDLESS
    return Noted.model_validate({"area": area or cause.area, "tainted": tainted, **fields})


def _told(execute: Callable[[P, Cause], Awaitable[Outcome]]) -> Callable[[P, Cause], Awaitable[Outcome]]:
    """Return the same with what the ledger refuses as an outcome: a rule that is none, a row that has just come due."""

    async def told(given: P, cause: Cause) -> Outcome:
        try:
            return await execute(given, cause)
        except (ScheduleError, StoreError) as error:
            return Outcome(Verdict.FAILED, str(error))

    return told


def _done(undo: Action | None) -> Outcome:
    return Outcome(Verdict.DONE, undo=undo)


def _gone(what: str) -> Outcome:
    return Outcome(Verdict.FAILED, f"that {what} is not there any more")


def _full(what: str) -> Outcome:
    return Outcome(Verdict.FAILED, f"there are {MOST_OPEN} {what} already")


def _start_words(given: TimerStart) -> str:
    if given.command:
        return f"{given.command} in {lasting(given.length_s)}"
    name = f" called {given.name}" if given.name else ""
    return f"start a timer of {lasting(given.length_s)}{name}"


def _alarm_words(given: AlarmSet) -> str:
    return f"set an alarm for {given.wall.replace('T', ' ')}"
