"""Why something is as it is: the newest turn of the thing that fits the question, and whose doing it was."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final

from daemon.explaining.effects import NOBODY, delay_of, effects_of
from daemon.explaining.finding import Cause, Finding
from daemon.explaining.past import Attempt
from daemon.explaining.question import Question
from daemon.explaining.record import AT_ONCE, SETTLES, Record, Turn
from daemon.explaining.switches import is_pressed
from daemon.explaining.timeline import Event, Kind
from daemon.routines.interests import interests_of
from daemon.routines.model import Routine
from daemon.routines.triggers import AtEntity, SunTrigger, TimeTrigger
from daemon.routines.walking import parts_of

SWITCH: Final = "wall switch"
UNDOES: Final = timedelta(seconds=60)
"""A command that another routine's contrary follows so soon was undone by it."""
_LOOPING: Final = timedelta(minutes=10)
_LEAST_OF_A_LOOP: Final = 3
_LATELY: Final = timedelta(days=2)
"""A change of a routine or setting is news for so long."""
_SCRIPT_RUNS: Final = timedelta(hours=1)
_NEAR: Final = timedelta(minutes=45)
_POWER: Final = re.compile(r"power|strom|blackout|outage|mains|fuse|sicherung", re.IGNORECASE)
_COMMANDS: Final[tuple[Kind, ...]] = ("asked", "did", "retried")
_SAME_MOMENT: Final = timedelta(seconds=2)
"""So soon after a command a report may still be of what was before it."""
_AWAY_LONG: Final = timedelta(minutes=5)


def because(question: Question, record: Record) -> Finding:
    """Return why what was asked about is so, or happened; unknown where the record does not say."""
    turn = _turn_asked_about(question, record)
    if turn is None:
        thing = question.things[0].id if question.things else None
        stopped = record.last(("looped",), record.timeline.now)
        loop = None if stopped is None or thing is None else loop_of(thing, stopped.at, record)
        if loop is not None and stopped is not None and stopped.entity in (None, thing):
            return loop
        start = next(record.of("recording"), None)
        return Finding("unknown", thing, thing=thing, event=start, notes=_around(question, record), up=question.up)
    return cause_of(turn, record, question)


def cause_of(turn: Turn, record: Record, question: Question | None = None) -> Finding:
    """Return whose doing a turn was."""
    event = turn.event if turn.event.kind in (*_COMMANDS, "hand", "elsewhere") else _origin_of(turn, record)
    if event is None:
        if turn.event.kind == "became" and is_pressed(turn, record):
            return Finding(
                "manual", turn.entity, thing=turn.entity, at=turn.at, event=turn.event, by=SWITCH, up=turn.up
            )
        found = _outage_before(turn, record)
        notes = _around(question, record) if question is not None else ()
        start = next(record.of("recording"), None)
        return found or Finding(
            "unknown", turn.entity, thing=turn.entity, at=turn.at, event=start, notes=notes, up=turn.up
        )
    base = Finding("unknown", turn.entity, thing=turn.entity, at=event.at, event=event, up=turn.up)
    match event.kind:
        case "hand":
            return replace(base, cause="manual", by=event.door)
        case "elsewhere":
            return replace(base, cause="home-assistant", by=event.door, person=event.person)
        case "asked":
            via = event.entity if event.entity not in (turn.entity, None) else None
            return replace(base, cause="person", person=event.person, by=event.door, via=via)
        case _:
            return _of_script(base, record) if event.routine is None else by_routine(base, record)


def by_routine(base: Finding, record: Record) -> Finding:
    """Return why a routine did what it did: what set it off, and what was odd about it."""
    event = base.event
    routine = None if event is None else record.timeline.routine(event.routine)
    if event is None or routine is None:
        return replace(base, cause="routine", routine=None if event is None else event.routine)
    began = record.run_of(routine.id, event.at)
    start = event.at if began is None else began.at
    attempt = _set_off(record, routine, start)
    entity = trigger_entity(attempt, began, record)
    found = replace(
        base, cause="routine", entity=entity or base.thing, routine=routine.id, attempt=attempt, began=start
    )
    waited = event.at - start
    if waited > timedelta(seconds=5):
        found = replace(found, waited=waited)
        if attempt is not None and entity is not None:
            back = record.past.since(entity, attempt.at)
            found = replace(found, back=back if back is not None and back.since <= event.at else None)
    return _odd(found, record, routine) or _chained(found, record)


def trigger_entity(attempt: Attempt | None, began: Event | None, record: Record) -> str | None:
    """Return the thing that set a run off: a sensor, the sun, the entity that holds a time; none for the clock."""
    if attempt is not None:
        if attempt.entity is not None:
            return attempt.entity
        when = attempt.routine.triggers[attempt.fired.trigger].when
        if isinstance(when, SunTrigger):
            return "sun.sun"
        if isinstance(when, TimeTrigger):
            return next((at.entity_id for at in when.at if isinstance(at, AtEntity)), None)
        return None
    told = None if began is None else began.text
    if told in ("sunset", "sunrise"):
        return "sun.sun"
    return told if told in record.timeline.things else None


def _turn_asked_about(question: Question, record: Record) -> Turn | None:
    if question.telling:
        return _telling_turn(question, record)
    turns = [turn for thing in _moved_by(question, record) for turn in record.turns(thing)]
    turns = [turn for turn in turns if question.up is None or turn.up in (None, question.up)]
    exact = [turn for turn in turns if turn.up is not None]
    turns = exact or turns if question.up is not None else turns
    if question.since is not None and question.until is not None:
        turns = [turn for turn in turns if question.since <= turn.at < question.until] or turns
    if question.clock is not None:
        turns = [turn for turn in turns if _hours_apart(turn.at, question) <= _NEAR] or turns
    return max(turns, key=lambda turn: turn.at, default=None)


def _moved_by(question: Question, record: Record) -> list[str]:
    """Return the things that are asked about; where only a routine is, what it moves."""
    if question.things or not question.routines:
        return [thing.id for thing in question.things]
    effects = [effect for routine in question.routines for effect in effects_of(routine, record.timeline)]
    return list(dict.fromkeys(effect.entity for effect in effects))


def _hours_apart(at: datetime, question: Question) -> timedelta:
    if question.clock is None:
        return timedelta()
    asked = timedelta(hours=question.clock.hour, minutes=question.clock.minute)
    told = timedelta(hours=at.hour, minutes=at.minute)
    half = timedelta(hours=12)
    gap = (told - asked) % half
    return min(gap, half - gap)


def _telling_turn(question: Question, record: Record) -> Turn | None:
    ids = {thing.id for thing in question.things}
    about = {
        routine.id
        for routine in record.timeline.routines
        if not ids or ids & interests_of(routine.triggers).entities or routine in question.routines
    }
    turns = [turn for turn in record.turns(NOBODY) if turn.event.routine in about]
    return turns[-1] if turns else None


def _origin_of(turn: Turn, record: Record) -> Event | None:
    """Return the command that a reported state came of."""
    if turn.event.kind == "message":
        return None
    for other in reversed(record.turns(turn.entity)):
        if other.at > turn.at or other.event is turn.event:
            continue
        if turn.at - other.at > SETTLES:
            return None
        if other.event.kind in (*_COMMANDS, "hand", "elsewhere"):
            if other.up in (None, turn.up) or turn.up is None:
                return other.event
            if turn.at - other.at > _SAME_MOMENT:
                return None
    return None


def _outage_before(turn: Turn, record: Record) -> Finding | None:
    """Return an outage that the turn came right after: a thing that starts anew is as its maker thought."""
    event = record.last(("back", "all-back"), turn.at, None)
    kinds: tuple[Kind, ...] = ("gone", "all-gone")
    if event is None or turn.at - event.at > SETTLES or event.entity not in (None, turn.entity):
        return None
    gone = record.last(kinds, event.at, event.entity)
    power = gone is not None and gone.text is not None and _POWER.search(gone.text) is not None
    cause: Cause = "power" if power else "unavailable"
    return Finding(
        cause, turn.entity, thing=turn.entity, at=gone.at if gone else event.at, event=gone or event, after=turn.event,
        until=event.at, up=turn.up,
    )  # fmt: skip


def _of_script(base: Finding, record: Record) -> Finding:
    event = base.event
    if event is None or event.script is None:
        return replace(base, cause="routine")
    calls = (
        each for each in record.of(*_COMMANDS)
        if each is not event and event.script in (each.entity, each.action) and each.at <= event.at
    )  # fmt: skip
    begun = max((each for each in calls if event.at - each.at <= _SCRIPT_RUNS), key=lambda each: each.at, default=None)
    found = replace(base, via=event.script, cause="routine")
    if begun is not None and begun.kind == "asked":
        return replace(found, cause="person", person=begun.person, by=begun.door, event=begun, at=begun.at)
    if begun is not None:
        return by_routine(replace(found, event=begun), record)
    for run in reversed(list(record.of("began"))):
        routine = record.timeline.routine(run.routine)
        if routine is None or run.at > event.at or event.at - run.at > _SCRIPT_RUNS:
            continue
        if any(effect.entity == event.script for effect in effects_of(routine, record.timeline)):
            return by_routine(replace(found, event=replace(event, routine=run.routine)), record)
    return found


def _set_off(record: Record, routine: Routine, began: datetime) -> Attempt | None:
    fit = [each for each in record.replay(routine).attempts if each.at <= began + timedelta(seconds=1)]
    return fit[-1] if fit and began - fit[-1].at <= AT_ONCE else None


def _odd(found: Finding, record: Record, routine: Routine) -> Finding | None:
    """Return what was out of the ordinary about a run, which is rather the answer than the run itself."""
    event, start = found.event, found.began
    if event is None or start is None:
        return None
    if event.kind == "retried":
        gone = record.last(("gone", "all-gone", "silent"), event.at)
        return replace(found, cause="unavailable", entity=found.thing, after=event, event=gone or event)
    return (
        loop_of(found.thing, event.at, record)
        or _late(found, record)
        or _ran_already(found, record, routine)
        or _undid(found, record)
        or _changed(found, record, routine)
    )


def loop_of(thing: str | None, at: datetime, record: Record) -> Finding | None:
    """Return the loop that a thing is in: two routines that set each other off, or what the guard stopped."""
    runs = [each for each in record.of("began") if at - _LOOPING <= each.at <= at + _LOOPING and each.routine]
    moving = [each for each in runs if thing is None or _moves(each, thing, record)]
    stopped = next((each for each in record.of("looped") if abs(each.at - at) <= _LOOPING), None)
    order = [each.routine for each in moving if each.routine is not None]
    swings = sum(1 for one, other in pairwise(order) if one != other)
    if stopped is None and (len(order) < _LEAST_OF_A_LOOP or swings < _LEAST_OF_A_LOOP - 1 or len(set(order)) < 2):
        return None
    named = [*dict.fromkeys(order)]
    if stopped is not None:
        named = [*dict.fromkeys([*filter(None, (stopped.routine, *stopped.others)), *named])]
    first = named[0] if named else None
    other = named[1] if len(named) > 1 else None
    entity = thing or (stopped.entity if stopped is not None else None)
    return Finding("loop", entity, thing=entity, routine=first, also_routine=other, event=stopped, at=at)


def _moves(run: Event, thing: str, record: Record) -> bool:
    routine = record.timeline.routine(run.routine)
    return routine is not None and any(each.entity == thing for each in effects_of(routine, record.timeline))


def _late(found: Finding, record: Record) -> Finding | None:
    """Return that the trigger's thing had been out of reach, and told late."""
    if found.entity is None or found.began is None:
        return None
    back = record.last(("back", "all-back"), found.began)
    if back is None or found.began - back.at > AT_ONCE or back.entity not in (None, found.entity):
        return None
    gone = record.last(("gone", "all-gone"), back.at)
    if gone is None or back.at - gone.at < _AWAY_LONG:
        return None
    return replace(found, cause="late-report", event=gone, until=back.at)


def _ran_already(found: Finding, record: Record, routine: Routine) -> Finding | None:
    """Return that it went off again while it ran, which a single routine does not heed."""
    if routine.mode != "single" or found.began is None or found.at is None or not delay_of(routine):
        return None
    again = [each for each in record.replay(routine).attempts if found.began + AT_ONCE / 6 < each.at < found.at]
    return replace(found, cause="already-running", attempt=again[-1]) if again else None


def _undid(found: Finding, record: Record) -> Finding | None:
    if found.thing is None or found.at is None or found.up is None:
        return None
    for turn in reversed(record.turns(found.thing)):
        if turn.event is found.event or turn.at > found.at or turn.event.routine in (None, found.routine):
            continue
        if found.at - turn.at > UNDOES:
            return None
        if turn.up is not None and turn.up != found.up:
            return replace(found, cause="overridden", entity=found.thing, also_routine=turn.event.routine)
    return None


def _changed(found: Finding, record: Record, routine: Routine) -> Finding | None:
    """Return a change of the routine, of a setting it goes by, or of the clock that made the run as it was."""
    if found.began is None:
        return None
    edited = _lately("edited", found.began, record, routine=routine.id)
    if edited is not None:
        return replace(found, cause="routine-edited", entity=None, person=edited.person, event=edited, at=edited.at)
    when = None if found.attempt is None else routine.triggers[found.attempt.fired.trigger].when
    if not isinstance(when, TimeTrigger):
        return None
    turned = _lately("clock-changed", found.began, record, within=timedelta(hours=3))
    if turned is not None and in_turned_hour(routine, turned):
        return replace(found, cause="clock-change", entity=None, event=turned, at=turned.at)
    for moment in when.at:
        if isinstance(moment, AtEntity):
            setting = record.last(("asked",), found.began, moment.entity_id)
            if setting is not None and found.began - setting.at <= _LATELY / 2:
                return replace(
                    found, cause="setting-changed", entity=moment.entity_id, person=setting.person, event=setting
                )
    return None


def in_turned_hour(routine: Routine, turned: Event) -> bool:
    """Say whether a routine is due in the hour that a change of the clocks left out, or brought twice."""
    hours = sorted(each for each in (turned.text, turned.to) if each is not None)
    times = [at for trigger in parts_of(routine.triggers, TimeTrigger) for at in trigger.at if isinstance(at, time)]
    return len(hours) == 2 and any(hours[0] <= f"{at:%H:%M}" < hours[1] for at in times)


def _lately(
    kind: Kind, moment: datetime, record: Record, *, routine: str | None = None, within: timedelta = _LATELY
) -> Event | None:
    fit = [each for each in record.of(kind) if moment - within <= each.at <= moment]
    fit = [each for each in fit if routine in (None, each.routine)]
    return fit[-1] if fit else None


def _chained(found: Finding, record: Record) -> Finding:
    """Name the routine that moved what set this one off."""
    if found.entity is None or found.attempt is None or found.entity == found.thing:
        return found
    turns = [turn for turn in record.turns(found.entity) if turn.at <= found.attempt.at]
    before = _origin_of(turns[-1], record) if turns else None
    before = turns[-1].event if turns and turns[-1].event.kind in _COMMANDS else before
    if before is None or before.routine in (None, found.routine):
        return found
    return replace(found, also_routine=before.routine)


def _around(question: Question | None, record: Record) -> tuple[Event, ...]:
    """Return the last that is on record about the things, for an answer that does not know."""
    if question is None:
        return ()
    found: Sequence[Event] = [
        event for event in record.of("became") if any(event.entity == thing.id for thing in question.things)
    ]
    return tuple(found[-2:])
