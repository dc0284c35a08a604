"""One run of a routine between two events: where it stands and what it knows, as a value that JSON can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeAlias, get_args

from daemon.routines.actions import Action, Choose, Do, Group, If, Parallel, Repeat
from daemon.routines.model import Routine
from daemon.routines.steps import Result
from daemon.routines.values import Value, decoded, encoded, number_of, spoken, tupled
from daemon.routines.watching import Watched, decoded_watch, encoded_watch

WaitKind: TypeAlias = Literal["time", "triggers", "expression", "call", "answer", "branches"]
_KINDS: Mapping[str, WaitKind] = {kind: kind for kind in get_args(WaitKind)}
_RESULTS: Mapping[str, Result] = {result: result for result in get_args(Result)}


class RunError(ValueError):
    """A stored run that is none, or one of another version of its routine."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a run may go before it is taken for one that runs away."""

    steps: int = 100_000
    """Steps in one run."""
    burst: int = 2_000
    """Steps between two waits."""
    turns: int = 10_000
    """Turns of one loop."""
    depth: int = 24
    """Sequences inside sequences."""
    branches: int = 64
    """Branches at once."""
    wait_s: float = 30 * 86_400.0
    """The longest wait, and how long one without an end lasts."""
    call_s: float = 300.0
    """How long a call may take before it counts as failed; a call answers in seconds, a read-back in under a minute."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a sequence."""

    branch: str
    """Which sequence of the step above: ``then``, ``choose:1``, ``repeat``; ``actions`` at the top."""
    at: int = 0
    turn: int = 0
    total: int | None = None
    items: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """What a thread waits for."""

    number: int
    kind: WaitKind
    until: datetime
    watched: Watched | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """One line of a run; there are more where branches run side by side."""

    id: int
    frames: tuple[Frame, ...]
    base: int = 0
    """How many of the frames are the parent's."""
    parent: int | None = None
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run."""

    id: str
    routine: str
    version: int
    cause: str
    """The id of what brought it about, for the chain of causes."""
    began: datetime
    variables: Mapping[str, Value]
    threads: tuple[Thread, ...] = field(default_factory=tuple)
    steps: int = 0
    numbers: int = 0
    """How many waits and threads were numbered so far."""
    result: Result | None = None
    why: str = ""

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What it waits for now."""
        return tuple(thread.wait for thread in self.threads if thread.wait is not None)


def inner_of(do: Do, branch: str) -> tuple[Action, ...]:
    """Return the sequence inside a step that a frame's branch names; an empty one where there is none."""
    name, _, place = branch.partition(":")
    match do, name:
        case Choose(), "choose" if int(place) < len(do.choose):
            return do.choose[int(place)].sequence
        case Choose(), "default":
            return do.default
        case If(), "then":
            return do.then
        case If(), "else":
            return do.otherwise
        case Repeat(), "repeat":
            return do.sequence
        case Group(), "sequence":
            return do.sequence
        case Parallel(), "parallel" if int(place) < len(do.branches):
            return do.branches[int(place)]
        case _:
            return ()


def sequence_of(routine: Routine, frames: tuple[Frame, ...]) -> tuple[Action, ...]:
    """Return the sequence in which a thread stands."""
    found = routine.actions
    for outer, inner in pairwise(frames):
        found = inner_of(found[outer.at].do, inner.branch)
    return found


def place_of(frames: tuple[Frame, ...]) -> str:
    """Return where a thread stands, as a path in the file: ``actions[1].choose[0].sequence[2]``."""
    words: list[str] = []
    for frame in frames:
        name, _, place = frame.branch.partition(":")
        inside = {
            "choose": f"choose[{place}].sequence",
            "parallel": f"parallel[{place}].sequence",
            "repeat": "repeat.sequence",
        }
        words.append(f"{inside.get(name, name)}[{frame.at}]")
    return ".".join(words)


def encoded_run(run: Run) -> Mapping[str, object]:
    """Return a run as JSON can hold it."""
    return {
        "id": run.id,
        "routine": run.routine,
        "version": run.version,
        "cause": run.cause,
        "began": run.began.isoformat(),
        "variables": encoded(run.variables),
        "threads": [_encoded_thread(thread) for thread in run.threads],
        "steps": run.steps,
        "numbers": run.numbers,
        "result": run.result,
        "why": run.why,
    }


def decoded_run(thing: object) -> Run:
    """Return the run that `encoded_run` made this of.

    Raises:
        RunError: it is none.
    """
    match decoded(thing):
        case {
            "id": str(id_),
            "routine": str(routine),
            "version": int(version),
            "cause": str(cause),
            "began": str(began),
            "variables": Mapping() as variables,
            "threads": tuple(threads),
            "steps": int(steps),
            "numbers": int(numbers),
            "result": result,
            "why": str(why),
        }:
            return Run(
                id_,
                routine,
                version,
                cause,
                datetime.fromisoformat(began),
                variables,
                tuple(_decoded_thread(thread) for thread in threads),
                steps,
                numbers,
                _RESULTS.get(spoken(result)),
                why,
            )
        case _:
            msg = "a stored run that cannot be read"
            raise RunError(msg)


def _encoded_thread(thread: Thread) -> object:
    wait = thread.wait
    frames = [
        [it.branch, it.at, it.turn, it.total, None if it.items is None else encoded(it.items)] for it in thread.frames
    ]
    return {
        "id": thread.id,
        "frames": frames,
        "base": thread.base,
        "parent": thread.parent,
        "wait": None
        if wait is None
        else {
            "number": wait.number,
            "kind": wait.kind,
            "until": wait.until.isoformat(),
            "watched": None if wait.watched is None else encoded_watch(wait.watched),
        },
    }


def _decoded_thread(thing: Value) -> Thread:
    match thing:
        case {"id": int(id_), "frames": tuple(frames), "base": int(base), "parent": parent, "wait": wait}:
            found = tuple(_decoded_frame(frame) for frame in frames)
            return Thread(id_, found, base, parent if isinstance(parent, int) else None, _decoded_wait(wait))
        case _:
            msg = "a stored thread of a run that cannot be read"
            raise RunError(msg)


def _decoded_frame(thing: Value) -> Frame:
    match thing:
        case (str(branch), int(at), int(turn), total, items):
            return Frame(
                branch, at, turn, total if isinstance(total, int) else None, None if items is None else tupled(items)
            )
        case _:
            msg = "a stored place in a run that cannot be read"
            raise RunError(msg)


def _decoded_wait(thing: Value) -> Wait | None:
    match thing:
        case {"number": number, "kind": str(kind), "until": str(until), "watched": memory} if kind in _KINDS:
            watch = None if memory is None else decoded_watch(encoded(memory))
            return Wait(int(number_of(number) or 0), _KINDS[kind], datetime.fromisoformat(until), watch)
        case _:
            return None
