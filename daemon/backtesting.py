"""Replays history through a routine: when it would have run, what it would have done, and where a person did otherwise.

What it would have done changes nothing in the replay: the house goes on as it is on record, so that what follows from
its own doing is not seen; for that there is the rehearsal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from daemon.explaining.effects import action_is_up, state_is_up
from daemon.explaining.leaves import looked_at
from daemon.history.recording import OURS, Kept, Played, Recording
from daemon.routines.actions import Call
from daemon.routines.evaluating import Around
from daemon.routines.expressions import Template
from daemon.routines.interests import interests_of
from daemon.routines.machine import Start, advance, begin, settle
from daemon.routines.mentioning import mentioned
from daemon.routines.model import Routine
from daemon.routines.modes import admission
from daemon.routines.run import Run
from daemon.routines.steps import Asking, Calling, Event, Halted, Noticing, Returned, Step, Waiting
from daemon.routines.triggers import AtEntity, SunTrigger, TimeTrigger, Trigger
from daemon.routines.values import Value, spoken
from daemon.routines.walking import parts_of
from daemon.routines.watching import Fired, Watched, next_look, observe, watched
from daemon.routines.world import Change, ClockMoved, StateChanged, World

AGAINST: Final = timedelta(minutes=10)
"""A person who does the contrary so soon did not want it."""
MOST_RUNS: Final = 10_000
"""Runs that are told of; beyond these they are only counted."""
_NOTHING_HELD: Final = Watched()
_MOST_LOOKS: Final = 5_000_000
"""Changes and moments that are looked at."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something the routine would have done."""

    at: datetime
    action: str
    """The effect, or ``notice``, ``ask``."""
    targets: tuple[str, ...] = ()
    data: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True)
class Against:
    """A person, or what is not ours, did the contrary soon after."""

    at: datetime
    entity: str
    value: str
    by: str | None
    """Whose doing it was in Home Assistant; none where it was somebody's hand."""


@dataclass(frozen=True, slots=True)
class Fire:
    """One time that the routine was set off."""

    at: datetime
    because: str
    """The trigger's platform, or the thing and what it became."""
    result: Literal["ran", "declined", "busy", "runs"]
    """``declined``: a condition said no; ``busy``: its mode did not let it begin; ``runs``: it had not ended."""
    why: str = ""
    acts: tuple[Act, ...] = ()
    against: tuple[Against, ...] = ()


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a routine would have done in a stretch of time."""

    routine: str
    since: datetime
    until: datetime
    changes: int
    """How many changes were replayed."""
    fires: tuple[Fire, ...]
    left_out: int = 0
    """Fires beyond `MOST_RUNS`."""
    unheard: tuple[str, ...] = ()
    """What may set it off and is in no history: messages, events, calendars, sentences."""
    blank: tuple[str, ...] = ()
    """Things it goes by of which nothing is on record."""

    @property
    def against(self) -> int:
        """How many of its runs a person undid."""
        return sum(1 for fire in self.fires if fire.against)


def needed(routine: Routine, around: World) -> frozenset[str]:
    """Return the things whose history a routine's replay needs: what it goes by and what it moves."""
    interests = interests_of([*routine.triggers, *parts_of(routine.actions, Trigger)])
    found = {*interests.entities, *looked_at(routine.conditions)}
    for template in parts_of(routine, Template):
        found |= mentioned(template).entities
    for call in parts_of(routine.actions, Call):
        found |= set(_targets_of(call.target if isinstance(call.target, Mapping) else {}, around))
    if interests.anything:
        found |= set(around.entities())
    return frozenset(found)


def backtest(routine: Routine, recording: Recording, around: World) -> Backtest:
    """Replay a recording, which must hold what is `needed`, through a routine; ``around`` knows rooms and the sun."""
    replay = _Replay(routine, recording, around)
    replay.run()
    blank = {*needed(routine, around)} - {*recording.before} - {kept.entity for kept in recording.changes}
    interests = interests_of(routine.triggers)
    unheard = {
        "messages over MQTT": interests.topics, "events": interests.events, "calendars": interests.calendars,
        "web hooks": interests.webhooks, "other routines": interests.routines,
        "sentences, tags, start and stop": interests.others,
    }  # fmt: skip
    fires = [replay.told(one) for one in replay.fires]
    return Backtest(
        routine.id, recording.since, recording.until, len(recording.changes), tuple(fires), replay.left_out,
        tuple(name for name, some in unheard.items() if some), tuple(sorted(blank - {"sun.sun"})),
    )  # fmt: skip


@dataclass(slots=True)
class _Going:
    """A run under way, or one that is over."""

    at: datetime
    because: str
    run: Run | None = None
    look_at: datetime | None = None
    acts: list[Act] = field(default_factory=list[Act])
    result: Literal["ran", "declined", "busy", "runs"] = "runs"
    why: str = ""

    @property
    def watches(self) -> bool:
        """Whether it waits for something that a change may bring."""
        return self.run is not None and any(wait.kind in ("triggers", "expression") for wait in self.run.waits)


class _Replay:
    """One replay; the house moves on, and the routine is told of what concerns it."""

    def __init__(self, routine: Routine, recording: Recording, around: World) -> None:
        self.routine, self._recording = routine, recording
        self._played: Played = Recording(recording.since, recording.until, recording.before, ()).at(
            recording.since, around
        )
        interests = interests_of(routine.triggers)
        self._heard, self._anything = interests.entities, interests.anything
        self._memory = watched(routine.triggers, Around(self._played))
        self._last = self._played.now
        self._holders = {
            at.entity_id
            for when in parts_of(routine.triggers, TimeTrigger)
            for at in when.at
            if isinstance(at, AtEntity)
        }
        self._clock_due = next_look(routine.triggers, _NOTHING_HELD, Around(self._played))
        self._due = next_look(routine.triggers, self._memory, Around(self._played))
        self.fires: list[_Going] = []
        self._going: list[_Going] = []
        self._queue: list[tuple[_Going, Fired]] = []
        self.left_out = 0
        self._looks = 0

    def run(self) -> None:
        """Go through all of it."""
        for kept in self._recording.changes:
            self._pass_time(kept.at)
            old, new = self._played.put(kept)
            if self._anything or kept.entity in self._heard or self._going:
                self._played.now = kept.at.astimezone(self._played.now.tzinfo)
                self._tell(StateChanged(kept.entity, old, new), watching=self._anything or kept.entity in self._heard)
            if self._looks > _MOST_LOOKS:
                return
        self._pass_time(self._recording.until)

    def told(self, going: _Going) -> Fire:
        """Return a run as it is told of, with what was done against it."""
        against = [each for act in going.acts for each in self._against(act)]
        return Fire(going.at, going.because, going.result, going.why, tuple(going.acts), tuple(against))

    def _pass_time(self, until: datetime) -> None:
        while (due := self._next()) is not None and due <= until and self._looks <= _MOST_LOOKS:
            self._played.now = max(due, self._played.now).astimezone(self._played.now.tzinfo)
            self._tell(ClockMoved(self._last), watching=self._due is not None and self._due <= due)

    def _next(self) -> datetime | None:
        moments = [going.look_at for going in self._going if going.look_at is not None]
        if self._due is not None:
            moments.append(self._due)
        return min(moments, default=None)

    def _tell(self, change: Change, *, watching: bool) -> None:
        self._looks += 1
        for going in list(self._going):
            is_late = going.look_at is not None and going.look_at <= self._played.now
            if is_late or (isinstance(change, StateChanged) and going.watches):
                self._advance(going, change)
        fired: Sequence[Fired] = ()
        if watching:
            self._memory, fired = observe(self.routine.triggers, self._memory, change, Around(self._played))
            self._due = self._next_look(change)
        if isinstance(change, ClockMoved) or watching:
            self._last = self._played.now
        for one in fired:
            self._set_off(one)

    def _next_look(self, change: Change) -> datetime | None:
        """Return what `next_look` does, which is asked about the clock only when that went on, or its holder moved."""
        clock = self._clock_due
        moved = isinstance(change, StateChanged) and change.entity_id in self._holders
        if moved or (clock is not None and clock <= self._played.now):
            clock = self._clock_due = next_look(self.routine.triggers, _NOTHING_HELD, Around(self._played))
        moments = [held.until for held in self._memory.held]
        return min([*moments, clock] if clock is not None else moments, default=None)

    def _set_off(self, fired: Fired) -> None:
        going = _Going(self._played.now, self._because(fired))
        if len(self.fires) >= MOST_RUNS:
            self.left_out += 1
            return
        self.fires.append(going)
        match admission(self.routine, len(self._going), len(self._queue)):
            case "refuse":
                going.result, going.why = "busy", "it was running already"
            case "queue":
                self._queue.append((going, fired))
            case "restart":
                for other in list(self._going):
                    self._advance(other, Halted("it was set off again"))
                self._begin(going, fired)
            case "start":
                self._begin(going, fired)

    def _begin(self, going: _Going, fired: Fired) -> None:
        start = Start(f"backtest.{len(self.fires)}", "backtest", fired)
        begun = begin(self.routine, start, self._played)
        self._going.append(going)
        self._took(going, settle(self.routine, begun, self._played, _done))

    def _advance(self, going: _Going, event: Event) -> None:
        if going.run is not None:
            begun = advance(self.routine, going.run, event, self._played)
            self._took(going, settle(self.routine, begun, self._played, _done))

    def _took(self, going: _Going, taken: tuple[Run, Sequence[Step]]) -> None:
        going.run, steps = taken
        now = self._played.now
        for step in steps:
            match step:
                case Calling():
                    going.acts.append(Act(now, step.action, tuple(_targets_of(step.target, self._played)), step.data))
                case Noticing():
                    going.acts.append(Act(now, "notice", step.to, {"message": step.message}))
                case Asking():
                    going.acts.append(Act(now, "ask", step.of, {"question": step.question}))
                    going.look_at = step.deadline
                case Waiting():
                    going.look_at = step.look_at
                case _:
                    pass
        if going.run.result is None:
            return
        going.result = "declined" if going.run.result == "declined" else "ran"
        going.why, going.look_at = going.run.why, None
        self._going.remove(going)
        if self._queue and not self._going:
            self._begin(*self._queue.pop(0))

    def _because(self, fired: Fired) -> str:
        entity, now = fired.data.get("entity_id"), fired.data.get("to_state")
        if isinstance(entity, str):
            return f"{entity} {spoken(now.get('state'))}" if isinstance(now, Mapping) else entity
        when = self.routine.triggers[fired.trigger].when
        return when.event if isinstance(when, SunTrigger) else spoken(fired.data.get("platform"))

    def _against(self, act: Act) -> Iterator[Against]:
        up = action_is_up(act.action, act.data)
        if up is None:
            return
        for kept in self._after(act.at):
            contrary = kept.value is not None and state_is_up(kept.value) == (not up)
            if kept.entity in act.targets and contrary and kept.by != OURS:
                yield Against(kept.at, kept.entity, kept.value or "", kept.by)

    def _after(self, at: datetime) -> Iterator[Kept]:
        return self._recording.within(at, at + AGAINST)


def _targets_of(target: Mapping[str, object], around: World) -> Iterator[str]:
    for key, kind in (("area_id", "area"), ("floor_id", "floor"), ("label_id", "label"), ("device_id", "device")):
        for name in _names(target.get(key)):
            match kind:
                case "area" | "floor" | "label" | "device":
                    yield from around.members(kind, name)
                case _:
                    pass
    yield from _names(target.get("entity_id"))


def _names(thing: object) -> tuple[str, ...]:
    if isinstance(thing, str):
        return tuple(part.strip() for part in thing.split(","))
    return tuple(part for part in thing if isinstance(part, str)) if isinstance(thing, tuple) else ()  # pyright: ignore[reportUnknownVariableType] - parts of a target are data of any kind


def _done(call: Calling) -> Returned:
    return Returned(call.wait)
