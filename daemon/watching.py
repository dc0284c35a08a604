"""Reminders that wait for something other than a time: a thing that changes, somebody who comes, another reminder.

Such a reminder is a row of the time ledger that is due when it lapses. What it waits for is looked at when a state is
reported, and brings the row forward; that it happened is on disk before anybody is told.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

from daemon.clock import Clock, rest
from daemon.household import Household
from daemon.notify.model import Answer
from daemon.presence import Presence
from daemon.reminders.noted import Noted, noted_of
from daemon.schedule import Due, DueId, Schedule, UnknownDueError
from daemon.store import StoreError
from devices.home import Home
from devices.model import EntityId, State
from skills.actions import Condition
from skills.builtin.status import RUNNING_WATTS
from skills.builtin.waiting import following
from skills.builtin.words import to_number
from skills.language import say
from skills.model import Cause, PersonId
from skills.views import Kind

log = logging.getLogger("hearth." + __name__)

DONE_S = 120.0
"""So long a machine must rest to be done: a washing machine may draw nothing for a minute in the midst of its work."""
UNNOTED_S = 600.0
"""What is to follow another reminder comes so long after it was told, if nobody says that they have done it."""
AGAIN_S = 30.0
"""When to look again where the store could not be used."""
_RUNNING = frozenset({"on", "cleaning", "mowing", "playing", "running", "run"})


class Watching:
    """Looks whether what reminders wait for has happened, as it is reported."""

    def __init__(self, schedule: Schedule, home: Home, presence: Presence, household: Household, clock: Clock) -> None:
        self._schedule, self._home, self._presence = schedule, home, presence
        self._household, self._clock = household, clock
        self._by_entity: dict[EntityId, set[DueId]] = {}
        self._by_person: dict[PersonId, set[DueId]] = {}
        self._to_look: set[DueId] = set()
        self._old: frozenset[DueId] = frozenset()
        """What waited before this start: what it comes to at the first look happened while we were away."""
        self._away: set[DueId] = set()
        self._until_s: dict[DueId, float] = {}
        """Until when what is so must last."""
        self._wake = asyncio.Event()

    def settle(self, on: Condition, cause: Cause) -> Condition | str:
        """Return what is waited for with its person by id, or why nobody could tell whether it happens."""
        if on.kind in ("arrives", "leaves"):
            return self._with_person(on, cause)
        if on.entity is not None and self._home.entity(on.entity) is None:
            return say("there is no {thing!r} any more", thing=on.entity)
        return on

    def refresh(self) -> None:
        """Take the reminders that wait now; to be called when one was made or taken back."""
        self._by_entity, self._by_person = {}, {}
        for due in self._schedule.open(Kind.REMINDER):
            on = noted_of(due).on
            if on is None:
                continue
            if on.entity is not None:
                self._by_entity.setdefault(on.entity, set()).add(due.id)
            if on.person is not None:
                self._by_person.setdefault(PersonId(on.person), set()).add(due.id)
            self._to_look.add(due.id)
        self._wake.set()

    async def told(self, told: Due) -> None:
        """Note that a reminder was told: what is to follow it counts from now."""
        for due in self._schedule.open(Kind.REMINDER):
            noted = noted_of(due)
            if noted.on is not None and self._follows(noted.on, told) and not noted.armed:
                on = noted.on.model_copy(update={"reminder": told.id})
                await self._keep(due, noted.model_copy(update={"armed": True, "on": on}))
                self._to_look.add(due.id)
        self._wake.set()

    async def on_answer(self, key: str, answer: Answer, until: datetime | None) -> None:
        """Note that somebody took note of a reminder (see `daemon.notify.Notify.listen`): what follows it comes now."""
        del until
        head, _, rest = key.partition("/")
        number = rest.partition(".")[0]
        if head != "due" or not number.isdecimal() or answer not in (Answer.DONE, Answer.DISMISSED):
            return
        told = DueId(int(number))
        for due in self._schedule.open(Kind.REMINDER):
            noted = noted_of(due)
            if noted.on is not None and noted.on.reminder == told and noted.armed and not noted.met:
                await self._meet(due, noted, away=False)

    def _follows(self, on: Condition, told: Due) -> bool:
        """Return whether a reminder was to follow one; what was taken back and is there again has another number."""
        if on.reminder is None or on.reminder == told.id:
            return on.reminder is not None
        return self._schedule.find(DueId(on.reminder)) is None and on.words == following(noted_of(told).text)

    async def run(self) -> None:
        """Look at what is reported. Ends only by cancellation."""
        end = self._home.listen(self._on_change)
        end_people = self._presence.listen(self._on_person)
        try:
            self.refresh()
            self._old = frozenset(self._to_look)
            while True:
                self._wake.clear()
                for waiting in sorted(self._to_look):
                    await self._look(waiting)
                await self._rest()
        finally:
            end()
            end_people()

    def _on_change(self, before: State, after: State) -> None:
        del before
        if found := self._by_entity.get(after.entity):
            self._to_look |= found
            self._wake.set()

    def _on_person(self, person: PersonId) -> None:
        if found := self._by_person.get(person):
            self._to_look |= found
            self._wake.set()

    async def _rest(self) -> None:
        """Wait for a report, or until what lasts has lasted long enough; in slices, since a machine may sleep."""
        while not self._wake.is_set():
            now_s = self._clock.monotonic()
            over = {waiting for waiting, until_s in self._until_s.items() if until_s <= now_s}
            if over:
                self._to_look |= over
                return
            await rest(self._wake, self._clock, min(self._until_s.values(), default=None))

    async def _look(self, id: DueId) -> None:
        due = self._schedule.find(id)
        noted = noted_of(due) if due is not None else None
        self._to_look.discard(id)
        if due is None or noted is None or noted.on is None or noted.met:
            self._forget(id)
            return
        so = self._is_so(noted.on, armed=noted.armed)
        if so is None:
            return
        now_s = self._clock.monotonic()
        if id in self._old and so and noted.armed:
            self._away.add(id)
        self._old -= {id}
        try:
            if not so:
                self._until_s.pop(id, None)
                self._away.discard(id)
                if not noted.armed and noted.on.kind != "told":
                    await self._keep(due, noted.model_copy(update={"armed": True}))
            elif noted.armed:
                until_s = self._until_s.setdefault(id, now_s + _lasts_s(noted.on))
                if until_s <= now_s:
                    await self._meet(due, noted, away=id in self._away)
        except StoreError as error:
            log.warning("could not put down that a reminder is due: %s", error)
            self._until_s[id] = now_s + AGAIN_S

    async def _meet(self, due: Due, noted: Noted, *, away: bool) -> None:
        assert noted.on is not None
        met = say("while I was away: {event}", event=noted.on.words) if away else noted.on.words
        self._forget(due.id)
        await self._keep(due, noted.model_copy(update={"met": met}), at=self._clock.now())

    async def _keep(self, due: Due, noted: Noted, *, at: datetime | None = None) -> None:
        payload: Mapping[str, object] = noted.model_dump(mode="json", exclude_defaults=True)
        try:
            await self._schedule.change(due.id, payload=payload, at=at)
        except UnknownDueError:
            log.debug("reminder %d ended meanwhile", due.id)

    def _forget(self, id: DueId) -> None:
        self._until_s.pop(id, None)
        for ids in (*self._by_entity.values(), *self._by_person.values()):
            ids.discard(id)

    def _is_so(self, on: Condition, *, armed: bool) -> bool | None:
        """Return whether what is waited for is so now; ``None``: nothing tells."""
        if on.kind == "told":
            return armed
        if on.kind in ("arrives", "leaves"):
            person = self._household.people.get(PersonId(on.person or ""))
            at_home = self._presence.where(person, self._clock.now()).at_home if person is not None else None
            return None if at_home is None else at_home is (on.kind == "arrives")
        state = self._home.state(on.entity) if on.entity is not None else None
        if state is None or not state.available or state.value in ("unknown", "unavailable", ""):
            return None
        if on.kind == "becomes":
            return state.value == on.state
        watts = to_number(state.value)
        return not (watts >= RUNNING_WATTS if watts is not None else state.value in _RUNNING)

    def _with_person(self, on: Condition, cause: Cause) -> Condition | str:
        people = self._household.people
        person = self._household.person_named(on.person) if on.person is not None else None
        if on.person is not None and person is None:
            return say("I know nobody called {name}", name=on.person)
        only = next(iter(people)) if len(people) == 1 else None
        person = person or people.get(cause.person or only or PersonId(""))
        if person is None:
            return say("I do not know who you are; say it with a name")
        if self._presence.where(person, self._clock.now()).at_home is None:
            text = "nothing tells me where {name} is: give them a tracker in [[people]]"
            return say(text, name=person.name)
        return on.model_copy(update={"person": person.id})


def _lasts_s(on: Condition) -> float:
    """Return how long something must be so before it counts."""
    return {"done": DONE_S, "told": UNNOTED_S}.get(on.kind, 0.0)
