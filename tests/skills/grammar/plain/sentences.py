"""Our own sentences and their house, in English and German."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import yaml

from devices.home import Home
from devices.homefile import home_from

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody says, and what is meant by it."""

    language: str
    text: str
    kind: str
    """``routine``, ``ask`` or ``none``."""
    triggers: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    """Words that the question back must have."""


def house(language: str) -> Home:
    """Return the cottage with its names in one language."""
    raw = cast("dict[str, Any]", yaml.safe_load((HERE / "home.yaml").read_text("utf-8")))
    for entry in [*raw["floors"], *raw["areas"], *raw["entities"]]:
        german = entry.pop("de")
        entry["name"] = german if language == "de" else entry["name"]
        if "device_class" in entry:
            entry["attributes"] = {"device_class": entry.pop("device_class")}
    return home_from(raw, at=datetime(2026, 10, 6, tzinfo=UTC))


def sentences(name: str) -> list[Sentence]:
    """Return the sentences of one file."""
    rows = cast("list[list[Any]]", yaml.safe_load((HERE / name).read_text("utf-8")))
    return [_sentence(row) for row in rows]


def _sentence(row: list[Any]) -> Sentence:
    language, text, *more = row
    if len(more) == 3:
        triggers, conditions, actions = (tuple(str(line) for line in lines) for lines in more)
        return Sentence(language, text, "routine", triggers, conditions, actions)
    if more:
        return Sentence(language, text, "ask", has=tuple(str(word) for word in more[0]))
    return Sentence(language, text, "none")
