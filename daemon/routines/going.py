"""The inside of the machine: one run while it goes from one event to its next wait."""

from collections.abc import Mapping
from dataclasses import replace

from daemon.routines.actions import Action, Check, Choose, Group, If, Parallel, Repeat
from daemon.routines.conditions import Condition
from daemon.routines.doing import At, Done, Fails, Goes, Stops, Waits, done
from daemon.routines.evaluating import Around, holds
from daemon.routines.looping import first_turn, known_in, next_turn
from daemon.routines.model import Routine
from daemon.routines.run import Frame, Limits, Run, Thread, Wait, place_of, sequence_of
from daemon.routines.steps import Checked, Ended, Event, Result, Step, Stumbled, Went
from daemon.routines.values import Value
from daemon.routines.waiting import resumed
from daemon.routines.world import World


class Going:
    """A run on its way. `run` and `steps` are what comes of it."""

    def __init__(self, routine: Routine, run: Run, world: World, limits: Limits) -> None:
        self.steps: list[Step] = []
        self._routine = routine
        self._run = run
        self._world = world
        self._limits = limits
        self._variables: dict[str, Value] = dict(run.variables)
        self._threads = {thread.id: thread for thread in run.threads}
        self._taken = run.steps
        self._numbers = run.numbers
        self._burst = 0

    @property
    def run(self) -> Run:
        """The run as it stands now."""
        threads = () if self._run.result is not None else tuple(self._threads.values())
        return replace(self._run, variables=self._variables, threads=threads, steps=self._taken, numbers=self._numbers)

    def take(self, event: Event) -> None:
        """Let an event come to everything that waits."""
        for thread in list(self._threads.values()):
            if thread.wait is None or thread.wait.kind == "branches" or thread.id not in self._threads:
                continue
            action = self._action(thread)
            found = resumed(thread.wait, action, event, self._at(thread, thread.wait.number))
            if found is not None and self._run.result is None:
                self._take_in(thread, action, found)

    def go(self) -> None:
        """Go on until everything waits, or the run is over."""
        while self._run.result is None:
            thread = next((each for each in self._threads.values() if each.wait is None), None)
            if thread is None:
                return
            self._taken += 1
            self._burst += 1
            if self._burst > self._limits.burst:
                self.end(place_of(thread.frames), "failed", f"it runs away: {self._burst} steps without a wait")
                return
            if self._taken > self._limits.steps:
                self.end(
                    place_of(thread.frames), "failed", f"it has taken {self._limits.steps} steps, and still goes on"
                )
                return
            sequence = sequence_of(self._routine, thread.frames)
            place = thread.frames[-1].at
            if place >= len(sequence):
                self._leave(thread)
            else:
                self._do(thread, sequence[place])

    def end(self, where: str, result: Result, why: str = "", response: Value = None) -> None:
        """End the run."""
        self._run = replace(self._run, result=result, why=why)
        self.steps.append(Ended(where, result, why, response))

    def _do(self, thread: Thread, action: Action) -> None:
        if not action.enabled:
            self._next(thread)
            return
        match action.do:
            case Choose() as do:
                self._choose(thread, do)
            case If() as do:
                branch = "then" if self._all(thread, do.conditions, "if") else "else"
                self._enter(thread, Frame(branch), branch)
            case Repeat() as do:
                self._turn(thread, first_turn(do, self._around(thread), self._limits), action)
            case Parallel() as do:
                self._split(thread, do)
            case Group():
                self._enter(thread, Frame("sequence"), "")
            case Check() as do:
                self._check(thread, do.condition)
            case do:
                self._take_in(thread, action, done(do, self._at(thread, self._numbers + 1)))

    def _take_in(self, thread: Thread, action: Action, found: Done) -> None:
        """Take what a step or a wait came to."""
        match found:
            case Goes():
                self.steps += found.steps
                self._variables.update(found.variables)
                self._next(replace(thread, wait=None))
            case Waits():
                self._numbers = max(self._numbers, found.wait.number)
                self._threads[thread.id] = replace(thread, wait=found.wait)
                self.steps += found.steps
            case Fails(why):
                self._fail(thread, action, why)
            case Stops():
                self.end(place_of(thread.frames), found.result, found.why, found.response)

    def _choose(self, thread: Thread, do: Choose) -> None:
        for place, option in enumerate(do.choose):
            if self._all(thread, option.conditions, f"choose[{place}].conditions"):
                self._enter(thread, Frame(f"choose:{place}"), option.alias or f"choose[{place}]")
                return
        self._enter(thread, Frame("default"), "default")

    def _check(self, thread: Thread, condition: Condition) -> None:
        found = holds(condition, self._around(thread))
        self.steps.append(Checked(place_of(thread.frames), found))
        if found is True:
            self._next(thread)
        elif len(thread.frames) == 1:
            self.end(place_of(thread.frames), "stopped", "a condition does not hold")
        else:
            # Inside something, only that sequence ends: of a loop this turn, of a choice its branch.
            self._leave(thread)

    def _turn(self, thread: Thread, found: Frame | Fails | None, action: Action) -> None:
        """Take a loop's turn, from the step of the loop itself."""
        match found:
            case Frame():
                self._enter(thread, found, f"turn {found.turn}")
            case Fails(why):
                self._fail(thread, action, why)
            case None:
                self._next(thread)

    def _split(self, thread: Thread, do: Parallel) -> None:
        if len(self._threads) + len(do.branches) > self._limits.branches:
            self.end(place_of(thread.frames), "failed", f"more than {self._limits.branches} branches at once")
            return
        wait = Wait(self._number(), "branches", self._world.now)
        self._threads[thread.id] = replace(thread, wait=wait)
        for place in range(len(do.branches)):
            number = self._number()
            frames = (*thread.frames, Frame(f"parallel:{place}"))
            self._threads[number] = Thread(number, frames, base=len(thread.frames), parent=thread.id)
        self._join(thread.id)

    def _enter(self, thread: Thread, frame: Frame, way: str) -> None:
        if way:
            self.steps.append(Went(place_of(thread.frames), way))
        if len(thread.frames) >= self._limits.depth:
            self.end(place_of(thread.frames), "failed", f"more than {self._limits.depth} sequences inside each other")
            return
        self._threads[thread.id] = replace(thread, frames=(*thread.frames, frame))

    def _leave(self, thread: Thread) -> None:
        """Leave the innermost sequence, for the loop's next turn or the step behind it."""
        ended, outer = thread.frames[-1], replace(thread, frames=thread.frames[:-1])
        if len(outer.frames) == thread.base:
            del self._threads[thread.id]
            if thread.parent is None:
                self.end("", "finished")
            else:
                self._join(thread.parent)
            return
        action = self._action(outer)
        if isinstance(action.do, Repeat):
            self._turn(outer, next_turn(action.do, ended, self._around(thread), self._limits), action)
        else:
            self._next(outer)

    def _join(self, parent: int) -> None:
        if all(thread.parent != parent for thread in self._threads.values()):
            self._next(replace(self._threads[parent], wait=None))

    def _next(self, thread: Thread) -> None:
        *outer, frame = thread.frames
        self._threads[thread.id] = replace(thread, frames=(*outer, replace(frame, at=frame.at + 1)))

    def _fail(self, thread: Thread, action: Action, why: str) -> None:
        """End the run, or go on behind the innermost step around it that may fail."""
        where = place_of(thread.frames)
        if action.continue_on_error:
            self.steps.append(Stumbled(where, why))
            self._next(replace(thread, wait=None))
            return
        owner = thread
        for length in range(len(thread.frames) - 1, 0, -1):
            if length <= owner.base and owner.parent is not None:
                owner = self._threads[owner.parent]
            outer = replace(owner, frames=thread.frames[:length], wait=None)
            if self._action(outer).continue_on_error:
                self.steps.append(Stumbled(where, why))
                self._drop_below(owner.id)
                self._next(outer)
                return
        self.end(where, "failed", why)

    def _drop_below(self, parent: int) -> None:
        """Give up the branches of a thread, and theirs."""
        for child in [thread.id for thread in self._threads.values() if thread.parent == parent]:
            self._drop_below(child)
            del self._threads[child]

    def _all(self, thread: Thread, conditions: tuple[Condition, ...], inside: str) -> bool:
        """Look at conditions up to the first that does not hold, which is the reason that somebody will ask for."""
        around, where = self._around(thread), place_of(thread.frames)
        for place, condition in enumerate(conditions):
            found = holds(condition, around)
            self.steps.append(Checked(f"{where}.{inside}[{place}]", found))
            if found is not True:
                return False
        return True

    def _action(self, thread: Thread) -> Action:
        return sequence_of(self._routine, thread.frames)[thread.frames[-1].at]

    def _around(self, thread: Thread) -> Around:
        variables: Mapping[str, Value] = {**self._variables, **known_in(thread.frames)}
        return Around(self._world, variables, f"{self._run.id}:{self._taken}")

    def _at(self, thread: Thread, number: int) -> At:
        return At(self._around(thread), place_of(thread.frames), number, self._limits)

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers
