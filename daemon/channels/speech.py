"""Speech as a channel: a message said in the room that it is for."""

from collections.abc import AsyncGenerator
from typing import Protocol

from daemon.channels.buttons import nothing
from daemon.channels.deadline import in_time
from daemon.channels.shown import text_of
from daemon.household import Person
from daemon.notify.model import Answered, ChannelError, Message, Receipt, Urgency
from devices.model import AreaId
from skills.language import current


class Speaker(Protocol):
    """What can say something in a room: the voice session, over its satellites and this machine's own loudspeaker."""

    def speaks_in(self, area: AreaId | None) -> bool:
        """Say whether there is a loudspeaker in a room; with ``None``: anywhere."""
        ...

    async def say(self, text: str, area: AreaId | None, *, key: str, urgent: bool, language: str) -> bool:
        """Begin to say a text in its language; return once it is being said, ``False`` if no loudspeaker took it.

        What is urgent is said as loud at night as by day.

        What is said under a key again replaces what still waits to be said under it.
        """
        ...

    async def hush(self, key: str) -> None:
        """Stop saying what is said, or waits to be said, under a key; nothing if there is none."""
        ...


class Speech:
    """Says messages aloud. Answers to them are spoken as well, and do not come back on this channel."""

    name = "speech"

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def reaches(self, person: Person) -> bool:
        """Say whether there is any loudspeaker: whether the person hears it is for presence to know."""
        del person
        return self._speaker.speaks_in(None)

    async def deliver(self, message: Message, person: Person) -> Receipt:
        """Say the message in its room, by a voice of the language that it is worded in."""
        del person
        where = f"in {message.area!r}" if message.area is not None else "in the house"
        if not self._speaker.speaks_in(message.area):
            raise ChannelError(f"speech: there is no loudspeaker {where}", lasting=True)
        async with in_time(self.name, f"the loudspeaker {where}"):
            urgent = message.urgency is Urgency.CRITICAL
            text, language = text_of(message), current().code
            said = await self._speaker.say(text, message.area, key=message.key, urgent=urgent, language=language)
        if not said:
            raise ChannelError(f"speech: no loudspeaker {where} took it")
        return Receipt.DELIVERED

    async def withdraw(self, key: str, person: Person) -> None:
        """Be silent."""
        del person
        await self._speaker.hush(key)

    def answers(self) -> AsyncGenerator[Answered]:
        """Return what yields nothing: what is said aloud goes the way of every utterance."""
        return nothing()
