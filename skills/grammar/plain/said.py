"""A sentence as words that can be cut: each as it is compared and as it was said, with the breaks between them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from skills.grammar.tokens import fold, tokenize

HIDDEN = ","
"""What stands for a hidden word: a break, that no number goes on across."""


@dataclass(frozen=True)
class Said:
    """Words of a sentence. `breaks` are the places before which there is a comma, a colon or a full stop."""

    words: tuple[str, ...]
    raw: tuple[str, ...]
    breaks: frozenset[int] = frozenset()

    @cached_property
    def text(self) -> str:
        """The words as they are compared, with single blanks."""
        return " ".join(self.words)

    @cached_property
    def written(self) -> str:
        """The words as they were said."""
        return " ".join(self.raw)

    def __len__(self) -> int:
        return len(self.words)

    def cut(self, start: int, end: int | None = None) -> "Said":
        """Return the words from `start` to before `end`."""
        end = len(self.words) if end is None else end
        breaks = frozenset(at - start for at in self.breaks if start < at < end)
        return Said(self.words[start:end], self.raw[start:end], breaks)

    def without(self, *spans: tuple[int, int]) -> "Said":
        """Return the rest, with a break where something was taken out."""
        kept = [at for at in range(len(self.words)) if not any(start <= at < end for start, end in spans)]
        places = {old: new for new, old in enumerate(kept)}
        breaks = frozenset(places[at] for at in self.breaks if places.get(at))
        return Said(tuple(self.words[at] for at in kept), tuple(self.raw[at] for at in kept), breaks)

    def masked(self, spans: Iterable[tuple[int, int]]) -> "Said":
        """Return the words with others that mean nothing in some places."""
        hidden = {at for start, end in spans for at in range(start, end)}
        return Said(self.words, tuple(HIDDEN if at in hidden else raw for at, raw in enumerate(self.raw)), self.breaks)

    def bare(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return a span without the hidden words at its ends."""
        start, end = span
        while start < end and self.raw[start] == HIDDEN:
            start += 1
        while start < end and self.raw[end - 1] == HIDDEN:
            end -= 1
        return start, end

    def spans(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Yield where a pattern is found, in words: it matches whole words only."""
        for found in pattern.finditer(self.text):
            if found.group().strip():
                start = self.text[: found.start()].count(" ")
                yield start, start + found.group().strip().count(" ") + 1

    def span(self, pattern: re.Pattern[str]) -> tuple[int, int] | None:
        """Return where a pattern is found first."""
        return next(self.spans(pattern), None)

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Return the words that characters of `written` belong to."""
        first = self.written[:start].count(" ")
        return first, first + self.written[start:end].strip().count(" ") + 1

    def replaced(self, at: int, words: Iterable[str]) -> "Said":
        """Return the words with others in the place of one."""
        new = tuple(words)
        moved = len(new) - 1
        breaks = frozenset(one if one <= at else one + moved for one in self.breaks)
        return Said(
            (*self.words[:at], *(fold(one) for one in new), *self.words[at + 1 :]),
            (*self.raw[:at], *new, *self.raw[at + 1 :]),
            breaks,
        )


def said(text: str, written_out: Mapping[str, tuple[str, ...]], after_is: frozenset[str] = frozenset()) -> Said:
    """Return the words of a text, short forms written out: ``it's`` is two words."""
    tokens = tokenize(text)
    words: list[str] = []
    raw: list[str] = []
    breaks: set[int] = set()
    behind = 0
    following = (*tokens.words[1:], "")
    for word, after, (start, end) in zip(tokens.words, following, tokens.spans, strict=True):
        if words and re.search(r"[,;:.!?–—→]|[-=]>", text[behind:start]):
            breaks.add(len(words))
        behind = end
        out = written_out.get(word)
        if out is None and word.endswith("'s") and after in after_is:
            out = (word.removesuffix("'s"), "is")
        words += out or (word,)
        raw += out or (text[start:end],)
    return Said(tuple(words), tuple(raw), frozenset(breaks))
