"""Carries out a routine, purely: a run and an event in, the run and what is to be done out, on any clock.

Between two events a run is a value. Whoever drives it keeps that value, carries out the steps, hands back what came of
calls and questions, and lets time come by as `ClockMoved`; a restart in the middle of a wait changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from daemon.routines.computing import filled
from daemon.routines.evaluating import Around, holds
from daemon.routines.going import Going
from daemon.routines.model import Routine
from daemon.routines.run import Frame, Limits, Run, RunError, Thread
from daemon.routines.steps import Calling, Checked, Ended, Event, Halted, Returned, Step
from daemon.routines.values import Value
from daemon.routines.watching import Fired
from daemon.routines.world import World

USUAL: Final = Limits()


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with."""

    id: str
    """Unique for ever; dice in templates fall by it."""
    cause: str
    fired: Fired | None = None
    """The trigger that went off; none where a person started it."""
    variables: Mapping[str, Value] | None = None
    """What the caller gives it besides."""
    unconditional: bool = False
    """True where a person wants it whatever the conditions say."""


def begin(routine: Routine, start: Start, world: World, limits: Limits = USUAL) -> tuple[Run, tuple[Step, ...]]:
    """Begin a run: compute the variables, look at the conditions, and go on until it waits or is over."""
    trigger: Value = {"platform": None, "id": None, "idx": None} if start.fired is None else start.fired.data
    variables: dict[str, Value] = {
        **({} if start.fired is None else start.fired.variables),
        **(start.variables or {}),
        "trigger": trigger,
        "context": {"id": start.id, "parent_id": start.cause, "user_id": None},
        "this": {"entity_id": f"automation.{routine.id}", "attributes": {"friendly_name": routine.alias}},
    }
    for name, data in routine.variables.items():
        variables[name] = filled(data, world, variables, f"{start.id}.{name}")
    run = Run(start.id, routine.id, routine.version, start.cause, world.now, variables)
    looked: list[Step] = []
    if not start.unconditional:
        around = Around(world, variables, start.id)
        for place, condition in enumerate(routine.conditions):
            found = holds(condition, around)
            looked.append(Checked(f"conditions[{place}]", found))
            if found is not True:
                why = "a condition does not hold" if found is False else "nobody knows whether a condition holds"
                ended = Ended(f"conditions[{place}]", "declined", why)
                return replace(run, result="declined", why=why), (*looked, ended)
    going = Going(routine, replace(run, threads=(Thread(0, (Frame("actions"),)),)), world, limits)
    going.go()
    return going.run, (*looked, *going.steps)


def advance(
    routine: Routine, run: Run, event: Event, world: World, limits: Limits = USUAL
) -> tuple[Run, tuple[Step, ...]]:
    """Take a run on by an event; a run that is over, or an event that is not for it, gives no steps.

    The world must be as it is after the event.

    Raises:
        RunError: the routine is another than the run began with, or another version of it.
    """
    if (run.routine, run.version) != (routine.id, routine.version):
        msg = f"the run {run.id!r} is of {run.routine!r} version {run.version}, not of {routine.id!r} {routine.version}"
        raise RunError(msg)
    if run.result is not None:
        return run, ()
    going = Going(routine, run, world, limits)
    if isinstance(event, Halted):
        going.end("", "stopped", event.why)
    else:
        going.take(event)
        going.go()
    return going.run, tuple(going.steps)


def settle(
    routine: Routine,
    begun: tuple[Run, tuple[Step, ...]],
    world: World,
    carry_out: Callable[[Calling], Returned],
    limits: Limits = USUAL,
) -> tuple[Run, tuple[Step, ...]]:
    """Carry out calls at once and go on, until the run waits for something else or is over: for twins and tests."""
    run, steps = begun
    seen = list(steps)
    waiting = [step for step in steps if isinstance(step, Calling)]
    while waiting:
        run, more = advance(routine, run, carry_out(waiting.pop(0)), world, limits)
        seen += more
        waiting += [step for step in more if isinstance(step, Calling)]
    return run, tuple(seen)
