"""What is particular to speech: a message is said by a voice of the language that it is worded in."""

import pytest

from daemon.channels.speech import Speech
from daemon.household import Person
from daemon.notify.model import Message
from devices.model import AreaId
from skills.language import speaking
from skills.model import PersonId


class Loudspeaker:
    """Takes note of the language of what it says."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def speaks_in(self, area: AreaId | None) -> bool:
        return True

    async def say(self, text: str, area: AreaId | None, *, key: str, urgent: bool, language: str) -> bool:
        self.said.append((text, language))
        return True

    async def hush(self, key: str) -> None:
        """Nothing is said for long."""


@pytest.mark.parametrize(("worded_in", "voice"), [("de", "de"), ("en", "en"), (None, "en")])
async def test_a_message_is_said_in_its_language(worded_in: str | None, voice: str):
    loudspeaker = Loudspeaker()
    message = Message("1", "Guten Morgen")

    with speaking(worded_in):
        await Speech(loudspeaker).deliver(message, Person(PersonId("anna"), "Anna"))

    assert loudspeaker.said == [("Guten Morgen", voice)]
