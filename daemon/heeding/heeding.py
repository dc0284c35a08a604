"""What was told and acts: asked by the gateway, the conversation, and whatever speaks or wakes by itself."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from daemon.clock import Clock
from daemon.heeding.foreseeing import Act, deeds_of, does, rooms_named
from daemon.heeding.hours import ALWAYS, Hours
from daemon.heeding.lifting import Lifts, lifts
from daemon.heeding.rules import Adds, AsksFirst, Brief, Forbids, Hushes, Rule, rule_of
from daemon.heeding.told import Wanted, quoted, wanted_of
from daemon.household import Household, Role
from daemon.journal import Wish
from daemon.policy import Ask, Decision, Refuse
from daemon.store import Store
from devices.home import Home
from devices.model import AreaId
from devices.names import fold
from skills.builtin.words import clock as worded
from skills.builtin.words import listing, room, weekday
from skills.facts import Taste
from skills.language import say
from skills.model import Action, Cause, Origin, PersonId, Risk, Utterance

Foresee = Callable[[str, str], Awaitable[Sequence[Action]]]
"""Returns what a sentence, in a language, would wish for; nothing is done."""
Together = Callable[[AreaId | None, datetime], Collection[PersonId]]
"""Returns who is believed to be in a room."""

FORESEE_S = 3.0
_PEOPLE = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD, Origin.MODEL})
"""The doors behind which somebody is who can be asked."""
_GROWN_UP = (Role.OWNER, Role.ADULT)


@dataclass(frozen=True, slots=True)
class Standing:
    """An instruction that acts."""

    told: Wanted
    rule: Rule


class Heeding:
    """Holds what was told of how people want things, as it stands now."""

    def __init__(self, store: Store, household: Household, home: Home, clock: Clock, together: Together) -> None:
        """``together`` tells who else is in a room. Nothing is read before `refresh`."""
        self._store, self._household, self._home, self._clock = store, household, home, clock
        self._together = together
        self._wanted: Sequence[Wanted] = ()
        self._standing: Sequence[Standing] = ()
        self._deeds: dict[tuple[int, int], Sequence[Act]] = {}
        self.foresee: Foresee = _nothing

    async def refresh(self) -> None:
        """Read anew what was told; to be called at the start, and when something of it changed.

        Raises:
            StoreError: it cannot be read.
        """
        self._wanted = await wanted_of(self._store)
        rules = [(one, rule_of(one.text)) for one in self._wanted if one.kind == "instruction"]
        self._standing = [Standing(one, rule) for one, rule in rules if rule is not None]
        self._deeds.clear()

    # The gateway

    async def judge(self, wish: Wish) -> Decision | None:
        """Return what an instruction makes of a wish that may be carried out; ``None`` if none is about it.

        What was forbidden is not done by itself. Whoever orders it all the same is reminded, and asked once; children,
        guests and strangers are told whose wish it is.
        """
        if not self._standing or wish.risk is Risk.READ or wish.undoes:
            return None
        now = self._clock.now()
        for standing in self._standing:
            if standing.told.counts_for(wish.cause.person) and await self._is_about(standing.rule, wish, now):
                return self._decided(standing, wish.cause)
        return None

    async def _is_about(self, rule: Rule, wish: Wish, now: datetime) -> bool:
        match rule:
            case Forbids(hours=hours) | AsksFirst(hours=hours):
                return hours.holds(now, self._household.zone) and does(wish, await self._deeds_of(rule))
            case Hushes():
                named = rooms_named(wish)
                return bool(named) and set(named) <= set(self._hushed_by(rule, now))
            case Adds() | Brief():
                return False
            case _:
                assert_never(rule)

    def _decided(self, standing: Standing, cause: Cause) -> Decision:
        reason = self._reason(standing.told, cause)
        if isinstance(standing.rule, AsksFirst):
            return Ask(reason)
        if cause.origin not in _PEOPLE:
            return Refuse(reason)
        may = standing.told.owner == cause.person or self._household.role_of(cause) in _GROWN_UP
        return Ask(reason) if may else Refuse(reason)

    def _reason(self, told: Wanted, cause: Cause) -> str:
        words = quoted(told.text)
        if told.owner is None or told.owner == cause.person:
            return say("you told me: “{words}”", words=words)
        known = self._household.people.get(told.owner)
        return say("{who} told me: “{words}”", who=known.name if known is not None else told.owner, words=words)

    async def _deeds_of(self, rule: Forbids | AsksFirst) -> Sequence[Act]:
        """Return what a command would do; found out again when the house has other things."""
        key = hash(rule), len(self._home.entities())
        if key not in self._deeds:
            try:
                async with asyncio.timeout(FORESEE_S):
                    self._deeds[key] = deeds_of(await self.foresee(rule.command, rule.language))
            except TimeoutError:
                return ()
        return self._deeds[key]

    # The conversation

    def beside(self, utterance: Utterance) -> Sequence[str]:
        """Return the commands that are carried out too when this is said."""
        if not self._standing:
            return ()
        said = _folded(utterance.text)
        return [
            one.rule.command
            for one in self._standing
            if isinstance(one.rule, Adds)
            and one.told.counts_for(utterance.cause.person)
            and _folded(one.rule.said) == said
        ]

    def is_brief(self, utterance: Utterance) -> bool | None:
        """Return whether the answer to this is to be short, by what its speaker told; ``None``: nobody said."""
        person, words = utterance.cause.person, fold(utterance.text)
        for one in self._standing:
            if isinstance(one.rule, Brief) and one.told.counts_for(person):
                about = one.rule.about
                if about is None or fold(about) in words:
                    return one.rule.on
        found = self._of(person, "answers")
        return None if found is None else found.thing == "short"

    async def promise(self, text: str) -> str:
        """Return what is said to somebody who gave an instruction: what will come of it, or that nothing can."""
        rule = rule_of(text)
        match rule:
            case Brief():
                return say("All right, I keep it short.")
            case Adds(said=said):
                if await self._foreseen(rule.command, rule.language):
                    return say("All right, whenever you say “{said}” I do that too.", said=said)
            case Hushes():
                if self._rooms_of(rule):
                    return self._silence(rule)
            case Forbids() | AsksFirst():
                if await self._deeds_of(rule):
                    when = _when(rule.hours)
                    if isinstance(rule, AsksFirst):
                        return say("All right, I ask first{when}.", when=when)
                    return say(
                        "All right, not by itself{when}; and if you want it all the same, I ask once.", when=when
                    )
            case None:
                pass
            case _:
                assert_never(rule)
        return say("I will remember that, but I cannot make it happen by myself yet.")

    async def _foreseen(self, command: str, language: str) -> bool:
        return bool(await self.foresee(command, language))

    def _silence(self, rule: Hushes) -> str:
        when = _when(rule.hours)
        if rule.room is None:
            text = "All right, I keep silent{when}; alarms, and what you ask me then, are told all the same."
            return say(text, when=when)
        area = self._home.area_named(rule.room)
        called = room(area.name if area is not None else rule.room)
        return say("All right, I say nothing by myself {room:in}{when}.", room=called, when=when)

    async def lifted(self, utterance: Utterance) -> Sequence[Wanted]:
        """Return the instructions that a text takes back; nothing where it has no such form, or no rule is about it."""
        lifting = lifts(utterance.text)
        if lifting is None:
            return ()
        if lifting.about:
            person, told = utterance.cause.person, self.instructions()
            return [one for one in told if one.counts_for(person) and self._is_named(one, lifting.about)]
        acts = deeds_of(await self.foresee(lifting.command, lifting.language)) if lifting.command else ()
        found = [one for one in self._standing if one.told.counts_for(utterance.cause.person)]
        return [one.told for one in found if await self._ends(one.rule, lifting, acts)]

    def instructions(self) -> Sequence[Wanted]:
        """Return what everybody told of how the house is to serve, also what only is kept."""
        return [one for one in self._wanted if one.kind == "instruction"]

    def _is_named(self, told: Wanted, about: str) -> bool:
        """Say whether an instruction has the words by which it is spoken of, or another name of the thing they name."""
        words, text = _folded(_ARTICLE.sub("", about)), f" {_folded(told.text)} "
        names = [
            [entity.name, *entity.aliases]
            for entity in self._home.entities()
            if words in map(fold, (entity.name, *entity.aliases))
        ]
        return any(f" {fold(name)} " in text for name in [words, *(name for some in names for name in some)])

    async def _ends(self, rule: Rule, lifting: Lifts, acts: Sequence[Act]) -> bool:
        match rule:
            case Forbids() | AsksFirst():
                # What is no command here, and only kept, is known again by its words.
                if lifting.command and _folded(rule.command) == _folded(lifting.command):
                    return True
                deeds = await self._deeds_of(rule)
                return any(act.meets(deed) for act in acts for deed in deeds)
            case Hushes():
                named = self._home.area_named(lifting.room) if lifting.room is not None else None
                here = lifting.room is None or (named is not None and named.id in self._rooms_of(rule))
                return lifting.speaks and here
            case Brief():
                return lifting.at_length
            case Adds(said=said):
                return bool(lifting.said) and _folded(said) == _folded(lifting.said)
            case _:
                assert_never(rule)

    def may_lift(self, owner: PersonId | None, cause: Cause) -> bool:
        """Say whether somebody may take an instruction of its ``owner`` back: whoever gave it, and grown-ups."""
        own = owner is not None and owner == cause.person
        return own or not self._household.people or self._household.role_of(cause) in _GROWN_UP

    # What speaks by itself

    def hushed(self, now: datetime) -> Collection[AreaId]:
        """Return the rooms in which nothing is said by itself now."""
        rooms: set[AreaId] = set()
        for one in self._standing:
            if isinstance(one.rule, Hushes):
                rooms.update(self._hushed_by(one.rule, now))
        return rooms

    def _hushed_by(self, rule: Hushes, now: datetime) -> Sequence[AreaId]:
        return self._rooms_of(rule) if rule.hours.holds(now, self._household.zone) else ()

    def _rooms_of(self, rule: Hushes) -> Sequence[AreaId]:
        if rule.room is None:
            return [area.id for area in self._home.areas()]
        area = self._home.area_named(rule.room)
        return [] if area is None else [area.id]

    # Tastes

    def tastes(self, relation: str, *, who: str | None, where: str | None) -> Sequence[Taste]:
        """Return how whoever asks wants something, then others who are in the room; see `FactsView.tastes`."""
        person = None if who is None else PersonId(who)
        mine = [Taste(one.thing) for one in self._all(person, relation)]
        area = None if where is None else AreaId(where)
        others: Collection[PersonId] = () if area is None else self._together(area, self._clock.now())
        theirs = [
            Taste(one.thing, self._household.people[other].name)
            for other in others
            if other != person and other in self._household.people
            for one in self._all(other, relation)[:1]
            if not one.own
        ]
        house = [] if mine else [Taste(one.thing) for one in self._house(relation)]
        return [*mine, *theirs, *house]

    def goals(self) -> Sequence[Wanted]:
        """Return the goals of everybody, for what asks about them."""
        return [one for one in self._wanted if one.kind == "goal" and one.relation == "goal"]

    def of(self, person: PersonId | None, relation: str) -> str | None:
        """Return the newest that somebody told of themselves in one regard; ``None`` if they told nothing."""
        found = self._of(person, relation)
        return None if found is None else found.thing

    def _of(self, person: PersonId | None, relation: str) -> Wanted | None:
        return next(iter([*self._all(person, relation), *self._house(relation)]), None)

    def _all(self, person: PersonId | None, relation: str) -> Sequence[Wanted]:
        return [one for one in self._wanted if one.relation == relation and one.owner == person and not one.household]

    def _house(self, relation: str) -> Sequence[Wanted]:
        return [one for one in self._wanted if one.relation == relation and one.household and not one.own]


async def _nothing(command: str, language: str) -> Sequence[Action]:
    """Foresee nothing: no sentences are known yet."""
    del command, language
    return ()


_ARTICLE = re.compile(r"^(?:the|my|our|der|die|das|den|dem|meine?|unsere?)\s+", re.IGNORECASE)
_SMALL = frozenset({"hearth", "please", "bitte", "hey", "ok", "okay", "everyone", "alle", "allerseits"})


def _folded(text: str) -> str:
    return " ".join(word for word in fold(text).split() if word not in _SMALL)


def _when(hours: Hours) -> str:
    """Return when a rule holds, to be hung on a sentence: `` from 23:00 to 06:00``; nothing if it always does."""
    if hours == ALWAYS:
        return ""
    parts: list[str] = []
    if hours.span is not None:
        day = datetime(2024, 1, 1)
        first, last = (worded(datetime.combine(day, at)) for at in hours.span)
        parts.append(say("from {first} to {last}", first=first, last=last))
    if hours.days:
        # The first of January 2024 was a Monday.
        names = [weekday(datetime(2024, 1, 1 + number).date()) for number in sorted(hours.days)]
        parts.append(say("on {days}", days=listing(names)))
    return f" {' '.join(parts)}"
