"""The sentences of a skill as documents in Home Assistant's custom-sentence form: made from templates, read from
files.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, cast, get_args, get_origin, get_type_hints

from skills.grammar.cache import Cache
from skills.model import SkillError

HOUSE_LISTS = frozenset({"name", "area", "floor"})
"""Slots whose words are the house's own names: the sentence engine supplies their lists, as Home Assistant does."""
LARGEST_NUMBER = 1_000
"""The end of the range of a slot whose parameter is a number and whose sentence names no list."""
LARGEST_FILE = 1_000_000
"""Characters of a sentence file; more is no sentence file."""

_SLOT = re.compile(r"\{([^{}:]+)(?::([^{}]+))?\}")

Document = Mapping[str, object]
"""Sentences of one language: ``language``, ``intents``, and perhaps ``lists`` and ``expansion_rules``."""


def from_templates(
    intent: str, function: Callable[..., object], templates: Sequence[str], *, language: str
) -> Document:
    """Return the sentences of one command as a document, with the lists that its function's parameters imply.

    Raises:
        SkillError: a slot has no parameter, or a parameter without a default has no slot.
    """
    hints = hints_of(function, intent)
    lists: dict[str, object] = {}

    def with_list(found: re.Match[str]) -> str:
        words, slot = found.group(1), found.group(2)
        if slot is not None or words in HOUSE_LISTS:
            return found.group(0)
        name = f"{intent}.{words}".replace(".", "_")
        lists[name] = _list_of(hints.get(words, str), f"slot {words!r} of {intent!r}")
        return f"{{{name}:{words}}}"

    for template in templates:
        _check_slots(function, template)
    sentences = [_SLOT.sub(with_list, template) for template in templates]
    return {"language": language, "intents": {intent: {"data": [{"sentences": sentences}]}}, "lists": lists}


def read(source: Path | Document, language: str, cache: Cache | None = None) -> Document | None:
    """Return the document if it is of the language. A file says its language in its name: ``laundry.en.yaml``.

    A file that the cache knows need not be parsed again.

    Raises:
        SkillError: the file cannot be read, is not YAML, or is no sentence document.
    """
    if not isinstance(source, Path):
        return _checked(source, "a document") if source.get("language") == language else None
    if not source.name.endswith((f".{language}.yaml", f".{language}.yml")):
        return None
    return _read_file(source, language, cache)


def read_custom(source: Path, language: str) -> Document:
    """Return a file that the household wrote for a language, whatever it is called.

    It may hold lists and rules only, for the sentences of another.

    Raises:
        SkillError: the file cannot be read, is not YAML, or is no sentence document.
    """
    return _read_file(source, language, None, intents=False)


def _read_file(source: Path, language: str, cache: Cache | None, *, intents: bool = True) -> Document:
    from skills.grammar.documents import family, read_yaml

    try:
        with source.open(encoding="utf-8") as file:
            text = file.read(LARGEST_FILE + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise SkillError(f"sentence file {str(source)!r} cannot be read: {error}") from error
    if len(text) > LARGEST_FILE:
        raise SkillError(f"sentence file {source.name!r} is larger than {LARGEST_FILE} characters")
    try:
        loaded = read_yaml(text, cache)
    except SkillError as error:
        raise SkillError(f"sentence file {source.name!r}: {error}") from error
    if not intents and not loaded.get("intents"):
        none: Document = {}
        loaded = {**loaded, "intents": none}
    document = _checked(loaded, f"sentence file {source.name!r}")
    if family(str(document.get("language", language))) != family(language):
        raise SkillError(f"sentence file {source.name!r} says that its language is {document['language']!r}")
    return document


def intents_of(document: Document) -> frozenset[str]:
    """Return the intents that the document has sentences for."""
    return frozenset(cast("Mapping[str, object]", document["intents"]))


def hints_of(function: Callable[..., object], what: str) -> Mapping[str, object]:
    """Return the types of the function's parameters.

    Raises:
        SkillError: an annotation names something that is not there.
    """
    try:
        return get_type_hints(function)
    except (NameError, TypeError) as error:
        raise SkillError(f"the annotations of {what!r} cannot be read: {error}") from error


def slots_of(function: Callable[..., object]) -> Sequence[inspect.Parameter]:
    """Return the parameters of a handler that take slots: all behind the request."""
    return list(inspect.signature(function).parameters.values())[1:]


def takes_all(function: Callable[..., object]) -> bool:
    """Return whether the handler has ``**slots``."""
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in slots_of(function))


def required(function: Callable[..., object]) -> frozenset[str]:
    """Return the slots that the handler cannot do without."""
    return frozenset(
        parameter.name
        for parameter in slots_of(function)
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    )


def _check_slots(function: Callable[..., object], template: str) -> None:
    slots = {slot or words for words, slot in _SLOT.findall(template)}
    unknown = sorted(slots - {parameter.name for parameter in slots_of(function)})
    if unknown and not takes_all(function):
        raise SkillError(f"sentence {template!r} has the slot {unknown[0]!r}, but its handler has no such parameter")
    missing = sorted(required(function) - slots)
    if missing:
        raise SkillError(
            f"sentence {template!r} has no slot {missing[0]!r}, which its handler needs; give the parameter a default"
        )


def _list_of(hint: object, what: str) -> Mapping[str, object]:
    """Return what may be said for a slot, from its parameter's type; ``None`` beside a type changes nothing."""
    choices = [choice for choice in get_args(hint) if choice is not type(None)]
    if get_origin(hint) is Literal:
        return {"values": choices}
    kinds = set(choices or [hint])
    if kinds == {int}:
        return {"range": {"from": 0, "to": LARGEST_NUMBER}}
    if kinds in ({float}, {int, float}):
        return {"range": {"from": 0, "to": LARGEST_NUMBER, "fractions": "halves"}}
    if kinds in ({str}, {object}):
        return {"wildcard": True}
    raise SkillError(f"{what} is annotated {hint!r}; use str, int, float or a Literal")


def _checked(loaded: object, what: str) -> Document:
    """Return the document if it has the shape of one; what its sentences say is the engine's to check."""
    document: Document = cast("Document", loaded) if isinstance(loaded, Mapping) else {}
    if not isinstance(document.get("intents"), Mapping):
        raise SkillError(f"{what} has no 'intents': it is not in Home Assistant's custom-sentence form")
    return document
