"""What one step without steps inside comes to: something to carry out, a wait, an end, or a reason why it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from daemon.routines.actions import (
    Ask,
    Assign,
    Call,
    Delay,
    Fire,
    Notice,
    Respond,
    Stop,
    WaitFor,
    WaitUntil,
)
from daemon.routines.computing import computed, filled
from daemon.routines.evaluating import Around, length_of
from daemon.routines.expressions import Data, Template
from daemon.routines.mentioning import mentioned
from daemon.routines.run import Limits, Wait
from daemon.routines.steps import Asking, Calling, Firing, Noticing, Responding, Result, Step, Waiting, Went
from daemon.routines.triggers import NotMeant, Span
from daemon.routines.values import Unknown, Value, spoken, truth, tupled
from daemon.routines.watching import next_look, watched
from skills.walltime import later

_TARGETS = ("entity_id", "area_id", "floor_id", "label_id", "device_id")
_MINUTE = timedelta(minutes=1)
Leaf: TypeAlias = Call | Delay | WaitFor | WaitUntil | Assign | Fire | Respond | Notice | Ask | Stop | NotMeant


@dataclass(frozen=True, slots=True)
class At:
    """Where and when a step is done."""

    around: Around
    where: str
    number: int
    """For a wait, if it comes to one."""
    limits: Limits

    @property
    def now(self) -> datetime:
        """The time."""
        return self.around.world.now


@dataclass(frozen=True, slots=True)
class Goes:
    """Done, and on with the next."""

    steps: tuple[Step, ...] = ()
    variables: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(frozen=True, slots=True)
class Waits:
    """Something has to happen first."""

    wait: Wait
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Fails:
    """It cannot be done."""

    why: str


@dataclass(frozen=True, slots=True)
class Stops:
    """The run is over."""

    result: Result
    why: str
    response: Value = None


Done: TypeAlias = Goes | Waits | Fails | Stops


def done(do: Leaf, at: At) -> Done:  # a table of steps
    """Return what a step comes to."""
    match do:
        case Call():
            return _call(do, at)
        case Delay():
            return _delay(do, at)
        case WaitFor():
            return _wait_for(do, at)
        case WaitUntil():
            return _wait_until(do, at)
        case Assign():
            return _assign(do, at)
        case Fire():
            return _fire(do, at)
        case Respond():
            return Goes((Responding(at.where, None if do.response is None else text_of(do.response, at)),))
        case Notice():
            title = None if do.title is None else text_of(do.title, at)
            return Goes((Noticing(at.where, text_of(do.message, at), title, do.to, do.urgency),))
        case Ask():
            return _ask(do, at)
        case Stop():
            response = None if do.response_variable is None else at.around.variables.get(do.response_variable)
            return Stops("failed" if do.error else "stopped", text_of(do.reason or "", at), response)
        case NotMeant():
            return Fails(f"not understood: {do.why}")
        case _:
            assert_never(do)


def value_at(data: Data, at: At) -> Value:
    """Return data with its templates computed."""
    return filled(data, at.around.world, at.around.variables, at.around.seed)


def text_of(text: str | Template, at: At) -> str:
    """Return a text for people, with ``unknown`` where nobody knows."""
    return spoken(value_at(text, at)) if isinstance(text, Template) else text


def unknown_in(value: Value, name: str) -> str | None:
    """Return the place in a value of which nobody knows what stands there; none where all is known."""
    if isinstance(value, Unknown):
        return name
    pairs = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, tuple) else ()
    return next((found for key, item in pairs if (found := unknown_in(item, f"{name}.{key}")) is not None), None)


def deadline_of(span: Span | None, at: At) -> datetime | None:
    """Return when a wait ends at the latest; none where its length makes no sense."""
    longest = timedelta(seconds=at.limits.wait_s)
    length = longest if span is None else length_of(span, at.around)
    return None if length is None else later(at.now, min(length, longest))


def look_for(wait: Wait, do: WaitFor | WaitUntil, at: At) -> Waiting:
    """Return the step that says what a wait is for, and when time must come by."""
    found = [wait.until]
    if isinstance(do, WaitFor) and wait.watched is not None:
        look = next_look(do.triggers, wait.watched, at.around)
        found += [look] if look is not None else []
    if isinstance(do, WaitUntil) and mentioned(do.wait_template).clock:
        found.append(at.now.replace(second=0, microsecond=0) + _MINUTE)
    kind: Literal["triggers", "expression"] = "triggers" if isinstance(do, WaitFor) else "expression"
    return Waiting(at.where, wait.number, kind, min(found, key=datetime.timestamp), wait.until)


def is_so(do: WaitUntil, around: Around) -> bool:
    """Say whether what is waited for is so."""
    return truth(computed(do.wait_template, around.world, around.variables, around.seed))


def waited(around: Around, until: datetime, *, completed: bool, trigger: Value = None) -> Mapping[str, Value]:
    """Return the ``wait`` variable after a wait."""
    left_s = max(0.0, until.timestamp() - around.world.now.timestamp())
    return {"wait": {"completed": completed, "trigger": trigger, "remaining": left_s}}


def _call(do: Call, at: At) -> Done:
    action = value_at(do.action, at)
    target, data = value_at(do.target, at), value_at(do.data, at)
    for name, value in (("action", action), ("target", target), ("data", data)):
        place = unknown_in(value, name)
        if place is not None:
            return Fails(f"nobody knows what {place!r} is")
    if not isinstance(action, str) or not isinstance(target, Mapping) or not isinstance(data, Mapping):
        return Fails("a call whose target or data came out as no mapping")
    aims = {key: ids_of(aimed) for key in _TARGETS if (aimed := target.get(key, data.get(key))) is not None}
    given = {key: value for key, value in data.items() if key not in aims}
    until = later(at.now, timedelta(seconds=at.limits.call_s))
    step = Calling(at.where, at.number, action, aims, given, until, do.response_variable is not None)
    return Waits(Wait(at.number, "call", until), (step,))


def ids_of(value: Value) -> tuple[str, ...]:
    """Return the ids in a target: of a list, or of a text with commas."""
    return tuple(name for item in tupled(value) for part in spoken(item).split(",") if (name := part.strip()))


def _delay(do: Delay, at: At) -> Done:
    until = deadline_of(do.delay, at)
    if until is None:
        return Fails("the delay is no length of time")
    if until.timestamp() <= at.now.timestamp():
        return Goes()
    return Waits(Wait(at.number, "time", until), (Waiting(at.where, at.number, "time", until, until),))


def _wait_for(do: WaitFor, at: At) -> Done:
    until = deadline_of(do.timeout, at)
    if until is None:
        return Fails("the timeout is no length of time")
    wait = Wait(at.number, "triggers", until, watched(do.triggers, at.around))
    return Waits(wait, (look_for(wait, do, at),))


def _wait_until(do: WaitUntil, at: At) -> Done:
    until = deadline_of(do.timeout, at)
    if until is None:
        return Fails("the timeout is no length of time")
    if is_so(do, at.around):
        return Goes(variables=waited(at.around, until, completed=True))
    wait = Wait(at.number, "expression", until)
    return Waits(wait, (look_for(wait, do, at),))


def _assign(do: Assign, at: At) -> Done:
    known = dict(at.around.variables)
    found: dict[str, Value] = {}
    for name, data in do.variables.items():
        found[name] = filled(data, at.around.world, known, f"{at.around.seed}.{name}")
        known[name] = found[name]
    return Goes((Went(at.where, "variables", found),), found)


def _fire(do: Fire, at: At) -> Done:
    event, data = value_at(do.event, at), value_at(do.event_data, at)
    if not isinstance(event, str) or not isinstance(data, Mapping):
        return Fails("an event without a name, or with data that are no mapping")
    return Goes((Firing(at.where, event, data),))


def _ask(do: Ask, at: At) -> Done:
    until = deadline_of(do.timeout, at)
    if until is None:
        return Fails("the timeout is no length of time")
    step = Asking(at.where, at.number, text_of(do.question, at), do.of, do.answers, until)
    return Waits(Wait(at.number, "answer", until), (step,))
