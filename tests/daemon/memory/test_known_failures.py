"""What memories of assistants are known to fail at, over 32 days: junk that grows, what was recalled learned again,
corrections that do not correct, deletes that come back. The days are thrown with dice; no rule was written for a seed.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.memory import Memory, Note, Selection
from tests.daemon.memory.house import ANNA, memory_in, said
from tests.daemon.memory.lives import CITIES, COLOURS, FOODS
from tests.doubles import START, ManualClock

DAYS = 32
ANSWERS = ("You like {}.", "You told me that you like {}.", "I remember: you like {} and live in Atlantis.")
"""What an assistant says with what it recalled, once with something that nobody ever told."""
WRONG = ("No, actually I live in {}.", "Sorry, I live in {}.", "Wait, that's wrong. I live in {}.")
PRIVATE = ("the zyxquill in my knee hurts", "I saw the zyxquill doctor", "my zyxquill is a secret")


@dataclass(slots=True)
class Truth:
    """What holds at the end."""

    likes: set[str] = field(default_factory=set[str])
    home: str = ""


async def lived(memory: Memory, clock: ManualClock, dice: random.Random) -> Truth:
    """Live 32 days with the memory; return what is so after them."""
    truth, foods = Truth(), dice.sample(FOODS, 4)
    for day in range(DAYS):
        food = dice.choice(foods)
        truth.likes.add(food)
        await memory.take_in(_told(f"I like {food}.", clock))
        for hit in await memory.search(f"do I like {food}?", person=ANNA, k=2):
            answer = replace(_told(f"{dice.choice(ANSWERS).format(food)} {hit.text}", clock), speaker="Hearth")
            await memory.take_in(replace(answer, tainted=True))
        if day % 8 == 0:
            wrong, truth.home = dice.sample(CITIES, 2)
            await memory.take_in(_told(f"I live in {wrong}.", clock))
            await clock.advance(60)
            await memory.take_in(_told(dice.choice(WRONG).format(truth.home), clock))
        if day % 5 == 0:
            await memory.take_in(_told(dice.choice(PRIVATE), clock))
            await memory.take_in(_told(f"my favourite colour is {dice.choice(COLOURS)} now", clock))
            await memory.forget(Selection(topic="zyxquill"), person=ANNA)
        await clock.advance(timedelta(days=1))
        await memory.merge(before=clock.now() - timedelta(hours=12))
        await memory.sweep()
        await memory.embed_missing()
    return truth


def _told(text: str, clock: ManualClock) -> Note:
    return replace(said(text, ANNA, at=clock.now()), expires_at=clock.now() + timedelta(days=730))


@pytest.mark.parametrize("seed", [9001, 9002, 9003])
async def test_a_month_of_talk_leaves_what_is_so_and_nothing_else(tmp_path: Path, seed: int):
    clock = ManualClock(START)
    async with memory_in(tmp_path, clock=clock) as memory:
        truth = await lived(memory, clock, random.Random(seed))
        size = len(await memory.facts(person=ANNA))
    async with memory_in(tmp_path, clock=clock) as memory:
        facts = await memory.facts(person=ANNA)
        home = await memory.answer("Where do I live?", person=ANNA)
        assert home is not None
        assert [fact.object for fact in home.facts] == [truth.home]
        assert "Atlantis" not in repr(facts)
        likes = [fact.object for fact in facts if fact.relation == "likes"]
        assert sorted(likes) == sorted(truth.likes)
        assert len(facts) == size <= 20
        assert "zyxquill" not in repr(await memory.export(person=ANNA))
        assert "zyxquill" not in repr(await memory.search("zyxquill knee doctor", person=ANNA, k=50, everything=True))
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"zyxquill" in path.read_bytes()]
