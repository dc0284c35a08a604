"""What the words of a language mean in an expression of time, as tables; the same kinds in every language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from skills.grammar.when.chunks import LETTER
from skills.grammar.when.pieces import Part, Value

Entry = tuple[str, Value]
"""A kind's letter and what the piece holds."""

SPOKEN = ("en", "de")
"""The languages there are tables for."""

SHORTEST_GUESSED = 6
"""Shorter words differ from too many others by one letter."""

LONGEST_GUESSED = 20
"""Longer words are not tried."""

PARTS: Mapping[str, Part] = {
    part.name: part
    for part in (
        Part("early", 6 * 60, 5 * 60, 8 * 60),
        Part("dawn of day", 8 * 60, 6 * 60, 12 * 60, free=True),
        Part("morning", 8 * 60, 6 * 60, 12 * 60),
        Part("mid-morning", 10 * 60, 9 * 60, 11 * 60 + 30, free=True),
        Part("late morning", 11 * 60, 10 * 60, 12 * 60, free=True),
        Part("breakfast", 8 * 60, 6 * 60, 10 * 60),
        Part("lunch", 12 * 60 + 30, 11 * 60 + 30, 14 * 60),
        Part("lunch break", 12 * 60 + 30, 11 * 60 + 30, 14 * 60, free=True),
        Part("after lunch", 13 * 60 + 30, 12 * 60 + 30, 15 * 60, free=True),
        Part("afternoon", 15 * 60, 12 * 60, 18 * 60),
        Part("early afternoon", 14 * 60, 12 * 60, 15 * 60, free=True),
        Part("late afternoon", 17 * 60, 16 * 60, 18 * 60, free=True),
        Part("tea", 16 * 60, 15 * 60, 18 * 60, free=True),
        Part("after work", 18 * 60, 16 * 60, 19 * 60, free=True),
        Part("early evening", 18 * 60, 17 * 60, 19 * 60, free=True),
        Part("evening", 19 * 60, 17 * 60, 22 * 60),
        Part("dinner", 19 * 60, 17 * 60, 21 * 60),
        Part("after dinner", 20 * 60, 19 * 60, 22 * 60, free=True),
        Part("night", 20 * 60, 18 * 60, 24 * 60),
        Part("tonight", 20 * 60, 18 * 60, 24 * 60, today=True, free=True),
        Part("late", 22 * 60, 21 * 60, 24 * 60),
        Part("late tonight", 22 * 60, 21 * 60, 24 * 60, today=True, free=True),
        Part("bedtime", 22 * 60, 21 * 60, 24 * 60, free=True),
    )
}
"""The usual time of each part of the day (conventions C7), and the window it can be heard as."""


@dataclass(slots=True)
class Vocabulary:
    """The words and phrases of one language."""

    words: dict[str, Entry] = field(default_factory=dict[str, Entry])
    phrases: dict[str, list[tuple[tuple[str, ...], tuple[Entry, ...]]]] = field(
        default_factory=dict[str, list[tuple[tuple[str, ...], tuple[Entry, ...]]]]
    )
    """By its first word: the others, and what they are together; the longest first."""
    fillers: frozenset[str] = frozenset()
    abbreviated: Mapping[str, int] = field(default_factory=dict[str, int])
    near: dict[str, str] = field(default_factory=dict[str, str])
    """A long word with one letter left out, and the word."""
    whole: set[str] = field(default_factory=set[str])
    """The long words themselves."""

    corrections: dict[str, str] = field(default_factory=dict[str, str])
    parts: set[str] = field(default_factory=set[str])
    """Every word that some phrase has in it."""

    def guess(self, word: str) -> str | None:
        """Return what a misspelt long word was meant to be: one letter more, less, other, or two swapped."""
        if len(word) < SHORTEST_GUESSED - 1 or len(word) > LONGEST_GUESSED or word in self.words or word in self.parts:
            return None
        for near in (word, *(word[:at] + word[at + 1 :] for at in range(len(word)))):
            meant = self.near.get(near)
            if meant is not None and meant[0] == word[0] and abs(len(meant) - len(word)) <= 1:
                return meant
            if near in self.whole and near[0] == word[0]:
                return near
        return None


@lru_cache(maxsize=8)
def vocabulary(language: str) -> Vocabulary:
    """Return the words of a language of `SPOKEN`."""
    from skills.grammar.when import english, german

    source = german if language == "de" else english
    built = Vocabulary(fillers=frozenset(source.FILLERS), abbreviated=source.ABBREVIATED)
    for kind, entries in source.WORDS.items():
        for said, value in _pairs(entries):
            for spelling in source.spellings(said):
                _enter(built, spelling, ((LETTER[kind], value),))
    for said, sequence in source.SEQUENCES.items():
        entries = tuple((LETTER[kind], value) for kind, value in sequence)
        for spelling in source.spellings(said):
            _enter(built, spelling, entries)
    for wrong, right in source.CORRECTIONS.items():
        for spelling in source.spellings(wrong):
            built.corrections[spelling] = source.spellings(right)[0]
    for first, rows in built.phrases.items():
        built.parts.update((first, *(word for rest, _ in rows for word in rest)))
        rows.sort(key=lambda row: -len(row[0]))
    for word in source.GUESSED:
        for spelling in source.spellings(word):
            built.whole.add(spelling)
            for at in range(len(spelling)):
                built.near.setdefault(spelling[:at] + spelling[at + 1 :], spelling)
    return built


def _pairs(entries: Mapping[str, Value] | Iterable[str]) -> Iterator[tuple[str, Value]]:
    if isinstance(entries, Mapping):
        yield from entries.items()
    else:
        yield from ((said, said) for said in entries)


def _enter(built: Vocabulary, said: str, entries: tuple[Entry, ...]) -> None:
    first, *rest = said.split()
    if not rest and len(entries) == 1:
        built.words[first] = entries[0]
    else:
        built.phrases.setdefault(first, []).append((tuple(rest), entries))
