"""What a question asks for: stems, people, a stretch of time, and whether a time or a number is the answer."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from daemon.memory.sketches import speaker_code
from daemon.memory.stems import STOPWORDS, stem, words
from skills.grammar.when import Date, Instant, Range, find
from skills.grammar.when.model import Spans

Window = tuple[datetime, datetime]
"""From the first until before the second."""

_WHEN = re.compile(
    r"^\s*(when|since when|wann|seit wann)\b|\bhow long\b|\bwie lange\b|\bwhat (day|date|time)\b", re.IGNORECASE
)
_MANY = re.compile(r"\bhow (many|much|often|old)\b|\bwie (viel|oft|alt)", re.IGNORECASE)
_OWN = frozenset({"i", "me", "my", "mine", "ich", "mich", "mir", "mein", "meine", "meinen", "meiner"})
_YEAR = re.compile(r"\b(?:in|during|im jahr) ((?:19|20)\d\d)\b", re.IGNORECASE)
_SEASON = re.compile(
    r"\b(?:(last|this|letzten|diesen|letztes|letzter) |(?:in|during|im)(?: the)? )"
    r"(spring|summer|autumn|fall|winter|frühling|frühjahr|sommer|herbst)(?:(?: of)? ((?:19|20)\d\d))?\b",
    re.IGNORECASE,
)
_BEGINS = {
    "spring": 3, "frühling": 3, "frühjahr": 3, "summer": 6, "sommer": 6, "autumn": 9, "fall": 9, "herbst": 9,
    "winter": 12,
}  # fmt: skip
_MONTH = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz|mai|"
    r"juni|juli|oktober|dezember)\b",
    re.IGNORECASE,
)
_YEAR_GIVEN = re.compile(r"\b(19|20)\d\d\b")
_DAY_GIVEN = re.compile(r"\b\d{1,2}(st|nd|rd|th|\.)?(?=\W|$)", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b\w+(day|tag|woch)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, taken apart."""

    stems: tuple[str, ...]
    """Each once, in order, without filler words; names are among them."""
    names: frozenset[str]
    """Those of the stems that are names of people who have said something."""
    times: frozenset[str]
    """Those that belong to the time that was asked about."""
    people: frozenset[int]
    """The `speaker_code` of those who are asked about."""
    bare: str
    """The words without names and times, for a vector: names would decide what it is near to."""
    window: Window | None
    when: bool
    """Whether a time is the answer."""
    many: bool
    """Whether a number is."""


def read(text: str, *, speakers: frozenset[int], me: str | None, now: datetime, language: str = "en") -> Asked:
    """Return what a question asks for.

    Args:
        text: the question.
        speakers: codes of everybody who has said something that may be read.
        me: who asks: `my` is theirs.
        now: when it is asked, in the zone that days are counted in.
        language: of its times.
    """
    window, rest = window_of(text, now, language)
    said = words(text)
    named = [word for word in said if word not in STOPWORDS and speaker_code(word) in speakers]
    people = {speaker_code(word) for word in named}
    if not people and me is not None and not _OWN.isdisjoint(said):
        people = {speaker_code(me)}
    stems = tuple(dict.fromkeys(stem(word) for word in said if word not in STOPWORDS))
    others = words(rest)
    bare = " ".join(word for word in others if word not in named)
    times = frozenset(stem(word) for word in said if word not in others)
    names = frozenset(stem(word) for word in named)
    return Asked(
        stems, names, times, frozenset(people), bare, window, bool(_WHEN.search(text)), bool(_MANY.search(text))
    )


def window_of(text: str, now: datetime, language: str = "en") -> tuple[Window | None, str]:
    """Return the stretch of the past that a question speaks of, ``None`` where it names none, and its other words.

    A time that is still to come is taken for the one before it: "in June", asked in May, means last year's.
    """
    season = _SEASON.search(text)
    if season is not None:
        return _season(season, now), text[: season.start()] + text[season.end() :]
    moment = find(text, ref=now, language=language)
    match moment:
        case Range(start, end, spans):
            return _past((start, end), now, timedelta(days=7)), _without(text, spans)
        case Instant(at, spans):
            around = at - timedelta(hours=6), at + timedelta(hours=6)
            return _past(around, now, timedelta(days=7)), _without(text, spans)
        case Date(day, spans):
            said = " ".join(text[start:end] for start, end in spans)
            begin = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
            return _day(said, begin, now), _without(text, spans)
        case _:
            year = _YEAR.search(text)
            if year is None:
                return None, text
            return _years(int(year[1]), now), text[: year.start()] + text[year.end() :]


def _without(text: str, spans: Spans) -> str:
    """Return a text without the words of its time."""
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


def _day(said: str, begin: datetime, now: datetime) -> Window:
    """Return how long what was said as a day is meant: `last month` is all of it."""
    bare = _YEAR_GIVEN.sub("", said)
    month = _MONTH.search(bare)
    if month is not None and not _DAY_GIVEN.search(bare):
        begin = begin.replace(day=1)
        end = (begin + timedelta(days=32)).replace(day=1)
        return (begin, end) if begin <= now else _year_before((begin, end))
    if re.search(r"\b(last|this|next) year\b|\bjahr\b", said, re.IGNORECASE):
        return _years(begin.year, now)
    if re.search(r"\b(last|this) month\b", said, re.IGNORECASE):
        return begin, (begin + timedelta(days=32)).replace(day=1)
    if re.search(r"\b(last|this) week\b", said, re.IGNORECASE):
        return begin, begin + timedelta(days=7)
    if "weekend" in said.lower() or "wochenende" in said.lower():
        return begin, begin + timedelta(days=2)
    back = timedelta(days=7 if _WEEKDAY.search(said) else 365)
    return _past((begin, begin + timedelta(days=1)), now, back)


def _season(season: re.Match[str], now: datetime) -> Window:
    month, year = _BEGINS[season[2].lower()], int(season[3]) if season[3] else None
    begin = datetime(year or now.year, month, 1, tzinfo=now.tzinfo)
    if year is None and begin > now:
        begin = begin.replace(year=begin.year - 1)
    end = (begin + timedelta(days=93)).replace(day=1)
    if year is None and end > now and (season[1] or "").lower() in ("last", "letzten", "letztes", "letzter"):
        return _year_before((begin, end))
    return begin, end


def _years(year: int, now: datetime) -> Window:
    return datetime(year, 1, 1, tzinfo=now.tzinfo), datetime(year + 1, 1, 1, tzinfo=now.tzinfo)


def _year_before(window: Window) -> Window:
    return window[0].replace(year=window[0].year - 1), window[1].replace(year=window[1].year - 1)


def _past(window: Window, now: datetime, back: timedelta) -> Window:
    """Return the window, moved back by as much as it takes for it to have begun."""
    if window[0] <= now:
        return window
    steps = (window[0] - now) // back + 1
    return window[0] - steps * back, window[1] - steps * back


def minutes(window: Window) -> tuple[int, int]:
    """Return a window in minutes since 1970, as sketches have it."""
    begin, end = (int(at.astimezone(UTC).timestamp() // 60) for at in window)
    return begin, end
