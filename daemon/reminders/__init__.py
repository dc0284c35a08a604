"""Timers, alarms and reminders: rows of the time ledger, and the effects that make, change and end them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from daemon.reminders.noted import Noted, called, noted_of
from daemon.schedule import Due, DueId, Schedule, ScheduleError
from daemon.store import StoreError
from devices.model import AreaId
from skills.actions import (
    AlarmSet,
    AlarmSkip,
    Appointed,
    Condition,
    Moved,
    Parameters,
    ReminderAdd,
    TimerChange,
    TimerStart,
    alarm_cancel,
    alarm_set,
    alarm_skip,
    moved,
    reminder_add,
    reminder_cancel,
    timer_cancel,
    timer_change,
    timer_pause,
    timer_resume,
    timer_start,
)
from skills.builtin.times import lasting
from skills.builtin.words import named
from skills.effect import Effect, change
from skills.language import Words, say
from skills.model import Action, Cause, Origin, Outcome, Verdict
from skills.views import Appointment, Kind

__all__ = ["Noted", "Reminders", "called", "noted_of"]

P = TypeVar("P", bound=Parameters)
Settle = Callable[[Condition, Cause], Condition | str]

MOST_OPEN = 500
"""Open rows of one kind; more is a loop, not a household."""
COMMAND_LATE_S = 600.0
"""A command that waited for a timer is not carried out later than this: the house is not as it was."""
DAY_S = 86_400.0
WAITS_S = 30 * DAY_S
"""So long a reminder waits for what it is tied to."""
SHORTEST_S = 1.0
"""What is left at least of a timer that was shortened: one that is over cannot be heard to be changed."""

_WORDLESS = (Origin.MODEL, Origin.MCP, Origin.MQTT)
"""Doors through which comes what no person of the household has worded."""


class Reminders:
    """Makes, changes and ends what falls due for people, for the gateway; says what is open, for everyone."""

    def __init__(self, schedule: Schedule, settle: Settle = lambda on, _: on) -> None:
        """``settle`` returns what is waited for with its person named, or why it can't be waited for."""
        self._schedule, self._settle = schedule, settle
        self._listeners: list[Callable[[], None]] = []

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(TimerStart, "timer.start", _told(self._start), _start_words),
            change(TimerChange, "timer.change", _told(self._change), self._change_words),
            change(
                Appointed,
                "timer.pause",
                _told(self._pause),
                lambda given: say("pause {timer:acc}", timer=self._called(Kind.TIMER, given)),
            ),
            change(
                Appointed,
                "timer.resume",
                _told(self._resume),
                lambda given: say("resume {timer:acc}", timer=self._called(Kind.TIMER, given)),
            ),
            change(Appointed, "timer.cancel", _told(self._cancel_timer), self._cancel_words(Kind.TIMER)),
            change(AlarmSet, "alarm.set", _told(self._set_alarm), _alarm_words),
            change(Moved, "alarm.move", _told(partial(self._move, Kind.ALARM)), self._move_words(Kind.ALARM)),
            change(Appointed, "alarm.cancel", _told(self._cancel_alarm), self._cancel_words(Kind.ALARM)),
            change(AlarmSkip, "alarm.skip", _told(self._skip_alarm), _skip_words),
            change(
                ReminderAdd, "reminder.add", _told(self._remind), lambda given: say("remind: {text}", text=given.text)
            ),
            change(Moved, "reminder.move", _told(partial(self._move, Kind.REMINDER)), self._move_words(Kind.REMINDER)),
            change(Appointed, "reminder.cancel", _told(self._forget), self._cancel_words(Kind.REMINDER)),
        ]

    def open(self, kind: Kind) -> Sequence[Appointment]:
        """Return what is open of a kind, the next first."""
        return [self._appointment(due) for due in self._schedule.open(kind)]

    def aside(self) -> Sequence[Due]:
        """Return what was set aside: every start that handled it ended badly."""
        return self._schedule.aside

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` when an alarm or a reminder was made, moved or taken back."""
        self._listeners.append(listener)

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
        noted = _noted(cause, given.area, light=given.light)
        due = await self._added(Kind.ALARM, noted, cause, wall=wall, rule=given.rule, name=given.name)
        return _done(alarm_cancel(due.id)) if due else _full("alarms")

    async def _cancel_alarm(self, given: Appointed, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(Kind.ALARM, given.id)) is None:
            return _gone("alarm")
        await self._schedule.cancel(due.id)
        self._moved()
        noted, wall = noted_of(due), due.wall
        again = alarm_set(wall, rule=due.rule, name=due.name, area=noted.area, light=noted.light) if wall else None
        return _done(again)

    async def _skip_alarm(self, given: AlarmSkip, cause: Cause) -> Outcome:
        del cause
        due = self._find(Kind.ALARM, given.id)
        if due is None or due.rule is None or due.begins is None:
            return _gone("alarm")
        wall = datetime.fromisoformat(given.wall)
        line = f"EXDATE:{wall:%Y%m%dT%H%M%S}"
        kept = [part for part in due.rule.split() if part != line]
        await self._schedule.change(due.id, wall=due.begins, rule="\n".join(kept if given.ring else [*kept, line]))
        self._moved()
        return _done(alarm_skip(due.id, wall, ring=not given.ring))

    async def _remind(self, given: ReminderAdd, cause: Cause) -> Outcome:
        wall = datetime.fromisoformat(given.wall) if given.wall else None
        if sum(one is not None for one in (wall, given.after_s, given.on)) != 1:
            return Outcome(Verdict.FAILED, say("a reminder needs a time or something to wait for, and only one"))
        on, after_s = given.on, given.after_s
        if on is not None:
            settled = self._settle(on, cause)
            if isinstance(settled, str):
                return Outcome(Verdict.FAILED, settled)
            on, after_s = settled, WAITS_S
        noted = _noted(
            cause, given.area, text=given.text, on=on, insist=given.insist, command=given.command, armed=False
        )
        due = await self._added(Kind.REMINDER, noted, cause, wall=wall, after_s=after_s, rule=given.rule)
        return _done(reminder_cancel(due.id)) if due else _full("reminders")

    async def _forget(self, given: Appointed, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(Kind.REMINDER, given.id)) is None:
            return _gone("reminder")
        noted, wall = noted_of(due), due.wall
        after_s = None if wall or noted.on else self._left_s(due)
        await self._schedule.cancel(due.id)
        self._moved()
        again = reminder_add(
            noted.text,
            wall=wall,
            after_s=after_s,
            on=noted.on,
            rule=due.rule,
            area=noted.area,
            insist=noted.insist,
            command=noted.command,
        )
        return _done(again)

    # What they share

    async def _move(self, kind: Kind, given: Moved, cause: Cause) -> Outcome:
        del cause
        if (due := self._find(kind, given.id)) is None:
            return _gone(kind)
        wall = datetime.fromisoformat(given.wall) if given.wall else None
        if (wall is None) == (given.after_s is None):
            return Outcome(Verdict.FAILED, say("it needs a time, and only one"))
        back = moved(kind, due.id, wall=due.wall, after_s=None if due.wall else self._left_s(due))
        await self._schedule.change(due.id, wall=wall, after_s=given.after_s, rule=due.rule)
        self._moved()
        return _done(back)

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
        due = await self._schedule.add(
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
        self._moved()
        return due

    def _moved(self) -> None:
        for listener in self._listeners:
            listener()

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
            noted.on.words if noted.on is not None else "",
            noted.insist,
            light=noted.light,
            person=due.owner,
        )

    def _called(self, kind: Kind, given: Appointed) -> Words:
        due = self._find(kind, given.id)
        if due is None:
            return Words(say(_NOT_THERE[kind]))
        return named(called(due), "wake-up" if kind is Kind.ALARM else kind)

    def _change_words(self, given: TimerChange) -> str:
        longer = "let {timer:acc} run {length:acc} longer"
        text = longer if given.by_s >= 0 else "let {timer:acc} run {length:acc} shorter"
        return say(text, timer=self._called(Kind.TIMER, given), length=lasting(abs(given.by_s)))

    def _move_words(self, kind: Kind) -> Callable[[Moved], str]:
        return lambda given: say("move {thing:acc}", thing=self._called(kind, given))

    def _cancel_words(self, kind: Kind) -> Callable[[Appointed], str]:
        return lambda given: say("cancel {thing:acc}", thing=self._called(kind, given))


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


_NOT_THERE = {
    Kind.TIMER: "a timer that is not there",
    Kind.ALARM: "an alarm that is not there",
    Kind.REMINDER: "a reminder that is not there",
}
_GONE = {
    "timer": "that timer is not there any more",
    "alarm": "that alarm is not there any more",
    "reminder": "that reminder is not there any more",
}
_FULL = {
    "timers": "there are {n} timers already",
    "alarms": "there are {n} alarms already",
    "reminders": "there are {n} reminders already",
}


def _gone(what: str) -> Outcome:
    return Outcome(Verdict.FAILED, say(_GONE[what]))


def _full(what: str) -> Outcome:
    return Outcome(Verdict.FAILED, say(_FULL[what], n=MOST_OPEN))


def _start_words(given: TimerStart) -> str:
    if given.command:
        return say("{command} in {length:dat}", command=given.command, length=lasting(given.length_s))
    if given.name:
        return say("start a timer of {length:acc} called {name}", length=lasting(given.length_s), name=given.name)
    return say("start a timer of {length:acc}", length=lasting(given.length_s))


def _skip_words(given: AlarmSkip) -> str:
    text = "ring at {time}" if given.ring else "do not ring at {time}"
    return say(text, time=given.wall.replace("T", " "))


def _alarm_words(given: AlarmSet) -> str:
    return say("set an alarm for {time}", time=given.wall.replace("T", " "))
