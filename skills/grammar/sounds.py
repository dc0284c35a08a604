"""How alike two words sound or look: a coarse key to find candidates by, and a distance to weigh them with."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_ALIKE = 12
"""As many candidates of one word are weighed."""

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
    """Things by how they sound."""

    def __init__(self) -> None:
        self._things: dict[str, dict[T, str]] = {}

    def add(self, text: str, thing: T) -> None:
        """Note that a thing is called `text`, letters only."""
        for sound in shortened(key(text)):
            self._things.setdefault(sound, {})[thing] = text

    def drop(self, text: str, thing: T) -> None:
        """Forget it again."""
        for sound in shortened(key(text)):
            things = self._things.get(sound, {})
            things.pop(thing, None)
            if not things:
                self._things.pop(sound, None)

    def near(self, text: str, most: float) -> list[tuple[float, T]]:
        """Return what sounds or looks like `text`, the most alike first, with how `unlike` it is: at most `most`."""
        if len(text) > LONGEST:
            return []
        found: dict[T, str] = {}
        for sound in shortened(key(text)):
            things = self._things.get(sound, {}).items()
            found |= {thing: called for thing, called in things if abs(len(called) - len(text)) <= 1 + most * len(text)}
            if len(found) > MOST_ALIKE:
                break
        weighed = [(unlike(text, called), thing) for thing, called in found.items()]
        return sorted((one for one in weighed if one[0] <= most), key=lambda one: one[0])
