"""A channel that records what it was given, with the faults of real ones."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime

from daemon.household import Person
from daemon.notify.model import Answer, Answered, ChannelError, Message, Receipt
from skills.model import PersonId

Fault = Callable[[], None]
"""What a channel does instead of working: it raises a `ChannelError`, or does nothing this time."""


def works() -> None:
    """Do nothing: the fault of a channel that has none."""


def down() -> None:
    """Be out of reach: trying again may help."""
    raise ChannelError("the double is down: mend it")


def broken() -> None:
    """Be set up wrongly: trying again does not help."""
    raise ChannelError("the double takes no such token: give it another", lasting=True)


@dataclass
class RecordedChannel:
    """Keeps what it is given, as a phone would: one message of a key per person, gone once it is withdrawn."""

    name: str = "recorded"
    people: frozenset[PersonId] | None = None
    """Whom it reaches; ``None``: everybody."""
    receipt: Receipt = Receipt.DELIVERED
    fault: Fault = works
    """Asked before anything is delivered or withdrawn; a test puts another in its place at any time."""
    hangs: bool = False
    """Whether it takes what it is given and never comes back with it."""
    lost_receipt: bool = False
    """Whether a message arrives, and the word of it does not: the worst a network can do."""
    delivered: list[tuple[Message, PersonId]] = field(default_factory=list[tuple[Message, PersonId]])
    """Everything that arrived, in order."""
    withdrawn: list[tuple[str, PersonId]] = field(default_factory=list[tuple[str, PersonId]])
    shown: dict[tuple[str, PersonId], Message] = field(default_factory=dict[tuple[str, PersonId], Message])
    """What can be seen on the people's devices now."""
    _answers: asyncio.Queue[Answered] = field(default_factory=lambda: asyncio.Queue[Answered](1_000))

    def reaches(self, person: Person) -> bool:
        """Say whether a person is one of its people."""
        return self.people is None or person.id in self.people

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Show a message on the person's device."""
        await self._act()
        self.delivered.append((message, person.id))
        self.shown[message.key, person.id] = message
        if self.lost_receipt:
            raise ChannelError("the double said nothing: look on the phone")
        return self.receipt

    async def withdraw(self, key: str, person: Person) -> None:
        """Take a message off the person's device."""
        await self._act()
        self.withdrawn.append((key, person.id))
        self.shown.pop((key, person.id), None)

    async def answers(self) -> AsyncGenerator[Answered]:
        """Yield what `answer` was called with."""
        while True:
            yield await self._answers.get()

    def answer(self, key: str, answer: Answer, *, at: datetime, person: PersonId | None = None) -> Answered:
        """Let a person press a button; return what comes back on the channel."""
        answered = Answered(key, answer, self.name, at, person)
        self._answers.put_nowait(answered)
        return answered

    async def _act(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        self.fault()
