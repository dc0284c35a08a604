"""How lengths, times to come and recurrences are said: "10 minutes", "tomorrow at 06:30", "every weekday"."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from skills.builtin.words import clock, listing, to_number
from skills.views import Appointment

_DAYS: Mapping[str, str] = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_UNITS: Mapping[str, str] = {
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_ORDINALS: Mapping[str, str] = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_SECONDS: Mapping[str, int] = {"hours": 3_600, "minutes": 60, "seconds": 1}
_WORKDAYS = frozenset({"MO", "TU", "WE", "TH", "FR"})


def lasting(seconds: float) -> str:
    """Return a length in its two largest units, rounded up: ``1 hour and 20 minutes``, ``90 seconds`` as ``1 minute
    and 30 seconds``.
    """
    return " and ".join(_parts(seconds)) or "0 seconds"


def upcoming(at: datetime, now: datetime) -> str:
    """Return when something will be, as seen from `now` and in its zone: ``at 18:40``, ``tomorrow at 06:30``, ``on
    Friday at 12:30``, ``on 3 May at 18:40``.
    """
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    if days <= 0:
        return f"at {clock(local)}"
    if days == 1:
        return f"tomorrow at {clock(local)}"
    if timedelta(days=days) < timedelta(days=7):
        return f"on {local:%A} at {clock(local)}"
    year = f" {local.year}" if local.year != now.year else ""
    return f"on {local.day} {local:%B}{year} at {clock(local)}"


def recurring(rule: str) -> str:
    """Return how often an RRULE comes: ``every weekday``, ``every Tuesday``, ``every 2 hours``, ``every month``."""
    # Lines of EXDATE may follow.
    first = next(iter(rule.split()), "")
    parts = dict(part.split("=", 1) for part in first.removeprefix("RRULE:").split(";") if "=" in part)
    interval, unit = int(parts.get("INTERVAL", "1")), _UNITS.get(parts.get("FREQ", ""), "time")
    days = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
    if parts.get("FREQ") == "WEEKLY" and interval == 1 and days:
        if frozenset(days) == _WORKDAYS:
            return "every weekday"
        return f"every {'weekend day' if set(days) == {'SA', 'SU'} else listing([_day(day) for day in days])}"
    often = f"every {unit}" if interval == 1 else f"every {interval} {unit}s"
    return f"{often} on {listing([_which_day(day) for day in days])}" if days else often


def length_of(slots: Mapping[str, object], prefix: str = "") -> float:
    """Return the length in slots such as ``minutes``, in seconds; 0 if there is none."""
    return sum(size * (to_number(slots.get(f"{prefix}{unit}")) or 0.0) for unit, size in _SECONDS.items())


def timer_called(timer: Appointment) -> str:
    """Return what a timer is, without an article: ``pasta timer``, ``10 minute timer``."""
    return timer_named(timer.name, timer.length_s)


def timer_named(name: str | None, length_s: float | None) -> str:
    """Return what a timer of this name, or else of this length, is called."""
    if name:
        return name if re.search(r"(?i)\btimer$", name) else f"{name} timer"
    if length_s is None:
        return "timer"
    return f"{' '.join(part.removesuffix('s') for part in _parts(length_s))} timer"


def _day(code: str) -> str:
    return _DAYS.get(code[-2:], code)


def _which_day(code: str) -> str:
    """Return a day of a month or year as RFC 5545 codes it: ``-1FR`` is the last Friday."""
    which = _ORDINALS.get(code[:-2])
    return f"the {which} {_day(code)}" if which else _day(code)


def _parts(seconds: float) -> Sequence[str]:
    left = -int(-seconds // 1)
    said: list[str] = []
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        number, left = divmod(left, size)
        if number and len(said) < 2:
            said.append(f"{number} {unit}{'' if number == 1 else 's'}")
    return said
