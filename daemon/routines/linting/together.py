"""Tells what runs at one and the same moment: by one trigger, or because another routine's action is a trigger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from daemon.routines.actions import Fire
from daemon.routines.linting.assuming import Cases, people_fit
from daemon.routines.linting.facts import none_of, one_of
from daemon.routines.linting.paths import Path
from daemon.routines.linting.starting import coincide
from daemon.routines.playing.effects import Effect
from daemon.routines.playing.house import House
from daemon.routines.triggers import EventTrigger, StateTrigger

_MOST_CASES: Final = 400


@dataclass(frozen=True, slots=True)
class Joined:
    """A path that runs at a moment, and what is possible then."""

    path: Path
    cases: Cases
    by: Path | None = None
    """The path whose action set it off; none where it is the same thing from outside."""


def together(one: Path, paths: Iterable[Path], house: House) -> Iterator[Joined]:
    """Yield what else runs when a path does: set off by the same, or by what the path does before any wait."""
    for other in paths:
        if other.routine.id == one.routine.id or one.trigger is None or other.trigger is None:
            continue
        if coincide(one.trigger.when, other.trigger.when):
            cases = meeting(one.cases, other.cases, house)
            if cases:
                yield Joined(other, cases)
        else:
            cases = knocked_on(one, other, house)
            if cases:
                yield Joined(other, cases, one)


def meeting(one: Cases, other: Cases, house: House) -> Cases:
    """Return what is possible by both; bounded, so that the first that fit stand for all."""
    found = (mine.meet(theirs) for mine in one for theirs in other)
    kept = [
        facts
        for _, facts in zip(range(_MOST_CASES), found, strict=False)
        if facts.is_possible and people_fit(facts, house)
    ]
    return tuple(kept[:8])


def knocked_on(one: Path, other: Path, house: House) -> Cases:
    """Return what is possible when a path's action sets another off at once; nothing where it does not."""
    assert other.trigger is not None
    when = other.trigger.when
    if isinstance(when, EventTrigger):
        fired = {act.do.event for act in one.now() if isinstance(act.do, Fire)}
        return meeting(one.cases, other.cases, house) if fired & set(when.event_type) else ()
    if not isinstance(when, StateTrigger):
        return ()
    for effect in one.last().values():
        if sets_off(effect, when):
            # It must have been something else before.
            key = (effect.entity, "")
            before = [facts for facts in one.cases if facts.knowing(key, none_of(effect.state or "")).is_possible]
            written = tuple(one.last())
            after = tuple(facts.forgetting(*written).knowing(key, one_of(effect.state or "")) for facts in before)
            return meeting(after, other.cases, house)
    return ()


def sets_off(effect: Effect, when: StateTrigger) -> bool:
    """Say whether what becomes of an entity is what a trigger waits for, at once."""
    if effect.entity not in when.entity_id or when.attribute is not None or when.held is not None:
        return False
    if effect.state is None or not effect.sure:
        return False
    words = [str(word) if not isinstance(word, bool) else ("on" if word else "off") for word in when.to or ()]
    barred = [str(word) for word in when.not_to or ()]
    return (not words or effect.state in words) and effect.state not in barred
