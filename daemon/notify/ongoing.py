"""A notice under way, and what can be told of it by looking."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.notify.notification import Attempt, Held, Notification, State
from daemon.notify.steps import JOINABLE
from daemon.schedule import DueId
from skills.model import PersonId

REPEAT = timedelta(hours=1)
"""So long after somebody was told, the same notice is not told again."""
TOGETHER = timedelta(minutes=1)
"""What is to be told within this is told together."""


@dataclass(slots=True)
class Ongoing:
    """A notice under way."""

    notification: Notification
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    due: DueId | None = None
    """The row of the ledger that brings on its next step."""

    @property
    def arrived(self) -> bool:
        """Whether any message of it is known to have come somewhere."""
        return any(attempt.result.arrived for attempt in self.attempts)


def is_for(notification: Notification, person: PersonId | None) -> bool:
    """Return whether a notice is for a person: by name, or since it is for whoever is there."""
    people = notification.notice.people
    return person is None or not people or person in people


def released(before: Notification) -> Notification:
    """Return a notice whose wait is over; after some waits everybody is tried anew."""
    return replace(
        before,
        held=None,
        held_until=None,
        released=before.released or before.held in (Held.DIGEST, Held.BUDGET),
        round=before.round + (before.held in (Held.RETRY, Held.SNOOZE)),
    )


def told_just_now(known: Notification, now: datetime) -> bool:
    """Return whether people were told this a moment ago."""
    return known.state is not State.MISSED and known.ended_at is not None and now - known.ended_at < REPEAT


def waits_too(other: Ongoing, now: datetime) -> bool:
    """Return whether a notice waits for about now, or only for somebody to be reached."""
    held, until = other.notification.held, other.notification.held_until
    if held is Held.RETRY:
        return not other.arrived
    return held in JOINABLE and until is not None and until <= now + TOGETHER
