"""What every model must do, the real one over HTTP and the doubles alike."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import pytest

from daemon.reasoner.errors import ModelError, UnreachableError
from daemon.reasoner.model import Message, Model, Prompt
from daemon.reasoner.ollama import Ollama
from daemon.reasoner.patience import Patience
from tests.daemon.reasoner.models import FunctionModel, ScriptedModel
from tests.daemon.reasoner.servers import ANSWER, ollama
from tests.doubles import ManualClock

KINDS = ("scripted", "function", "ollama", "patient")
PROMPT = Prompt((Message("user", "Hello."),), {"type": "object"})


@asynccontextmanager
async def of_kind(kind: str) -> AsyncGenerator[Model]:
    """Open a model that gives the same answer twice."""
    match kind:
        case "scripted":
            yield ScriptedModel(ANSWER, ANSWER)
        case "function":
            yield FunctionModel(lambda prompt: ANSWER)
        case "patient":
            yield Patience(ScriptedModel(ANSWER, ANSWER), ManualClock().monotonic)
        case _:
            async with ollama() as server:
                model = Ollama(server.url, "tiny")
                yield model
                await model.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_the_pieces_are_the_answer_each_time(kind: str):
    async with of_kind(kind) as model:
        answers = ["".join([piece async for piece in model.complete(PROMPT)]) for _ in range(2)]
    assert answers == [ANSWER, ANSWER]


@pytest.mark.parametrize("kind", KINDS)
async def test_who_leaves_early_can_ask_again(kind: str):
    async with of_kind(kind) as model:
        async with aclosing(model.complete(PROMPT)) as pieces:
            await anext(pieces)
        assert "".join([piece async for piece in model.complete(PROMPT)]) == ANSWER


@pytest.mark.parametrize("kind", KINDS)
async def test_it_can_be_warmed_and_closed_more_than_once(kind: str):
    async with of_kind(kind) as model:
        await model.warm()
        await model.close()
        await model.close()


@pytest.mark.parametrize("kind", ["scripted", "ollama", "patient"])
async def test_what_goes_wrong_is_one_of_our_errors(kind: str):
    away = UnreachableError("away")
    model: Model = ScriptedModel(away) if kind != "ollama" else Ollama("http://127.0.0.1:9", "tiny")
    model = Patience(model, ManualClock().monotonic) if kind == "patient" else model
    with pytest.raises(ModelError):
        await anext(model.complete(PROMPT))
    await model.close()
