"""How lengths, times to come and recurrences are said: "10 minutes", "tomorrow at 06:30", "every weekday"."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from skills.builtin.words import clock, counted, listed, listing, month, named, number_word, to_number, weekday
from skills.language import ENGLISH, Words, current, say, term
from skills.views import Appointment

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EVERY: Mapping[str, tuple[str, str]] = {
    "MINUTELY": ("every minute", "every {number} minutes"),
    "HOURLY": ("every hour", "every {number} hours"),
    "DAILY": ("every day", "every {number} days"),
    "WEEKLY": ("every week", "every {number} weeks"),
    "MONTHLY": ("every month", "every {number} months"),
    "YEARLY": ("every year", "every {number} years"),
}
_ORDINALS: Mapping[str, str] = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_SECONDS: Mapping[str, int] = {"hours": 3_600, "minutes": 60, "seconds": 1}
_MONDAY = date(2024, 1, 1)
_WORKDAYS = frozenset({"MO", "TU", "WE", "TH", "FR"})


def lasting(seconds: float) -> Words:
    """Return a length in its two largest units, rounded up: ``1 hour and 20 minutes``, ``90 seconds`` as ``1 minute
    and 30 seconds``.
    """
    if current().code != ENGLISH:
        return listed([counted(number, unit) for number, unit in _parts(seconds)] or [counted(0, "second")])
    return Words(
        " and ".join(f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in _parts(seconds)) or "0 seconds"
    )


def upcoming(at: datetime, now: datetime) -> str:
    """Return when something will be, as seen from `now` and in its zone: ``at 18:40``, ``tomorrow at 06:30``, ``on
    Friday at 12:30``, ``on 3 May at 18:40``.
    """
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if days <= 0:
        return say("at {clock}", clock=clock(local))
    if days == 1:
        return say("tomorrow at {clock}", clock=clock(local))
    if timedelta(days=days) < timedelta(days=7):
        return say("on {weekday} at {clock}", weekday=weekday(local), clock=clock(local))
    if local.year == now.year:
        return say("on {day} {month} at {clock}", day=local.day, month=month(local), clock=clock(local))
    text = "on {day} {month} {year} at {clock}"
    return say(text, day=local.day, month=month(local), year=str(local.year), clock=clock(local))


def until(at: datetime, now: datetime) -> str:
    """Return until when something is: ``until 18:40``, ``until tomorrow at 06:30``, ``until Friday at 12:30``."""
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if days <= 0:
        return say("until {clock}", clock=clock(local))
    if days == 1:
        return say("until tomorrow at {clock}", clock=clock(local))
    if timedelta(days=days) < timedelta(days=7):
        return say("until {weekday} at {clock}", weekday=weekday(local), clock=clock(local))
    return say("until {day} {month} at {clock}", day=local.day, month=month(local), clock=clock(local))


def recurring(rule: str) -> str:
    """Return how often an RRULE comes: ``every weekday``, ``every Tuesday``, ``every 2 hours``, ``every month``."""
    # Lines of EXDATE may follow.
    first = next(iter(rule.split()), "")
    parts = dict(part.split("=", 1) for part in first.removeprefix("RRULE:").split(";") if "=" in part)
    interval, every = int(parts.get("INTERVAL", "1")), _EVERY.get(parts.get("FREQ", ""), ("every time", "every time"))
    days = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
    if parts.get("FREQ") == "WEEKLY" and interval == 1 and days:
        if frozenset(days) == _WORKDAYS:
            return say("every weekday")
        if set(days) == {"SA", "SU"}:
            return say("every weekend day")
        return say("every {days}", days=listing([_day(day) for day in days]))
    number = str(interval) if current().code == ENGLISH else number_word(interval)
    often = say(every[0]) if interval == 1 else say(every[1], number=number)
    return say("{often} on {days}", often=often, days=listing([_which_day(day) for day in days])) if days else often


def length_of(slots: Mapping[str, object], prefix: str = "") -> float:
    """Return the length in slots such as ``minutes``, in seconds; 0 if there is none."""
    return sum(size * (to_number(slots.get(f"{prefix}{unit}")) or 0.0) for unit, size in _SECONDS.items())


def timer_called(timer: Appointment) -> str:
    """Return what a timer is, without an article: ``pasta timer``, ``10 minute timer``."""
    return timer_named(timer.name, timer.length_s)


def timer_named(name: str | None, length_s: float | None) -> str:
    """Return what a timer of this name, or else of this length, is called."""
    if name:
        return name if re.search(r"(?i)\btimer$", name) else say("{name} timer", name=name)
    if length_s is None:
        return say("timer")
    short = " ".join(f"{number} {unit}" for number, unit in _parts(length_s))
    length = lasting(length_s)
    return say("{length:short} timer", length=Words(length, cases={**length.cases, "short": short}))


def timer_words(timer: Appointment) -> Words:
    """Return a timer with its article: ``the pasta timer``."""
    return named(timer_called(timer), "timer")


def _day(code: str) -> str:
    return weekday(_MONDAY + timedelta(days=_DAYS.index(code[-2:]))) if code[-2:] in _DAYS else code


def _which_day(code: str) -> str:
    """Return a day of a month or year as RFC 5545 codes it: ``-1FR`` is the last Friday."""
    which = _ORDINALS.get(code[:-2])
    return say("the {which} {day}", which=term("which", which), day=_day(code)) if which else _day(code)


def _parts(seconds: float) -> Sequence[tuple[int, str]]:
    left = -int(-seconds // 1)
    said: list[tuple[int, str]] = []
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        number, left = divmod(left, size)
        if number and len(said) < 2:
            said.append((int(number), unit))
    return said
