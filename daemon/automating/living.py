"""Routines and runs as they live in memory, and as they are written down between two events."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias, cast

from daemon.automating.rows import Going, Saved, Waiting
from daemon.routines.actions import WaitFor, WaitUntil
from daemon.routines.interests import Interests, interests_of
from daemon.routines.mentioning import mentioned
from daemon.routines.model import Routine
from daemon.routines.run import Run, RunError, decoded_run, encoded_run, sequence_of
from daemon.routines.steps import Asking, Calling, Noticing, Step
from daemon.routines.values import Value, decoded, encoded, spoken, tupled
from daemon.routines.watching import Fired, Watched
from daemon.schedule.ledger import cause_of, cause_text
from devices.model import EntityId
from skills.model import Cause, CauseId

Doing: TypeAlias = Calling | Noticing | Asking
"""A step that somebody has to carry out."""
_OWN_LOOKS = ("triggers", "expression")
_URGENCIES: Mapping[str, Literal["low", "normal", "high", "critical"]] = {
    "low": "low",
    "normal": "normal",
    "high": "high",
    "critical": "critical",
}


@dataclass(frozen=True, slots=True)
class Led:
    """What led to something: the wish or run behind it, and the routines on the way."""

    cause: CauseId | None = None
    chain: tuple[str, ...] = ()


NOBODY = Led()


@dataclass(frozen=True, slots=True)
class Queued:
    """What set a routine off while it ran, in mode ``queued``; written down like a run, of which it has the id."""

    name: str
    fired: Fired | None
    led: Led
    at: datetime
    unconditional: bool = False


@dataclass(slots=True)
class Live:
    """A run that goes on."""

    routine: Routine
    """In the version that it began with."""
    run: Run
    cause: Cause
    chain: tuple[str, ...]
    """The routines that led to it, and its own last."""
    why: str
    """What set it off, in words."""
    since: datetime
    """When it was last taken on."""
    pending: dict[int, Doing] = field(default_factory=dict[int, Doing])
    """What is being carried out, by the number of the step."""
    to_do: list[int] = field(default_factory=list[int])
    """The numbers of pending steps that nobody has begun."""
    fresh: list[tuple[int, datetime, Mapping[str, object]]] = field(
        default_factory=list[tuple[int, datetime, Mapping[str, object]]]
    )
    """Steps for the trace that are not written down."""
    looks: dict[int, datetime] = field(default_factory=dict[int, datetime])
    """When time must come by, by the number of the wait."""
    steps: int = 0
    noted: bool = False
    """Whether the journal knows of it."""
    response: str | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once there is a response, or never will be."""

    @property
    def id(self) -> str:
        """Its id."""
        return self.run.id

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.run.result is not None

    @property
    def look_at(self) -> datetime | None:
        """When time must come by for it."""
        waits = [wait for wait in self.run.waits if wait.kind not in ("call", "branches")]
        found = [self.looks.get(wait.number, wait.until) for wait in waits]
        return min(found, key=datetime.timestamp) if found else None

    def number(self) -> int:
        """Return the number of the next step."""
        self.steps += 1
        return self.steps - 1

    def interests(self) -> Interests:
        """Return what the run waits for besides time."""
        found = Interests()
        for thread in self.run.threads:
            if thread.wait is None or thread.wait.kind not in _OWN_LOOKS:
                continue
            match sequence_of(self.routine, thread.frames)[thread.frames[-1].at].do:
                case WaitFor(triggers):
                    found |= interests_of(triggers)
                case WaitUntil(template):
                    seen = mentioned(template)
                    found |= Interests(seen.entities, seen.anything, seen.clock)
                case _:
                    pass
        return found

    def saved(self, now: datetime) -> Saved:
        """Return what is to be written down, and take that as written."""
        fresh, self.fresh = self.fresh, []
        over = self.is_over
        looks = {str(number): at.isoformat() for number, at in self.looks.items()}
        stand = {"run": encoded_run(self.run), "looks": looks, "since": self.since.isoformat(), "noted": self.noted}
        origin = {"cause": cause_text(self.cause), "chain": list(self.chain), "why": self.why}
        pending = [] if over else [[number, _encoded(step)] for number, step in self.pending.items()]
        return Saved(
            self.id,
            self.routine.id,
            self.routine.version,
            json.dumps(origin),
            self.run.began,
            json.dumps(pending),
            now if over else None,
            self.run.result,
            self.run.why,
            None if over else json.dumps(stand),
            fresh,
        )


@dataclass(slots=True)
class Kept:
    """A routine that is kept."""

    routine: Routine
    cause: Cause
    """Who made it what it is."""
    watched: Watched
    since: datetime
    """When time last came by."""
    interests: Interests
    look_at: datetime | None = None
    live: dict[str, Live] = field(default_factory=dict[str, Live])
    queue: deque[Queued] = field(default_factory=deque[Queued])
    allows: frozenset[EntityId] = frozenset()
    """What the owner lets it do in this version though it is about safety."""
    ran_at: datetime | None = None
    result: str = ""
    turned_away_at: datetime | None = None
    """When it was last put down that it was not begun since it still ran."""

    @property
    def id(self) -> str:
        """Its id."""
        return self.routine.id


def restored(row: Going, routine: Routine) -> Live:
    """Return a run as it was when the last process ended; all that was being carried out is to be done.

    Raises:
        RunError: it cannot be read.
    """
    try:
        stand, origin = (cast("Mapping[str, object]", json.loads(text)) for text in (row.run, row.cause))
        live = Live(
            routine,
            decoded_run(stand["run"]),
            cause_of(str(origin["cause"])),
            tuple(cast("Sequence[str]", origin["chain"])),
            str(origin["why"]),
            datetime.fromisoformat(str(stand["since"])),
            noted=bool(stand["noted"]),
            steps=row.steps,
        )
        looks = cast("Mapping[str, str]", stand["looks"])
        live.looks = {int(number): datetime.fromisoformat(at) for number, at in looks.items()}
        for number, step in cast("Sequence[tuple[int, object]]", json.loads(row.pending)):
            live.pending[number] = _decoded(decoded(step))
    except (ValueError, KeyError, TypeError) as error:
        msg = f"the run {row.id!r} cannot be read: {error}"
        raise RunError(msg) from error
    # Its steps may have been taken before the kill; those of a run that began in this life were not.
    live.cause = replace(live.cause, again=True)
    live.to_do = list(live.pending)
    return live


def queued_text(one: Queued) -> str:
    """Return what set a waiting start off as it is written down."""
    fired = one.fired
    data: Value = (
        None if fired is None else {"trigger": fired.trigger, "data": fired.data, "variables": fired.variables}
    )
    return json.dumps(encoded({"fired": data, "unconditional": one.unconditional}))


def queued_of(row: Waiting) -> Queued:
    """Return a start that waited when the last process ended.

    Raises:
        RunError: it cannot be read.
    """
    try:
        origin = cast("Mapping[str, object]", json.loads(row.cause))
        led = Led(cause_of(str(origin["cause"])).parent, tuple(cast("Sequence[str]", origin["chain"])))
        at, stored = datetime.fromisoformat(row.began_at), decoded(json.loads(row.pending))
    except (ValueError, KeyError, TypeError) as error:
        msg = f"the waiting start {row.id!r} cannot be read: {error}"
        raise RunError(msg) from error
    match stored:
        case {"fired": None, "unconditional": bool(unconditional)}:
            return Queued(row.id, None, led, at, unconditional)
        case {
            "fired": {"trigger": int(place), "data": Mapping() as data, "variables": Mapping() as variables},
            "unconditional": bool(unconditional),
        }:
            return Queued(row.id, Fired(place, data, variables), led, at, unconditional)
        case _:
            msg = f"the waiting start {row.id!r} cannot be read"
            raise RunError(msg)


def _encoded(step: Doing) -> object:
    match step:
        case Calling():
            fields: Mapping[str, Value] = {
                "kind": "call",
                "where": step.where,
                "wait": step.wait,
                "action": step.action,
                "target": dict(step.target),
                "data": step.data,
                "deadline": step.deadline,
                "wants": step.wants_response,
            }
        case Noticing():
            fields = {
                "kind": "notice",
                "where": step.where,
                "message": step.message,
                "title": step.title,
                "to": step.to,
                "urgency": step.urgency,
            }
        case Asking():
            fields = {
                "kind": "ask",
                "where": step.where,
                "wait": step.wait,
                "question": step.question,
                "of": step.of,
                "answers": step.answers,
                "deadline": step.deadline,
            }
    return encoded(fields)


def _decoded(thing: Value) -> Doing:
    match thing:
        case {
            "kind": "call",
            "where": str(where),
            "wait": int(wait),
            "action": str(action),
            "target": Mapping() as target,
            "data": Mapping() as data,
            "deadline": datetime() as deadline,
            "wants": bool(wants),
        }:
            aims = {key: tuple(spoken(item) for item in tupled(ids)) for key, ids in target.items()}
            return Calling(where, wait, action, aims, data, deadline, wants)
        case {
            "kind": "notice",
            "where": str(where),
            "message": str(message),
            "title": str() | None as title,
            "to": tuple(to),
            "urgency": str(urgency),
        } if urgency in _URGENCIES:
            return Noticing(where, message, title, tuple(spoken(one) for one in to), _URGENCIES[urgency])
        case {
            "kind": "ask",
            "where": str(where),
            "wait": int(wait),
            "question": str(question),
            "of": tuple(people),
            "answers": tuple(answers),
            "deadline": datetime() as deadline,
        }:
            of, said = (tuple(spoken(one) for one in each) for each in (people, answers))
            return Asking(where, wait, question, of, said, deadline)
        case _:
            msg = "a stored step that cannot be read"
            raise RunError(msg)


def doing(step: Step) -> Doing | None:
    """Return a step that somebody has to carry out; none where it is for the trace or for the run itself."""
    return step if isinstance(step, Calling | Noticing | Asking) else None
