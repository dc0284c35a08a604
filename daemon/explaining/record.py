"""What the record says about a moment: who was away, what was paused, who moved a thing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from daemon.explaining.effects import NOBODY, action_is_up, effects_of, state_is_up, touched
from daemon.explaining.past import Past, Replay, replayed
from daemon.explaining.timeline import Event, Kind, Timeline
from daemon.routines.model import Routine

SETTLES = timedelta(minutes=3)
"""So long after a command a state may still come of it: covers and garage doors."""
AT_ONCE = timedelta(seconds=30)
"""A run that began so soon after its trigger began because of it."""
_FAILED = ("refused", "failed", "confirm-denied", "confirm-timeout", "confirm-asked")


@dataclass(frozen=True, slots=True)
class Turn:
    """A moment at which a thing went one way."""

    at: datetime
    entity: str
    up: bool | None
    event: Event


class Record:
    """A timeline with what is asked of it again and again."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._replays: dict[str, Replay] = {}

    @cached_property
    def past(self) -> Past:
        """The house at every moment."""
        return Past(self.timeline)

    def replay(self, routine: Routine) -> Replay:
        """Return what a routine's triggers did."""
        if routine.id not in self._replays:
            self._replays[routine.id] = replayed(routine, self.past)
        return self._replays[routine.id]

    def of(self, *kinds: Kind) -> Iterator[Event]:
        """Yield the events of some kinds, oldest first."""
        return (event for event in self.timeline.events if event.kind in kinds)

    def last(self, kinds: Sequence[Kind], moment: datetime, entity: str | None = None) -> Event | None:
        """Return the newest event of some kinds up to a moment."""
        fit = (each for each in self.of(*kinds) if each.at <= moment and entity in (None, each.entity))
        return max(fit, key=lambda each: each.at, default=None)

    def outage(self, begins: Kind, ends: Kind, moment: datetime) -> Event | None:
        """Return what began before a moment and had not ended then."""
        newest = self.last((begins, ends), moment)
        return newest if newest is not None and newest.kind == begins else None

    def away(self, entity: str, moment: datetime) -> Event | None:
        """Return since when a thing was out of reach at a moment; none where it was there."""
        events = [each for each in self.of("gone", "back", "all-gone", "all-back") if each.at <= moment]
        events = [each for each in events if each.entity in (None, entity)]
        return events[-1] if events and events[-1].kind in ("gone", "all-gone") else None

    def turns(self, entity: str) -> list[Turn]:
        """Return when a thing went which way, oldest first, without what was commanded and came to nothing."""
        found = [turn for event in self.timeline.events for turn in self._turns_of(event, entity)]
        return sorted(found, key=lambda turn: turn.at)

    def run_of(self, routine: str, moment: datetime) -> Event | None:
        """Return the beginning of a routine's newest run up to a moment."""
        fit = (each for each in self.of("began") if each.routine == routine and each.at <= moment)
        return max(fit, key=lambda each: each.at, default=None)

    def _turns_of(self, event: Event, entity: str) -> Iterable[Turn]:
        match event.kind:
            case "became" | "hand" | "elsewhere" | "back" | "message" if event.entity == entity:
                # What was so before it went away has not turned; and whether it was, nobody may know.
                if event.kind != "back" or self.past.known_before(entity, event.at) not in (None, event.to):
                    yield Turn(event.at, entity, state_is_up(event.to), event)
            case "asked" | "did" | "retried":
                if entity == NOBODY:
                    if event.kind != "asked" and (event.action or "").startswith(("notify.", "tts.", "notice")):
                        yield Turn(event.at, NOBODY, True, event)
                elif not self.came_to_nothing(event):
                    for moved, up in touched(event, self.timeline):
                        if moved == entity:
                            yield Turn(event.at, entity, up, event)
            case "began":
                yield from self._implied(event, entity)
            case _:
                pass

    def _implied(self, began: Event, entity: str) -> Iterator[Turn]:
        """Yield what a run of which no single step is on record will have done."""
        routine = self.timeline.routine(began.routine)
        if routine is None:
            return
        kinds: tuple[Kind, ...] = ("did", "retried", "failed", "refused", "silent")
        told = [each for each in self.of(*kinds) if began.at <= each.at]
        told = [each for each in told if each.routine == began.routine or (each.script and each.entity == entity)]
        for effect in effects_of(routine, self.timeline):
            at = began.at + effect.after
            if effect.entity != entity or at > self.timeline.now:
                continue
            if not any(each.at <= at + SETTLES and each.entity in (None, entity) for each in told):
                act = Event(at, "did", entity, action=effect.action, routine=began.routine)
                yield Turn(at, entity, effect.up, act)

    def came_to_nothing(self, event: Event) -> bool:
        """Say whether a command was refused, failed or still waits for a yes."""
        end = event.at + SETTLES
        after = [each for each in self.timeline.events if event.at <= each.at <= end and each.entity == event.entity]
        if event.kind != "retried" and any(each.kind == "retried" for each in after):
            return True
        return any(each.kind in _FAILED and action_is_up(each.action or "") == action_is_up(event.action or "")
                   for each in after if each.action)  # fmt: skip
