"""Which stretch of time a question is about: "tomorrow", "this week", "on friday afternoon", "in march"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from skills.builtin.words import clock, month, weekday
from skills.language import say

DAY = timedelta(days=1)
MOMENT = timedelta(hours=1)
"""How much of the time around an instant a question about it is about."""
AHEAD = timedelta(days=400)
"""How far "next" looks: as far as what recurs is worked out."""

_MONTHS: Sequence[str] = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
                          "october", "november", "december")  # fmt: skip
_MONATE: Sequence[str] = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september",
                          "oktober", "november", "dezember")  # fmt: skip
_PARTS = {
    "morning": (time(5), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time(23, 59)),
    "tonight": (time(17), time(23, 59)),
    "night": (time(18), time(23, 59)),
    "lunch": (time(11, 30), time(14)),
}
_TEILE = {
    "früh": "morning",
    "am morgen": "morning",
    "vormittag": "morning",
    "nachmittag": "afternoon",
    "mittag": "lunch",
    "abend": "evening",
    "nacht": "night",
}
# In German a part of the day is written in one with the day: "Freitagnachmittag".
_PART = re.compile(rf"(?i)\b({'|'.join(_PARTS)})|({'|'.join(_TEILE)})")
_CLOCK = re.compile(r"(?i)\b(at|around|by|from|between|noon|o'?clock|a\.?m|p\.?m)\b|\d[:.]\d\d")
_UHR = re.compile(r"(?i)\b(um|gegen|ab|bis|von|zwischen|uhr)\b|\d[:.]\d\d")
_NEXT = re.compile(r"(?i)\b(?:next|coming|following)\s+(?:(\w+)\s+)?(day|week|month)s?\b")
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: n for n, word in enumerate(_NUMBER_WORDS, 1)}
_MONTH = re.compile(
    rf"(?i)\b(?:in|during|for|of)\s+({'|'.join(_MONTHS)})\b(?!\s+(?:the\s+)?\w*\d)|\bim\s+({'|'.join(_MONATE)})\b"
)
_ORDINAL = re.compile(r"(?i)\d(st|nd|rd|th)|\b(\w+teenth|twent\w+|thirt\w+|\w*first|\w*second|\w*third|\w+th)\b")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time, and how it is spoken of."""

    since: datetime
    until: datetime
    said: str
    """``tomorrow``, ``on Friday``, ``this week``."""

    @property
    def one_day(self) -> bool:
        """Whether it is all on one day, so that the day need not be said with each time."""
        return self.until - self.since <= DAY and (self.until - timedelta(seconds=1)).date() == self.since.date()


def stretch(text: str, now: datetime, language: str = "en") -> Stretch | None:
    """Return the stretch of time that a question is about; ``None`` if it names none that is known."""
    return _wide(text.casefold(), now) or _found(text, now, language)


def _wide(text: str, now: datetime) -> Stretch | None:
    today = _midnight(now)
    monday = today - DAY * today.weekday()
    first = today.replace(day=1)
    said: list[tuple[str, Callable[[], Stretch]]] = [
        (r"\bnext weekend\b|\b(nächste[ns]?|kommende[ns]?) wochenende\b",
         lambda: Stretch(monday + 12 * DAY, monday + 14 * DAY, say("next weekend"))),
        (r"\b(weekend|wochenende)\b",
         lambda: Stretch(max(now, monday + 5 * DAY), monday + 7 * DAY, say("this weekend"))),
        (r"\bnext week\b|\b(nächste[nr]?|kommende[nr]?) woche\b",
         lambda: Stretch(monday + 7 * DAY, monday + 14 * DAY, say("next week"))),
        (r"\b(this|the) (current )?week\b|\bmy week\b|\bweekly\b|\b(diese|dieser|die|meine|unsere) woche\b",
         lambda: Stretch(now, monday + 7 * DAY, say("this week"))),
        (r"\bnext month\b|\b(nächsten|kommenden) monat\b",
         lambda: Stretch(_after(first), _after(_after(first)), say("next month"))),
        (r"\b(this|the|current) (current )?month\b|\bdiese[nm] monat\b",
         lambda: Stretch(now, _after(first), say("this month"))),
    ]  # fmt: skip
    for pattern, made in said:
        if re.search(pattern, text):
            return made()
    if several := _NEXT.search(text):
        number = _NUMBERS.get(several[1] or "one") or (int(several[1]) if (several[1] or "").isdecimal() else 0)
        days = {"day": 1, "week": 7, "month": 30}[several[2]] * min(number, 400)
        if days:
            return Stretch(now, today + DAY * (days + 1), _next_days(days) if days > 1 else say("until tomorrow"))
    if (named := _MONTH.search(text)) and not _ORDINAL.search(text):
        month = _MONTHS.index(named[1].casefold()) if named[1] else _MONATE.index(named[2].casefold())
        return _of_month(month + 1, now)
    return None


def _found(text: str, now: datetime, language: str) -> Stretch | None:
    from skills.grammar.when import Date, Duration, Instant, Range, find

    moment = find(text, ref=now, language=language)
    said = " ".join(text[start:end] for start, end in moment.spans)
    match moment:
        case Date(day):
            begins = datetime.combine(day, time(0), now.tzinfo)
            return Stretch(begins, begins + DAY, day_said(begins, now))
        case Instant(at):
            part = _PART.search(said)
            if part is not None and not (_UHR if language == "de" else _CLOCK).search(said):
                name = part[1].casefold() if part[1] else _TEILE[part[2].casefold()]
                begin, finish = (datetime.combine(at, edge, now.tzinfo) for edge in _PARTS[name])
                return Stretch(begin, finish, _with_part(at, now, name))
            return Stretch(at, at + MOMENT, say("{day} at {clock}", day=day_said(at, now), clock=clock(at)))
        case Range(start, end):
            whole = start.time() == end.time() == time(0)
            last = end - DAY if whole else end
            if start.date() == last.date():
                said = day_said(start, now)
                between = say("{day} between {start} and {end}", day=said, start=clock(start), end=clock(end))
                return Stretch(start, end, said if whole else between)
            if start <= now:
                return Stretch(start, end, say("until {weekday}", weekday=weekday(last)))
            return Stretch(start, end, say("from {first} to {last}", first=weekday(start), last=weekday(last)))
        case Duration(length):
            return Stretch(now, now + length, say("until then"))
        case _:
            return None


def day_said(at: datetime, now: datetime) -> str:
    """Return a day as seen from `now`: ``today``, ``tomorrow``, ``on Friday``, ``on Friday, 3 May``."""
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if days in (-1, 0, 1):
        return say(("today", "tomorrow", "yesterday")[days])
    if 0 < days < 7:
        return say("on {weekday}", weekday=weekday(local))
    if local.year == now.year:
        return say("on {weekday}, {day} {month}", weekday=weekday(local), day=local.day, month=month(local))
    text = "on {weekday}, {day} {month} {year}"
    return say(text, weekday=weekday(local), day=local.day, month=month(local), year=str(local.year))


def _with_part(at: datetime, now: datetime, part: str) -> str:
    day = day_said(at, now)
    if part == "tonight" or (at.date() == now.date() and part == "night"):
        return say("tonight")
    if part == "lunch":
        return say("{day} around lunch", day=day)
    if at.date() == now.date():
        return say({"morning": "this morning", "afternoon": "this afternoon"}.get(part, "this evening"))
    whole = {"morning": "{day} morning", "afternoon": "{day} afternoon", "evening": "{day} evening"}
    dated = {
        "morning": "{day} in the morning",
        "afternoon": "{day} in the afternoon",
        "evening": "{day} in the evening",
    }
    texts = dated if "," in day else whole
    return say(texts.get(part, "{day} night" if texts is whole else "{day} in the night"), day=day)


def _of_month(number: int, now: datetime) -> Stretch:
    first = _midnight(now).replace(month=number, day=1)
    if _after(first) <= now:
        first = first.replace(year=first.year + 1)
    return Stretch(max(first, now) if first <= now else first, _after(first), say("in {month}", month=month(first)))


def _next_days(days: int) -> str:
    return say("in the next {n} days", n=days)


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _after(month: datetime) -> datetime:
    return (month + timedelta(days=32)).replace(day=1)
