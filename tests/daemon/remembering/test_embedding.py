"""Vectors from Ollama for a house that is running: taken up while nobody speaks, waited for by nobody."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from daemon.config import Config, ConfigError
from daemon.config.machines import OllamaSection
from daemon.conversation import Answer, Status
from daemon.household import Household
from daemon.memory import Memory, OllamaEmbedder
from daemon.memory.ollama import RESTS_S
from daemon.remembering import Opening
from daemon.remembering.embedding import LOOK_S, Embedding
from daemon.store import Store
from daemon.supervise import Condition
from skills.model import Cause, CauseId, Origin, Utterance
from tests.daemon.memory.house import said
from tests.daemon.test_app import daemon
from tests.doubles import START, ManualClock

MEANINGS = ("boiler", "garden")


class Server:
    """An Ollama with one small embedding model."""

    def __init__(self) -> None:
        self.away = False
        self.texts = list[str]()

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            return httpx.Response(404, json={"error": "model not found"})
        asked = json.loads(request.content)["input"]
        self.texts += asked
        rows = [[float(word in text.lower()) for word in MEANINGS] + [0.1] * 62 for text in asked]
        return httpx.Response(200, json={"embeddings": rows})


@asynccontextmanager
async def embedding(folder: Path, server: Server, clock: ManualClock) -> AsyncGenerator[tuple[Embedding, Memory]]:
    def connect() -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(server.answer))

    embedder = OllamaEmbedder("http://ollama.invalid", "tiny", clock.monotonic, connect)
    async with Store.open(folder / "hearth.db", clock) as store:
        opening = Opening(lambda: Memory(store, clock, embedder=embedder), Household())
        yield Embedding(opening, embedder, store, clock), await opening.memory()
        await embedder.close()


async def test_what_was_said_gets_its_vector_once_nobody_speaks(tmp_path: Path):
    clock, server = ManualClock(), Server()
    async with embedding(tmp_path, server, clock) as (embedding_, memory):
        await memory.add(said("The boiler hums"))
        cause = Cause(CauseId("1"), Origin.TEXT)
        embedding_.note(Utterance("hello", START, cause, None, "en"), Answer("Hello.", Status.ANSWERED))
        await embedding_.look()
        assert not server.texts
        await clock.advance(LOOK_S)
        await embedding_.look()
        assert "The boiler hums" in server.texts
        assert embedding_.health().condition is Condition.FINE


async def test_a_house_that_remembers_nothing_only_loads_the_model(tmp_path: Path):
    server = Server()
    async with embedding(tmp_path, server, ManualClock()) as (embedding_, _):
        assert embedding_.health().condition is Condition.DEGRADED
        await embedding_.look()
        assert set(server.texts) == {"hello"}
        await embedding_.look()
        assert len(server.texts) == 2


async def test_a_server_that_is_away_is_told_and_tried_again(tmp_path: Path):
    clock, server = ManualClock(), Server()
    server.away = True
    async with embedding(tmp_path, server, clock) as (embedding_, memory):
        await memory.add(said("The boiler hums"))
        await embedding_.look()
        row = embedding_.health()
        assert (row.condition, "404" in row.detail) == (Condition.DEGRADED, True)
        assert [hit.text for hit in await memory.search("boiler hums")] == ["The boiler hums"]
        server.away = False
        await clock.advance(RESTS_S)
        await embedding_.look()
        assert (embedding_.health().condition, "The boiler hums" in server.texts) == (Condition.FINE, True)


async def test_the_memory_tells_no_server_outside_the_house(tmp_path: Path):
    config = Config(ollama=OllamaSection(url="https://ollama.com", embed="nomic-embed-text"))
    with pytest.raises(ConfigError, match=r"ollama\.remote"):
        async with daemon(tmp_path, config):
            pass


async def test_a_server_that_is_away_keeps_no_house_from_starting(tmp_path: Path):
    config = Config(ollama=OllamaSection(url="http://127.0.0.1:9", embed="nomic-embed-text"))
    async with daemon(tmp_path, config) as (hearth, _):
        assert "embedder" in [row.part for row in hearth.table.rows()]
        answer = await hearth.conversation.answer("remember that the boiler is red", origin=Origin.TEXT)
        assert answer.status is Status.DONE
