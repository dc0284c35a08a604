"""The hours of the day, and the days, that a rule is about: "after eleven", "zwischen zehn und sechs", "on Sundays"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from daemon.household import Span

MORNING = time(6)
"""Until then lasts what begins "after eleven" or "at night"."""
EVENING = time(22)
"""From then on it is night, if nobody says from when."""
_ALL_DAY = (time(0), time(0))


@dataclass(frozen=True, slots=True)
class Hours:
    """When a rule holds: within a span of the day, on some days of the week."""

    span: Span | None = None
    """``None``: all day; it may pass midnight."""
    days: frozenset[int] = frozenset()
    """Monday is 0; empty: every day. A span that passes midnight belongs to the day on which it began."""

    def holds(self, now: datetime, zone: tzinfo) -> bool:
        """Say whether it is one of these hours."""
        local = now.astimezone(zone)
        at, day = local.time(), local.weekday()
        if self.span is not None and self.span != _ALL_DAY:
            begins, ends = self.span
            inside = begins <= at < ends if begins <= ends else at >= begins or at < ends
            if not inside:
                return False
            if begins > ends and at < ends:
                day = (local - timedelta(days=1)).weekday()
        return not self.days or day in self.days


ALWAYS = Hours()

_NUMBERS: Mapping[str, int] = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for number, word in enumerate(words.split(), 1)
}
_DAYS = (
    ("monday", "montag"),
    ("tuesday", "dienstag"),
    ("wednesday", "mittwoch"),
    ("thursday", "donnerstag"),
    ("friday", "freitag"),
    ("saturday", "samstag"),
    ("sunday", "sonntag"),
)
_HOUR = rf"(?:\d{{1,2}}(?:[:.]\d\d)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_CLOCK = (
    rf"(?:midnight|noon|mitternacht|mittag|half past {_HOUR}|halb {_HOUR}|{_HOUR})"
    r"(?: ?o'clock| uhr)?(?: ?(?:am|pm|a\.m\.|p\.m\.)| in the (?:morning|evening|afternoon)| at night"
    r"| abends| morgens| nachts| früh| nachmittags| am (?:abend|morgen))?"
)
_SPANS = (
    re.compile(rf"\b(?:between|zwischen) (?P<a>{_CLOCK}) (?:and|und) (?P<b>{_CLOCK})\b", re.IGNORECASE),
    re.compile(rf"\b(?:from|von) (?P<a>{_CLOCK}) (?:to|until|till|bis) (?P<b>{_CLOCK})\b", re.IGNORECASE),
    re.compile(rf"\b(?:after|past|from|nach) (?P<a>{_CLOCK})(?: on(?:wards)?\b)?", re.IGNORECASE),
    re.compile(rf"\bab (?P<a>{_CLOCK})", re.IGNORECASE),
    re.compile(rf"\b(?:before|until|till|vor|bis) (?P<b>{_CLOCK})\b", re.IGNORECASE),
    re.compile(r"\b(?P<night>at night|during the night|overnight|nachts|in der nacht|bei nacht)\b", re.IGNORECASE),
)
_DAY_NAMES = "|".join(name for pair in _DAYS for name in pair)
_ON_DAYS = re.compile(
    rf"\b(?:(?:on|at|am) (?:the )?)?(?:(?P<weekend>weekends?|wochenenden?)|(?P<week>weekdays|werktags|wochentags)"
    rf"|(?P<day>{_DAY_NAMES})s?)\b",
    re.IGNORECASE,
)
_LATE = re.compile(r"pm|p\.m\.|evening|afternoon|night|abend|nacht|nachmittag", re.IGNORECASE)
_EARLY = re.compile(r"am$|a\.m\.|morning|morgen|früh", re.IGNORECASE)


def hours_of(text: str) -> tuple[Hours, str]:
    """Return the hours that a text names, in English or German, and the text without them; `ALWAYS` if it names none.

    Half a day that nobody names is guessed as people mean it of a rule: "after eleven" is at night, "before seven" in
    the morning.
    """
    span, rest = None, text
    for form in _SPANS:
        found = form.search(rest)
        if found is None:
            continue
        span = _span(found)
        if span is not None:
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            break
    days = frozenset[int]()
    on = _ON_DAYS.search(rest)
    if on is not None:
        days = _days(on)
        rest = f"{rest[: on.start()]} {rest[on.end() :]}"
    return Hours(span, days), " ".join(rest.split()).strip(" ,.")


def _span(found: re.Match[str]) -> Span | None:
    parts = found.groupdict()
    if parts.get("night"):
        return EVENING, MORNING
    first, last = parts.get("a"), parts.get("b")
    begins = _clock(first, evening=True) if first else None
    ends = _clock(last, evening=False) if last else None
    if first and last and begins is not None and ends is not None:
        if ends < begins and begins.hour < 18 and not _EARLY.search(last):
            # "Between two and four" is an afternoon, as its end shows.
            ends = time((ends.hour + 12) % 24, ends.minute)
        return begins, ends
    if begins is not None:
        return begins, MORNING if begins >= MORNING else time(MORNING.hour)
    return (time(0), ends) if ends is not None and ends != time(0) else None


def _clock(words: str, *, evening: bool) -> time | None:
    """Return the time of day; of a bare number the half of the day that a rule means which begins or ends then."""
    lower = words.casefold()
    if re.match(r"midnight|mitternacht", lower):
        return time(0)
    if re.match(r"noon|mittag", lower):
        return time(12)
    number = re.search(_HOUR, lower)
    if number is None:
        return None
    given, _, minutes = re.sub(r"\.", ":", number[0]).partition(":")
    hour, minute = _NUMBERS.get(given, int(given) if given.isdigit() else 24), int(minutes or 0)
    if lower.startswith("half past"):
        minute = 30
    elif lower.startswith("halb"):
        hour, minute = hour - 1, 30
    if hour > 24 or minute > 59:
        return None
    bare = evening and not _EARLY.search(lower)
    # "After two" is in the afternoon, "after three at night" says so; from five on it is an evening.
    if hour < 12 and (_LATE.search(lower) or (bare and (hour >= 5 or hour == 2))):
        hour += 12
    elif evening and hour == 12 and not minutes and "noon" not in lower:
        hour = 0
    return time(hour % 24, minute)


def _days(found: re.Match[str]) -> frozenset[int]:
    if found["weekend"]:
        return frozenset({5, 6})
    if found["week"]:
        return frozenset(range(5))
    return frozenset(number for number, names in enumerate(_DAYS) if found["day"].casefold() in names)
