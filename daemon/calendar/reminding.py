"""Reminders before events: rows of the time ledger, worked out anew whenever an event or a rule changes."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from sqlite3 import Connection
from zoneinfo import ZoneInfo

from daemon.calendar import rows
from daemon.clock import Clock
from daemon.notify.model import Announce, Notice
from daemon.schedule import Due, Late, Lateness, Schedule
from daemon.store import Store
from devices.model import AreaId
from devices.names import fold
from skills.builtin.times import lasting, upcoming
from skills.builtin.words import month, sentence, weekday
from skills.language import say
from skills.model import Cause, CauseId, Origin, PersonId

KIND = "event"
AHEAD = timedelta(days=7)
"""So far ahead of their time the reminders stand in the ledger: longer than anybody is without power."""
LONGEST_BEFORE = timedelta(days=28)
MOST = 500
"""Reminders in the ledger; more is a calendar run wild."""
WINDOW_S = 60.0
"""How long after its time at least a reminder is still told as one."""


@dataclass(frozen=True, slots=True)
class Whose:
    """What the configuration says about the events of a calendar."""

    person: str | None
    remind_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    row: rows.Row
    at: datetime
    before_s: float
    area: str | None
    person: str | None


class Reminding:
    """Keeps the ledger's rows for events as the events and the rules are, and tells people when they fall due."""

    def __init__(self, schedule: Schedule, store: Store, clock: Clock, zone: ZoneInfo, announce: Announce) -> None:
        """Have the ledger hand over what is due before an event."""
        self._schedule, self._store, self._clock, self._zone, self._announce = schedule, store, clock, zone, announce
        schedule.handle(KIND, self.fire)

    async def derive(self, calendars: Mapping[str, Whose]) -> None:
        """Bring the ledger in line with the events of these calendars; what has been told is not told again.

        Raises:
            DaemonError: the ledger or the store cannot be used.
        """
        now = self._clock.now()
        until = now + AHEAD + LONGEST_BEFORE
        found, rules, told = await self._store.run_bare(
            lambda connection: (rows.events(connection, now, until), rows.rules(connection), rows.told(connection))
        )
        soon = [one for row in found for one in _wanted(row, calendars, rules)]
        wanted = {_key(one): one for one in sorted(soon, key=lambda one: one.at) if now < one.at <= now + AHEAD}
        wanted = dict(list(wanted.items())[:MOST])
        there = {str(due.payload.get("key")): due for due in self._schedule.open(KIND)}
        for key, due in there.items():
            # What is due already is in the ledger's hands.
            if key not in wanted and due.at > now:
                await self._schedule.cancel(due.id)
        for key, one in wanted.items():
            if key not in there and key not in told:
                await self._add(key, one)

    async def fire(self, due: Due, lateness: Lateness) -> None:
        """Tell somebody of an event to come, if it still is to come at that time."""
        key, event = str(due.payload["key"]), str(due.payload["event"])
        begins = datetime.fromisoformat(str(due.payload["begins"]))

        def look(connection: Connection) -> rows.Row | None:
            return rows.event(connection, event) if key not in rows.told(connection) else None

        row = await self._store.run_bare(look)
        if row is None or row.slot.begins != begins:
            return
        now = self._clock.now()
        area = str(due.payload["area"]) if due.payload.get("area") else None
        cause = Cause(CauseId(uuid.uuid4().hex), Origin.REMINDER, due.owner, tainted=True, area=_area(area))
        people = (due.owner,) if due.owner is not None else ()
        text = wording(row, now.astimezone(self._zone), late=lateness.late)
        at = now - lateness.by
        await self._announce(Notice(text, "calendar", at, cause, lateness.late, _area(area), key, people, asked=True))
        await self._store.run_bare(lambda connection: rows.tell(connection, key, now))

    async def _add(self, key: str, one: _Wanted) -> None:
        cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON, tainted=True)
        begins = one.row.slot.begins.isoformat()
        await self._schedule.add(
            kind=KIND,
            payload={"key": key, "event": one.row.id, "begins": begins, "area": one.area},
            cause=cause,
            at=one.at,
            late=Late.RUN,
            window_s=max(WINDOW_S, one.before_s),
            owner=PersonId(one.person) if one.person is not None else None,
            name=one.row.slot.title,
        )


def wording(row: rows.Row, now: datetime, *, late: bool) -> str:
    """Return what is said before an event: ``In 15 minutes, at 15:00: Dentist``."""
    left_s = round((row.slot.begins - now).total_seconds() / 60) * 60
    title = row.slot.title
    if left_s <= 0:
        away = f" {say('I was away.')}" if late else ""
        if left_s == 0:
            return f"{say('Now: {title}.', title=title)}{away}"
        return f"{say('{title} was to begin {length:dat} ago.', title=title, length=lasting(-left_s))}{away}"
    place = f", {row.slot.place}" if row.slot.place else ""
    if row.slot.all_day:
        return f"{_day(row.slot.begins, now)}: {title}{place}."
    text, when = "In {length:dat}, {when}: {title}{place}.", upcoming(row.slot.begins, now)
    return say(text, length=lasting(left_s), when=when, title=title, place=place)


def _day(begins: datetime, now: datetime) -> str:
    local = begins.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if days == 1:
        return sentence(say("tomorrow")).rstrip(".")
    given = {"weekday": weekday(local), "day": local.day, "month": month(local)}
    return sentence(say("on {weekday}, {day} {month}", **given)).rstrip(".")


def _wanted(row: rows.Row, calendars: Mapping[str, Whose], rules: Sequence[rows.Rule]) -> Sequence[_Wanted]:
    whose = calendars.get(row.calendar)
    if whose is None:
        return ()
    found: dict[float, _Wanted] = {}
    own = [rows.Rule(None, None, None, before_s, None, None) for before_s in whose.remind_s if not row.slot.all_day]
    # What somebody asked for comes last, so that it decides where it is said.
    for rule in (*own, *(rule for rule in rules if _is_about(rule, row, whose))):
        person = rule.person or whose.person
        at = row.slot.begins - timedelta(seconds=rule.before_s)
        found[rule.before_s] = _Wanted(row, at, rule.before_s, rule.area, person)
    return tuple(found.values())


def _is_about(rule: rows.Rule, row: rows.Row, whose: Whose) -> bool:
    if rule.uid is not None:
        return (rule.calendar, rule.uid) == (row.calendar, row.slot.uid)
    if rule.person is not None and whose.person not in (None, rule.person):
        return False
    if rule.words is None:
        return not row.slot.all_day
    return set(fold(rule.words).split(" ")) <= set(fold(row.slot.title).split(" "))


def _key(one: _Wanted) -> str:
    said = (one.row.id, one.row.slot.begins.isoformat(), f"{one.before_s:g}")
    return sha256("\0".join(said).encode()).hexdigest()[:24]


def _area(area: str | None) -> AreaId | None:
    return AreaId(area) if area is not None else None
