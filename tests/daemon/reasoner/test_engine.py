"""A real engine, sound and in every way in which it goes wrong: a turn ends in words, lights obey, nothing goes on."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from daemon.config import Config
from daemon.config.machines import OllamaSection
from daemon.conversation.talk import TURN_S
from daemon.reasoner.model import Message, Prompt
from daemon.reasoner.ollama import Ollama
from tests.daemon.reasoner.engine import FAULTS, Engine, engine
from tests.daemon.test_app import daemon, say
from tests.daemon.test_reasoning import GLOOMY

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

FORM = {
    "type": "object",
    "properties": {"kind": {"type": "string", "enum": ["do", "no"]}, "key": {"type": "string", "enum": ["e1", "e2"]}},
    "required": ["kind", "key"],
}
ENDLESS = Prompt(
    (Message("user", "count"),), {"type": "array", "items": {"enum": ["e1", "e2"]}, "minItems": 400}, 4_000
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def llama() -> AsyncGenerator[Engine]:
    """Run the engine once."""
    async with engine() as found:
        yield found


async def test_an_answer_has_the_form_that_was_asked_for(llama: Engine):
    model = Ollama(llama.url, "tiny")
    await model.warm()
    answer = "".join([piece async for piece in model.complete(Prompt((Message("user", "hello"),), FORM))])
    await model.close()
    assert set(json.loads(answer)) == {"kind", "key"}


async def test_who_leaves_frees_the_engine(llama: Engine):
    model = Ollama(llama.url, "tiny")
    async with aclosing(model.complete(ENDLESS)) as pieces:
        await anext(pieces)
        assert await llama.busy() == 1
    await llama.until_free()
    await model.close()


@pytest.mark.timeout(90)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_turn_ends_in_words_and_lights_obey(llama: Engine, tmp_path: Path, fault: str):
    config = Config(ollama=OllamaSection(url=llama.url, model=f"tiny:{fault}"))
    async with daemon(tmp_path, config) as (hearth, twin):
        answer = await say(hearth, GLOOMY)
        lamp = await say(hearth, "turn on the desk lamp")
        await llama.until_free()
    assert answer.reply
    assert answer.timings_ms["total"] < TURN_S * 1000
    assert (lamp.status, lamp.route, len(twin.sent)) == ("done", "grammar", 1)
