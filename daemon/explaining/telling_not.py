"""Says why something did not happen, or not as it should have."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from daemon.explaining.finding import Finding
from daemon.explaining.timeline import Timeline
from daemon.explaining.wording import at_clock, length, quoted, state_of, thing, when, who
from daemon.routines.conditions import NumericCondition, StateCondition, TimeCondition
from daemon.routines.triggers import NumericTrigger, StateTrigger, SunEvent, SunTrigger
from daemon.routines.values import spoken
from skills.builtin.words import listing, since, weekday
from skills.language import say

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_NOON_H: Final = 12
"""Before it a sun that is down has not risen yet, after it it has set."""


def told_not(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    """Return sentences on a cause that lies in what kept something from happening."""
    match found.cause:
        case "condition-false":
            return _condition(found, timeline)
        case "trigger-not-met":
            return (_trigger(found, timeline),)
        case "routine-disabled" | "routine-edited" | "routines-paused" | "setting-changed":
            return (_by_somebody(found, timeline),)
        case "unavailable" | "broker-down" | "late-report" | "entity-missing":
            return _absent(found, timeline)
        case "restart" | "clock-change":
            return (_clockwork(found, timeline),)
        case "already-running" | "loop":
            return (_entangled(found, timeline),)
        case _:
            return _in_the_way(found, timeline)


def _since(at: datetime | None, timeline: Timeline) -> str:
    return "" if at is None else since(at, timeline.now)


def _condition(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    given: Mapping[str, object] = {
        "routine": quoted(found.routine, timeline), "when": when(found.at, timeline)
    }  # fmt: skip
    test = None if found.failing is None else found.failing.test
    if isinstance(test, TimeCondition):
        return (say("The routine {routine} was set off {when}, but it only runs {span}", **given, span=_span(test)),)
    if found.entity == "sun.sun" and found.seen is not None and found.at is not None:
        morning = found.at.astimezone(timeline.now.tzinfo).hour < _NOON_H
        if found.seen.value == "above_horizon":
            text = "The routine {routine} was set off {when}, but did not run: that was before sunset"
        elif morning:
            text = "The routine {routine} was set off {when}, but did not run: that was before sunrise"
        else:
            text = "The routine {routine} was set off {when}, but did not run: that was after sunset"
        return (say(text, **given),)
    if found.entity is None or found.seen is None:
        return (say("The routine {routine} was set off {when}, but one of its conditions said no", **given),)
    state = state_of(found.entity, found.seen.value, timeline)
    text = "The routine {routine} was set off {when}, but did not run: {things} {things:was|were} {state} then"
    return (say(text, **given, things=thing(found.entity, timeline), state=state), _wanted(found, timeline))


def _wanted(found: Finding, timeline: Timeline) -> str:
    test = None if found.failing is None else found.failing.test
    match test:
        case StateCondition(attribute=None) if found.entity is not None:
            states = [state_of(found.entity, spoken(each), timeline) for each in test.state]
            return say("It only runs while that is {state}", state=listing(states, "or"))
        case NumericCondition(above=above, below=None) if above is not None:
            return say("It only runs while that is above {limit}", limit=_limit(above, timeline))
        case NumericCondition(above=None, below=below) if below is not None:
            return say("It only runs while that is below {limit}", limit=_limit(below, timeline))
        case _:
            return ""


def _limit(level: float | str, timeline: Timeline) -> str:
    return timeline.name(level) if isinstance(level, str) else spoken(level)


def _span(test: TimeCondition) -> str:
    after, before = (str(each)[:5] if each is not None else None for each in (test.after, test.before))
    days = listing([weekday(datetime(2001, 1, 1 + _DAYS.index(day))) for day in test.weekday])
    if after is not None and before is not None:
        return say("from {after} to {before}", after=after, before=before)
    if after is not None:
        return say("from {after} on", after=after)
    return say("before {before}", before=before) if before is not None else say("on {days}", days=days)


def _trigger(found: Finding, timeline: Timeline) -> str:
    routine = quoted(found.routine, timeline)
    if found.broken is not None:
        held = found.broken
        value = _held_value(found)
        return say(
            "{things} {things:was|were} {state} from {begin} to {end} only; the routine {routine} waits for {length}",
            things=thing(held.held.entity, timeline), state=state_of(held.held.entity, value, timeline),
            begin=at_clock(held.began, timeline), end=at_clock(held.at, timeline), routine=routine,
            length=length(held.held.length),
        )  # fmt: skip
    if found.not_met == "not-yet":
        if found.until is None and found.entity == "sun.sun":
            return say("The routine {routine} goes by the sun, and I don't know where this house stands",
                       routine=routine)  # fmt: skip
        if found.until is None:
            return say("The routine {routine} is not due at all", routine=routine)
        until = found.until.astimezone(timeline.now.tzinfo)
        sun = _sun_of(found, timeline)
        if sun == "sunset":
            text = "The routine {routine} was not due then: it waits for sunset, on {weekday} at {clock}"
        elif sun == "sunrise":
            text = "The routine {routine} was not due then: it waits for sunrise, on {weekday} at {clock}"
        else:
            text = "The routine {routine} was not due then: it is on {weekday} at {clock}"
        return say(text, routine=routine, weekday=weekday(until), clock=at_clock(until, timeline))
    things = thing(found.entity or "", timeline)
    if found.seen is None or found.entity is None:
        return say("The routine {routine} was not set off: {things} did not do what it waits for", routine=routine,
                   things=things)  # fmt: skip
    given: Mapping[str, object] = {
        "routine": routine, "things": things, "state": state_of(found.entity, found.seen.value, timeline),
        "since": _since(found.seen.since, timeline),
    }  # fmt: skip
    if found.not_met == "already":
        return say("The routine {routine} starts only when {things} becomes {state}, and that was so before already, "
                   "{since}", **given)  # fmt: skip
    return say("The routine {routine} was not set off: {things} {things:is|are} {state} {since}{limit}",
               **given, limit=_reach(found, timeline))  # fmt: skip


def _reach(found: Finding, timeline: Timeline) -> str:
    """Return what a trigger's thing would have to come to."""
    routine = timeline.routine(found.routine)
    for trigger in () if routine is None else routine.triggers:
        match trigger.when:
            case NumericTrigger(above=above) if above is not None and found.entity in trigger.when.entity_id:
                return say(", and would have to be above {limit}", limit=_limit(above, timeline))
            case NumericTrigger(below=below) if below is not None and found.entity in trigger.when.entity_id:
                return say(", and would have to be below {limit}", limit=_limit(below, timeline))
            case StateTrigger(to=to) if to and found.entity is not None and found.entity in trigger.when.entity_id:
                states = [state_of(found.entity, spoken(each), timeline) for each in to]
                return say(", and would have to become {state}", state=listing(states, "or"))
            case _:
                pass
    return ""


def _held_value(found: Finding) -> str:
    held = found.broken
    state = None if held is None else held.held.data.get("to_state")
    value = state.get("state") if isinstance(state, Mapping) else None
    return value if isinstance(value, str) else ""


def _by_somebody(found: Finding, timeline: Timeline) -> str:
    given: Mapping[str, object] = {
        "who": who(found.person, timeline), "routine": quoted(found.routine, timeline),
        "when": when(found.event.at if found.event else None, timeline),
    }  # fmt: skip
    event = found.event
    if found.cause == "routines-paused":
        if event is None or event.until is None:
            return say("All routines are paused: {who} did that {when}", **given)
        until = event.until.astimezone(timeline.now.tzinfo)
        day, clock = weekday(until), at_clock(until, timeline)
        text = "All routines are paused until {weekday} at {clock}: {who} did that {when}"
        return say(text, **given, weekday=day, clock=clock)
    if event is None:
        return say("The routine {routine} is switched off; who did that is not on record", **given)
    if found.cause == "routine-disabled":
        return say("The routine {routine} was switched off {when} by {who}", **given)
    if found.cause == "routine-edited":
        return say("The routine {routine} was changed {when} by {who}: {change}", **given, change=event.text or "…")
    value = next((spoken(each) for each in event.data.values()), event.to or "")
    things = thing(found.entity or "", timeline)
    text = "{who} set {things:acc} to {value} {when}, and the routine {routine} goes by that"
    return say(text, **given, things=things, value=value)


def _absent(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    routine = "" if found.routine is None else quoted(found.routine, timeline)
    event = found.event
    if found.cause == "entity-missing":
        return (_missing(found, timeline, routine),)
    things = thing(found.entity or found.thing or "", timeline)
    at = _since(None if event is None else event.at, timeline)
    if found.cause == "late-report":
        text = (
            "{things} could not be reached {since} (offline) and reported only {when}; then the routine {routine} ran"
        )
        return (say(text, things=things, since=at, when=when(found.until, timeline), routine=routine),)
    if found.cause == "broker-down":
        head = say("The connection to the MQTT broker was lost {since}, so {things} could not be told", since=at,
                   things=things)  # fmt: skip
    elif found.after is not None and found.began is not None:
        text = "{things} could not be reached {since}, so the routine {routine} tried again {when}"
        return (say(text, things=things, since=at, routine=routine, when=when(found.after.at, timeline)),
                say("It had tried {when} first", when=when(found.began, timeline)))  # fmt: skip
    else:
        head = say("{things} could not be reached {since}: offline", things=things, since=at)
    return head, say("So the routine {routine} came to nothing", routine=routine) if routine else ""


def _sun_of(found: Finding, timeline: Timeline) -> SunEvent | None:
    """Return what of the sun's a routine waits for; none where it is not the sun."""
    routine = timeline.routine(found.routine)
    if found.entity != "sun.sun" or routine is None:
        return None
    events: list[SunEvent] = [
        trigger.when.event for trigger in routine.triggers if isinstance(trigger.when, SunTrigger)
    ]
    return next(iter(events), None)


def _missing(found: Finding, timeline: Timeline, routine: str) -> str:
    event = found.event
    known = timeline.things.get(found.entity or "")
    # By its id as well: that is what stands in the routine.
    name = found.entity or "" if known is None else f"{known.name} ({found.entity})"
    at = when(None if event is None else event.at, timeline)
    if event is not None and event.kind == "renamed" and event.to is not None:
        text = "The routine {routine} needs {name}, which does not exist any more: it was renamed to {to} {when}"
        return say(text, routine=routine, name=name, to=event.to, when=at)
    text = "The routine {routine} needs {name}, which does not exist any more: it was removed {when}"
    return say(text, routine=routine, name=name, when=at)


def _clockwork(found: Finding, timeline: Timeline) -> str:
    routine, event = quoted(found.routine, timeline), found.event
    if found.cause == "clock-change":
        text = "The clocks were changed from {begin} to {end} {when} (summer time), which the routine {routine} goes by"
        begin, end = ("", "") if event is None else (event.text or "", event.to or "")
        return say(text, begin=begin, end=end, when=when(None if event is None else event.at, timeline),
                   routine=routine)  # fmt: skip
    begin = "" if event is None else at_clock(event.at, timeline)
    if found.until is None:
        return say("I was not running since {begin} (a restart), so the routine {routine} did not run", begin=begin,
                   routine=routine)  # fmt: skip
    end = at_clock(found.until, timeline)
    if found.attempt is None:
        text = "I was not running from {begin} to {end} (a restart), which cut the routine {routine} off"
        return say(text, begin=begin, end=end, routine=routine)
    text = "I was not running from {begin} to {end} (a restart), and the routine {routine} was due {when}"
    return say(text, begin=begin, end=end, routine=routine, when=when(found.attempt.at, timeline))


def _entangled(found: Finding, timeline: Timeline) -> str:
    routine = quoted(found.routine, timeline)
    if found.cause == "already-running":
        text = (
            "The routine {routine} was already running, since {begin}, and runs only once at a time: "
            "that it was set off again {when} did not count"
        )
        begin = "" if found.began is None else at_clock(found.began, timeline)
        again = None if found.attempt is None else found.attempt.at
        return say(text, routine=routine, begin=begin, when=when(again, timeline))
    if found.also_routine is None:
        return say("The routine {routine} sets itself off again and again: a loop, which was stopped", routine=routine)
    also = quoted(found.also_routine, timeline)
    return say("The routines {one} and {other} set each other off again and again: a loop", one=routine, other=also)


def _in_the_way(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    event = found.event
    said = (event.text if event is not None else None) or "…"
    at = when(None if event is None else event.at, timeline)
    things = thing(found.entity or found.thing or "", timeline)
    routine = "" if found.routine is None else quoted(found.routine, timeline)
    by = say("It was the routine {routine} that wanted it", routine=routine) if routine else ""
    if found.cause == "held-back":
        until = "" if found.until is None else say("I tell it {when}", when=when(found.until, timeline))
        kept = say("I kept it back {when}: {reason}", when=at, reason=said)
        return kept, by, until if found.until is not None and found.until > timeline.now else ""
    if found.cause == "refused":
        return say("That was refused {when}, for {things}: {reason}", when=at, things=things, reason=said), by
    if found.cause == "not-confirmed":
        name = who(found.person, timeline)
        if event is not None and event.kind == "confirm-asked":
            return (say("I asked for a yes {when}, and still wait for it", when=at), by)
        if event is not None and event.kind == "confirm-denied":
            return (say("I asked for a yes {when}, and {who} said no", when=at, who=name),)
        return (say("I asked {who} for a yes, and nobody answered in time, {when}", when=at, who=name),)
    if event is not None and event.kind == "became" and event.to is not None:
        said = state_of(event.entity or "", event.to, timeline)
    return say("{things} was told, but reported a fault {when}: {reason}", things=things, when=at, reason=said), by
