"""Every way in which a model's server goes wrong ends in an error of ours, and in time."""

import asyncio
from contextlib import aclosing

import pytest

from daemon.reasoner.errors import (
    BusyError,
    CutOffError,
    ForeignError,
    GarbledError,
    MissingError,
    ModelError,
    OverdueError,
    OverlongError,
    UnableError,
    UnreachableError,
)
from daemon.reasoner.model import Message, Prompt
from daemon.reasoner.ollama import Ollama, Waits
from tests.daemon.reasoner.servers import ANSWER, ollama

PROMPT = Prompt((Message("system", "Rules."), Message("user", "Hello.")), {"type": "object"})
WAITS = Waits(connect_s=1, first_s=1, next_s=0.3, warm_s=1)


async def answer_of(model: Ollama, prompt: Prompt = PROMPT) -> str:
    """Return a whole answer."""
    try:
        async with aclosing(model.complete(prompt)) as pieces:
            return "".join([piece async for piece in pieces])
    finally:
        await model.close()


async def test_an_answer_comes_in_pieces_and_what_is_asked_is_what_was_meant(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OLLAMA_API_KEY", "secret")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with ollama("sound") as server, asyncio.timeout(10):
        assert await answer_of(Ollama(server.url, "tiny", waits=WAITS)) == ANSWER
    (asked,) = server.asked
    assert asked["messages"] == [
        {"role": "system", "content": "Rules."},
        {"role": "user", "content": "Hello."},
    ]
    assert (asked["format"], asked["think"], asked["stream"]) == ({"type": "object"}, False, True)
    assert asked["options"] == {"num_ctx": 8192, "num_predict": 400, "temperature": 0.0}
    assert "secret" not in server.headers[0]


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("missing", MissingError),
        ("busy", BusyError),
        ("unable", UnableError),
        ("engine", UnableError),
        ("too-long", OverlongError),
        ("truncated", OverlongError),
        ("broken", GarbledError),
        ("proxy", GarbledError),
        ("garbage", GarbledError),
        ("foreign", GarbledError),
        ("loop", GarbledError),
        ("empty", CutOffError),
        ("half", CutOffError),
        ("mid-error", CutOffError),
        ("cut-short", CutOffError),
        ("hang", OverdueError),
        ("stall", OverdueError),
    ],
)
async def test_a_fault_of_the_server_is_an_error_that_names_it(mode: str, error: type[ModelError]):
    async with ollama(mode) as server, asyncio.timeout(10):
        with pytest.raises(error) as told:
            await answer_of(Ollama(server.url, "tiny", waits=WAITS))
    assert "tiny" in str(told.value) or server.url in str(told.value) or "ollama.context" in str(told.value)


async def test_nobody_there_is_told_at_once_with_the_remedy():
    with pytest.raises(UnreachableError, match=r"start Ollama, or set ollama\.url"):
        await answer_of(Ollama("http://127.0.0.1:9", "tiny", waits=WAITS))


async def test_who_stops_listening_ends_the_generation():
    async with ollama("stall") as server, asyncio.timeout(10):
        model = Ollama(server.url, "tiny", waits=WAITS)
        pieces = model.complete(PROMPT)
        assert await anext(pieces)
        await pieces.aclose()
        await model.close()
        await server.dropped.wait()


async def test_what_does_not_fit_is_not_sent():
    async with ollama("sound") as server:
        with pytest.raises(OverlongError, match=r"ollama\.context"):
            await answer_of(Ollama(server.url, "tiny", waits=WAITS), Prompt((Message("user", "word " * 8_000),)))
        assert server.asked == []


@pytest.mark.parametrize(
    ("url", "model"),
    [
        ("http://127.0.0.1:11434", "gpt-oss:120b-cloud"),
        ("http://127.0.0.1:11434", "minimax:cloud"),
        ("https://ollama.com", "qwen3"),
        ("http://8.8.8.8:11434", "qwen3"),
    ],
)
def test_words_do_not_leave_the_house_unless_the_owner_says_so(url: str, model: str):
    with pytest.raises(ForeignError, match=r"ollama\.remote"):
        Ollama(url, model)
    Ollama(url, model, remote=True)


@pytest.mark.parametrize("url", ["http://192.168.1.5:11434", "http://nas.lan:11434", "http://nas:11434", "localhost"])
def test_a_machine_in_the_house_needs_no_word(url: str):
    Ollama(url, "qwen3:4b")


async def test_warming_loads_the_model_and_nothing_else():
    async with ollama("sound") as server, asyncio.timeout(10):
        model = Ollama(server.url, "tiny", waits=WAITS)
        await model.warm()
        await model.close()
    assert (server.asked[0]["messages"], server.asked[0]["keep_alive"]) == ([], "30m")
