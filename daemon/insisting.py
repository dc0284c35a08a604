"""Comes back until somebody takes note: alarms ring on, louder and louder, and some reminders are told again.

What comes back is a row of the time ledger that moves from step to step: a kill in the midst of it rings again at the
next start. Whether somebody took note is looked up in what became of the notices, so that an answer ends it even where
we were stopped before we heard of it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from daemon.clock import Clock
from daemon.notify.model import Announce, Answer, Notice, Response
from daemon.reminders.noted import alarm_called, wish_behind
from daemon.schedule import Due, Lateness, Schedule, ScheduleError, UnknownDueError
from daemon.store import StoreError
from devices.model import AreaId
from devices.names import fold
from skills.actions import AlarmSnooze, Nothing, ReminderDone, alarm_stop
from skills.builtin.times import lasting
from skills.builtin.words import clock as time_of_day
from skills.builtin.words import sentence
from skills.effect import Effect, change
from skills.language import say
from skills.model import Cause, Outcome, Verdict
from skills.views import Appointment, Kind

log = logging.getLogger("hearth." + __name__)

KIND = "again"
"""Of the rows in the ledger."""
RING_S = 30.0
"""Between two steps of an alarm."""
LEVELS = (0.15, 0.25, 0.35, 0.5, 0.65, 0.8, 1.0)
"""How loud each step is, 0 to 1; the last for ever after."""
SAID_EVERY = 6
"""At every so manieth step an alarm is told anew, to reach those whom no loudspeaker does."""
RINGS_FOR = timedelta(minutes=30)
"""Who is not woken by then is not there."""
TOLD_AFTER_S = (300.0, 600.0, 1_200.0, 2_400.0, 3_600.0)
"""How long after it was told a reminder is told again; the last for ever after."""
TOLD_FOR = timedelta(hours=24)


class Ringer(Protocol):
    """What can ring in a room: whoever speaks there, see `daemon.channels.speech.Speaker`."""

    async def ring(self, area: AreaId | None, *, key: str, level: float) -> bool:
        """Ring under a key until hushed, at a level from 0 to 1 that replaces the one before; ``False`` if nothing
        took it. Must return once it rings, within seconds.
        """
        ...

    async def hush(self, key: str) -> None:
        """Be silent; nothing if it does not ring."""
        ...


class Notifier(Protocol):
    """What is needed of the notices."""

    async def response(self, key: str) -> Response:
        """Return what was answered to a notice, or to what was told again of it under ``key/…``."""
        ...

    async def close(self, key: str, answer: Answer, cause: Cause) -> None:
        """Take a wish that came without a channel as the answer to them."""
        ...


class Again(BaseModel):
    """What a row carries."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    """That of the notice; what is told again has a number behind it."""
    kind: Kind
    text: str
    """Of an alarm its name, of a reminder what to do."""
    area: AreaId | None = None
    begun: datetime
    step: int = 0

    @property
    def over(self) -> timedelta:
        """How long it comes back."""
        return RINGS_FOR if self.kind is Kind.ALARM else TOLD_FOR

    @property
    def next_s(self) -> float:
        """How long it is until the next step."""
        return RING_S if self.kind is Kind.ALARM else TOLD_AFTER_S[min(max(0, self.step - 1), len(TOLD_AFTER_S) - 1)]


@dataclass(frozen=True, slots=True)
class _Open:
    due: Due
    again: Again


class Insisting:
    """Keeps at what is to come back, through the ledger."""

    def __init__(
        self,
        schedule: Schedule,
        notifier: Notifier,
        announce: Announce,
        *,
        clock: Clock,
        zone: tzinfo,
        ringer: Ringer | None = None,
    ) -> None:
        """Have the ledger hand over the steps. Without a ``ringer`` an alarm is only told."""
        self._schedule, self._notifier, self._announce = schedule, notifier, announce
        self._clock, self._zone, self._ringer = clock, zone, ringer
        schedule.handle(KIND, self.step)

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(Nothing, "alarm.stop", self._stop, lambda _: "stop the alarm"),
            change(
                AlarmSnooze,
                "alarm.snooze",
                self._snooze,
                lambda given: say("ring again in {length:dat}", length=lasting(given.for_s)),
            ),
            change(ReminderDone, "reminder.done", self._done, _done_words),
        ]

    def coming_back(self, kind: Kind) -> Sequence[Appointment]:
        """Return the alarms that ring or were put off, or the reminders that are told again."""
        found = self._open(kind)
        if kind is Kind.ALARM:
            return [
                Appointment(one.due.id, kind, one.due.at, one.again.text or None, area=one.again.area, ringing=True)
                for one in found
            ]
        return [
            Appointment(one.due.id, kind, one.due.at, text=one.again.text, area=one.again.area, ringing=True)
            for one in found
        ]

    async def begin(self, due: Due, kind: Kind, text: str, *, key: str, area: AreaId | None) -> None:
        """Let something that was just told come back until somebody takes note; of a row that is begun once only.

        An occurrence that recurs takes the place of the one before.
        """
        before = [one for one in self._open(kind) if one.again.key.partition(".")[0] == key.partition(".")[0]]
        if any(one.again.key == key for one in before):
            return
        for one in before:
            await self._end(one)
        again = Again(key=key, kind=kind, text=text, area=area, begun=self._clock.now())
        following = again.model_copy(update={"step": 1}).model_dump(mode="json")
        row = await self._schedule.add(
            kind=KIND, payload=following, cause=wish_behind(due), after_s=again.next_s, owner=due.owner
        )
        await self._ring(again)
        if self._is_overtaken(row):
            await self._hush(again)

    async def step(self, due: Due, lateness: Lateness) -> None:
        """Take the next step of what comes back."""
        del lateness
        one = _Open(due, Again.model_validate(due.payload))
        again, now = one.again, self._clock.now()
        response = await self._notifier.response(again.key)
        if response.done:
            await self._hush(again)
        elif response.later is not None and response.later > now:
            await self._move(one, again, (response.later - now).total_seconds())
        elif now - again.begun > again.over:
            await self._hush(again)
            text = "{thing} came back for {length:acc}, and nobody took note of it."
            told = say(text, thing=_called(again), length=lasting(again.over.total_seconds()))
            await self._tell(one, told, last=True)
        else:
            await self._ring(again)
            if (again.kind is Kind.REMINDER or again.step % SAID_EVERY == 0) and not self._is_overtaken(due):
                await self._tell(one, self._words(again))
            if self._is_overtaken(due):
                # What began to ring after they had silenced it would ring on, and nothing would end it.
                await self._hush(again)
                return
            following = again.model_copy(update={"step": again.step + 1})
            await self._move(one, following, following.next_s)

    async def on_answer(self, key: str, answer: Answer, until: datetime | None) -> None:
        """Note that somebody answered to a notice: see `daemon.notify.Notify.listen`."""
        for one in self._open():
            if key != one.again.key and not key.startswith(f"{one.again.key}/"):
                continue
            await self._hush(one.again)
            if answer in (Answer.DONE, Answer.DISMISSED):
                await self._schedule.cancel(one.due.id)
            elif until is not None:
                wait_s = max(1.0, (until - self._clock.now()).total_seconds())
                await self._move(one, one.again.model_copy(update={"begun": until, "step": 0}), wait_s)

    # Wishes

    async def _stop(self, given: Nothing, cause: Cause) -> Outcome:
        del given
        found = self._here(Kind.ALARM, cause.area)
        return await self._closed(found, cause) if found else Outcome(Verdict.FAILED, say("nothing rings"))

    async def _done(self, given: ReminderDone, cause: Cause) -> Outcome:
        found = self._open(Kind.REMINDER)
        if given.words is not None:
            wanted = set(fold(given.words).split(" "))
            found = [one for one in found if wanted & set(fold(one.again.text).split(" "))]
        if not found:
            return Outcome(Verdict.FAILED, say("there is no such reminder to be done"))
        newest = max(found, key=lambda one: one.again.begun)
        return await self._closed([newest], cause)

    async def _snooze(self, given: AlarmSnooze, cause: Cause) -> Outcome:
        found = self._here(Kind.ALARM, cause.area)
        if not found:
            return Outcome(Verdict.FAILED, say("no alarm has rung"))
        try:
            for one in found:
                begun = self._clock.now() + timedelta(seconds=given.for_s)
                # Under a key of its own: that the first was noted must not silence it.
                later = one.again.model_copy(update={"begun": begun, "step": 0, "key": f"{one.again.key}~"})
                await self._hush(one.again)
                await self._move(one, later, given.for_s)
                await self._notifier.close(one.again.key, Answer.DONE, cause)
        except (ScheduleError, StoreError) as error:
            return Outcome(Verdict.FAILED, str(error))
        return Outcome(Verdict.DONE, undo=alarm_stop())

    async def _closed(self, found: Sequence[_Open], cause: Cause) -> Outcome:
        try:
            for one in found:
                await self._end(one)
                await self._notifier.close(one.again.key, Answer.DONE, cause)
        except (ScheduleError, StoreError) as error:
            return Outcome(Verdict.FAILED, str(error))
        return Outcome(Verdict.DONE)

    # Inside

    def _open(self, kind: Kind | None = None) -> list[_Open]:
        found = [_Open(due, Again.model_validate(due.payload)) for due in self._schedule.open(KIND)]
        return [one for one in found if kind in (None, one.again.kind)]

    def _here(self, kind: Kind, area: AreaId | None) -> list[_Open]:
        found = self._open(kind)
        return [one for one in found if area is not None and one.again.area == area] or found

    async def _end(self, one: _Open) -> None:
        # Silent first: whether that can be written down is nothing to wait for beside a bell.
        await self._hush(one.again)
        await self._schedule.cancel(one.due.id)

    async def _move(self, one: _Open, again: Again, after_s: float) -> None:
        try:
            await self._schedule.change(one.due.id, after_s=after_s, payload=again.model_dump(mode="json"))
        except UnknownDueError:
            log.debug("%s ended meanwhile", one.again.key)
            await self._hush(one.again)

    def _is_overtaken(self, due: Due) -> bool:
        """Return whether somebody stopped it or put it off while its step was being taken."""
        now = self._schedule.find(due.id)
        return now is None or now.fired != due.fired

    async def _ring(self, again: Again) -> None:
        if again.kind is Kind.ALARM and self._ringer is not None:
            level = LEVELS[min(again.step, len(LEVELS) - 1)]
            if not await self._ringer.ring(again.area, key=again.key, level=level):
                log.info("no loudspeaker rings for an alarm")

    async def _hush(self, again: Again) -> None:
        if again.kind is Kind.ALARM and self._ringer is not None:
            await self._ringer.hush(again.key)

    async def _tell(self, one: _Open, text: str, *, last: bool = False) -> None:
        again = one.again
        answers = () if last else (Answer.DONE, Answer.SNOOZE)
        people = (one.due.owner,) if one.due.owner is not None else ()
        told = Notice(text, again.kind, self._clock.now(), wish_behind(one.due))
        key = f"{again.key}/{'last' if last else again.step}"
        alarm, reminder = "an alarm that nobody took note of yet", "a reminder that nobody took note of yet"
        reason = say(alarm if again.kind is Kind.ALARM else reminder)
        await self._announce(
            replace(
                told, area=again.area, key=key, people=people, reason=reason, answers=answers, asked=True, once=True
            )
        )

    def _words(self, again: Again) -> str:
        if again.kind is Kind.ALARM:
            now = time_of_day(self._clock.now().astimezone(self._zone))
            return say("It's {clock}. {alarm}.", clock=now, alarm=_called(again))
        return say("Again: {text}", text=sentence(again.text))


def _done_words(given: ReminderDone) -> str:
    if not given.words:
        return say("take note that the reminder is done")
    return say("take note that {what} is done", what=given.words)


def _called(again: Again) -> str:
    if again.kind is Kind.ALARM:
        return alarm_called(again.text)
    return say("Your reminder to {text}", text=again.text)
