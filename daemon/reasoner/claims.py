"""Whether words tell that something was done, will be, or is so in the house: no model gets to say that.

Known by words of English and German, in ``claims.toml``; what is in no language of these cannot be looked through, and
is not said either. Of a question only what stands before it tells anything.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import cast

LONG = 6
"""Words: so many go without a small word of our languages only in another one."""
BRIEF = 6
"""Words: in so few, "lights out" is as much as "the lights are out"."""
_SENTENCE = re.compile(r"[^.!?…;\n]+(?:\.\d[^.!?…;\n]*)*[.!?…;\n]*")
_READING = re.compile(r"\d\s?(?:degrees?|°|percent|%|grad|prozent|watts?|lux)")
_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "’": "'"})
# fmt: off
_SMALL = frozenset({
    "the", "is", "of", "and", "it", "that", "was", "are", "were", "with", "for", "this", "you", "by", "to", "has",
    "have", "can", "from", "its", "not", "i", "they", "at", "in", "about", "than", "or", "be", "if", "but", "what",
    "there", "one", "which", "how", "she", "we", "my", "your", "an", "der", "die", "das", "und", "ist", "ein",
    "eine", "nicht", "mit", "den", "von", "im", "zu", "auf", "sich", "dem", "sind", "war", "ich", "sie", "er", "wird",
    "wurde", "hat", "oder", "aus", "bei", "als", "nach", "am", "fur", "auch", "man", "wenn", "uber", "des", "kann",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class _Forms:
    """What is looked for in a sentence of one language."""

    asks: re.Pattern[str]
    """How a question begins."""
    tells: re.Pattern[str]
    thing: re.Pattern[str]
    state: re.Pattern[str]
    is_: re.Pattern[str]
    room: re.Pattern[str]


def claims(text: str) -> bool:
    """Return whether words tell that something was done, will be, or is so here, or cannot be looked through."""
    plain = text.lower().translate(_UMLAUTS)
    words = re.findall(r"\w+", plain)
    if len(words) >= LONG and _SMALL.isdisjoint(words):
        return True
    return any(_tells(sentence.group(), forms) for sentence in _SENTENCE.finditer(plain) for forms in _known())


def _tells(sentence: str, forms: _Forms) -> bool:
    words = " ".join(re.sub(r"[^\w'%°.,]+", " ", _told(sentence, forms)).split()).strip(" .,'")
    thing = forms.thing.search(words) is not None
    if _READING.search(words) and (thing or forms.room.search(words)):
        return True
    so = forms.state.search(words) and (forms.is_.search(words) or len(words.split()) <= BRIEF)
    return forms.tells.search(words) is not None or (thing and bool(so))


def _told(sentence: str, forms: _Forms) -> str:
    """Return what a sentence tells: of a question what stands before it."""
    if not sentence.rstrip("\"'”“) \n").endswith("?"):
        return sentence
    return ",".join(takewhile(lambda clause: not forms.asks.match(clause.strip()), sentence.split(",")))


@cache
def _known() -> Sequence[_Forms]:
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return [_forms(cast("Mapping[str, Sequence[str]]", one)) for one in read.values()]


def _forms(given: Mapping[str, Sequence[str]]) -> _Forms:
    lists: dict[str, str] = {}
    for name, words in given.items():
        lists[name] = "(?:" + "|".join(_filled(words, lists)) + ")"

    def word(name: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){lists[name]}\b")

    return _Forms(
        asks=word("asks"),
        tells=re.compile(lists["forms"]),
        thing=word("things"),
        state=word("states"),
        is_=word("is"),
        room=word("rooms"),
    )


def _filled(words: Sequence[str], lists: Mapping[str, str]) -> Sequence[str]:
    """Return words with the lists in them that they name; each stands behind those that it needs."""
    return [re.sub(r"\{([a-z]+)\}", lambda found: lists[found[1]], one) for one in words]
