"""Embedders: the one that is always there, Ollama's over its wire format, and going from one to the other."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest

from daemon.memory import EmbeddingError, Memory, OllamaEmbedder, StaticEmbedder
from daemon.memory.ollama import RESTS_S
from tests.daemon.memory.house import memory_in, said
from tests.doubles import ManualClock

URL = "http://ollama.invalid:11434"
MEANINGS = ("boiler", "cat", "music", "garden")


def embedded(request: httpx.Request) -> httpx.Response:
    """Answer as Ollama 0.12 does: a vector a text, here of 64 dimensions, one for each thing that is spoken of."""
    asked = json.loads(request.content)
    assert (request.url.path, asked["model"]) == ("/api/embed", "tiny")
    rows = [[float(word in text.lower()) for word in MEANINGS] + [0.1] * 60 for text in asked["input"]]
    return httpx.Response(200, json={"model": "tiny", "embeddings": rows})


@asynccontextmanager
async def ollama(
    answer: Callable[[httpx.Request], httpx.Response], clock: ManualClock | None = None
) -> AsyncGenerator[OllamaEmbedder]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        yield OllamaEmbedder(URL, "tiny", (clock or ManualClock()).monotonic, lambda: client)


def test_the_static_embedder_knows_what_is_near():
    one, near, far, nothing = StaticEmbedder().vectors(["a small dog", "the little puppy", "tax return", "☃"])
    assert one @ near > 0.4 > one @ far
    assert np.isclose(np.linalg.norm(one), 1)
    assert not nothing.any()


def test_a_word_that_is_too_long_has_no_vector():
    assert not StaticEmbedder().words(["a" * 10_000]).any()


async def test_ollama_answers_with_vectors_of_length_one():
    async with ollama(embedded) as embedder:
        found = await embedder.embed([f"the boiler {number}" for number in range(100)])
    assert found.shape == (100, 64)
    assert np.allclose(np.linalg.norm(found, axis=1), 1)


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, b""),
        (200, b"no json"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"embeddings": [[1.0], [1.0]]}'),
        (200, b'{"embeddings": [["a", null]]}'),
        (200, b'{"embeddings": [[]]}'),
        (200, b'{"embeddings": [[NaN, 1.0]]}'),
    ],
)
async def test_what_is_no_vector_is_refused_and_ollama_rests(status: int, content: bytes):
    asked = list[httpx.Request]()

    def counting(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, content=content)

    clock = ManualClock()
    async with ollama(counting, clock) as embedder:
        for _ in range(3):
            with pytest.raises(EmbeddingError):
                await embedder.embed(["boiler"])
        assert len(asked) == 1
        await clock.advance(RESTS_S)
        with pytest.raises(EmbeddingError):
            await embedder.embed(["boiler"])
        assert len(asked) == 2


@pytest.mark.parametrize("url", ["http://[", "127.0.0.1:9", "ftp://127.0.0.1"])
async def test_an_address_where_nothing_is_says_so(url: str):
    embedder = OllamaEmbedder(url, "tiny", ManualClock().monotonic)
    with pytest.raises(EmbeddingError):
        await embedder.embed(["boiler"])
    assert embedder.problem
    await embedder.close()


async def found(memory: Memory, question: str) -> list[str]:
    return [hit.text for hit in await memory.search(question)]


async def test_another_embedder_takes_over_and_words_do_until_then(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([said("The boiler hums"), said("The cat sleeps")])
    async with ollama(embedded) as embedder, memory_in(tmp_path, embedder=embedder) as memory:
        assert await found(memory, "the boiler hums") == ["The boiler hums"]
        assert await memory.embed_missing() == 2
        assert await memory.embed_missing() == 0
        hits = await memory.search("cat", everything=True)
        assert hits[0].text == "The cat sleeps"
        await memory.add(said("The music plays"))
        assert (await found(memory, "music plays"))[0] == "The music plays"


async def test_an_ollama_that_comes_late_is_taken_up(tmp_path: Path):
    away = True

    def sometimes(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if away else embedded(request)

    clock = ManualClock()
    async with ollama(sometimes, clock) as embedder, memory_in(tmp_path, embedder=embedder) as memory:
        await memory.import_batch([said("The garden blooms"), said("The cat sleeps")])
        assert await found(memory, "garden blooms") == ["The garden blooms"]
        away = False
        await clock.advance(RESTS_S)
        assert await memory.embed_missing() == 2
        hits = await memory.search("garden", everything=True)
        assert hits[0].text == "The garden blooms"


async def test_what_is_kept_while_ollama_is_away_gets_its_vector_later(tmp_path: Path):
    away = False

    def sometimes(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if away else embedded(request)

    clock = ManualClock()
    async with ollama(sometimes, clock) as embedder, memory_in(tmp_path, embedder=embedder) as memory:
        await memory.embed_missing()
        away = True
        await memory.add(said("The garden blooms"))
        assert await found(memory, "garden blooms") == ["The garden blooms"]
        assert await memory.embed_missing() == 0
        away = False
        await clock.advance(RESTS_S)
        assert await memory.embed_missing() == 1


async def test_nobody_who_tells_or_asks_something_asks_an_ollama_that_is_not_taken_up(tmp_path: Path):
    asked = list[httpx.Request]()

    def counting(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return embedded(request)

    async with ollama(counting) as embedder, memory_in(tmp_path, embedder=embedder) as memory:
        await memory.add(said("The garden blooms"))
        assert await found(memory, "garden blooms") == ["The garden blooms"]
        assert not asked
        assert await memory.embed_missing() == 1
        assert asked


async def test_until_ollama_first_answers_the_own_vectors_do(tmp_path: Path):
    clock, away = ManualClock(), True

    def late(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if away else embedded(request)

    async with ollama(late, clock) as embedder, memory_in(tmp_path, embedder=embedder) as memory:
        await memory.import_batch([said("A small dog barks"), said("The tax return is due")])
        assert await memory.embed_missing() == 2
        hits = await memory.search("puppy", everything=True)
        assert hits[0].text == "A small dog barks"
        away = False
        await clock.advance(RESTS_S)
        assert await memory.embed_missing() == 2
        assert await memory.embed_missing() == 0
