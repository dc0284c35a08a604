"""How alike two words sound or look: a coarse key to find candidates by, and a distance to weigh them with."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from skills.grammar.phones import features, spoken
from skills.grammar.shortlist import Shortlist, first

T = TypeVar("T")

MOST_ALIKE = 12
"""As many candidates of one word are weighed."""

MOST_LONGER = 0.34
"""So much longer or shorter may be what was written, beside one letter."""

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


@dataclass(frozen=True, slots=True)
class _Called(Generic[T]):
    """A thing, its letters and its sounds."""

    thing: T
    letters: str
    sounds: str


class Likely:
    """What is written nearly like a text has one of its keys, and is not much longer or shorter."""

    def __init__(self, text: str) -> None:
        letters = text.replace(" ", "")
        self.size = len(letters)
        self.keys = tuple(shortened(key(letters))) if self.size <= LONGEST else ()
        self.longer = 1 + MOST_LONGER * self.size


class Sounds(Generic[T]):
    """Things by how they are written and how they sound."""

    def __init__(self, language: str = "en") -> None:
        """Make an index of things that are spoken by the rules of a language."""
        self._language = language
        self._by_key: dict[str, dict[T, str]] = {}
        """What is written with each key, and its letters."""
        self._numbers: dict[T, int] = {}
        self._called: list[_Called[T] | None] = []
        """The things by their numbers; ``None``: dropped."""
        self._free: list[int] = []
        self._alike = Shortlist()

    def add(self, text: str, thing: T) -> None:
        """Note that a thing is called `text`: words of letters only."""
        called = _Called(thing, text.replace(" ", ""), spoken(text, self._language))
        for sound in shortened(key(called.letters)):
            self._by_key.setdefault(sound, {})[thing] = called.letters
        if not self._free:
            self._free.append(len(self._called))
            self._called.append(None)
        number = self._numbers[thing] = self._free.pop()
        self._called[number] = called
        self._alike.add(number, features(called.sounds))

    def drop(self, thing: T) -> None:
        """Forget it again."""
        number = self._numbers.pop(thing)
        called, self._called[number] = self._called[number], None
        assert called is not None
        for sound in shortened(key(called.letters)):
            things = self._by_key.get(sound, {})
            things.pop(thing, None)
            if not things:
                self._by_key.pop(sound, None)
        self._free.append(number)
        self._alike.drop(number, features(called.sounds))

    def near(self, text: str, most: float) -> list[tuple[float, T]]:
        """Return what is written like `text`, the most alike first, with how many letters are others.

        At most the share `most` of the letters.
        """
        weighed = ((self.weigh(text, thing, most), thing) for thing in self.likely(text))
        return sorted(((changed, thing) for changed, thing in weighed if changed is not None), key=lambda one: one[0])

    def likely(self, text: str) -> tuple[T, ...]:
        """Return what perhaps is written like `text`, and is worth to be weighed."""
        wanted = Likely(text)
        found: dict[T, None] = {}
        for sound in wanted.keys:
            things = self._by_key.get(sound, {}).items()
            found |= {thing: None for thing, called in things if abs(len(called) - wanted.size) <= wanted.longer}
            if len(found) > MOST_ALIKE:
                break
        return tuple(found)

    def has(self, wanted: "Likely") -> bool:
        """Return whether anything is `likely`."""
        return any(
            abs(len(called) - wanted.size) <= wanted.longer
            for sound in wanted.keys
            for called in self._by_key.get(sound, {}).values()
        )

    def weigh(self, text: str, thing: T, most: float) -> float | None:
        """Return how many letters of `text` are others than those of a thing; ``None``: more than that share."""
        called = self._called[self._numbers[thing]]
        assert called is not None
        letters = text.replace(" ", "")
        share = unlike(letters, called.letters)
        return share * max(len(letters), len(called.letters)) if share <= most else None

    def levels(self, sounds: str) -> list[int]:
        """Return what sounds like a row of sounds at first glance, for `alike`."""
        return self._alike.levels(features(sounds))

    def bits(self, things: Iterable[T]) -> int:
        """Return some things as bits, for `alike`; what is not known here has none."""
        found = 0
        for thing in things:
            number = self._numbers.get(thing)
            if number is not None:
                found |= 1 << number
        return found

    def alike(self, levels: Iterable[int], most: int, among: int = -1) -> list[T]:
        """Return up to `most` things of the levels, the likeliest first, only those among the given bits."""
        found = (self._called[number] for number in first(levels, most, among))
        return [called.thing for called in found if called is not None]
