"""Gathers how things stand: who is where, who wants quiet, and who had enough for today."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from daemon.household import ANYBODY, Household, Person, span_end
from daemon.notify.attention import Attention, Manners, budget, next_digest
from daemon.notify.delivery import Deliveries
from daemon.notify.model import Urgency
from daemon.notify.notification import Notification
from daemon.notify.steps import Situation, Standing
from daemon.presence import Presence
from devices.model import AreaId
from skills.model import PersonId

MOST_ROOMS = 3
"""What is for whoever is there is spoken in so many rooms at most."""
HOUSE = PersonId("")
"""Whose wish not to be disturbed counts for everybody: nobody knows who said it."""


class Standings:
    """What is known of people when a step is decided; the store has what must outlive us."""

    def __init__(self, household: Household, presence: Presence, deliveries: Deliveries, manners: Manners) -> None:
        self._household, self._presence = household, presence
        self._deliveries, self.manners = deliveries, manners
        self.undisturbed: dict[PersonId, datetime] = {}
        self.hushed: Callable[[datetime], Collection[AreaId]] = lambda _: ()
        """Returns the rooms of which somebody said that nothing is to be said in them at that time."""
        self._attention: dict[tuple[PersonId, Urgency], Attention] = {}
        self._day = ""

    @property
    def zone(self) -> tzinfo:
        """That of the house."""
        return self._household.zone

    def person(self, id: PersonId) -> Person:
        """Return a person; who is not known any more is still somebody to take a message back from."""
        return self._household.people.get(id) or replace(ANYBODY, id=id)

    def day(self, now: datetime) -> str:
        """Return the date in the house."""
        return now.astimezone(self.zone).date().isoformat()

    def situation(self, notification: Notification, now: datetime) -> Situation:
        """Return how things stand for a notice."""
        urgency = notification.urgency
        people = tuple(self._standing(person, urgency, now) for person in self.ordered())
        speakers = self._deliveries.speakers
        occupied = tuple(self._presence.occupied(now)[:MOST_ROOMS])
        house_until = self._undisturbed_until(HOUSE, now)
        anybody = Standing(ANYBODY, True if occupied else None, occupied, self._house_quiet(people, now), house_until)
        return Situation(
            now,
            next_digest(now, self.manners.digests, self.zone),
            people,
            anybody if speakers else None,
            speakers,
            self._quiet_rooms(now),
            frozenset(room for one in people if one.quiet_until or one.disturb_until for room in one.rooms),
            self._deliveries.poor(),
        )

    def _quiet_rooms(self, now: datetime) -> frozenset[AreaId]:
        configured = self.manners.quiet_rooms.items()
        quiet = (room for room, span in configured if span_end(span, now, self.zone) is not None)
        return frozenset((*quiet, *self.hushed(now)))

    def ordered(self) -> Sequence[Person]:
        """Return everybody in the order of the house."""
        order = self.manners.order
        people = self._household.people.values()
        return sorted(people, key=lambda person: (*order, person.id).index(person.id))

    def quiet_until(self, person: PersonId | None, now: datetime) -> datetime | None:
        """Return until when somebody asked not to be disturbed."""
        return self._undisturbed_until(person or HOUSE, now)

    # Attention

    def fill(self, attention: Sequence[Attention], now: datetime) -> None:
        """Take these counts in place of all others."""
        self._attention = {(one.person, one.urgency): one for one in attention}
        self._day = self.day(now)

    def attention(self, person: PersonId, urgency: Urgency, now: datetime) -> Attention:
        """Return the counts of a person and an urgency."""
        if self.day(now) != self._day:
            self._day = self.day(now)
            self._attention = {key: replace(one, today=0) for key, one in self._attention.items()}
        return self._attention.get((person, urgency)) or Attention(person, urgency)

    def note(self, attention: Attention) -> None:
        """Keep new counts."""
        self._attention[attention.person, attention.urgency] = attention

    def forget(self, person: PersonId | None) -> None:
        """Forget the counts of a person, or of all."""
        self._attention = {
            key: one for key, one in self._attention.items() if person is not None and one.person != person
        }

    def a_day(self, attention: Attention) -> int:
        """Return how many notices a person gets a day; never fewer than none."""
        return budget(attention, self.manners.a_day.get(attention.urgency, 0))

    # Inside

    def _standing(self, person: Person, urgency: Urgency, now: datetime) -> Standing:
        where = self._presence.where(person, now)
        attention = self.attention(person.id, urgency, now)
        return Standing(
            person,
            where.at_home,
            (where.area,) if where.area is not None else (),
            span_end(person.quiet, now, self.zone) if person.quiet is not None else None,
            self._undisturbed_until(person.id, now),
            urgency is not Urgency.CRITICAL and attention.today >= self.a_day(attention),
            self._deliveries.ways_to(person),
        )

    def _undisturbed_until(self, person: PersonId, now: datetime) -> datetime | None:
        untils = [until for one in {person, HOUSE} if (until := self.undisturbed.get(one)) and until > now]
        return max(untils, default=None)

    def _house_quiet(self, people: Sequence[Standing], now: datetime) -> datetime | None:
        """Return until when nothing is said to whoever is there: by the house rules, or since one who wants quiet is
        at home and nobody knows in which room.
        """
        house = self.manners.quiet
        untils = [span_end(house, now, self.zone) if house is not None else None]
        untils += [one.quiet_until for one in people if one.at_home is not False and not one.rooms]
        return max((until for until in untils if until is not None), default=None)
