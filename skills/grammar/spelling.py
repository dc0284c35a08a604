"""Guesses how a misspelt text was meant: a letter too many, too few, wrong or swapped, words joined or torn apart.

A word that is known, to the sentences or to the house, is never touched.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cache
from itertools import islice

from skills.grammar.tokens import Tokens

SHORTEST_MISSPELT = 4
"""Of shorter words at most a letter is missing: any other change makes too many other words of them."""

LONGEST_MISSPELT = 20
"""Longer words are not tried: their respellings would cost too much time."""

SHORTEST_PART = 3
"""So long must both words be that were run together."""

MOST_CHANGES = 2
"""As many words of a text may be misspelt."""

MOST_UNKNOWN = 4
"""A text with more unknown words is about something else."""

MOST_SPELLINGS = 6
"""As many respelled texts are tried."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

Span = tuple[int, int]
_Piece = tuple[str, Span]
_Option = tuple[list[_Piece], int]
Knows = Callable[[str], bool]


def unknown_words(tokens: Tokens, knows: Knows) -> list[int]:
    """Return the places of the words, numbers left out, that are not known."""
    return [at for at, word in enumerate(tokens.words) if word[0].isalpha() and not knows(word)]


def respelled(tokens: Tokens, knows: Knows, settled: Collection[str] = ()) -> Iterator[Tokens]:
    """Yield the text with one or two unknown words changed to known ones; unknown words like no other stay.

    Words in `settled` are left to those who know what they are mistaken for. At most half of the words are changed: a
    text that is all guessed says nothing.
    """
    if len(unknown_words(tokens, knows)) > MOST_UNKNOWN:
        return
    changes = min(MOST_CHANGES, len(tokens.words) // 2)

    def leaves(word: str) -> bool:
        return word in settled or knows(word)

    @cache
    def options(at: int) -> list[_Option]:
        return list(_options(tokens, at, leaves))

    for pieces in islice(_texts(tokens, 0, options, changes), MOST_SPELLINGS):
        words = tuple(word for word, _ in pieces)
        if words != tokens.words:
            yield Tokens(tokens.text, words, tuple(span for _, span in pieces))


def _texts(tokens: Tokens, at: int, options: Callable[[int], list[_Option]], changes: int) -> Iterator[list[_Piece]]:
    """Yield the spellings of the text from word `at` on, with at most so many changes."""
    if at == len(tokens.words):
        yield []
        return
    changed = options(at) if changes else []
    for pieces, after in changed:
        for rest in _texts(tokens, after, options, changes - 1):
            yield [*pieces, *rest]
    if not changed:
        for rest in _texts(tokens, at + 1, options, changes):
            yield [(tokens.words[at], tokens.spans[at]), *rest]


def _options(tokens: Tokens, at: int, knows: Knows) -> Iterator[_Option]:
    """Yield what the word at `at` may have been meant to be, and where the text goes on."""
    word, span = tokens.words[at], tokens.spans[at]
    following = tokens.words[at + 1] if at + 1 < len(tokens.words) else ""
    known = knows(word)
    if following.isalpha() and not (known and knows(following)) and knows(word + following):
        yield [(word + following, (span[0], tokens.spans[at + 1][1]))], at + 2
    if known:
        return
    if word.endswith("'s") and knows(word[:-2]):
        yield [(word[:-2], span)], at + 1
    if not word.isalpha():
        return
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        if knows(word[:cut]) and knows(word[cut:]):
            yield [(word[:cut], (span[0], span[0] + cut)), (word[cut:], (span[0] + cut, span[1]))], at + 1
    for near in sorted(filter(knows, _one_letter_away(word))):
        yield [(near, span)], at + 1


def _one_letter_away(word: str) -> set[str]:
    if not SHORTEST_MISSPELT - 1 <= len(word) <= LONGEST_MISSPELT:
        return set()
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    more = {left + letter + right for left, right in halves for letter in _LETTERS}
    if len(word) < SHORTEST_MISSPELT:
        return more
    less = {left + right[1:] for left, right in halves if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    other = {left + letter + right[1:] for left, right in halves if right for letter in _LETTERS}
    return less | swapped | other | more
