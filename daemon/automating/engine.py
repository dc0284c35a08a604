"""Routines that live: what happens in the house sets them off and takes them on, and what they do is done once.

Everything that is decided is decided at once, in the turn of the event loop in which it happened, by the pure functions
of `daemon.routines`: so a routine sees the house as it was then. What comes of it is written down, for many runs in one
transaction, before any of it is carried out. A kill at any moment loses at most what had not been written.
"""

import json
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from daemon.automating.acting import answers_of
from daemon.automating.desk import Desk
from daemon.automating.dues import Dues
from daemon.automating.index import Index
from daemon.automating.limits import Limits
from daemon.automating.living import NOBODY, Kept, Led, Live, Queued, doing, queued_text
from daemon.automating.rows import Saved
from daemon.automating.sight import SUN, House, Sight, context_of
from daemon.automating.tracing import because_of, step_json
from daemon.clock import Clock
from daemon.journal import Wish
from daemon.routines.evaluating import Around
from daemon.routines.machine import Start, advance, begin
from daemon.routines.modes import admission
from daemon.routines.run import Run
from daemon.routines.steps import (
    Answered,
    Asking,
    Ended,
    Event,
    Firing,
    Halted,
    Responding,
    Step,
    Waiting,
)
from daemon.routines.values import Value
from daemon.routines.watching import Fired, Watched, next_look, observe
from daemon.routines.world import Change, ClockMoved, EventFired, RoutineEnded, StateChanged
from daemon.schedule.ledger import cause_text
from devices.model import EntityId, State
from skills.model import Cause, CauseId, Origin

OURS_S, SLOWLY_S = 10.0, 90.0
"""So long after a wish a change of what it was about counts as its doing; covers, valves and locks take their time."""
_SLOW = frozenset({"cover", "valve", "lock", "vacuum", "lawn_mower", "climate"})
MOST_TOUCHED = 5_000
TURNED_AWAY_S = 60.0
"""That a routine was not begun because it still ran is put down so often."""


class Engine:
    """Sets routines off and takes their runs on."""

    def __init__(self, clock: Clock, house: House, dues: Dues, desk: Desk) -> None:
        self._clock, self._house, self._dues, self._desk = clock, house, dues, desk
        self.limits = Limits(clock)
        self.moved: Callable[[], None] = lambda: None
        """Is called when something else is waited for than before."""
        self.holds_queues = False
        """Whether starts that wait for their turn go on waiting: just after a start, when devices are yet to report."""
        self.kept: dict[str, Kept] = {}
        self.live: dict[str, Live] = {}
        self._index, self._waits = Index(), Index()
        self._touched: OrderedDict[EntityId, tuple[Led, float]] = OrderedDict()
        self._chains: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    # What is kept

    @property
    def index(self) -> Index:
        """Who is set off by what."""
        return self._index

    @property
    def topics(self) -> frozenset[str]:
        """Every MQTT topic filter that a routine or a run waits for."""
        return self._index.topics | self._waits.topics

    @property
    def events(self) -> frozenset[str]:
        """Every type of event that a routine or a run waits for."""
        return self._index.events | self._waits.events

    def waits_for(self, entity: str) -> bool:
        """Say whether a routine or a run waits for an entity."""
        return bool(self._index.of_entity(entity) or self._waits.of_entity(entity))

    def allowed(self, cause: Cause) -> frozenset[EntityId]:
        """Return what the owner lets the run do that a cause is of: in the version for which that was said, alone."""
        live = self.live.get(cause.id.split("/")[1]) if cause.id.startswith("routine/") else None
        kept = self.kept.get(live.routine.id) if live is not None else None
        if live is None or kept is None or live.routine.version != kept.routine.version:
            return frozenset()
        return kept.allows

    def began_by(self, cause: CauseId) -> CauseId | None:
        """Return what led to the run that a cause, or the step of one, is of; ``None``: to none that goes on."""
        live = self.live.get(cause.split("/")[1]) if cause.startswith("routine/") else None
        return live.cause.parent if live is not None else None

    def led_by(self, cause: Cause) -> Led:
        """Return what led to a wish."""
        return Led(cause.id, self._chain_of(cause.id))

    def put(self, kept: Kept, *, look: bool = True) -> None:
        """Take a routine, or another version of it; what runs goes on as it began.

        Without ``look``, a row of the ledger is about to say that time has come for it.
        """
        before = self.kept.get(kept.id)
        if before is not None:
            kept.live, kept.queue = before.live, before.queue
            kept.ran_at, kept.result = before.ran_at, before.result
        self.kept[kept.id] = kept
        if kept.routine.enabled:
            self._index.put(kept.id, kept.interests)
        else:
            self._index.drop(kept.id)
        if look:
            self._look_again(kept)
        interests = kept.interests
        outside = interests.topics or interests.calendars or interests.events
        if before is not None or outside or SUN in interests.entities:
            self.moved()

    def drop(self, id: str, why: str) -> None:
        """Let a routine go, and end its runs."""
        kept = self.kept.pop(id, None)
        if kept is None:
            return
        self._index.drop(id)
        self.limits.forget(id)
        self._dues.want(f"routine/{id}", None, {}, kept.cause)
        self._desk.stir()
        self.halt(kept, why)
        self.moved()

    def halt(self, kept: Kept, why: str) -> None:
        """End the runs of a routine, and forget what set it off meanwhile."""
        while kept.queue:
            waited = kept.queue.popleft()
            self._put_down(kept, waited, why)
        for live in list(kept.live.values()):
            self.take(live, Halted(why))

    def take_over(self, live: Live) -> None:
        """Go on with a run of the last process."""
        self.live[live.id] = live
        if (kept := self.kept.get(live.routine.id)) is not None:
            kept.live[live.id] = live
        self._waits.put(live.id, live.interests())
        self._desk.touch(live)

    def wait_again(self, routine: str, waits: Queued) -> bool:
        """Have a start of the last process wait for its turn; return whether there is still a routine for it."""
        kept = self.kept.get(routine)
        if kept is None or not kept.routine.enabled:
            return False
        kept.queue.append(waits)
        self.holds_queues = True
        return True

    def let_queues_go(self) -> None:
        """Begin what waited for its turn when the last process ended."""
        self.holds_queues = False
        sight = self._sight()
        for kept in [one for one in self.kept.values() if one.queue]:
            self._next_of(kept, sight)

    # What happens

    def on_state(self, before: State, after: State) -> None:
        """Hand over what an entity reported; called at every report in the house."""
        keys, runs = self._index.of_entity(after.entity), self._waits.of_entity(after.entity)
        if not keys and not runs:
            return
        same = before.value == after.value and before.attributes == after.attributes
        if same and before.available == after.available and before.reports:
            return
        led = self._led(after)
        old, new = self._house.seen(before), self._house.seen(after)
        self.happen(StateChanged(after.entity, old, new, context_of(after, led.cause)), led)

    def on_wish(self, wish: Wish) -> None:
        """Take note of what is about to be done to devices, and because of whom; see `Gateway.listen`."""
        until_s = self._clock.monotonic()
        led = Led(wish.cause.id, self._chain_of(wish.cause.id))
        home = self._house.home
        for target in wish.targets:
            entity = home.entity(target)
            for one in (target, *(entity.members if entity is not None else ())):
                lasts_s = SLOWLY_S if one.partition(".")[0] in _SLOW else OURS_S
                self._touched[one] = led, until_s + lasts_s
                self._touched.move_to_end(one)
        while len(self._touched) > MOST_TOUCHED:
            self._touched.popitem(last=False)

    def happen(self, change: Change, led: Led = NOBODY) -> Sequence[Live]:
        """Hand a change over to whoever waits for it; return the runs that it began."""
        keys, runs = self._index.told_of(change), self._waits.told_of(change)
        if not keys and not runs:
            return ()
        sight = self._sight()
        begun: list[Live] = []
        for key in keys:
            begun += self._tell(self.kept[key], change, led, sight)
        for run in runs:
            if (live := self.live.get(run)) is not None and live not in begun:
                self._tell_run(live, change, sight)
        return begun

    def time_comes(self, kept: Kept, since: datetime) -> Sequence[Live]:
        """Let time come by for a routine: what fell due after ``since`` is due."""
        sight = self._sight()
        begun = self._tell(kept, ClockMoved(since), NOBODY, sight)
        kept.since = sight.now
        self._look_again(kept)
        return begun

    def time_comes_for(self, live: Live) -> None:
        """Let time come by for a run."""
        self.take(live, ClockMoved(live.since))

    def start(self, kept: Kept, led: Led, *, fired: Fired | None = None, unconditional: bool = True) -> Live | None:
        """Begin a run because somebody wants it; none where it must not be, or waits in a queue."""
        return self._set_off(kept, fired, led, self._sight(), unconditional=unconditional)

    def take(self, live: Live, event: Event) -> None:
        """Take a run on by an event that is for it alone."""
        if not live.is_over:
            sight = self._sight()
            self._take_in(live, *advance(live.routine, live.run, event, sight), sight)

    def answer(self, run: str, number: int, answer: bool | str) -> None:
        """Give a run the answer to its question, a button's or in words; one that waits no more does not hear it."""
        live = self.live.get(run)
        if live is not None and isinstance(step := live.pending.pop(number, None), Asking):
            words = answer if isinstance(answer, str) else answers_of(step)[0 if answer else 1]
            self.take(live, Answered(step.wait, words))

    # Deciding

    def _tell(self, kept: Kept, change: Change, led: Led, sight: Sight) -> list[Live]:
        around = Around(sight, seed=kept.id)
        memory, fired = observe(kept.routine.triggers, kept.watched, change, around)
        if isinstance(change, StateChanged) and change.old is None:
            # The first word of a device after a start: nothing has happened, but what was held may be over.
            held = [one for one in kept.watched.held if one.entity != change.entity_id or _is_still(one.data, change)]
            memory, fired = Watched(tuple(held), memory.spent), ()
        if memory != kept.watched:
            looks = memory.held != kept.watched.held
            kept.watched = memory
            self._desk.watch(kept)
            if looks:
                self._look_again(kept)
        found = [self._set_off(kept, one, led, sight) for one in fired]
        return [live for live in found if live is not None]

    def _tell_run(self, live: Live, change: Change, sight: Sight) -> None:
        look_at = live.look_at
        if look_at is not None and look_at.timestamp() <= sight.now.timestamp():
            # What is overdue comes first: it happened before.
            self._take_in(live, *advance(live.routine, live.run, ClockMoved(live.since), sight), sight)
        if isinstance(change, StateChanged) and change.old is None:
            change = ClockMoved(sight.now)
        if not live.is_over:
            self._take_in(live, *advance(live.routine, live.run, change, sight), sight)

    def _set_off(
        self, kept: Kept, fired: Fired | None, led: Led, sight: Sight, *, unconditional: bool = False
    ) -> Live | None:
        refused = self.limits.refusal(kept.id, led.chain, len(self.live))
        if refused is not None:
            if refused.first:
                self._decline(kept, fired, led, refused.why, guard=refused.kind)
                self._desk.tell(kept, refused)
            return None
        match admission(kept.routine, max(len(kept.live), min(len(kept.queue), 1)), len(kept.queue)):
            case "refuse":
                turned_away = kept.turned_away_at
                if turned_away is None or (sight.now - turned_away).total_seconds() >= TURNED_AWAY_S:
                    kept.turned_away_at = sight.now
                    self._decline(kept, fired, led, f"it still ran, and its mode is {kept.routine.mode}")
                return None
            case "queue":
                waits = Queued(uuid.uuid4().hex, fired, led, sight.now, unconditional)
                kept.queue.append(waits)
                self._put_down(kept, waits)
                return None
            case "restart":
                for live in list(kept.live.values()):
                    self._take_in(live, *advance(live.routine, live.run, Halted("it was set off again"), sight), sight)
            case "start":
                pass
        return self._begin(kept, Queued(uuid.uuid4().hex, fired, led, sight.now, unconditional), sight)

    def _begin(self, kept: Kept, it: Queued, sight: Sight) -> Live:
        name, cause = it.name, self._cause(kept, it.name, it.led)
        run, steps = begin(kept.routine, Start(name, cause.id, it.fired, unconditional=it.unconditional), sight)
        live = Live(kept.routine, run, cause, (*it.led.chain, kept.id), self._because(it.fired), sight.now)
        self.live[name] = kept.live[name] = live
        self._take_in(live, run, steps, sight)
        return live

    def _take_in(self, live: Live, run: Run, steps: Sequence[Step], sight: Sight) -> None:
        """Take what the machine made of an event."""
        changed = run is not live.run
        live.run, live.since = run, sight.now
        fired: list[Firing] = []
        for step in steps:
            number = live.number()
            live.fresh.append((number, sight.now, step_json(step)))
            if (what := doing(step)) is not None:
                live.pending[number] = what
                live.to_do.append(number)
            match step:
                case Waiting():
                    live.looks[step.wait] = step.look_at
                case Firing():
                    fired.append(step)
                case Responding():
                    live.response = step.response
                    live.answered.set()
                case Ended():
                    live.answered.set()
                case _:
                    pass
        if not steps and not changed:
            return
        self._desk.touch(live)
        led = Led(live.cause.id, live.chain)
        for one in fired:
            self.happen(EventFired(one.event_type, one.data, {"id": live.cause.id}), led)
        if live.is_over:
            self._over(live, led, sight)
        else:
            interests = live.interests()
            self._waits.put(live.id, interests)
            if interests.topics or interests.events:
                self.moved()

    def _over(self, live: Live, led: Led, sight: Sight) -> None:
        if self.live.pop(live.id, None) is None:
            return
        self._waits.drop(live.id)
        self._chains[live.id] = live.chain
        while len(self._chains) > MOST_TOUCHED:
            self._chains.popitem(last=False)
        kept, result = self.kept.get(live.routine.id), live.run.result
        if kept is not None:
            kept.live.pop(live.id, None)
            if result != "declined":
                kept.ran_at, kept.result = live.run.began, result or ""
        if result is not None and result != "declined":
            self.happen(RoutineEnded(live.routine.id, result), led)
        if kept is not None:
            self._next_of(kept, sight)

    def _next_of(self, kept: Kept, sight: Sight) -> None:
        """Begin the start that waits longest, if it is its turn."""
        if kept.queue and not kept.live and not self.holds_queues:
            self._begin(kept, kept.queue.popleft(), sight)

    def _decline(self, kept: Kept, fired: Fired | None, led: Led, why: str, *, guard: str = "") -> None:
        """Put down that a routine was not begun; ``guard`` names the limit that kept it from that."""
        name, now = uuid.uuid4().hex, self._clock.now()
        origin = _origin(self._cause(kept, name, led), led.chain, self._because(fired), guard)
        saved = Saved(name, kept.id, kept.routine.version, origin, now, "[]", ended_at=now, result="declined", why=why)
        self._desk.put_down(saved)

    def _put_down(self, kept: Kept, it: Queued, ended: str | None = None) -> None:
        """Put down that a start waits for its turn, or that it does no longer and why."""
        origin = _origin(self._cause(kept, it.name, it.led), it.led.chain, self._because(it.fired))
        saved = Saved(it.name, kept.id, kept.routine.version, origin, it.at, queued_text(it))
        if ended is not None:
            saved = replace(saved, ended_at=self._clock.now(), result="declined", why=ended, pending="[]")
        self._desk.put_down(saved)

    def decline(self, kept: Kept, why: str) -> None:
        """Put down that time came for a routine, and why it was not begun."""
        self._decline(kept, Fired(-1, {"platform": "time"}), NOBODY, why)

    # Small things

    def _sight(self) -> Sight:
        return self._house.now(self._clock.now())

    def _look_again(self, kept: Kept) -> None:
        """Have time come by when it can set the routine off."""
        look_at = None
        if kept.routine.enabled and (kept.interests.clock or kept.watched.held):
            look_at = next_look(kept.routine.triggers, kept.watched, Around(self._sight(), seed=kept.id))
        kept.look_at = look_at
        payload = {"routine": kept.id, "since": kept.since.isoformat()}
        self._dues.want(f"routine/{kept.id}", look_at, payload, kept.cause)
        self._desk.stir()

    def _led(self, state: State) -> Led:
        if state.trace is not None and state.trace.tells and not state.trace.ours:
            return NOBODY
        led, until_s = self._touched.get(state.entity, (NOBODY, 0.0))
        return led if self._clock.monotonic() < until_s else NOBODY

    def _chain_of(self, cause: CauseId) -> tuple[str, ...]:
        run = cause.split("/")[1] if cause.startswith("routine/") else ""
        live = self.live.get(run)
        return live.chain if live is not None else self._chains.get(run, ())

    def _because(self, fired: Fired | None) -> str:
        data: dict[str, Value] = {} if fired is None else dict(fired.data)
        entity = data.get("entity_id")
        known = self._house.home.entity(entity) if isinstance(entity, str) else None
        return because_of(data, {} if known is None else {known.id: known.name})

    def _cause(self, kept: Kept, run: str, led: Led) -> Cause:
        by = kept.cause
        cause = Cause(CauseId(f"routine/{run}"), Origin.ROUTINE, by.person, led.cause or by.id, tainted=by.tainted)
        return replace(cause, door=by.door or by.origin)


def _is_still(data: Mapping[str, Value], change: StateChanged) -> bool:
    """Say whether what was held is as it was when the house was last seen."""
    before = data.get("to_state")
    return isinstance(before, Mapping) and change.new is not None and before.get("state") == change.new.value


def _origin(cause: Cause, chain: Sequence[str], why: str, guard: str = "") -> str:
    stopped = {"guard": guard} if guard else {}
    return json.dumps({"cause": cause_text(cause), "chain": list(chain), "why": why, **stopped})
