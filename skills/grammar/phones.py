"""How written words are spoken, in sounds of one character each, and how easily one row of sounds is heard for another.

A recogniser does not err by letters: it hears "time words" for "timers". The rules are a rough letter-to-sound model;
what they get wrong they get wrong alike for what was said and what was meant.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate, pairwise, permutations

VOWELS = frozenset("AaeiIouUV3YEWO")
"""Open a (car, hot), a (cat), e, i, ee, oh, oo (book), oo (moon), u (cup), er, eye, ay, ow, oy."""

_ENGLISH_WORDS = {
    word: sounds
    for sounds, words in {
        "wVn": "one won",
        "tU": "to two too",
        "DV": "the",
        "V": "a",
        "Vv": "of",
        "Ar": "are",
        "iz": "is",
        "wVz": "was",
        "hU": "who",
        "hUm": "whom",
        "yU": "you",
        "dU": "do",
        "wVt": "what",
        "opVn": "open",
        "Et": "eight ate",
        "et": "ate",
        "sed": "said",
        "sVm": "some",
        "kVm": "come",
        "hav": "have",
        "giv": "give",
        "get": "get",
        "liv": "live",
        "livN": "living",
        "pIem": "pm",
        "Iem": "am",
        "tIvI": "tv",
        "W3": "our hour",
        "W3z": "ours hours",
        "kVl3": "color colour",
        "eni": "any",
        "meni": "many",
        "hW": "how",
        "nW": "now",
        "de": "they",
        "wer": "where",
        "der": "there",
        "fAr": "four",
        "Vp": "up",
        "minVt": "minute",
        "minVts": "minutes",
    }.items()
    for word in words.split()
}
_GERMAN_WORDS = {"und": "unt", "ist": "ist", "die": "dI", "das": "das"}

_ENGLISH = (
    ("tion", "SVn"), ("sion", "ZVn"), ("ture", "C3"), ("cious", "SVs"), ("tch", "C"), ("tain(?=s?$)", "tVn"),
    ("(?<=[td])on(?=s?$)", "Vn"), ("ck", "k"), ("ch", "C"), ("sh", "S"), ("ph", "f"), ("^wr", "r"), ("^kn", "n"),
    ("wh(?=[aeiy])", "w"), ("th(?=er|[aeo]$|[ie]s|at)", "D"), ("th", "T"), ("eigh", "E"), ("igh", "Y"), ("augh", "A"),
    ("ough", "A"), ("gh", ""), ("dge?", "J"), ("ng(?![aeiouy])", "N"), ("n(?=[kg])", "N"), ("(?<!^)g(?=[eiy])", "J"),
    ("^gy", "Ji"), ("sc(?=[eiy])", "s"), ("c(?=[eiy])", "s"), ("qu", "kw"), ("x", "ks"), ("oo(?=[kd])", "u"),
    ("oo(?=r)", "A"), ("oo", "U"), ("ould", "ud"), ("our", "Ar"), ("ous$", "Vs"), ("ou", "W"), ("ow$", "o"),
    ("ow", "W"), ("oi", "O"), ("oy", "O"), ("ee", "I"), ("ea(?=d|th|sur|lth)", "e"), ("ea", "I"), ("air", "er"),
    ("ai", "E"), ("ay", "E"), ("ey$", "I"), ("ei", "I"), ("au", "A"), ("aw", "A"), ("ies$", "Iz"), ("ied$", "Yd"),
    ("ie", "I"), ("oa", "o"), ("ue", "U"), ("ui", "U"), ("ew", "U"), ("(?<=[a-z]{2})or$", "3"), ("er(?![aeiou])", "3"),
    ("ir(?![aeiou])", "3"), ("ur(?![aeiou])", "3"), ("war", "wAr"), ("are$", "er"), ("ar", "Ar"), ("or", "Ar"),
    ("a(?=[b-df-hj-np-tv-z](?:e[sd]?$|ing$))", "E"), ("i(?=[b-df-hj-np-tv-z](?:e[sd]?$|ing$))", "Y"),
    ("o(?=[b-df-hj-np-tv-z](?:e[sd]?$|ing$))", "o"), ("u(?=[b-df-hj-np-tv-z](?:e[sd]?$|ing$))", "U"),
    ("i(?=nd$|nds$|ld$)", "Y"), ("al(?=[lkt])", "A"), ("le$", "Vl"), ("(?<=[td])ed$", "Vd"), ("(?<=[a-z]{2})ed$", "d"),
    ("(?<=[sxzcg])es$", "Vz"), ("(?<=[cs]h)es$", "Vz"), ("(?<=[bdglmnrvwy])es$", "z"),
    ("(?<=[bdglmnrvwyaeiou])s$", "z"), ("es$", "s"), ("(?<=[aeiou])s(?=[aeiou])", "z"), ("e$", ""), ("^y", "y"),
    ("(?<=^.)y$", "Y"), ("(?<=^..)y$", "Y"), ("y$", "I"), ("y", "i"), ("o$", "o"), ("a$", "V"), ("i$", "I"),
    ("a", "a"), ("e", "e"), ("i", "i"), ("o", "A"), ("u", "V"), ("j", "J"), ("c", "k"), ("q", "k"), ("mb$", "m"),
)  # fmt: skip
_GERMAN = (
    ("sch", "S"), ("tsch", "C"), ("^st", "St"), ("^sp", "Sp"), ("chs", "ks"), ("ch", "x"), ("ck", "k"), ("tz", "ts"),
    ("z", "ts"), ("ei", "Y"), ("ai", "Y"), ("ey", "Y"), ("ay", "Y"), ("ie", "I"), ("eu", "O"), ("äu", "O"),
    ("au", "W"), ("qu", "kv"), ("ng", "N"), ("ph", "f"), ("v", "f"), ("w", "v"), ("ß", "s"), ("s(?=[aeiouäöü])", "z"),
    ("(?<=[aeiouäöü])h", ""), ("b$", "p"), ("d$", "t"), ("g$", "k"), ("er$", "V"), ("e$", "V"), ("ä", "e"), ("ö", "3"),
    ("ü", "i"), ("y", "i"), ("a", "A"), ("o", "o"), ("u", "U"), ("i", "i"), ("e", "e"), ("j", "y"), ("c", "k"),
    ("x", "ks"), ("th", "t"),
)  # fmt: skip


class _Speech:
    """The rules of one language."""

    def __init__(self, words: Mapping[str, str], rules: tuple[tuple[str, str], ...]) -> None:
        self._words = words
        by_letter: dict[str, list[tuple[str, str]]] = {}
        for letters, sounds in rules:
            by_letter.setdefault(_CONDITIONS.sub("", letters)[0], []).append((letters, sounds))
        self._rules = {
            letter: (re.compile("|".join(f"({letters})" for letters, _ in own)), [sounds for _, sounds in own])
            for letter, own in by_letter.items()
        }

    def __call__(self, word: str) -> str:
        known = self._words.get(word)
        if known is not None:
            return known
        said, at = "", 0
        while at < len(word):
            rules, sounds = self._rules.get(word[at], _NO_RULES)
            found = rules.match(word, at)
            sound = word[at] if found is None else sounds[(found.lastindex or 1) - 1]
            if sound[:1] != said[-1:] and sound[:1] in _PLAIN:
                said += sound
            at = at + 1 if found is None else found.end()
        return said


_CONDITIONS = re.compile(r"\^|\(\?<[=!][^)]*\)")
"""What a rule demands of what comes before its letters."""
_NO_RULES: tuple[re.Pattern[str], list[str]] = (re.compile("(?!)"), [])
_PLAIN = VOWELS | frozenset("bdfghklmnprstvwyzTDSZCJNx")
_SPEECHES = {"en": _Speech(_ENGLISH_WORDS, _ENGLISH), "de": _Speech(_GERMAN_WORDS, _GERMAN)}


def spoken(text: str, language: str = "en") -> str:
    """Return the sounds of lower-case words; of a language without rules, as if they were English."""
    return "".join(_word(word, language) for word in text.split())


@lru_cache(maxsize=8192)
def _word(word: str, language: str) -> str:
    return _SPEECHES.get(language, _SPEECHES["en"])(word)


_ALIKE: tuple[tuple[float, str], ...] = (
    (0.25, "pb td kg fv sz SZ CJ fT TD mn nN DV3 vD"),
    (0.3, "iI ie uU Vu Va VA Ve Vi ae Ao A3 V3 oU EI Ee YA Wa OA r3 aA yI wU wu"),
    (0.4, "ptk bdg mN sT sS zD SC ZJ tC dJ tT dD vb lrw ry hf VIo oW oA ou ei aE YE eE Yi YI aY EV YaA"),
    (0.6, "sfh nmlN lnd mbw nd nt ly gJ kC szSZCJTD xkh xSC"),
)
"""What is heard for what, and how seldom: pairs and groups, after which sounds are made in the same way or place."""

_OTHER_VOWEL, _OTHER_CONSONANT, _OTHER = 0.5, 0.85, 1.1
_SOFT, _WEAK = dict.fromkeys("VihwyD3", 0.4), dict.fromkeys("aAeuIUtdrln", 0.55)
_LOST: Mapping[str, float] = {**_SOFT, **_WEAK, "o": 0.6, "E": 0.6}
"""How much it weighs that a sound was not heard, or heard where there was none; all others weigh `_LOST_OTHER`."""
_LOST_OTHER = 0.75
FIRST = 0.25
"""What is added for another first sound, in parts of what that weighs."""


def _changes() -> dict[str, dict[str, float]]:
    weights: dict[str, dict[str, float]] = {}
    for one in _PLAIN:
        for other in _PLAIN:
            vowels = (one in VOWELS) + (other in VOWELS)
            weight = (_OTHER_CONSONANT, _OTHER, _OTHER_VOWEL)[vowels]
            weights.setdefault(one, {})[other] = 0.0 if one == other else weight
    for weight, groups in reversed(_ALIKE):
        for one, other in (pair for group in groups.split() for pair in permutations(group, 2) if pair[0] != pair[1]):
            weights[one][other] = weight
    return weights


_CHANGES = _changes()


def lost(sound: str) -> float:
    """Return how much it weighs that a sound was not heard, or heard where there was none."""
    return _LOST.get(sound, _LOST_OTHER)


def changes(sound: str) -> Mapping[str, float]:
    """Return how much it weighs that a sound was heard as each other one."""
    return _CHANGES[sound]


def apart(one: str, other: str, most: float) -> float:
    """Return how much must be misheard to make a row of sounds the other: about 1 for each sound that is another one.

    What is wrong with the first sound weighs more. Beyond `most` it may be any number above it.
    """
    first = FIRST * _CHANGES[one[0]][other[0]] if one and other and one[0] != other[0] else 0.0
    most -= first
    added = [_LOST.get(sound, _LOST_OTHER) for sound in other]
    last = [0.0, *accumulate(added)]
    for left in one:
        lost, change = _LOST.get(left, _LOST_OTHER), _CHANGES[left]
        before = last[0]
        best = least = before + lost
        row = [best]
        for right, more, above in zip(other, added, last[1:], strict=True):
            best += more
            if (changed := before + change[right]) < best:
                best = changed
            if (dropped := above + lost) < best:
                best = dropped
            if best < least:
                least = best
            row.append(best)
            before = above
        if least > most:
            return least + first
        last = row
    return last[-1] + first


_NUMBERS: dict[str, int] = {}


def _features(sounds: str) -> Iterator[str]:
    kinds = [_KINDS[sound] for sound in sounds]
    bones = [kind for kind in kinds if kind not in _OPEN]
    yield from bones
    yield f"^{kinds[0]}"
    yield f"{kinds[-1]}$"
    yield from map("".join, pairwise(kinds))
    yield from (f"{left}-{right}" for left, right in pairwise(bones))


_GROUPS = ("pb", "tdTD", "kg", "fvhx", "szSZCJ", "mnN", "lrwy", "aAVuUoOW", "eiIEY3")
_KINDS = {sound: group[0] for group in _GROUPS for sound in group}
_OPEN = frozenset("ae")
"""The kinds that are vowels."""


@lru_cache(maxsize=16384)
def features(sounds: str) -> tuple[int, ...]:
    """Return the features of a row of sounds, as numbers, each once: rows that sound alike have most of them in common.

    As a row, of which thousands are kept, they take a tenth of what a set takes.
    """
    return tuple(
        dict.fromkeys(_NUMBERS.setdefault(one, len(_NUMBERS)) for one in (_features(sounds) if sounds else ()))
    )
