"""What an event means for something that waits: it is over, it failed, or it goes on waiting."""

from dataclasses import replace

from daemon.routines.actions import Action, Ask, Call, WaitFor, WaitUntil
from daemon.routines.doing import At, Done, Fails, Goes, Stops, Waits, is_so, look_for, waited
from daemon.routines.run import Wait
from daemon.routines.steps import Answered, Event, Halted, Returned
from daemon.routines.values import Value
from daemon.routines.watching import Watched, observe
from daemon.routines.world import ClockMoved


def resumed(wait: Wait, action: Action, event: Event, at: At) -> Done | None:
    """Return what comes of a wait by an event; none where it just goes on."""
    late = wait.until.timestamp() <= at.now.timestamp()
    match wait.kind, action.do, event:
        case "call", Call() as do, Returned(wait=wait.number):
            return _returned(do, event)
        case "answer", Ask() as do, Answered(wait=wait.number):
            return _answered(do, event, at, wait)
        case "triggers", WaitFor() as do, _ if not isinstance(event, Returned | Answered | Halted):
            memory, fired = observe(do.triggers, wait.watched or Watched(), event, at.around)
            if fired:
                return Goes(variables=waited(at.around, wait.until, completed=True, trigger=fired[0].data))
            return _too_late(do, wait, at) if late else _still(do, replace(wait, watched=memory), wait, event, at)
        case "expression", WaitUntil() as do, _:
            if is_so(do, at.around):
                return Goes(variables=waited(at.around, wait.until, completed=True))
            return _too_late(do, wait, at) if late else _still(do, wait, wait, event, at)
        case "time", _, _ if late:
            return Goes()
        case "call", _, _ if late:
            return Fails("no word of what came of the call in time")
        case "answer", Ask() as do, _ if late:
            return _too_late(do, wait, at)
        case _:
            return None


def _still(do: WaitFor | WaitUntil, wait: Wait, before: Wait, event: Event, at: At) -> Done | None:
    """Return the wait that goes on, where it remembers more than before or must be looked at another time."""
    if wait == before and not isinstance(event, ClockMoved):
        return None
    return Waits(wait, (look_for(wait, do, at),))


def _returned(do: Call, event: Returned) -> Done:
    if not event.done:
        return Fails(event.why or "the call failed")
    return Goes(variables={} if do.response_variable is None else {do.response_variable: event.response})


def _answered(do: Ask, event: Answered, at: At, wait: Wait) -> Done:
    return Goes(variables={do.response_variable: event.answer, **waited(at.around, wait.until, completed=True)})


def _too_late(do: WaitFor | WaitUntil | Ask, wait: Wait, at: At) -> Done:
    if not do.continue_on_timeout:
        return Stops("stopped", "waited in vain")
    missing: dict[str, Value] = {do.response_variable: None} if isinstance(do, Ask) else {}
    return Goes(variables={**missing, **waited(at.around, wait.until, completed=False)})
