"""Puts together what the clauses of a sentence say: what sets the routine off, what has to be so, what it does."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from skills.grammar.plain.model import (
    WEEK,
    At,
    Be,
    Dark,
    Days,
    Draft,
    Fact,
    Facts,
    Formula,
    Measure,
    Pace,
    Sky,
    UnclearError,
    Window,
    Written,
    conditions_of,
    triggers_of,
)
from skills.grammar.plain.times import OnceError
from skills.grammar.plain.twofold import within
from skills.language import say

_PAIRS = {"on": "off", "home": "not_home", "open": "closed", "locked": "unlocked"}
_OTHER = _PAIRS | {other: one for one, other in _PAIRS.items()}
"""States of what has two of them."""
EARLY_H = 8
"""A bare hour before this is one of the morning; a later one may be one of the evening, and is asked about."""


@dataclass(slots=True)
class Parts:
    """What the clauses of a sentence say."""

    events: Facts = field(default_factory=Facts)
    ifs: list[Fact] = field(default_factory=list[Fact])
    only: list[Written] = field(default_factory=list[Written])
    times: list[Fact] = field(default_factory=list[Fact])
    leading: bool = False
    """Whether the time was said first: an order that begins with one is more than a late command."""
    acts: list[Written] = field(default_factory=list[Written])
    otherwise: list[Written] = field(default_factory=list[Written])
    missed: list[str] = field(default_factory=list[str])
    """What may be an order and was not understood: a routine that lacks it is not what was wished for."""
    reminds: bool = False
    either: bool = False
    """Whether the time in an order is one of several things that set it off: "at ten or when I go to bed"."""
    just_once: bool = False
    """Whether "when" may mean the next time only."""


def assembled(parts: Parts) -> Draft | None:
    """Return the routine that a sentence wishes for; ``None`` for one that is set off by nothing, and for reminders.

    Raises:
        OnceError: it is a command for later.
        UnclearError: something has to be asked.
    """
    for_a_while = _within(parts)
    if for_a_while is not None:
        return for_a_while
    triggers, conditions = _set_off(parts)
    if not triggers:
        return None
    if never_at_once(triggers, [*conditions, *parts.only]):
        raise UnclearError(say("That can never be so at the same time. What shall set it off?"))
    if parts.reminds and all(one["trigger"] in ("time", "sun", "time_pattern") for one in triggers):
        others = [one for one in [*conditions, *parts.only] if one["condition"] not in ("time", "template")]
        if not others:
            return None  # a reminder, which has a skill of its own
    if parts.reminds and parts.just_once and all("person." in str(one.get("entity_id")) for one in triggers):
        return None
    actions = _each_once(parts.acts)
    if parts.otherwise:
        branch: Written = {"if": conditions, "then": parts.acts, "else": parts.otherwise}
        actions = [branch]
        conditions = []
    return Draft(
        {
            "triggers": triggers,
            "conditions": _once([*conditions, *parts.only]),
            "actions": actions,
            "mode": "single",
        }
    )


def _each_once(actions: Sequence[Written]) -> list[Written]:
    """Return actions without those that were done just before: "turn it on when it rings and leave it on for …"."""
    return [one for at, one in enumerate(actions) if at == 0 or one != actions[at - 1] or "target" not in one]


def never_at_once(triggers: Sequence[Written], conditions: Sequence[Written]) -> bool:
    """Return whether a number has to be above one limit and below a lower one, so that nothing would ever be done."""
    limits = [one for one in conditions if one.get("condition") == "numeric_state"]
    return any(
        one.get("entity_id") == other["entity_id"]
        and (_apart(one.get("above"), other.get("below")) or _apart(other.get("above"), one.get("below")))
        for one in triggers
        for other in limits
    )


def _apart(above: object, below: object) -> bool:
    return isinstance(above, int | float) and isinstance(below, int | float) and above >= below


def _within(parts: Parts) -> Draft | None:
    """Return what is to be so from one time to another: it is done at the first, and undone at the second."""
    windows = [fact for fact in parts.times if isinstance(fact, Window) and not fact.roughly]
    others = [fact for fact in parts.times if not isinstance(fact, Window | Days | Formula)]
    if len(windows) != 1 or others or parts.ifs or parts.otherwise or parts.events.all or parts.events.alternatives:
        return None
    both = within(windows[0], parts.acts)
    if both is None:
        return None
    limits = [one for fact in parts.times if isinstance(fact, Days | Formula) for one in conditions_of(fact)]
    return Draft(
        {"triggers": both[0], "conditions": _once([*limits, *parts.only]), "actions": both[1], "mode": "single"}
    )


def _set_off(parts: Parts) -> tuple[list[Written], list[Written]]:
    """Return the triggers and the conditions of what was said.

    Raises:
        UnclearError: only a part of the day was said, or an hour that may be two.
    """
    events, ifs, hours = parts.events, parts.ifs, parts.times
    exact = [fact for fact in [*hours, *events.all, *ifs] if isinstance(fact, Window) and not fact.roughly]
    if exact:
        hours = [fact for fact in hours if not (isinstance(fact, Window) and fact.roughly)]
        events = replace(events, all=[fact for fact in events.all if not (isinstance(fact, Window) and fact.roughly)])
    timely = [fact for fact in [*hours, *events.all, *ifs] if isinstance(fact, At | Pace)]
    sky = [fact for fact in hours if isinstance(fact, Sky) and not fact.since]
    happening = any(isinstance(fact, Be | Measure) and fact.happens for fact in events.all)
    several = {str(one.get("target")) for one in parts.acts if "target" in one}
    if len(several) > 1 and sum(isinstance(fact, At) for fact in hours) > 1:
        raise UnclearError(say("What shall I do at which time?"))
    if parts.either and (timely or sky) and events.all:
        others = [fact for fact in hours if fact not in [*timely, *sky]]
        started, limits = _by_event(events, [*others, *ifs])
        return [*_all_triggers(timely or sky), *started], limits
    only_times = bool(timely or sky) and not happening and not events.alternatives and _by_the_clock(events.all, hours)
    if (events.all or events.alternatives) and not only_times:
        return _by_event(events, [*hours, *ifs])
    firsts = timely or sky
    if firsts:
        _ask_about(firsts, parts)
        others = [fact for fact in [*hours, *ifs, *events.all] if fact not in firsts]
        return _all_triggers(firsts), [one for fact in others for one in condition(fact)]
    if ifs and not (parts.leading and any(isinstance(fact, Sky | Dark) for fact in hours)):
        return _by_event(Facts(all=ifs), hours)
    hours = [*hours, *ifs]
    soft = [fact for fact in hours if isinstance(fact, Sky | Dark | Be)]
    if soft:
        others = [fact for fact in hours if fact is not soft[0]]
        return _all_triggers(soft[:1]), [one for fact in others for one in condition(fact)]
    windows = [fact for fact in hours if isinstance(fact, Window) and fact.after is not None]
    if windows and windows[0].before is None:
        others = [fact for fact in hours if fact is not windows[0]]
        return _all_triggers(windows[:1]), [one for fact in others for one in condition(fact)]
    if any(isinstance(fact, Days | Formula) or (isinstance(fact, Window) and fact.roughly) for fact in hours):
        raise UnclearError(say("At what time shall I do that?"))
    return [], []


def set_off_by(events: Facts) -> tuple[list[Written], list[Written]]:
    """Return the triggers and the conditions of what happens."""
    return _by_event(events, [])


def _by_the_clock(said: Sequence[Fact], beside: Sequence[Fact]) -> bool:
    """Return whether a time was said in the clause itself, or beside it while the clause only says what is so."""
    return any(isinstance(fact, At) for fact in said) or any(
        isinstance(fact, At | Pace) or (isinstance(fact, Sky) and not fact.since) for fact in beside
    )


def _by_event(events: Facts, others: list[Fact]) -> tuple[list[Written], list[Written]]:
    if events.alternatives:
        conditions = [one for fact in [*events.all, *others] for one in condition(fact)]
        return _all_triggers(events.alternatives), conditions
    possible: list[Fact] = [fact for fact in events.all if triggers_of(fact) and not isinstance(fact, Window)]
    if not possible:
        possible = [fact for fact in events.all if triggers_of(fact)]
    happening = [
        fact
        for fact in possible
        if (isinstance(fact, Be | Measure) and fact.happens) or (isinstance(fact, Sky) and not fact.since)
    ]
    firsts = (happening or possible)[:1]
    if not firsts:
        return [], []
    rest = [fact for fact in [*events.all, *others] if fact is not firsts[0]]
    triggers = _all_triggers(firsts)
    conditions = [one for fact in rest for one in condition(fact)]
    first = firsts[0]
    if isinstance(first, Be) and first.all and len(first.entities) > 1:
        conditions = [*conditions_of(first), *conditions]
    if not happening:
        starts = [fact for fact in events.all if isinstance(fact, Window) and fact is not first]
        triggers += _all_triggers([fact for fact in starts if fact.before is None])
    return triggers, conditions


def _ask_about(firsts: Sequence[Fact], parts: Parts) -> None:
    """Ask whether a time that was said without a day comes back, and which half of the day a bare hour is of.

    Raises:
        OnceError: it is a command for later.
        UnclearError: it may be either.
    """
    once = [fact for fact in firsts if isinstance(fact, At) and not fact.recurs]
    days = any(isinstance(fact, Days | Formula) for fact in parts.times) or any("weekday" in one for one in parts.only)
    if not once or days:
        return
    hour = int(once[0].times[0][:2])
    conditional = bool(
        parts.ifs
        or parts.otherwise
        or parts.only
        or any(isinstance(fact, Be | Measure | Dark) for fact in parts.events.all)
    )
    if conditional and not (once[0].bare and hour >= EARLY_H):
        return
    if not conditional and not (parts.leading and once[0].bare):
        raise OnceError
    told = once[0].times[0][:5]
    if once[0].bare:
        raise UnclearError(say("At {time} in the morning or in the evening, and every day or just once?", time=told))


def condition(fact: Fact) -> list[Written]:
    """Return the condition of a fact, also of one that was said as if it happened: "but only after dark"."""
    if isinstance(fact, Sky) and not fact.since:
        fact = replace(fact, since="after")
    if isinstance(fact, At):
        return conditions_of(Window(fact.times[0], None))
    return conditions_of(fact)


def negated(facts: Sequence[Fact]) -> list[Written]:
    """Return what must not be so; a thing with two states is in the other."""
    found: list[Written] = []
    for fact in facts:
        if isinstance(fact, Be) and fact.value in _OTHER and not fact.negated:
            found += conditions_of(replace(fact, value=_OTHER[fact.value], all=True))
        elif isinstance(fact, Measure) and fact.entity == "zone.home":
            found += conditions_of(Be((fact.entity,), "0"))
        elif isinstance(fact, Dark):
            found += conditions_of(Dark(dark=not fact.dark))
        elif isinstance(fact, Days):
            found += conditions_of(Days(tuple(day for day in WEEK if day not in fact.days)))
        else:
            found.append({"condition": "not", "conditions": condition(fact)})
    return found


def _all_triggers(facts: Sequence[Fact]) -> list[Written]:
    return [one for fact in facts for one in triggers_of(fact)]


def _once(conditions: Sequence[Written]) -> list[Written]:
    kept: list[Written] = []
    for one in conditions:
        if one not in kept:
            kept.append(one)
    return kept
