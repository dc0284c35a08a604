"""How alike two words sound or look: a coarse key to find candidates by, and a distance to weigh them with."""

import re
from collections.abc import Iterator
from functools import lru_cache
from heapq import nlargest
from typing import Generic, TypeVar

from skills.grammar.phones import LEAST_LOST, apart, outline, spoken

T = TypeVar("T")

MOST_ALIKE = 12
"""As many candidates of one word are weighed."""

MOST_WEIGHED = 10
"""As many of those that sound alike at first glance."""

LEAST_COMMON = 0.13
"""Of the features of two rows of sounds together, so that they sound alike at first glance."""

SHORT, SHORT_SHARE = 3, 0.7
"""Of so few sounds only this part of the share may be other ones: they are in too many words."""

MOST_SCANNED, MOST_NAMES = 1_500, 300
"""So many words, and names of a house, are looked through by their sounds, in 0.1 ms. Of more, only letters count."""

LONGEST = 32
"""In letters; what is longer is like nothing."""

_VOWELS = frozenset("aeiouy")
_SOFT = frozenset("hwy")
_REWRITES = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^kn", "n"),
        ("^wr", "r"),
        ("^wh", "w"),
        ("tch", "C"),
        ("[cs]h|tion|sion", "C"),
        ("ph", "f"),
        ("gh", ""),
        ("dge|j", "J"),
        ("g(?=[eiy])", "J"),
        ("c(?=[eiy])", "s"),
        ("x", "ks"),
        ("qu", "kw"),
    )
)
_CLASSES = {
    letter: group
    for group, letters in {
        "P": "bp",
        "T": "dt",
        "K": "ckgq",
        "C": "CJ",
        "F": "fv",
        "S": "sz",
        "M": "mn",
        "L": "l",
        "R": "r",
    }.items()
    for letter in letters
}
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {letter: (row, column + row / 2) for row, keys in enumerate(_ROWS) for column, letter in enumerate(keys)}
_SAME_SOUND, _NEAR_KEY, _SOFT_LETTER, _OTHER = 0.5, 0.7, 0.5, 1.0
"""What a change of one letter weighs: to one that sounds alike, to a key beside it, of a vowel or breath, any other."""


@lru_cache(maxsize=8192)
def key(word: str) -> str:
    """Return the consonants of a word by kind: words that sound alike have the same or nearly the same key."""
    for pattern, sound in _REWRITES:
        word = pattern.sub(sound, word)
    kinds = [_CLASSES[letter] for letter in word if letter in _CLASSES]
    return "".join(kind for at, kind in enumerate(kinds) if not at or kind != kinds[at - 1])


def shortened(sound: str) -> Iterator[str]:
    """Yield a key and, unless it is short, what is left of it without any one letter: near keys have one in common."""
    yield sound
    if len(sound) > 2:
        for at in range(len(sound)):
            yield sound[:at] + sound[at + 1 :]


@lru_cache(maxsize=8192)
def unlike(one: str, other: str) -> float:
    """Return how much of the longer word must be changed to make it the other: 0 for equal ones to about 1.

    Swapped letters, letters that sound alike, vowels and neighbours on a keyboard weigh less than others.
    """
    removed, added = _missing(one), _missing(other)
    before: list[float] = []
    last = [at * 1.0 for at in range(len(other) + 1)]
    for i, left in enumerate(one):
        best = last[0] + removed[i]
        row = [best]
        for j, right in enumerate(other):
            cost = last[j] if left == right else last[j] + _change(left, right)
            # Compared by hand: this is where most of the time of a misheard text goes, and `min` doubles it.
            if (less := last[j + 1] + removed[i]) < cost:
                cost = less
            if (less := best + added[j]) < cost:
                cost = less
            swapped = i and j and left == other[j - 1] and right == one[i - 1]
            if swapped and (less := before[j - 1] + _NEAR_KEY) < cost:
                cost = less
            best = cost
            row.append(best)
        before, last = last, row
    return last[-1] / max(len(one), len(other), 1)


@lru_cache(maxsize=8192)
def _missing(word: str) -> tuple[float, ...]:
    """Return what it weighs to leave out each letter: doubled ones, vowels and breaths are hardly heard."""
    return tuple(
        0.3 if at and word[at - 1] == letter else _SOFT_LETTER if letter in _VOWELS or letter in _SOFT else _OTHER
        for at, letter in enumerate(word)
    )


@lru_cache(maxsize=4096)
def _change(left: str, right: str) -> float:
    if left in _VOWELS and right in _VOWELS:
        return _SOFT_LETTER
    if left in _CLASSES and _CLASSES[left] == _CLASSES.get(right):
        return _SAME_SOUND
    one, other = _PLACES.get(left), _PLACES.get(right)
    if one is not None and other is not None and abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) <= 1:
        return _NEAR_KEY
    return _OTHER


class Sounds(Generic[T]):
    """Things by how they are written and how they sound."""

    def __init__(self, scanned: int = MOST_SCANNED, language: str = "en") -> None:
        """Make an index in which up to `scanned` things are found by their sounds, too."""
        self._scanned = scanned
        self._language = language
        self._things: dict[str, dict[T, str]] = {}
        self._heard: dict[T, tuple[int, int, str]] = {}
        """The outline of each thing's sounds, how many features that has, and the sounds."""

    def add(self, text: str, thing: T) -> None:
        """Note that a thing is called `text`: words of letters only."""
        letters = text.replace(" ", "")
        for sound in shortened(key(letters)):
            self._things.setdefault(sound, {})[thing] = letters
        if len(self._heard) < self._scanned:
            sounds = spoken(text, self._language)
            mask = outline(sounds)
            self._heard[thing] = mask, mask.bit_count(), sounds

    def drop(self, text: str, thing: T) -> None:
        """Forget it again."""
        for sound in shortened(key(text.replace(" ", ""))):
            things = self._things.get(sound, {})
            things.pop(thing, None)
            if not things:
                self._things.pop(sound, None)
        self._heard.pop(thing, None)

    def near(self, text: str, most: float, heard: float = 0.0, limit: float = LONGEST) -> list[tuple[float, T]]:
        """Return what looks or sounds like `text`, the most alike first, with how many letters or sounds are others.

        At most the share `most` of the letters, or the share `heard` of the sounds; no more than `limit` in all.
        """
        letters = text.replace(" ", "")
        if len(letters) > LONGEST:
            return []
        found = self._written(letters, most) if most else {}
        if len(self._heard) < self._scanned and heard:
            for changed, thing in self._spoken(spoken(text, self._language), heard, limit):
                found[thing] = min(found.get(thing, changed), changed)
        return sorted(((changed, thing) for thing, changed in found.items()), key=lambda one: one[0])

    def _written(self, letters: str, most: float) -> dict[T, float]:
        found: dict[T, str] = {}
        for sound in shortened(key(letters)):
            things = self._things.get(sound, {}).items()
            found |= {
                thing: called for thing, called in things if abs(len(called) - len(letters)) <= 1 + most * len(letters)
            }
            if len(found) > MOST_ALIKE:
                break
        weighed = ((thing, unlike(letters, called), max(len(letters), len(called))) for thing, called in found.items())
        return {thing: distance * length for thing, distance, length in weighed if distance <= most}

    def _spoken(self, sounds: str, most: float, limit: float) -> Iterator[tuple[float, T]]:
        mask = outline(sounds)
        size, length = mask.bit_count(), len(sounds)
        alike = [
            ((mask & other).bit_count() / (size + count), called, thing)
            for thing, (other, count, called) in self._heard.items()
            if (mask & other).bit_count() > LEAST_COMMON * (size + count)
        ]
        for _, called, thing in nlargest(MOST_WEIGHED, alike, key=lambda one: one[0]):
            share = most if len(called) > SHORT else most * SHORT_SHARE
            bound = min(share * max(length, len(called)), limit)
            if LEAST_LOST * abs(length - len(called)) <= bound and (changed := apart(sounds, called, bound)) <= bound:
                yield changed, thing
