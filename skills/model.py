"""The words that skills and the daemon share: what was asked, what is wished for, and what came of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from devices.model import NOTHING, AreaId, Entity, EntityId, HomeView
from skills.automated import NoRoutines, RoutinesView
from skills.facts import FactsView, NoFacts
from skills.habitual import HabitsView, NoHabits
from skills.planned import NoPlans, PlansView
from skills.rights import NoRights, RightsView
from skills.views import (
    AgendaView,
    CalendarView,
    JournalView,
    LearnedView,
    NoAgenda,
    NoCalendar,
    NoNotices,
    NothingLearned,
    NoticesView,
    NoWatches,
    WatchesView,
)
from skills.voices import NoVoices, VoicesView

PersonId = NewType("PersonId", str)
CauseId = NewType("CauseId", str)
EntryId = NewType("EntryId", int)
"""The number of a journal entry."""


class SkillError(Exception):
    """The base of what this package raises: a skill or a sentence file is written wrongly. The message names it and
    the remedy.
    """

    code = "skill-error"


class Risk(IntEnum):
    """How bad an unwanted execution is."""

    READ = 0
    """Nothing changes."""
    REVERSIBLE = 1
    """A light, a volume: annoying, undone in a second."""
    CONSEQUENTIAL = 2
    """Costs something or cannot quite be undone: heat for a night, a message sent, many devices at once."""
    CRITICAL = 3
    """A person's safety or property: unlock, open a garage door, disarm."""


class Origin(StrEnum):
    """The door a wish came through."""

    VOICE = "voice"
    TEXT = "text"
    DASHBOARD = "dashboard"
    MODEL = "model"
    ROUTINE = "routine"
    REMINDER = "reminder"
    MQTT = "mqtt"
    MCP = "mcp"
    DAEMON = "daemon"
    """The daemon itself: start-up, expiry, compensation."""


class Verdict(StrEnum):
    """What came of an action, as far as it is known."""

    DONE = "done"
    """Read back from the device (or, for an effect without a device, carried out)."""
    PARTLY = "partly"
    """Some of several targets are done."""
    UNCONFIRMED = "unconfirmed"
    """Handed over; the device has not reported that it happened."""
    FAILED = "failed"
    """It did not happen, and we know why."""
    REFUSED = "refused"
    """The policy said no."""
    WAITING = "waiting"
    """It waits for a person's yes."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is done: the chain back to a person or a sensor."""

    id: CauseId
    origin: Origin
    person: PersonId | None = None
    parent: CauseId | None = None
    tainted: bool = False
    """True once text from outside the household took part."""
    area: AreaId | None = None
    """Where it was said."""
    said: str | None = None
    """The words, where there were any."""
    door: Origin | None = None
    """Of what a person put off until nobody is asked: the door through which it was wished for."""
    again: bool = False
    """True where the id outlives the process, so that the same wish may have come before a kill: what the journal has
    of it then counts, and it is carried out once."""
    sure: float = 1.0
    """How likely it is that it is this person: less than 1 where only the voice tells. It is never a boundary: what is
    about safety asks such a person as if nobody knew them."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What someone asked, by voice or in writing."""

    text: str
    said_at: datetime
    cause: Cause
    area: AreaId | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Match:
    """A sentence recognized: one command with its slots and what it is about."""

    intent: str
    """Home Assistant's name where it has one (``HassTurnOn``), else ``<skill>.<command>``."""
    slots: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """Home Assistant's slot names and value forms: ``name`` as the entity is called, ``area``/``floor`` as they are
    called, ``domain``, ``device_class``, ``brightness`` 0-100, ``temperature``, ``position``, ``color``,
    ``hours``/``minutes``/``seconds``…"""
    targets: tuple[EntityId, ...] = ()
    """The entities it is about, resolved against the house; empty for commands about no entity."""
    response: str | None = None
    """The response that the sentence names in its document, which tells "which lights are on" (``which``) from "how
    many are" (``how_many``), "are any" (``any``) and "are all" (``all``); ``None``: it names none."""


@dataclass(frozen=True, slots=True)
class Action:
    """A wish for an effect. Making one does nothing."""

    effect: str
    """``device.call``, ``laundry.start``."""
    arguments: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """JSON values only, checked by the effect's parameters."""


class Wants(StrEnum):
    """What kind of answer completes a command: each has one parser, the same for every skill."""

    CHOICE = "choice"
    """One of `Ask.choices`."""
    LENGTH = "length"
    """How long: it fills the slots ``hours``, ``minutes`` and ``seconds``, whatever `Ask.slot` is."""
    TIME = "time"
    """When: the words, which have a time in them."""
    NUMBER = "number"
    """A number, in digits or words: it fills the slot with a float."""
    TEXT = "text"
    """Any words that are no command."""
    COMMAND = "command"
    """Any words, a command too: it is not carried out now."""
    YES = "yes"
    """A yes, which fills the slot with ``True``; a no drops the question."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question back, and what may be answered.

    With a `slot`, the next thing that this speaker says is taken for the answer unless it is a command of its own, and
    the same handler is called again with the slot filled. Without one, the question only says what to say.
    """

    question: str
    choices: tuple[str, ...] = ()
    slot: str | None = None
    wants: Wants = Wants.CHOICE
    values: tuple[object, ...] = ()
    """What each of `choices` fills the slot with: ids, for example. Default: the choice as it was named."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a skill answers: words, and the wishes that the words depend on.

    ``text`` is spoken only if every wish was done; otherwise the outcome is spoken.
    """

    text: str
    do: Sequence[Action] = ()
    ask: Ask | None = None
    failed: bool = False
    """True where something was wished for and cannot be done, which the text explains; there is nothing to do then."""


@dataclass(frozen=True, slots=True)
class TargetOutcome:
    """What came of an action at one of its targets."""

    entity: EntityId
    verdict: Verdict
    detail: str = ""
    context: str | None = None
    """By this the other side finds it in its own records: Home Assistant's context id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action."""

    verdict: Verdict
    detail: str = ""
    """For people, without a full stop: ``the desk lamp is offline``."""
    targets: tuple[TargetOutcome, ...] = ()
    undo: Action | None = None
    """What would take it back, through the same gateway; ``None``: it cannot be undone."""
    entry: EntryId | None = None
    """The journal entry of the wish."""
    effect: str = ""
    approval: str | None = None
    """With `Verdict.WAITING`: the id of the approval that waits."""
    told: str = ""
    """What the other side answered, for people: said where the skill has no words of its own."""
    pin: bool = False
    """With `Verdict.WAITING`: the yes that it waits for is a spoken PIN."""
    elsewhere: str = ""
    """With `Verdict.WAITING`: on which other device the yes is asked for, a sentence; empty: where it came from."""


Gather = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the parts of a briefing, by its kind: ``morning`` or ``evening``."""


async def nobody_says(kind: str) -> Sequence[str]:
    """Return nothing: there are no other skills."""
    del kind
    return ()


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told last."""

    text: str
    heard: str
    """The beginning of it that was heard; all of it, unless it was interrupted."""

    @property
    def is_cut(self) -> bool:
        """Whether it was interrupted."""
        return len(self.heard) < len(self.text)


@dataclass(frozen=True, slots=True)
class Request:
    """What a handler gets: the words, what they mean, and read-only views."""

    utterance: Utterance
    match: Match
    targets: tuple[Entity, ...]
    """`Match.targets` as entities; a handler bound to a domain gets those of its domain only."""
    home: HomeView
    journal: JournalView
    now: datetime
    """Aware, in the zone of the house."""
    settings: object | None = None
    """The skill's own settings, an instance of the model it declared."""
    agenda: AgendaView = field(default_factory=NoAgenda)
    calendar: CalendarView = field(default_factory=NoCalendar)
    learned: LearnedView = field(default_factory=NothingLearned)
    notices: NoticesView = field(default_factory=NoNotices)
    watches: WatchesView = field(default_factory=NoWatches)
    facts: FactsView = field(default_factory=NoFacts)
    routines: RoutinesView = field(default_factory=NoRoutines)
    habits: HabitsView = field(default_factory=NoHabits)
    plans: PlansView = field(default_factory=NoPlans)
    voices: VoicesView = field(default_factory=NoVoices)
    rights: RightsView = field(default_factory=NoRights)
    gather: Gather = nobody_says
    """Returns what all skills have to say in a briefing."""
    place: tuple[float, float] | None = None
    """Where the house stands: latitude and longitude in degrees."""
    told: Told | None = None
    """What this speaker was told before."""
