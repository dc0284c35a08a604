"""What time it is, and what day: here, in other places, and of days to come."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from skills.api import Skill
from skills.builtin import words
from skills.builtin.times import lasting
from skills.builtin.zones import zone_of
from skills.language import ENGLISH, Words, current, say, term
from skills.model import Reply, Request

_SMALL = re.compile(
    r"(?i)^(?:in|at|on|of|for|the|us and|here and|der|die|das|dem|uns und|hier und)\s+"
    r"|\s+(?:time|now|right now|please|today|standard|gerade|jetzt|bitte)$"
)
_AND = re.compile(r"(?i)\s+(?:and|to|from|than|versus|vs|und|zu)\s+")
_HERE = frozenset({"here", "us", "home", "me", "my place", "hier", "uns"})
_OTHER_DAY = re.compile(r"(?i)\b(tomorrow|yesterday|morgen|übermorgen|gestern|vorgestern)")
_WEEK = re.compile(r"(?i)\b(week|(kalender)?woche)\b(?! ?day)")
_WHETHER = re.compile(r"(?i)^\W*(is|was|will|does|did|ist|war|fällt)\b")
_HOW_LONG = re.compile(r"(?i)\bhow (many|much|long|far)\b|\bcount|\bwie (viele?|lange?|oft)\b")
_UP_TO = re.compile(
    r"(?i)\bhow (?:much )?(?:long|longer|time)\b.*(?P<en>\b(?:till|til|until|to|before)\b)"
    r"|\bwie lange? .*(?P<de>\bbis\b)"
)
_EINHEITEN = {"woche": "week", "monat": "month", "jahr": "year", "stunde": "hour"}

_DAYS_IN = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}

skill = Skill("clock")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassGetCurrentTime")
async def tell_time(request: Request, **slots: object) -> Reply:
    """Answer "what time is it?", "what time is it in Tokyo?", "what's 9 am EST in London?"."""
    place, at, origin = (str(slots[key]) if key in slots else None for key in ("place", "time", "from"))
    if request.match.response == "difference" and place is not None:
        return _difference(request, place)
    if place is None and at is None:
        if re.search(r"(?i)\b(time\s?zone|zeitzone)\b", request.utterance.text):
            return Reply(say("The time zone here is {zone}.", zone=_zone_called(request.now)))
        return Reply(say("It's {clock}.", clock=words.clock(request.now)))
    there = zone_of(_plain(place)) if place is not None else None
    if place is not None and there is None:
        text = "I don't know the time in {place}; here it's {clock}."
        return Reply(say(text, place=_plain(place), clock=words.clock(request.now)), failed=True)
    if at is None and origin is not None:
        return _difference(request, f"{origin} and {place}")
    if at is not None:
        return _converted(request, at, origin, there)
    local = request.now.astimezone(there)
    other = _other_day(local.date(), request.now.date())
    return Reply(
        say("In {place} it's {clock}{other_day}.", place=_called(str(place)), clock=words.clock(local), other_day=other)
    )


@skill.handles("HassGetCurrentDate")
async def tell_date(request: Request, day: object = None) -> Reply:
    """Answer "what's today's date?", "what day is Christmas?", "how many days until Easter?"."""
    now, text = request.now, request.utterance.text
    if day is None and not _OTHER_DAY.search(text):
        if _WEEK.search(text) and not re.search(r"(?i)day of the week", text):
            return Reply(
                say("It's week {week} of {year}.", week=now.isocalendar().week, year=str(now.isocalendar().year))
            )
        asked = _weekday(text)
        if asked is not None and re.search(r"(?i)^\W*(is (it|today)|ist (es )?heute|haben wir heute)\b", text):
            text = "Yes, it's {weekday}." if asked == now.weekday() else "No, it's {weekday}."
            return Reply(say(text, weekday=words.weekday(now)))
        return Reply(say("It's {date}.", date=_long(now)))
    if (moment := _moment(request, text)) is not None:
        return Reply(words.sentence(say("{length} to go", length=lasting((moment - now).total_seconds()))))
    found = _day(request, text) or (None if day is None else _day(request, str(day)))
    if found is None:
        return Reply(say("I don't know when that is. Today is {date}.", date=_long(now)), failed=True)
    if request.match.response == "until" or _HOW_LONG.search(text):
        return Reply(_until(text, (found - now.date()).days))
    asked = _weekday(text)
    if asked is not None and _WHETHER.search(text):
        text = "yes, {said}" if asked == found.weekday() else "no, {said}"
        return Reply(words.sentence(say(text, said=_dated(found, now.date()))))
    return Reply(words.sentence(_dated(found, now.date())))


def _converted(request: Request, at: str, origin: str | None, there: ZoneInfo | None) -> Reply:
    """Return what a time of the day in one place is in another; without a place named, here."""
    from skills.grammar.when import Instant, find

    moment = find(at, ref=request.now, language=request.utterance.language)
    if origin is None and moment.spans:
        origin = f"{at[: moment.spans[0][0]]}{at[moment.spans[-1][1] :]}".strip() or None
    home = zone_of(_plain(origin)) if origin is not None else None
    if origin is not None and home is None:
        return Reply(say("I don't know the time in {place}.", place=_plain(origin)), failed=True)
    if not isinstance(moment, Instant):
        return Reply(say("I did not understand that time."), failed=True)
    ref = request.now.astimezone(home) if home is not None else request.now
    # In a conversion the day is today's, whichever side of now the time is.
    said = ref.replace(hour=moment.at.hour, minute=moment.at.minute, second=0, microsecond=0)
    local = said.astimezone(there or request.now.tzinfo)
    other = _other_day(local.date(), said.date())
    return Reply(say("That's {clock}{other_day}.", clock=words.clock(local), other_day=other))


def _difference(request: Request, places: str) -> Reply:
    names = [_plain(one) for one in _AND.split(places)][:2]
    zones = [request.now.tzinfo if name.casefold() in _HERE else zone_of(name) for name in names]
    if len(zones) == 1:
        names, zones = [*names, "here"], [*zones, request.now.tzinfo]
    unknown = next((name for name, zone in zip(names, zones, strict=True) if zone is None), None)
    if unknown is not None:
        return Reply(say("I don't know the time in {place}.", place=unknown), failed=True)
    first, second = (request.now.astimezone(zone).utcoffset() or timedelta() for zone in zones)
    hours = (first - second).total_seconds() / 3600
    a, b = (_there(name) for name in names)
    if not hours:
        text = "it's the same time in {first} and {second}"
    else:
        text = "{first} is {length} ahead of {second}" if hours > 0 else "{first} is {length} behind {second}"
    return Reply(words.sentence(say(text, first=a, second=b, length=words.amount(abs(hours), "hour"))))


def _there(name: str) -> Words:
    """Return a place as a subject, ``Tokyo``, and with the case ``in``: ``in Tokyo``, ``here``."""
    if name.casefold() not in _HERE:
        called = _called(name)
        return Words(called, cases={"in": say("in the city {place}", place=called)})
    return Words(name if current().code == ENGLISH else term("place", "here"), cases={"in": term("place", "here")})


def _until(text: str, days: int) -> str:
    if not days:
        return say("That's today.")
    asked = re.search(
        r"(?i)\bhow many (?:more )?(week|month|year|hour)s?\b|\bwie viele (woche|monat|jahr|stunde)", text
    )
    unit = "day" if asked is None else (asked[1] or _EINHEITEN[asked[2].casefold()]).casefold()
    count = abs(days) / _DAYS_IN[unit]
    length = words.amount(float(round(count)) if unit in {"day", "hour"} else round(count, 1), unit)
    return words.sentence(say("{length} to go" if days > 0 else "{length:dat} ago", length=length))


def _day(request: Request, text: str) -> date | None:
    from skills.grammar.when import Date, Instant, Range, find

    if past := re.search(r"(?i)\b(yesterday|gestern|vorgestern)\b", text):
        return request.now.date() - timedelta(days=2 if past[1].casefold() == "vorgestern" else 1)
    # The weekday that is asked about is no part of the day.
    plain = re.sub(
        r"(?i)\b(?:on )?an? (?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
        r"|\b(?:auf |an )?eine[nm]? (?:mon|diens|donners|frei|sams|sonn)tag\b|\b(?:auf |an )?eine[nm] mittwoch\b",
        "",
        text,
    )
    moment = find(plain, ref=request.now, language=request.utterance.language)
    match moment:
        case Date(day):
            return day
        case Instant(at):
            return at.date()
        case Range(start, end):
            return (end if start <= request.now else start).date()
        case _:
            return None


def _moment(request: Request, text: str) -> datetime | None:
    """Return the time of day up to which is asked: "how long till six o'clock?"; none where a day is asked about."""
    from skills.grammar.when import Range, find

    asked, now = _UP_TO.search(text), request.now
    if asked is None:
        return None
    moment = find(text[asked.start(asked.lastgroup or 0) :], ref=now, language=request.utterance.language)
    match moment:
        case Range(start, end) if start <= now < end and (end.time() != time() or end - now < timedelta(days=1)):
            return end
        case _:
            return None


def _weekday(text: str) -> int | None:
    """Return the last weekday in the text, the one that is asked about: Monday is 0."""
    days = "monday tuesday wednesday thursday friday saturday sunday"
    tage = "montag dienstag mittwoch donnerstag freitag samstag sonntag"
    names = [*days.split(), *tage.split()]
    found = re.findall(rf"(?i)\b({'|'.join(names)})\b", text)
    return names.index(found[-1].casefold()) % 7 if found else None


def _dated(day: date, today: date) -> str:
    text = "that was {date}" if day < today else "that is {date}"
    if day.year != today.year:
        return say(text, date=_long(day))
    given = {"weekday": words.weekday(day), "day": day.day, "month": words.month(day)}
    return say(text, date=say("{weekday}, {day} {month}", **given))


def _long(day: date) -> str:
    """Return ``Monday, 2 March 2026``."""
    given = {"weekday": words.weekday(day), "day": day.day, "month": words.month(day), "year": str(day.year)}
    return say("{weekday}, {day} {month} {year}", **given)


def _plain(place: str) -> str:
    words_left, before = place.strip(), ""
    while words_left != before:
        before, words_left = words_left, _SMALL.sub("", words_left).strip()
    return words_left


def _called(place: str) -> str:
    plain = _plain(place)
    return plain.upper() if len(plain) == 3 and zone_of(plain) is not None else plain.title()


def _other_day(there: date, here: date) -> str:
    return {1: say(" the next day"), -1: say(" the day before")}.get((there - here).days, "")


def _zone_called(now: datetime) -> str:
    zone = getattr(now.tzinfo, "key", None)
    return f"{zone.replace('_', ' ')}, {now:%Z}" if isinstance(zone, str) else f"{now:%Z}"
