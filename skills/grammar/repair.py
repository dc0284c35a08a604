"""Finds what was meant by a command that was corrected while it was said: ``the kitchen, no, the bedroom light``."""

from collections.abc import Iterator
from dataclasses import dataclass

from skills.grammar.numbers import numbers_at
from skills.grammar.pointing import Pointer
from skills.grammar.tokens import Tokens
from skills.grammar.turns import Phrase, Turns, longest

MOST_BREAKS = 3
"""A text that was interrupted more often is not followed."""

MOST_BACK = 8
"""So many words before the break are looked at for what is said again."""


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a text was interrupted."""

    start: int
    end: int
    fresh: bool
    """True if all that was said before was taken back."""
    hedge: bool
    """True if the words may also mean nothing."""


class Mender:
    """Self-repair in one language."""

    def __init__(self, pointer: Pointer, turns: Turns, language: str) -> None:
        self._pointer = pointer
        self._turns = turns
        self._language = language

    def breaks(self, words: Phrase) -> list[Break]:
        """Return where a text was interrupted; words that interrupt one after the other are one break."""
        found: list[Break] = []
        at = 1
        while at < len(words):
            kinds = (self._turns.breaks, self._turns.fresh, self._turns.hedges)
            sizes = [longest(words, phrases, at) for phrases in kinds]
            size = max(sizes)
            if not size:
                at += 1
                continue
            fresh, hedge = sizes[1] == size, sizes[2] == size
            if found and found[-1].end == at:
                before = found.pop()
                found.append(Break(before.start, at + size, before.fresh or fresh, before.hedge and hedge))
            else:
                found.append(Break(at, at + size, fresh, hedge))
            at += size
        return found

    def mended(self, tokens: Tokens, at: Break) -> Iterator[Tokens]:
        """Yield what the text may have been meant to be, what keeps most of it first."""
        words = tokens.words
        left, right = words[: at.start], words[at.end :]
        if not right:
            return
        if not at.fresh:
            for start, skip in (*self._of_a_kind(left, right), *_again(left, right)):
                yield tokens.keep([*range(start), *range(at.end + skip, len(words))])
        yield tokens.cut(at.end, len(words))

    def plain(self, tokens: Tokens, at: Break) -> Tokens:
        """Return the text without the words that interrupt it."""
        return tokens.keep([*range(at.start), *range(at.end, len(tokens.words))])

    def _of_a_kind(self, left: Phrase, right: Phrase) -> Iterator[tuple[int, int]]:
        """Yield where something begins that what follows takes the place of, and how many words of that to skip."""
        skip = 0
        while skip < len(right) - 1 and right[skip] in self._turns.leading and not self._alike(right[skip]):
            skip += 1
        for start in range(len(left) - 1, max(-1, len(left) - 1 - MOST_BACK), -1):
            if self._is_of_a_kind(left, start, right, skip):
                yield start, skip
            # A preposition may itself be what is corrected: "on", "off".
            if skip and self._swaps(left[start], right[0]):
                yield start, 0

    def _is_of_a_kind(self, left: Phrase, start: int, right: Phrase, at: int) -> bool:
        """Return whether a thing, a number or an opposite stands in both places, with nothing lost behind it."""
        numbers = {end for end, _ in numbers_at(left, start, self._language)}
        if numbers and numbers_at(right, at, self._language):
            return any(len(left) - end <= 1 for end in numbers)
        if self._swaps(left[start], right[at]):
            return True
        if not self._pointer.ends(right, at) or left[start] in self._turns.leading:
            return False
        return len(left) in self._pointer.ends(left, start)

    def _swaps(self, one: str, other: str) -> bool:
        return one != other and any(one in group and other in group for group in self._turns.alike)

    def _alike(self, word: str) -> bool:
        return any(word in group for group in self._turns.alike)


def _again(left: Phrase, right: Phrase) -> Iterator[tuple[int, int]]:
    """Yield where the speaker began anew with the same word: "in the kitchen, I mean in the hall"."""
    for start in range(len(left) - 1, -1, -1):
        if left[start] == right[0]:
            yield start, 0
