"""Everything else that a message can be sent to, by way of Apprise: Signal, Matrix, Gotify and a hundred more."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING

from daemon.channels.buttons import nothing
from daemon.channels.deadline import in_time
from daemon.channels.shown import text_of, title_of
from daemon.household import Person
from daemon.notify.model import Answered, ChannelError, Message, Receipt, Urgency
from skills.model import PersonId

if TYPE_CHECKING:
    import apprise


class Apprise:
    """Messages to people over whatever they have chosen. Nothing comes back."""

    name = "apprise"

    def __init__(self, urls: Mapping[PersonId, Sequence[str]]) -> None:
        """Take the addresses of each person in Apprise's form, which hold secrets: ``tgram://token/chat``."""
        self._urls = urls
        self._made: dict[PersonId, apprise.Apprise] = {}

    def reaches(self, person: Person) -> bool:
        """Say whether an address of this person is known."""
        return bool(self._urls.get(person.id))

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Send to each address of the person; it was taken only if every one of them took it."""
        from apprise import NotifyFormat, NotifyType

        kind = NotifyType.WARNING if message.urgency >= Urgency.IMPORTANT else NotifyType.INFO
        async with in_time(self.name, "a server"):
            sender = await self._sender(person)
            taken = await sender.async_notify(
                text_of(message), title_of(message), notify_type=kind, body_format=NotifyFormat.TEXT
            )
        if not taken:
            raise ChannelError(f"apprise: not every address of {person.id!r} took it; see the log of apprise")
        return Receipt.ACCEPTED

    async def withdraw(self, key: str, person: Person) -> None:
        """Do nothing: what is sent is sent."""
        del key, person

    def answers(self) -> AsyncGenerator[Answered]:
        """Return what yields nothing."""
        return nothing()

    async def _sender(self, person: Person) -> "apprise.Apprise":
        if not self.reaches(person):
            raise ChannelError(f"apprise: no address of {person.id!r} is known; give one in addresses", lasting=True)
        if person.id not in self._made:
            # In a thread: it imports every service that it knows, which takes seconds and 27 MiB (2.2).
            self._made[person.id] = await asyncio.to_thread(_made, self._urls[person.id], person.id)
        return self._made[person.id]


def _made(urls: Sequence[str], person: PersonId) -> "apprise.Apprise":
    import apprise

    # What it says of an address that fails may hold the address.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    made = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Hearth", app_desc="Hearth", secure_logging=True))
    for at, url in enumerate(urls, start=1):
        if not made.add(url):
            raise ChannelError(f"apprise: address {at} of {person!r} is none that it knows; correct it", lasting=True)
    return made
