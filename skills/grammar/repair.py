"""Finds what was meant by a command that was corrected while it was said: ``the kitchen, no, the bedroom light``."""

from collections.abc import Iterator
from dataclasses import dataclass

from skills.grammar.manners import Manners
from skills.grammar.numbers import numbers_at
from skills.grammar.pointing import Pointer
from skills.grammar.resolve import Reading
from skills.grammar.tokens import Tokens, tokenize, words_of
from skills.grammar.turns import Phrase, Turns, longest

MOST_BREAKS = 3
"""A text that was interrupted more often is not followed."""

MOST_BACK = 8
"""So many words before the break are looked at for what is said again."""


Again = tuple[int, int, int]
"""Where to go back to, how many words behind the break to leave out, and from where words before it are kept."""


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

    def __init__(self, pointer: Pointer, turns: Turns, manners: Manners, language: str) -> None:
        self._pointer = pointer
        self._manners = manners
        self._turns = turns
        self._language = language

    def breaks(self, tokens: Tokens) -> list[Break]:
        """Return where a text was interrupted; words that interrupt one after the other are one break."""
        words, found = tokens.words, list[Break]()
        at = 1
        while at < len(words):
            kinds = (self._turns.breaks, self._turns.fresh, self._turns.hedges)
            sizes = [longest(words, phrases, at) for phrases in kinds]
            size = max(sizes)
            if not size:
                if hesitates(tokens, at, self._manners):
                    found.append(Break(at, at, fresh=False, hedge=True))
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

    def mended(self, tokens: Tokens, at: Break) -> list[Tokens]:
        """Return what the text may have been meant to be, what keeps most of it first."""
        words = tokens.words
        left, right = words[: at.start], words[at.end :]
        again = [*self._of_a_kind(left, right), *_again(left, right)]
        texts = [
            tokens.keep([*range(start), *range(at.end + skip, len(words)), *range(tail, at.start)])
            for start, skip, tail in again
        ]
        anew = tokens.cut(at.end, len(words))
        plain = self._plain(tokens, at)
        return [anew, *texts, *plain] if at.fresh else [*texts, *plain, anew]

    def _plain(self, tokens: Tokens, at: Break) -> list[Tokens]:
        """Return the text without the words that interrupt it, if they may mean nothing."""
        without = [*range(at.start), *range(at.end, len(tokens.words))]
        return [tokens.keep(without)] if at.hedge and at.start < at.end else []

    def item(self, tokens: Tokens, at: Break, reading: Reading) -> list[Tokens]:
        """Return the text with another thing for a list: the one said after the break."""
        start = next(c.start for c in reading.found.captures if c.slot.name == "item")
        cuts = [after for _, after in self._manners.parts(tokens) if start < after < at.start]
        start = cuts[-1] if cuts else start
        # As a text of its own: a thing on a list is kept as it was written.
        return (
            [tokenize(f"{tokens.said(0, start)} {tokens.said(at.end, len(tokens.words))}")] if start < at.start else []
        )

    def _of_a_kind(self, left: Phrase, right: Phrase) -> Iterator[Again]:
        """Yield the places where something stands that what follows can take the place of."""
        skip = 0
        while skip < len(right) - 1 and right[skip] in self._turns.leading and not self._alike(right[skip]):
            skip += 1
        for start in range(len(left) - 1, max(-1, len(left) - 1 - MOST_BACK), -1):
            tail = self._tail(left, start, right, skip)
            if tail is not None:
                yield start, skip, tail
            # A preposition may itself be what is corrected: "on", "off".
            if skip and self._swaps(left[start], right[0]):
                yield start, 0, len(left)

    def _tail(self, left: Phrase, start: int, right: Phrase, at: int) -> int | None:
        """Return where what is kept of the words before goes on behind the thing, number or opposite in both places.

        ``None``: different things stand there, or something would be lost.
        """
        ends = [end for end, _ in numbers_at(left, start, self._language)]
        again = [end for end, _ in numbers_at(right, at, self._language)]
        if ends and again:
            # "ten minutes, no, fifteen": the unit is not said again.
            end = max(ends)
            return None if len(left) - end > 1 else end if max(again) == len(right) else len(left)
        if self._swaps(left[start], right[at]):
            return len(left)
        if not self._pointer.ends(right, at) or left[start] in self._turns.leading:
            return None
        return len(left) if len(left) in self._pointer.ends(left, start) else None

    def _swaps(self, one: str, other: str) -> bool:
        return one != other and any(one in group and other in group for group in self._turns.alike)

    def _alike(self, word: str) -> bool:
        return any(word in group for group in self._turns.alike)


def hesitates(tokens: Tokens, at: int, manners: Manners) -> bool:
    """Return whether just before the word at `at` a sound that is no word was said, and left out."""
    left_out = tokens.text[tokens.spans[at - 1][1] : tokens.spans[at][0]]
    return left_out.strip(" ,.") != "" and manners.hesitations.issuperset(words_of(left_out.strip()) or ("?",))


def _again(left: Phrase, right: Phrase) -> Iterator[Again]:
    """Yield where the speaker began anew with the same word: "in the kitchen, I mean in the hall"."""
    for start in range(len(left) - 1, -1, -1):
        if left[start] == right[0]:
            yield start, 0, len(left)
