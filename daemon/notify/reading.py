"""Reads back what people were told: for the questions that they ask, and for the command line."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

from daemon.clock import Clock
from daemon.notify import rows
from daemon.notify.model import Urgency
from daemon.notify.notification import Attempt, Held, Notification, NotificationId, said
from daemon.notify.ongoing import is_for
from daemon.notify.standing import Standings
from daemon.store import Store
from devices.model import AreaId
from devices.names import fold
from skills.builtin.words import when
from skills.language import say
from skills.model import CauseId, PersonId
from skills.views import Allowance, Told

MOST_SEARCHED = 5_000
"""So many of the newest notices are looked through."""
MOST_FOUND = 10
MOST_WAITING = 500
"""So many of the newest that wait, or were missed, are told."""
LONGEST_MISSED = timedelta(days=7)
"""What was missed longer ago is not told again."""

_HELD: Mapping[Held, str] = {
    Held.DIGEST: "it could wait",
    Held.QUIET: "these are quiet hours",
    Held.DISTURB: "nobody was to be disturbed",
    Held.BUDGET: "there were enough notices today",
    Held.AWAY: "nobody could be told here",
    Held.RETRY: "it has not been answered yet",
    Held.SNOOZE: "it was put off",
}
_ANSWERS: Mapping[str, str] = {
    "done": "{name} took note",
    "snooze": "{name} put it off",
    "not_me": "{name} said that it is not for them",
    "dismissed": "{name} swiped it away",
}
_SMALL = frozenset(("the", "a", "an", "my", "our", "of", "about", "that", "is", "was"))


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A notice that was not told when it was raised."""

    at: datetime
    cause: CauseId
    why: str
    """In the language of the moment."""
    until: datetime | None


_Row = tuple[Notification, Sequence[Attempt]]


class Reading:
    """Fulfils `skills.views.NoticesView`."""

    def __init__(self, store: Store, standings: Standings, clock: Clock, room: Callable[[AreaId], str]) -> None:
        """``room`` returns what an area is called."""
        self._store, self._standings, self._clock, self._room = store, standings, clock, room

    async def about(self, words: str) -> Sequence[Told]:
        """Return the notices whose text has all of these words, the newest first."""
        wanted = set(fold(words).split()) - _SMALL
        if not wanted:
            return ()
        said = await self._store.run_bare(lambda connection: rows.words(connection, MOST_SEARCHED))
        # In a thread: the words of thousands of notices hold up the house otherwise.
        fitting = await asyncio.to_thread(lambda: [number for number, words in said if _speaks_of(words, wanted)])
        found: list[_Row] = []
        for number in fitting:
            row = await self._store.run_bare(partial(rows.by_id, id=number))
            if row is not None and not row[0].lines:
                found.append(row)
            if len(found) == MOST_FOUND:
                break
        return [await self._told(row) for row in found]

    async def missed(self, person: str | None) -> Sequence[Told]:
        """Return what is held for a person (``None``: for everybody) and what they missed, the oldest first."""
        since = self._clock.now() - LONGEST_MISSED
        found = await self._store.run_bare(lambda connection: rows.waiting(connection, since, MOST_WAITING))
        who = PersonId(person) if person is not None else None
        return [await self._told(row) for row in reversed(found) if is_for(row[0], who)]

    async def held_since(self, at: datetime) -> Sequence[HeldBack]:
        """Return the notices that were raised since then and held, the oldest first; not those a person put off."""
        found = await self._store.run_bare(lambda connection: rows.since(connection, at, MOST_WAITING))
        return [
            HeldBack(one.raised_at, one.notice.cause.id, say(_HELD[one.held]), one.held_until)
            for one, _ in reversed(found)
            if one.held is not None and one.held is not Held.SNOOZE
        ]

    def allowances(self, person: str) -> Sequence[Allowance]:
        """Return how many notices a person gets a day, by urgency."""
        now = self._clock.now()
        counted = [self._standings.attention(PersonId(person), one, now) for one in Urgency if one < Urgency.CRITICAL]
        return [
            Allowance(
                one.urgency.name.lower(), self._standings.a_day(one), one.today, one.told, one.answered, one.dismissed
            )
            for one in counted
        ]

    def undisturbed_until(self, person: str | None) -> datetime | None:
        """Return until when a person is not to be disturbed."""
        return self._standings.quiet_until(PersonId(person) if person is not None else None, self._clock.now())

    async def recent(self, limit: int) -> Sequence[Mapping[str, object]]:
        """Return the newest notices with their steps, the newest first, as programs read them."""
        found = await self._store.run_bare(lambda connection: rows.newest(connection, limit))
        return [_plain(notification, attempts) for notification, attempts in found]

    async def _told(self, row: _Row) -> Told:
        notification, attempts = row
        told_in = notification.told_in
        digest = await self._digest(told_in) if told_in is not None else None
        if digest is not None:
            attempts = digest[1]
        answered = digest[0] if digest is not None else notification
        now = self._clock.now()
        arrived = [attempt for attempt in attempts if attempt.result.arrived]
        return Told(
            said(notification, notification.notice.at, self._standings.zone),
            notification.notice.at,
            "held" if notification.held is not None and not arrived else answered.state,
            tuple(f"{self._way(attempt)} {when(attempt.at, self._local(now))}" for attempt in arrived),
            self._answered(answered),
            say(_HELD[notification.held]) if notification.held is not None else "",
            notification.notice.reason,
        )

    async def _digest(self, id: NotificationId) -> _Row | None:
        return await self._store.run_bare(lambda connection: rows.by_id(connection, id))

    def _way(self, attempt: Attempt) -> str:
        contact = attempt.contact
        name = self._standings.person(contact.person).name if contact.person else say("whoever was there")
        if contact.area is not None:
            return say("{name} aloud in {room}", name=name, room=self._room(contact.area))
        return say("{name} on {channel}", name=name, channel=contact.channel)

    def _answered(self, notification: Notification) -> str:
        if notification.answer is None:
            return ""
        who = self._standings.person(notification.answered_by).name if notification.answered_by else say("somebody")
        return say(_ANSWERS[notification.answer], name=who)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._standings.zone)


def _speaks_of(said: str, wanted: set[str]) -> bool:
    """Return whether a text has all of these words, be it in another number: ``parcel`` in ``parcels``."""
    there = fold(said).replace(".", " ").replace(",", " ").split()
    return all(any(word in (one, f"{one}s", f"{one}es") or one == f"{word}s" for one in there) for word in wanted)


def _plain(notification: Notification, attempts: Sequence[Attempt]) -> Mapping[str, object]:
    notice = notification.notice
    return {
        "id": notification.id,
        "key": notice.key,
        "kind": notice.kind,
        "text": notice.text,
        "title": notice.title,
        "urgency": notice.urgency.name.lower(),
        "people": list(notice.people),
        "area": notice.area,
        "reason": notice.reason,
        "count": notification.count,
        "due_at": notice.at,
        "raised_at": notification.raised_at,
        "state": notification.state,
        "note": notification.note,
        "held": notification.held,
        "held_until": notification.held_until,
        "answer": notification.answer,
        "answered_by": notification.answered_by,
        "answered_on": notification.answered_on,
        "told_in": notification.told_in,
        "ended_at": notification.ended_at,
        "tainted": notice.cause.tainted,
        "cause": asdict(notice.cause),
        "steps": [
            {
                "at": one.at,
                "round": one.round,
                "because": one.because,
                "channel": one.contact.channel,
                "person": one.contact.person or None,
                "area": one.contact.area,
                "receipt": one.result or "pending",
                "detail": one.detail,
                "settled_at": one.settled_at,
                "withdrawn_at": one.withdrawn_at,
            }
            for one in attempts
        ],
    }
