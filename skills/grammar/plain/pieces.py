"""Small questions about the words of an order, and what is made of actions."""

from collections.abc import Sequence

from devices.model import Entity, EntityId
from skills.grammar.numbers import numbers_at
from skills.grammar.plain.lengths import led, lengths
from skills.grammar.plain.model import Written
from skills.grammar.plain.said import Said
from skills.grammar.plain.setting import Setting


def has_number(said: Said, language: str) -> bool:
    """Return whether a number is said."""
    return any(numbers_at(said.words, at, language) for at in range(len(said)))


def widened(action: Written, several: Sequence[EntityId]) -> Written:
    """Return an action on the first of some things as one on all of them."""
    return {**action, "target": {"entity_id": list(several)}} if "target" in action else action


def turned(name: str) -> str | None:
    """Return the contrary of an act; ``None`` for one that has none: what is not to start is not to be stopped."""
    pairs = {"on": "off", "off": "on", "open": "close", "close": "open", "lock": "unlock", "unlock": "lock"}
    return pairs.get(name)


def kinds(entity: Entity) -> frozenset[str]:
    """Return what a thing may be called beside its name."""
    own = {entity.domain, entity.device_class or ""}
    return frozenset(own | ({"speaker"} if entity.domain == "media_player" else set()))


def put(*parts: Said) -> Said:
    """Return some words in a row."""
    return Said(tuple(word for one in parts for word in one.words), tuple(raw for one in parts for raw in one.raw))


def stripped(said: Said, setting: Setting) -> Said:
    """Return a clause without what may stand around an order."""
    speech = setting.speech
    while said.words and (speech.joins.fullmatch(said.words[0]) or said.words[0] in ("then", "also", "dann", "auch")):
        said = said.cut(1)
    while said.words and said.words[-1] in ("then", "and", "too", "dann", "und", "auch", "but", "aber"):
        said = said.cut(0, len(said) - 1)
    return said


def delays(said: Said, setting: Setting) -> list[int]:
    """Return where a length that is waited for begins or ends: an order may be cut there."""
    speech = setting.speech
    places: list[int] = []
    for start, end, _ in lengths(said, speech):
        front = led(said, start, speech.waits)
        places += [end] if front is None else [front, end]
    return places
