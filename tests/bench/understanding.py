"""Measures what understanding costs: per utterance by the size of the house, at load, at a rename, and in memory.

``python -m tests.bench.understanding [--quick] [--no-rivals] [--json FILE]`` prints a table. hassil (with Home
Assistant's own sentences and its name trie) and gazetteer-matcher (dependency group ``bench``) run on the same
sentences in the same run, so that ratios hold on any machine.
"""

import argparse
import asyncio
import gc
import importlib
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from skills import registry
from skills.grammar import load
from skills.grammar.house import House
from skills.grammar.model import Context, Understander
from tests.bench.sayings import MATCH, NONE, heaps, sayings

SIZES = (10, 200, 1_000, 5_000)
ROUNDS = 600
WARMING = 40
"""Utterances that are understood beforehand: a daemon has run for weeks."""

RIVAL_ROUNDS = 16
"""hassil takes up to half a second a sentence in a large house."""

SLICE = 100
"""Names that are taken over at a time, while nobody speaks."""

Work = Callable[[str], object]

_ROOMS = ("Kitchen", "Hallway", "Bedroom", "Office", "Nursery", "Cellar", "Attic", "Garage", "Library", "Pantry")
_THINGS = ("Lamp", "Fan", "Socket", "Blind", "Lock", "Heater", "Speaker", "Spotlight", "Curtain", "Sensor")
_DOMAINS = ("light", "fan", "switch", "cover", "lock", "climate", "media_player", "light", "cover", "sensor")
_COLOURS = ("Red", "Green", "Old", "Big", "Left", "Right", "Upper", "Lower", "Small", "New")
_NUMBERS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def house(size: int) -> Home:
    """Return a house of `size` entities in ten rooms on two floors, every name different."""
    floors = [Floor(FloorId("ground"), "Ground Floor"), Floor(FloorId("first"), "First Floor", ("upstairs",))]
    areas: list[Area] = [
        Area(AreaId(room.lower()), room, (), FloorId("ground" if at % 2 else "first")) for at, room in enumerate(_ROOMS)
    ]
    home = Home(floors=floors, areas=areas)
    for number in range(size):
        ones, tens, hundreds, thousands = (number // power % 10 for power in (1, 10, 100, 1_000))
        name = f"{_COLOURS[tens]} {_NUMBERS[thousands]} {_NUMBERS[hundreds]} {_THINGS[ones]}"
        entity_id = EntityId(f"{_DOMAINS[ones]}.thing_{number}")
        area = AreaId(_ROOMS[(tens + hundreds) % 10].lower())
        home.add(Entity(entity_id, name, _DOMAINS[ones], area=area))
    return home


def measure(sizes: Sequence[int] = SIZES, *, rivals: bool = True, rounds: int = ROUNDS) -> dict[str, float]:
    """Return the figures by name; times in milliseconds, memory in megabytes. German ones begin with ``de_``.

    It is the thread's own time, which a busy machine does not lengthen as much as the clock's. What is loaded is taken
    from the garbage collector, as the daemon does.
    """
    figures: dict[str, float] = {}
    for language, prefix in (("en", ""), ("de", "de_")):
        with TemporaryDirectory() as folder:
            cache, documents = Path(folder), registry.load().documents
            started = time.thread_time()
            load(language, documents(language, cache=cache), cache=cache)
            figures[f"{prefix}load_fresh_ms"] = _ms(started)
            figures |= {f"{prefix}{name}": value for name, value in cold_start(cache, language).items()}
            engine = load(language, documents(language, cache=cache), cache=cache)
        started = time.thread_time()
        engine.warm()
        figures[f"{prefix}warm_ms"] = _ms(started)
        gc.collect()
        gc.freeze()
        for size in sizes:
            home = house(size)
            said = sayings(language)
            if language == "en":
                figures |= _indexing(home, size)
            engine.understand("turn on the lights", home, Context())
            for kind, sentences in said.items():
                work = partial(_understood, engine, home)
                _times(work, sentences(home), WARMING)
                figures |= _spread(f"{prefix}{kind}_{size}", _times(work, sentences(home), rounds))
            figures[f"{prefix}rename_{size}_ms"] = _rename(engine, home)
            for name, work in _rivals(home).items() if rivals and language == "en" else ():
                for kind in (MATCH, NONE):
                    figures |= _spread(f"{name}_{kind}_{size}", _times(work, said[kind](home), RIVAL_ROUNDS))
        figures[f"{prefix}longest_stall_ms"] = asyncio.run(stall(engine, house(sizes[-1]), language))
    figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return figures


def _understood(engine: Understander, home: Home, text: str) -> object:
    return engine.understand(text, home, Context())


async def stall(engine: Understander, home: Home, language: str) -> float:
    """Return the longest that an event loop stands still while the longest texts that are looked at are understood."""
    longest = 0.0
    engine.understand("hello", home, Context())  # learns the house, as the daemon does before it is ready
    for text in islice(heaps(language, home, longest=True), 20):
        asyncio.get_running_loop().call_soon(engine.understand, text, home, Context())
        started = time.thread_time()
        await asyncio.sleep(0)
        longest = max(longest, _ms(started))
    return longest


def cold_start(cache: Path, language: str = "en") -> dict[str, float]:
    """Return what it costs a fresh process to load from a warm cache and understand once, in CPU and memory."""
    code = f"""
import resource, time
from pathlib import Path
from devices.home import Home
from skills import registry
from skills.grammar import load
from skills.grammar.house import House
from skills.grammar.model import Context
found, cache = registry.load(), Path({str(cache)!r})
resident = lambda: int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 1e6
before, started = resident(), time.process_time()
documents = found.documents({language!r}, cache=cache)
read = time.process_time()
engine = load({language!r}, documents, cache=cache)
loaded = time.process_time()
engine.understand("turn on the lights", Home(), Context())
print((read - started) * 1e3, (loaded - read) * 1e3, (time.process_time() - loaded) * 1e3, resident() - before)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    documents, loading, first, grown = map(float, ran.stdout.split())
    names = ("cold_documents_ms", "cold_load_ms", "cold_first_ms", "cold_total_ms", "cold_memory_mb")
    return dict(zip(names, (documents, loading, first, documents + loading + first, grown), strict=True))


def _indexing(home: Home, size: int) -> dict[str, float]:
    """Return what it costs to learn a house at once, and the longest pause when it is learned in slices."""
    started = time.thread_time()
    House().follow(home)
    whole, sliced, longest, done = _ms(started), House(), 0.0, False
    while not done:
        started = time.thread_time()
        done = sliced.follow(home, most=SLICE)
        longest = max(longest, _ms(started))
    return {f"index_{size}_ms": whole, f"index_{size}_pause_ms": longest}


def _rename(engine: Understander, home: Home) -> float:
    """Return the median of what the first utterance after a rename costs more than one after none."""
    first = home.entities()[0]
    times: list[float] = []
    for number in range(20):
        home.add(replace(first, name=f"Renamed Thing {number}"))
        started = time.thread_time()
        engine.understand("zzz", home, Context())
        times.append(_ms(started))
    return statistics.median(times)


def _hassil(home: Home) -> Work:
    """Return hassil's recognition as Home Assistant 2026.11 uses it: names in the text, then the best match."""
    from hassil import Intents, TextSlotList, Trie, recognize_best
    from home_assistant_intents import get_intents

    intents = Intents.from_dict(get_intents("en") or {})
    names = TextSlotList.from_tuples(
        [(e.name, e.name, {"domain": e.domain}) for e in home.entities()], allow_template=False, name="name"
    )
    trie = Trie()
    for value in names.values:
        trie.insert(str(getattr(value.text_in, "text", "")).strip().lower(), value)
    lists = {
        "area": TextSlotList.from_strings([area.name for area in home.areas()], name="area"),
        "floor": TextSlotList.from_strings([floor.name for floor in home.floors()], name="floor"),
    }

    def recognize(text: str) -> object:
        found = TextSlotList(name="name", values=[match[2] for match in trie.find(text.lower())])
        best = recognize_best(text, intents, slot_lists={**lists, "name": found}, best_slot_name="name", language="en")
        # Home Assistant then looks for what was nearly said, among all names.
        return best or recognize_best(
            text, intents, slot_lists={**lists, "name": names}, allow_unmatched_entities=True, language="en"
        )

    return recognize


def _rivals(home: Home) -> Mapping[str, Work]:
    """Return the others that are installed."""
    found: dict[str, Work] = {"hassil": _hassil(home)}
    if find_spec("gazetteer_matcher") is not None:
        entities = {str(e.id): {"name": e.name, "domain": e.domain, "area": str(e.area)} for e in home.entities()}
        areas = {str(area.id): {"name": area.name, "floor": str(area.floor)} for area in home.areas()}
        floors = {str(floor.id): {"name": floor.name} for floor in home.floors()}
        matcher = importlib.import_module("gazetteer_matcher").GazetteerMatcher
        made = matcher(home={"areas": areas, "floors": floors, "entities": entities})
        found["gazetteer"] = cast("Work", made.interpret)
    return found


def _times(work: Work, sentences: Iterator[str], rounds: int) -> list[float]:
    gc.collect()
    times: list[float] = []
    for text in islice(sentences, rounds):
        started = time.thread_time()
        work(text)
        times.append((time.thread_time() - started) * 1000)
    return times


def _spread(name: str, times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    last = len(ordered) - 1
    return {
        f"{name}_p50_ms": ordered[last // 2],
        f"{name}_p99_ms": ordered[round(last * 0.99)],
        f"{name}_max_ms": ordered[last],
    }


def _ms(started: float) -> float:
    return (time.thread_time() - started) * 1000


def main() -> None:
    """Print the figures, and write them as JSON if wanted."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="two sizes, fewer rounds")
    arguments.add_argument("--no-rivals", action="store_true")
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    sizes, rounds = ((10, 1_000), 160) if given.quick else (SIZES, ROUNDS)
    figures = measure(sizes, rivals=not given.no_rivals, rounds=rounds)
    for figure, value in figures.items():
        print(f"{figure:32s} {value:10.3f}")
    if given.json is not None:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
