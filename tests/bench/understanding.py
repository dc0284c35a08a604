"""Measures what understanding costs: per utterance by the size of the house, at load, at a rename, and in memory.

``python -m tests.bench.understanding`` prints the figures; hassil (with Home Assistant's own sentences and its name
trie) runs on the same sentences in the same run, so that ratios hold on any machine.
"""

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle, islice

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Understander

SIZES = (10, 200, 1_000, 5_000)
ROUNDS = 600
HASSIL_ROUNDS = 12
"""hassil takes up to half a second a sentence in a large house."""

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


def matching(home: Home) -> Iterator[str]:
    """Yield sentences that match in this house, all different kinds of them, in turn."""
    names = [entity.name for entity in home.entities() if entity.domain in ("light", "fan", "switch")]
    forms = (
        "turn on the {name}",
        "turn off the lights in the {room}",
        "set a timer for {n} minutes",
        "is the {name} on",
        "set the {room} lights to {n} percent",
        "please turn the {name} off",
        "what is the temperature in the {room}",
        "turn off the {room} lights and turn on the {name}",
        "add milk to my shopping list",
        "hey jarvis could you turn up the {room} volume by {n} percent",
    )
    for number, form in enumerate(cycle(forms)):
        name = names[number * 7 % len(names)]
        yield form.format(name=name.lower(), room=_ROOMS[number % 10].lower(), n=number % 90 + 1)


def strange() -> Iterator[str]:
    """Yield sentences that match in no house, in turn."""
    forms = (
        "turn on the flux capacitor in the observatory {n}",
        "what do you think about the election result number {n}",
        "we should paint the hallway in a lighter shade of blue {n}",
        "don't turn on the kitchen lights {n}",
        "the timer on the oven never works since we moved {n} years ago",
        "book me a table for {n} people at the italian restaurant tomorrow",
        "turn on the lights in the barn and the stable and the henhouse {n}",
        "could you please remind everybody that dinner is almost ready {n}",
    )
    for number, form in enumerate(cycle(forms)):
        yield form.format(n=number % 90 + 1)


def measure(sizes: Sequence[int] = SIZES, *, with_hassil: bool = True) -> dict[str, float]:
    """Return the figures by name; times in milliseconds, memory in megabytes.

    Per utterance it is the thread's own time, which a busy machine does not lengthen as much as the clock's.
    """
    documents = registry.load().documents("en")
    started = time.perf_counter()
    engine = load("en", documents)
    figures = {"load_ms": _ms(started)}
    for size in sizes:
        home = house(size)
        started = time.perf_counter()
        engine.understand("turn on the lights", home, Context())
        figures[f"first_in_{size}_ms"] = _ms(started)
        _warm(engine, home)
        for kind, sentences in (("match", matching(home)), ("none", strange())):
            times = _times(lambda text, home=home: engine.understand(text, home, Context()), sentences, ROUNDS)
            figures |= _spread(f"{kind}_{size}", times)
        figures[f"rename_{size}_ms"] = _rename(engine, home)
        if with_hassil:
            recognize = _hassil(home)
            for kind, sentences in (("match", matching(home)), ("none", strange())):
                figures |= _spread(f"hassil_{kind}_{size}", _times(recognize, sentences, HASSIL_ROUNDS))
    figures["load_cold_ms"], figures["memory_mb"] = cold_start()
    return figures


def cold_start() -> tuple[float, float]:
    """Return what loading costs in a fresh process: milliseconds with all imports, and resident megabytes more."""
    code = (
        "import resource, time; from skills import registry; d = registry.load().documents('en');"
        "m = lambda: int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize() / 1e6;"
        "before = m(); t = time.perf_counter(); from skills.grammar import load; e = load('en', d);"
        "print((time.perf_counter() - t) * 1000, m() - before)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    spent, grown = ran.stdout.split()
    return float(spent), float(grown)


def _warm(engine: Understander, home: Home) -> None:
    for text in islice(matching(home), 40):
        engine.understand(text, home, Context())
    for text in islice(strange(), 24):
        engine.understand(text, home, Context())


def _rename(engine: Understander, home: Home) -> float:
    """Return the median of what the first utterance after a rename costs more than one after none."""
    first = home.entities()[0]
    times: list[float] = []
    for number in range(20):
        home.add(replace(first, name=f"Renamed Thing {number}"))
        started = time.perf_counter()
        engine.understand("zzz", home, Context())
        times.append(_ms(started))
    return statistics.median(times)


def _hassil(home: Home) -> Callable[[str], object]:
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


def _times(work: Callable[[str], object], sentences: Iterator[str], rounds: int) -> list[float]:
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
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    for figure, value in measure(with_hassil="--no-hassil" not in sys.argv).items():
        print(f"{figure:28s} {value:10.3f}")
