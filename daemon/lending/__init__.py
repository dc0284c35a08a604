"""Rights that people lend each other until a time: kept in rows, looked at anew at every wish, ended to the second.

What the household has configured stands beside them: `Lending.ruling` knows both.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import cast

from pydantic import BaseModel

from daemon.clock import Clock
from daemon.household import Household, Person, Role
from daemon.household.rights import EVERYBODY, UNKNOWN, Asker, Right, Thing, about, ruling
from daemon.journal import Journal
from daemon.lending import rows
from daemon.lending.rows import Lent
from daemon.lending.words import what_of, who_of
from daemon.precedence import leaves
from daemon.store import Store, StoreError
from devices.model import EntityId, HomeView
from devices.names import fold, slug
from skills.builtin.times import until as until_when
from skills.effect import Effect
from skills.household import RightEnd, RightLend, right_end
from skills.language import Words, say
from skills.model import Cause, Origin, Outcome, PersonId, Risk, Verdict
from skills.rights import RightNote

log = logging.getLogger("hearth." + __name__)

_BY_THEMSELVES = (Origin.ROUTINE, Origin.REMINDER, Origin.DAEMON, Origin.MQTT, Origin.MCP)
"""Doors through which comes what no person need stand behind: with nobody, rights of people say nothing about it."""
GROWN_UP = (Role.OWNER, Role.ADULT)
_GUARDS = frozenset({"lock", "alarm_control_panel", "valve"})
_DOORS = frozenset({"garage", "gate", "door"})
MOST_LENT = 200
_ROLE_WORDS = {
    "guest": "guest",
    "guests": "guest",
    "gast": "guest",
    "gaste": "guest",
    "child": "child",
    "children": "child",
    "kid": "child",
    "kids": "child",
    "kind": "child",
    "kinder": "child",
    "everybody": EVERYBODY,
    "everyone": EVERYBODY,
    "alle": EVERYBODY,
    "jeder": EVERYBODY,
    "unknown": UNKNOWN,
}


_NO_NAMES = frozenset({"", "nobody", "no one", "niemand", "me", "us", "you", "i", "mich", "uns", "dich"})


class Lending:
    """Keeps what is lent; fulfils `skills.rights.RightsView`."""

    def __init__(self, store: Store, journal: Journal, home: HomeView, household: Household, clock: Clock) -> None:
        self._store, self._journal, self._clock = store, journal, clock
        self._home, self._household = home, household
        self._lent: dict[int, Lent] = {}
        self._all: tuple[Right, ...] = household.rights
        self._timed = asyncio.Event()
        """Set while something is lent that ends by itself."""

    async def begin(self) -> None:
        """Read what is lent; what ended while nobody was there counts no more, and is put down by `run`.

        Raises:
            StoreError: it cannot be read.
        """
        self._lent = dict(await self._store.run_bare(rows.not_ended))
        self._gather()

    def effects(self) -> Sequence[Effect]:
        """Return those by which rights are lent and taken back."""
        return [
            Effect("right.lend", RightLend, self._risk, self._lend, self._lend_words),
            Effect("right.end", RightEnd, lambda _: Risk.REVERSIBLE, self._end, self._end_words),
        ]

    async def run(self) -> None:
        """Put down in the journal what has ended; ends only by cancellation.

        Nothing waits for this: a right that is over does not count, whether that was written down or not.
        """
        while True:
            await self._timed.wait()
            now = self._clock.now()
            over = [number for number, lent in self._lent.items() if _is_over(lent, now)]
            if over:
                await self._put_down(over, now)
            # In slices: a suspended machine must not stretch the wait.
            await self._clock.sleep(1.0)

    # Asked for each wish

    def ruling(self, cause: Cause, effect: str, thing: Thing | None) -> Right | None:
        """Return what decides whether somebody may do this; ``None``: nobody said anything, their role decides."""
        if not self._all:
            return None
        asker = self._asker(cause)
        if asker is None:
            return None
        return ruling(self._all, asker, effect, thing, now=self._clock.now(), zone=self._household.zone)

    def thing(self, id: EntityId) -> Thing:
        """Return a thing as rights speak of it."""
        entity = self._home.entity(id)
        return Thing(id, entity.area if entity is not None else None)

    def told(self, right: Right) -> str:
        """Return a right in words, for the journal: ``the sitter may use the front door until 23:00``."""
        return self._sentence(self._note(right))

    # What skills read

    def lent(self) -> Sequence[RightNote]:
        """Return what is lent now, the newest first."""
        now = self._clock.now()
        return [self._note(lent.right) for lent in reversed(self._lent.values()) if not _is_over(lent, now)]

    def of(self, person: str | None) -> tuple[str | None, Sequence[RightNote]]:
        """Return the role of somebody, and what the household said of them."""
        known = self._household.known(PersonId(person)) if person is not None else None
        asker = Asker(known.id if known is not None else None, known.role if known is not None else None)
        found = about(self._all, asker, now=self._clock.now(), zone=self._household.zone)
        return asker.role, [self._note(right) for right in found]

    def who_may(self, thing: EntityId) -> Sequence[RightNote]:
        """Return for each person whether they may use a thing: by what was said of them, else by their role."""
        entity = self._home.entity(thing)
        guarded = entity is not None and (entity.domain in _GUARDS or entity.device_class in _DOORS)
        now, zone, found = self._clock.now(), self._household.zone, list[RightNote]()
        for person in (*self._household.people.values(), *self._household.guests.values()):
            asker = Asker(person.id, person.role)
            right = ruling(self._all, asker, "device.call", self.thing(thing), now=now, zone=zone)
            may = right.may if right is not None else not guarded or person.role in GROWN_UP
            until = right.until if right is not None else None
            found.append(RightNote(person.name, may, str(self._named(thing)), until))
        return found

    # Lending

    def _risk(self, parameters: BaseModel) -> Risk:
        given = cast("RightLend", parameters)
        if not given.may:
            return Risk.REVERSIBLE
        return Risk.CRITICAL if self._is_grave(given) else Risk.CONSEQUENTIAL

    def _is_grave(self, given: RightLend) -> bool:
        """Say whether it lets somebody at what keeps people out: then it is read back before it is lent."""
        if not _GUARDS.isdisjoint(given.domains):
            return True
        return any(
            entity.domain in _GUARDS or entity.device_class in _DOORS
            for thing in self._things(given)
            if (entity := self._home.entity(thing)) is not None
        )

    def _things(self, given: RightLend) -> Sequence[EntityId]:
        """Return what is in the house of all that it is about."""
        right = _right_of(given, frozenset())
        return [
            entity.id
            for entity in self._home.entities()
            if right.is_about("device.call", Thing(entity.id, entity.area))
        ] + [leaf for thing in given.things for leaf in leaves(self._home, thing)]

    async def _lend(self, parameters: BaseModel, cause: Cause) -> Outcome:
        given = cast("RightLend", parameters)
        now = self._clock.now()
        until = datetime.fromisoformat(given.until) if given.until is not None else None
        why_not = self._objection(given, cause, until, now)
        if why_not is not None:
            return Outcome(Verdict.REFUSED, why_not)
        who, guest = self._whom(given.who)
        right = replace(_right_of(given, frozenset({who})), until=until, since=now, by=cause.person)
        lent = Lent(right, guest, cause.id)
        number = await self._store.run_bare(lambda connection: rows.add(connection, lent), urgent=True)
        self._lent[number] = replace(lent, right=replace(right, id=number))
        self._gather()
        return Outcome(Verdict.DONE, undo=right_end([number]))

    def _objection(self, given: RightLend, cause: Cause, until: datetime | None, now: datetime) -> str | None:
        role = self._household.role_of(cause)
        if role not in GROWN_UP:
            return say("only an adult of the house whom I know decides who may do what")
        if fold(given.who) in _NO_NAMES:
            return say("I do not know whom you mean")
        if not (given.things or given.domains or given.areas):
            return say("I do not know what it is about")
        if until is not None and until <= now:
            return say("that is over already")
        if len(self._lent) >= MOST_LENT:
            return say("too much is lent already")
        who, _ = self._whom(given.who)
        known = self._household.known(PersonId(who))
        if not given.may and known is not None and known.role is Role.OWNER and cause.person != known.id:
            return say("an owner of the house cannot be kept from anything")
        barred = next((thing for thing in self._things(given) if self._is_barred(cause, thing)), None)
        if given.may and barred is not None:
            return say("who may not use {things:acc} cannot lend it", things=self._named(barred))
        return None

    def _is_barred(self, cause: Cause, thing: EntityId) -> bool:
        found = self.ruling(cause, "device.call", self.thing(thing))
        return found is not None and not found.may

    def _whom(self, words: str) -> tuple[str, str | None]:
        """Return the id of whoever is meant, or a role; and what they are called if they are nobody's entry."""
        said = fold(words)
        for article in ("the ", "our ", "der ", "die ", "das ", "den ", "unser ", "unsere "):
            said = said.removeprefix(article)
        if said in _ROLE_WORDS:
            return _ROLE_WORDS[said], None
        known = self._household.person_named(words) or self._household.person_named(said)
        if known is not None:
            return known.id, known.name if known.id in self._household.guests else None
        return slug(said), words.strip()

    def _lend_words(self, parameters: BaseModel) -> str:
        given = cast("RightLend", parameters)
        who, guest = self._whom(given.who)
        until = datetime.fromisoformat(given.until) if given.until is not None else None
        text = "let {who} use {things:acc}{until}" if given.may else "keep {who} from {things:dat}{until}"
        called = who_of(who, self._household, guest)
        what = what_of(_right_of(given, frozenset()), self._home)
        return say(text, who=called, things=what, until=self._until(until))

    # Taking back

    async def _end(self, parameters: BaseModel, cause: Cause) -> Outcome:
        given = cast("RightEnd", parameters)
        found = [self._lent[number] for number in given.ids if number in self._lent]
        if not found:
            return Outcome(Verdict.FAILED, say("nothing of that is lent"))
        role = self._household.role_of(cause)
        # Anybody may give up what was lent to them; a ban falls only by who may lend.
        own = all(lent.right.may and cause.person is not None and cause.person in lent.right.who for lent in found)
        if role not in GROWN_UP and not own:
            return Outcome(Verdict.REFUSED, say("only an adult of the house whom I know decides who may do what"))
        others = [lent for lent in found if not lent.right.may and lent.right.by not in (None, cause.person)]
        if role is not Role.OWNER and others:
            return Outcome(Verdict.REFUSED, say("that is for whoever said it, or for an owner of the house"))
        numbers, now = [lent.right.id for lent in found if lent.right.id is not None], self._clock.now()
        await self._store.run_bare(lambda connection: rows.end(connection, numbers, rows.TAKEN_BACK, now), urgent=True)
        for number in numbers:
            self._lent.pop(number, None)
        self._gather()
        return Outcome(Verdict.DONE)

    def _end_words(self, parameters: BaseModel) -> str:
        notes = [self._note(self._lent[one].right) for one in cast("RightEnd", parameters).ids if one in self._lent]
        told = "; ".join(self._sentence(note) for note in notes[:3])
        return say("take back what was lent: {what}", what=told) if told else say("take back what was lent")

    # Inside

    def _gather(self) -> None:
        self._all = (*self._household.rights, *(lent.right for lent in self._lent.values()))
        if any(lent.right.until is not None for lent in self._lent.values()):
            self._timed.set()
        else:
            self._timed.clear()
        called = {PersonId(who): lent.guest for lent in self._lent.values() if lent.guest for who in lent.right.who}
        guests = self._household.guests
        for gone in [one for one in guests if one not in called]:
            del guests[gone]
        for who, name in called.items():
            if who not in self._household.people:
                guests[who] = Person(who, name or who, Role.GUEST)

    async def _put_down(self, over: Sequence[int], now: datetime) -> None:
        for number in over:
            lent = self._lent[number]
            try:
                cause = Cause(lent.cause, Origin.DAEMON, lent.right.by)
                await self._journal.note(cause, f"ended: {self.told(lent.right)}", targets=sorted(lent.right.things))
                await self._store.run_bare(partial(rows.end, numbers=[number], how=rows.OVER, at=now))
            except StoreError as error:
                log.error("could not write down that something is lent no more: %s", error)
                return
            self._lent.pop(number, None)
        self._gather()

    def _asker(self, cause: Cause) -> Asker | None:
        role = self._household.role_of(cause)
        if cause.person is None and role is None and cause.origin in _BY_THEMSELVES:
            return None
        return Asker(self._household.heard_as(cause), role)

    def _note(self, right: Right) -> RightNote:
        lent = self._lent.get(right.id or 0)
        guest = lent.guest if lent is not None else None
        who = ", ".join(who_of(one, self._household, guest) for one in sorted(right.who))
        giver = self._household.known(right.by)
        what = str(what_of(right, self._home))
        return RightNote(who, right.may, what, right.until, right.id, giver.name if giver is not None else None)

    def _sentence(self, note: RightNote) -> str:
        text = "{who} may use {things}{until}" if note.may else "{who} may not use {things}{until}"
        return say(text, who=note.who, things=note.words, until=self._until(note.until))

    def _until(self, until: datetime | None) -> str:
        if until is None:
            return ""
        return " " + until_when(until, self._clock.now().astimezone(self._household.zone))

    def _named(self, thing: EntityId) -> Words:
        return what_of(Right(frozenset(), True, frozenset({thing})), self._home)


def _right_of(given: RightLend, who: Iterable[str]) -> Right:
    return Right(
        frozenset(who),
        given.may,
        frozenset(given.things),
        frozenset(given.domains),
        frozenset(given.areas),
    )


def _is_over(lent: Lent, now: datetime) -> bool:
    return lent.right.until is not None and now >= lent.right.until
