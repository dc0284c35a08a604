"""Tests of `daemon.channels.door`: whoever pressed a button hears that it counts once it does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from daemon.channels import door
from daemon.channels.door import Door, NotTakenError
from daemon.notify.model import Answer, Answered
from tests.conformance.reach import ANN
from tests.doubles import START

SAID = Answered("hearth-7", Answer.DONE, "email", START, ANN)


async def _next(answers: AsyncGenerator[Answered]) -> Answered:
    return await anext(answers)


async def test_an_answer_is_taken_once_the_next_is_asked_for():
    way = Door()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group, aclosing(way.answers()) as answers:
        putting = group.create_task(way.put(SAID))
        came = await anext(answers)
        await asyncio.sleep(0)
        before = putting.done()
        asking = group.create_task(_next(answers))
        await putting
        asking.cancel()
        await asyncio.wait([asking])
    assert (came, before) == (SAID, False)


async def test_an_answer_that_nobody_takes_is_not_thanked_for(monkeypatch: pytest.MonkeyPatch):
    """A button said "thank you" although the answer was never written down."""
    monkeypatch.setattr(door, "TAKE_S", 0.01)
    with pytest.raises(NotTakenError, match="not written down yet"):
        await Door().put(SAID)
