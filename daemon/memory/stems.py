"""The words of a text as the index keeps them: folded, without filler words, cut back to their stems."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

MOST_TERMS = 400
"""Of one text; what comes after them is kept and shown, but not found by its words."""
LONGEST_TERM = 32

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['’]s?\b")
_VOWELS = frozenset("aeiouy")

STOPWORDS = frozenset({
    "a", "about", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "being", "but", "by", "can",
    "could", "d", "did", "do", "does", "doing", "don", "for", "from", "had", "has", "have", "having", "he", "her",
    "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "ll", "m", "me", "might",
    "mine", "must", "my", "no", "nor", "not", "of", "on", "or", "our", "ours", "out", "over", "re", "s", "shall",
    "she", "should", "so", "some", "such", "t", "than", "that", "the", "their", "theirs", "them", "then", "there",
    "these", "they", "this", "those", "to", "too", "up", "us", "ve", "very", "was", "we", "were", "what", "when",
    "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would", "you", "your", "yours", "tell",
    "say", "said", "mention", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer",
    "und", "oder", "aber", "ist", "sind", "war", "waren", "bin", "bist", "hat", "haben", "habe", "hatte", "ich", "du",
    "er", "sie", "es", "wir", "ihr", "mich", "dich", "mir", "dir", "mein", "meine", "dein", "deine", "zu", "zum",
    "zur", "im", "auf", "aus", "bei", "mit", "nach", "von", "vom", "für", "wann", "wo", "wer", "wie", "warum",
    "nicht", "kein", "keine", "auch", "noch", "schon", "da", "dass",
})  # fmt: skip
"""English and German words that most texts have: they would cost a search the most and tell it nothing."""

# Longest first, as a suffix hides shorter ones; a final `e` is gone by then. The second is how many syllables must be
# left: `dancer` is of `dance`, but `mention` is not of `mental`.
_ENDINGS = (
    ("ization", 2), ("fulness", 1), ("iveness", 2), ("ational", 1), ("ically", 2), ("ation", 1), ("iviti", 2),
    ("ivity", 2), ("ement", 2), ("ment", 2), ("ness", 1), ("edly", 1), ("ably", 1), ("ibly", 1), ("ator", 1),
    ("anc", 2), ("enc", 2), ("abl", 2), ("ibl", 2), ("ity", 2), ("ion", 2), ("ant", 2), ("ent", 2), ("ous", 2),
    ("ful", 1), ("ism", 2), ("ist", 2), ("iv", 2), ("iz", 2), ("at", 2), ("er", 1), ("or", 1), ("ly", 1), ("al", 2),
    ("ic", 2),
)  # fmt: skip
_LEAST_LEFT = 4
_IRREGULAR = {
    "went": "go", "gone": "go", "goes": "go", "going": "go",
    "bought": "buy", "taught": "teach", "thought": "think", "ran": "run",
    "ate": "eat", "eaten": "eat", "made": "make", "took": "take", "taken": "take", "gave": "give", "given": "give",
    "got": "get", "gotten": "get", "saw": "see", "seen": "see", "met": "meet", "began": "begin", "begun": "begin",
    "wrote": "write", "written": "write", "drew": "draw", "drawn": "draw", "sang": "sing", "sung": "sing",
    "won": "win", "lost": "lose", "found": "find", "felt": "feel", "kept": "keep", "left": "leave", "told": "tell",
    "sold": "sell", "spoke": "speak", "drove": "drive", "grew": "grow", "grown": "grow", "knew": "know",
    "known": "know", "children": "child", "kids": "kid", "wives": "wife", "men": "man", "women": "woman",
    "people": "person", "feet": "foot", "mice": "mouse", "chose": "choose", "chosen": "choose", "broke": "break",
    "broken": "break", "wore": "wear", "rode": "ride", "swam": "swim", "flew": "fly", "fell": "fall", "built": "build",
    "brought": "bring", "caught": "catch", "sent": "send", "spent": "spend", "slept": "sleep", "led": "lead",
    "held": "hold", "became": "become", "came": "come", "paid": "pay", "used": "use",
    "using": "use", "heard": "hear", "hung": "hang",
}  # fmt: skip


def terms(text: str) -> list[str]:
    """Return the stems of a text's words in order, repeats included, without filler words; at most `MOST_TERMS`."""
    found = (stem(word) for word in words(text) if word not in STOPWORDS)
    return [term[:LONGEST_TERM] for term, _ in zip(found, range(MOST_TERMS), strict=False)]


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign)) if not plain.isascii() else plain
    return _WORD.findall(_POSSESSIVE.sub("", bare))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return what the forms of a word have in common; words that are short, or hold a digit, stay as they are.

    After M. F. Porter, "An algorithm for suffix stripping" (1980), with one step for what he does in four, and a table
    of irregular forms before it.
    """
    word = _IRREGULAR.get(word, word)
    if len(word) <= 3 or not word.isalpha():
        return word
    word = _without_plural(word)
    if len(word) <= 3:
        return word
    word = _without_tense(word)
    if word.endswith("e") and not _is_short(word[:-1]):
        word = word[:-1]
    for ending, least in _ENDINGS:
        left = word.removesuffix(ending)
        if left != word and len(left) >= _LEAST_LEFT and _syllables(left) >= least:
            word = left
            break
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _without_plural(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_tense(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        left = word.removesuffix(ending)
        if left == word or len(left) < 3 or _VOWELS.isdisjoint(left):
            continue
        if len(left) > 2 and left[-1] == left[-2] and left[-1] not in "lsz":
            return left[:-1]
        # `hoping` is of `hope`, `hopping` of `hop`.
        return left + "e" if _is_short(left) else left
    return word


def _is_short(word: str) -> bool:
    """Say whether a word is one syllable that ends on a consonant, a vowel and a consonant: there an `e` means much."""
    if len(word) < 3 or _syllables(word) != 1:
        return False
    first, vowel, last = (sign in _VOWELS for sign in word[-3:])
    return not first and vowel and not last and word[-1] not in "wxy"


def _syllables(word: str) -> int:
    """Return how many times a vowel is followed by a consonant."""
    kinds = ["aeiou".find(sign) >= 0 or (sign == "y" and place > 0) for place, sign in enumerate(word)]
    return sum(before and not after for before, after in pairwise(kinds))


def joined(found: Iterable[str]) -> dict[str, int]:
    """Return how often each term is there."""
    counts: dict[str, int] = {}
    for term in found:
        counts[term] = counts.get(term, 0) + 1
    return counts
