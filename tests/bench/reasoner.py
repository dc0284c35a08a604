"""A model's turn without the model: our part of it in a large house that remembers much, and lights beside broken ones.

The overhead is that of everything around a model that answers at once, HTTP and its double in the same process among
it. The ratio is that of light commands while somebody waits for a model that goes wrong to those while nobody does, in
turns within one run; for that it needs the real engine. What it is for two houses without a model, "none", tells how
much the machine adds by itself.
"""

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.app import Hearth
from daemon.clock import SystemClock
from daemon.config import Config
from daemon.config.machines import OllamaSection
from daemon.memory import Memory
from daemon.store import Store
from devices.model import Area, AreaId, Capability, Entity, EntityId
from devices.twin import Twin
from skills.model import Origin, PersonId
from tests.bench.memory import COUNT, keep
from tests.daemon.reasoner.attacked import NoPast
from tests.daemon.reasoner.engine import FAULTS, engine
from tests.daemon.reasoner.servers import ollama
from tests.daemon.test_app import daemon

THINGS, ROOMS, TURNS = 2_000, 40, 200
BLOCKS, EACH = 30, 20
KINDS = {
    "light": Capability.ON_OFF,
    "switch": Capability.ON_OFF,
    "cover": Capability.OPEN_CLOSE,
    "fan": Capability.ON_OFF,
    "climate": Capability.TARGET_TEMPERATURE,
}


async def measure() -> dict[str, float]:
    """Return milliseconds of our part of a turn, and how much slower lights are beside each fault of a model."""
    return {**await _overhead(), **await _beside_faults()}


async def _overhead() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        async with Store.open(Path(name) / "hearth.db", SystemClock()) as store:
            memory = Memory(store, SystemClock())
            await memory.begin()
            await keep(memory, COUNT)
        async with (
            ollama(answer=_proposal, deadline_s=600) as server,
            daemon(Path(name), Config(ollama=OllamaSection(url=server.url, model="made"))) as (hearth, twin),
        ):
            _furnish(hearth, twin)
            spent_ms, cpu_ms = list[float](), list[float]()
            for number in range(TURNS):
                text = f"somehow it is so terribly gloomy in {_room(number % ROOMS)} today, take {number}"
                began, cpu = time.perf_counter(), time.process_time()
                answer = await hearth.conversation.answer(text, origin=Origin.TEXT, person=PersonId(f"p{number}"))
                spent_ms.append((time.perf_counter() - began) * 1000)
                cpu_ms.append((time.process_time() - cpu) * 1000)
                assert answer.route == "reasoner", answer
    return {
        f"{THINGS} things, {COUNT} memories, our part of a model's turn, p50 ms": _share(spent_ms[10:], 0.5),
        f"{THINGS} things, {COUNT} memories, our part of a model's turn, p95 ms": _share(spent_ms[10:], 0.95),
        f"{THINGS} things, {COUNT} memories, our part of a model's turn, p95 CPU ms": _share(cpu_ms[10:], 0.95),
    }


async def _beside_faults() -> dict[str, float]:
    figures: dict[str, float] = {}
    try:
        async with engine() as found:
            for fault in ("none", *FAULTS):
                config = Config(ollama=OllamaSection(url=found.url, model=f"tiny:{fault}"))
                half, most = await _ratio_with(Config() if fault == "none" else config)
                figures[f"lights beside a model: {fault}, p50 as many times"] = half
                figures[f"lights beside a model: {fault}, p95 as many times"] = most
                await found.until_free()
    except pytest.skip.Exception as error:
        print(error)
    return figures


async def _ratio_with(config: Config) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        async with (
            daemon(Path(one), config) as (broken, twin),
            daemon(Path(other), Config()) as (without, still),
        ):
            _furnish(broken, twin)
            _furnish(without, still)
            return await _ratio(broken, without)


async def _ratio(broken: Hearth, without: Hearth) -> tuple[float, float]:
    """Return how many times as long a light takes as without a model, p50 and p95, in turns, beside the same talk."""
    spent: tuple[list[float], list[float]] = ([], [])
    for house in (broken, without):
        # Has the names learned, without a deadline.
        await house.conversation.explain(f"turn on {_name(0)}")
    for block in range(BLOCKS):
        # Whoever is first finds the processor as the one before left it.
        for number in (0, 1) if block % 2 else (1, 0):
            came_ms = await _beside((broken, without)[number])
            spent[number].extend(came_ms if block else [])
    half, most = (_share(spent[0], share) / _share(spent[1], share) for share in (0.5, 0.95))
    return half, most


async def _beside(hearth: Hearth) -> list[float]:
    """Return what lights take while somebody else says what no sentence covers."""
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(hearth.conversation.answer("the mood is gloomy somehow", origin=Origin.TEXT))
        await asyncio.sleep(0.05)
        spent_ms = await _lights(hearth)
        waiting.cancel()
    return spent_ms


async def _lights(hearth: Hearth) -> list[float]:
    spent_ms: list[float] = []
    for number in range(EACH):
        began = time.perf_counter()
        text = f"turn {('on', 'off')[number % 2]} {_name(0)}"
        answer = await hearth.conversation.answer(text, origin=Origin.TEXT, person=PersonId("other"))
        spent_ms.append((time.perf_counter() - began) * 1000)
        assert answer.status == "done", answer
    return spent_ms


def _furnish(hearth: Hearth, twin: Twin) -> None:
    """Put the things into the house."""
    hearth.conversation.recall(NoPast())
    hearth.home.lay_out([], [Area(AreaId(f"room{number}"), _room(number)) for number in range(ROOMS)])
    kinds = list(KINDS)
    for number in range(THINGS):
        kind = kinds[number % len(kinds)]
        thing, area = EntityId(f"{kind}.thing{number}"), AreaId(f"room{number % ROOMS}")
        hearth.home.add(Entity(thing, _name(number), kind, area=area, capabilities=frozenset({KINDS[kind]})))
        hearth.home.observe(thing, "off", at=datetime.now(UTC))
    assert twin.home is hearth.home


def _proposal(system: str) -> str:
    """Return the answer that looks at the first thing that is offered."""
    key = re.search(r"^- (e\d+),", system, re.MULTILINE)
    steps = [{"tool": "look", "things": [key.group(1)] if key else [], "value": ""}]
    return json.dumps({"kind": "do", "steps": steps, "say": ""})


def _name(number: int) -> str:
    return f"{_word(number)} Device"


def _room(number: int) -> str:
    return f"{_word(number + 7_000)} Room"


def _word(number: int) -> str:
    """Return a word of its own for a number, that can be spoken."""
    syllables = ("ba", "ke", "li", "mo", "nu", "pra", "sti", "to", "ve", "zu")
    return "".join(syllables[int(digit)] for digit in f"{number:04}").capitalize()


def _share(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]
