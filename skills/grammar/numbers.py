"""Reads numbers out of words: digits, decimals, fractions, and numbers spelled out."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

HIGHEST_SPELLED = 200
"""Up to here numbers of languages other than English are understood when spelled out."""

POINTS = {"de": "komma", "nl": "komma", "fr": "virgule", "es": "coma", "it": "virgola"}
"""What stands before decimals, where they are spelled out."""

_DIGITS = re.compile(r"-?\d+(?:[.,]\d+)?$")
# fmt: off
_ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}
# fmt: on
NUMBER_WORDS = frozenset({*_ONES, *_TENS, "hundred", "thousand", "point", "half", "quarter"})
"""English words that numbers are spelled with."""

_FRACTIONS = {"half": 0.5, "quarter": 0.25}

_PARTS = {"half": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5}
_ALONE = {"half": 50, "halfway": 50, "quarter": 25, "third": 33}

SHARE_WORDS = frozenset({*_ALONE, *_PARTS, "way"})
"""English words that shares are said with, beside numbers."""

Reading = tuple[int, float]
"""Where a number ends (exclusive) and what it is."""


def numbers_at(words: Sequence[str], start: int, language: str) -> list[Reading]:
    """Return every number that begins at word `start`, the longest first: ``twenty five`` is 25 and 20."""
    first = words[start]
    if _DIGITS.match(first):
        value = float(first.replace(",", "."))
        return [*_with_fraction(words, start + 1, value), (start + 1, value)]
    if "/" in first:
        top, _, bottom = first.partition("/")
        return [(start + 1, int(top) / int(bottom))] if bottom.strip("0") else []
    if language.startswith("en"):
        return _english(words, start)
    return _spelled(words, start, language)


def shares_at(words: Sequence[str], start: int, language: str) -> list[Reading]:
    """Return every share that begins at word `start`, in percent: ``a third``, ``3/4``, ``halfway``."""
    top, slash, bottom = words[start].partition("/")
    if slash and top.isdigit() and bottom.isdigit():
        return [(start + 1, round(100 * int(top) / int(bottom)))] if 0 < int(top) <= int(bottom) else []
    if not language.startswith("en"):
        return []
    if tuple(words[start : start + 2]) == ("half", "way"):
        return [(start + 2, 50)]
    if words[start] in _ALONE:
        return [(start + 1, _ALONE[words[start]])]
    number = 1 if words[start] == "a" else _ONES.get(words[start], 0)
    part = _PARTS.get(words[start + 1], 0) if start + 1 < len(words) else 0
    return [(start + 2, round(100 * number / part))] if 0 < number < part else []


def _english(words: Sequence[str], start: int) -> list[Reading]:
    found = _below_hundred(words, start)
    if words[start] == "a" and start + 1 < len(words) and words[start + 1] == "hundred":
        found = [(start + 1, 1.0)]
    readings: list[Reading] = []
    for end, value in found:
        if end < len(words) and words[end] == "hundred" and value < 100 and (value % 10 or value < 10):
            readings += _after_large(words, end + 1, value * 100)
        elif end < len(words) and words[end] == "thousand":
            readings += _after_large(words, end + 1, value * 1000)
        elif end < len(words) and words[end] == "point" and (decimals := _decimals(words, end + 1)):
            readings.append((decimals[0], value + decimals[1]))
        readings += [*_with_fraction(words, end, value), (end, value)]
    return sorted(readings, reverse=True)


def _below_hundred(words: Sequence[str], start: int) -> list[Reading]:
    word = words[start]
    if word in _ONES:
        return [(start + 1, float(_ONES[word]))]
    if word not in _TENS:
        return []
    tens = float(_TENS[word])
    if start + 1 < len(words) and 0 < _ONES.get(words[start + 1], 0) < 10:
        return [(start + 2, tens + _ONES[words[start + 1]]), (start + 1, tens)]
    return [(start + 1, tens)]


def _after_large(words: Sequence[str], start: int, value: float) -> list[Reading]:
    """Return ``hundred``, ``hundred five``, ``hundred and five``, ``two thousand seven hundred``."""
    readings = [(start, value)]
    at = start + 1 if start < len(words) and words[start] == "and" else start
    if at >= len(words):
        return readings
    for end, rest in _below_hundred(words, at):
        if end < len(words) and words[end] == "hundred" and value >= 1000:
            readings.append((end + 1, value + 100 * rest))
        elif rest:
            readings.append((end, value + rest))
    return readings


def _decimals(words: Sequence[str], start: int) -> Reading | None:
    digits = ""
    end = start
    while end < len(words) and end < start + 4 and (words[end].isdigit() or 0 <= _ONES.get(words[end], -1) < 10):
        digits += words[end] if words[end].isdigit() else str(_ONES[words[end]])
        end += 1
    return (end, float(f"0.{digits}")) if digits else None


def _with_fraction(words: Sequence[str], at: int, value: float) -> list[Reading]:
    """Return ``two and a half`` as 2.5, given that the two ended before `at`."""
    if tuple(words[at : at + 2]) == ("and", "a") and len(words) > at + 2 and words[at + 2] in _FRACTIONS:
        return [(at + 3, value + _FRACTIONS[words[at + 2]])]
    return []


def _spelled(words: Sequence[str], start: int, language: str) -> list[Reading]:
    spelled = spelled_numbers(language)
    readings = [
        (end, spelled[tuple(words[start:end])])
        for end in range(min(len(words), start + 5), start, -1)
        if tuple(words[start:end]) in spelled
    ]
    point = POINTS.get(language.partition("-")[0])
    decimals = [
        (end + 2, value + spelled[(words[end + 1],)] / 10)
        for end, value in readings
        if end + 1 < len(words) and words[end] == point and 0 <= spelled.get((words[end + 1],), -1) < 10
    ]
    return [*decimals, *readings]


def is_number(words: Sequence[str], language: str) -> bool:
    """Return whether the words are one number and nothing else."""
    return bool(words) and any(end == len(words) for end, _ in numbers_at(words, 0, language))


@lru_cache(maxsize=8)
def spelled_numbers(language: str) -> dict[tuple[str, ...], float]:
    """Return the words of 0 to `HIGHEST_SPELLED`, from Unicode's rules for spelling numbers (CLDR RBNF)."""
    from unicode_rbnf import RbnfEngine

    from skills.grammar.tokens import words_of

    for name in (language, language.replace("-", "_"), language.partition("-")[0]):
        try:
            engine = RbnfEngine.for_language(name)
            whole = {
                words_of(text): float(number)
                for number in range(HIGHEST_SPELLED + 1)
                for text in engine.format_number(number).text_by_ruleset.values()
                if not text[:1].isdigit()
            }
        except ValueError:  # no such language, or one without rules (unicode-rbnf 2.4: nb)
            continue
        return whole | _halves(whole) if language.startswith("de") else whole
    return {}


def _halves(whole: Mapping[tuple[str, ...], float]) -> dict[tuple[str, ...], float]:
    """Return German numbers and a half: ``zweieinhalb``."""
    halves: dict[tuple[str, ...], float] = {("anderthalb",): 1.5}
    for words, value in whole.items():
        if len(words) == 1 and value:
            halves[f"{words[0]}einhalb",] = value + 0.5
    return halves
