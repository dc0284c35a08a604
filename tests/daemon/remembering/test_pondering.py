"""What a model concludes while nobody speaks: kept as inferred, asked about, forgotten with its source, and stopped."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.app.reasoning import Reasoning
from daemon.reasoner.errors import UnreachableError
from daemon.reasoner.model import Model, Prompt
from tests.daemon.reasoner.models import FunctionModel, texts_of
from tests.daemon.remembering.family import Family, family
from tests.daemon.remembering.household import keep_on

BREAD = "honestly I love fresh bread on Sundays"
LIKES = {"about": "speaker", "relation": "likes", "object": "fresh bread"}


def proposing(*facts: dict[str, str]) -> Callable[[Prompt], str]:
    """Return what always answers with the same proposals."""
    return lambda _: json.dumps({"facts": list(facts)})


class Asked(FunctionModel):
    """Answers by a function, and keeps what it was asked."""

    def __init__(self, answer: Callable[[Prompt], str]) -> None:
        super().__init__(self._noted)
        self._by, self.about = answer, list[str]()

    def _noted(self, prompt: Prompt) -> str:
        self.about.append(texts_of(prompt)[-1])
        return self._by(prompt)


@asynccontextmanager
async def idle(state: Path, model: Model, patch: pytest.MonkeyPatch) -> AsyncGenerator[Family]:
    """Yield a family in whose house a model concludes when nobody speaks."""

    @asynccontextmanager
    async def only(*_: object) -> AsyncGenerator[Reasoning]:
        yield Reasoning(model=model)

    patch.setattr("daemon.app.hearth.reasoning", only)
    async with family(state) as house, asyncio.TaskGroup() as group:
        runs = [one.run for one in house.hearth.runs if one.name in ("pondering", "episodes")]
        tasks = [group.create_task(keep_on(run)) for run in runs]
        await house.clock.until_sleeping()
        yield house
        for task in tasks:
            task.cancel()


async def rest(house: Family, minutes: int = 33) -> None:
    """Let nobody speak for a while, and let be done what is due meanwhile."""
    for _ in range(3):
        await house.clock.advance(timedelta(minutes=minutes / 3))
        for _ in range(20):
            await asyncio.sleep(0.001)


async def known(house: Family, who: str) -> str:
    return await house.says(who, "what do you know about me?")


async def test_what_a_model_concludes_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with idle(tmp_path, FunctionModel(proposing(LIKES)), monkeypatch) as house:
        await house.says("ben", BREAD)
        await rest(house)
        assert await known(house, "ben") == "You like fresh bread, if I understood you right."
        assert "fresh bread" not in await known(house, "anna")
        assert "honestly" in await house.says("ben", "why do you think that?")


async def test_it_is_asked_about_the_next_day_and_counts_from_the_yes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with idle(tmp_path, FunctionModel(proposing(LIKES)), monkeypatch) as house:
        await house.says("ben", BREAD)
        await rest(house)
        await house.clock.advance(timedelta(hours=22))
        assert "Shall I remember that?" in await house.says("ben", "turn on the lamp")
        await house.says("ben", "yes")
        assert await known(house, "ben") == "You like fresh bread."


async def test_it_is_forgotten_with_the_words_it_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with idle(tmp_path, FunctionModel(proposing(LIKES)), monkeypatch) as house:
        await house.says("ben", BREAD)
        await rest(house)
        await house.says("ben", "forget what I said about bread")
        await house.says("ben", "yes")
        assert "bread" not in await known(house, "ben")
        await rest(house)
        assert "bread" not in await known(house, "ben")


async def test_a_model_is_not_asked_about_what_is_nobodys_to_conclude_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Asked(proposing(LIKES))
    async with idle(tmp_path, model, monkeypatch) as house:
        await house.plays(f"""
            gus: {BREAD}
            ?: {BREAD}
            mia: would I love fresh bread on Sundays
            mia: remember that the spare key is in the shed
            mia: turn on the lamp
            ben: stop drawing conclusions about me
            ben: {BREAD}
            anna: don't remember this
            anna: {BREAD}
            """)
        await rest(house)
        assert model.about == []
        assert "conclude nothing from what you say" in await known(house, "ben")


async def test_a_lying_model_teaches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lies = ({"about": "speaker", "relation": "likes", "object": "Initech"}, {**LIKES, "relation": "dislikes"})
    async with idle(tmp_path, FunctionModel(proposing(*lies)), monkeypatch) as house:
        await house.says("ben", BREAD)
        await rest(house)
        assert "not told me anything" in await known(house, "ben")


async def test_nothing_is_asked_while_somebody_talks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Asked(proposing(LIKES))
    async with idle(tmp_path, model, monkeypatch) as house:
        await house.says("ben", BREAD)
        for _ in range(6):
            await rest(house, 6)
            await house.says("anna", "turn on the lamp")
        assert model.about == []
        await rest(house)
        assert model.about == [BREAD]


class Endless(FunctionModel):
    """Answers never, and notes when that is given up."""

    def __init__(self) -> None:
        super().__init__(lambda _: "")
        self.began, self.ended = asyncio.Event(), asyncio.Event()

    async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        self.began.set()
        try:
            await asyncio.Event().wait()
            yield ""
        finally:
            self.ended.set()


async def test_who_speaks_ends_it_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Endless()
    async with idle(tmp_path, model, monkeypatch) as house:
        await house.says("ben", BREAD)
        await rest(house)
        await asyncio.wait_for(model.began.wait(), 5)
        assert not model.ended.is_set()
        await house.says("anna", "turn on the lamp")
        await asyncio.wait_for(model.ended.wait(), 5)


async def test_a_model_that_is_away_is_asked_another_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = [True]

    def answer(_: Prompt) -> str:
        if away[0]:
            raise UnreachableError("it is away")
        return proposing(LIKES)(_)

    async with idle(tmp_path, FunctionModel(answer), monkeypatch) as house:
        await house.says("ben", BREAD)
        await rest(house)
        assert "not told me anything" in await known(house, "ben")
        away[0] = False
        await rest(house)
        assert "fresh bread" in await known(house, "ben")


async def test_without_a_model_nothing_runs(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        assert "pondering" not in [one.name for one in house.hearth.runs]
