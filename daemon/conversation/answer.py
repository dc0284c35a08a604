"""What comes of one utterance: the words, how it ended, and how long it took."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from daemon.spoken import overall
from skills.model import Action, Cause, Match, Outcome, Reply


class Status(StrEnum):
    """How a turn ended, for programs."""

    DONE = "done"
    ANSWERED = "answered"
    ASKED = "asked"
    WAITING = "waiting"
    REFUSED = "refused"
    PARTLY = "partly"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one utterance."""

    reply: str
    status: Status
    route: str = "grammar"
    """Who answered: ``grammar``, ``dialogue`` (an open question), ``paraphrase`` (taught words), ``memory`` or
    ``reasoner``."""
    commands: tuple[Match, ...] = ()
    outcomes: tuple[tuple[Action, Outcome], ...] = ()
    cause: Cause | None = None
    told: str = ""
    """How much of the reply, from its beginning, was handed over to be said while it was thought about."""
    asks: bool = False
    """True if the reply ends with a question, however the turn ended."""
    timings_ms: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def rest(self) -> str:
        """What of the reply is still to be said."""
        return self.reply.removeprefix(self.told).strip()


class Stages:
    """The stages of one turn, in milliseconds."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        """Begin now, by a clock that returns seconds."""
        self._now_s = now_s
        self._began_s = self._last_s = now_s()
        self.timings_ms: dict[str, float] = {}

    def mark(self, stage: str, *, since_start: bool = False) -> None:
        """Note that a stage has ended now; a stage that comes again adds up."""
        now_s = self._now_s()
        spent_ms = (now_s - (self._began_s if since_start else self._last_s)) * 1000
        self.timings_ms[stage] = round(self.timings_ms.get(stage, 0.0) + spent_ms, 3)
        self._last_s = now_s


def status_of(reply: Reply, came: Sequence[Outcome]) -> Status:
    """Return how a reply ended, given what came of its wishes."""
    if came:
        return Status(overall(came).value)
    if reply.failed:
        return Status.FAILED
    return Status.ASKED if reply.ask else Status.ANSWERED


def worst(statuses: Sequence[Status]) -> Status:
    """Return the status of a turn of several commands: what a person must know first."""
    if not statuses:
        return Status.ANSWERED
    kinds = set(statuses)
    if len(kinds) == 1:
        return kinds.pop()
    for status in (Status.WAITING, Status.ASKED):
        if status in kinds:
            return status
    if kinds <= {Status.DONE, Status.ANSWERED}:
        return Status.DONE
    return Status.PARTLY if kinds & {Status.DONE, Status.PARTLY, Status.ANSWERED} else Status.FAILED
