"""Cuts a text into words and looks each up: what comes out is one piece for every word or fixed phrase."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from skills.grammar.tokens import fold
from skills.grammar.when.chunks import LETTER, Chunk, Setting
from skills.grammar.when.dates import given, monthly_date
from skills.grammar.when.pieces import Bad, Clock, Value
from skills.grammar.when.vocabulary import PARTS, Entry, Vocabulary, vocabulary

MOST_WORDS = 120
"""Of longer texts only the first so many words are read."""

MOST_CHARACTERS = 2_000

_WORD = re.compile(
    r"\d{4}-\d\d-\d\d(?!\d)|2(?:nite|night|morrow|moro|day)\b|\d+(?:st|nd|rd|th)\b|\d+(?:[:.,/]\d+)*\.?"
    r"|(?<![^\W_])[ap]\.\s?m\b\.?|[^\W\d_]+(?:['’][^\W\d_]+)*|'til|[-–—,%°&@½¼¾]",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?$")
_POINTS = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4}|\d\d)?$")
_ORDINAL = re.compile(r"(?P<number>\d{1,3})(?:st|nd|rd|th)$")
_GLUED: dict[str, Entry] = {
    **{
        short: (LETTER["UNIT"], unit) for short, unit in (("h", "hour"), ("m", "minute"), ("s", "second"), ("d", "day"))
    },
    **{short: (LETTER["MER"], f"{short}m") for short in ("a", "p")},
}
"""Letters that mean something directly behind a number."""

_BEFORE_DAYS = frozenset(
    LETTER[name]
    for name in ("ON", "EVERY", "ALT", "THIS", "NEXT", "LAST", "AND", "COMMA", "TO", "DASH", "FROM", "UNTIL")
)

_FRACTIONS = {"½": "HALF"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word, folded, and where it stood."""

    text: str
    start: int
    end: int


def words_in(text: str, known: Vocabulary) -> tuple[list[Word], bool]:
    """Return the words of a text without fillers and hyphens inside words, and whether one had to be guessed."""
    words: list[Word] = []
    guessed = False
    for found in _WORD.finditer(text[:MOST_CHARACTERS]):
        start, end = found.span()
        said = found.group()
        if said[0].isdecimal() and said.endswith(".") and said.count(".") == 1 and not text[end:].strip():
            said = said[:-1]
        if said == "-" and _joins_letters(text, start) and not _joins_days(text, end, words, known):
            continue
        folded = (
            said.lower()
            if said[0].isdecimal() or said in _FRACTIONS
            else fold(said).replace(" ", "").replace("ß", "ss")
        )
        folded = known.corrections.get(folded, folded)
        if not folded or folded in known.fillers:
            continue
        meant = known.guess(folded)
        guessed = guessed or meant is not None
        words.append(Word(meant or folded, start, end))
        joined = known.corrections.get(f"{words[-2].text} {words[-1].text}") if len(words) > 1 else None
        if joined is not None:
            words[-2:] = [Word(joined, words[-2].start, end)]
        if len(words) == MOST_WORDS:
            break
    return words, guessed


def pieces_of(words: Sequence[Word], setting: Setting) -> list[Chunk]:
    """Return a piece for every word or phrase."""
    known = vocabulary(setting.language)
    chunks: list[Chunk] = []
    at = 0
    while at < len(words):
        entries, after = _entries(words, at, known, setting, chunks)
        chunks += [Chunk(kind, value, at, after) for kind, value in entries]
        at = after
    return chunks


def _entries(
    words: Sequence[Word], at: int, known: Vocabulary, setting: Setting, before: Sequence[Chunk]
) -> tuple[tuple[Entry, ...], int]:
    """Return what stands at word `at`, and where it ends."""
    word = words[at].text
    for rest, entries in known.phrases.get(word, ()):
        if all(at + n < len(words) and words[at + n].text == other for n, other in enumerate(rest, 1)):
            return tuple(_fixed(entry) for entry in entries), at + 1 + len(rest)
    if word[0].isdecimal():
        return (_number(words, at, setting),), at + 1
    if word in known.abbreviated and _names_a_day(words, at, before):
        return ((LETTER["WD"], known.abbreviated[word]),), at + 1
    if word in _GLUED and before and (words[at].start == words[at - 1].end or _counts(before[-1], word)):
        return (_GLUED[word],), at + 1
    if word in _FRACTIONS:
        return ((LETTER[_FRACTIONS[word]], word),), at + 1
    entry = known.words.get(word)
    if entry is None and word.endswith("'s"):
        entry = known.words.get(word[:-2])
    if entry is not None:
        return (_fixed(entry) if entry[1] != "morgen" else _morgen(before),), at + 1
    return ((LETTER["OTHER"], word),), at + 1


def _names_a_day(words: Sequence[Word], at: int, before: Sequence[Chunk]) -> bool:
    """Return whether ``sat`` or ``sun`` is a day here: ``on sat``, ``sat at noon``."""
    if before:
        return before[-1].kind in _BEFORE_DAYS
    return at + 1 == len(words) or words[at + 1].text == "at" or words[at + 1].text[0].isdecimal()


def _counts(before: Chunk, word: str) -> bool:
    return before.kind == LETTER["NUM"] and word in ("h", "m", "s")


def _fixed(entry: Entry) -> Entry:
    """Return an entry with the two times of day that have names put in."""
    if entry[0] == LETTER["CLOCK"]:
        return entry[0], Clock(12, exact=True) if entry[1] == "noon" else Clock(24, exact=True)
    return entry


def _morgen(before: Sequence[Chunk]) -> Entry:
    """Return what German ``morgen`` is behind these pieces: the morning, or tomorrow."""
    kinds = [LETTER[name] for name in ("ON", "REL", "WD", "EVERY", "THIS")]
    morning = bool(before) and (before[-1].kind in kinds)
    return (LETTER["PART"], PARTS["morning"]) if morning else (LETTER["REL"], 1)


def _number(words: Sequence[Word], at: int, setting: Setting) -> Entry:
    text = words[at].text
    if text.isdecimal():
        if len(text) == 4 and text[0] == "0" and int(text[2:]) < 60:
            return LETTER["CLOCK"], Clock(int(text[:2]), int(text[2:]), exact=True)
        return (LETTER["NUM"], float(text)) if len(text) < 10 else (LETTER["OTHER"], text)
    if (found := _CLOCK.match(text)) is not None:
        return _digital(text, int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    if (found := _ORDINAL.match(text)) is not None:
        if text == "2nd":
            return LETTER["SECOND"], "2nd"
        return LETTER["ORD"], float(found["number"])
    if len(text) == 10 and text[4] == "-":
        return LETTER["DAY"], given(int(text[:4]), int(text[5:7]), int(text[8:]))
    if (found := _POINTS.match(text)) is not None:
        return LETTER["DAY"], dated(int(found["day"]), int(found["month"]), found["year"], setting.ref.date())
    if text.endswith(".") and text[:-1].isdecimal():
        ordinal = setting.language == "de" and len(text) < 4
        return LETTER["ORD" if ordinal else "NUM"], float(text[:10])
    if "/" in text:
        return LETTER["SLASH"], text
    return LETTER["DOT"], text.rstrip(".")


def dated(day: int, month: int, year: str | None, today: date) -> Value:
    """Return the day of a date in digits; a year of two digits is one of this century."""
    if year:
        return given(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return monthly_date(today, month, day)


def _digital(text: str, hour: int, minute: int, second: int) -> Entry:
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute):
        return LETTER["BAD"], Bad(text)
    return LETTER["CLOCK"], Clock(hour, minute, second, exact=hour > 12 or hour == 0 or text[0] == "0")


def _joins_letters(text: str, at: int) -> bool:
    """Return whether a hyphen stands inside a word (``twenty-five``, ``5-minute``), not before a number."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (before.isalpha() or before.isdecimal()) and after.isalpha()


def _joins_days(text: str, end: int, before: Sequence[Word], known: Vocabulary) -> bool:
    """Return whether a hyphen stands between two weekdays or months (``mon-fri``)."""
    following = _WORD.match(text, end)
    if following is None or not before:
        return False
    sides = (known.words.get(before[-1].text), known.words.get(fold(following.group())))
    return all(side is not None and side[0] in (LETTER["WD"], LETTER["MON"]) for side in sides)
