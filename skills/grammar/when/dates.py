"""The calendar behind the words: which day is meant by a weekday, a date, a holiday, the end of a month."""

import calendar
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial

from skills.grammar.when.pieces import Day

LAST_YEAR = 9990
"""Days beyond are not worked out."""

_FIXED = {
    "christmas": (12, 25), "christmas eve": (12, 24), "boxing day": (12, 26), "new year": (1, 1),
    "new year's eve": (12, 31),
    "halloween": (10, 31), "valentine": (2, 14), "patrick": (3, 17), "april fools": (4, 1), "independence": (7, 4),
    "nicholas": (12, 6), "may day": (5, 1), "unity": (10, 3), "epiphany": (1, 6), "all saints": (11, 1),
}  # fmt: skip
_FROM_EASTER = {
    "easter": 0, "easter monday": 1, "good friday": -2, "pentecost": 49, "whit monday": 50, "ascension": 39,
    "ash wednesday": -46, "shrove tuesday": -47, "carnival monday": -48,
}  # fmt: skip
_NTH = {"thanksgiving": (11, 3, 4), "labour": (9, 0, 1), "mother": (5, 6, 2), "father": (6, 6, 3)}
"""Month, weekday, which: Thanksgiving and Labor Day are the United States', the others are most countries'."""


def made(year: int, month: int, day: int) -> date | None:
    """Return the date, None if there is none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def given(year: int, month: int, day: int) -> Day:
    """Return a day that was said with its year."""
    return Day(made(year, month, day))


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last if it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(max(year, 1), LAST_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """Return the day so many days later, the calendar's last if that is beyond it."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date(LAST_YEAR, 12, 31) if days > 0 else date(1, 1, 1)


def weekday_from(today: date, weekday: int) -> Day:
    """Return the next such weekday, today's included as long as the hour said with it is ahead."""
    return Day(add_days(today, (weekday - today.weekday()) % 7), partial(add_days, days=7), weekday)


def in_week(today: date, weekday: int, weeks: int) -> date:
    """Return a weekday of the week so many weeks from this one; a week begins on Monday."""
    return add_days(today, weekday - today.weekday() + 7 * weeks)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _first_from(year: int, years: int, make: Callable[[int], date | None], earliest: date) -> date | None:
    """Return what `make` makes of the first year in which it makes a day from `earliest` on."""
    for offset in range(years):
        found = make(year + offset) if year + offset <= LAST_YEAR else None
        if found is not None and found >= earliest:
            return found
    return None


def yearly(today: date, make: Callable[[int], date | None]) -> Day:
    """Return the next day of those that `make` makes of a year, today's included."""
    # A 29th of February can be eight years away.
    again = partial(_yearly_after, make)
    return Day(_first_from(today.year, 9, make, today), again)


def _yearly_after(make: Callable[[int], date | None], day: date) -> date | None:
    return _first_from(day.year, 9, make, add_days(day, 1))


def monthly_date(today: date, month: int, day: int) -> Day:
    """Return the next such date; there is none if no year has one (30 February)."""
    return yearly(today, lambda year: made(year, month, day))


def day_of_month(today: date, day: int) -> Day:
    """Return the next day with this number."""
    return Day(_numbered_from(day, today), lambda after: _numbered_from(day, add_days(after, 1)))


def _numbered_from(number: int, earliest: date) -> date | None:
    first = earliest.replace(day=1)
    for months in range(4):
        month = add_months(first, months)
        found = made(month.year, month.month, number)
        if found is not None and found >= earliest:
            return found
    return None


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date | None:
    """Return the first (1), second … or last (-1) such weekday of a month."""
    first = date(year, month, 1)
    if which < 0:
        last = month_end(first)
        return add_days(last, -((last.weekday() - weekday) % 7))
    return made(year, month, 1 + (weekday - first.weekday()) % 7 + 7 * (which - 1))


def friday_the(today: date, weekday: int, number: int) -> Day:
    """Return the next day that is this weekday and has this number."""
    first = today.replace(day=1)
    for months in range(48):
        month = add_months(first, months)
        found = made(month.year, month.month, number)
        if found is not None and found >= today and found.weekday() == weekday:
            return Day(found)
    return Day(None)


@lru_cache(maxsize=64)
def easter(year: int) -> date:
    """Return Easter Sunday of a year (the Gregorian calendar's)."""
    from dateutil.easter import easter as computed

    return computed(year)


def _holiday(name: str, year: int) -> date | None:
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _FROM_EASTER:
        return add_days(easter(min(year, 4099)), _FROM_EASTER[name])
    month, weekday, which = _NTH[name]
    return nth_weekday(year, month, weekday, which)


def holiday(today: date, name: str) -> Day:
    """Return the next such holiday."""
    return replace(yearly(today, partial(_holiday, name)), moving=name not in _FIXED)
