"""Lengths of time in a clause: what lasts so long, and what is waited for."""

from datetime import UTC, datetime

from skills.grammar.plain.said import Said
from skills.grammar.plain.speech import Pattern, Speech
from skills.grammar.when import Duration, parse

LONGEST = 7
"""In words: "an hour and a half", "one and a half hours"."""

_AND_HALF = ("and", "a", "half")
_BEFORE = frozenset(
    [
        "on",
        "off",
        "at",
        "in",
        "for",
        "after",
        "aus",
        "um",
        "nach",
        "fur",
        "zu",
        "auf",
        "and",
        "und",
        "then",
        "the",
        "of",
    ]
)
"""What may stand before a length and is no part of it."""

_SOME_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""A length is the same on every day."""


def lengths(said: Said, speech: Speech) -> list[tuple[int, int, int]]:
    """Return every length of time that is said: where it begins and ends, in words, and its seconds."""
    found: list[tuple[int, int, int]] = []
    for at, word in enumerate(said.words):
        if word not in speech.units or (found and at < found[-1][1]):
            continue
        known = found[-1][1] if found else 0
        best = next((one for one in _ending(said, at + 1, known, speech)), None)
        if best is not None:
            found.append(best)
    return found


def _ending(said: Said, end: int, known: int, speech: Speech) -> list[tuple[int, int, int]]:
    """Return the readings of a length that ends here, the longest first; "half" may come behind an hour."""
    readings: list[tuple[int, int, int]] = []
    for last in (end + len(_AND_HALF), end):
        if last > end and said.words[end:last] != _AND_HALF:
            continue
        for start in range(max(known, end - LONGEST), end):
            if said.words[start] in _BEFORE:
                continue
            meant = parse(" ".join(said.raw[start:last]), ref=_SOME_DAY, language=speech.code, use="timer")
            if isinstance(meant, Duration) and not speech.leads.fullmatch(said.words[start]):
                readings.append((start, last, round(meant.length.total_seconds())))
    return readings


def led(said: Said, start: int, leads: Pattern) -> int | None:
    """Return where the words begin that lead a length in; ``None`` if it is not led in so."""
    for size in (4, 3, 2, 1):
        if start >= size and leads.fullmatch(" ".join(said.words[start - size : start])):
            return start - size
    return None
