"""Finds, among thousands of sets of features, those that have most in common with one, in a few hundredths of a
millisecond.

All sets are counted at once: how many of the wanted features each one has is written across a few large numbers, one
bit of each for every set, so that adding a feature to all counts takes a few operations on large numbers.
"""

from collections.abc import Collection, Iterable, Iterator

SHARES = (0.45, 0.4, 0.33, 0.27, 0.22, 0.17)
"""How much two sets must have in common, of all that is in both: what has more comes first."""


GRAIN = 4
"""Sets are told apart by their size only so far: fewer kinds of sets are quicker to go through."""


class Shortlist:
    """Sets of features, each under a number of its own: small ones, as they are places in large numbers."""

    def __init__(self) -> None:
        self._having: dict[int, int] = {}
        """The sets that have a feature, one bit each."""
        self._sized: dict[int, int] = {}
        """The sets of so many features, or a few more."""
        self._needed: dict[int, list[list[tuple[int, int]]]] = {}
        """By how many features are looked for and by share: the sizes, each with how many must be in common."""

    def add(self, number: int, features: Collection[int]) -> None:
        """Note a set of features."""
        bit = 1 << number
        size = len(features) // GRAIN * GRAIN
        if size not in self._sized:
            self._sized[size] = 0
            self._needed.clear()
        self._sized[size] |= bit
        for feature in features:
            self._having[feature] = self._having.get(feature, 0) | bit

    def drop(self, number: int, features: Collection[int]) -> None:
        """Forget it again."""
        others = ~(1 << number)
        self._sized[len(features) // GRAIN * GRAIN] &= others
        for feature in features:
            self._having[feature] &= others

    def alike(self, features: Collection[int], most: int) -> list[int]:
        """Return the numbers of up to `most` sets that have much in common with `features`, roughly best first."""
        return first(self.levels(features), most)

    def levels(self, features: Collection[int]) -> list[int]:
        """Return the sets that have much in common with `features`, one bit each, in levels: those with most first."""
        count = len(features)
        at_least = _at_least(self._counts(features), count)
        levels: list[int] = []
        seen = 0
        for needed in self._needed.get(count) or self._plan(count):
            level = 0
            for size, common in needed:
                if common < len(at_least):
                    level |= self._sized[size] & at_least[common]
            levels.append(level & ~seen)
            seen |= level
        return levels

    def _plan(self, count: int) -> list[list[tuple[int, int]]]:
        found = self._needed[count] = [
            [(size, common) for size in self._sized if (common := int(share * (size + count)) + 1) <= count]
            for share in SHARES
        ]
        return found

    def _counts(self, features: Collection[int]) -> list[int]:
        """Return how many of the features each set has: the lowest digits of all counts first."""
        digits: list[int] = []
        for feature in features:
            carried = self._having.get(feature, 0)
            for at, digit in enumerate(digits):
                if not carried:
                    break
                digits[at] = digit ^ carried
                carried &= digit
            if carried:
                digits.append(carried)
        return digits


def _at_least(digits: list[int], most: int) -> list[int]:
    """Return the sets of which the count is at least each number, up to `most`."""
    exactly = [-1]
    for digit in reversed(digits):
        exactly = [part for sets in exactly for part in (sets & ~digit, sets & digit)]
    found = [0] * (len(exactly) + 1)
    for number in range(len(exactly) - 1, -1, -1):
        found[number] = found[number + 1] | exactly[number]
    return found[: most + 1]


def first(levels: Iterable[int], most: int, among: int = -1) -> list[int]:
    """Return the numbers of the first `most` sets in levels, only those `among` the given ones."""
    found: list[int] = []
    for level in levels:
        for number in _places(level & among):
            found.append(number)
            if len(found) == most:
                return found
    return found


def _places(sets: int) -> Iterator[int]:
    while sets:
        lowest = sets & -sets
        yield lowest.bit_length() - 1
        sets ^= lowest
