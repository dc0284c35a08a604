"""The words a house expects, in the forms that the engines want: plain sentences, a JSGF grammar, and a check."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from voice.model import Vocabulary

_SLOT = re.compile(r"\{(\w+)\}")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?|\d+")
_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

SENTENCES_MAX = 20_000
"""More than this are not given to an engine; the rest is left to its open model."""


def spoken_words(text: str, language: str = "en") -> list[str]:
    """Return the words of `text` as a recognizer writes them: lower case, no punctuation, English numbers as words."""
    words: list[str] = []
    for word in _WORD.findall(text.lower().replace("’", "'")):
        words.extend(_number(word) if word.isdigit() and language.startswith("en") else [word])
    return words


def _number(digits: str) -> list[str]:
    number = int(digits) if len(digits) <= 3 else -1
    match number:
        case -1:
            return [_ONES[int(digit)] for digit in digits if digit.isascii()]
        case n if n < 20:
            return [_ONES[n]]
        case n if n < 100:
            return [_TENS[n // 10 - 2], *([_ONES[n % 10]] if n % 10 else [])]
        case n:
            return [_ONES[n // 100], "hundred", *(_number(str(n % 100)) if n % 100 else [])]


class Grammar:
    """A vocabulary without what the engine cannot say: normalized, deduplicated, ready to be written out.

    Phrases and slot values with a word that the engine lacks are left out as a whole: half a name would be heard as
    another name.
    """

    def __init__(self, vocabulary: Vocabulary, knows: Callable[[str], bool], *, language: str = "en") -> None:
        self._language = language
        self._missing: dict[str, None] = {}
        cache: dict[str, bool] = {}

        def known(words: Sequence[str]) -> bool:
            for word in words:
                if not cache.setdefault(word, knows(word)):
                    self._missing[word] = None
            return bool(words) and all(cache[word] for word in words)

        self.slots: Mapping[str, tuple[str, ...]] = {
            name: tuple(dict.fromkeys(" ".join(words) for words in map(self._words, values) if known(words)))
            for name, values in vocabulary.slots
        }
        self._values = {name: {tuple(value.split()) for value in values} for name, values in self.slots.items()}
        self._longest = max((len(value) for values in self._values.values() for value in values), default=0)
        self.phrases: tuple[tuple[str, ...], ...] = tuple(
            dict.fromkeys(
                parts for parts in map(self._parts, vocabulary.phrases) if parts and self._usable(parts, known)
            )
        )
        """Each a row of words and ``{slots}``."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The words of the vocabulary that the engine lacks, in order of appearance."""
        return tuple(self._missing)

    def _words(self, text: str) -> list[str]:
        return spoken_words(text, self._language)

    def _parts(self, phrase: str) -> tuple[str, ...]:
        parts: list[str] = []
        at = 0
        for slot in _SLOT.finditer(phrase):
            parts += [*self._words(phrase[at : slot.start()]), slot.group(0)]
            at = slot.end()
        return (*parts, *self._words(phrase[at:]))

    def _usable(self, parts: tuple[str, ...], known: Callable[[Sequence[str]], bool]) -> bool:
        words = [part for part in parts if not part.startswith("{")]
        return (not words or known(words)) and all(self.slots.get(part[1:-1]) for part in parts if part.startswith("{"))

    def sentences(self) -> Iterator[str]:
        """Yield plain sentences in which every value stands at least once in every place that it can stand in.

        Not all combinations: engines that learn word pairs from a list (Vosk 0.3.45 builds a bigram) need no more, and
        two slots of 200 values would be 40,000 sentences.
        """
        seen: set[str] = set()
        for parts in self.phrases:
            rows = [self.slots[part[1:-1]] if part.startswith("{") else (part,) for part in parts]
            for index in range(max(len(row) for row in rows)):
                sentence = " ".join(row[index % len(row)] for row in rows)
                if sentence not in seen:
                    seen.add(sentence)
                    yield sentence
                    if len(seen) >= SENTENCES_MAX:
                        return

    def jsgf(self) -> str:
        """Return the grammar for pocketsphinx; empty when there is no phrase.

        Phrases that go on alike from their first slot share it: pocketsphinx 5.1.1 copies a slot's values to each place
        that names it, and its time grows with that.
        """
        if not self.phrases:
            return ""
        heads: dict[tuple[str, ...], list[str]] = {}
        for parts in self.phrases:
            first = next((at for at, part in enumerate(parts) if part.startswith("{")), 0)
            heads.setdefault(parts[first:], []).append(" ".join(parts[:first]))
        used = {part[1:-1] for tail in heads for part in tail if part.startswith("{")}
        rules = [f"<{name}> = {' | '.join(self.slots[name])};" for name in sorted(used)]
        rows = [_row(head, tail) for tail, head in heads.items()]
        return "\n".join(["#JSGF V1.0;", "grammar house;", *rules, f"public <command> = {' | '.join(rows)};"])

    def accepts(self, text: str) -> bool:
        """Return whether `text` is a whole sentence of this grammar, not only the beginning of one."""
        words = tuple(text.split())
        return any(self._matches(parts, words) for parts in self.phrases)

    def _matches(self, parts: tuple[str, ...], words: tuple[str, ...]) -> bool:
        if not parts:
            return not words
        head, rest = parts[0], parts[1:]
        if not head.startswith("{"):
            return bool(words) and words[0] == head and self._matches(rest, words[1:])
        values = self._values[head[1:-1]]
        sizes = range(1, min(len(words), self._longest) + 1)
        return any(words[:size] in values and self._matches(rest, words[size:]) for size in sizes)


def _row(heads: Sequence[str], tail: Sequence[str]) -> str:
    """Return one alternative: any of `heads`, then `tail`; an empty head means that the tail may stand alone."""
    written = " ".join(f"<{part[1:-1]}>" if part.startswith("{") else part for part in tail)
    worded = [head for head in heads if head]
    if not worded:
        return written
    return f"[{' | '.join(worded)}] {written}" if "" in heads else f"({' | '.join(worded)}) {written}"
