"""Measures the engine on a checkout of Home Assistant's sentence suites (OHF-Voice/intents): right intent, right slots.

``python -m tests.bench.intents_suite --suite DIR --language en [--show 20]``; the suite (CC BY 4.0) is read where it
is and never copied. Two layouts are understood: ``tests/<language>/<Intent>/<slots>.yaml``, each file with a house of
its own (2026), and ``tests/<language>/<domain>_<Intent>.yaml`` with ``_fixtures.yaml`` (2025).
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import yaml

from devices.home import Home
from devices.homefile import home_from
from devices.model import AreaId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander, Understanding

Raw = Mapping[str, object]

HERE = "here"
"""The area of the speaker where a file names none."""

STAND_INS = (
    ["light", "switch", "fan", "lock", "climate", "media_player", "vacuum", "lawn_mower", "weather", "person"],
    ["awning", "blind", "curtain", "door", "garage", "gate", "shade", "shutter", "window"],
)
"""Domains, and device classes of covers. The suite tests words, often in a house without the devices: every room gets
one of each, under a name nobody says.
"""


@dataclass(frozen=True)
class Case:
    """One sentence and what it must be understood as."""

    text: str
    intent: str
    slots: Raw
    home: Home
    area: AreaId | None
    file: str


def cases(suite: Path, language: str) -> Iterator[Case]:
    """Yield every sentence of the suite, each with its house."""
    folder = suite / "tests" / language
    for file in sorted(folder.glob("*/*.yaml")):
        raw = _load(file)
        home, area = _house(raw)
        yield from _cases(raw, file, home, area, intent=file.parent.name)
    fixtures = folder / "_fixtures.yaml"
    if fixtures.is_file():
        home, _ = _house(_load(fixtures))
        for file in sorted(folder.glob("[!_]*.yaml")):
            yield from _cases(_load(file), file, home, None, intent=file.stem.rsplit("_", 1)[-1])


def measure(suite: Path, language: str, show: int = 0) -> dict[str, float]:
    """Return the shares of sentences with the right intent, and with the right intent and slots; print the failures."""
    engine = load(language, registry.load().documents(language))
    total: Counter[str] = Counter()
    by_intent: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases(suite, language):
        verdict, got = _judge(engine, case)
        total[verdict] += 1
        by_intent[case.intent][verdict] += 1
        if verdict != "exact" and show:
            show -= 1
            print(f"{verdict:6s} {case.file}: {case.text!r} expected {case.intent} {dict(case.slots)}, got {got}")
    for intent, counts in sorted(by_intent.items()):
        if counts["exact"] < counts.total():
            print(f"{intent:32s} {dict(counts)}")
    number = max(1, total.total())
    return {
        "sentences": total.total(),
        "intent_share": (total["exact"] + total["slots"]) / number,
        "exact_share": total["exact"] / number,
        "wrong_share": (total["wrong"] + total["slots"]) / number,
    }


def _judge(engine: Understander, case: Case) -> tuple[str, str]:
    got = engine.understand(case.text, case.home, Context(area=case.area))
    if got.decision is Decision.ASK and case.area is None and got.reason.startswith("where"):
        # The stand-ins are why it asks; the suite says nothing about the room.
        got = engine.understand(case.text, case.home, Context(area=AreaId(HERE)))
    if got.decision != Decision.ACT:
        return "none", f"{got.decision} {got.reason}"
    if len(got.matches) != 1:
        return ("none" if not got.matches else "wrong"), f"{got.decision} {got.reason}"
    match = got.matches[0]
    said = f"{match.intent} {dict(match.slots)}"
    if match.intent != case.intent:
        return "wrong", said
    return ("exact" if _same(case, got) else "slots"), said


def _same(case: Case, got: Understanding) -> bool:
    """Compare as the suite does: an expected list is a choice, the area of the speaker counts for nothing."""
    slots = dict(got.matches[0].slots)
    area = case.home.area(case.area) if case.area else None
    if area is not None and "area" not in case.slots and slots.get("area") == area.name:
        del slots["area"]
    if "domain" not in case.slots:
        slots.pop("domain", None)
    if slots.keys() != case.slots.keys():
        return False
    return all(_equal(slots[name], wanted) for name, wanted in case.slots.items())


def _equal(got: object, wanted: object) -> bool:
    if isinstance(wanted, list):
        return any(_equal(got, one) for one in cast("list[object]", wanted))
    if isinstance(got, list):
        return any(_equal(one, wanted) for one in cast("list[object]", got))
    if isinstance(got, str) and isinstance(wanted, str):
        return got.strip().casefold() == wanted.strip().casefold()
    return got == wanted


def _cases(raw: Raw, file: Path, home: Home, area: AreaId | None, intent: str) -> Iterator[Case]:
    for group in cast("Iterable[Raw]", raw.get("tests") or ()):
        described = cast("Raw", group.get("intent") or {})
        slots = cast("Raw", group.get("slots") or described.get("slots") or {})
        context = cast("Raw", described.get("context") or {})
        said_in = home.area_named(str(context["area"])) if context.get("area") else None
        for text in cast("Iterable[str]", group.get("sentences") or ()):
            name = str(described.get("name") or intent)
            yield Case(str(text), name, slots, home, said_in.id if said_in else area, f"{file.parent.name}/{file.name}")


def _house(raw: Raw) -> tuple[Home, AreaId]:
    """Return the house of a test file, and the area of its speaker."""
    floors = [_identified(floor) for floor in _list(raw, "floors")]
    areas = [_identified(area) for area in _list(raw, "areas")]
    here = next((str(area["id"]) for area in areas if area.get("context_area")), HERE)
    if here == HERE:
        areas.append({"id": HERE, "name": "Context Area"})
    entities = [_entity(entity) for entity in _list(raw, "entities")]
    rooms = [*(str(area["id"]) for area in areas), *(f"on_{floor['id']}" for floor in floors)]
    areas += [{"id": f"on_{floor['id']}", "name": f"zzq {floor['id']}", "floor": floor["id"]} for floor in floors]
    domains, classes = STAND_INS
    entities += [
        {"id": f"{domain}.zzq_{room}", "name": f"zzq {room}", "area": room} for room in rooms for domain in domains
    ]
    entities += [
        {"id": f"cover.zzq_{room}_{kind}", "name": f"zzq {kind}", "area": room, "attributes": {"device_class": kind}}
        for room in rooms
        for kind in classes
    ]
    home = home_from({"floors": floors, "areas": areas, "entities": entities}, at=datetime(2026, 1, 1, tzinfo=UTC))
    return home, AreaId(here)


def _entity(raw: Raw) -> dict[str, object]:
    entity = dict(raw)
    name = str(entity["name"])
    entity.setdefault("id", f"{entity.get('domain')}.{_slug(name)}")
    if entity.get("area"):
        entity["area"] = _slug(str(entity["area"]))
    return entity


def _identified(raw: Raw) -> dict[str, object]:
    entry = dict(raw)
    entry["id"] = _slug(str(entry.get("id") or entry["name"]))
    if entry.get("floor"):
        entry["floor"] = _slug(str(entry["floor"]))
    return entry


def _slug(text: str) -> str:
    return text.strip().casefold().replace(" ", "_")


def _list(raw: Raw, key: str) -> list[Raw]:
    return cast("list[Raw]", raw.get(key) or [])


def _load(file: Path) -> Raw:
    return cast("Raw", yaml.safe_load(file.read_text(encoding="utf-8")) or {})


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--suite", type=Path, required=True)
    arguments.add_argument("--language", default="en")
    arguments.add_argument("--show", type=int, default=0)
    given = arguments.parse_args()
    print(measure(given.suite, given.language, given.show))
