"""What a clause about a routine can mean, and how that stands in Home Assistant's automation form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from devices.model import Entity, EntityId

Written = dict[str, object]
"""A part of a routine as Home Assistant's YAML has it."""

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Draft:
    """A routine as it was understood: nobody has agreed to it yet."""

    definition: Mapping[str, object]
    """``triggers``, ``conditions`` and ``actions`` in Home Assistant's form; times and lengths as it writes them."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A sentence that wants a routine, of which one thing has to be asked."""

    question: str
    choices: tuple[str, ...] = ()
    """What may be meant, as it is called."""
    among: tuple[EntityId, ...] = ()
    """The things of which one is meant."""
    words: str = ""
    """The words that were not clear, which an answer may stand for."""


class UnclearError(Exception):
    """A clause that may mean several things, or leaves out what has to be known; carries the question."""

    def __init__(
        self, question: str, choices: Sequence[str] = (), *, among: Sequence[Entity] = (), words: str = ""
    ) -> None:
        super().__init__(question)
        self.unclear = Unclear(question, tuple(choices), tuple(one.id for one in among), words)


@dataclass(frozen=True, slots=True)
class Be:
    """One of some things is, or becomes, something."""

    entities: tuple[EntityId, ...]
    value: str | None
    """A state of Home Assistant's; ``None``: any change, as of a button."""
    for_s: int = 0
    all: bool = False
    """Whether each of them has to be so, not just one."""
    negated: bool = False
    happens: bool = False
    """Whether it was said as something that happens (``opens``) and not as what is so (``is open``)."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number is, or gets, above or below a limit."""

    entity: EntityId
    above: float | None = None
    below: float | None = None
    for_s: int = 0
    happens: bool = False


@dataclass(frozen=True, slots=True)
class At:
    """Times of day."""

    times: tuple[str, ...]
    bare: bool = False
    """Whether nothing said if it is one of the morning or of the evening."""
    recurs: bool = True
    """Whether it was said that it comes back: ``every day``, ``on sundays``."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day, open at one end or at none; as a trigger it is where it begins."""

    after: str | None
    before: str | None
    roughly: bool = False
    """Whether only a part of the day was said, which a time that is said as well makes exact."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week, as `WEEK` names them."""

    days: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sky:
    """Sunset or sunrise, with seconds before (negative) or after."""

    event: str
    offset_s: int = 0
    since: str = ""
    """``after`` or ``before`` where only the part of the day is meant."""


@dataclass(frozen=True, slots=True)
class Dark:
    """The sun is down, or up."""

    dark: bool
    happens: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """Again and again after so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Formula:
    """What only a template says: every third day, the first of a month."""

    template: str
    meaning: str


Fact = Be | Measure | At | Window | Days | Sky | Dark | Pace | Formula


@dataclass(slots=True)
class Facts:
    """What one clause says: all of it together, or any of the `alternatives`."""

    all: list[Fact] = field(default_factory=list[Fact])
    alternatives: list[Fact] = field(default_factory=list[Fact])


def clock_of(seconds: int) -> str:
    """Return a length as Home Assistant writes it: ``00:05:00``."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def signed(seconds: int) -> str:
    """Return an offset as Home Assistant writes it: ``-00:30:00``."""
    return f"{'-' if seconds < 0 else ''}{clock_of(abs(seconds))}"


def triggers_of(fact: Fact) -> list[Written]:
    """Return what sets a routine off when a fact comes true; empty for one that only limits, as days do."""
    match fact:
        case Be():
            return _became(fact)
        case Measure():
            return [{"trigger": "numeric_state", "entity_id": fact.entity, **_limits(fact), **_lasting(fact.for_s)}]
        case At():
            return [{"trigger": "time", "at": list(fact.times) if len(fact.times) > 1 else "".join(fact.times)}]
        case Window():
            return [] if fact.after is None else [{"trigger": "time", "at": fact.after}]
        case Sky():
            offset: Written = {"offset": signed(fact.offset_s)} if fact.offset_s else {}
            return [{"trigger": "sun", "event": fact.event, **offset}]
        case Dark():
            return [{"trigger": "sun", "event": "sunset" if fact.dark else "sunrise"}]
        case Pace():
            return [{"trigger": "time_pattern", **_pattern(fact.seconds)}]
        case Days() | Formula():
            return []
        case _:
            assert_never(fact)


def conditions_of(fact: Fact) -> list[Written]:
    """Return what has to be so for a fact to hold; empty for one that only happens."""
    match fact:
        case Be():
            return _is(fact)
        case Measure():
            return [{"condition": "numeric_state", "entity_id": fact.entity, **_limits(fact)}]
        case Window():
            ends = {"after": fact.after, "before": fact.before}
            return [{"condition": "time", **{key: value for key, value in ends.items() if value is not None}}]
        case Days():
            return [] if len(fact.days) == len(WEEK) else [{"condition": "time", "weekday": list(fact.days)}]
        case Sky():
            return _part_of_day(fact)
        case Dark():
            where = "below_horizon" if fact.dark else "above_horizon"
            return [{"condition": "state", "entity_id": "sun.sun", "state": where}]
        case Formula():
            return [{"condition": "template", "value_template": fact.template, "alias": fact.meaning}]
        case At() | Pace():
            return []
        case _:
            assert_never(fact)


def _became(fact: Be) -> list[Written]:
    to: Written = {} if fact.value is None else {"from" if fact.negated else "to": fact.value}
    each: list[Written] = [
        {"trigger": "state", "entity_id": one, **to, **_lasting(fact.for_s)} for one in fact.entities
    ]
    if fact.all or len(each) == 1:
        return each
    return [{**each[0], "entity_id": list(fact.entities)}]


def _is(fact: Be) -> list[Written]:
    if fact.value is None:
        return []
    lasting = _lasting(fact.for_s)
    each: list[Written] = [
        {"condition": "state", "entity_id": one, "state": fact.value, **lasting} for one in fact.entities
    ]
    if fact.negated:
        each = [{"condition": "not", "conditions": [one]} for one in each]
    return each if fact.all or len(each) == 1 else [{"condition": "or", "conditions": each}]


def _part_of_day(fact: Sky) -> list[Written]:
    offset: Written = {f"{fact.since}_offset": signed(fact.offset_s)} if fact.offset_s else {}
    return [{"condition": "sun", fact.since: fact.event, **offset}] if fact.since else []


def _limits(fact: Measure) -> Written:
    limits = {"above": fact.above, "below": fact.below}
    return {key: plain(value) for key, value in limits.items() if value is not None}


def plain(value: float) -> float | int:
    """Return a number without digits that say nothing."""
    return int(value) if value == int(value) else value


def _lasting(for_s: int) -> Written:
    return {"for": clock_of(for_s)} if for_s else {}


def _pattern(seconds: int) -> Written:
    for unit, length in (("hours", 3600), ("minutes", 60), ("seconds", 1)):
        if seconds % length == 0:
            return {unit: f"/{seconds // length}"}
    return {"seconds": f"/{seconds}"}
