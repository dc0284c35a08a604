"""What would come of a routine before anybody agrees to it: what is wrong with it, and how often it would have run."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from daemon.errors import DaemonError
from daemon.routines.linting.dead import entities_named
from daemon.routines.linting.findings import Finding
from daemon.routines.linting.linting import lint
from daemon.routines.model import Routine, RoutineId
from daemon.routines.playing.house import House
from daemon.routines.playing.rehearsing import Begins, rehearse
from daemon.routines.playing.stage import Stage
from daemon.routines.reading import read_object, read_routines
from daemon.routines.triggers import PatternTrigger, SunTrigger, TimeTrigger
from daemon.routines.world import World
from devices.home import Home
from devices.model import EntityId
from skills.automated import Prospect
from skills.builtin.words import device_called, listing
from skills.language import say

log = logging.getLogger("hearth." + __name__)

DRAFT = RoutineId("hearth.draft")
"""The id of a routine that is only looked at."""
LOOKED_S = 2.5
"""A person waits for the answer: what is not found out in this time is not said."""
LATELY = timedelta(days=7)
ENOUGH = timedelta(days=2)
"""A shorter history tells nothing of how often something happens."""
NEAR_ENOUGH = 300
"""As many routines are looked at beside it: beyond these those that share a thing with it, or with one that does."""
_GRAVEST = (
    "dead_entity", "never_fires", "loop", "self_trigger", "flood", "contradiction", "race", "unreachable_branch",
)  # fmt: skip


class Begun(Protocol):
    """One time that a routine was set off in a replay, as `daemon.backtesting.Fire` is."""

    @property
    def result(self) -> str:
        """``ran``, ``declined``, ``busy`` or ``runs``."""
        ...


class Replayed(Protocol):
    """What a replay comes to, as `daemon.backtesting.Backtest` is."""

    @property
    def fires(self) -> Sequence[Begun]:
        """Each time that the routine was set off."""
        ...

    @property
    def left_out(self) -> int:
        """How many more."""
        ...

    @property
    def unheard(self) -> Sequence[str]:
        """What may set it off and is in no history."""
        ...

    @property
    def blank(self) -> Sequence[str]:
        """Things it goes by of which nothing is on record."""
        ...


class Looking(Protocol):
    """What knows what happened, as `daemon.past.Past` does."""

    async def amount(self) -> tuple[int, datetime | None, int]:
        """Return how many changes are on record, since when, and how many were dropped."""
        ...

    async def backtest(self, routine: str | None, text: str | None, since: datetime) -> Replayed:
        """Replay the routine of a text over what happened since a moment."""
        ...


@dataclass(frozen=True, slots=True)
class Ground:
    """What a routine is looked at with."""

    known: Sequence[Routine]
    """The household's, those that are off too."""
    world: World
    home: Home
    house: House
    """What there is, see `daemon.automating.surveying.house_here`."""


async def prospect_of(definition: Mapping[str, object], ground: Ground, lately: Looking | None) -> Prospect:
    """Return what would come of a routine in Home Assistant's form if it were kept and on; in the language spoken.

    What takes too long is left out; a form that is no routine has no prospect.
    """
    reading = read_object([{"id": DRAFT, "alias": DRAFT, **definition}])
    if not reading.routines:
        return Prospect()
    draft = replace(reading.routines[0], id=DRAFT, enabled=True)
    looking = asyncio.to_thread(looked_at, draft, ground)
    try:
        async with asyncio.timeout(LOOKED_S):
            findings, others = await looking
            past = await _past(draft, definition, ground.world.now, lately)
    except TimeoutError:
        return Prospect()
    worries = tuple(dict.fromkeys([*_sunless(draft, ground), *(worded(one, {DRAFT}, ground) for one in findings)]))
    follows = ""
    if others:
        named = listing([f"“{one}”" for one in others])
        follows = say("That would also set off: {names}.", names=named)
    return Prospect(worries, follows, past)


def _sunless(draft: Routine, ground: Ground) -> list[str]:
    """Return what to say of a routine that waits for the sun, in a house of which nobody said where it stands."""
    # Beyond the polar circle the sun stays away for months, but not in all seasons.
    days = [ground.world.now.date() + timedelta(days=season * 91) for season in range(4)]
    waits = any(isinstance(one.when, SunTrigger) for one in draft.triggers)
    if not waits or any(ground.world.sun("sunset", day) is not None for day in days):
        return []
    text = "I don't know where this house stands, so there is no sunset for me: set latitude and longitude in [home]."
    return [say(text)]


def looked_at(draft: Routine, ground: Ground) -> tuple[Sequence[Finding], Sequence[str]]:
    """Return what is wrong with a routine among the others, the gravest first, and which others it sets off."""
    beside = _near(draft, [one for one in ground.known if one.enabled])
    findings = lint([*beside, draft], ground.house)
    own = sorted((one for one in findings if draft.id in one.routines), key=lambda one: _GRAVEST.index(one.kind))
    played = rehearse([*beside, draft], Stage.of(ground.world), Begins(draft.id))
    begun = dict.fromkeys(line.routine for line in played.lines if line.kind == "began")
    names: dict[str, str] = {one.id: one.alias for one in beside}
    return own, [names[one] for one in begun if one is not None and one in names]


async def wrong_with(text: str, ground: Ground) -> Sequence[tuple[Sequence[str], Finding]]:
    """Return what would be wrong with the routines of a file if they were kept and on, each with those of the file."""
    reading = await asyncio.to_thread(read_routines, text)
    fresh = {one.id: replace(one, enabled=True) for one in reading.routines if one.enabled}
    others = [one for one in ground.known if one.id not in fresh]
    found = await asyncio.to_thread(lint, [*others, *fresh.values()], ground.house)
    of_file = [([id_ for id_ in one.routines if id_ in fresh], one) for one in found]
    return [(ids, one) for ids, one in of_file if ids]


def worded(finding: Finding, own: set[str], ground: Ground) -> str:  # a table of kinds
    """Return a finding in a sentence for people, in the language spoken; ``own`` are the routines spoken of as "it"."""
    names: dict[str, str] = {one.id: one.alias for one in ground.known}
    others = [names[one] for one in finding.routines if one not in own and one in names]
    entity = ground.home.entity(EntityId(finding.about)) if finding.about else None
    thing = device_called(entity) if entity is not None else finding.about
    other = listing([f"“{one}”" for one in others])
    match finding.kind:
        case "contradiction" if others:
            return say(
                "Your routine {other} would pull {thing:acc} the other way at the same time.", other=other, thing=thing
            )
        case "contradiction":
            return say("It would pull {thing:acc} two ways at once.", thing=thing)
        case "loop" if others:
            return say("That and your routine {other} would set each other off without end.", other=other)
        case "loop" | "self_trigger":
            return say("It would set itself off again and again.")
        case "flood":
            return say("It would go on and on without a pause: nothing holds it back.")
        case "race" if others:
            return say("It and your routine {other} would get in each other's way: {thing}.", other=other, thing=thing)
        case "race":
            return say("When it is set off twice, the runs would get in each other's way: {thing}.", thing=thing)
        case "never_fires":
            return say("As it stands, it would never do anything.")
        case "unreachable_branch":
            return say("A part of it would never be done.")
        case "dead_entity":
            return say("It counts on something that is not here: {thing}.", thing=thing)


def _near(draft: Routine, others: Sequence[Routine]) -> Sequence[Routine]:
    if len(others) <= NEAR_ENOUGH:
        return others
    named = {one.id: frozenset(entities_named(one)) for one in others}
    reach = set(entities_named(draft))
    for _ in range(2):
        reach |= {entity for things in named.values() if not reach.isdisjoint(things) for entity in things}
    return [one for one in others if not reach.isdisjoint(named[one.id])][:NEAR_ENOUGH]


async def _past(draft: Routine, definition: Mapping[str, object], now: datetime, past: Looking | None) -> str:
    """Return how often a routine would have run lately; empty where the clock sets it off, or nobody knows."""
    timely = all(isinstance(one.when, TimeTrigger | SunTrigger | PatternTrigger) for one in draft.triggers)
    if timely or past is None:
        return ""
    try:
        _, begins, _ = await past.amount()
        if begins is None or now - begins < ENOUGH:
            return ""
        since = max(begins, now - LATELY)
        found = await past.backtest(None, json.dumps([{"id": DRAFT, "alias": DRAFT, **definition}]), since)
    except DaemonError as error:
        log.debug("a draft could not be replayed: %s", error)
        return ""
    if found.blank or found.unheard:
        return ""
    count = sum(one.result in ("ran", "runs") for one in found.fires) + found.left_out
    days = (now - since).days
    if count == 0:
        return say("In the last {days} days it would not have run once.", days=days)
    if count == 1:
        return say("In the last {days} days it would have run once.", days=days)
    return say("In the last {days} days it would have run {count} times.", days=days, count=count)
