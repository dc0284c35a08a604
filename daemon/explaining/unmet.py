"""Why no trigger of a routine went off, where nothing was broken: what it waits for did not come about."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.explaining.finding import Finding, NotMet
from daemon.explaining.past import Past
from daemon.explaining.question import Question
from daemon.explaining.record import Record
from daemon.routines.evaluating import Around, in_range, number_seen, same
from daemon.routines.model import Routine
from daemon.routines.occurring import next_at
from daemon.routines.triggers import NumericTrigger, StateTrigger, SunTrigger, TimeTrigger, Trigger, ZoneTrigger
from daemon.routines.world import Seen


def unmet(base: Finding, able: Sequence[Routine], question: Question, record: Record) -> Finding | None:
    """Return the trigger that came nearest, and what it lacked."""
    now = min(question.until or record.timeline.now, record.timeline.now)
    found = [each for routine in able for each in _of(base, routine, question, record, now)]
    order: dict[NotMet | None, int] = {"broken": 0, "already": 1, "before": 2, "not-yet": 3, "never": 4}
    return min(found, key=lambda each: order.get(each.not_met, 9), default=None)


def _of(base: Finding, routine: Routine, question: Question, record: Record, now: datetime) -> Iterator[Finding]:
    replay = record.replay(routine)
    base = replace(base, cause="trigger-not-met", routine=routine.id)
    since = question.since or record.timeline.now - timedelta(days=3)
    for broken in replay.broken:
        if since <= broken.at <= now:
            seen = record.past.state(broken.held.entity, broken.at)
            yield replace(base, not_met="broken", broken=broken, entity=broken.held.entity or base.entity, seen=seen,
                          at=broken.at)  # fmt: skip
    for trigger in routine.triggers:
        yield from _waiting(base, trigger, record.past, now)


def _waiting(base: Finding, trigger: Trigger, past: Past, now: datetime) -> Iterator[Finding]:
    house = past.at(now)
    when = trigger.when
    match when:
        case StateTrigger() | NumericTrigger() | ZoneTrigger():
            for entity in when.entity_id:
                # What was so for as long as it was asked about cannot become so.
                seen = _longest_so(when, entity, past, now)
                now_seen = house.state(entity)
                yield replace(base, entity=entity, not_met="already" if seen is not None else "never",
                              seen=seen or now_seen)  # fmt: skip
        case TimeTrigger() | SunTrigger():
            at = next_at(when, now, house)
            what = "sun.sun" if isinstance(when, SunTrigger) else base.entity
            yield replace(base, entity=what, not_met="not-yet", until=at)
        case _:
            pass


def _longest_so(
    when: StateTrigger | NumericTrigger | ZoneTrigger, entity: str, past: Past, now: datetime
) -> Seen | None:
    """Return the newest state in which the trigger's thing was what it waits for."""
    states = [change.new for at, change in past.changes if at <= now and change.entity_id == entity]
    first = past.timeline.initial.get(entity)
    for seen in [*reversed(states), first]:
        if seen is None:
            continue
        match when:
            case StateTrigger():
                if when.attribute is None and when.to and any(same(seen.value, wanted) for wanted in when.to):
                    return seen
            case NumericTrigger():
                around = Around(past.at(now))
                if in_range(when, number_seen(when, entity, seen, around), around.world):
                    return seen
            case ZoneTrigger():
                return None
    return None
