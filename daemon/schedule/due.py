"""What is due at some time, and how late it may be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from daemon.errors import DaemonError
from skills.model import Cause, PersonId

DueId = NewType("DueId", int)

GRACE = timedelta(seconds=5)
"""Nobody calls this late: a restart in between, a busy machine."""


class ScheduleError(DaemonError):
    """What was to be written down makes no sense: a mistake of the caller. The message says which."""

    code = "due-invalid"


class UnknownDueError(ScheduleError):
    """There is nothing open under this id: it was settled, cancelled, or never was."""

    code = "due-unknown"


class Late(StrEnum):
    """What becomes of a row that fell due while we were away, or that the clock jumped over."""

    RUN = "run"
    """It is handed over late; once its window has passed, as with `ASK`."""
    SKIP = "skip"
    """It is settled with a note, and not handed over."""
    ASK = "ask"
    """It is handed over with `Lateness.asked`: a person must say whether it is still wanted."""


@dataclass(frozen=True, slots=True)
class Due:
    """One row of the ledger: something that happens at a time, once or again and again."""

    id: DueId
    kind: str
    payload: Mapping[str, object]
    at: datetime
    """In UTC; derived. Of what recurs, the occurrence that comes next."""
    wall: datetime | None
    """What the clock on the wall shows then, without a zone; none for a timer or a point in time."""
    zone: str | None
    """The zone of the wall: that of the house unless the row was given one of its own."""
    rule: str | None
    """RFC 5545: the value of an RRULE; lines of ``EXDATE:`` may follow."""
    late: Late
    window_s: float
    owner: PersonId | None
    cause: Cause
    name: str | None
    paused_left_s: float | None
    """How much was left when it was paused; none while it runs."""
    settled_at: datetime | None
    fired: int
    """How many occurrences are behind it, those that were moved to another time included."""
    elapsed: bool = False
    """True for a timer: it runs by elapsed time, whatever becomes of the clock on the wall."""
    begins: datetime | None = None
    """From when, on the wall, the rule counts."""

    @property
    def key(self) -> str:
        """What names this one occurrence: it may be handed over twice if we crash, and must take effect once."""
        return f"{self.id}.{self.fired}"


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a row is handed over, and what that means."""

    by: timedelta = timedelta(0)
    """Of what recurs, since its newest occurrence."""
    asked: bool = False
    """True: do not just act but ask, or say that it was missed."""
    missed: int = 0
    """How many earlier occurrences passed unnoticed; they are covered by this one."""
    attempt: int = 1

    @property
    def late(self) -> bool:
        """True if a person must be told that it is late."""
        return self.by > GRACE or self.missed > 0


def lateness(late: Late, window_s: float, by: timedelta, missed: int) -> Lateness | None:
    """Return how a row is handed over that is late ``by`` so much; ``None`` if it is to be skipped."""
    told = max(by, timedelta(0))
    if by <= GRACE:
        return Lateness(told, missed=missed)
    match late:
        case Late.SKIP:
            return None
        case Late.ASK:
            return Lateness(told, True, missed)
        case Late.RUN:
            return Lateness(told, told.total_seconds() > window_s, missed)


def plain(payload: Mapping[str, object]) -> str:
    """Return a payload as text.

    Raises:
        ScheduleError: it holds what JSON cannot say.
    """
    try:
        return json.dumps(dict(payload), separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ScheduleError(f"a payload must be JSON: {error}") from error
