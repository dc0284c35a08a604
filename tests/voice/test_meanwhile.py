"""What is said while an answer is thought about comes in order, and is known when it is cut short."""

import asyncio

from voice.endpoint import Completeness
from voice.meanwhile import Meanwhile
from voice.model import Transcript, VoiceError
from voice.outside import Candidate, Reply, Said

SAID = Said(Transcript("why", 1.0, "kitchen", "en"))


class Talker:
    """A house that says two sentences before it answers."""

    def __init__(self) -> None:
        self.let = asyncio.Event()

    async def answer(self, said: Said) -> Reply:
        assert said.meanwhile is not None
        said.meanwhile("One.")
        said.meanwhile("Two.")
        await self.let.wait()
        return Reply("Three.")

    def complete(self, text: str, satellite: str) -> Completeness:
        return Completeness.UNKNOWN

    async def claim(self, candidate: Candidate) -> bool:
        return True

    def apology(self, problem: VoiceError) -> Reply:
        return Reply("")

    def interrupted(self, satellite: str, text: str, heard: str) -> None:
        return None


async def test_sentences_are_said_in_order_before_the_answer_is_there():
    house, meanwhile, done = Talker(), Meanwhile(), list[str]()

    async def speak(text: str) -> None:
        done.append(text)
        if text == "Two.":
            house.let.set()

    async def think() -> None:
        done.append("thinks")

    reply, problem = await meanwhile.answered(house, SAID, speak, think)
    assert (reply.text, problem) == ("Three.", None)
    assert done[:2] == ["One.", "Two."]


async def test_what_was_cut_short_is_told_with_what_was_said_before_it():
    house, meanwhile, begun = Talker(), Meanwhile(), asyncio.Event()

    async def speak(text: str) -> None:
        if text == "Two.":
            begun.set()
            await asyncio.Event().wait()

    async def think() -> None:
        return None

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        asked = group.create_task(meanwhile.answered(house, SAID, speak, think))
        await begun.wait()
        asked.cancel()
    assert meanwhile.whole("Two.", "Tw") == ("One. Two.", "One. Tw")
    assert meanwhile.whole("Three.", "Th") == ("One. Two. Three.", "One. Two. Th")
