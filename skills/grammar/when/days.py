"""Rules for days: weekdays and weeks, dates, holidays, the end of a month, and days counted from others."""

from dataclasses import replace
from datetime import date
from functools import partial

from skills.grammar.when.chunks import LETTER, Chunk, Found, Rewrite, rewrite
from skills.grammar.when.dates import (
    add_days,
    add_months,
    day_of_month,
    friday_the,
    given,
    holiday,
    in_week,
    made,
    month_end,
    monthly_date,
    nth_weekday,
    weekday_from,
    yearly,
)
from skills.grammar.when.lengths import length_of
from skills.grammar.when.pieces import Bad, Day, Ends, Length, Point, Value, When
from skills.grammar.when.words import dated
from skills.walltime import at_wall, later

_YEAR = "(?:COMMA?(?P<y>NUM)(?P<yy>NUM)?(?!MER|OCL|UNIT|PART|TO|PAST))?"
_THIS, _NEXT, _LAST = (LETTER[name] for name in ("THIS", "NEXT", "LAST"))


def _weeks(found: Found, group: str = "k") -> int:
    """Return how many weeks, months or years from this one are meant."""
    if found.has("kk") or found.kind(group) == LETTER["AFTERNEXT"]:
        return 2
    return {_NEXT: 1, _LAST: -1}.get(found.kind(group), 0)


def _relative(found: Found) -> Value:
    return Day(add_days(found.today, found.whole("d")), relative=True)


def _weekday(found: Found) -> Value:
    """Return ``friday``, ``this friday``, ``next friday`` (of next week, C8), ``last friday``."""
    weekday = found.whole("w")
    upcoming = weekday_from(found.today, weekday)
    kind = found.kind("k")
    if found.has("kk") or kind == LETTER["AFTERNEXT"]:
        return Day(in_week(found.today, weekday, 2), doubtful=True)
    if kind == _NEXT:
        day = in_week(found.today, weekday, 1)
        return Day(day, doubtful=upcoming.day is not None and (day - found.today).days > 7)
    if kind == _LAST:
        return Day(add_days(found.today, -((found.today.weekday() - weekday - 1) % 7 + 1)))
    return Day(upcoming.day) if kind == _THIS else upcoming


def _weekday_of_week(found: Found) -> Value:
    if found.word("u") != "week":
        return None
    return Day(in_week(found.today, found.whole("w"), _weeks(found)))


def _weekday_week(found: Found) -> Value:
    """Return the British ``friday week`` and ``friday fortnight``."""
    day, length = weekday_from(found.today, found.whole("w")).day, found.length("l")
    if day is None or (found.word("u") != "week" and length != Length(days=14)):
        return None
    return Day(add_days(day, 14 if length else 7))


def _year(found: Found) -> int | None:
    """Return the year said with a date: ``2027``, ``twenty twenty seven``."""
    if not found.has("y"):
        return None
    year = found.whole("y")
    if found.has("yy"):
        year = year * 100 + found.whole("yy")
    return year if 1900 <= year < 2200 else 0


def _number_of_day(found: Found) -> int:
    if found.kind("d") in (LETTER["SECOND"], LETTER["ALT"]):
        return 2
    number = found.number("d")
    return int(number) if number == int(number) else 0


def _date(found: Found) -> Value:
    """Return ``the third of may``, ``april 3rd``, ``3. Mai 2027``."""
    year, day, month = _year(found), _number_of_day(found), found.whole("m")
    if year == 0 or not 0 <= day <= 99:
        return None
    named = given(year, month, day) if year else monthly_date(found.today, month, day)
    return named if named.day is not None else Bad(f"{day}.{month}.")


def _days_of_month(found: Found) -> Value:
    """Return ``from the 3rd to the 7th of october``."""
    numbers = [2 if found.kind(group) == LETTER["SECOND"] else found.whole(group) for group in ("d", "e")]
    first, last = (monthly_date(found.today, found.whole("m"), number) for number in numbers)
    if first.day is None or last.day is None or last.day < first.day:
        return None
    return Ends(When(day=first), When(day=last))


def _digits(found: Found) -> Value:
    """Return ``25.12`` where a day is expected."""
    day, _, month = found.word("c").replace(",", ".").partition(".")
    if not (day.isdecimal() and month.isdecimal()) or len(day) > 2 or len(month) > 2:
        return None
    value = dated(int(day), int(month), None, found.today)
    return value if isinstance(value, Day) and value.day is not None else Bad(f"{day}.{month}.")


def _slashed(found: Found) -> Value:
    """Return ``12/25`` and ``25/12``; ``3/4`` is two different days in two countries."""
    parts = found.word("c").split("/")
    if (
        not all(part.isdecimal() for part in parts)
        or not 2 <= len(parts) <= 3
        or len(parts[0]) > 2
        or len(parts[1]) > 2
    ):
        return None
    first, second = int(parts[0]), int(parts[1])
    if first <= 12 and second <= 12 and first != second and found.setting.language != "de":
        return Bad(found.word("c"))
    day, month = (second, first) if second > 12 else (first, second)
    value = dated(day, month, parts[2] if len(parts) > 2 else None, found.today)
    return value if isinstance(value, Day) and value.day is not None else Bad(found.word("c"))


def _in_month(found: Found) -> Value:
    """Return ``the 15th of next month``, ``next month on the 10th``, ``the 3rd of the month``."""
    if found.word("u") != "month":
        return None
    number = _number_of_day(found)
    if not found.has("k"):
        return day_of_month(found.today, number)
    month = add_months(found.today.replace(day=1), _weeks(found))
    day = made(month.year, month.month, number)
    return Day(day) if day is not None else Bad(f"{number}.{month.month}.")


def _last_of_month(year: int, month: int) -> date | None:
    first = made(year, month, 1)
    return None if first is None else month_end(first)


def _nth(found: Found) -> Value:
    """Return ``the first monday in june``, ``the last friday of the month``, ``the last day of february``."""
    last = found.kind("n") == _LAST
    which = -1 if last else 2 if found.kind("n") in (LETTER["SECOND"], LETTER["ALT"]) else found.whole("n")
    if found.has("day") and (found.word("day") != "day" or not (last or found.kind("n") == LETTER["ORD"])):
        return None
    numbered = _last_of_month if last else partial(made, day=which)
    make = numbered if found.has("day") else partial(nth_weekday, weekday=found.whole("w"), which=which)
    if found.has("m"):
        month = found.whole("m")
        return yearly(found.today, lambda year: make(year, month))
    if found.word("u") != "month":
        return _year_end(found) if found.has("day") and found.word("u") == "year" else None
    for months in (_weeks(found),) if found.has("k") else (0, 1, 2):
        first = add_months(found.today.replace(day=1), months)
        day = make(first.year, first.month)
        if day is not None and (found.has("k") or day >= found.today):
            return Day(day)
    return None


def _year_end(found: Found) -> Value:
    year = found.today.year + _weeks(found)
    return Day(made(year, 12, 31)) if found.kind("n") == _LAST else None


def _edge(found: Found) -> Value:
    """Return the end, the beginning or the middle of a week, a month or a year."""
    kind = found.kind("e")
    if found.has("m"):
        month = found.whole("m")
        number = 1 if kind == LETTER["BEGIN"] else 15
        if kind != LETTER["END"]:
            return monthly_date(found.today, month, number)
        return yearly(found.today, lambda year: _last_of_month(year, month))
    return _edge_of_unit(found, kind, _weeks(found))


def _edge_of_unit(found: Found, kind: str, ahead: int) -> Value:
    today, unit = found.today, found.word("u")
    place = {LETTER["BEGIN"]: 0, LETTER["MIDDLE"]: 1}.get(kind, 2)
    if unit == "week":
        return Day(in_week(today, (0, 2, 6)[place], ahead))
    if unit == "month":
        first = add_months(today.replace(day=1), ahead)
        return Day((first, first.replace(day=15), month_end(first))[place])
    if unit == "year":
        return Day(made(today.year + ahead, *((1, 1), (7, 1), (12, 31))[place]))
    return None


def _unit(found: Found) -> Value:
    """Return ``next week``, ``next month``, ``this year``: the first of its days."""
    ahead, unit, today = _weeks(found), found.word("u"), found.today
    sure = ahead != 0
    if unit == "week":
        return Day(in_week(today, 0, ahead), length=7, sure=sure)
    if unit == "month":
        first = add_months(today.replace(day=1), ahead)
        return Day(first, length=month_end(first).day, sure=sure)
    if unit == "year":
        return Day(made(today.year + ahead, 1, 1), length=365, sure=sure)
    return Day(add_days(today, ahead)) if unit == "day" and sure else None


def _weekend(found: Found) -> Value:
    saturday = in_week(found.today, 5, _weeks(found))
    if not found.has("k") and found.today.weekday() == 6:
        saturday = found.today
    return Day(max(saturday, found.today) if _weeks(found) == 0 else saturday, length=2)


def _month(found: Found) -> Value:
    """Return a month as a whole, by its first day: ``in march``, ``until may``."""
    month, year, ahead = found.whole("m"), _year(found), _weeks(found)
    if year:
        return given(year, month, 1)
    today = found.today
    if found.kind("k") == _LAST:
        return Day(made(today.year - (month >= today.month), month, 1))
    first = monthly_date(today, month, 1)
    if ahead and first.day is not None and first.day.year == today.year and today.month < month:
        # "next december" said in march is this year's for most people.
        first = replace(first, doubtful=True)
    return replace(first, length=month_end(first.day).day) if first.day is not None else None


def _number_alone(found: Found) -> Value:
    number = _number_of_day(found)
    if not 1 <= number <= 99:
        return None
    day = day_of_month(found.today, number)
    if day.day is None:
        return Bad(f"{number}.") if found.has("on") else None
    return replace(day, sure=found.has("on"))


def _weekday_numbered(found: Found) -> Value:
    day = friday_the(found.today, found.whole("w"), _number_of_day(found))
    return day if day.day is not None else None


def _two_days(found: Found) -> Value:
    """Return ``friday the 3rd of april``: the date counts."""
    first, second = found.day("a"), found.day("b")
    if first is None or second is None or first.weekday is None or second.weekday is not None or second.day is None:
        return None
    return second if second.day.weekday() == first.weekday else Bad(f"{second.day:%A, %d.%m.%Y}")


def moved(day: Day, length: Length, sign: int) -> Day:
    """Return the day so much later or earlier."""
    if day.day is None:
        return day
    return Day(add_days(add_months(day.day, sign * length.months), sign * int(length.days)))


def _counted(found: Found) -> Value:
    """Return ``a week from tuesday``, ``two days before christmas``, ``friday in two weeks``."""
    length, day = found.length("l"), found.day("d")
    if day is None or length is None or not length.calendar:
        return None
    if found.setting.language == "de" and not found.has("r") and length == Length(days=8):
        # "Heute in acht Tagen" is today in a week: both ends are counted.
        length = Length(days=7)
    return moved(day, length, -1 if found.kind("r") == LETTER["BEFORE"] else 1)


def _weeks_from(found: Found) -> Value:
    """Return the British ``a week tomorrow`` and ``today week``."""
    day, length = found.day("d"), found.length("l") or Length(days=7)
    if day is None or not day.relative or length.months or length.seconds or length.days % 7:
        return None
    return moved(day, length, 1) if found.has("l") or found.word("u") == "week" else None


def _day_beside(found: Found) -> Value:
    """Return ``the day before christmas``, ``the week after easter``."""
    day, unit = found.day("d"), found.word("u")
    if day is None or unit not in ("day", "week"):
        return None
    return moved(day, Length(days=1 if unit == "day" else 7), -1 if found.kind("r") == LETTER["BEFORE"] else 1)


def _weekday_beside(found: Found) -> Value:
    """Return ``the monday after christmas``, ``the second sunday before easter``."""
    day = found.day("d")
    if day is None or day.day is None:
        return None
    which = 2 if found.kind("n") == LETTER["SECOND"] else found.whole("n", 1)
    if found.kind("r") == LETTER["AFTER"]:
        return Day(add_days(day.day, (found.whole("w") - day.day.weekday() - 1) % 7 + 1 + 7 * (which - 1)))
    return Day(add_days(day.day, -((day.day.weekday() - found.whole("w") - 1) % 7 + 1) - 7 * (which - 1)))


def _weekday_ahead(found: Found) -> Value:
    """Return ``in two weeks on tuesday``: that week's."""
    length = found.length("l")
    if length is None or not length.calendar or length.months or length.days % 7:
        return None
    return Day(in_week(found.today, found.whole("w"), int(length.days) // 7))


def _in_year(found: Found) -> Value:
    """Return ``may 3rd next year``."""
    day = found.day("d")
    if found.word("u") != "year" or day is None or day.day is None or day.weekday is not None:
        return None
    return Day(made(found.today.year + _weeks(found), day.day.month, day.day.day))


def _ahead(found: Found) -> Value:
    """Return ``in two hours``, ``in three weeks``, ``ten minutes ago``: elapsed time, or a day of the calendar."""
    length = found.length("l")
    if length is None:
        return None
    if length.vague:
        return Bad("few")
    sign = -1 if found.has("ago") else 1
    if length.calendar:
        return replace(moved(Day(found.today), length, sign), relative=True)
    return _point(found, length, sign)


def _point(found: Found, length: Length, sign: int) -> Value:
    ref = found.setting.ref
    try:
        if length.months:
            month = add_months(ref.date(), sign * length.months)
            ref = at_wall(month, ref.time(), found.setting.zone)
        return Point(later(ref, sign * replace(length, months=0).total))
    except OverflowError:
        return None


def _same_time(found: Found) -> Value:
    """Return ``same time next week``: the clock on the wall as it is now, a week, a month or a year from now."""
    length = length_of(_weeks(found), found.word("u"))
    if length is None or not length.calendar:
        return None
    ref = found.setting.ref
    day = moved(Day(found.today), length, 1).day
    return None if day is None else Point(at_wall(day, ref.time(), found.setting.zone))


def _after_unit(found: Found) -> Value:
    """Return ``christmas next year`` and ``next christmas``."""
    name, ahead = found.word("h"), _weeks(found)
    if not ahead:
        return holiday(found.today, name)
    if found.has("u") and found.word("u") == "year":
        return holiday(made(found.today.year + ahead, 1, 1) or found.today, name)
    return holiday(found.today, name) if ahead > 0 and not found.has("u") else None


def _holiday(found: Found) -> Value:
    year = _year(found)
    return holiday(made(year, 1, 1) or found.today, found.word("h")) if year else holiday(found.today, found.word("h"))


_UNIT_OF = "(?:IN|OF|ON|FROM)?(?:THE?(?P<k>THIS|NEXT)?(?P<u>UNIT)|(?P<m>MON))"
_BARE = "(?!THING|OTHER|UNIT|WD|OF|MEASURE|NUM)"

_FIRST, _LAST_DAY, _TO = "(?P<d>ORD|NUM|SECOND)", "(?P<e>ORD|NUM|SECOND)", "(?:TO|UNTIL|DASH|AND)"

NAMED: tuple[Rewrite, ...] = (
    rewrite("SAME(?P<k>THIS|NEXT)(?P<u>UNIT)", "POINT", _same_time),
    rewrite("(?P<k>NEXT)(?P<u>UNIT)AT?SAME", "POINT", _same_time),
    rewrite(f"(?:FROM|BETWEEN)THE?{_FIRST}{_TO}THE?{_LAST_DAY}OF?(?P<m>MON)", "RANGE", _days_of_month),
    rewrite(
        f"(?:FROM|BETWEEN)?(?P<m>MON)THE?{_FIRST}{_TO}THE?{_LAST_DAY}(?!UNIT|MEASURE|THING|OCL|MER)",
        "RANGE", _days_of_month,
    ),
    rewrite("THE?(?P<d>REL)", "DAY", _relative),
    rewrite(f"(?<![EVERY AND])THE?(?<![EVERY AND])(?P<n>ORD|SECOND|LAST|ALT)(?P<w>WD){_UNIT_OF}", "DAY", _nth),
    rewrite(f"(?<!EVERY)THE?(?<!EVERY)(?P<n>LAST|ORD)(?P<day>UNIT){_UNIT_OF}", "DAY", _nth),
    rewrite(
        "(?P<k>THIS|NEXT|LAST|AFTERNEXT)(?P<u>UNIT)(?P<kk>AFTERNEXT)?[ON COMMA]?THE?(?P<w>WD)",
        "DAY", _weekday_of_week,
    ),
    rewrite(
        "THE?(?P<w>WD)(?:OF|IN)?THE?(?P<k>THIS|NEXT|LAST|AFTERNEXT)(?P<u>UNIT)(?P<kk>AFTERNEXT)?",
        "DAY", _weekday_of_week,
    ),
    rewrite(f"(?:ON)?THE?(?P<d>ORD|NUM|SECOND|ALT)OF?(?P<m>MON){_YEAR}", "DAY", _date),
    rewrite(f"(?P<m>MON)THE?(?P<d>ORD|NUM|SECOND)(?!UNIT|MEASURE|THING|MER|OCL|OTHER){_YEAR}", "DAY", _date),
    rewrite(f"(?P<m>MON)THE?(?P<d>ORD|SECOND)(?!UNIT|MEASURE|THING){_YEAR}", "DAY", _date),
    rewrite("(?<!EVERY)ON?THE?(?<!EVERY)(?P<d>ORD|SECOND)OF?(?:THE?(?P<k>THIS|NEXT)|THE)(?P<u>UNIT)", "DAY", _in_month),
    rewrite("(?P<k>THIS|NEXT)(?P<u>UNIT)ON THE?(?P<d>ORD|SECOND)", "DAY", _in_month),
    rewrite(
        "(?P<e>END|BEGIN|MIDDLE)OF?(?:THE?(?P<k>THIS|NEXT)?(?P<u>UNIT)(?P<kk>AFTERNEXT)?|(?P<m>MON))",
        "DAY", _edge,
    ),
    rewrite("(?P<k>NEXT|THIS)?(?P<h>HOL)(?:(?P<y>NUM)(?P<yy>NUM)?(?!MER|OCL|UNIT))", "DAY", _holiday),
    rewrite("(?P<h>HOL)(?P<k>NEXT|THIS)(?P<u>UNIT)", "DAY", _after_unit),
    rewrite(
        "(?<=[ON AT UNTIL FROM BEFORE AFTER IN FOR BETWEEN AND OF TO STARTING EVERY])THE?(?P<h>HOL)",
        "DAY", _holiday,
    ),
    rewrite("THE?(?P<k>NEXT|THIS)(?P<h>HOL)", "DAY", _after_unit),
    rewrite("(?P<h>HOL)", "DAY", lambda found: replace(holiday(found.today, found.word("h")), sure=False)),
    rewrite("(?<=[ON FROM UNTIL THE BETWEEN])(?P<c>DOT)(?!MER|OCL|UNIT|MEASURE)", "DAY", _digits),
    rewrite("(?P<c>SLASH)(?!UNIT|MEASURE|THING)", "DAY", _slashed),
    rewrite(
        "(?<![EVERY ALT])ON?THE?(?P<k>THIS|NEXT|LAST|AFTERNEXT)?(?<![EVERY ALT])(?P<w>WEEKEND)"
        "(?P<kk>AFTERNEXT)?",
        "DAY", _weekend,
    ),
)  # fmt: skip
"""Before recurrences are looked for."""

PLAIN: tuple[Rewrite, ...] = (
    rewrite("THE?(?P<n>ORD|SECOND)?(?P<w>WD)(?P<r>BEFORE|AFTER)THE?(?P<d>DAY)", "DAY", _weekday_beside),
    rewrite("IN(?P<l>LENGTH)ON?THE?(?P<w>WD)", "DAY", _weekday_ahead),
    rewrite("(?P<l>LENGTH)FROM NOW ON?THE?(?P<w>WD)", "DAY", _weekday_ahead),
    rewrite("(?P<k>THIS|NEXT|LAST)(?P<u>UNIT)ON?(?P<d>DAY)", "DAY", _in_year),
    rewrite("(?P<d>DAY)OF?(?P<k>THIS|NEXT|LAST)(?P<u>UNIT)", "DAY", _in_year),
    rewrite("(?P<w>WD)COMMA?THE(?P<d>ORD|SECOND)(?!OF|MON)", "DAY", _weekday_numbered),
    rewrite("(?P<w>WD)THE(?P<d>NUM)(?!UNIT|MEASURE|OCL)", "DAY", _weekday_numbered, languages="de"),
    rewrite("(?P<w>WD)(?P<u>UNIT)", "DAY", _weekday_week),
    rewrite("(?P<w>WD)(?P<l>LENGTH)(?!AGO|LATE|FROM|BEFORE|AFTER)", "DAY", _weekday_week),
    rewrite("THE?(?P<k>THIS|NEXT|LAST|AFTERNEXT)?(?P<w>WD)(?P<kk>AFTERNEXT)?", "DAY", _weekday),
    rewrite("(?P<k>THIS|NEXT|LAST|AFTERNEXT)(?P<u>UNIT)(?P<kk>AFTERNEXT)?(?!AND)", "DAY", _unit),
    rewrite(
        f"(?<=[IN UNTIL FROM TO BEFORE AFTER AND BETWEEN DASH STARTING])(?P<k>THIS|NEXT|LAST)?(?P<m>MON){_YEAR}",
        "DAY", _month,
    ),
    rewrite(f"(?P<k>THIS|NEXT|LAST)(?P<m>MON){_YEAR}", "DAY", _month),
    rewrite("(?P<on>ON)THE(?P<d>ORD)(?!THING|UNIT|WD|OF|MEASURE|NUM)", "DAY", _number_alone),
    rewrite(f"(?P<on>ON)THE(?P<d>SECOND){_BARE}", "DAY", _number_alone),
    rewrite(f"(?<=[UNTIL FROM BEFORE STARTING])(?P<on>THE)(?P<d>ORD|SECOND){_BARE}", "DAY", _number_alone),
    rewrite(f"(?P<on>ON)(?P<d>ORD){_BARE}", "DAY", _number_alone, languages="de"),
    rewrite(f"(?P<on>ON)(?P<d>NUM)(?!OCL|OTHER|MER|MON){_BARE}", "DAY", _number_alone, languages="de"),
    rewrite(f"THE(?P<d>ORD|SECOND){_BARE}", "DAY", _number_alone),
    rewrite("(?P<a>DAY)COMMA?ON?(?P<b>DAY)", "DAY", _two_days),
    rewrite("(?P<l>LENGTH)(?P<r>BEFORE|AFTER|FROM|ON)(?P<d>DAY)", "DAY", _counted),
    rewrite("(?P<d>DAY)IN(?P<l>LENGTH)", "DAY", _counted),
    rewrite("(?P<l>LENGTH)(?P<d>DAY)", "DAY", _weeks_from),
    rewrite("(?P<d>DAY)(?P<u>UNIT)(?!THING)", "DAY", _weeks_from),
    rewrite("THE(?P<u>UNIT)(?P<r>BEFORE|AFTER)(?P<d>DAY)", "DAY", _day_beside),
    rewrite("(?P<ago>BEFORE)(?P<l>LENGTH)(?!BEFORE|AFTER)", "POINT", _ahead, languages="de"),
    rewrite("(?:IN AT?|AFTER)(?P<l>LENGTH)(?!BEFORE|AFTER)", "POINT", _ahead),
    rewrite("(?P<l>LENGTH)FROM NOW", "POINT", _ahead),
    rewrite("(?P<l>LENGTH)(?P<ago>AGO)", "POINT", _ahead),
    rewrite("(?P<l>LENGTH)LATE", "POINT", _ahead),
)  # fmt: skip
"""After recurrences took theirs."""


def as_days(chunks: list[Chunk]) -> list[Chunk]:
    """Return the pieces with the points that turned out to be whole days marked as days."""
    return [replace(c, kind=LETTER["DAY"]) if isinstance(c.value, Day) else c for c in chunks]
