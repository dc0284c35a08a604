"""The calendars of the house: read from where they are, answered from here, changed here and there."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from daemon.calendar import rows
from daemon.calendar.copy import About, Copy
from daemon.calendar.model import CalendarError, RubbishError, Source
from daemon.calendar.reminding import Reminding, Whose
from daemon.calendar.writing import Span, composed, is_same, moved, without
from daemon.clock import Clock
from daemon.errors import DaemonError
from daemon.notify.model import Announce, Notice
from daemon.schedule import Schedule
from daemon.store import Store
from daemon.supervise import HealthTable, keep_running
from devices.model import Entity, EntityId
from devices.names import fold, slug
from skills.actions import Parameters
from skills.builtin.times import lasting, upcoming
from skills.builtin.words import listing
from skills.effect import Effect, change
from skills.events import (
    EventAdd,
    EventCancel,
    EventMove,
    EventRemind,
    EventRestore,
    EventUnremind,
    event_restore,
    event_unremind,
)
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome, PersonId, Risk, Verdict
from skills.views import CalendarNote, Event

__all__ = ["About", "Calendars", "Source"]

log = logging.getLogger("hearth." + __name__)

P = TypeVar("P", bound=Parameters)

DELIVER_S = 4.0
"""How long a wish waits for the server; after that it is sent by and by."""
DERIVE_S = 3_600.0
"""How often reminders are worked out even if nothing has changed: the days go on."""
LONGEST_EVENT = timedelta(days=366)
MOST_SEEN = 4_000
"""Events of which the words are kept at hand, for what is asked about them next."""


class Calendars:
    """Answers what stands in the calendars, and changes it for the gateway. Fulfils `skills.views.CalendarView`."""

    def __init__(
        self,
        calendars: Sequence[tuple[About, Source]],
        store: Store,
        schedule: Schedule,
        announce: Announce,
        *,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._copies = {about.name: Copy(about, source, store, clock, zone, self._lost) for about, source in calendars}
        self._store, self._clock, self._zone, self._announce = store, clock, zone, announce
        self._reminding = Reminding(schedule, store, clock, zone, announce)
        self._stirred = asyncio.Event()
        self._seen: dict[str, Event] = {}
        for copy in self._copies.values():
            copy.changed = self._stirred.set

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        moving = change(EventMove, "event.move", _told(self._move), self._move_words)
        cancelling = change(EventCancel, "event.cancel", _told(self._cancel), self._cancel_words)
        return [
            change(
                EventAdd,
                "event.add",
                _told(self._add),
                lambda given: say("put {title} in the calendar", title=given.title),
            ),
            replace(moving, risk=self._risk_of_move),
            replace(cancelling, risk=self._risk_of_cancel),
            change(EventRestore, "event.restore", _told(self._restore), lambda _: "put the calendar back as it was"),
            change(EventRemind, "event.remind", _told(self._remind), self._remind_words),
            change(EventUnremind, "event.unremind", _told(self._unremind), lambda _: "no longer remind of an event"),
        ]

    def entities(self) -> Sequence[Entity]:
        """Return the calendars as parts of the house: sentences about calendars are for a house that has one."""
        called = {name: name if "calendar" in fold(name) else f"{name} calendar" for name in self._copies}
        # Not only by its name: Home Assistant may have one that is called the same.
        return [Entity(EntityId(f"calendar.hearth_{slug(name)}"), words, "calendar") for name, words in called.items()]

    # Looking

    def calendars(self, *, person: str | None = None) -> Sequence[CalendarNote]:
        """Return the calendars in the order of the configuration; those of a person and of everybody, if given."""
        return [
            CalendarNote(copy.about.name, copy.about.person, copy.read_only, copy.synced_at, copy.stale)
            for copy in self._copies.values()
            if person is None or copy.about.person in (None, person)
        ]

    async def events(self, since: datetime, until: datetime, *, person: str | None = None) -> Sequence[Event]:
        """Return what takes place between two times, by when it begins; also what began before and still goes on."""
        found = await self._store.run_bare(lambda connection: rows.events(connection, since, until))
        names = {note.name for note in self.calendars(person=person)}
        events = [self._event(row) for row in found if row.calendar in names]
        if len(self._seen) + len(events) > MOST_SEEN:
            self._seen.clear()
        self._seen.update({event.id: event for event in events})
        return events

    # Running

    async def begin(self, table: HealthTable) -> None:
        """Find out what is kept, forget calendars that are no more, and have each tell its health.

        Raises:
            StoreError: it cannot be read.
        """
        for copy in self._copies.values():
            await copy.begin()
            table.ask(copy.health().part, copy.health)

        def forget(connection: Connection) -> None:
            for name in set(rows.calendars(connection)) - set(self._copies):
                rows.forget(connection, name)

        await self._store.run_bare(forget)

    async def run(self, table: HealthTable) -> None:
        """Keep every calendar and the reminders up to date. Ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            for copy in self._copies.values():
                group.create_task(keep_running(f"{copy.health().part}, reading", copy.run, table))
            group.create_task(keep_running("calendar reminders", self._keep_reminding, table))

    async def sync(self) -> None:
        """Read every calendar once, now.

        Raises:
            StoreError: it cannot be kept.
        """
        for copy in self._copies.values():
            await copy.sync()

    async def derive(self) -> None:
        """Work out what people are to be reminded of.

        Raises:
            DaemonError: the ledger or the store cannot be used.
        """
        whose = {name: Whose(copy.about.person, copy.about.remind_s) for name, copy in self._copies.items()}
        await self._reminding.derive(whose)

    async def _keep_reminding(self) -> None:
        while True:
            self._stirred.clear()
            await self.derive()
            with suppress(TimeoutError):
                async with asyncio.timeout(DERIVE_S):
                    await self._stirred.wait()

    async def _lost(self, one: rows.Change, why: str) -> None:
        """Say that a change did not get where it was to go: what was promised is not kept."""
        cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON, tainted=True)
        lost = "I could not {what} in the {calendar} calendar: {why}. It is left as it is there."
        text = say(lost, what=one.what, calendar=one.calendar, why=why)
        copy = self._copies[one.calendar]
        people = (PersonId(copy.about.person),) if copy.about.person is not None else ()
        await self._announce(Notice(text, "calendar", self._clock.now(), cause, key=f"lost.{one.id}", people=people))

    # Changing

    async def _add(self, given: EventAdd, cause: Cause) -> Outcome:
        copy = self._writable(given.calendar, cause)
        span = _span(given)
        uid, now = f"{uuid.uuid4().hex}@hearth", self._clock.now()
        try:
            ics = await asyncio.to_thread(
                composed, given.title, span, uid=uid, rule=given.rule, zone=self._zone, now=now
            )
        except ValueError as error:
            return Outcome(Verdict.FAILED, f"that is no rule by which something can recur: {error}")
        number = await copy.write(copy.href_of(uid), None, ics, say("put {title}", title=given.title))
        await copy.deliver(DELIVER_S)
        return Outcome(Verdict.DONE, undo=event_restore([number]))

    async def _move(self, given: EventMove, cause: Cause) -> Outcome:
        del cause
        row, copy, ics = await self._found(given.id)
        span = _span(given)
        new = await asyncio.to_thread(moved, ics, row.slot.recurrence, span, zone=self._zone, now=self._clock.now())
        number = await copy.write(row.href, ics, new, say("move {title}", title=row.slot.title))
        await copy.deliver(DELIVER_S)
        return Outcome(Verdict.DONE, undo=event_restore([number]))

    async def _cancel(self, given: EventCancel, cause: Cause) -> Outcome:
        del cause
        numbers: list[int] = []
        copies: dict[str, Copy] = {}
        whole: set[tuple[str, str]] = set()
        for event in given.ids:
            with suppress(_NotThereError):
                row, copy, ics = await self._found(event)
                after: str | None = None
                if (row.calendar, row.href) in whole:
                    continue
                if row.slot.recurrence is not None and not given.series:
                    now = self._clock.now()
                    after = await asyncio.to_thread(without, ics, row.slot.recurrence, zone=self._zone, now=now)
                else:
                    whole.add((row.calendar, row.href))
                numbers.append(await copy.write(row.href, ics, after, say("cancel {title}", title=row.slot.title)))
                copies[row.calendar] = copy
        if not numbers:
            return Outcome(Verdict.FAILED, say("that is not in the calendar any more"))
        for copy in copies.values():
            await copy.deliver(DELIVER_S / len(copies))
        return Outcome(Verdict.DONE, undo=event_restore(numbers[::-1]))

    async def _restore(self, given: EventRestore, cause: Cause) -> Outcome:
        del cause
        numbers: list[int] = []
        for wanted in given.changes:
            old, now = await self._store.run_bare(_since(wanted))
            copy = self._copies.get(old.calendar) if old is not None else None
            if old is None or copy is None:
                raise CalendarError("that was too long ago")
            if not await asyncio.to_thread(_is_as, now, old.after):
                raise CalendarError("it was changed again since")
            numbers.append(await copy.write(old.href, now, old.before, say("take back: {what}", what=old.what)))
            await copy.deliver(DELIVER_S / len(given.changes))
        return Outcome(Verdict.DONE, undo=event_restore(numbers[::-1]))

    async def _remind(self, given: EventRemind, cause: Cause) -> Outcome:
        calendar = uid = None
        if given.id is not None:
            row, _, _ = await self._found(given.id)
            calendar, uid = row.calendar, row.slot.uid
        area = given.area or cause.area
        rule = rows.Rule(calendar, uid, given.words, given.before_s, area, cause.person)
        number = await self._store.run_bare(lambda connection: rows.add_rule(connection, rule))
        await self.derive()
        return Outcome(Verdict.DONE, undo=event_unremind(number))

    async def _unremind(self, given: EventUnremind, cause: Cause) -> Outcome:
        del cause
        gone = await self._store.run_bare(lambda connection: rows.remove_rule(connection, given.rule))
        await self.derive()
        return Outcome(Verdict.DONE) if gone is not None else Outcome(Verdict.FAILED, say("there is no such reminder"))

    # What they share

    async def _found(self, id: str) -> tuple[rows.Row, Copy, str]:
        def look(connection: Connection) -> tuple[rows.Row | None, str | None]:
            row = rows.event(connection, id)
            item = rows.item(connection, row.calendar, row.href) if row is not None else None
            return row, item.ics if item is not None else None

        row, ics = await self._store.run_bare(look)
        copy = self._copies.get(row.calendar) if row is not None else None
        if row is None or ics is None or copy is None:
            raise _NotThereError(say("that is not in the calendar any more"))
        if copy.read_only:
            raise CalendarError(say("the {calendar} calendar can only be read", calendar=copy.about.name))
        return row, copy, ics

    def _writable(self, name: str | None, cause: Cause) -> Copy:
        copies = list(self._copies.values())
        if name is not None:
            found = next((copy for copy in copies if fold(copy.about.name) == fold(name)), None)
            if found is None:
                raise CalendarError(f"there is no calendar called {name!r}")
            if found.read_only:
                raise CalendarError(say("the {calendar} calendar can only be read", calendar=found.about.name))
            return found
        open_to = [copy for copy in copies if not copy.read_only and copy.about.person in (None, cause.person)]
        own = [copy for copy in open_to if copy.about.person is not None]
        last = [copy for copy in copies if not copy.read_only] if cause.person is None else []
        found = next(iter((*own, *open_to, *last)), None)
        if found is None:
            raise CalendarError("there is no calendar that can be written to; add one under [[calendars]]")
        return found

    def _event(self, row: rows.Row) -> Event:
        slot, copy = row.slot, self._copies[row.calendar]
        return Event(
            row.id,
            slot.title,
            slot.begins.astimezone(self._zone),
            slot.ends.astimezone(self._zone),
            slot.all_day,
            row.calendar,
            slot.place,
            series=slot.recurrence is not None,
            busy=slot.busy,
            guests=slot.guests,
            read_only=copy.read_only,
        )

    def _risk_of_move(self, given: BaseModel) -> Risk:
        event = self._seen.get(cast("EventMove", given).id)
        # Who was invited gets a message, and no undo brings that back.
        return Risk.CONSEQUENTIAL if event is None or event.guests else Risk.REVERSIBLE

    def _risk_of_cancel(self, given: BaseModel) -> Risk:
        wish = cast("EventCancel", given)
        event = self._seen.get(wish.ids[0])
        plain = len(wish.ids) == 1 and not wish.series and event is not None and not event.guests
        return Risk.REVERSIBLE if plain else Risk.CONSEQUENTIAL

    def _cancel_words(self, given: EventCancel) -> str:
        if len(given.ids) > 3:
            return say("cancel {n} events", n=len(given.ids))
        text = "cancel all of {events}" if given.series else "cancel {events}"
        return say(text, events=listing([self._called(event) for event in given.ids]))

    def _move_words(self, given: EventMove) -> str:
        now, to = self._clock.now().astimezone(self._zone), datetime.fromisoformat(given.begins)
        when = upcoming(to.replace(tzinfo=self._zone), now)
        return say("move {event} to {when}", event=self._called(given.id), when=when)

    def _remind_words(self, given: EventRemind) -> str:
        what = self._called(given.id) if given.id is not None else given.words or say("every event")
        return say("remind {length:acc} before {event}", length=lasting(given.before_s), event=what)

    def _called(self, id: str) -> str:
        event = self._seen.get(id)
        if event is None:
            return say("an event that is not there")
        return f"{event.title} {upcoming(event.begins, self._clock.now().astimezone(self._zone))}"


class _NotThereError(CalendarError):
    """The event is not there any more."""


def _span(given: EventAdd | EventMove) -> Span:
    begins, ends = datetime.fromisoformat(given.begins), datetime.fromisoformat(given.ends)
    if not timedelta(0) <= ends - begins <= LONGEST_EVENT or (given.all_day and ends.date() <= begins.date()):
        raise CalendarError("it ends before it begins, or takes longer than a year")
    return Span(begins, ends, given.all_day)


def _since(number: int) -> Callable[[Connection], tuple[rows.Change | None, str | None]]:
    def look(connection: Connection) -> tuple[rows.Change | None, str | None]:
        """Return a change, and how what it changed is now."""
        old = rows.find_change(connection, number)
        now = rows.item(connection, old.calendar, old.href) if old is not None else None
        return old, now.ics if now is not None else None

    return look


def _is_as(now: str | None, after: str | None) -> bool:
    if now is None or after is None:
        return now is None and after is None
    try:
        return now == after or is_same(now, after)
    except RubbishError:
        return False


def _told(execute: Callable[[P, Cause], Awaitable[Outcome]]) -> Callable[[P, Cause], Awaitable[Outcome]]:
    """Return the same with what a calendar refuses as an outcome."""

    async def told(given: P, cause: Cause) -> Outcome:
        try:
            return await execute(given, cause)
        except DaemonError as error:
            return Outcome(Verdict.FAILED, str(error))

    return told
