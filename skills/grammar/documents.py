"""Reads sentence documents in Home Assistant's form and merges them into one set of blocks, lists and rules."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from devices.model import NOTHING
from skills.grammar.cache import Cache
from skills.model import SkillError


class ListKind(StrEnum):
    """What may stand where a sentence has ``{list}``."""

    TEXT = "text"
    RANGE = "range"
    WILDCARD = "wildcard"
    NAME = "name"
    AREA = "area"
    FLOOR = "floor"


HOUSE = {"name": ListKind.NAME, "area": ListKind.AREA, "floor": ListKind.FLOOR}
"""The lists that the house fills."""


@dataclass(frozen=True, slots=True)
class ListValue:
    """One value of a text list."""

    template: str
    out: object
    """What goes into the slot; ``None``: the words as said."""
    context: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    metadata: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class SlotList:
    """A named list: what may be said in its place, and what that means."""

    name: str
    kind: ListKind
    values: tuple[ListValue, ...] = ()
    low: float = 0
    high: float = 100
    step: float = 1
    parts: int = 1
    """Into how many parts a whole number is divided: 2 for halves, 10 for tenths."""
    multiplier: float = 1
    percentage: bool = False
    said: dict[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict[tuple[str, ...], tuple[int, ...]])
    """The values of a text list by the words that say them; filled in when sentences are compiled."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Sentences that mean the same command under the same conditions: one item of an intent's ``data``."""

    intent: str
    sentences: tuple[str, ...]
    slots: Mapping[str, object]
    requires: Mapping[str, object]
    excludes: Mapping[str, object]
    response: str | None
    lists: Mapping[str, SlotList]
    rules: Mapping[str, str]
    order: int
    """Where it stood among all blocks: the last tie-breaker."""

    @property
    def domains(self) -> frozenset[str]:
        """The domains that a name said in this block may have; empty: any."""
        return as_set(self.requires.get("domain"))

    @property
    def wants_area(self) -> bool:
        """True if the area of the speaker is part of what is meant (``requires_context: {area: {slot: true}}``)."""
        return "area" in self.requires


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that can be said in one language."""

    language: str
    blocks: tuple[Block, ...]
    lists: Mapping[str, SlotList]
    rules: Mapping[str, str]
    skip_words: tuple[str, ...]


def family(language: str) -> str:
    """Return a language without its region: ``pt`` for ``pt-BR``."""
    return language.partition("-")[0]


def as_set(value: object) -> frozenset[str]:
    """Return a context value as a set of strings: it may be a string, a list, ``{value: …}`` or absent."""
    if isinstance(value, Mapping):
        return as_set(value.get("value"))  # pyright: ignore[reportUnknownArgumentType] - JSON
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, Iterable):
        return frozenset(str(item) for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
    return frozenset()


def builtin_sources(language: str) -> dict[str, str]:
    """Return the texts of Home Assistant's sentences of a language and of ours that complete them, by file name.

    Home Assistant's are those of the `home-assistant-intents` package (2026.10.27: about 860 English templates).

    Raises:
        SkillError: there are no sentences in this language.
    """
    # Found without importing the package, which would cost more than reading its file.
    package = find_spec("home_assistant_intents")
    folders = package.submodule_search_locations or () if package is not None else ()
    shipped = [Path(folder) / "data" / f"{language}.json" for folder in folders]
    # A region that Home Assistant writes sentences of its own for (Swiss German) has other rules than ours refer to.
    ours = sorted((Path(__file__).parent / "sentences" / language).glob("*.yaml"))
    files = [file for file in (*shipped, *ours) if file.is_file()]
    if not files:
        raise SkillError(f"no sentences for language {language!r}: use a code that home-assistant-intents has, as 'en'")
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def builtin_documents(language: str) -> list[Mapping[str, object]]:
    """Return the documents of `builtin_sources`."""
    sources = builtin_sources(language)
    return [json.loads(text) if name.endswith(".json") else read_yaml(text) for name, text in sources.items()]


def read_yaml(text: str, cache: Cache | None = None) -> Mapping[str, object]:
    """Return a sentence document written in YAML, from the cache if it was read before.

    Raises:
        SkillError: it is no YAML, or no mapping.
    """
    source = text.encode(errors="surrogatepass")
    known = None if cache is None else cache.get(source)
    if known is None:
        known = _parsed(text)
        if cache is not None:
            cache.put(source, known)
    return _mapping(known, "a sentence document")


def _parsed(text: str) -> object:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, in C where there is one
    except yaml.YAMLError as error:
        raise SkillError(f"a sentence document is no YAML: {error}") from error


def merge(language: str, documents: Sequence[Mapping[str, object]]) -> Book:
    """Return the documents as one book: sentences add up, a later list or rule replaces an earlier one of its name.

    Raises:
        SkillError: a document is not of Home Assistant's form; the message names the intent or list.
    """
    blocks: list[Block] = []
    lists: dict[str, SlotList] = {name: SlotList(name, kind) for name, kind in HOUSE.items()}
    rules: dict[str, str] = {}
    skip: list[str] = []
    for document in documents:
        if family(str(document.get("language", language))) != family(language):
            continue
        lists |= _lists(document.get("lists"))
        rules |= {
            name: str(rule) for name, rule in _mapping(document.get("expansion_rules"), "expansion_rules").items()
        }
        skip += [str(word) for word in _sequence(document.get("skip_words"), "skip_words")]
        for intent, entry in _mapping(document.get("intents"), "intents").items():
            for item in _sequence(_mapping(entry, f"intent {intent!r}").get("data"), f"data of intent {intent!r}"):
                blocks.append(_block(intent, _mapping(item, f"data of intent {intent!r}"), len(blocks)))
    return Book(language, tuple(blocks), lists, rules, tuple(dict.fromkeys(skip)))


def _block(intent: str, item: Mapping[str, object], order: int) -> Block:
    what = f"intent {intent!r}"
    response = item.get("response")
    return Block(
        intent=intent,
        sentences=tuple(str(sentence) for sentence in _sequence(item.get("sentences"), f"sentences of {what}")),
        slots=_mapping(item.get("slots"), f"slots of {what}"),
        requires=_mapping(item.get("requires_context"), f"requires_context of {what}"),
        excludes=_mapping(item.get("excludes_context"), f"excludes_context of {what}"),
        response=None if response is None else str(response),
        lists=_lists(item.get("lists")),
        rules={name: str(rule) for name, rule in _mapping(item.get("expansion_rules"), f"rules of {what}").items()},
        order=order,
    )


def _lists(raw: object) -> dict[str, SlotList]:
    return {name: _list(name, _mapping(entry, f"list {name!r}")) for name, entry in _mapping(raw, "lists").items()}


def _list(name: str, entry: Mapping[str, object]) -> SlotList:
    if entry.get("wildcard"):
        return SlotList(name, ListKind.WILDCARD)
    if "range" in entry:
        span = _mapping(entry["range"], f"range of list {name!r}")
        try:
            low, high = float(str(span["from"])), float(str(span["to"]))
            step, multiplier = float(str(span.get("step", 1))), float(str(span.get("multiplier") or 1))
        except (KeyError, ValueError) as error:
            raise SkillError(f"list {name!r} has a range without numbers in 'from' and 'to': {error}") from error
        parts = {"halves": 2, "tenths": 10}.get(str(span.get("fractions")), 1)
        percentage = span.get("type") == "percentage"
        return SlotList(name, ListKind.RANGE, (), low, high, step, parts, multiplier, percentage)
    values = [_value(name, value) for value in _sequence(entry.get("values"), f"values of list {name!r}")]
    return SlotList(name, ListKind.TEXT, tuple(values))


def _value(name: str, value: object) -> ListValue:
    if not isinstance(value, Mapping):
        return ListValue(str(value), None if any(c in str(value) for c in "[](){}|<>") else value)
    entry = _mapping(value, f"value of list {name!r}")  # pyright: ignore[reportUnknownArgumentType] - JSON
    if "in" not in entry:
        raise SkillError(f"a value of list {name!r} has no 'in': write {{in: words, out: value}} or the words alone")
    return ListValue(
        str(entry["in"]),
        entry.get("out"),
        _mapping(entry.get("context"), f"context in list {name!r}"),
        _mapping(entry.get("metadata"), f"metadata in list {name!r}"),
    )


def _mapping(value: object, what: str) -> Mapping[str, object]:
    """Return a mapping with string keys; nothing is an empty one."""
    if value is None:
        return NOTHING
    if not isinstance(value, Mapping):
        raise SkillError(f"{what} must be a mapping, not {type(value).__name__}")
    # YAML 1.1 reads the keys on, off, yes and no as truth values.
    return {str(key): item for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON


def _sequence(value: object, what: str) -> Sequence[object]:
    if value is None:
        return ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise SkillError(f"{what} must be a list, not {type(value).__name__}")
    return value  # pyright: ignore[reportUnknownVariableType] - JSON
