"""Takes words apart that a language writes in one: ``Küchenlicht`` is the light of the ``Küche``."""

from collections.abc import Callable, Mapping

from skills.grammar.tokens import Tokens

_NORTHERN = ("", "s", "e", "en", "er")
LINKS: Mapping[str, tuple[str, ...]] = {
    "de": ("", "n", "en", "s", "es", "e", "er"),
    "nl": ("", "s", "en", "n", "e", "er"),
    "da": _NORTHERN,
    "nb": _NORTHERN,
    "sv": _NORTHERN,
}
"""What may stand between the parts of a compound, by language; others write the parts as words of their own."""

UMLAUTS = {"ae": "a", "oe": "o", "ue": "u"}
"""How German is written on a keyboard without umlauts, and as what these are compared."""

OPEN_HEADS: Mapping[str, tuple[str, ...]] = {"de": ("timer", "liste")}
"""What any word may stand before in one word: ``Nudeltimer`` is a timer called ``Nudel``, a ``Packliste`` a list."""

SHORTEST = 3
"""In letters, of a part."""

LONGEST = 40
"""In letters; a longer word is none."""

MOST_PARTS = 3

Known = Callable[[str], bool]


class Compounds:
    """Knows which words a compound of one language is made of: one of the house's, then one that anything knows."""

    def __init__(self, language: str, of_house: Known, known: Known) -> None:
        self._links = LINKS.get(language, ())
        self._open_heads = OPEN_HEADS.get(language, ())
        self._umlauts = language == "de"
        self._of_house = of_house
        self._known = known

    def parted(self, tokens: Tokens) -> Tokens:
        """Return the text with unknown compounds as the words they are made of, in the form that the house has."""
        if not self._links or all(map(self._known, tokens.words)):
            return tokens
        words: list[str] = []
        spans: list[tuple[int, int]] = []
        for word, (start, end) in zip(tokens.words, tokens.spans, strict=True):
            parts = self._meant(word)
            for part in parts[:-1]:
                words.append(part)
                spans.append((start, min(start + len(part), end)))
                start = spans[-1][1]
            words.append(parts[-1])
            spans.append((start, end))
        return Tokens(tokens.text, tuple(words), tuple(spans))

    def _meant(self, word: str) -> tuple[str, ...]:
        if self._known(word) or not word.isalpha() or not SHORTEST < len(word) <= LONGEST:
            return (word,)
        return self._parts(word, MOST_PARTS) or self._with_umlauts(word) or self._before_head(word) or (word,)

    def _before_head(self, word: str) -> tuple[str, ...]:
        head = next((head for head in self._open_heads if word.endswith(head)), word)
        front = word.removesuffix(head)
        return (front, head) if len(front) >= SHORTEST else ()

    def _with_umlauts(self, word: str) -> tuple[str, ...]:
        if not self._umlauts:
            return ()
        for written, compared in UMLAUTS.items():
            word = word.replace(written, compared)
        return (word,) if self._known(word) else self._parts(word, MOST_PARTS)

    def _parts(self, word: str, most: int) -> tuple[str, ...]:
        for cut in range(len(word) - SHORTEST, SHORTEST - 1, -1):
            front = self._front(word[:cut])
            if not front:
                continue
            rest = word[cut:]
            if self._known(rest):
                return (front, rest)
            further = self._parts(rest, most - 1) if most > 2 else ()
            if further:
                return (front, *further)
        # A name in the genitive: "des Thermostats".
        return (word[:-1],) if word.endswith("s") and self._of_house(word[:-1]) else ()

    def _front(self, text: str) -> str:
        """Return the word of the house that a compound begins with, ``kuche`` for ``kuchen``; empty: there is none."""
        for link in self._links:
            stem = text.removesuffix(link)
            if text.endswith(link) and len(stem) >= SHORTEST and self._of_house(stem):
                return stem
        return f"{text}e" if self._of_house(f"{text}e") else ""
