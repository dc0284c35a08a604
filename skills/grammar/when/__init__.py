"""Times in words, English and German: what instant, day, length, range, recurrence or time by the sun is meant.

Pure functions: the time it is comes in as a reference, and the same text always means the same against it.
"""

from datetime import datetime

from skills.grammar.when.model import (
    Date,
    Duration,
    Instant,
    Moment,
    Nothing,
    Place,
    Question,
    Range,
    Recurrence,
    Sun,
    Use,
)
from skills.grammar.when.reader import Read, read

__all__ = [
    "Date",
    "Duration",
    "Instant",
    "Moment",
    "Nothing",
    "Place",
    "Question",
    "Range",
    "Recurrence",
    "Sun",
    "Use",
    "find",
    "parse",
]


def parse(
    text: str, *, ref: datetime, language: str = "en", use: Use | None = None, place: Place | None = None
) -> Moment:
    """Return what a text that is a time, and nothing else, means at `ref`; `Nothing` if it says anything else.

    `ref` is aware, and its zone is the one that wall times are in. `place` is needed for about when the sun rises.
    """
    found = _read(text, ref, language, use, place)
    return found.moment if found.whole else Nothing()


def find(
    text: str, *, ref: datetime, language: str = "en", use: Use | None = None, place: Place | None = None
) -> Moment:
    """Return the time that a sentence speaks of (``remind me *on friday after lunch* to call mum``), with its spans.

    Numbers, names and titles that only look like a time are `Nothing`, and so is every text of another language than
    English and German.
    """
    return _read(text, ref, language, use, place).moment


def _read(text: str, ref: datetime, language: str, use: Use | None, place: Place | None) -> Read:
    if ref.tzinfo is None:
        raise ValueError("the reference of a time must say its zone")
    return read(text, ref=ref, zone=ref.tzinfo, language=language, use=use, place=place)
