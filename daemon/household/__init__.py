"""The people of the house and what they decided about who may do what."""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from daemon.household.rights import Right
from devices.model import EntityId
from devices.names import fold
from skills.model import Cause, Origin, PersonId

Span = tuple[time, time]
"""Hours of the day, from the first until before the second; may pass midnight."""


class Role(StrEnum):
    """What a person is to the household."""

    OWNER = "owner"
    ADULT = "adult"
    CHILD = "child"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who lives here, or is here often."""

    id: PersonId
    name: str
    role: Role = Role.ADULT
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Where to reach them, by channel: ``{"ntfy": ("anna-phone",)}``."""
    reach: tuple[str, ...] = ()
    """The channels to try, in order; those that are not named come last."""
    quiet: Span | None = None
    """When they want to hear of nothing but what is critical."""
    trackers: tuple[str, ...] = ()
    """The entities that tell where they are; empty: ``person.<id>``."""
    language: str | None = None
    """In which they are told what is for them; ``None``: in that of the house."""


@dataclass(frozen=True, slots=True)
class Household:
    """The people and the house rules, as configured."""

    people: Mapping[PersonId, Person] = field(default_factory=dict[PersonId, Person])
    zone: tzinfo = UTC
    most_devices: int = 40
    """More devices than this at once are asked about."""
    approval_for: timedelta = timedelta(minutes=2)
    """How long a question waits for its yes."""
    night: Span | None = None
    """When what has consequences is asked about even of adults; may pass midnight."""
    unattended: frozenset[EntityId] = frozenset()
    """What routines may unlock, open or disarm with nobody there to ask."""
    voice_confirms_critical: bool = False
    """Whether a voice that nobody recognized may say yes to unlocking: it may come through the window."""
    confirms_on: frozenset[str] = frozenset()
    """The channels on which people may say yes to what is about safety; none: only where it was wished for."""
    confirms_spoken: bool = False
    """Whether a wish about safety that was spoken is confirmed on another device too, as those of a model are."""
    rights: tuple[Right, ...] = ()
    """What the household lets people do and keeps them from, as configured."""
    guests: MutableMapping[PersonId, Person] = field(default_factory=dict[PersonId, Person])
    """Those who have something lent and are not configured: ``the sitter``. `daemon.lending` alone changes this."""
    voice_sure: float = 0.9
    """From which probability on a voice counts as that of the person it sounds like."""
    hold: timedelta = timedelta(minutes=30)
    """How long what a person set by hand is left alone by routines."""

    def known(self, person: PersonId | None) -> Person | None:
        """Return the person of an id, also a guest who has something lent."""
        return None if person is None else self.people.get(person) or self.guests.get(person)

    def person_named(self, words: str) -> Person | None:
        """Return the person of this id or name, or ``None``."""
        wanted = fold(words)
        known = (*self.people.values(), *self.guests.values())
        return next((who for who in known if wanted in (fold(who.id), fold(who.name))), None)

    def language_of(self, person: PersonId | None) -> str | None:
        """Return in which language somebody is told something; ``None``: in that of the house."""
        known = self.people.get(person) if person is not None else None
        return known.language if known is not None else None

    def role_of(self, cause: Cause) -> Role | None:
        """Return what the person behind a cause is; ``None`` if nobody knows who it is.

        What is written without a name came through the socket that only the owner of this machine can open; what was
        put off is still the wish of who put it off.
        """
        if cause.person is None:
            return Role.OWNER if Origin.TEXT in (cause.origin, cause.door) else None
        person = self.known(self.heard_as(cause))
        return person.role if person is not None else None

    def heard_as(self, cause: Cause) -> PersonId | None:
        """Return whose rights count: nobody's where a voice is less sure than that, and might gain something by it.

        Who may be a child stays one: an unknown voice may say yes to things that a child may not.
        """
        person = self.known(cause.person)
        if cause.sure >= self.voice_sure or (person is not None and person.role in (Role.CHILD, Role.GUEST)):
            return cause.person
        return None

    def is_night(self, now: datetime) -> bool:
        """Say whether it is night by the house rules."""
        return self.night is not None and span_end(self.night, now, self.zone) is not None


def span_end(span: Span, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when the hours that it is in the midst of end, in UTC; ``None`` if it is not in them."""
    (begins, ends), local = span, now.astimezone(zone)
    at = local.time()
    if not (begins <= at < ends if begins <= ends else at >= begins or at < ends):
        return None
    day = local.date() + timedelta(days=at >= ends)
    return datetime.combine(day, ends, zone).astimezone(UTC)


CERTAIN = 0.98
"""From which probability on a voice is enough to keep what it says as theirs, and to believe that they are there."""


def certain(cause: Cause) -> PersonId | None:
    """Return whose words to keep as theirs; ``None`` where nobody knows, or a voice alone tells and not surely."""
    return cause.person if cause.sure >= CERTAIN else None


ANYBODY = Person(PersonId(""), "anybody")
"""Whoever is there, for what is said into a room and to nobody by name."""
