"""A model that fails is left alone for a while, and one that is busy keeps nobody waiting."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from daemon.reasoner.errors import BusyError, MissingError, ModelError, OverdueError, UnreachableError
from daemon.reasoner.model import Message, Model, Prompt
from daemon.reasoner.patience import FAILURES, PAUSE_S, Patience
from tests.daemon.reasoner.models import ScriptedModel
from tests.doubles import ManualClock

PROMPT = Prompt((Message("user", "Hello."),))


async def answer_of(model: Model) -> str:
    """Return a whole answer."""
    return "".join([piece async for piece in model.complete(PROMPT)])


async def failures(model: Model, times: int) -> list[type[ModelError]]:
    """Ask that often; return what went wrong."""
    found: list[type[ModelError]] = []
    for _ in range(times):
        with pytest.raises(ModelError) as told:
            await answer_of(model)
        found.append(type(told.value))
    return found


async def test_after_failures_in_a_row_it_is_left_alone_then_tried_once():
    scripted = ScriptedModel(*[OverdueError("slow")] * (FAILURES + 1), "well")
    clock = ManualClock()
    model = Patience(scripted, clock.monotonic)
    assert await failures(model, FAILURES + 2) == [OverdueError] * FAILURES + [UnreachableError] * 2
    assert len(scripted.asked) == FAILURES
    await clock.advance(PAUSE_S + 1)
    assert await failures(model, 2) == [OverdueError, UnreachableError]
    await clock.advance(PAUSE_S + 1)
    assert await failures(model, 1) == [UnreachableError], "the second pause is longer"
    await clock.advance(PAUSE_S + 1)
    assert await answer_of(model) == "well"
    assert model.problem is None


async def test_a_missing_model_is_told_each_time():
    model = Patience(ScriptedModel(*[MissingError("none")] * 6), ManualClock().monotonic)
    assert await failures(model, 6) == [MissingError] * 6
    assert isinstance(model.problem, MissingError)


class Slow:
    """A model that answers when it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()

    async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        await self.let.wait()
        yield "well"

    async def warm(self) -> None:
        return None

    async def close(self) -> None:
        return None


async def test_an_answer_that_trickles_in_for_ever_counts_as_a_failure():
    model = Patience(Slow(), ManualClock().monotonic, total_s=0.05)
    assert await failures(model, FAILURES + 1) == [OverdueError] * FAILURES + [UnreachableError]


async def test_one_waits_behind_the_one_who_is_served_and_others_are_told_at_once():
    slow = Slow()
    model = Patience(slow, ManualClock().monotonic)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        asked = [group.create_task(answer_of(model)) for _ in range(2)]
        await asyncio.sleep(0)
        assert await failures(model, 1) == [BusyError]
        slow.let.set()
    assert [task.result() for task in asked] == ["well", "well"]
