"""How names are compared: folded, and by how much of them agrees when they do not."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

_NOT_A_WORD = re.compile(r"[^\w]+")
LONGEST_NAME = 256
"""Characters of a name that are compared; what is longer is no name."""


def fold(text: str) -> str:
    """Return ``text`` as names are compared: without case, diacritics, punctuation and double blanks."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST_NAME]).casefold()
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", letters.replace("_", " ")).strip()


def slug(text: str) -> str:
    """Return ``text`` as an id: ``[a-z0-9_]``, never empty."""
    return re.sub(r"[^a-z0-9]+", "_", fold(text).replace("ß", "ss")).strip("_") or "unnamed"


def trigrams(folded: str) -> frozenset[str]:
    """Return the letter triples of a folded name, its edges marked: what two spellings of one name share."""
    padded = f"  {folded} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much two sets of trigrams agree, 0 to 1 (Dice)."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def nearest(words: str, choices: Iterable[str], *, at_least: float = 0.6) -> str | None:
    """Return the choice closest to ``words``, or ``None`` if none is close: for "did you mean"."""
    by_folded = {fold(choice): choice for choice in choices}
    close = get_close_matches(fold(words), by_folded, n=1, cutoff=at_least)
    return by_folded[close[0]] if close else None
