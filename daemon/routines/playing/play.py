"""Plays routines on a stage: what sets one off, what it does, what that sets off in turn, until nothing is left to do.

The same machine as in the house, other hands: a call is answered at once, and what it changes is handed to the
routines once the run rests, as devices answer after they were told.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Final, Literal, TypeAlias

from daemon.routines.evaluating import Around
from daemon.routines.interests import Interests, interests_of
from daemon.routines.machine import Start, advance, begin
from daemon.routines.model import Routine
from daemon.routines.modes import admission
from daemon.routines.playing.effects import Effect, aimed_at, effects_of
from daemon.routines.playing.guessing import guessed, timer_length
from daemon.routines.playing.stage import Stage
from daemon.routines.run import Limits, Run
from daemon.routines.steps import Asking, Calling, Checked, Ended, Firing, Halted, Noticing, Returned, Step, Waiting
from daemon.routines.triggers import PatternTrigger, RecurrenceTrigger, SunTrigger, TimeTrigger
from daemon.routines.values import Value, spoken
from daemon.routines.watching import Fired, Watched, next_look, observe, watched
from daemon.routines.world import (
    Change,
    ClockMoved,
    EventFired,
    MessageCame,
    RoutineEnded,
    StateChanged,
)
from skills.walltime import later

BUS: Final = ("call_service", "state_changed", "automation_triggered")
"""What Home Assistant's bus tells of everything that is done."""
CLOCKS: Final = (TimeTrigger, PatternTrigger, SunTrigger, RecurrenceTrigger)
_LIMITS: Final = Limits(burst=400, turns=200, steps=5_000)
_MOST_TURNS: Final = 3_000
"""How often the clock is turned on in one performance."""
_TOLD: Final = ("notify", "tts", "persistent_notification")

Kind: TypeAlias = Literal["began", "changed", "called", "told", "asked", "fired", "ended", "declined", "refused"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that came about in a play."""

    at: datetime
    kind: Kind
    routine: str | None = None
    """Whose doing it was; none for what came from outside."""
    run: int | None = None
    entity: str = ""
    before: str = ""
    after: str = ""
    what: str = ""
    """A call's service, a message's text, an event's type, an end's reason."""
    attributes: Mapping[str, Value] = field(default_factory=dict[str, Value])
    where: str = ""


@dataclass(slots=True)
class _Live:
    number: int
    run: Run
    looks: dict[int, datetime]


class Play:
    """One performance. Give it what happens with `happen`, then let it run with `go`."""

    def __init__(
        self, routines: Sequence[Routine], stage: Stage, *, by_clock: bool = True, most_runs: int = 400
    ) -> None:
        """Take the routines that are switched on; without the clock's triggers where only knock-ons are asked for."""
        self.stage = stage
        self.lines: list[Line] = []
        self.causes: dict[int, int | None] = {}
        """Which run brought about which, by number; none for what came from outside."""
        self.routine_of: dict[int, str] = {}
        self.ran_away = False
        """True once there were more runs than may be, and nothing ever came to rest."""
        self._most_runs = most_runs
        self._routines: dict[str, Routine] = {
            each.id: _heard(each, by_clock=by_clock) for each in routines if each.enabled
        }
        self._interests: dict[str, Interests] = {
            each.id: interests_of(each.triggers) for each in self._routines.values()
        }
        around = Around(stage)
        self._memory: dict[str, Watched] = {id_: watched(each.triggers, around) for id_, each in self._routines.items()}
        self._live: dict[str, list[_Live]] = {id_: [] for id_ in self._routines}
        self._queued: dict[str, deque[tuple[Fired | None, int | None, bool]]] = {id_: deque() for id_ in self._routines}
        self._pending: deque[tuple[Change, int | None]] = deque()
        self._commands: deque[tuple[str, tuple[str, ...], int]] = deque()
        self._timers: list[tuple[float, int, str, int | None]] = []
        self._held_by: dict[tuple[str, int, str], int | None] = {}
        self._numbers = count()
        self._looked = stage.now

    def happen(self, change: Change) -> None:
        """Let something come from outside; the stage must show it already."""
        self._pending.append((change, None))

    def become(self, entity: str, state: str, attributes: Mapping[str, Value] | None = None) -> None:
        """Let an entity become something from outside."""
        before = self.stage.state(entity)
        change = self.stage.put(entity, state, attributes)
        if change is not None and entity.startswith("person."):
            self._count_people()
        if change is not None:
            old = "" if before is None else before.value
            self.lines.append(Line(self.stage.now, "changed", None, None, entity, old, state))
            self._pending.append((change, None))

    def start(self, routine: str) -> None:
        """Start a routine by hand, whatever its conditions say."""
        if routine in self._routines:
            self._admit(self._routines[routine], None, None, unconditional=True)

    def fire(self, routine: str, trigger: int) -> None:
        """Let a routine's trigger fire, by its place, whatever it waits for; the conditions count."""
        found = self._routines[routine]
        name = found.triggers[trigger].id or str(trigger)
        data = {"platform": None, "id": name, "idx": str(trigger), "alias": found.triggers[trigger].alias}
        self._admit(found, Fired(trigger, data), None)

    def go(self, until: datetime) -> None:
        """Play until everything rests, a point in time has come, or it runs away."""
        self._deliver()
        for _ in range(_MOST_TURNS):
            at = None if self.ran_away else self._next_at()
            if at is None or at.timestamp() > until.timestamp():
                break
            self._turn(max(at, self.stage.now, key=datetime.timestamp))
            self._deliver()
        if not self.ran_away and self.stage.now.timestamp() < until.timestamp():
            self.stage.turn_to(until)

    # Time

    def _next_at(self) -> datetime | None:
        found = [datetime.fromtimestamp(self._timers[0][0], self.stage.now.tzinfo)] if self._timers else []
        around = Around(self.stage)
        for id_, routine in self._routines.items():
            if self._interests[id_].clock or self._memory[id_].held:
                look = next_look(routine.triggers, self._memory[id_], around)
                found += [] if look is None else [look]
            found += [at for live in self._live[id_] for at in live.looks.values()]
        if any("sun.sun" in interests.entities for interests in self._interests.values()):
            found += _sun_after(self.stage)
        return min(found, key=datetime.timestamp) if found else None

    def _turn(self, at: datetime) -> None:
        before = self._looked
        self.stage.turn_to(at)
        self._looked = at
        while self._timers and self._timers[0][0] <= at.timestamp():
            _, _, timer, cause = heappop(self._timers)
            self._apply(Effect(timer, "idle"), cause)
            self._pending.append((EventFired("timer.finished", {"entity_id": timer}), cause))
        self._move_sun()
        self._pending.append((ClockMoved(before), None))

    def _move_sun(self) -> None:
        """Let the sun rise and set."""
        shown = self.stage.state("sun.sun")
        up = _is_up(self.stage)
        if shown is not None and up is not None:
            self.become("sun.sun", "above_horizon" if up else "below_horizon")

    def _count_people(self) -> None:
        """Let the home know how many are in it."""
        if self.stage.state("zone.home") is not None:
            people = [self.stage.state(each) for each in self.stage.entities() if each.startswith("person.")]
            self.become("zone.home", str(sum(seen is not None and seen.value == "home" for seen in people)))

    # What happens

    def _deliver(self) -> None:
        while (self._pending or self._commands) and not self.ran_away:
            if self._commands:
                self._command(*self._commands.popleft())
                continue
            change, cause = self._pending.popleft()
            # All see it before anybody acts on it.
            fired = [each for routine in self._routines.values() for each in self._watch(routine, change, cause)]
            for routine in list(self._routines.values()):
                for live in list(self._live[routine.id]):
                    self._resume(routine, live, change)
            for routine, each, by in fired:
                self._admit(routine, each, by)

    def _watch(
        self, routine: Routine, change: Change, cause: int | None
    ) -> Iterator[tuple[Routine, Fired, int | None]]:
        """Yield what a change sets off in a routine, and whose doing that is."""
        if not _concerns(self._interests[routine.id], self._memory[routine.id], change):
            return
        before = self._memory[routine.id]
        world = self.stage.as_of(change) if isinstance(change, StateChanged) else self.stage
        memory, fired = observe(routine.triggers, before, change, Around(world))
        self._memory[routine.id] = memory
        for held in memory.held:
            if held not in before.held:
                self._held_by[routine.id, held.trigger, held.entity] = cause
        for each in fired:
            by = cause
            if isinstance(change, ClockMoved):
                by = self._held_by.get((routine.id, each.trigger, spoken(each.data.get("entity_id", ""))))
            yield routine, each, by

    def _admit(self, routine: Routine, fired: Fired | None, cause: int | None, *, unconditional: bool = False) -> None:
        running = self._live[routine.id]
        match admission(routine, len(running), len(self._queued[routine.id])):
            case "refuse":
                self.lines.append(Line(self.stage.now, "refused", routine.id, what="it still runs"))
                return
            case "queue":
                self._queued[routine.id].append((fired, cause, unconditional))
                return
            case "restart":
                for live in list(running):
                    self._resume(routine, live, Halted("it began anew"))
            case "start":
                pass
        self._begin(routine, fired, cause, unconditional=unconditional)

    def _begin(self, routine: Routine, fired: Fired | None, cause: int | None, *, unconditional: bool) -> None:
        number = next(self._numbers)
        if number >= self._most_runs:
            self.ran_away = True
            return
        self.causes[number], self.routine_of[number] = cause, routine.id
        start = Start(f"play{number}", "play", fired, unconditional=unconditional)
        run, steps = begin(routine, start, self.stage, _LIMITS)
        if run.result != "declined":
            told = {"name": routine.alias, "entity_id": entity_of(routine)}
            self._broadcast("automation_triggered", told, number)
            named = "" if fired is None else spoken(fired.data.get("id"))
            self.lines.append(Line(self.stage.now, "began", routine.id, number, what=named))
        live = _Live(number, run, {})
        self._live[routine.id].append(live)
        self._take(routine, live, run, steps)

    def _resume(self, routine: Routine, live: _Live, event: Change | Halted) -> None:
        run, steps = advance(routine, live.run, event, self.stage, _LIMITS)
        self._take(routine, live, run, steps)

    def _take(self, routine: Routine, live: _Live, run: Run, steps: tuple[Step, ...]) -> None:
        """Carry out a run's steps, and what comes of their answers, until it rests."""
        todo = deque(steps)
        while todo:
            step = todo.popleft()
            if isinstance(step, Calling):
                response = self._carry_out(step, routine, live.number)
                run, more = advance(routine, run, Returned(step.wait, response=response), self.stage, _LIMITS)
                todo.extend(more)
            else:
                self._show(step, routine, live)
        live.run = run
        numbers = {wait.number for wait in run.waits}
        live.looks = {number: at for number, at in live.looks.items() if number in numbers}
        if run.result is not None:
            self._over(routine, live, run)

    def _over(self, routine: Routine, live: _Live, run: Run) -> None:
        if live in self._live[routine.id]:
            self._live[routine.id].remove(live)
        match run.result:
            case "finished" | "stopped" | "failed" as result:
                self._pending.append((RoutineEnded(routine.id, result), live.number))
            case _:
                pass
        if self._queued[routine.id] and not self._live[routine.id]:
            fired, cause, unconditional = self._queued[routine.id].popleft()
            self._begin(routine, fired, cause, unconditional=unconditional)

    def _show(self, step: Step, routine: Routine, live: _Live) -> None:
        line = Line(self.stage.now, "told", routine.id, live.number)
        match step:
            case Waiting():
                live.looks[step.wait] = step.look_at
            case Asking():
                live.looks[step.wait] = step.deadline
                self.lines.append(replace(line, kind="asked", what=step.question, after=", ".join(step.of)))
            case Noticing():
                self.lines.append(replace(line, what=step.message, after=", ".join(step.to), where=step.where))
            case Firing():
                self.lines.append(replace(line, kind="fired", what=step.event_type, where=step.where))
                self._pending.append((EventFired(step.event_type, step.data), live.number))
            case Ended(result="declined"):
                self.lines.append(replace(line, kind="declined", what=step.why, where=step.where))
            case Ended():
                self.lines.append(replace(line, kind="ended", what=step.why, where=step.where, after=step.result))
            case Checked() | _:
                pass

    # What calls do

    def _carry_out(self, call: Calling, routine: Routine, number: int) -> Value:
        domain, _, service = call.action.partition(".")
        line = Line(self.stage.now, "called", routine.id, number, what=call.action, where=call.where)
        if domain in _TOLD:
            message = spoken(call.data.get("message") or call.data.get("title") or "")
            self.lines.append(replace(line, kind="told", what=message, after=call.action))
            return {}
        entities = aimed_at(call.action, call.target, self.stage.house)
        self.lines.append(replace(line, entity=", ".join(entities), attributes=call.data))
        whole: Mapping[str, Value] = {**call.target, **call.data}
        told: Mapping[str, Value] = {"domain": domain, "service": service, "service_data": whole}
        self._broadcast("call_service", told, number)
        if domain == "automation":
            self._commands.append((service, entities, number))
        elif domain == "timer":
            self._time(service, entities, call.data, number)
        elif call.action == "mqtt.publish":
            topic, payload = spoken(call.data.get("topic", "")), spoken(call.data.get("payload", ""))
            self._pending.append((MessageCame(topic, payload), number))
        elif call.action == "scene.create":
            pass
        for effect in effects_of(call.action, entities, call.data, self.stage.house):
            self._apply(effect, number, routine=routine.id, service=service, data=call.data)
        return {}

    def _apply(
        self,
        effect: Effect,
        cause: int | None,
        *,
        routine: str | None = None,
        service: str = "",
        data: Mapping[str, Value] | None = None,
    ) -> None:
        old = self.stage.state(effect.entity)
        before = "" if old is None else old.value
        options = None if old is None else old.attributes.get("options")
        state = effect.state if effect.sure else guessed(before, service, data or {}, self.stage.now, options)
        change = self.stage.put(effect.entity, before if state is None else state, effect.attributes)
        if change is None:
            return
        after = "" if change.new is None else change.new.value
        self.lines.append(
            Line(self.stage.now, "changed", routine, cause, effect.entity, before, after, attributes=effect.attributes)
        )
        if old is None:
            # What nobody described was something else before; only then does its change count.
            change = StateChanged(effect.entity, replace(change.new, value="") if change.new else None, change.new)
        self._pending.append((change, cause))
        shown = {"entity_id": effect.entity, "old_state": before, "new_state": after}
        self._broadcast("state_changed", shown, cause)

    def _broadcast(self, event: str, data: Mapping[str, Value], cause: int | None) -> None:
        """Tell the bus, where somebody listens."""
        if any(event in interests.events for interests in self._interests.values()):
            self._pending.append((EventFired(event, data), cause))

    def _command(self, service: str, entities: Iterable[str], number: int) -> None:
        for routine in [each for each in self._routines.values() if names_of(each) & set(entities)]:
            if service == "trigger":
                self._admit(routine, None, number, unconditional=True)
            elif service == "turn_off":
                for live in list(self._live[routine.id]):
                    self._resume(routine, live, Halted("it was switched off"))
                self._interests[routine.id] = Interests()
            elif service == "turn_on":
                self._interests[routine.id] = interests_of(routine.triggers)

    def _time(self, service: str, timers: Iterable[str], data: Mapping[str, Value], number: int) -> None:
        for timer in timers:
            seen = self.stage.state(timer)
            running = seen is not None and seen.value == "active"
            self._timers = [each for each in self._timers if each[2] != timer]
            if service == "start":
                length = timer_length(
                    data.get("duration") or (None if seen is None else seen.attributes.get("duration"))
                )
                heappush(self._timers, (later(self.stage.now, length).timestamp(), number, timer, number))
            event = {"start": "restarted" if running else "started", "cancel": "cancelled", "finish": "finished"}
            if service in event:
                self._pending.append((EventFired(f"timer.{event[service]}", {"entity_id": timer}), number))


def entity_of(routine: Routine) -> str:
    """Return the entity that Home Assistant makes of a routine: by its alias."""
    return "automation." + "".join(letter if letter.isalnum() else "_" for letter in routine.alias.lower())


def names_of(routine: Routine) -> frozenset[str]:
    """Return the entities under which a routine can be called: by its id and by its alias."""
    return frozenset({f"automation.{routine.id}", entity_of(routine)})


def _sun_after(stage: Stage) -> list[datetime]:
    """Return when the sun rises or sets next."""
    days = [stage.now.date() + timedelta(days=ahead) for ahead in range(2)]
    moments = [stage.sun("sunrise", day) for day in days] + [stage.sun("sunset", day) for day in days]
    return [at for at in moments if at is not None and at.timestamp() > stage.now.timestamp()]


def _is_up(stage: Stage) -> bool | None:
    """Say whether the sun is up; none where it does not rise and set."""
    rises, sets = (stage.sun(event, stage.now.date()) for event in ("sunrise", "sunset"))
    if rises is None or sets is None:
        return None
    return rises.timestamp() <= stage.now.timestamp() < sets.timestamp()


def _heard(routine: Routine, *, by_clock: bool) -> Routine:
    if by_clock:
        return routine
    triggers = (
        replace(trigger, enabled=trigger.enabled and not isinstance(trigger.when, CLOCKS))
        for trigger in routine.triggers
    )
    return replace(routine, triggers=tuple(triggers))


def _concerns(interests: Interests, memory: Watched, change: Change) -> bool:
    match change:
        case StateChanged():
            return interests.anything or change.entity_id in interests.entities
        case ClockMoved():
            return interests.clock or bool(memory.held)
        case EventFired():
            return change.event_type in interests.events
        case MessageCame():
            return bool(interests.topics)
        case RoutineEnded():
            return change.routine in interests.routines
        case _:
            return True
