"""What is told to people, the ways on which it goes, and what comes back on them."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from daemon.household import Person
from devices.model import AreaId
from skills.model import Cause, PersonId


class Urgency(IntEnum):
    """How much a notice may interrupt."""

    INFO = 0
    """It can wait for the next digest."""
    NORMAL = 1
    IMPORTANT = 2
    """It goes on to the next person if nobody takes note."""
    CRITICAL = 3
    """Fire, water, break-in: no quiet hour and no budget holds it."""


class Answer(StrEnum):
    """What a person can say to a notice, on any channel."""

    DONE = "done"
    SNOOZE = "snooze"
    NOT_ME = "not_me"
    """It goes on to the next person at once."""
    DISMISSED = "dismissed"
    """Swiped away unread or unanswered: seen, and a sign that it was not wanted."""
    YES = "yes"
    """To a question about a wish that waits, as is ``NO``; no notice is answered by them."""
    NO = "no"


class Receipt(StrEnum):
    """How far a message is known to have come."""

    ACCEPTED = "accepted"
    """The channel's server has taken it."""
    DELIVERED = "delivered"
    """It was spoken, or the person's device has it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people should be told."""

    text: str
    kind: str
    """What it is about: ``timer``, ``alarm``, ``reminder``, ``command``, or the name of the skill that tells it."""
    at: datetime
    """When it was due, aware."""
    cause: Cause
    """If it is tainted, the text is told as somebody else's words."""
    late: bool = False
    """Whether the text says that it is late."""
    area: AreaId | None = None
    """Where it was asked for."""
    key: str = ""
    """The same if it is about the same thing: while one is open, another of its key only counts. Empty: its own."""
    people: tuple[PersonId, ...] = ()
    """Whom it is for, who is told first first; empty: whoever is there."""
    urgency: Urgency = Urgency.NORMAL
    title: str = ""
    reason: str = ""
    """Why it is told, for people: ``you asked for it``."""
    answers: tuple[Answer, ...] = ()
    """What to offer as buttons."""
    asked: bool = False
    """Whether the person chose this time for it: then neither quiet hours nor a budget hold it."""
    once: bool = False
    """Whether its key names this one occurrence: once that has ended it is never told again."""


Announce = Callable[[Notice], Awaitable[None]]
"""Tells people. Returns once the notice is kept; raises if it could not be."""


@dataclass(frozen=True, slots=True)
class Message:
    """One notice as one channel gets it."""

    key: str
    """The same for the same notice on every channel and at every repeat: a newer message of a key replaces the older
    one."""
    text: str
    """What is shown and spoken: a sentence or two, no markup."""
    title: str = ""
    urgency: Urgency = Urgency.NORMAL
    answers: tuple[Answer, ...] = ()
    """The buttons to offer, in order."""
    area: AreaId | None = None
    """The room to speak in; only channels that speak look at it."""
    at: datetime | None = None
    """When it fell due, aware."""
    labels: Mapping[Answer, str] = field(default_factory=dict[Answer, str])
    """What stands on a button in place of its usual words."""
    until: datetime | None = None
    """Until when its buttons are good, aware; ``None``: as long as any."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back on a channel."""

    key: str
    answer: Answer
    channel: str
    at: datetime
    person: PersonId | None = None
    """Whose device it came from, where the channel knows."""


class ChannelError(Exception):
    """A message could not be handed over; the words name the channel and the remedy."""

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        """Say what went wrong; ``lasting`` if trying again cannot help: a wrong token, an unknown device."""
        super().__init__(message)
        self.lasting = lasting


@dataclass(frozen=True, slots=True)
class Response:
    """What people have answered to a notice so far."""

    done: bool = False
    """Somebody took note."""
    later: datetime | None = None
    """Until when somebody put it off."""


class Channel(Protocol):
    """One way to reach people. Every implementation passes ``tests/conformance/test_channels.py``."""

    @property
    def name(self) -> str:
        """What it is called in receipts and in the configuration: ``ntfy``."""
        ...

    def reaches(self, person: Person) -> bool:
        """Say whether there is an address of this person on this channel."""
        ...

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Hand a message over, within a deadline of its own (at most 10 s).

        Raises:
            ChannelError: it was not taken.
        """
        ...

    async def withdraw(self, key: str, person: Person) -> None:
        """Take a message back where the channel can: clear it from the phone, stop the tone. Never raises for a
        message that is not there.

        Raises:
            ChannelError: the channel cannot be reached.
        """
        ...

    def answers(self) -> AsyncGenerator[Answered]:
        """Yield what people answer, for as long as the daemon runs; reconnects by itself. Empty where nothing can
        come back.
        """
        ...
