"""The measured sentences, where they lie beside the repository: their home, and whether a draft is what they expect."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

import yaml

from devices.home import Home
from devices.homefile import home_from
from skills.grammar.plain import Draft, Unclear
from tests.skills.grammar.plain.scoring import lines, messages, words_wanted

FOLDER = Path(__file__).parents[5] / "shared" / "data" / "routines"
PEOPLE = ("person.anna", "person.ben", "person.lena")
EVERYBODY = {"all": "notify.family"}
Mark = Literal["right", "asked", "wrong", "missed"]
_PHONES = {"notify mobile_app_anna", "notify mobile_app_ben"}
_KEPT = ("device_class", "options", "hvac_modes", "preset_modes")


def items(name: str = "dev.json") -> list[dict[str, Any]]:
    """Return the sentences of a file with what is expected of each."""
    return cast("list[dict[str, Any]]", json.loads((FOLDER / "plain_words" / name).read_text("utf-8"))["items"])


def house(language: str) -> Home:
    """Return the home of the sentences with its names in one language."""
    raw = cast("dict[str, Any]", yaml.load((FOLDER / "home.yaml").read_text("utf-8"), yaml.CSafeLoader))
    name = "name_de" if language == "de" else "name"
    home = {
        "floors": [{"id": one["floor_id"], "name": one[name]} for one in raw["floors"]],
        "areas": [
            {"id": one["area_id"], "name": one[name], "floor": one["floor"], "aliases": one["aliases"]}
            for one in raw["areas"]
        ],
        "entities": [
            {
                "id": one["entity_id"],
                "name": one[name],
                "aliases": one.get("aliases", []),
                "domain": one["domain"],
                "area": one["area"],
                "state": one["state"],
                "attributes": {key: one[key] for key in _KEPT if one.get(key)},
            }
            for one in raw["entities"]
        ],
    }
    return home_from(home, at=datetime(2026, 10, 6, tzinfo=UTC))


def mark(item: dict[str, Any], meant: Draft | Unclear | None) -> Mark:
    """Return how a draft compares with what is expected; what a note calls as good is as good."""
    if item["kind"] != "routine":
        right = isinstance(meant, Unclear) if item["kind"] == "ambiguous" else meant is None
        return "right" if right else "wrong" if isinstance(meant, Draft) else "asked" if meant else "missed"
    if not isinstance(meant, Draft):
        return "missed" if meant is None else "right" if item.get("ask_ok") else "asked"
    started, limited, done = lines(meant.definition, PEOPLE)
    wanted_start, wanted_limits, wanted_done = lines(item["expected"], PEOPLE)
    if set(done) >= _PHONES:
        done = sorted([*(one for one in done if one not in _PHONES), "notify family"])
    right = (started == wanted_start or "at any" in wanted_start) and limited == wanted_limits and done == wanted_done
    return "right" if right and _told(item, messages(meant.definition).lower()) else "wrong"


def _told(item: dict[str, Any], text: str) -> bool:
    note = str(item.get("note", ""))
    if "may say" in note:
        return any(word in text for word in re.findall(r"\w{3,}", note.partition("may say")[2]))
    return all(word.lower() in text for word in words_wanted(item["expected"]["actions"]))
