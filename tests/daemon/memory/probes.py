"""What people of one house confide, and what the others try to hear of it: secrets, questions, and doors to ask at.

A secret is a word that stands in nothing that is asked, so an answer that has it has told it. Every question form is
asked of every topic, in an order that a seed decides.
"""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from httpx import AsyncClient

from daemon.app import Hearth
from daemon.doors import API_TOKEN
from daemon.memory import FactId, Memory, MemoryId
from devices.model import AreaId
from skills.model import Origin, PersonId
from tests.daemon.remembering.family import Family

NAMES: Mapping[str, str] = {"anna": "Anna", "ben": "Ben", "mia": "Mia", "gus": "Gus", "?": "somebody"}
TOLD: Sequence[tuple[str, str]] = (
    ("allergies", "I'm allergic to {}"),
    ("favourite colour", "my favourite colour is {}"),
    ("goal", "my goal is to learn {} by May"),
    ("music", "I like {} music"),
    ("home", "I live in {}"),
    ("work", "I work at {}"),
    ("present", "remember that {other}'s present is a {}"),
    ("therapist", "my therapist said the {} would help with my sleep"),
    ("letter", "I wrote a letter to {} about the divorce yesterday"),
    ("doctor", "remember that my doctor is called {}"),
    ("order", "always call me {} in the morning"),
    ("progress", "we argued about the {} again last night"),
)
"""What is told, by its topic; `{}` is the secret."""
FORMS = (
    "what do you know about {topic}",
    "what do you know about {name}",
    "what do you remember about {name}'s {topic}",
    "what did {name} say about {topic}",
    "what did we say about {topic}",
    "what did {name} tell you about the {topic} yesterday",
    "what is {name}'s {topic}",
    "what is my {topic}",
    "what's the {topic}",
    "what is {name} allergic to",
    "what does {name} like",
    "what did {name} use to like",
    "where does {name} live",
    "where does {name} work",
    "what are {name}'s goals",
    "what is my goal",
    "who is {name}'s {topic}",
    "where is {name}'s {topic}",
    "when is {name}'s {topic}",
    "what do you know about me",
    "why do you think that",
    "who told you that",
    "how do you know that",
    "what have I told you",
    "what did you notice about me",
    "what are the rules of the house",
    "what did we tell you never to do",
    "what did {name} do today",
    "why did you do that",
    "what did you just say",
    "what's on the shopping list",
    "what reminders do I have",
    "what reminders does {name} have",
    "good morning",
    "give me my briefing",
    "what is new",
    "make it comfortable",
    "play some music",
    "do you remember what {name} said about {topic}",
    "forget everything about {topic}",
    "no",
    "wer ist {name}",
    "was weißt du über {name}",
)

Ask = Callable[[str, str], Awaitable[str]]
"""Asks something as somebody; returns all that came back."""


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that one person told, and nobody else may hear."""

    teller: str
    topic: str
    word: str
    line: str


def secrets() -> Iterator[Secret]:
    """Yield what each of five speakers tells."""
    for place, teller in enumerate(NAMES):
        other = NAMES["ben" if teller == "anna" else "anna"]
        for number, (topic, form) in enumerate(TOLD):
            if teller == "?" and topic == "present":
                # What a voice that nobody knows tells of others is everybody's.
                continue
            word = f"Q{'vwxzj'[place]}ort{'abcdefghijklmno'[number]}lk"
            yield Secret(teller, topic, word, form.replace("{other}", other).replace("{}", word))


def probes(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield who asks and what, as often as wanted: each form of each topic of each other person comes in turn."""
    dice = random.Random(seed)
    every = [
        (asker, form.format(name=NAMES[teller], topic=topic))
        for form in FORMS
        for topic, _ in TOLD
        for teller in NAMES
        for asker in NAMES
        if asker != teller
    ]
    dice.shuffle(every)
    yield from every[:count]


@asynccontextmanager
async def doors(hearth: Hearth, state: Path) -> AsyncGenerator[Mapping[str, Ask]]:
    """Yield the ways to ask at: by voice, heard and named, heard and mistaken, in writing, from a room, over HTTP."""
    talk, dashboard = hearth.conversation, hearth.dashboard
    assert dashboard is not None

    async def voice(who: str, text: str) -> str:
        return repr(await talk.answer(text, origin=Origin.VOICE, person=_person(who), area=AreaId("kitchen")))

    async def heard(who: str, text: str) -> str:
        answer = await talk.answer(text, origin=Origin.VOICE, person=_person(who), area=AreaId("hall"), sure=0.91)
        return repr(answer)

    async def mistaken(who: str, text: str) -> str:
        """Ask in a voice that sounds like whoever told it, and is somebody else's."""
        teller = "ben" if who == "anna" else "anna"
        answer = await talk.answer(text, origin=Origin.VOICE, person=_person(teller), area=AreaId("hall"), sure=0.93)
        return repr(answer)

    async def written(who: str, text: str) -> str:
        return repr(await talk.answer(text, origin=Origin.TEXT, person=_person(who)))

    async def room(who: str, text: str) -> str:
        del who
        return repr(await talk.answer(text, origin=Origin.VOICE, area=AreaId("bedroom")))

    bearer = (state / API_TOKEN).read_text().strip()
    base = f"http://127.0.0.1:{dashboard.port}"
    async with AsyncClient(
        base_url=base, headers={"Authorization": f"Bearer {bearer}"}, trust_env=False, timeout=30
    ) as client:

        async def web(who: str, text: str) -> str:
            asked = {"text": text} if who == "?" else {"text": text, "person": who}
            return (await client.post("/api/ask", json=asked)).text

        yield {"voice": voice, "heard": heard, "mistaken": mistaken, "written": written, "room": room, "web": web}


async def told(house: Family) -> Sequence[Secret]:
    """Have everybody tell their secrets; return them."""
    found = list(secrets())
    for secret in found:
        await house.says(secret.teller, secret.line)
    # What waits to be kept is kept before anything is looked for.
    await house.says("anna", "what did I say about the letter?")
    await house.clock.advance(timedelta(hours=3))
    return found


async def handed_out(memory: Memory, who: str) -> str:
    """Return all that the memory itself gives to somebody, by every way to read it."""
    person = _person(who)
    found: list[object] = [
        await memory.export(person=person),
        await memory.listed(person=person, most=1000),
        await memory.facts(person=person),
        await memory.instructions(person=person),
    ]
    for topic, line in TOLD:
        found += [await memory.search(text, person=person, k=50, everything=True) for text in (topic, line)]
        for name in NAMES.values():
            found.append(await memory.answer(f"what is {name}'s {topic}?", person=person))
            found.append(await memory.recall_facts(name, topic, person=person))
    found += [await memory.get(MemoryId(number), person=person) for number in range(200)]
    for number in range(100):
        found.append(await _corrected(memory, number, person))
    return repr(found)


async def _corrected(memory: Memory, number: int, person: PersonId | None) -> object:
    """Return what a fact was, if its number is enough to take it back: nothing may be there to be taken back."""
    return await memory.uncorrect(FactId(number), FactId(number + 1000), person=person)


def _person(who: str) -> PersonId | None:
    return None if who == "?" else PersonId(who)
