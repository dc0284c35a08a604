"""What happens when a timer, an alarm or a reminder falls due: the words for it, or the command that waited for it."""

import logging
import uuid
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol

from daemon.clock import Clock
from daemon.errors import DaemonError
from daemon.insisting import RINGS_FOR, Insisting
from daemon.notify.model import Announce, Answer, Notice, Urgency
from daemon.reminders.noted import Noted, alarm_called, called, noted_of, wish_behind
from daemon.schedule import Due, Lateness, Schedule, ScheduleError
from daemon.watching import Watching
from devices.model import AreaId
from skills.builtin.times import lasting, timer_named
from skills.builtin.words import clock as time_of_day
from skills.builtin.words import sentence
from skills.language import say
from skills.model import Cause, CauseId, Origin, PersonId
from skills.views import Kind

log = logging.getLogger("hearth." + __name__)

ANSWERS: Mapping[str, tuple[Answer, ...]] = {
    Kind.TIMER: (Answer.DONE,),
    Kind.ALARM: (Answer.DONE, Answer.SNOOZE),
    Kind.REMINDER: (Answer.DONE, Answer.SNOOZE, Answer.NOT_ME),
    "command": (),
}
"""What people can answer."""
_REASONS = {
    "timer": "a timer that was set before",
    "alarm": "an alarm that was set before",
    "reminder": "a reminder that was set before",
    "command": "a command that was set before",
}
ATTEMPTS = 3
"""A command is tried so often: just after a start, the house may not have said yet what is in it."""


class NotYetError(DaemonError):
    """A command is not understood at the moment: the ledger hands it over again."""

    code = "command-not-understood"


class Commander(Protocol):
    """Who carries out a command in words and says what came of it."""

    def obey(
        self, text: str, *, id: CauseId, parent: Cause, area: AreaId | None, person: PersonId | None
    ) -> Awaitable[str | None]:
        """Return what came of a command that was set up before; ``None`` if it is not understood now.

        It must pass the policy as `Origin.ROUTINE`, and must not raise for what it says. What was done under the same
        id, before a kill too, must not be done again.
        """
        ...


class Firing:
    """Takes rows from the ledger as they fall due. The ledger settles a row when this has returned."""

    def __init__(
        self,
        schedule: Schedule,
        announce: Announce,
        commander: Commander,
        *,
        clock: Clock,
        zone: tzinfo,
        insisting: Insisting,
        watching: Watching,
    ) -> None:
        """Have the ledger hand over rows of every kind."""
        self._schedule, self._announce, self._commander = schedule, announce, commander
        self._clock, self._zone = clock, zone
        self._insisting, self._watching = insisting, watching
        for kind in Kind:
            schedule.handle(kind, self.fire)

    async def fire(self, due: Due, lateness: Lateness) -> None:
        """Tell people that a row fell due, or carry out the command that it holds."""
        noted, kind = noted_of(due), Kind(due.kind)
        if noted.command is None:
            await self._go_on(due, noted, kind, lateness)
            await self._tell(due, noted, kind, wording(due, lateness, self._zone), lateness)
        elif lateness.asked:
            text = "I was to do this {length:dat} ago, but I was away, and have left it: {command}."
            left = say(text, length=lasting(lateness.by.total_seconds()), command=noted.command)
            await self._tell(due, noted, "command", left, lateness)
        else:
            parent = wish_behind(due)
            reply = await self._commander.obey(
                noted.command, id=CauseId(f"due/{due.key}"), parent=parent, area=noted.area, person=due.owner
            )
            if reply is None and lateness.attempt < ATTEMPTS:
                raise NotYetError(f"the command of {kind} {due.id} is not understood now")
            reply = reply or say("I no longer know what that means.")
            asked = say("You asked me to {command}. {reply}", command=noted.command, reply=reply)
            told = reply if kind is Kind.REMINDER else asked
            if lateness.late:
                late = say(
                    "That was due {length:dat} ago, while I was away.", length=lasting(lateness.by.total_seconds())
                )
                told = f"{told} {late}"
            try:
                await self._tell(due, noted, "command", told, lateness)
            except ScheduleError as error:
                # It is done: handed over again, it would be done twice.
                log.error("what came of a command could not be told: %s", error)

    async def tell_aside(self) -> None:
        """Tell people what was set aside: every start that handled it ended badly, so that nobody handles it now."""
        for due in self._schedule.aside:
            what = called(due)
            text = say("I could not do this, and have set it aside after three tries: {what}.", what=what)
            people = (due.owner,) if due.owner is not None else ()
            tainted = due.cause.tainted or (due.kind in tuple(Kind) and noted_of(due).tainted)
            cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON, due.owner, parent=due.cause.id, tainted=tainted)
            notice = Notice(text, "aside", due.at, cause, late=True, key=f"aside/{due.key}", people=people, once=True)
            await self._announce(replace(notice, urgency=Urgency.IMPORTANT, answers=(Answer.DONE,)))

    async def _go_on(self, due: Due, noted: Noted, kind: Kind, lateness: Lateness) -> None:
        """Begin what follows what is told: it comes back, or another reminder follows it."""
        key = f"due/{due.key}"
        if kind is Kind.ALARM and lateness.by < RINGS_FOR:
            await self._insisting.begin(due, kind, due.name or "", key=key, area=noted.area)
        if kind is Kind.REMINDER:
            if noted.insist:
                await self._insisting.begin(due, kind, noted.text, key=key, area=noted.area)
            await self._watching.told(due)

    async def _tell(self, due: Due, noted: Noted, kind: str, text: str, lateness: Lateness) -> None:
        notice = Notice(
            text,
            kind,
            self._clock.now() - lateness.by,
            wish_behind(due),
            late=lateness.late,
            area=noted.area,
            key=f"due/{due.key}",
            people=(due.owner,) if due.owner is not None else (),
            reason=say(_REASONS[kind]),
            answers=ANSWERS[kind],
            asked=kind != "command" or due.kind == Kind.REMINDER,
            once=True,
        )
        await self._announce(notice)


def wording(due: Due, lateness: Lateness, zone: tzinfo) -> str:
    """Return what is said when a row falls due: ``Your pasta timer is done``, or how long ago it was."""
    noted = noted_of(due)
    ago = lasting(lateness.by.total_seconds())
    match Kind(due.kind):
        case Kind.TIMER:
            text = (
                "Your {timer} was done {length:dat} ago, while I was away."
                if lateness.late
                else "Your {timer} is done."
            )
            return say(text, timer=timer_named(due.name, noted.length_s), length=ago)
        case Kind.ALARM:
            shown, alarm = time_of_day(_local(due, zone)), alarm_called(due.name or "")
            late = "{alarm} for {clock} was due {length:dat} ago, while I was away."
            return say(late if lateness.late else "It's {clock}. {alarm}.", alarm=alarm, clock=shown, length=ago)
        case Kind.REMINDER:
            text = sentence(noted.text)
            if noted.on is not None and not noted.met:
                waited = "I have waited 30 days to remind you when {event}, and wait no longer: {text}"
                return say(waited, event=noted.on.words, text=text)
            if noted.on is not None and noted.text == noted.on.words and not lateness.late:
                return sentence(noted.met or noted.text)
            met = f"{sentence(noted.met)} " if noted.on is not None and noted.on.kind != "told" else ""
            late = "I was to remind you {length:dat} ago, while I was away: {text}"
            return met + say(late if lateness.late else "Reminder: {text}", length=ago, text=text)


def _local(due: Due, zone: tzinfo) -> datetime:
    return due.wall or due.at.astimezone(zone)
