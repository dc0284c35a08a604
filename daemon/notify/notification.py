"""A notice on its way to people: what became of it so far, and the words in which a channel gets it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import NewType

from daemon.notify.model import Answer, Message, Notice, Urgency
from devices.model import AreaId
from skills.builtin.words import counted, sentence, when
from skills.language import say
from skills.model import PersonId

NotificationId = NewType("NotificationId", int)

LATE = timedelta(minutes=5)
"""What is told later than this says when it was."""
MOST_LINES = 20
"""Notices of which a digest knows the words; of more, the first."""
TOLD_LINES = 3
"""As many of them are read out where there are more than `FEW_LINES`."""
FEW_LINES = 5
LONGEST = 500
"""Characters of a text that came from outside."""

_CONTROL = re.compile(r"[\s\x00-\x1f\x7f-\x9f“”]+")


class State(StrEnum):
    """What became of a notice."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    """A person took note."""
    TOLD = "told"
    """It was delivered, and it is not one to be acknowledged."""
    DIGESTED = "digested"
    """It was told together with others; the digest says what became of it."""
    MISSED = "missed"
    """Nobody could be reached, or nobody took note."""


class Held(StrEnum):
    """Why a notice is not told now."""

    DIGEST = "digest"
    """It can wait until the next digest."""
    QUIET = "quiet"
    DISTURB = "disturb"
    """Somebody asked not to be disturbed."""
    BUDGET = "budget"
    """They had enough of its urgency today."""
    AWAY = "away"
    """They are not at home, and there is no other way to them."""
    RETRY = "retry"
    """Everybody was tried; it is tried again."""
    SNOOZE = "snooze"


class Result(StrEnum):
    """What came of one message."""

    PENDING = ""
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    LASTING = "lasting"
    """It failed, and trying again cannot help."""
    UNKNOWN = "unknown"
    """Hearth was stopped in the midst of it."""

    @property
    def arrived(self) -> bool:
        """Whether it is known to have come somewhere."""
        return self in (Result.ACCEPTED, Result.DELIVERED)


@dataclass(frozen=True, slots=True)
class Contact:
    """One person on one channel."""

    person: PersonId
    """Empty: whoever is there."""
    channel: str
    area: AreaId | None = None
    """Where it is spoken; ``None``: it is shown to them, wherever they are."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One message that was sent, or is under way."""

    id: int
    contact: Contact
    round: int
    at: datetime
    because: str
    result: Result = Result.PENDING
    detail: str = ""
    settled_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """A notice and what became of it; a row."""

    id: NotificationId
    notice: Notice
    raised_at: datetime
    count: int = 1
    """How many notices it stands for."""
    round: int = 0
    """How often everybody was tried before."""
    declined: frozenset[PersonId] = frozenset()
    """Who said that it is not for them."""
    held: Held | None = None
    held_until: datetime | None = None
    released: bool = False
    """Whether it has waited once for a digest or a new day: it does not do so again."""
    lines: tuple[str, ...] = ()
    """Of a digest: what it tells."""
    state: State = State.OPEN
    note: str = ""
    answer: Answer | None = None
    answered_by: PersonId | None = None
    answered_on: str | None = None
    told_in: NotificationId | None = None
    ended_at: datetime | None = None

    @property
    def urgency(self) -> Urgency:
        """How much it may interrupt."""
        return self.notice.urgency

    @property
    def key(self) -> str:
        """What channels know it by."""
        return f"hearth-{self.id}"


def message_of(notification: Notification, contact: Contact, now: datetime, zone: tzinfo) -> Message:
    """Return a notice as a channel gets it now."""
    notice = notification.notice
    text = said(notification, now, zone)
    return Message(notification.key, text, notice.title, notice.urgency, notice.answers, contact.area, notice.at)


def said(notification: Notification, now: datetime, zone: tzinfo) -> str:
    """Return the words: those of others in quotes, how often it happened, and when it was if that was not just now."""
    notice = notification.notice
    if notification.lines:
        return notice.text
    words = quoted(notice.text) if notice.cause.tainted else notice.text
    if notification.count > 1:
        words = say("{text}, {n} times.", text=words.rstrip("."), n=notification.count)
    if not notice.late and now - notice.at >= LATE:
        return f"{sentence(words)} {say('That was {when}.', when=when(notice.at, now.astimezone(zone)))}"
    return words


def quoted(text: str) -> str:
    """Return what came from outside, as the words of somebody else: one line, and not longer than a person listens."""
    plain = _CONTROL.sub(" ", text).strip()
    return say("From outside: “{text}”", text=f"{plain[:LONGEST]}{'…' if len(plain) > LONGEST else ''}")


def line_of(notification: Notification, zone: tzinfo) -> str:
    """Return a notice as one line of a digest: ``08:10, the parcel came``."""
    notice = notification.notice
    words = (quoted(notice.text) if notice.cause.tainted else notice.text).rstrip(".")
    line = f"{notice.at.astimezone(zone):%H:%M}, {words}"
    return say("{text}, {n} times.", text=line, n=notification.count) if notification.count > 1 else f"{line}."


def digest_words(lines: tuple[str, ...], count: int) -> str:
    """Return what a digest says: all of a few, or how many there are and the first of them."""
    shown = lines if count <= FEW_LINES else lines[:TOLD_LINES]
    more = f" {say('And {n} more: ask me what you missed.', n=count - len(shown))}" if count > len(shown) else ""
    waited = say("{notices} waited for you", notices=counted(count, "notice"))
    return f"{sentence(waited)} {' '.join(shown)}{more}"
