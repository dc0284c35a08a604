"""Why something did not happen: what stood in the way of the command, the routine, its condition or its trigger."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from daemon.explaining.because import cause_of, in_turned_hour, loop_of
from daemon.explaining.effects import NOBODY, Effect, action_is_up, delay_of, effects_of
from daemon.explaining.finding import Finding
from daemon.explaining.leaves import failing_leaf, looked_at
from daemon.explaining.past import Attempt
from daemon.explaining.question import Question
from daemon.explaining.record import AT_ONCE, SETTLES, Record
from daemon.explaining.timeline import Event, Kind
from daemon.explaining.unmet import unmet
from daemon.routines.interests import interests_of
from daemon.routines.model import Routine
from daemon.routines.triggers import AtEntity, NumericTrigger, TimeTrigger
from daemon.routines.walking import parts_of

_BROKER: Final = re.compile(r"broker|mqtt|not connected|connection|verbindung", re.IGNORECASE)
_AWAY: Final = re.compile(r"unavailable|offline|no answer|timeout|reach|nicht erreichbar", re.IGNORECASE)
_LATELY: Final = timedelta(days=3)
_TOLD_OF: Final = timedelta(minutes=10)
"""For so long a limit that a routine met stands for all of its kind, see `daemon.automating.limits`."""
_PROBLEMS: Final[tuple[Kind, ...]] = (
    "refused", "failed", "confirm-denied", "confirm-timeout", "confirm-asked", "silent", "held",
)  # fmt: skip


def withheld(question: Question, record: Record) -> Finding:
    """Return why what was asked about did not happen; unknown where the record does not say."""
    able = _able(question, record)
    thing = _thing(question, able, record)
    base = Finding("unknown", thing, thing=thing if thing != NOBODY else None, up=question.up, withheld=True)
    now = record.timeline.now
    if question.general or not (able or question.things):
        paused = record.outage("paused", "resumed", now)
        if paused is not None and (paused.until is None or paused.until > now):
            return replace(base, cause="routines-paused", entity=None, person=paused.person, event=paused, at=paused.at)
        able = able or record.timeline.routines
    found = _in_the_way(base, able, question, record)
    for look in (_switched_off, _not_started, _never_set_off):
        found = found or look(base, able, question, record)
    return found or replace(base, event=next(record.of("recording"), None))


def _able(question: Question, record: Record) -> Sequence[Routine]:
    """Return the routines that would have done it."""
    if question.routines:
        return question.routines
    routines = record.timeline.routines
    ids = {thing.id for thing in question.things}
    if question.telling:
        telling = [each for each in routines if any(effect.entity == NOBODY for effect in _effects(each, record))]
        about = [each for each in telling if ids & _mentioned(each)]
        return about or ([] if ids else telling)
    fit = [
        each
        for each in routines
        if any(
            effect.entity in ids and (question.up is None or effect.up in (None, question.up))
            for effect in _effects(each, record)
        )
    ]
    if question.clock is not None:
        fit = [each for each in fit if _timed(each, question)] or fit
        fit = fit or [each for each in routines if _timed(each, question)]
    return fit


def _effects(routine: Routine, record: Record) -> Iterator[Effect]:
    return effects_of(routine, record.timeline)


def _timed(routine: Routine, question: Question) -> bool:
    clock = question.clock
    times = (at for trigger in parts_of(routine.triggers, TimeTrigger) for at in trigger.at)
    return clock is not None and any(
        not isinstance(at, AtEntity) and at.minute == clock.minute and at.hour % 12 == clock.hour % 12 for at in times
    )


def _mentioned(routine: Routine) -> frozenset[str]:
    return interests_of(routine.triggers).entities | frozenset(looked_at(routine.conditions))


def _thing(question: Question, able: Iterable[Routine], record: Record) -> str | None:
    """Return what was to move: of the things that fit, the one that a routine or a person meant to move."""
    if question.telling:
        return NOBODY
    ids = [thing.id for thing in question.things]
    moved = {effect.entity for routine in able for effect in _effects(routine, record)}
    moved |= {event.entity for event in record.of("asked", *_PROBLEMS) if event.entity is not None}
    own = next((effect.entity for routine in able for effect in _effects(routine, record)), None)
    return next((each for each in ids if each in moved), ids[0] if ids else own)


def _in_the_way(base: Finding, able: Sequence[Routine], question: Question, record: Record) -> Finding | None:
    """Return what became of the newest command that was to bring it about."""
    routines: set[str] = {routine.id for routine in able}
    tries = [each for each in record.of("asked", "did", "retried", *_PROBLEMS) if _meant(each, base, routines)]
    if question.since is not None and question.until is not None:
        tries = [each for each in tries if question.since <= each.at < question.until]
    tries = [each for each in tries if _wanted(each, question)]
    if not tries:
        return _cut_off(base, able, question, record)
    newest = tries[-1]
    entity = newest.entity or base.entity
    asked = _behind(newest, record)
    found = replace(base, entity=entity, routine=asked.routine, event=newest, at=newest.at, person=asked.person)
    bad = _went_wrong(found, newest, record)
    if bad is not None:
        return bad
    if base.thing is None:
        return None
    later = [
        turn for turn in record.turns(base.thing)
        if turn.at > newest.at and turn.up is not None and question.up is not None and turn.up != question.up
    ]  # fmt: skip
    if later:
        undone = cause_of(later[-1], record)
        if question.still and undone.cause != "unknown":
            return undone
        if undone.routine is not None and newest.routine not in (None, undone.routine):
            return replace(undone, cause="overridden", entity=base.thing, also_routine=newest.routine)
        if undone.cause == "person" and newest.routine is not None:
            return replace(undone, cause="overridden", entity=base.thing, also_routine=newest.routine)
        return undone if undone.cause != "unknown" else None
    return _cut_off(base, able, question, record)


def _behind(event: Event, record: Record) -> Event:
    """Return the command that something became of, so that its routine or person is known."""
    if event.routine is not None or event.kind not in _PROBLEMS:
        return event
    before = [
        each for each in record.of("asked", "did", "retried")
        if each.entity == event.entity and timedelta() <= event.at - each.at <= SETTLES
    ]  # fmt: skip
    return before[-1] if before else event


def _meant(event: Event, base: Finding, routines: set[str]) -> bool:
    if base.entity == NOBODY:
        return event.routine in routines and (event.action or "").startswith(("notify", "tts", "notice"))
    return event.entity is not None and event.entity == base.entity


def _wanted(event: Event, question: Question) -> bool:
    up = action_is_up(event.action or "", event.data)
    return question.up is None or up is None or up == question.up


def _went_wrong(found: Finding, event: Event, record: Record) -> Finding | None:
    """Return what became of a command, where that was nothing."""
    after = [
        each for each in record.timeline.events
        if event.at <= each.at <= event.at + SETTLES and each.entity in (None, found.entity)
    ]  # fmt: skip
    for each in after:
        match each.kind:
            case "refused":
                return replace(found, cause="refused", event=each, at=each.at)
            case "held" if found.entity == NOBODY:
                return replace(found, cause="held-back", event=each, at=each.at, until=each.until)
            case "confirm-denied" | "confirm-timeout":
                who = each.person or found.person
                return replace(found, cause="not-confirmed", event=each, at=each.at, person=who)
            case "message":
                return replace(found, cause="device-failed", event=each, at=each.at)
            case "failed" if each.text is not None and not _BROKER.search(each.text) and not _AWAY.search(each.text):
                return replace(found, cause="device-failed", event=each, at=each.at)
            case _:
                pass
    if event.kind == "confirm-asked" and record.timeline.now - event.at <= SETTLES:
        return replace(found, cause="not-confirmed", event=event)
    error = next((each for each in after if each.kind == "became" and each.to in ("error", "jammed", "fault")), None)
    if error is not None:
        return replace(found, cause="device-failed", event=error, at=error.at)
    return _out_of_reach(found, event, after, record)


def _out_of_reach(found: Finding, event: Event, after: Sequence[Event], record: Record) -> Finding | None:
    failed = next((each for each in after if each.kind == "failed"), None)
    broker = record.outage("broker-down", "broker-up", event.at)
    if broker is not None or (failed is not None and _BROKER.search(failed.text or "")):
        return replace(found, cause="broker-down", event=broker or failed, at=event.at, after=failed)
    gone = record.away(found.entity or "", event.at + AT_ONCE)
    silent = next((each for each in after if each.kind == "silent"), None)
    if gone is not None or failed is not None or silent is not None:
        return replace(found, cause="unavailable", event=gone or silent or failed, at=event.at)
    return None


def _cut_off(base: Finding, able: Sequence[Routine], question: Question, record: Record) -> Finding | None:
    """Return what stopped a run between its beginning and what it was to do."""
    for routine in able:
        effects = [
            each for each in _effects(routine, record) if each.entity == base.entity and _same_way(each.up, question)
        ]
        for run in reversed([each for each in record.of("began") if each.routine == routine.id]):
            for effect in effects:
                due = run.at + effect.after
                stop = next((each for each in record.of("stopped") if run.at < each.at <= due), None)
                if stop is not None:
                    return _down(replace(base, routine=routine.id), stop, record)
                broker = record.outage("broker-down", "broker-up", due)
                if broker is not None and not any(turn.at >= due for turn in record.turns(effect.entity)[-1:]):
                    return replace(base, cause="broker-down", routine=routine.id, event=broker, at=due)
                gone = record.away(effect.entity, due)
                if gone is not None and due <= record.timeline.now:
                    return replace(base, cause="unavailable", routine=routine.id, event=gone, at=due)
    return None


def _same_way(up: bool | None, question: Question) -> bool:
    return question.up is None or up in (None, question.up)


def _down(found: Finding, stop: Event, record: Record) -> Finding:
    started = next((each for each in record.of("started") if each.at >= stop.at), None)
    return replace(found, cause="restart", event=stop, at=stop.at, until=None if started is None else started.at)


def _switched_off(base: Finding, able: Sequence[Routine], question: Question, record: Record) -> Finding | None:
    """Return that a routine that would have done it is switched off, or was changed."""
    asked = question.until or record.timeline.now
    for routine in able:
        newest = [each for each in record.of("disabled", "enabled") if each.routine == routine.id and each.at <= asked]
        off = newest[-1] if newest and newest[-1].kind == "disabled" else None
        if off is not None or (not routine.enabled and not newest):
            who = None if off is None else off.person
            by = None if off is None else off.door
            return replace(base, cause="routine-disabled", routine=routine.id, person=who, event=off, by=by,
                           entity=base.thing)  # fmt: skip
    for routine in able:
        edits = [each for each in record.of("edited") if each.routine == routine.id and asked - each.at <= _LATELY]
        if edits and not _went_fine_since(edits[-1].at, routine, question, record):
            return replace(base, cause="routine-edited", routine=routine.id, person=edits[-1].person, event=edits[-1],
                           at=edits[-1].at)  # fmt: skip
    return None


def _went_fine_since(at: datetime, routine: Routine, question: Question, record: Record) -> bool:
    """Say whether a routine ran since it was changed, at the time that is asked about."""
    if question.clock is not None:
        return False
    runs = [each for each in record.of("began") if each.routine == routine.id and each.at >= at]
    return len(runs) > 1


def _not_started(base: Finding, able: Sequence[Routine], question: Question, record: Record) -> Finding | None:
    """Return what held back the newest run that a trigger called for."""
    held = [each for routine in able for each in _not_run(routine, question, record)]
    for attempt in sorted(held, key=lambda each: each.at, reverse=True):
        found = replace(base, routine=attempt.routine.id, attempt=attempt, at=attempt.at)
        paused = record.outage("paused", "resumed", attempt.at)
        if paused is not None and (paused.until is None or paused.until > attempt.at):
            return replace(found, cause="routines-paused", person=paused.person, event=paused, entity=None)
        stopped = record.outage("stopped", "started", attempt.at)
        if stopped is not None:
            return _down(found, stopped, record)
        if attempt.failing is not None:
            return _condition(found, attempt, record)
        limit = record.last(("declined",), attempt.at + AT_ONCE)
        if limit is not None and limit.routine == attempt.routine.id and attempt.at - limit.at <= _TOLD_OF:
            return replace(found, cause="refused", event=limit)
        turned = next((each for each in record.of("clock-changed") if abs(each.at - attempt.at) <= _HOURS), None)
        if turned is not None and in_turned_hour(attempt.routine, turned):
            return replace(found, cause="clock-change", event=turned, entity=None)
        running = _running(attempt, record)
        if running is not None:
            entity = attempt.entity or base.entity
            return replace(found, cause="already-running", entity=entity, began=running.at, event=running)
        loop = loop_of(base.thing, attempt.at, record)
        broker = record.outage("broker-down", "broker-up", attempt.at)
        if loop is not None or broker is not None:
            return loop or replace(found, cause="broker-down", event=broker)
    return None


_HOURS = timedelta(hours=2)


def _not_run(routine: Routine, question: Question, record: Record) -> Iterator[Attempt]:
    """Yield the times a routine was set off and nothing came of it, in the span that is asked about."""
    runs = [each.at for each in record.of("began") if each.routine == routine.id]
    attempts = record.replay(routine).attempts
    if question.since is not None and question.until is not None:
        within = [each for each in attempts if question.since <= each.at < question.until]
        attempts = within
    for attempt in attempts:
        if not any(-AT_ONCE / 15 <= run - attempt.at <= AT_ONCE for run in runs):
            yield attempt


def _running(attempt: Attempt, record: Record) -> Event | None:
    if attempt.routine.mode != "single":
        return None
    run = record.run_of(attempt.routine.id, attempt.at)
    if run is None:
        return None
    ended = any(each.routine == run.routine and run.at < each.at <= attempt.at for each in record.of("ended"))
    return run if not ended and attempt.at - run.at <= delay_of(attempt.routine) else None


def _condition(found: Finding, attempt: Attempt, record: Record) -> Finding:
    """Return what a condition said no to: a thing that is gone, that nobody hears of, or its state."""
    house = record.past.at(attempt.at)
    leaf, entity = failing_leaf(attempt, house)
    found = replace(found, failing=leaf, entity=entity or found.entity, seen=None)
    if entity is None:
        return replace(found, cause="condition-false", entity=None)
    missing = missing_of((entity,), attempt.at, record)
    if missing is not None:
        return replace(found, cause="entity-missing", event=missing, at=missing.at)
    seen = house.state(entity)
    if seen is not None and seen.value in ("unavailable", "unknown"):
        return replace(found, cause="unavailable", event=record.away(entity, attempt.at), seen=seen)
    return replace(found, cause="condition-false", seen=seen)


def missing_of(entities: Iterable[str], at: datetime, record: Record) -> Event | None:
    """Return that one of some entities was taken away or renamed before a moment, and did not come again."""
    wanted = set(entities)
    return next((each for each in record.of("removed", "renamed") if each.entity in wanted and each.at <= at), None)


def _never_set_off(base: Finding, able: Sequence[Routine], question: Question, record: Record) -> Finding | None:
    """Return why no trigger of a routine that would have done it went off."""
    asked = min(question.until or record.timeline.now, record.timeline.now)
    for routine in able:
        found = replace(base, routine=routine.id)
        wanted = interests_of(routine.triggers).entities
        moved = frozenset(effect.entity for effect in _effects(routine, record))
        missing = missing_of((*wanted, *looked_at(routine.conditions), *moved), asked, record)
        if missing is not None:
            return replace(found, cause="entity-missing", entity=missing.entity, event=missing, at=missing.at)
        turned = next((each for each in record.of("clock-changed") if in_turned_hour(routine, each)), None)
        if turned is not None:
            return replace(found, cause="clock-change", entity=None, event=turned, at=turned.at)
        setting = _setting(routine, record)
        if setting is not None:
            return replace(found, cause="setting-changed", entity=setting.entity, person=setting.person, event=setting,
                           at=setting.at)  # fmt: skip
        gone = next(((each, event) for each in sorted(wanted) if (event := record.away(each, asked))), None)
        if gone is not None:
            return replace(found, cause="unavailable", entity=gone[0], event=gone[1], at=gone[1].at)
        broker = next((each for each in record.of("broker-down") if _within(each, question, record)), None)
        if broker is not None:
            return replace(found, cause="broker-down", event=broker, at=broker.at)
    return unmet(base, able, question, record)


def _within(event: Event, question: Question, record: Record) -> bool:
    ends = next((each.at for each in record.of("broker-up") if each.at >= event.at), record.timeline.now)
    since = question.since or record.timeline.now - timedelta(days=1)
    return ends >= since and event.at <= (question.until or record.timeline.now)


def _setting(routine: Routine, record: Record) -> Event | None:
    """Return that somebody changed what a routine's time or threshold goes by."""
    holders = {at.entity_id for trigger in parts_of(routine.triggers, TimeTrigger) for at in trigger.at
               if isinstance(at, AtEntity)}  # fmt: skip
    holders |= {limit for each in parts_of(routine.triggers, NumericTrigger) for limit in (each.above, each.below)
                if isinstance(limit, str)}  # fmt: skip
    asked = [each for each in record.of("asked", "hand", "elsewhere") if each.entity in holders]
    return asked[-1] if asked else None
