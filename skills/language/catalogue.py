"""Reads a gettext catalogue as translators' tools write it (``.po``); plural entries are not used, see `words`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from gettext import c2py

from skills.language.words import PluralRule
from skills.model import SkillError

_LINE = re.compile(r'(?:(?P<key>msgctxt|msgid|msgstr)\s+)?(?P<text>".*")')
_PLURAL = re.compile(r"plural\s*=\s*([^;\n]+)")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of a language."""

    texts: Mapping[tuple[str, str], str]
    """Context, empty for whole texts, and English text -> its own."""
    plural: PluralRule


def english_plural(number: int) -> int:
    """Return 0 for one thing and 1 for any other number of them."""
    return int(number != 1)


EMPTY = Catalogue({}, english_plural)


def read_catalogue(text: str, name: str) -> Catalogue:
    """Return what a ``.po`` file says; entries that are marked fuzzy or have no text yet count as not there.

    Raises:
        SkillError: a line is none of a catalogue.
    """
    texts: dict[tuple[str, str], str] = {}
    for block in re.split(r"\n\s*\n", text):
        entry = _entry(block, name)
        if entry.get("msgstr"):
            texts[entry.get("msgctxt", ""), entry.get("msgid", "")] = entry["msgstr"]
    rule = _PLURAL.search(texts.pop(("", ""), ""))
    plural = english_plural if rule is None else c2py(rule[1].strip())
    return Catalogue(texts, plural)


def _entry(block: str, name: str) -> dict[str, str]:
    entry: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if line.startswith("#, ") and "fuzzy" in line:
            return {}
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        key = (found["key"] or key) if found is not None else ""
        if found is None or not key:
            raise SkillError(f"{name!r} has a line that is none of a gettext catalogue: {line!r}")
        # What a catalogue escapes, JSON does alike.
        entry[key] = entry.get(key, "") + str(json.loads(found["text"]))
    return entry
