"""Where each value of a proposal comes from, which decides whether it may be carried out without a question."""

from collections.abc import Iterable
from enum import StrEnum

from devices.names import fold


class Source(StrEnum):
    """Where a value comes from."""

    USER = "user"
    """The person's own words say it."""
    CONFIG = "config"
    """It is one of those that we allow ourselves: a number within the bounds of a tool."""
    SENSOR = "sensor"
    """It came with the house: a thing that is only near, or what it reports."""
    THIRD_PARTY = "third party"
    """It is text that nobody of the house has said."""


TAINTED = frozenset({Source.SENSOR, Source.THIRD_PARTY})

# fmt: off
_ASKING = frozenset({
    "what", "which", "when", "where", "who", "whose", "why", "how", "is", "are", "was", "were", "does", "did", "has",
    "have", "do", "am", "any", "tell", "read", "list", "show", "summarise", "summarize", "explain", "describe", "ask",
    "welche", "welcher", "welches", "welchen", "wann", "wo", "wer", "wie", "warum", "wieso", "weshalb", "ist",
    "sind", "war", "waren", "hat", "habe", "haben", "gibt", "erzahl", "erzahle", "lies", "zeig", "zeige", "erklar",
    "erklare", "beschreib", "frag", "frage", "weisst", "weiss", "steht",
})
"""How a question begins, or a wish to be told something; all folded."""
_WISHES = frozenset({
    "how about", "what about", "why dont", "why not", "do you", "do it", "do something", "do that", "do this",
    "wie war", "wie ware", "have it", "have the", "have a",
})
"""What begins so and is a wish all the same."""
# fmt: on


def only_asks(text: str) -> bool:
    """Return whether words are a question: whatever a model makes of them, nothing is changed without asking."""
    words = fold(text.replace("'", "").replace("’", "")).split()
    return bool(words) and words[0] in _ASKING and " ".join(words[:2]) not in _WISHES


def source_of(value: object, said: str, *, usual: tuple[float, float] | None = None) -> Source:
    """Return where a value comes from: the person, if all of it was said; else a number has to be a usual one."""
    words = fold(said).split()
    if set(fold(str(value)).split()) <= set(words):
        return Source.USER
    if isinstance(value, int | float):
        return Source.CONFIG if usual is None or usual[0] <= value <= usual[1] else Source.THIRD_PARTY
    return Source.THIRD_PARTY


def tainted(sources: Iterable[Source]) -> bool:
    """Return whether one of them is from outside: then a person is asked."""
    return not TAINTED.isdisjoint(sources)
