"""Cuts text into words the same way for sentences, names of the house and what people say, so that they can be compared
word by word.
"""

import re
import unicodedata
from dataclasses import dataclass

MOST_TOKENS = 120
"""Longer texts are not commands; nothing behind this module looks at more."""

MOST_CHARACTERS = 2_000
"""What is cut at all: a longer text has too many words for certain, or one absurd one."""

# Vowel signs of abugidas and Hebrew/Arabic points are no letters for `re`, yet belong to the word.
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff])"
_IDEOGRAPH = "[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
_WORD = re.compile(
    rf"{_IDEOGRAPH}"
    r"|(?:(?<![\w])-)?\d+(?:[.,]\d+)+(?![\d])|\d+:\d\d(?!\d)|\d+/\d+(?!\d)|\d+(?:st|nd|rd|th)\b|(?:(?<![\w])-)?\d+"
    rf"|(?:{_LETTER}\.){{2,}}"
    rf"|{_LETTER}+(?:['’]{_LETTER}+)*['’]?"
    r"|[%°½¼¾&+]",
    re.IGNORECASE,
)
_ELISION = re.compile(
    r"(?:l|d|j|n|s|c|m|t|qu|lorsqu|jusqu|puisqu|un|all|dall|dell|nell|sull|coll|quell|quest|bell)['’](?=\w)"
)
_PLAIN = re.compile(r"[A-Za-z]+(?: (?:[A-Za-z]+|[0-9]+))*")
"""Most names of a house: their words are found ten times faster without `_WORD`."""
_SYMBOLS = {"½": "1/2", "¼": "1/4", "¾": "3/4", "&": "and", "+": "plus"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as words: folded for comparing, with the place each came from."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def said(self, start: int, end: int) -> str:
        """Return the stretch of the text that words `start` to `end` (exclusive) came from, as it was written."""
        if start >= end:
            return ""
        return self.text[self.spans[start][0] : self.spans[end - 1][1]].strip(" .,!?;:'’\"")

    def keep(self, positions: "list[int]") -> "Tokens":
        """Return the same text with only the words at `positions`."""
        return Tokens(self.text, tuple(self.words[i] for i in positions), tuple(self.spans[i] for i in positions))

    def cut(self, start: int, end: int) -> "Tokens":
        """Return the words `start` to `end` (exclusive) alone."""
        return Tokens(self.text, self.words[start:end], self.spans[start:end])

    def with_word(self, position: int, word: str) -> "Tokens":
        """Return the same text with another word at `position`."""
        words = (*self.words[:position], word, *self.words[position + 1 :])
        return Tokens(self.text, words, self.spans)


def fold(word: str) -> str:
    """Return a word as it is compared: no case, no diacritics of Latin, Greek or Cyrillic, straight apostrophes."""
    if word.isascii():
        folded = word.lower()
    else:
        parted = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
        folded = unicodedata.normalize("NFKC", "".join(c for c in parted if not "\u0300" <= c <= "\u036f"))
    # An abbreviation loses its points, a number keeps its decimal point.
    return folded if folded[:1].isdigit() or folded[:1] == "-" else folded.replace(".", "")


def tokenize(text: str) -> Tokens:
    """Return the words of `text`; punctuation, emoji and control characters separate and are dropped.

    At most `MOST_TOKENS` + 1 words come back, so a caller sees that there were too many.
    """
    words: list[str] = []
    spans: list[tuple[int, int]] = []
    for found in _WORD.finditer(text[:MOST_CHARACTERS]):
        start, end = found.span()
        for first, last in _parts(text, start, end):
            word = text[first:last]
            folded = _SYMBOLS[word] if word in _SYMBOLS else fold(word)
            if folded:
                words.append(folded)
                spans.append((first, last))
        if len(words) > MOST_TOKENS:
            break
    return Tokens(text, tuple(words), tuple(spans))


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text alone."""
    return tuple(text.lower().split(" ")) if _PLAIN.fullmatch(text) else tokenize(text).words


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split an elided article off its noun (``l'entrée``, ``nell'ingresso``), and symbols written in one."""
    word = text[start:end]
    if word in _SYMBOLS or ("'" not in word and "’" not in word):
        return [(start, end)]
    elided = _ELISION.match(word.lower())
    if elided is None:
        return [(start, end)]
    middle = start + elided.end()
    return [(start, middle), (middle, end)]
