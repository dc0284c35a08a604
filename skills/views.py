"""What a skill may read beside the house: protocols that the daemon fulfils."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from devices.model import AreaId, EntityId


class AwayError(Exception):
    """What was asked for stands elsewhere and cannot be read now; the message is an answer, without a full stop.

    No `SkillError`: nothing is written wrongly.
    """


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the journal, for answering "why" and "what did you do"."""

    at: datetime
    """Aware UTC."""
    what: str
    """One sentence for people: ``turned on Kitchen Ceiling: done``."""
    origin: str
    person: str | None
    said: str | None
    """The words that caused it, where there were any."""
    targets: tuple[EntityId, ...] = ()
    verdict: str | None = None


class JournalView(Protocol):
    """What was done in the house, newest first. Reading it can change nothing."""

    async def recent(self, *, limit: int = 20, entity: EntityId | None = None) -> Sequence[Happening]:
        """Return the newest happenings, of one entity if given."""
        ...


class Kind(StrEnum):
    """What can fall due for a person."""

    TIMER = "timer"
    ALARM = "alarm"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A timer, an alarm or a reminder that is open: on disk, and not yet fallen due."""

    id: int
    kind: Kind
    at: datetime
    """When it falls due next, aware UTC; of a paused timer, when it would if it went on now."""
    name: str | None = None
    """What a timer or an alarm is called: ``pasta``."""
    text: str = ""
    """What a person is reminded of: ``call mum``."""
    area: AreaId | None = None
    """Where it was set."""
    length_s: float | None = None
    """How long a timer was to run when it was set."""
    paused_left_s: float | None = None
    """What is left of a timer that is paused; ``None``: it runs."""
    rule: str | None = None
    """The RRULE of what recurs."""
    command: str | None = None
    """What is to be done when it falls due, in words."""
    on: str = ""
    """What a reminder waits for in place of a time, in words: ``the front door opens``; then `at` is when it lapses."""
    insist: bool = False
    """Whether it is told again and again until somebody says that it is done."""
    ringing: bool = False
    """Of an alarm: it rings, or was put off; of a reminder: it was told, and is told again until it is done."""
    light: bool = False
    """Of an alarm: whether the light grows before it."""
    person: str | None = None
    """Whose it is; ``None``: nobody knows."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a list."""

    list: str
    """The name of its list, folded: ``shopping``."""
    text: str
    """As it was said."""
    done: bool = False


class AgendaView(Protocol):
    """What is due and what is noted. Reading it can change nothing."""

    def open(self, kind: Kind) -> Sequence[Appointment]:
        """Return what is open of a kind, the next first."""
        ...

    async def items(self, name: str | None = None) -> Sequence[Item]:
        """Return what is on a list, or on all of them, in the order it was put there.

        Raises:
            AwayError: the list that was asked for cannot be read now.
        """
        ...


class NoAgenda:
    """An agenda with nothing in it: fulfils `AgendaView`."""

    def open(self, kind: Kind) -> Sequence[Appointment]:
        """Return nothing."""
        del kind
        return ()

    async def items(self, name: str | None = None) -> Sequence[Item]:
        """Return nothing."""
        del name
        return ()


@dataclass(frozen=True, slots=True)
class Event:
    """One time at which something stands in a calendar.

    Its words come from outside the household: they are told, and never obeyed.
    """

    id: str
    """Names this one time of it, for as long as it stands there."""
    title: str
    begins: datetime
    """Aware, in the zone of the house; of what takes whole days, the first midnight."""
    ends: datetime
    """The first instant behind it."""
    all_day: bool = False
    calendar: str = ""
    """What its calendar is called."""
    place: str = ""
    series: bool = False
    """Whether it is one of several."""
    busy: bool = True
    """Whether its owner cannot do anything else then."""
    guests: bool = False
    """Whether others were invited, who hear of a change."""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class CalendarNote:
    """What there is to know about a calendar as a whole."""

    name: str
    person: str | None = None
    """Whose it is; ``None``: everybody's."""
    read_only: bool = False
    as_of: datetime | None = None
    """When it was last read, aware; ``None``: never yet."""
    stale: bool = False
    """True where it cannot be read at the moment, so that what is known of it may be old."""


class CalendarView(Protocol):
    """What stands in the calendars of the house. Reading it can change nothing, and waits for no server."""

    def calendars(self, *, person: str | None = None) -> Sequence[CalendarNote]:
        """Return the calendars in the order of the configuration; those of a person and of everybody, if given."""
        ...

    async def events(self, since: datetime, until: datetime, *, person: str | None = None) -> Sequence[Event]:
        """Return what takes place between two times, by when it begins; also what began before and still goes on."""
        ...


class NoCalendar:
    """A house without calendars: fulfils `CalendarView`."""

    def calendars(self, *, person: str | None = None) -> Sequence[CalendarNote]:
        """Return nothing."""
        del person
        return ()

    async def events(self, since: datetime, until: datetime, *, person: str | None = None) -> Sequence[Event]:
        """Return nothing."""
        del since, until, person
        return ()


@dataclass(frozen=True, slots=True)
class Learned:
    """Words that this household taught, or that were learned from what it corrected."""

    id: int
    words: str
    """What is said: ``fritz``, ``movie time``."""
    means: str
    """For people: the name of a thing, or a command in words."""
    is_name: bool
    """True where `means` is a thing in the house, false where it is a command."""
    outright: bool
    """True if a person said so, false if it was gathered from a correction."""
    at: datetime
    """Aware UTC."""
    person: str | None = None


class LearnedView(Protocol):
    """What was learned from the household. Reading it can change nothing."""

    def learned(self) -> Sequence[Learned]:
        """Return all of it, the newest first."""
        ...

    def doubts(self, name: str) -> Sequence[str]:
        """Return in sentences what a name would be trouble for when it is spoken; empty if nothing is known."""
        ...

    def parted(self, text: str, language: str) -> tuple[str, str] | None:
        """Return a phrase and the command that follows it, of a text that is both; ``None`` if no command ends it."""
        ...


class NothingLearned:
    """Nothing learned and no doubts: fulfils `LearnedView`."""

    def learned(self) -> Sequence[Learned]:
        """Return nothing."""
        return ()

    def doubts(self, name: str) -> Sequence[str]:
        """Return nothing."""
        del name
        return ()

    def parted(self, text: str, language: str) -> tuple[str, str] | None:
        """Return nothing."""
        del text, language
        return None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one notice, for "was I told about the parcel?" and "what did I miss?"."""

    text: str
    at: datetime
    """When it was due, aware UTC."""
    state: str
    """``open``, ``held``, ``acknowledged``, ``told`` or ``missed``."""
    ways: tuple[str, ...] = ()
    """Each message of it, in words: ``Anna aloud in the kitchen at 18:40``."""
    answered: str = ""
    """Who took note, and how, in words; empty: nobody did."""
    held: str = ""
    """Why it was not told yet, in words; empty: it was."""
    reason: str = ""
    """Why it is told, in words."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many notices of an urgency a person gets a day, and what that was learned from."""

    urgency: str
    a_day: int
    today: int
    told: int
    answered: int
    dismissed: int


class NoticesView(Protocol):
    """What people were told, or are still to be told. Reading it can change nothing."""

    async def about(self, words: str) -> Sequence[Told]:
        """Return the notices whose text has all of these words, the newest first."""
        ...

    async def missed(self, person: str | None) -> Sequence[Told]:
        """Return what is held for a person (``None``: for everybody) and what they missed, the oldest first."""
        ...

    def allowances(self, person: str) -> Sequence[Allowance]:
        """Return how many notices a person gets a day, by urgency."""
        ...

    def undisturbed_until(self, person: str | None) -> datetime | None:
        """Return until when a person is not to be disturbed."""
        ...


class NoNotices:
    """Nothing was told: fulfils `NoticesView`."""

    async def about(self, words: str) -> Sequence[Told]:
        """Return nothing."""
        del words
        return ()

    async def missed(self, person: str | None) -> Sequence[Told]:
        """Return nothing."""
        del person
        return ()

    def allowances(self, person: str) -> Sequence[Allowance]:
        """Return nothing."""
        del person
        return ()

    def undisturbed_until(self, person: str | None) -> datetime | None:
        """Return nothing."""
        del person
        return None


@dataclass(frozen=True, slots=True)
class Watched:
    """Something that a skill tells by itself."""

    name: str
    """``proactive.windows``: by this it is switched on and off."""
    what: str
    """For people: ``a window is open and it rains``."""
    words: tuple[str, ...]
    """What people call it: ``windows``."""
    told: bool
    """False: somebody said that they do not want to be told."""
    always: bool = False
    """True: it is about safety, and cannot be switched off by a sentence."""


class WatchesView(Protocol):
    """What skills tell by themselves. Reading it can change nothing."""

    def watches(self) -> Sequence[Watched]:
        """Return all of it."""
        ...


class NoWatches:
    """Nothing is told by itself: fulfils `WatchesView`."""

    def watches(self) -> Sequence[Watched]:
        """Return nothing."""
        return ()
