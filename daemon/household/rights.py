"""What the household lets somebody do, or keeps somebody from: by person, thing, kind, room, effect and time.

Without a word of the household what counts is the role (`daemon.policy`). A right lifts a child or a guest to a
grown-up for what it names; a ban keeps anybody off it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from fnmatch import fnmatchcase

from devices.model import AreaId, EntityId
from skills.model import PersonId

EVERYBODY = "everybody"
UNKNOWN = "unknown"
"""Stands for a voice, or a page, of which nobody knows whose it is."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What a wish is about, as far as rights speak of it."""

    id: EntityId
    area: AreaId | None = None

    @property
    def domain(self) -> str:
        """Its kind: ``lock``."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wishes for something, as far as rights speak of them."""

    person: PersonId | None
    role: str | None

    def is_one_of(self, who: Collection[str]) -> bool:
        """Say whether a right for these ids and roles is about them. An owner is bound by their own name alone."""
        if self.person is not None and self.person in who:
            return True
        if self.role == "owner":
            return False
        return EVERYBODY in who or (self.role or UNKNOWN) in who


@dataclass(frozen=True, slots=True)
class Right:
    """Somebody may do something, or may not. What is left empty is not looked at."""

    who: frozenset[str]
    """Ids of people, roles, `UNKNOWN`, `EVERYBODY`."""
    may: bool
    things: frozenset[EntityId] = frozenset()
    domains: frozenset[str] = frozenset()
    areas: frozenset[AreaId] = frozenset()
    effects: frozenset[str] = frozenset()
    """Patterns of effects: ``device.*``, ``reminder.add``."""
    hours: tuple[time, time] | None = None
    """From the first until before the second, on the wall of the house; may pass midnight."""
    days: frozenset[int] = frozenset()
    """Days of the week, Monday 0; what passes midnight belongs to the day on which it began."""
    until: datetime | None = None
    """Aware: from then on it is as if it had never been."""
    since: datetime | None = None
    """When it was lent, aware; ``None``: it stands in the configuration."""
    id: int | None = None
    """The number of one that was lent."""
    by: PersonId | None = None
    """Who lent it."""
    words: str = ""
    """What it is about, for people: ``open the front door``."""

    def holds(self, now: datetime, zone: tzinfo) -> bool:
        """Say whether it counts now."""
        if self.until is not None and now >= self.until:
            return False
        if self.hours is None and not self.days:
            return True
        local = now.astimezone(zone)
        begins, ends = self.hours or (time.min, time.max)
        at, day = local.time(), local.date()
        if begins <= ends:
            within = begins <= at and (at < ends or self.hours is None)  # the last moment of a whole day is in it
        else:
            within = at >= begins or at < ends
            day -= timedelta(days=at < ends)
        return within and (not self.days or day.weekday() in self.days)

    def is_about(self, effect: str, thing: Thing | None) -> bool:
        """Say whether it is about an effect on a thing; with ``None``, on no thing at all."""
        if self.effects and not any(fnmatchcase(effect, pattern) for pattern in self.effects):
            return False
        if not (self.things or self.domains or self.areas):
            return bool(self.effects) or thing is not None
        if thing is None:
            return False
        if self.areas and thing.area not in self.areas:
            return False
        return not (self.things or self.domains) or thing.id in self.things or thing.domain in self.domains

    @property
    def weight(self) -> tuple[int, float, int]:
        """What counts more of several: lent before configured and the newest of these first, a name before a role, a
        role before everybody; of the same the ban.
        """
        if self.since is not None:
            return (3, self.since.timestamp(), self.id or 0)
        roles = {"owner", "adult", "child", "guest", UNKNOWN, EVERYBODY}
        level = 2 if self.who - roles else 1 if self.who - {EVERYBODY} else 0
        return (level, 0.0, not self.may)


def ruling(
    rights: Iterable[Right], asker: Asker, effect: str, thing: Thing | None, *, now: datetime, zone: tzinfo
) -> Right | None:
    """Return the right or the ban that decides; ``None``: the household said nothing of it."""
    found = [
        right
        for right in rights
        if right.is_about(effect, thing) and asker.is_one_of(right.who) and right.holds(now, zone)
    ]
    return max(found, key=lambda right: right.weight, default=None)


def about(rights: Iterable[Right], asker: Asker, *, now: datetime, zone: tzinfo) -> Sequence[Right]:
    """Return all that the household said of somebody and that counts now, what weighs most first."""
    found = [right for right in rights if asker.is_one_of(right.who) and right.holds(now, zone)]
    return sorted(found, key=lambda right: right.weight, reverse=True)
